//! What is shared by naming accounts: snapshots, images.

use trilith_graph::{Finding, Severity};

use crate::query::accounts;
use crate::{Findings, View};

/// A property that names those with whom something is shared.
#[derive(Debug, Clone, Copy)]
pub struct Shared {
    /// Its path; `*` stands for every element of a list.
    pub path: &'static str,
    /// The word that stands for every AWS account.
    pub everyone: &'static str,
}

/// Reports sharing with everyone, and with accounts that the repository does not call its own:
/// medium where it names none, since these may well be.
pub fn report(view: &View<'_>, findings: &mut Findings<'_>, places: &[Shared], what: &str) {
    for place in places {
        for (path, value) in view.all(place.path) {
            let everyone = value.is_ignoring_case(place.everyone);
            let name = view.name();
            if !everyone.is_false() {
                findings.when(everyone, || {
                    let message = format!("`{name}` shares {what} with every AWS account");
                    let finding = Finding::new(view.id(), path, message).label("everyone");
                    finding.severity(Severity::Critical)
                });
                continue;
            }
            let foreign = accounts::is_foreign(view, value);
            let is_listed = !view.settings().accounts.is_empty();
            findings.when(foreign, || {
                let message = format!("`{name}` shares {what} with another account");
                let severity = if is_listed { Severity::High } else { Severity::Medium };
                Finding::new(view.id(), path, message)
                    .label("not known as an account of yours")
                    .severity(severity)
            });
        }
    }
}
