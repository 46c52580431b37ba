//! A bucket whose policies let requests without TLS through.

use trilith_rules::prelude::*;
use trilith_rules::query::buckets::allows_plain_http;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    findings.when(allows_plain_http(view), || {
        let name = view.parents().first().map_or(view.name(), View::name);
        let message = format!("bucket `{name}` can be reached over plain HTTP");
        Finding::new(view.id(), "", message).label("requests without TLS are not refused")
    });
}
