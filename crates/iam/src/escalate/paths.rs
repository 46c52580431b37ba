//! The known paths from some permissions to more.
//!
//! Ids, actions and preconditions are facts of pathfinding.cloud (Apache-2.0, edition of
//! December 2025). `iam-set-default-policy-version`, the `ec2-profile` pair,
//! `autoscaling-launch-configuration` and `lambda-layer`, which it does not list, are those of Rhino
//! Security Labs and of `PMapper`. Paths that need more than another one of the list are left out,
//! as is `sts-001`: to assume any role is a defect of its own.

use super::{EscalationKind, EscalationPath, Need};
use EscalationKind::{Existing, Identity, Service};

const fn some(action: &'static str) -> Need {
    Need { action, every: None }
}

const fn every(action: &'static str, service: &'static str, resource: &'static str) -> Need {
    Need { action, every: Some((service, resource)) }
}

const fn role(action: &'static str) -> Need {
    every(action, "iam", "role/?*")
}

const fn user(action: &'static str) -> Need {
    every(action, "iam", "user/?*")
}

const fn group(action: &'static str) -> Need {
    every(action, "iam", "group/?*")
}

const fn policy(action: &'static str) -> Need {
    every(action, "iam", "policy/?*")
}

const PASS: Need = role("iam:PassRole");

const fn identity(id: &'static str, needs: &'static [Need]) -> EscalationPath {
    EscalationPath { id, kind: Identity, needs, service: None }
}

const fn passing(
    id: &'static str,
    service: &'static str,
    needs: &'static [Need],
) -> EscalationPath {
    EscalationPath { id, kind: Service, needs, service: Some(service) }
}

const fn existing(id: &'static str, needs: &'static [Need]) -> EscalationPath {
    EscalationPath { id, kind: Existing, needs, service: None }
}

/// The paths, those that need least first within each kind.
pub(super) static PATHS: &[EscalationPath] = &[
    identity("iam-001", &[policy("iam:CreatePolicyVersion")]),
    identity("iam-set-default-policy-version", &[policy("iam:SetDefaultPolicyVersion")]),
    identity("iam-002", &[user("iam:CreateAccessKey")]),
    identity("iam-004", &[user("iam:CreateLoginProfile")]),
    identity("iam-006", &[user("iam:UpdateLoginProfile")]),
    identity("iam-005", &[role("iam:PutRolePolicy")]),
    identity("iam-007", &[user("iam:PutUserPolicy")]),
    identity("iam-011", &[group("iam:PutGroupPolicy")]),
    identity("iam-009", &[role("iam:AttachRolePolicy")]),
    identity("iam-008", &[user("iam:AttachUserPolicy")]),
    identity("iam-010", &[group("iam:AttachGroupPolicy")]),
    identity("iam-013", &[group("iam:AddUserToGroup")]),
    identity("iam-012", &[role("iam:UpdateAssumeRolePolicy")]),
    passing("ec2-001", "ec2.amazonaws.com", &[PASS, some("ec2:RunInstances")]),
    passing("ec2-003", "ec2.amazonaws.com", &[PASS, some("ec2:RequestSpotInstances")]),
    passing(
        "ec2-profile",
        "ec2.amazonaws.com",
        &[PASS, every("ec2:AssociateIamInstanceProfile", "ec2", "instance/?*")],
    ),
    passing(
        "ec2-profile-replaced",
        "ec2.amazonaws.com",
        &[PASS, every("ec2:ReplaceIamInstanceProfileAssociation", "ec2", "instance/?*")],
    ),
    passing(
        "autoscaling-launch-configuration",
        "ec2.amazonaws.com",
        &[
            PASS,
            some("autoscaling:CreateLaunchConfiguration"),
            some("autoscaling:CreateAutoScalingGroup"),
        ],
    ),
    passing(
        "lambda-001",
        "lambda.amazonaws.com",
        &[PASS, some("lambda:CreateFunction"), some("lambda:InvokeFunction")],
    ),
    passing(
        "lambda-002",
        "lambda.amazonaws.com",
        &[PASS, some("lambda:CreateFunction"), some("lambda:CreateEventSourceMapping")],
    ),
    passing(
        "lambda-006",
        "lambda.amazonaws.com",
        &[PASS, some("lambda:CreateFunction"), some("lambda:AddPermission")],
    ),
    passing(
        "ecs-004",
        "ecs-tasks.amazonaws.com",
        &[PASS, some("ecs:RegisterTaskDefinition"), some("ecs:RunTask")],
    ),
    passing(
        "ecs-003",
        "ecs-tasks.amazonaws.com",
        &[PASS, some("ecs:RegisterTaskDefinition"), some("ecs:CreateService")],
    ),
    passing(
        "ecs-005",
        "ecs-tasks.amazonaws.com",
        &[PASS, some("ecs:RegisterTaskDefinition"), some("ecs:StartTask")],
    ),
    passing(
        "cloudformation-001",
        "cloudformation.amazonaws.com",
        &[PASS, some("cloudformation:CreateStack")],
    ),
    passing(
        "cloudformation-003",
        "cloudformation.amazonaws.com",
        &[PASS, some("cloudformation:CreateStackSet"), some("cloudformation:CreateStackInstances")],
    ),
    passing(
        "cloudformation-004",
        "cloudformation.amazonaws.com",
        &[PASS, every("cloudformation:UpdateStackSet", "cloudformation", "stackset/?*")],
    ),
    passing(
        "codebuild-001",
        "codebuild.amazonaws.com",
        &[PASS, some("codebuild:CreateProject"), some("codebuild:StartBuild")],
    ),
    passing(
        "codebuild-004",
        "codebuild.amazonaws.com",
        &[PASS, some("codebuild:CreateProject"), some("codebuild:StartBuildBatch")],
    ),
    passing("glue-001", "glue.amazonaws.com", &[PASS, some("glue:CreateDevEndpoint")]),
    passing(
        "glue-003",
        "glue.amazonaws.com",
        &[PASS, some("glue:CreateJob"), some("glue:StartJobRun")],
    ),
    passing(
        "glue-004",
        "glue.amazonaws.com",
        &[PASS, some("glue:CreateJob"), some("glue:CreateTrigger")],
    ),
    passing(
        "glue-005",
        "glue.amazonaws.com",
        &[PASS, some("glue:UpdateJob"), some("glue:StartJobRun")],
    ),
    passing(
        "glue-006",
        "glue.amazonaws.com",
        &[PASS, some("glue:UpdateJob"), some("glue:CreateTrigger")],
    ),
    passing(
        "sagemaker-001",
        "sagemaker.amazonaws.com",
        &[PASS, some("sagemaker:CreateNotebookInstance")],
    ),
    passing(
        "sagemaker-002",
        "sagemaker.amazonaws.com",
        &[PASS, some("sagemaker:CreateTrainingJob")],
    ),
    passing(
        "sagemaker-003",
        "sagemaker.amazonaws.com",
        &[PASS, some("sagemaker:CreateProcessingJob")],
    ),
    passing(
        "datapipeline-001",
        "datapipeline.amazonaws.com",
        &[
            PASS,
            some("datapipeline:CreatePipeline"),
            some("datapipeline:PutPipelineDefinition"),
            some("datapipeline:ActivatePipeline"),
        ],
    ),
    passing(
        "apprunner-001",
        "tasks.apprunner.amazonaws.com",
        &[PASS, some("apprunner:CreateService")],
    ),
    passing(
        "bedrock-001",
        "bedrock-agentcore.amazonaws.com",
        &[
            PASS,
            some("bedrock-agentcore:CreateCodeInterpreter"),
            some("bedrock-agentcore:StartCodeInterpreterSession"),
            some("bedrock-agentcore:InvokeCodeInterpreter"),
        ],
    ),
    existing("lambda-003", &[every("lambda:UpdateFunctionCode", "lambda", "function:?*")]),
    existing(
        "lambda-layer",
        &[every("lambda:UpdateFunctionConfiguration", "lambda", "function:?*")],
    ),
    existing("codebuild-002", &[every("codebuild:StartBuild", "codebuild", "project/?*")]),
    existing("codebuild-003", &[every("codebuild:StartBuildBatch", "codebuild", "project/?*")]),
    existing("apprunner-002", &[every("apprunner:UpdateService", "apprunner", "service/?*")]),
    existing("ssm-002", &[every("ssm:SendCommand", "ec2", "instance/?*")]),
    existing("ssm-001", &[every("ssm:StartSession", "ec2", "instance/?*")]),
    existing(
        "cloudformation-002",
        &[every("cloudformation:UpdateStack", "cloudformation", "stack/?*")],
    ),
    existing(
        "cloudformation-005",
        &[
            every("cloudformation:CreateChangeSet", "cloudformation", "stack/?*"),
            every("cloudformation:ExecuteChangeSet", "cloudformation", "stack/?*"),
        ],
    ),
    existing("glue-002", &[every("glue:UpdateDevEndpoint", "glue", "devEndpoint/?*")]),
    existing(
        "ec2-002",
        &[
            every("ec2:ModifyInstanceAttribute", "ec2", "instance/?*"),
            every("ec2:StopInstances", "ec2", "instance/?*"),
            every("ec2:StartInstances", "ec2", "instance/?*"),
        ],
    ),
    existing(
        "sagemaker-004",
        &[every(
            "sagemaker:CreatePresignedNotebookInstanceUrl",
            "sagemaker",
            "notebook-instance/?*",
        )],
    ),
    existing(
        "sagemaker-005",
        &[
            some("sagemaker:CreateNotebookInstanceLifecycleConfig"),
            every("sagemaker:StopNotebookInstance", "sagemaker", "notebook-instance/?*"),
            every("sagemaker:UpdateNotebookInstance", "sagemaker", "notebook-instance/?*"),
            every("sagemaker:StartNotebookInstance", "sagemaker", "notebook-instance/?*"),
        ],
    ),
    existing(
        "ec2instanceconnect-003",
        &[
            every("ec2-instance-connect:SendSSHPublicKey", "ec2", "instance/?*"),
            some("ec2:DescribeInstances"),
        ],
    ),
    existing(
        "ec2-004",
        &[
            every("ec2:CreateLaunchTemplateVersion", "ec2", "launch-template/?*"),
            every("ec2:ModifyLaunchTemplate", "ec2", "launch-template/?*"),
        ],
    ),
    existing(
        "bedrock-002",
        &[
            every(
                "bedrock-agentcore:StartCodeInterpreterSession",
                "bedrock-agentcore",
                "code-interpreter-custom/?*",
            ),
            every(
                "bedrock-agentcore:InvokeCodeInterpreter",
                "bedrock-agentcore",
                "code-interpreter-custom/?*",
            ),
        ],
    ),
];
