//! The five verdicts.

use serde::{Deserialize, Serialize};
use trilith_graph::Tri;

use crate::practice::Checkability;

/// What can be said of a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The templates show it, and nothing in them speaks against it.
    Met,
    /// Something in the templates speaks against it, and nobody accepts that.
    Violated,
    /// Something speaks against it, and somebody accepts all of that.
    Accepted,
    /// Nothing shows it.
    NotEvidenced,
    /// No template shows it, and somebody vouches for it.
    OutsideTemplates,
}

impl Verdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::Violated, Self::Accepted, Self::NotEvidenced, Self::OutsideTemplates, Self::Met];

    /// Its name in machine output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Violated => "violated",
            Self::Accepted => "accepted",
            Self::NotEvidenced => "not-evidenced",
            Self::OutsideTemplates => "outside-templates",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Violated => "violated",
            Self::Accepted => "accepted",
            Self::NotEvidenced => "not evidenced",
            Self::OutsideTemplates => "outside templates",
        }
    }

    /// Its sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Met => "✔",
            Self::Violated => "✘",
            Self::Accepted => "◑",
            Self::NotEvidenced => "?",
            Self::OutsideTemplates => "✎",
        }
    }

    /// How good it is, to tell better from worse. A risk that somebody accepts and a practice that
    /// nothing shows are not better than each other.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Violated => 0,
            Self::Accepted | Self::NotEvidenced => 1,
            Self::OutsideTemplates => 2,
            Self::Met => 3,
        }
    }
}

/// What speaks for a practice and against it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) checkability: Checkability,
    /// Findings of medium severity or worse that nobody accepts.
    pub(crate) open: usize,
    /// Those that somebody does.
    pub(crate) accepted: usize,
    /// Whether some evidence is there.
    pub(crate) evidence: Tri,
    /// Whether somebody vouches for it today.
    pub(crate) attested: bool,
}

/// The verdict. What the templates show beats what somebody says; what is unknown shows nothing.
pub(crate) const fn decide(case: Case) -> Verdict {
    if case.open > 0 {
        return Verdict::Violated;
    }
    if case.accepted > 0 {
        return Verdict::Accepted;
    }
    let vouched = if case.attested { Verdict::OutsideTemplates } else { Verdict::NotEvidenced };
    match (case.checkability, case.evidence.is_true()) {
        (Checkability::Direct, true) => Verdict::Met,
        (Checkability::Partly, true) if case.attested => Verdict::Met,
        (Checkability::Partly, true) => Verdict::NotEvidenced,
        _ => vouched,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Case = Case {
        checkability: Checkability::Direct,
        open: 0,
        accepted: 0,
        evidence: Tri::False,
        attested: false,
    };

    #[test]
    fn findings_beat_evidence_and_attestations() {
        for checkability in
            [Checkability::Direct, Checkability::Partly, Checkability::Organisational]
        {
            let best = Case { checkability, evidence: Tri::True, attested: true, ..NOTHING };
            assert_eq!(decide(Case { open: 1, accepted: 3, ..best }), Verdict::Violated);
            assert_eq!(decide(Case { accepted: 1, ..best }), Verdict::Accepted);
        }
    }

    #[test]
    fn a_practice_is_met_by_as_much_as_it_needs() {
        use Checkability::{Direct, Organisational, Partly};
        let decide = |checkability, evidence, attested| {
            decide(Case { checkability, evidence, attested, ..NOTHING })
        };
        assert_eq!(decide(Direct, Tri::True, false), Verdict::Met);
        assert_eq!(decide(Direct, Tri::Unknown, false), Verdict::NotEvidenced);
        assert_eq!(decide(Partly, Tri::True, false), Verdict::NotEvidenced);
        assert_eq!(decide(Partly, Tri::True, true), Verdict::Met);
        assert_eq!(decide(Partly, Tri::Unknown, true), Verdict::OutsideTemplates);
        assert_eq!(decide(Organisational, Tri::True, true), Verdict::OutsideTemplates);
        assert_eq!(decide(Organisational, Tri::True, false), Verdict::NotEvidenced);
    }
}
