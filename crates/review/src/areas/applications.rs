//! SEC11: pipelines, packages, tests.

use trilith_graph::{Finding, Value};
use trilith_rules::Findings;

use super::roles::contains;
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const TESTS: &str = "sec_appsec_automate_testing_throughout_lifecycle";
const REVIEWS: &str = "sec_appsec_manual_code_reviews";
const PACKAGES: &str = "sec_appsec_centralize_services_for_packages_and_dependencies";
const DEPLOY: &str = "sec_appsec_deploy_software_programmatically";
const PIPELINES: &str = "sec_appsec_regularly_assess_security_properties_of_pipelines";

/// Commands that look for defects.
const SCANNERS: [&str; 17] = [
    "bandit",
    "cdk-nag",
    "cfn-guard",
    "cfn-lint",
    "checkov",
    "codeguru",
    "gitleaks",
    "grype",
    "inspector",
    "kics",
    "npm audit",
    "semgrep",
    "snyk",
    "sonar",
    "tfsec",
    "trilith",
    "trivy",
];

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "security-test-in-build",
        practices: &[TESTS],
        types: &["AWS::CodeBuild::Project"],
        every: false,
        proves: "run a scanner on every build",
        look: |view| {
            let path = "Source/BuildSpec";
            let text = view.get(path);
            shown(Tri::any(SCANNERS.iter().map(|scanner| contains(text, scanner))), path)
        },
    },
    Evidence {
        id: "test-stage",
        practices: &[TESTS],
        types: &["AWS::CodePipeline::Pipeline"],
        every: false,
        proves: "test before they deploy",
        look: |view| has_action(view, |kind| kind.is("Test")),
    },
    Evidence {
        id: "approval-before-deployment",
        practices: &[REVIEWS],
        types: &["AWS::CodePipeline::Pipeline"],
        every: false,
        proves: "wait for a person before they go on",
        look: |view| has_action(view, |kind| kind.is("Approval")),
    },
    Evidence {
        id: "change-approved",
        practices: &[REVIEWS],
        types: &[
            "aws_codecommit_approval_rule_template",
            "aws_codecommit_approval_rule_template_association",
            "github_branch_protection",
            "github_repository_ruleset",
            "gitlab_branch_protection",
        ],
        every: false,
        proves: "let no change in that nobody approved",
        look: is_there,
    },
    Evidence {
        id: "packages-from-one-place",
        practices: &[PACKAGES],
        types: &[
            "AWS::CodeArtifact::Domain",
            "AWS::CodeArtifact::Repository",
            "AWS::ECR::PullThroughCacheRule",
        ],
        every: false,
        proves: "are where packages and images come from",
        look: is_there,
    },
    Evidence {
        id: "deployed-by-pipeline",
        practices: &[DEPLOY],
        types: &[
            "AWS::CodeDeploy::DeploymentGroup",
            "AWS::CodePipeline::Pipeline",
            "AWS::CloudFormation::StackSet",
        ],
        every: false,
        proves: "deploy without a hand on them",
        look: is_there,
    },
    Evidence {
        id: "pipeline-bound-to-repository",
        practices: &[PIPELINES, DEPLOY],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "are taken by pipelines of one repository only",
        look: |view| {
            let policies = view.trust_policies();
            let providers = view.trusted_providers(&policies);
            let bound: Vec<Tri> = providers
                .iter()
                .filter(|one| {
                    one.trust.provider.is_some_and(|it| it == trilith_iam::OidcProvider::GitHub)
                })
                .map(|one| one.admits(&one.trust.subject, trilith_iam::ClaimScope::Organization))
                .collect();
            (!bound.is_empty())
                .then(|| Shown { truth: !Tri::any(bound), at: "AssumeRolePolicyDocument".into() })
        },
    },
    Evidence {
        id: "builds-filtered",
        practices: &[PIPELINES],
        types: &["AWS::CodeBuild::Project"],
        every: false,
        proves: "build for known people or branches only",
        look: |view| {
            let filters = view.all("Triggers/FilterGroups/*/*");
            let kinds = ["ACTOR_ACCOUNT_ID", "HEAD_REF", "BASE_REF"];
            let any = filters.iter().map(|(_, filter)| filter.get("Type").is_one_of(&kinds));
            (!filters.is_empty()).then(|| Shown { truth: Tri::any(any), at: "Triggers".into() })
        },
    },
    Evidence {
        id: "state-encrypted",
        practices: &[PIPELINES],
        types: &["terraform.backend.s3"],
        every: false,
        proves: "keep Terraform's state encrypted",
        look: |view| is_true(view, "encrypt"),
    },
];

pub(super) const CONTRARY: &[Contrary] = &[Contrary {
    id: "production-without-approval",
    title: "A pipeline deploys to production and asks nobody",
    severity: "medium",
    types: &["AWS::CodePipeline::Pipeline"],
    practices: &[REVIEWS],
    catalogue: &["CP-002"],
    fix: "add an `Approval` action before the stage, or say in a waiver what reviews changes",
    check: unapproved,
}];

/// Whether a pipeline has an action of a category.
fn has_action(pipeline: &View<'_>, holds: impl Fn(&Value) -> Tri) -> Option<Shown> {
    let actions = pipeline.all("Stages/*/Actions/*");
    let any = actions.iter().map(|(_, action)| holds(action.get("ActionTypeId").get("Category")));
    shown(Tri::any(any), "Stages")
}

fn unapproved(pipeline: &View<'_>, findings: &mut Findings<'_>) {
    let mut approved = Tri::False;
    for (path, stage) in pipeline.all("Stages/*") {
        let name = stage.get("Name");
        let production = name.as_str().is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("prod") && !name.contains("preprod") && !name.contains("nonprod")
        });
        let category = |action: &Value, kind| action.get("ActionTypeId").get("Category").is(kind);
        let actions = stage.get("Actions").items();
        approved = approved.or(Tri::any(actions.iter().map(|it| category(it, "Approval"))));
        let deploys = Tri::any(actions.iter().map(|it| category(it, "Deploy")));
        findings.when(deploys.and(production.into()).and(!approved), || {
            let message = format!("`{}` deploys to production and asks nobody", pipeline.name());
            Finding::new(pipeline.id(), path.join("Name"), message)
                .label("no `Approval` in this stage or before it")
        });
    }
}
