//! SEC08: data at rest: encrypted, brought back, closed.

use crate::evidence::prelude::*;
use crate::stores::{self, Encryption};

const ENCRYPTION: &str = "sec_protect_data_rest_encrypt";
const AUTOMATION: &str = "sec_protect_data_rest_automate_protection";
const ACCESS: &str = "sec_protect_data_rest_access_control";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "stores-encrypted",
        practices: &[ENCRYPTION],
        types: &stores::TYPES,
        every: true,
        proves: "encrypt what they hold",
        look: |view| {
            let (encryption, at) = stores::encryption(view)?;
            let truth = match encryption {
                Encryption::OwnKey | Encryption::On | Encryption::Default => Tri::True,
                Encryption::Off => Tri::False,
                Encryption::Unknown => Tri::Unknown,
            };
            shown(truth, at)
        },
    },
    Evidence {
        id: "disks-encrypted-by-default",
        practices: &[ENCRYPTION, AUTOMATION],
        types: &["aws_ebs_encryption_by_default"],
        every: false,
        proves: "encrypt every new disk of an account",
        look: |view| shown(!view.get("enabled").is_false(), "enabled"),
    },
    Evidence {
        id: "backup-planned",
        practices: &[AUTOMATION],
        types: &["AWS::Backup::BackupPlan"],
        every: false,
        proves: "take backups by themselves",
        look: is_there,
    },
    Evidence {
        id: "database-backed-up",
        practices: &[AUTOMATION],
        types: &["AWS::DocDB::DBCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"],
        every: false,
        proves: "keep backups for a week or longer",
        look: |view| {
            let days = view.get("BackupRetentionPeriod");
            let truth = match days.as_int() {
                Some(days) => (days >= 7).into(),
                None if days.is_unknown() => Tri::Unknown,
                None => Tri::False,
            };
            shown(truth, "BackupRetentionPeriod")
        },
    },
    Evidence {
        id: "table-restorable",
        practices: &[AUTOMATION],
        types: &["AWS::DynamoDB::Table"],
        every: false,
        proves: "can be brought back to any point in time",
        look: |view| is_true(view, "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"),
    },
    Evidence {
        id: "objects-versioned",
        practices: &[AUTOMATION, ACCESS],
        types: &["AWS::S3::Bucket"],
        every: false,
        proves: "keep former versions",
        look: |view| is_one_of(view, "VersioningConfiguration/Status", &["Enabled"]),
    },
    Evidence {
        id: "data-locked",
        practices: &[ACCESS, "sec_incident_response_prepare_forensic"],
        types: &["AWS::S3::Bucket"],
        every: false,
        proves: "lock objects against everybody",
        look: |view| is_true(view, "ObjectLockEnabled"),
    },
    Evidence {
        id: "backups-locked",
        practices: &[ACCESS, "sec_incident_response_prepare_forensic"],
        types: &["AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault"],
        every: false,
        proves: "lock backups against everybody",
        look: |view| {
            if view.resource_type().ends_with("LogicallyAirGappedBackupVault") {
                return is_there(view);
            }
            is_given(view, "LockConfiguration")
        },
    },
    Evidence {
        id: "owner-enforced",
        practices: &[ACCESS],
        types: &["AWS::S3::Bucket"],
        every: false,
        proves: "take no access lists",
        look: |view| {
            has_any(view, "OwnershipControls/Rules/*", |rule| {
                rule.get("ObjectOwnership").is("BucketOwnerEnforced")
            })
        },
    },
];
