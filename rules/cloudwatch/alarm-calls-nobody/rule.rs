//! Alarms that nobody hears.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 3] = ["AlarmActions", "InsufficientDataActions", "OKActions"];

pub(crate) fn check(alarm: &View<'_>, findings: &mut Findings<'_>) {
    let message = || format!("alarm `{}` calls nobody", alarm.name());
    let disabled = alarm.get("ActionsEnabled").is_false();
    if !disabled.is_false() {
        findings.when(disabled, || {
            Finding::new(alarm.id(), "ActionsEnabled", message()).label("switched off")
        });
        return;
    }
    // Something that reads the state may do what the alarm does not.
    let is_read = alarm.graph().edges_to(alarm.id()).next().is_some();
    let acts = Tri::any(ACTIONS.iter().map(|path| is_filled(alarm.get(path))));
    findings.when(!acts.or(is_read.into()), || {
        Finding::new(alarm.id(), ACTIONS[0], message()).label("no action")
    });
}

fn is_filled(actions: &Value) -> Tri {
    let is_empty = actions.items().is_empty();
    actions.is_present().and(if is_empty { actions.item(0).is_present() } else { Tri::True })
}
