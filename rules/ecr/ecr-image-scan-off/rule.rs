//! Repositories whose images nobody looks at.

use trilith_rules::prelude::*;

pub(crate) fn check(repository: &View<'_>, findings: &mut Findings<'_>) {
    let path = "ImageScanningConfiguration/ScanOnPush";
    let own = repository.get(path);
    let scans = own.is_true().and(own.is_present());
    let registry = repository.siblings("AWS::ECR::RegistryScanningConfiguration");
    let by_registry = Tri::any(registry.iter().map(|registry| registry.get("Rules").is_present()));
    findings.when(!scans.or(by_registry), || {
        let message = format!("images of `{}` are not scanned for known holes", repository.name());
        Finding::new(repository.id(), path, message).label("not scanned")
    });
}
