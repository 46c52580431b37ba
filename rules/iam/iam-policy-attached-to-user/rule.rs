//! Policies that belong to a single user.

use trilith_rules::prelude::*;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let places: &[&str] = match view.resource_type() {
        "AWS::IAM::User" => &["ManagedPolicyArns", "Policies"],
        "AWS::IAM::UserPolicy" => &["UserName"],
        _ => &["Users"],
    };
    for place in places {
        findings.when(names_something(view.get(place)), || {
            let message = format!("`{}` gives permissions to a single user", view.name());
            // Whose name it is cannot be told, so the finding must not rest on it.
            let path = if view.get(place).is_unknown() { "" } else { *place };
            Finding::new(view.id(), path, message).label("not through a group")
        });
    }
}

/// Whether something is named there, whatever its name: a list with one element that a parameter
/// decides has an element.
fn names_something(value: &Value) -> Tri {
    if value.is_unknown() {
        return is_name(value);
    }
    Tri::any(value.items().iter().map(|item| match item.unknown_reason() {
        None => item.is_present(),
        Some(Reason::Undecided | Reason::OpenMap) => Tri::Unknown,
        Some(_) => Tri::True,
    }))
}

/// Whether a value that is not known is a name for certain: a parameter of several may be none.
fn is_name(value: &Value) -> Tri {
    match value.unknown_reason() {
        Some(Reason::Undeclared(_) | Reason::DataSource(_)) => Tri::True,
        _ => Tri::Unknown,
    }
}
