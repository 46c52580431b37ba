//! What makes a finding the same one as yesterday.

use std::collections::BTreeMap;

use trilith_graph::Diagnostic;

/// Fingerprints of `diagnostics`, whose files are called `path` from the root of the repository:
/// 64 bits of rule, file, resource and property.
///
/// Of several instances the first counts, by its address. They outlive whatever moves lines.
/// Findings that agree in all four are told apart by their order.
pub(crate) fn fingerprints<'p>(
    diagnostics: &[Diagnostic],
    path: impl Fn(&Diagnostic) -> &'p str,
) -> Vec<u64> {
    let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let base = fingerprint(diagnostic, path(diagnostic));
            let earlier = seen.entry(base).or_default();
            let own = if *earlier == 0 { base } else { hash(base, &earlier.to_string()) };
            *earlier += 1;
            own
        })
        .collect()
}

fn fingerprint(diagnostic: &Diagnostic, path: &str) -> u64 {
    let base = hash(hash(OFFSET_BASIS, &diagnostic.rule), path);
    match &diagnostic.subject {
        Some(subject) => {
            // Which of its instances is the worst may change.
            let first = subject.addresses().min().unwrap_or(&subject.address);
            hash(hash(base, first), &subject.path.to_string())
        }
        None => base,
    }
}

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// FNV-1a over `text` and a separator that no text contains, going on from `state`.
fn hash(state: u64, text: &str) -> u64 {
    text.bytes()
        .chain(std::iter::once(0xff))
        .fold(state, |state, byte| (state ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Severity, SourceId, Span, Subject};

    use super::*;

    fn diagnostic(rule: &str, address: &str, at: u32) -> Diagnostic {
        let span = Span::at(SourceId(0), at);
        let mut diagnostic = Diagnostic::new(rule, Severity::High, span, "m");
        diagnostic.subject = Some(Subject {
            root: trilith_graph::RootId(0),
            enclosed: Vec::new(),
            address: address.into(),
            declared: span,
            construct: None,
            resource_type: "T".into(),
            source_type: "t".into(),
            path: "A/0".into(),
            instances: Vec::new(),
        });
        diagnostic
    }

    #[test]
    fn a_finding_keeps_its_fingerprint_when_lines_move() {
        let of = |diagnostics: &[Diagnostic]| fingerprints(diagnostics, |_| "a.tf");
        let before = of(&[diagnostic("r", "x", 5), diagnostic("r", "y", 9)]);
        let after = of(&[diagnostic("r", "y", 100), diagnostic("r", "x", 905)]);
        assert_eq!(before, [after[1], after[0]]);
        // Recorded in baselines: a change of the function would invalidate them all.
        assert_eq!(format!("{:016x}", before[0]), "27d01416702241f8");
    }

    #[test]
    fn the_order_of_instances_does_not_count() {
        let of = |address: &str, other: &str| {
            let mut one = diagnostic("r", address, 5);
            one.subject.as_mut().expect("a resource").instances.push(other.into());
            fingerprints(&[one], |_| "a.tf")
        };
        assert_eq!(of("x[0]", "x[1]"), of("x[1]", "x[0]"));
        assert_eq!(of("x[1]", "x[0]"), fingerprints(&[diagnostic("r", "x[0]", 5)], |_| "a.tf"));
    }

    #[test]
    fn equal_findings_are_told_apart() {
        let three = [(); 3].map(|()| diagnostic("r", "x", 5));
        let found = fingerprints(&three, |_| "a.tf");
        assert!(found[0] != found[1] && found[1] != found[2] && found[0] != found[2]);
        let elsewhere = fingerprints(&three[..1], |_| "b.tf");
        assert_ne!(found[0], elsewhere[0]);
    }
}
