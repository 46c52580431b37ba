//! Portfolios that other accounts are given.

use trilith_rules::prelude::*;
use trilith_rules::query::sharing::{Shared, report};

const PLACE: [Shared; 1] = [Shared { path: "AccountId", everyone: "*" }];

pub(crate) fn check(share: &View<'_>, findings: &mut Findings<'_>) {
    // Only Terraform has other kinds of shares.
    let kind = share.get("Type");
    if kind.is_absent() || !kind.is("ACCOUNT").is_false() {
        report(share, findings, &PLACE, "the portfolio");
    }
}
