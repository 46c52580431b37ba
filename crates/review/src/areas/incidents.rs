//! SEC10: what is ready before an incident.

use trilith_graph::{Finding, ResourceId};
use trilith_rules::Findings;

use super::detection::takes_findings;
use super::roles::{RESPONSE, any_contains, asks_for_second_factor, is_called, report_loose};
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const FORENSICS: &str = "sec_incident_response_prepare_forensic";
const PLAYBOOKS: &str = "sec_incident_response_playbooks";
const ACCESS: &str = "sec_incident_response_pre_provision_access";
const TOOLS: &str = "sec_incident_response_pre_deploy_tools";

/// Words that name a group for machines that are taken off the network.
const QUARANTINE: [&str; 4] = ["quarantine", "isolation", "isolated", "forensic"];
/// Words that name a playbook.
const PLAYBOOK: [&str; 5] = ["playbook", "runbook", "incident", "containment", "isolate"];
/// Days for which audit logs are kept at least; intrusions are often found after months.
const DAYS: i64 = 90;

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "quarantine-group",
        practices: &[FORENSICS],
        types: &["AWS::EC2::SecurityGroup"],
        every: false,
        proves: "wait to take a machine off the network",
        look: |view| {
            let inside = view.get("SecurityGroupIngress");
            let closed = inside.items().is_empty() && !inside.is_unknown();
            is_called(view, &QUARANTINE)
                .then(|| Shown { truth: closed.into(), at: "SecurityGroupIngress".into() })
        },
    },
    Evidence {
        id: "playbook-as-code",
        practices: &[PLAYBOOKS],
        types: &["AWS::SSM::Document"],
        every: false,
        proves: "are playbooks that run by themselves",
        look: |view| {
            let automation = view.get("DocumentType").is("Automation");
            is_called(view, &PLAYBOOK)
                .then(|| Shown { truth: automation, at: "DocumentType".into() })
        },
    },
    Evidence {
        id: "response-planned",
        practices: &[PLAYBOOKS, "sec_incident_response_develop_management_plans"],
        types: &["AWS::SSMIncidents::ResponsePlan"],
        every: false,
        proves: "say what happens in an incident",
        look: is_there,
    },
    Evidence {
        id: "contacts-on-call",
        practices: &["sec_incident_response_identify_personnel"],
        types: &["AWS::SSMContacts::Contact", "AWS::SSMContacts::Rotation"],
        every: false,
        proves: "name who is called",
        look: is_there,
    },
    Evidence {
        id: "responder-role",
        practices: &[ACCESS],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "wait for responders, behind a second factor",
        look: |view| {
            is_called(view, &RESPONSE).then(|| Shown {
                truth: asks_for_second_factor(view),
                at: "AssumeRolePolicyDocument".into(),
            })
        },
    },
    Evidence {
        id: "support-access",
        practices: &[ACCESS],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "may open a case with AWS",
        look: |view| {
            let path = "ManagedPolicyArns";
            shown(any_contains(view.get(path), "awssupportaccess"), path)
        },
    },
    Evidence {
        id: "investigation-tools",
        practices: &[TOOLS],
        types: &[
            "AWS::CloudTrail::EventDataStore",
            "AWS::Detective::Graph",
            "AWS::SecurityLake::DataLake",
        ],
        every: false,
        proves: "let somebody ask what happened",
        look: is_there,
    },
    Evidence {
        id: "simulation",
        practices: &["sec_incident_response_run_game_days"],
        types: &["AWS::FIS::ExperimentTemplate"],
        every: false,
        proves: "break things on purpose",
        look: is_there,
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "responder-role-without-second-factor",
        title: "The role of responders is powerful and asks for no second factor",
        severity: "high",
        types: &["AWS::IAM::Role"],
        practices: &[ACCESS],
        catalogue: &["IR-001"],
        fix: "demand `aws:MultiFactorAuthPresent` in the trust policy",
        check: |role, findings| report_loose(role, &RESPONSE, findings),
    },
    Contrary {
        id: "security-findings-unanswered",
        title: "Findings of a security service are caught and nothing happens",
        severity: "medium",
        types: &["AWS::Events::Rule"],
        practices: &[PLAYBOOKS],
        catalogue: &["GD-004"],
        fix: "give the rule a target, and leave it enabled",
        check: unanswered,
    },
    Contrary {
        id: "audit-log-kept-too-short",
        title: "Logs for investigations are gone after less than 90 days",
        severity: "medium",
        types: &["AWS::Logs::LogGroup"],
        practices: &[TOOLS, FORENSICS],
        catalogue: &["IR-004"],
        fix: "set `RetentionInDays` to 365 or more",
        check: kept_too_short,
    },
];

fn unanswered(rule: &View<'_>, findings: &mut Findings<'_>) {
    let Some(takes) = takes_findings(rule) else { return };
    let off = rule.get("State").is("DISABLED");
    let targets = rule.get("Targets");
    let none = targets.items().is_empty() && !targets.is_unknown();
    let hidden = targets.flags.has(trilith_graph::Flags::OPEN) || rule.root().open;
    let none = if none && hidden { Tri::Unknown } else { none.into() };
    findings.when(takes.and(off.or(none)), || {
        let path = if off.is_true() { "State" } else { "Targets" };
        let message = format!("`{}` catches findings, and nothing happens", rule.name());
        Finding::new(rule.id(), path, message)
    });
}

fn kept_too_short(group: &View<'_>, findings: &mut Findings<'_>) {
    const WRITERS: [&str; 2] = ["AWS::CloudTrail::Trail", "AWS::EC2::FlowLog"];
    let Some(days) = group.get("RetentionInDays").as_int() else { return };
    let mut edges = group.graph().edges_to(group.id());
    let writer = |id: ResourceId| {
        let other = group.graph().resource(id);
        WRITERS.contains(&&*other.resource_type)
    };
    let Some(edge) = edges.find(|edge| writer(edge.from)) else { return };
    if days < DAYS {
        let message = format!("what `{}` holds is gone after {days} days", group.name());
        findings.report(
            Finding::new(group.id(), "RetentionInDays", message)
                .label("intrusions are often found later")
                .related(edge.from, PropertyPath::root(), "writes what an investigation needs"),
        );
    }
}
