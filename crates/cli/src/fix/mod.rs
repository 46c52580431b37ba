//! `trilith fix`, and fixes for everybody who shows findings.
//!
//! A rule says in canonical words what would mend its findings; the crate `trilith-fix` writes it
//! into the source; here it is proved before anybody sees it.

mod command;
mod compare;
mod prove;
mod rounds;
mod unit;
mod unused;

use rayon::prelude::*;
use trilith_graph::Diagnostic;

use crate::analyse::Analysis;
use crate::check::{Examined, Examiner};

pub(crate) use command::run;
pub use prove::{Again, Prover, Unfixed};

/// Puts a proved fix beside each finding that has one.
#[expect(clippy::similar_names, reason = "who examines, and what is examined")]
pub(crate) fn add(examiner: &Examiner<'_>, examined: &Examined, findings: &mut [Diagnostic]) {
    let options = examiner.options();
    let evaluate = |analysis: &Analysis| examiner.evaluate(analysis);
    let again = Again { options: &options, loader: &*examined.loader, evaluate: &evaluate };
    let rules = examiner.all_rules();
    let prover = Prover::new(&examined.analysis, &rules, again);
    findings.par_iter_mut().for_each(|finding| {
        finding.fix = prover.fix(finding).ok().map(Box::new);
    });
}
