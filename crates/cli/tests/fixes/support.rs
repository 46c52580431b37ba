//! Mending texts in tests.

use trilith::analyse::{Analysis, Input, NoLoader, analyse};
use trilith::builtin::BUILT_IN;
use trilith::fix::{Again, Prover};
use trilith_fix::{Change, apply};
use trilith_graph::{Diagnostic, Fix};
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

/// Fixes after which a text must be mended.
const MOST_FIXES: usize = 40;

/// What came of mending a text.
pub(crate) struct Mended {
    pub(crate) text: String,
    /// What was done.
    pub(crate) titles: Vec<String>,
    /// Why findings are left.
    pub(crate) left: Vec<String>,
}

/// What a rule finds in a text.
pub(crate) fn findings(name: &str, text: &str, rule: &'static Rule) -> Vec<Diagnostic> {
    let analysis = analyse(vec![Input::new(name, text)], &Options::default());
    evaluate(&analysis.graph, &[rule]).diagnostics
}

/// Mends what a rule finds in a text, one fix after the other; all rules look on.
pub(crate) fn mend(name: &str, text: &str, rule: &'static Rule) -> Result<Mended, String> {
    let all: Vec<&Rule> = BUILT_IN.iter().collect();
    let mut mended = Mended { text: text.to_owned(), titles: Vec::new(), left: Vec::new() };
    for _ in 0..MOST_FIXES {
        let analysis = analyse(vec![Input::new(name, mended.text.as_str())], &Options::default());
        let found = evaluate(&analysis.graph, &[rule]).diagnostics;
        let (fix, left) = first_fix(&analysis, &all, &found);
        let Some(fix) = fix else {
            mended.left = left;
            return Ok(mended);
        };
        let changes: Vec<Change> = (fix.replacements.iter())
            .map(|one| {
                Change::new(one.span.start as usize..one.span.end as usize, one.text.clone())
            })
            .collect();
        mended.text = apply(&mended.text, &changes).ok_or("the changes touch each other")?;
        mended.titles.push(fix.title);
    }
    Err(format!("it is not mended after {MOST_FIXES} fixes:\n{}", mended.text))
}

fn first_fix(
    analysis: &Analysis,
    all: &[&Rule],
    found: &[Diagnostic],
) -> (Option<Fix>, Vec<String>) {
    let options = Options::default();
    let apply_all = |analysis: &Analysis| evaluate(&analysis.graph, all);
    let again = Again { options: &options, loader: &NoLoader, evaluate: &apply_all };
    let prover = Prover::new(analysis, all, again);
    let mut left = Vec::new();
    for finding in found {
        match prover.fix(finding) {
            Ok(fix) => return (Some(fix), Vec::new()),
            Err(why) => left.push(why.to_string()),
        }
    }
    (None, left)
}
