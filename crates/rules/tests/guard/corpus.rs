//! Our engine against cfn-guard on rules and templates that are not part of this repository.
//!
//! `TRILITH_GUARD_RULES` names a directory with rules files and `TRILITH_GUARD_TEMPLATES` one
//! with templates, in YAML or JSON; every rules file is evaluated on every template by both
//! engines, as the template is written. Run it with optimisation: the reference needs
//! milliseconds a pair.
#![expect(clippy::disallowed_methods, reason = "this test reads files that variables name")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value as Json;
use trilith_rules::engine::guard::{Status, parse};

use crate::files::{files, is_rules_file, template};
use crate::oracle::{Said, ours, theirs};

#[derive(Default)]
struct Tally {
    pairs: usize,
    verdicts: BTreeMap<Status, usize>,
    panics: Vec<String>,
    gave_up: usize,
    faults: Vec<String>,
}

impl Tally {
    fn add(mut self, other: Self) -> Self {
        self.pairs += other.pairs;
        self.gave_up += other.gave_up;
        for (status, count) in other.verdicts {
            *self.verdicts.entry(status).or_default() += count;
        }
        self.panics.extend(other.panics);
        self.faults.extend(other.faults);
        self
    }

    fn compare(&mut self, name: &str, rules: &str, document: &Json) {
        self.pairs += 1;
        let (our, _) = ours(rules, document);
        let (their, _) = theirs(rules, document);
        match (our, their) {
            (_, Said::Panicked) => self.panics.push(name.to_owned()),
            (Said::Outcomes(our), Said::Outcomes(their)) if our == their => {
                for (_, status) in our {
                    *self.verdicts.entry(status).or_default() += 1;
                }
            }
            (Said::GaveUp, Said::GaveUp) => self.gave_up += 1,
            (our, their) => self.faults.push(format!("{name}\n  is {our:?}\n  not {their:?}")),
        }
    }
}

#[test]
fn every_verdict_on_a_corpus_is_the_one_of_the_reference() {
    let variables = ("TRILITH_GUARD_RULES", "TRILITH_GUARD_TEMPLATES");
    let (Ok(rules), Ok(templates)) = (std::env::var(variables.0), std::env::var(variables.1))
    else {
        eprintln!("left out: {} and {} name no directories", variables.0, variables.1);
        return;
    };
    let rules: Vec<(PathBuf, String)> = files(Path::new(&rules))
        .into_iter()
        .filter(|path| is_rules_file(path))
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect();
    for (path, text) in &rules {
        parse(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let paths = files(Path::new(&templates));
    let templates: Vec<(&PathBuf, Json)> =
        paths.par_iter().filter_map(|path| Some((path, template(path)?))).collect();
    let tally = templates
        .par_iter()
        .map(|(path, document)| {
            let mut tally = Tally::default();
            for (file, text) in &rules {
                let name = format!("{} on {}", file.display(), path.display());
                tally.compare(&name, text, document);
            }
            tally
        })
        .reduce(Tally::default, Tally::add);
    eprintln!(
        "{} rules files on {} templates: {} pairs, verdicts {:?}, both gave up {}, \
         the reference panicked {}",
        rules.len(),
        templates.len(),
        tally.pairs,
        tally.verdicts,
        tally.gave_up,
        tally.panics.len(),
    );
    assert!(tally.faults.is_empty(), "{}\n{} differ", tally.faults.join("\n"), tally.faults.len());
    assert!(!tally.verdicts.is_empty(), "nothing was compared");
}
