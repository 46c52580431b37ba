//! Checks of a policy before it is used, as IAM Access Analyzer and parliament make them.
//!
//! Codes are those of Access Analyzer's policy checks where it has the check, and parliament's
//! otherwise. What is not known of a policy is never a finding. Families that Access Analyzer
//! spells out by the form of the statement (`PASS_ROLE_WITH_...`, `CREATE_SLR_WITH_...`,
//! `REDUNDANT_...`) are questions to the decision procedure, so that a `Deny` counts.

mod actions;
mod arns;
mod conditions;
mod grammar;
mod hazards;
mod lists;
mod meaning;
mod nearest;
mod principals;
mod size;
mod trust;
mod undocumented;
mod values;
mod variables;

use trilith_graph::PropertyPath;

use crate::{Catalog, PolicyDocument, PolicyKind, Site};

/// How much a [`PolicyFinding`] weighs; Access Analyzer's types of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingType {
    /// Could be better.
    Suggestion,
    /// Does not do what it looks like.
    Warning,
    /// Lets too much through.
    SecurityWarning,
    /// AWS refuses it, or the part has no effect at all.
    Error,
}

impl FindingType {
    /// In words: `security warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::SecurityWarning => "security warning",
            Self::Error => "error",
        }
    }
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFinding {
    /// The check: `INVALID_ACTION`.
    pub code: &'static str,
    /// How much it weighs.
    pub finding_type: FindingType,
    /// Where, relative to the document.
    pub path: PropertyPath,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be told: "did you mean `s3:GetObject`?".
    pub help: Option<String>,
}

/// Checks that belong together: those of one kind of defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckFamily {
    /// The shape of a policy and its elements.
    Grammar,
    /// Whether AWS has the actions.
    Actions,
    /// Whether AWS has such resources, and actions on them.
    Resources,
    /// Keys, operators and values of conditions.
    Conditions,
    /// Policy variables.
    Variables,
    /// Who is named, and how.
    Principals,
    /// What is allowed too much, or twice.
    Meaning,
}

impl CheckFamily {
    /// All families.
    pub const ALL: [Self; 7] = [
        Self::Grammar,
        Self::Actions,
        Self::Resources,
        Self::Conditions,
        Self::Variables,
        Self::Principals,
        Self::Meaning,
    ];

    /// Makes the checks of the family of a policy that is attached to something of a kind.
    pub fn check(
        self,
        document: &PolicyDocument<'_>,
        kind: PolicyKind,
        catalog: &Catalog,
    ) -> Vec<PolicyFinding> {
        let mut checker = Checker { document, kind, catalog, findings: Vec::new() };
        match self {
            Self::Grammar => checker.grammar(),
            Self::Actions => checker.actions(),
            Self::Resources => checker.arns(),
            Self::Conditions => checker.conditions(),
            Self::Variables => checker.variables(),
            Self::Principals => checker.principals(),
            Self::Meaning => checker.meaning(),
        }
        checker.findings
    }
}

/// Makes all checks of a policy that is attached to something of a kind.
pub fn validate(
    document: &PolicyDocument<'_>,
    kind: PolicyKind,
    catalog: &Catalog,
) -> Vec<PolicyFinding> {
    let families = CheckFamily::ALL.into_iter();
    families.flat_map(|family| family.check(document, kind, catalog)).collect()
}

struct Checker<'c, 'v> {
    document: &'c PolicyDocument<'v>,
    kind: PolicyKind,
    catalog: &'c Catalog,
    findings: Vec<PolicyFinding>,
}

impl Checker<'_, '_> {
    fn error(&mut self, code: &'static str, site: Site<'_>, message: impl Into<String>) {
        self.add(code, FindingType::Error, site, message.into(), None);
    }

    fn security(&mut self, code: &'static str, site: Site<'_>, message: impl Into<String>) {
        self.add(code, FindingType::SecurityWarning, site, message.into(), None);
    }

    fn warning(&mut self, code: &'static str, site: Site<'_>, message: impl Into<String>) {
        self.add(code, FindingType::Warning, site, message.into(), None);
    }

    fn suggestion(&mut self, code: &'static str, site: Site<'_>, message: impl Into<String>) {
        self.add(code, FindingType::Suggestion, site, message.into(), None);
    }

    fn add(
        &mut self,
        code: &'static str,
        finding_type: FindingType,
        site: Site<'_>,
        message: String,
        help: Option<String>,
    ) {
        self.findings.push(PolicyFinding { code, finding_type, path: site.path(), message, help });
    }
}
