//! SEC06: images, patches, shells, integrity.

use trilith_graph::{Finding, Value};
use trilith_rules::Findings;

use super::roles::{any_contains, contains};
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const VULNERABILITIES: &str = "sec_protect_compute_vulnerability_management";
const IMAGES: &str = "sec_protect_compute_hardened_images";
const SHELLS: &str = "sec_protect_compute_reduce_manual_management";
const INTEGRITY: &str = "sec_protect_compute_validate_software_integrity";
const PROTECTION: &str = "sec_protect_compute_auto_protection";
const TOOLS: &str = "sec_incident_response_pre_deploy_tools";
const DEPLOY: &str = "sec_appsec_deploy_software_programmatically";

const MACHINES: [&str; 3] =
    ["AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"];

/// Protections for what computes.
const PROTECTIONS: [&str; 5] = [
    "EBS_MALWARE_PROTECTION",
    "ECS_FARGATE_AGENT_MANAGEMENT",
    "EKS_RUNTIME_MONITORING",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
];

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "images-scanned",
        practices: &[VULNERABILITIES, "sec_appsec_automate_testing_throughout_lifecycle"],
        types: &["AWS::ECR::Repository"],
        every: true,
        proves: "scan every image that is pushed",
        look: |view| is_true(view, "ImageScanningConfiguration/ScanOnPush"),
    },
    Evidence {
        id: "vulnerabilities-found",
        practices: &[VULNERABILITIES, PROTECTION],
        types: &["aws_inspector2_enabler", "aws_inspector2_organization_configuration"],
        every: false,
        proves: "look for known vulnerabilities all the time",
        look: is_there,
    },
    Evidence {
        id: "machines-patched",
        practices: &[VULNERABILITIES, PROTECTION],
        types: &["AWS::SSM::Association", "AWS::SSM::MaintenanceWindowTask"],
        every: false,
        proves: "patch machines",
        look: |view| {
            let names = ["Name", "TaskArn"];
            let patches = names.iter().map(|name| {
                let document = view.get(name);
                document.is_one_of(&["AWS-RunPatchBaseline", "AWS-RunPatchBaselineAssociation"])
            });
            shown(Tri::any(patches), PropertyPath::root())
        },
    },
    Evidence {
        id: "patch-baseline",
        practices: &[VULNERABILITIES],
        types: &["AWS::SSM::PatchBaseline"],
        every: false,
        proves: "say which patches are due when",
        look: is_there,
    },
    Evidence {
        id: "database-patched",
        practices: &[VULNERABILITIES],
        types: &["AWS::RDS::DBInstance"],
        every: true,
        proves: "take minor versions by themselves",
        look: |view| {
            shown(!view.get("AutoMinorVersionUpgrade").is_false(), "AutoMinorVersionUpgrade")
        },
    },
    Evidence {
        id: "metadata-by-session",
        practices: &[IMAGES, "sec_identities_unique"],
        types: &MACHINES,
        every: true,
        proves: "ask for a session before they give out credentials (IMDSv2)",
        look: |view| {
            let paths =
                ["MetadataOptions/HttpTokens", "LaunchTemplateData/MetadataOptions/HttpTokens"];
            shown(Tri::any(paths.iter().map(|path| view.get(path).is("required"))), paths[0])
        },
    },
    Evidence {
        id: "images-built",
        practices: &[IMAGES],
        types: &["AWS::ImageBuilder::ImagePipeline", "AWS::ImageBuilder::ImageRecipe"],
        every: false,
        proves: "build images anew",
        look: is_there,
    },
    Evidence {
        id: "image-by-owner",
        practices: &[IMAGES],
        types: &["data.aws_ami"],
        every: true,
        proves: "take images of named owners only",
        look: |view| is_given(view, "owners"),
    },
    Evidence {
        id: "container-confined",
        practices: &[IMAGES],
        types: &["AWS::ECS::TaskDefinition"],
        every: false,
        proves: "run containers that cannot change themselves",
        look: |view| {
            let all = view.all("ContainerDefinitions/*");
            let read_only = all.iter().map(|(_, it)| it.get("ReadonlyRootFilesystem").is_true());
            let truth = Tri::all(read_only).and((!all.is_empty()).into());
            shown(truth, "ContainerDefinitions")
        },
    },
    Evidence {
        id: "shell-through-session-manager",
        practices: &[SHELLS, TOOLS],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "let Systems Manager in, so that nobody needs a key",
        look: |view| {
            let path = "ManagedPolicyArns";
            shown(any_contains(view.get(path), "amazonssmmanagedinstancecore"), path)
        },
    },
    Evidence {
        id: "work-automated",
        practices: &[SHELLS],
        types: &["AWS::SSM::Document"],
        every: false,
        proves: "do by themselves what somebody would log in for",
        look: |view| is_one_of(view, "DocumentType", &["Automation", "Command", "Session"]),
    },
    Evidence {
        id: "code-signed",
        practices: &[INTEGRITY],
        types: &["AWS::Lambda::CodeSigningConfig"],
        every: false,
        proves: "refuse code that nobody signed",
        look: |view| {
            let path = "CodeSigningPolicies/UntrustedArtifactOnDeployment";
            is_one_of(view, path, &["Enforce"])
        },
    },
    Evidence {
        id: "image-tags-fixed",
        practices: &[INTEGRITY, DEPLOY],
        types: &["AWS::ECR::Repository"],
        every: true,
        proves: "keep the meaning of a tag",
        look: |view| {
            let path = "ImageTagMutability";
            is_one_of(view, path, &["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"])
        },
    },
    Evidence {
        id: "image-by-digest",
        practices: &[INTEGRITY],
        types: &["AWS::ECS::TaskDefinition"],
        every: false,
        proves: "name images by their digest",
        look: |view| {
            has_any(view, "ContainerDefinitions/*", |it| contains(it.get("Image"), "@sha256:"))
        },
    },
    Evidence {
        id: "compute-protected",
        practices: &[PROTECTION],
        types: &["AWS::GuardDuty::Detector"],
        every: false,
        proves: "watch what runs",
        look: |view| {
            has_any(view, "Features/*", |feature| {
                let about = feature.get("Name").is_one_of(&PROTECTIONS);
                about.and(feature.get("Status").is("ENABLED"))
            })
        },
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "machine-with-key-pair",
        title: "A machine is made to be logged into with a key",
        severity: "medium",
        types: &MACHINES,
        practices: &[SHELLS],
        catalogue: &["EC2-006"],
        fix: "drop the key pair, and use Session Manager",
        check: |machine, findings| {
            for path in ["KeyName", "LaunchTemplateData/KeyName"] {
                let given = machine.get(path);
                findings.when(is_named(given), || {
                    let message = format!("`{}` is logged into with a key", machine.name());
                    Finding::new(machine.id(), path, message).label("a key that never expires")
                });
            }
        },
    },
    Contrary {
        id: "guardduty-protection-off",
        title: "A protection of GuardDuty for what computes is switched off",
        severity: "medium",
        types: &["AWS::GuardDuty::Detector"],
        practices: &[PROTECTION],
        catalogue: &["GD-002"],
        fix: "set `Status` of the feature to ENABLED",
        check: protection_off,
    },
];

/// Whether a name is given. One that refers to a key pair of the same root is.
fn is_named(value: &Value) -> Tri {
    value.is_present().and(!value.is(""))
}

fn protection_off(detector: &View<'_>, findings: &mut Findings<'_>) {
    for (path, feature) in detector.all("Features/*") {
        let about = feature.get("Name").is_one_of(&PROTECTIONS);
        let off = feature.get("Status").is("DISABLED");
        findings.when(about.and(off), || {
            let name = feature.get("Name").display_text().unwrap_or_default();
            let message = format!("`{}` does without `{name}`", detector.name());
            Finding::new(detector.id(), path.join("Status"), message)
        });
    }
}
