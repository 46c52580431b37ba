//! SEC04: logs, where they come together, what happens then.

use trilith_graph::Finding;
use trilith_rules::Findings;
use trilith_rules::query::trails;

use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const LOGS: &str = "sec_detect_investigate_events_app_service_logging";
const PLACES: &str = "sec_detect_investigate_events_logs";
const ALERTS: &str = "sec_detect_investigate_events_security_alerts";
const REMEDY: &str = "sec_detect_investigate_events_noncompliant_resources";

/// Where findings of security services come from.
pub(super) const SOURCES: [&str; 6] = [
    "aws.access-analyzer",
    "aws.config",
    "aws.guardduty",
    "aws.inspector2",
    "aws.macie",
    "aws.securityhub",
];

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "trail-in-all-regions",
        practices: &[LOGS],
        types: &["AWS::CloudTrail::Trail"],
        every: false,
        proves: "record every call in all regions",
        look: |view| {
            let on = trails::logs_management(view);
            shown(view.get("IsMultiRegionTrail").is_true().and(on), "IsMultiRegionTrail")
        },
    },
    Evidence {
        id: "network-recorded",
        practices: &[LOGS],
        types: &["AWS::EC2::FlowLog"],
        every: false,
        proves: "record the traffic of a network",
        look: is_there,
    },
    Evidence {
        id: "configuration-recorded",
        practices: &[LOGS],
        types: &["AWS::Config::ConfigurationRecorder"],
        every: false,
        proves: "record how resources change",
        look: is_there,
    },
    Evidence {
        id: "access-logged",
        practices: &[LOGS],
        types: &[
            "AWS::ApiGateway::Stage",
            "AWS::ApiGatewayV2::Stage",
            "AWS::CloudFront::Distribution",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ],
        every: true,
        proves: "log who asks",
        look: |view| match view.resource_type() {
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
                has_any(view, "LoadBalancerAttributes/*", |attribute| {
                    let key = attribute.get("Key").is("access_logs.s3.enabled");
                    key.and(attribute.get("Value").is_true())
                })
            }
            "AWS::CloudFront::Distribution" => is_given(view, "DistributionConfig/Logging"),
            "AWS::ApiGateway::Stage" => is_given(view, "AccessLogSetting/DestinationArn"),
            _ => is_given(view, "AccessLogSettings/DestinationArn"),
        },
    },
    Evidence {
        id: "logs-together",
        practices: &[PLACES],
        types: &[
            "AWS::CloudTrail::EventDataStore",
            "AWS::Oam::Sink",
            "AWS::SecurityHub::FindingAggregator",
            "AWS::SecurityLake::DataLake",
        ],
        every: false,
        proves: "bring logs or findings together in one place",
        look: is_there,
    },
    Evidence {
        id: "organization-trail",
        practices: &[PLACES],
        types: &["AWS::CloudTrail::Trail"],
        every: false,
        proves: "record every account of the organization",
        look: |view| is_true(view, "IsOrganizationTrail"),
    },
    Evidence {
        id: "configuration-together",
        practices: &[PLACES],
        types: &["AWS::Config::ConfigurationAggregator"],
        every: false,
        proves: "show the resources of many accounts in one place",
        look: is_there,
    },
    Evidence {
        id: "findings-enriched",
        practices: &[ALERTS],
        types: &[
            "AWS::Detective::Graph",
            "AWS::SecurityHub::AutomationRule",
            "AWS::SecurityHub::Hub",
            "AWS::SecurityHub::Insight",
        ],
        every: false,
        proves: "put findings into context",
        look: is_there,
    },
    Evidence {
        id: "findings-routed",
        practices: &[ALERTS, REMEDY, "sec_incident_response_playbooks"],
        types: &["AWS::Events::Rule"],
        every: false,
        proves: "send findings to somebody or something",
        look: |view| {
            let targets = view.get("Targets").is_present();
            let on = !view.get("State").is("DISABLED");
            takes_findings(view)
                .map(|takes| Shown { truth: takes.and(targets).and(on), at: "EventPattern".into() })
        },
    },
    Evidence {
        id: "remediation-automatic",
        practices: &[REMEDY],
        types: &["AWS::Config::RemediationConfiguration"],
        every: false,
        proves: "put right what is wrong without a person",
        look: |view| is_true(view, "Automatic"),
    },
    Evidence {
        id: "alarm-with-action",
        practices: &[REMEDY],
        types: &["AWS::CloudWatch::Alarm"],
        every: true,
        proves: "tell somebody",
        look: |view| shown(!is_silent(view), "AlarmActions"),
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "trail-kept-in-own-bucket",
        title: "The trail is kept in a bucket where it can be overwritten",
        severity: "medium",
        types: &["AWS::CloudTrail::Trail"],
        practices: &[PLACES],
        catalogue: &["CT-004", "S3-021"],
        fix: "switch on versioning and Object Lock of the bucket, or write to a log archive",
        check: own_bucket,
    },
    Contrary {
        id: "alarm-without-action",
        title: "An alarm goes off and nobody is told",
        severity: "medium",
        types: &["AWS::CloudWatch::Alarm"],
        practices: &[REMEDY],
        catalogue: &["CW-003"],
        fix: "give the alarm an action, and leave actions enabled",
        check: |alarm, findings| {
            findings.when(is_silent(alarm), || {
                let off = alarm.get("ActionsEnabled").is_false().is_true();
                let path = if off { "ActionsEnabled" } else { "AlarmActions" };
                let message = format!("nobody is told when `{}` goes off", alarm.name());
                Finding::new(alarm.id(), path, message)
            });
        },
    },
];

/// Whether an alarm does nothing when it goes off.
fn is_silent(alarm: &View<'_>) -> Tri {
    let lists = ["AlarmActions", "OKActions", "InsufficientDataActions"];
    let none = lists.iter().map(|list| {
        let value = alarm.get(list);
        let is_empty = value.items().is_empty() && !value.is_unknown();
        if is_empty && value.flags.has(trilith_graph::Flags::OPEN) {
            return Tri::Unknown;
        }
        if value.is_unknown() { Tri::Unknown } else { is_empty.into() }
    });
    alarm.get("ActionsEnabled").is_false().or(Tri::all(none))
}

/// Whether a rule takes findings of security services; `None` for a rule about something else.
pub(super) fn takes_findings(rule: &View<'_>) -> Option<Tri> {
    let pattern = rule.get("EventPattern");
    let source = pattern.get("source");
    let truth = Tri::any(source.items().iter().map(|item| item.is_one_of(&SOURCES)));
    if !truth.is_false() {
        return Some(truth);
    }
    // A pattern that could not be read as a document.
    let text = pattern.as_str()?;
    SOURCES.iter().any(|name| text.contains(name)).then_some(Tri::True)
}

fn own_bucket(trail: &View<'_>, findings: &mut Findings<'_>) {
    let Some(bucket) = trail.referenced("S3BucketName") else { return };
    if bucket.resource_type() != "AWS::S3::Bucket" {
        return;
    }
    let locked = bucket.get("ObjectLockEnabled").is_true();
    let versioned = bucket.get("VersioningConfiguration/Status").is("Enabled");
    findings.when(!locked.or(versioned), || {
        let message =
            format!("what `{}` records can be overwritten in `{}`", trail.name(), bucket.name());
        Finding::new(trail.id(), "S3BucketName", message)
            .label("a bucket without versions and without a lock")
    });
}
