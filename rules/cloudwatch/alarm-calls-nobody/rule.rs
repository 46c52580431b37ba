//! Alarms that nobody hears.

use trilith_rules::prelude::*;

const ACTIONS: [&str; 3] = ["AlarmActions", "InsufficientDataActions", "OKActions"];

pub(crate) fn check(alarm: &View<'_>, findings: &mut Findings<'_>) {
    let message = || format!("alarm `{}` calls nobody", alarm.name());
    let is_read = is_read(alarm);
    let disabled = alarm.get("ActionsEnabled").is_false();
    if !disabled.is_false() {
        findings.when(disabled.and(!is_read), || {
            Finding::new(alarm.id(), "ActionsEnabled", message()).label("switched off")
        });
        return;
    }
    let acts = Tri::any(ACTIONS.iter().map(|path| is_filled(alarm.get(path))));
    findings.when(!acts.or(is_read), || {
        Finding::new(alarm.id(), ACTIONS[0], message()).label("no action")
    });
}

/// Whether something that reads the state may do what the alarm does not: what refers to it, a
/// composite alarm by its name, or a rule of `EventBridge` about changes of alarms.
fn is_read(alarm: &View<'_>) -> Tri {
    let referred = alarm.graph().edges_to(alarm.id()).next().is_some();
    let name = alarm.get("AlarmName").as_str();
    let composites = alarm.siblings("AWS::CloudWatch::CompositeAlarm");
    let composed = composites.iter().map(|whole| {
        let rule = whole.get("AlarmRule");
        match rule.display_text() {
            _ if rule.is_unknown() => Tri::Unknown,
            Some(text) => name.is_some_and(|name| text.contains(name)).into(),
            None => Tri::False,
        }
    });
    let rules = alarm.siblings("AWS::Events::Rule");
    let told = rules.iter().flat_map(|rule| {
        let kinds = rule.all("EventPattern/detail-type/*");
        kinds.iter().map(|(_, kind)| kind.is("CloudWatch Alarm State Change")).collect::<Vec<_>>()
    });
    Tri::from(referred).or(Tri::any(composed)).or(Tri::any(told))
}

fn is_filled(actions: &Value) -> Tri {
    let is_empty = actions.items().is_empty();
    actions.is_present().and(if is_empty { actions.item(0).is_present() } else { Tri::True })
}
