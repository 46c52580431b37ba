//! Machines and data stores that the internet reaches.

use std::cmp::Reverse;

use trilith_rules::prelude::*;
use trilith_rules::query::exposure::{NetworkPath, Placement, hidden_placement};
use trilith_rules::query::ports::{ADMIN, DATA, Ports, Service, WEB};

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(placement) = Placement::of(view) else {
        hidden_placement(view).into_iter().for_each(|path| findings.undecided(path));
        return;
    };
    let mut paths: Vec<(Tri, Severity, NetworkPath)> = Vec::new();
    for path in placement.paths() {
        let (matters, severity) = weight(view, &path.opening.ports);
        paths.push((path.truth.and(matters), severity, path));
    }
    // One finding: the worst way in, and of several such the widest.
    paths.retain(|(truth, ..)| !truth.is_false());
    paths.sort_by_key(|(truth, severity, path)| {
        (!truth.is_true(), Reverse(*severity), Reverse(width(&path.opening.ports)))
    });
    let Some((truth, severity, path)) = paths.into_iter().next() else { return };
    findings.when(truth, || {
        let what = path.opening.ports.describe();
        let message = format!("the internet reaches `{}` on {what}", view.name());
        Finding::new(view.id(), placement.at.clone(), message)
            .label("has a public address")
            .severity(severity)
            .related(path.subnet, "", "in a subnet with a route to the internet")
            .related(path.group, path.opening.path, "lets everyone in")
    });
}

/// How much a way in lets through: every port, those by which machines are administered, others.
fn width(ports: &Ports) -> (bool, bool, i64) {
    (ports.are_all().is_true(), ports.reach(ADMIN).is_true(), ports.count())
}

/// Whether ports that are open matter, and how much.
fn weight(view: &View<'_>, ports: &Ports) -> (Tri, Severity) {
    if is_store(view) {
        return match store_port(view) {
            Some(port) => (ports.reach(&[port]), Severity::Critical),
            None => (Tri::Unknown, Severity::Critical),
        };
    }
    let sensitive = ports.are_all().or(ports.reach(ADMIN)).or(ports.reach(DATA));
    let severity = if sensitive.is_true() { Severity::Critical } else { Severity::High };
    // What machines are there to serve.
    (ports.exceed(WEB), severity)
}

fn is_store(view: &View<'_>) -> bool {
    matches!(view.resource_type(), "AWS::Redshift::Cluster" | "AWS::RDS::DBInstance")
}

/// The port of a data store, if it is known.
fn store_port(view: &View<'_>) -> Option<Service> {
    let engine = view.get("Engine").as_str().unwrap_or_default().to_ascii_lowercase();
    let default = match view.resource_type() {
        "AWS::Redshift::Cluster" => Some(5439),
        "AWS::RDS::DBInstance" => match engine.as_str() {
            it if it.contains("postgres") => Some(5432),
            it if it.contains("mysql") || it == "mariadb" => Some(3306),
            it if it.contains("oracle") => Some(1521),
            it if it.contains("sqlserver") => Some(1433),
            it if it.starts_with("db2") => Some(50_000),
            _ => None,
        },
        _ => None,
    };
    let own = view.get("Port");
    let port =
        if own.is_absent() { default } else { own.as_int().and_then(|it| it.try_into().ok()) };
    port.map(|port| Service { first: port, last: port, name: "data", udp: false })
}
