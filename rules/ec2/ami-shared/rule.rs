//! Machine images that others may start, and read.

use trilith_rules::prelude::*;
use trilith_rules::query::sharing::{Shared, report};

const PLACES: [Shared; 4] = [
    Shared { path: "group", everyone: "all" },
    Shared { path: "account_id", everyone: "all" },
    Shared {
        path: "Distributions/*/AmiDistributionConfiguration/LaunchPermissionConfiguration/UserGroups/*",
        everyone: "all",
    },
    Shared {
        path: "Distributions/*/AmiDistributionConfiguration/LaunchPermissionConfiguration/UserIds/*",
        everyone: "all",
    },
];

pub(crate) fn check(image: &View<'_>, findings: &mut Findings<'_>) {
    report(image, findings, &PLACES, "the image");
}
