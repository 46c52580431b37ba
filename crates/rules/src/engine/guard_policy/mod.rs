//! Guard rules of the three-valued evaluator, and of the reference engine, as findings.
//!
//! A rule with a page looks at one resource at a time. The rules of a plain rules file do so too
//! if that comes to the same; otherwise they are evaluated on the document of a whole root.

mod check;
mod file;
mod label;

use std::sync::Arc;

use trilith_graph::{Finding, PropertyPath, Reason};

use super::guard::{
    self, Check, Document, ResourceDocument, ResourceView, RuleFile, RuleReport, Status,
};
use crate::view::View;
pub(crate) use check::{Entry, Place, entries};
pub use file::{GuardRule, guard_rules};

/// Which engine evaluates Guard rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GuardEngine {
    /// Ours: three-valued, with paths.
    #[default]
    Trilith,
    /// The cfn-guard crate, if it is compiled in.
    Reference,
}

/// How to evaluate Guard rules.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Engine {
    pub(crate) engine: GuardEngine,
    /// The time that `now()` gives, in seconds since 1970.
    pub(crate) now: Option<i64>,
}

impl Engine {
    fn options(self) -> guard::Options {
        guard::Options { now: self.now, ..guard::Options::default() }
    }
}

/// A Guard rules file with a page, ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Policy {
    file: RuleFile,
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
        Ok(Self { file })
    }

    /// Evaluates the rules on a resource.
    pub(crate) fn evaluate(&self, view: &View<'_>, engine: Engine) -> Result<Verdict, String> {
        let reports = match engine.engine {
            GuardEngine::Trilith => {
                let options = engine.options();
                guard::evaluate(&self.file, &ResourceDocument::new(seen(view)), &options)
            }
            GuardEngine::Reference => reference_reports(&self.file, &of_resource(view)?)?,
        };
        let mut verdict = Verdict::default();
        for report in reports {
            add(view, report, None, &mut verdict)?;
        }
        Ok(verdict)
    }
}

impl GuardRule {
    /// Evaluates the rule on a resource by itself.
    pub(crate) fn evaluate(&self, view: &View<'_>, engine: Engine) -> Result<Verdict, String> {
        let mut verdict = Verdict::default();
        let reports = match engine.engine {
            GuardEngine::Trilith => self.reports(&ResourceDocument::new(seen(view)), engine),
            GuardEngine::Reference => {
                let reports = reference_reports(self.file(), &of_resource(view)?)?;
                self.own(reports)
            }
        };
        for report in reports {
            add(view, report, self.message(), &mut verdict)?;
        }
        Ok(verdict)
    }

    /// What our engine says of the rule on a document.
    pub(crate) fn reports(&self, document: &dyn Document, engine: Engine) -> Vec<RuleReport> {
        let (file, options) = (self.file(), engine.options());
        if file.captures() {
            return self.own(guard::evaluate(file, document, &options));
        }
        let rules = self.places().iter();
        rules.filter_map(|rule| guard::evaluate_rule(file, *rule, document, &options)).collect()
    }

    /// The reports of this rule among those of its file.
    pub(crate) fn own(&self, reports: Vec<RuleReport>) -> Vec<RuleReport> {
        reports.into_iter().filter(|report| *report.name == *self.name()).collect()
    }
}

fn seen<'v>(view: &'v View<'_>) -> ResourceView<'v> {
    let resource = view.resource();
    ResourceView {
        address: &resource.address,
        resource_type: &resource.resource_type,
        properties: view.properties(),
        attributes: &resource.attributes,
    }
}

/// What the cfn-guard crate says of every rule of a file on a document, given as JSON.
#[cfg(feature = "cfn-guard")]
pub(crate) fn reference_reports(
    file: &RuleFile,
    document: &serde_json::Value,
) -> Result<Vec<RuleReport>, String> {
    guard::reference::evaluate(file.text(), &document.to_string())
        .map_err(|error| error.to_string())
}

/// Without the crate there is nothing to ask.
#[cfg(not(feature = "cfn-guard"))]
pub(crate) fn reference_reports(
    _: &RuleFile,
    _: &serde_json::Value,
) -> Result<Vec<RuleReport>, String> {
    Err("this trilith was built without the cfn-guard engine".into())
}

#[cfg(feature = "cfn-guard")]
#[expect(clippy::unnecessary_wraps, reason = "the same form as without the feature")]
fn of_resource(view: &View<'_>) -> Result<serde_json::Value, String> {
    Ok(super::template::of_resource(view))
}

#[cfg(not(feature = "cfn-guard"))]
fn of_resource(_: &View<'_>) -> Result<serde_json::Value, String> {
    Err("this trilith was built without the cfn-guard engine".into())
}

/// Adds what a report says of the resource that it was made for.
fn add(
    view: &View<'_>,
    report: RuleReport,
    message: Option<&str>,
    verdict: &mut Verdict,
) -> Result<(), String> {
    if let Some(error) = report.error {
        return Err(error);
    }
    for entry in entries(report.into_checks(), message) {
        let own = |place: &Place| match place {
            Place::Resource(address, path) if **address == *view.resource().address => path.clone(),
            _ => PropertyPath::root(),
        };
        let path = own(&entry.place);
        if entry.status == Status::Unknown {
            verdict.undecided.push((path, entry.unknown));
            continue;
        }
        let also: Vec<PropertyPath> = entry.also.iter().map(own).collect();
        let mut finding = entry.finding(view, path);
        for path in also {
            finding = finding.related(view.id(), path, "");
        }
        verdict.findings.push(finding);
    }
    Ok(())
}

/// A resource and the path from its properties, from a check.
fn place_of(check: &Check) -> Place {
    match check.resource() {
        Some((address, path)) => Place::Resource(Arc::from(address), path),
        None => Place::of_section(&check.path),
    }
}
