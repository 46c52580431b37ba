//! From an edit in canonical words to changes of the sources.

use std::collections::BTreeMap;

use trilith_graph::{Edit, EditStep, Format, PropertyPath, Resource, SourceId, SourceMap, Span};

use crate::Declined;
use crate::cloudformation;
use crate::document::Operation;
use crate::terraform;
use crate::text::{Change, difference};

/// What is to be mended: a finding, by its resource, property and place.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The texts of the run.
    pub sources: &'a SourceMap,
    /// The resource that the finding is about.
    pub resource: &'a Resource,
    /// The property.
    pub path: &'a PropertyPath,
    /// The place that the finding was put at.
    pub place: Span,
}

/// Changes that may be what an edit means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By source, in the order of the text; at least one.
    pub changes: BTreeMap<SourceId, Vec<Change>>,
}

/// Which of several readings of an edit to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Alternative of a condition that is meant where no place tells.
    pub(crate) arm: usize,
    /// Of several ways to say it in Terraform's words, which.
    pub(crate) way: usize,
    /// Whether the literal at the place of the finding is replaced, wherever the property lies.
    pub(crate) literal: bool,
}

/// Readings that are tried, the most natural one first.
const READINGS: [Reading; 6] = [
    Reading { arm: 0, way: 0, literal: false },
    Reading { arm: 0, way: 0, literal: true },
    Reading { arm: 1, way: 0, literal: false },
    Reading { arm: 0, way: 1, literal: false },
    Reading { arm: 0, way: 2, literal: false },
    Reading { arm: 0, way: 3, literal: false },
];

/// The changes that an edit may mean, best first and each once. It takes a proof to know which of
/// them mends the finding.
///
/// # Errors
///
/// Why there is none: the best reading's reason.
pub fn plan(site: &Site<'_>, edit: &Edit) -> Result<Vec<Plan>, Declined> {
    match site.resource.format {
        Format::TerraformPlan => return Err(Declined::Format("a plan is made from its sources")),
        Format::Iam => return Err(Declined::Format("policies that stand alone are not edited")),
        Format::CloudFormation | Format::Terraform | Format::TerraformJson => {}
    }
    let mut plans: Vec<Plan> = Vec::new();
    let mut first_reason = None;
    for reading in READINGS {
        match read(site, edit, reading) {
            Ok(plan) if !plans.contains(&plan) => plans.push(plan),
            Ok(_) => {}
            // What lies inside of a text has a name of its own there.
            Err(Declined::InText) => first_reason = Some(Declined::InText),
            Err(reason) => {
                first_reason.get_or_insert(reason);
            }
        }
    }
    match first_reason {
        Some(reason) if plans.is_empty() => Err(reason),
        _ => Ok(plans),
    }
}

fn read(site: &Site<'_>, edit: &Edit, reading: Reading) -> Result<Plan, Declined> {
    let mut texts = Texts { sources: site.sources, changed: BTreeMap::new() };
    for (at, step) in edit.steps.iter().enumerate() {
        let step = StepOf { site, step, reading, is_first: at == 0 };
        let is_json = texts.name(site.resource.span.source).rsplit('.').next() == Some("json");
        let written = match site.resource.format {
            Format::CloudFormation => cloudformation::write(&step, &mut texts),
            // One module may be written in both syntaxes.
            _ if is_json => terraform::json::write(&step, &mut texts),
            _ => terraform::write(&step, &mut texts),
        };
        match written {
            // What need not be there is gone already.
            Ok(()) | Err(Declined::Nothing) => {}
            Err(reason) => return Err(reason),
        }
    }
    let changes: BTreeMap<SourceId, Vec<Change>> = (texts.changed.iter())
        .map(|(source, text)| (*source, difference(site.sources.file(*source).text(), text)))
        .filter(|(_, changes)| !changes.is_empty())
        .collect();
    if changes.is_empty() { Err(Declined::Nothing) } else { Ok(Plan { changes }) }
}

/// A step of an edit, for a finding.
pub(crate) struct StepOf<'s> {
    pub(crate) site: &'s Site<'s>,
    pub(crate) step: &'s EditStep,
    pub(crate) reading: Reading,
    /// Whether nothing was changed yet, so that places are where the graph says.
    pub(crate) is_first: bool,
}

impl StepOf<'_> {
    pub(crate) fn operation(&self) -> Operation<'_> {
        match self.step {
            EditStep::Set(_, value) => Operation::Set(value),
            EditStep::Add(_, items) => Operation::Add(items),
            EditStep::Remove(_) => Operation::Remove,
        }
    }

    /// The place of the finding, if the step is about just that and the places still hold.
    pub(crate) fn place(&self) -> Option<Span> {
        self.is_first.then_some(self.site.place)
    }

    /// Whether the step is about the property of the finding itself.
    pub(crate) fn is_about_finding(&self) -> bool {
        let path = self.step.path();
        path.0.len() == self.site.path.segments().len() && path.covers(self.site.path)
    }
}

/// The texts as they are after the steps so far.
pub(crate) struct Texts<'a> {
    sources: &'a SourceMap,
    changed: BTreeMap<SourceId, String>,
}

impl Texts<'_> {
    pub(crate) fn text(&self, source: SourceId) -> &str {
        self.changed.get(&source).map_or_else(|| self.sources.file(source).text(), String::as_str)
    }

    pub(crate) fn name(&self, source: SourceId) -> &str {
        self.sources.file(source).name()
    }

    /// The sources in the directory of one, that one first.
    pub(crate) fn beside(&self, source: SourceId, ending: &str) -> Vec<SourceId> {
        let directory =
            |name: &str| name.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        let own = directory(self.name(source));
        let others = self.sources.files().filter(|(id, file)| {
            *id != source && file.name().ends_with(ending) && directory(file.name()) == own
        });
        std::iter::once(source).chain(others.map(|(id, _)| id)).collect()
    }

    pub(crate) fn change(&mut self, source: SourceId, changes: &[Change]) -> Result<(), Declined> {
        if changes.is_empty() {
            return Ok(());
        }
        let text = crate::text::apply(self.text(source), changes);
        let text = text.ok_or_else(|| Declined::NoPlace("the changes touch each other".into()))?;
        self.changed.insert(source, text);
        Ok(())
    }
}
