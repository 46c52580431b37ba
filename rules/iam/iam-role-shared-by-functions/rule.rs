//! Roles of several functions that have different work.

use std::collections::BTreeSet;

use trilith_rules::prelude::*;

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    let users = role.referrers("AWS::Lambda::Function").into_iter();
    let functions: Vec<View<'_>> = users
        .filter(|(edge, function)| {
            edge.path.to_string() == "Role" && function.existence().is_true()
        })
        .map(|(_, function)| function)
        .collect();
    let called: Vec<(&View<'_>, BTreeSet<String>)> =
        functions.iter().map(|it| (it, callers(it))).filter(|(_, own)| !own.is_empty()).collect();
    let Some((first, own)) = called.first() else { return };
    let Some((other, _)) = called.iter().find(|(_, others)| own.is_disjoint(others)) else {
        return;
    };
    let count = functions.len();
    let message = format!("`{}` is the role of {count} functions with different work", role.name());
    let finding = Finding::new(role.id(), "", message).label("has what each of them needs");
    let finding = finding.related(first.id(), "Role", format!("called by {}", list(own)));
    findings.report(finding.related(
        other.id(),
        "Role",
        format!("called by {}", list(&callers(other))),
    ));
}

/// What calls a function: the services that may, and the kinds of what it reads from.
fn callers(function: &View<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (edge, permission) in function.referrers("AWS::Lambda::Permission") {
        let principal = permission.get("Principal").as_str();
        let path = edge.path.to_string();
        found.extend(principal.filter(|_| path == "FunctionName").map(str::to_owned));
    }
    for (edge, mapping) in function.referrers("AWS::Lambda::EventSourceMapping") {
        if edge.path.to_string() != "FunctionName" {
            continue;
        }
        let source = mapping.referenced("EventSourceArn");
        let service = source.map(|it| it.resource_type().to_owned());
        let named = mapping.get("EventSourceArn").as_str();
        found.extend(service.or_else(|| named?.split(':').nth(2).map(str::to_owned)));
    }
    found
}

fn list(callers: &BTreeSet<String>) -> String {
    let callers: Vec<&str> = callers.iter().map(String::as_str).collect();
    callers.join(", ")
}
