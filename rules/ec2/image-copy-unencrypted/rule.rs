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
        let encrypted = disk.get("encrypted").is_true();
        let from_snapshot = disk.get("snapshot_id").is_present();
        findings.when(!encrypted.or(from_snapshot).or(source_is_encrypted(copy)), || {
            let message = format!("`{}` makes a copy of a disk that anyone can read", copy.name());
            Finding::new(copy.id(), path.join("encrypted"), message).label("not encrypted")
        });
    }
}

/// Whether what is copied is encrypted, so that its copy is: followed over snapshots to a disk.
fn source_is_encrypted(copy: &View<'_>) -> Tri {
    const SOURCES: [&str; 4] = ["source_ami_id", "source_snapshot_id", "volume_id", "VolumeId"];
    let mut seen = vec![copy.id()];
    let mut at = copy.beside(copy.id());
    while let Some(source) = SOURCES.iter().find_map(|path| at.referenced(path)) {
        if seen.contains(&source.id()) {
            break;
        }
        seen.push(source.id());
        let said = source.get("encrypted").is_true().or(source.get("Encrypted").is_true());
        if !said.is_false() {
            return said;
        }
        at = source;
    }
    Tri::False
}
