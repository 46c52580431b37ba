//! Images and snapshots that are made without encryption.

use trilith_rules::prelude::*;

pub(crate) fn check(copy: &View<'_>, findings: &mut Findings<'_>) {
    let defaults = copy.siblings("aws_ebs_encryption_by_default");
    if defaults.iter().any(|setting| !setting.get("enabled").is_false().is_true()) {
        return;
    }
    let disks = if copy.resource_type() == "aws_ami" {
        copy.all("ebs_block_device/*")
    } else {
        vec![(PropertyPath::root(), copy.properties())]
    };
    for (path, disk) in disks {
        let own = disk.get("encrypted");
        let encrypted = own.is_true();
        let from_snapshot = disk.get("snapshot_id").is_present();
        findings.when(!encrypted.or(from_snapshot), || {
            let message = format!("`{}` makes a copy of a disk that anyone can read", copy.name());
            Finding::new(copy.id(), path.join("encrypted"), message).label("not encrypted")
        });
    }
}
