//! Why a verdict is what it is, in a sentence.

use std::collections::BTreeSet;

use trilith_reporter::counted;

use crate::attestation::Standing;
use crate::model::{AttestationRow, EvidenceRow, FindingRow, PracticeRow};
use crate::verdict::Verdict;

/// The reason for the verdict of a row.
pub(crate) fn because(
    row: &PracticeRow,
    findings: &[FindingRow],
    live: Option<&AttestationRow>,
    attestations: &[(AttestationRow, Standing)],
) -> String {
    match row.verdict {
        Verdict::Violated => {
            let (count, worst) = worst(&row.violations, findings);
            let count = counted(count, "finding", "findings");
            worst.map_or_else(String::new, |one| {
                format!("{count}: {} ({}:{})", one.message, one.file, one.line)
            })
        }
        Verdict::Accepted => {
            let (count, _) = worst(&row.accepted, findings);
            let ids: BTreeSet<&str> = row.accepted.iter().map(String::as_str).collect();
            let mut accepted: Vec<_> = findings
                .iter()
                .filter(|finding| ids.contains(finding.id.as_str()))
                .filter_map(|finding| finding.accepted.as_ref())
                .collect();
            accepted.sort_by(|a, b| (&a.expires, &a.owner).cmp(&(&b.expires, &b.owner)));
            let count = counted(count, "finding", "findings");
            match accepted.iter().find(|one| !one.expires.is_empty()) {
                Some(first) => {
                    format!("{count} accepted, until {} ({})", first.expires, first.owner)
                }
                None => format!("{count} accepted, with no last day"),
            }
        }
        Verdict::Met => shown(row).map_or_else(String::new, sentence),
        Verdict::OutsideTemplates => live.map_or_else(String::new, |one| {
            format!("{} ({}, until {})", one.statement, one.owner, one.expires)
        }),
        Verdict::NotEvidenced => not_evidenced(row, attestations),
    }
}

fn not_evidenced(row: &PracticeRow, attestations: &[(AttestationRow, Standing)]) -> String {
    let own = row.attestations.iter().map(|at| &attestations[*at]);
    let mut last = own.clone().filter_map(|(one, standing)| match standing {
        Standing::Expired(_) => Some(&one.expires),
        _ => None,
    });
    let broken = own.clone().find_map(|(_, standing)| match standing {
        Standing::Malformed(problem) => Some(problem),
        _ => None,
    });
    let unknown = row.evidence.iter().find(|one| one.outcome == "unknown");
    let part = shown(row).map(sentence);
    if let Some(expired) = last.next() {
        return format!("what somebody vouched for expired on {expired}");
    }
    if let Some(problem) = broken {
        return format!("what somebody vouches for does not count: {problem}");
    }
    match (part, unknown) {
        (Some(part), _) => format!("{part}; nobody vouches for the rest"),
        (None, Some(one)) => format!("whether {} of them {} is not known", one.unknown, one.proves),
        (None, None) if row.checkability == "organisational" => {
            "no template tells, and nobody vouches for it".into()
        }
        (None, None) => "nothing in the templates shows it".into(),
    }
}

fn shown(row: &PracticeRow) -> Option<&EvidenceRow> {
    row.evidence.iter().find(|one| one.outcome == "shown")
}

fn sentence(one: &EvidenceRow) -> String {
    format!("{} of {} resources {}", one.so, one.looked, one.proves)
}

fn worst<'f>(ids: &[String], findings: &'f [FindingRow]) -> (usize, Option<&'f FindingRow>) {
    let wanted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let own = findings.iter().filter(|finding| wanted.contains(finding.id.as_str()));
    let rank = |finding: &FindingRow| match finding.severity.as_str() {
        "critical" => 0,
        "high" => 1,
        "medium" => 2,
        _ => 3,
    };
    // The first of the worst, in the order of the files.
    (ids.len(), own.min_by_key(|finding| rank(finding)))
}
