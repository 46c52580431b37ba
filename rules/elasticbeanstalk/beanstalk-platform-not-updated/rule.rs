//! Environments whose platform stays as it was made.

use trilith_rules::prelude::*;

pub(crate) fn check(environment: &View<'_>, findings: &mut Findings<'_>) {
    let settings = environment.all("OptionSettings/*");
    let mut is_meant = Tri::False;
    let mut path = PropertyPath::parse("OptionSettings");
    let mut enabled = Tri::False;
    for (at, setting) in settings {
        let named = setting.get("OptionName").is("ManagedActionsEnabled");
        let named = named.and(setting.get("Namespace").is("aws:elasticbeanstalk:managedactions"));
        if named.is_true() {
            path = at.join("Value");
        }
        is_meant = is_meant.or(named);
        enabled = enabled.or(named.and(setting.get("Value").is_ignoring_case("true")));
        enabled = enabled.or(named.and(setting.get("Value").is_true()));
    }
    // A list that is not known, or open, may hold it.
    let hidden = environment.get("OptionSettings").is_unknown();
    let enabled = if hidden { Tri::Unknown } else { enabled };
    let saved = environment.get("TemplateName").is_present();
    findings.when(!enabled.or(saved), || {
        let message = format!("the platform of `{}` is never updated", environment.name());
        let path = if is_meant.is_true() { path } else { PropertyPath::root() };
        Finding::new(environment.id(), path, message).label("no managed updates")
    });
}
