//! Fixes that touch each other are applied one after the other: rounds of analysis, proof and
//! change, in memory, until nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use trilith_fix::{Change, apply};
use trilith_graph::{Diagnostic, Fix, Replacement, Severity, SourceId};

use super::compare::{Key, key};
use super::prove::{Again, Prover, Unfixed};
use super::unit::Overlay;
use crate::analyse::{Input, Loader};
use crate::check::{Examined, Examiner, Findings, Inputs};
use crate::failure::Failure;

/// Rounds after which what is left stays.
const MOST_ROUNDS: usize = 24;

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The texts that changed, by name.
    pub(super) texts: BTreeMap<String, String>,
    /// The findings that were mended, in the order of the rounds.
    pub(super) fixed: Vec<Fixed>,
    /// The findings that are left, by file.
    pub(super) left: Vec<Left>,
    /// Number of files that were looked at.
    pub(super) files: usize,
}

/// A finding that was mended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed {
    pub(super) file: String,
    /// As the file is in the round.
    pub(super) line: u32,
    pub(super) rule: String,
    pub(super) title: String,
}

/// A finding that is left.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) rule: String,
    pub(super) why: Why,
}

/// Why a finding is left.
#[derive(Debug)]
pub(super) enum Why {
    /// There is no fix.
    None(Unfixed),
    /// There is one, and it may break something.
    Unsafe(Fix),
    /// There is one, and it would change a file that the run is not about.
    Outside,
}

/// What to mend.
pub(super) struct Task<'a> {
    pub(super) examiner: &'a Examiner<'a>,
    /// Ids of the rules whose findings are mended.
    pub(super) selected: &'a BTreeSet<&'a str>,
    pub(super) with_unsafe: bool,
    /// Whether waivers that cover nothing are removed.
    pub(super) with_waivers: bool,
    /// Names of the files that may be written.
    pub(super) writable: &'a BTreeSet<String>,
}

/// The files of the run, to be read again with other texts.
pub(super) struct Files {
    pub(super) list: Vec<Input>,
    pub(super) given: Option<BTreeSet<String>>,
    pub(super) loader: Arc<dyn Loader>,
}

impl Files {
    fn with(&self, texts: &BTreeMap<String, String>) -> Inputs {
        let mut list = self.list.clone();
        for input in &mut list {
            if let Some(text) = texts.get(&input.name) {
                input.text.clone_from(text);
            }
        }
        let loader = Changed { inner: self.loader.clone(), texts: texts.clone() };
        let (given, loader) = (self.given.clone(), Box::new(loader));
        Inputs { list, given, plan_problems: Vec::new(), loader }
    }
}

/// Reads files as they are after the rounds so far.
struct Changed {
    inner: Arc<dyn Loader>,
    texts: BTreeMap<String, String>,
}

impl Changed {
    fn overlay(&self) -> Overlay<'_> {
        Overlay { inner: &*self.inner, changed: &self.texts }
    }
}

impl Loader for Changed {
    fn module(&self, directory: &str) -> Vec<Input> {
        self.overlay().module(directory)
    }

    fn values(&self, directory: &str) -> Vec<Input> {
        self.overlay().values(directory)
    }

    fn manifest(&self, directory: &str) -> Option<String> {
        self.overlay().manifest(directory)
    }

    fn texts(&self, pattern: &str, modules: &[&str]) -> Vec<Input> {
        self.overlay().texts(pattern, modules)
    }
}

impl Task<'_> {
    /// Mends what can be mended, in memory.
    pub(super) fn run(&self, files: &Files) -> Result<Done, Failure> {
        let mut done = Done::default();
        let mut left: BTreeMap<String, Vec<Left>> = BTreeMap::new();
        let mut examined = self.examiner.examine(files.with(&done.texts));
        done.files = examined.analysis.files;
        // Files whose findings were not looked at since they changed; all at first.
        let mut open: Option<BTreeSet<String>> = None;
        let mut is_careful = false;
        for _ in 0..MOST_ROUNDS {
            let findings = self.findings(&examined)?;
            let before = counts(&findings);
            let findings: Vec<&Diagnostic> = (findings.iter())
                .filter(|one| {
                    open.as_ref().is_none_or(|open| open.contains(file_of(&examined, one)))
                })
                .collect();
            for name in open.iter().flatten() {
                left.remove(name);
            }
            let results = self.fixes(&examined, &findings, files, &done.texts);
            let mut chosen = Chosen::default();
            let mut fixed = Vec::new();
            for (finding, result) in findings.iter().zip(results) {
                let name = file_of(&examined, finding).to_owned();
                let line = examined.analysis.sources.start(finding.primary.span).line;
                let rule = finding.rule.to_string();
                let why = match result {
                    Ok(fix) if !fix.is_safe() && !self.with_unsafe => Why::Unsafe(fix),
                    Ok(fix) if !self.may_write(&examined, &fix) => Why::Outside,
                    Ok(fix) => {
                        if chosen.take(&fix, &examined, is_careful) {
                            fixed.push(Fixed { file: name, line, rule, title: fix.title });
                        }
                        continue;
                    }
                    Err(unfixed) => Why::None(unfixed),
                };
                left.entry(name.clone()).or_default().push(Left { file: name, line, rule, why });
            }
            if fixed.is_empty() {
                break;
            }
            let mut texts = done.texts.clone();
            let changed = chosen.apply(&examined, &mut texts);
            let next = self.examiner.examine(files.with(&texts));
            let after = counts(&self.findings(&next)?);
            let is_worse =
                after.iter().any(|(key, count)| before.get(key).is_none_or(|n| n < count));
            if is_worse && !is_careful {
                // Together they do what none does alone: one in each file, then.
                is_careful = true;
                continue;
            }
            if is_worse {
                break;
            }
            done.texts = texts;
            done.fixed.extend(fixed);
            open = Some(changed);
            examined = next;
        }
        done.left = left.into_values().flatten().collect();
        Ok(done)
    }

    /// The findings that nobody accepts, of the selected rules.
    fn findings(&self, examined: &Examined) -> Result<Vec<Diagnostic>, Failure> {
        let mut findings = Findings::of(examined, Some(Severity::Info))?.diagnostics;
        findings.retain(|finding| {
            self.selected.contains(&*finding.rule)
                || (self.with_waivers && trilith_waivers::is_unused(&finding.rule))
        });
        Ok(findings)
    }

    fn fixes(
        &self,
        examined: &Examined,
        findings: &[&Diagnostic],
        files: &Files,
        texts: &BTreeMap<String, String>,
    ) -> Vec<Result<Fix, Unfixed>> {
        let options = self.examiner.options();
        let loader = Overlay { inner: &*files.loader, changed: texts };
        let evaluate = |analysis: &crate::analyse::Analysis| self.examiner.evaluate(analysis);
        let again = Again { options: &options, loader: &loader, evaluate: &evaluate };
        let rules = self.examiner.all_rules();
        let prover = Prover::new(&examined.analysis, &rules, again);
        findings.par_iter().map(|finding| prover.fix(finding)).collect()
    }

    fn may_write(&self, examined: &Examined, fix: &Fix) -> bool {
        let name = |one: &Replacement| examined.analysis.sources.file(one.span.source).name();
        fix.replacements.iter().all(|one| self.writable.contains(name(one)))
    }
}

fn file_of<'e>(examined: &'e Examined, finding: &Diagnostic) -> &'e str {
    examined.analysis.sources.file(finding.primary.span.source).name()
}

fn counts(findings: &[Diagnostic]) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts
}

/// The place of a change with the lines before and after it.
fn with_lines_around(text: &str, change: &Change) -> Change {
    let before = text[..change.start].rmatch_indices('\n').nth(1).map_or(0, |(at, _)| at);
    let after = text[change.end..].match_indices('\n').nth(1);
    let end = after.map_or(text.len(), |(at, _)| change.end + at);
    Change::new(before..end, String::new())
}

/// The changes of a round.
#[derive(Default)]
struct Chosen {
    by_source: BTreeMap<SourceId, Vec<Change>>,
}

impl Chosen {
    /// Takes a fix, unless it touches one that was taken, or the lines around one that adds lines:
    /// what is aligned there has moved. One that is the same mends two findings.
    fn take(&mut self, fix: &Fix, examined: &Examined, is_careful: bool) -> bool {
        let change = |one: &Replacement| {
            let range = one.span.start as usize..one.span.end as usize;
            (one.span.source, Change::new(range, one.text.clone()))
        };
        let changes: Vec<(SourceId, Change)> = fix.replacements.iter().map(change).collect();
        let of = |source: &SourceId| self.by_source.get(source).map_or(&[][..], Vec::as_slice);
        if changes.iter().all(|(source, change)| of(source).contains(change)) {
            return true;
        }
        let touches = |(source, change): &(SourceId, Change)| {
            let text = examined.analysis.sources.file(*source).text();
            let near = |other: &Change| {
                let adds = change.text.contains('\n') || other.text.contains('\n');
                let other = if adds { with_lines_around(text, other) } else { other.clone() };
                other.overlaps(change)
            };
            of(source).iter().any(|other| is_careful || near(other))
        };
        if changes.iter().any(touches) {
            return false;
        }
        for (source, change) in changes {
            self.by_source.entry(source).or_default().push(change);
        }
        true
    }

    /// Changes the texts, and names the files.
    fn apply(self, examined: &Examined, texts: &mut BTreeMap<String, String>) -> BTreeSet<String> {
        let mut changed = BTreeSet::new();
        for (source, changes) in self.by_source {
            let file = examined.analysis.sources.file(source);
            if let Some(text) = apply(file.text(), &changes) {
                changed.insert(file.name().to_owned());
                texts.insert(file.name().to_owned(), text);
            }
        }
        changed
    }
}
