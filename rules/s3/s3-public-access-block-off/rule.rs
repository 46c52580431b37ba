//! A public access block with a setting off.

use trilith_rules::prelude::*;

const SETTINGS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let block = bucket.get("PublicAccessBlockConfiguration");
    let is_off = |name: &&str| block.is_present().and(!block.get(name).is_true());
    let off: Vec<_> = SETTINGS.into_iter().filter(|name| is_off(name).is_true()).collect();
    let unknown = SETTINGS.into_iter().filter(|name| is_off(name).is_unknown());
    // One finding for the block, at the first setting that is off.
    for name in unknown.chain(off.first().copied()) {
        findings.when(is_off(&name), || {
            let off = off.join("`, `");
            let message = format!("bucket `{}` has `{off}` switched off", bucket.name());
            let path = format!("PublicAccessBlockConfiguration/{name}");
            Finding::new(bucket.id(), path.as_str(), message)
                .label("off: the bucket can be made public")
        });
    }
}
