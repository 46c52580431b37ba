//! SEC07: which data is where, and for how long.

use trilith_graph::{Finding, Value};
use trilith_rules::Findings;
use trilith_rules::query::tags;

use crate::contrary::Contrary;
use crate::evidence::prelude::*;
use crate::stores;

const SCHEME: &str = "sec_data_classification_identify_data";
const BY_CLASS: &str = "sec_data_classification_define_protection";
const FINDING_OUT: &str = "sec_data_classification_auto_classification";
const LIFETIME: &str = "sec_data_classification_lifecycle_management";

/// Classes of data that call for more than the least.
const HIGH: [&str; 8] = [
    "confidential",
    "highly-confidential",
    "high",
    "restricted",
    "secret",
    "sensitive",
    "pii",
    "phi",
];

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "data-classified",
        practices: &[SCHEME],
        types: &stores::TYPES,
        every: true,
        proves: "say how sensitive their data is",
        look: |view| {
            let tag = stores::classification(view);
            shown(tag.map_or_else(|missing| missing, |_| Tri::True), tags::property(view))
        },
    },
    Evidence {
        id: "sensitive-data-protected",
        practices: &[BY_CLASS],
        types: &stores::TYPES,
        every: true,
        proves: "hold sensitive data, are encrypted with a key of their own and closed to the public",
        look: |view| {
            let class = stores::classification(view).ok()?;
            let text = class.as_str()?.to_ascii_lowercase().replace('_', "-");
            HIGH.contains(&text.as_str()).then(|| Shown {
                truth: stores::has_own_key(view).and(!stores::is_public(view)),
                at: PropertyPath::root(),
            })
        },
    },
    Evidence {
        id: "data-found-out",
        practices: &[FINDING_OUT],
        types: &["AWS::Macie::Session"],
        every: false,
        proves: "look for sensitive data in buckets",
        look: |view| shown(!view.get("Status").is("PAUSED"), "Status"),
    },
    Evidence {
        id: "logs-watched-for-data",
        practices: &[FINDING_OUT],
        types: &["AWS::Logs::LogGroup"],
        every: false,
        proves: "mask sensitive data in logs",
        look: |view| is_given(view, "DataProtectionPolicy"),
    },
    Evidence {
        id: "objects-expire",
        practices: &[LIFETIME],
        types: &["AWS::S3::Bucket"],
        every: false,
        proves: "let objects expire or move",
        look: |view| {
            has_any(view, "LifecycleConfiguration/Rules/*", |it| it.get("Status").is("Enabled"))
        },
    },
    Evidence {
        id: "items-expire",
        practices: &[LIFETIME],
        types: &["AWS::DynamoDB::Table"],
        every: false,
        proves: "let items expire",
        look: |view| is_true(view, "TimeToLiveSpecification/Enabled"),
    },
    Evidence {
        id: "logs-expire",
        practices: &[LIFETIME],
        types: &["AWS::Logs::LogGroup"],
        every: false,
        proves: "keep logs for a set time",
        look: |view| is_given(view, "RetentionInDays"),
    },
    Evidence {
        id: "images-expire",
        practices: &[LIFETIME],
        types: &["AWS::ECR::Repository"],
        every: false,
        proves: "remove old images",
        look: |view| is_given(view, "LifecyclePolicy"),
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "macie-paused",
        title: "Macie is there and does not look",
        severity: "medium",
        types: &["AWS::Macie::Session"],
        practices: &[FINDING_OUT],
        catalogue: &["MAC-001"],
        fix: "set `Status` to ENABLED",
        check: |session, findings| {
            findings.when(session.get("Status").is("PAUSED"), || {
                let message = format!("`{}` looks for nothing", session.name());
                Finding::new(session.id(), "Status", message)
            });
        },
    },
    Contrary {
        id: "lifetime-switched-off",
        title: "A rule for the lifetime of data is written and switched off",
        severity: "medium",
        types: &["AWS::DynamoDB::Table", "AWS::S3::Bucket"],
        practices: &[LIFETIME],
        catalogue: &["S3-014", "TAG-006"],
        fix: "switch the rule on, or remove it and say how long the data is kept",
        check: lifetime_off,
    },
];

fn lifetime_off(store: &View<'_>, findings: &mut Findings<'_>) {
    let rules = store.all("LifecycleConfiguration/Rules/*");
    let off = |rule: &Value| rule.get("Status").is("Disabled");
    if let Some((path, _)) = rules.first() {
        let truth = Tri::all(rules.iter().map(|(_, rule)| off(rule)));
        findings.when(truth, || {
            let message = format!("data in `{}` is kept for ever", store.name());
            Finding::new(store.id(), path.join("Status"), message)
                .label("written down, and not in force")
        });
    }
    let path = "TimeToLiveSpecification/Enabled";
    findings.when(store.get(path).is_false(), || {
        let message = format!("items in `{}` are kept for ever", store.name());
        Finding::new(store.id(), path, message).label("written down, and not in force")
    });
}
