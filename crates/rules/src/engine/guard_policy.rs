//! Guard rules of the three-valued evaluator, and of the reference engine, as findings.

use std::collections::BTreeSet;

use trilith_graph::{Finding, PropertyPath, Reason};

use super::guard::{self, Check, ResourceDocument, ResourceView, RuleFile, RuleReport, Status};
use crate::view::View;

/// Which engine evaluates Guard rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GuardEngine {
    /// Ours: three-valued, with paths.
    #[default]
    Trilith,
    /// The cfn-guard crate, if it is compiled in.
    Reference,
}

/// A Guard rules file ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Policy {
    file: RuleFile,
    #[cfg_attr(not(feature = "cfn-guard"), expect(dead_code, reason = "for the reference engine"))]
    text: String,
}

/// What a policy says of one resource.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: Vec<(PropertyPath, Option<Reason>)>,
}

impl Policy {
    /// Parses a rules file. The error names what is wrong and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let file = guard::parse(text).map_err(|error| error.to_string())?;
        if file.rules().len() == 0 {
            return Err("the file has no rule".into());
        }
        Ok(Self { file, text: text.to_owned() })
    }

    /// Evaluates the rules on a resource.
    pub(crate) fn evaluate(&self, view: &View<'_>, engine: GuardEngine) -> Result<Verdict, String> {
        let reports = match engine {
            GuardEngine::Trilith => self.reports(view),
            GuardEngine::Reference => self.reference_reports(view)?,
        };
        let mut verdict = Verdict::default();
        for report in reports {
            if let Some(error) = report.error {
                return Err(error);
            }
            add(view, report.checks, &mut verdict);
        }
        Ok(verdict)
    }

    fn reports(&self, view: &View<'_>) -> Vec<RuleReport> {
        let resource = view.resource();
        let document = ResourceDocument::new(ResourceView {
            address: &resource.address,
            resource_type: &resource.resource_type,
            properties: view.properties(),
            attributes: &resource.attributes,
        });
        guard::evaluate(&self.file, &document, &guard::Options::default())
    }

    #[cfg(feature = "cfn-guard")]
    fn reference_reports(&self, view: &View<'_>) -> Result<Vec<RuleReport>, String> {
        let document = super::template::of_resource(view).to_string();
        guard::reference::evaluate(&self.text, &document).map_err(|error| error.to_string())
    }

    #[cfg(not(feature = "cfn-guard"))]
    #[expect(clippy::unused_self, reason = "the same form as with the feature")]
    fn reference_reports(&self, _: &View<'_>) -> Result<Vec<RuleReport>, String> {
        Err("this trilith was built without the cfn-guard engine".into())
    }
}

/// One finding per failed clause; of clauses that are alternatives, the first.
fn add(view: &View<'_>, checks: Vec<Check>, verdict: &mut Verdict) {
    let mut alternatives = BTreeSet::new();
    for check in checks {
        if check.any_of.is_some_and(|group| !alternatives.insert(group)) {
            continue;
        }
        let path = match check.resource() {
            Some((address, path)) if address == &*view.resource().address => path,
            _ => PropertyPath::root(),
        };
        if check.status == Status::Unknown {
            verdict.undecided.push((path, check.unknown));
            continue;
        }
        let message = match &check.message {
            Some(message) => message.to_string(),
            None => format!("`{}` does not hold for `{}`", check.clause, view.name()),
        };
        let finding = Finding::new(view.id(), path, message);
        verdict.findings.push(match check.compared_to.filter(|_| check.message.is_none()) {
            Some(expected) => finding.label(format!("compared with {expected}")),
            None => finding,
        });
    }
}
