//! Search domains that anyone on the internet may use.

use trilith_iam::Answer;
use trilith_rules::prelude::*;

pub(crate) fn check(domain: &View<'_>, findings: &mut Findings<'_>) {
    let outside = !domain.get("VPCOptions").is_present();
    findings.ask(
        &domain.resource_policies(),
        |document| open_statements_where(document, |_| Answer::plain(outside)),
        |asked| {
            let message =
                format!("anyone on the internet may {} on `{}`", asked.actions(), domain.name());
            asked.open_to_anyone(domain, message).label("everyone on the internet")
        },
    );
}
