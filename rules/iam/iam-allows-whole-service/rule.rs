//! Statements that allow everything of a sensitive service.

use std::collections::BTreeMap;

use trilith_iam::WHOLE_SERVICES;
use trilith_rules::prelude::*;
use trilith_rules::query::listing::listed;

/// What one statement allows: each service, and where that is written.
type Whole<'p, 'v> = Vec<(PropertyPath, &'static str, Asked<'p, 'v>)>;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &holder.identity_policies() {
        let mut statements: BTreeMap<usize, Whole<'_, '_>> = BTreeMap::new();
        // All actions of IAM have a rule of their own.
        for service in WHOLE_SERVICES.iter().copied().filter(|it| *it != "iam") {
            for (statement, answer) in policy.document.statements_allowing_service(service) {
                let answer = answer.and_then(|| !statement.allows_everything());
                let asked = Asked { policy, statement, answer };
                match asked.answer.truth {
                    Tri::True if holder.is_taken_back(&[&format!("{service}:*")]) => {}
                    Tri::True => {
                        let whole = statements.entry(statement.index).or_default();
                        whole.push((asked.path(), service, asked));
                    }
                    Tri::Unknown => findings.undecided(asked.path()),
                    Tri::False => {}
                }
            }
        }
        if let Some(site) = policy.document.unknown {
            findings.undecided(policy.path.concat(&site.path()));
        }
        statements.into_values().for_each(|whole| findings.report(finding(holder, whole)));
    }
}

/// One finding for a statement, at the first action that is too much.
fn finding(holder: &View<'_>, mut whole: Whole<'_, '_>) -> Finding {
    whole.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let services = listed(whole.iter().map(|(_, service, _)| *service));
    let message = format!("`{}` allows everything of {services}", holder.name());
    let (first, _, asked) = &whole[0];
    let mut finding = asked.finding_on(holder, message, "on every resource").label("every action");
    for (path, service, _) in whole[1..].iter().filter(|(path, ..)| path != first) {
        finding =
            finding.related(holder.id(), path.clone(), format!("every action of `{service}`"));
    }
    finding
}
