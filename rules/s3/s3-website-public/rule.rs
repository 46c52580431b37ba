//! Buckets that serve a website.

use trilith_rules::prelude::*;

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let site = bucket.get("WebsiteConfiguration");
    // What only redirects holds no pages.
    let serves = site.is_present().and(!site.path("RedirectAllRequestsTo").is_present());
    let attached = bucket.attached("AWS::S3::BucketPolicy");
    let is_public = |policy: &View<'_>| {
        Tri::any(policy.resource_policies().iter().map(|policy| policy.document.is_public().truth))
    };
    let public = Tri::any(attached.iter().map(is_public));
    findings.when(serves, || {
        let message =
            format!("bucket `{}` serves a website itself, over plain HTTP", bucket.name());
        let severity = if public.is_true() { Severity::High } else { Severity::Low };
        Finding::new(bucket.id(), "WebsiteConfiguration", message)
            .label("no HTTPS here")
            .severity(severity)
    });
}
