//! A bucket whose policies let requests without TLS through.

use trilith_rules::prelude::*;
use trilith_rules::query::buckets::allows_plain_http;

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    findings.when(allows_plain_http(view), || {
        let name = view.parents().first().map_or(view.name(), View::name);
        let message = format!("bucket `{name}` can be reached over plain HTTP");
        // In a policy a statement is missing; a bucket without one lacks all of it.
        let path =
            if view.resource_type() == "AWS::S3::BucketPolicy" { "PolicyDocument" } else { "" };
        Finding::new(view.id(), path, message).label("requests without TLS are not refused")
    });
}
