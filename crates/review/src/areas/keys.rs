//! SEC08-BP01: keys. What a rotated key shows stands with credentials.

use crate::evidence::prelude::*;

const KEYS: &str = "sec_protect_data_rest_key_mgmt";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "key-policy-written",
        practices: &[KEYS],
        types: &["AWS::KMS::Key"],
        every: false,
        proves: "say in their own policy who may use them",
        look: |view| {
            let policies = view.resource_policies();
            let public = Tri::any(policies.iter().map(|it| it.document.is_public().truth));
            (!policies.is_empty()).then(|| Shown { truth: !public, at: "KeyPolicy".into() })
        },
    },
    Evidence {
        id: "keys-in-hardware",
        practices: &[KEYS],
        types: &["AWS::CloudHSM::Cluster", "AWS::CloudHSMV2::Cluster", "aws_cloudhsm_v2_cluster"],
        every: false,
        proves: "keep keys in hardware of your own",
        look: is_there,
    },
];
