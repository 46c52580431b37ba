//! Fixes: every failing example of every fixable rule is mended, in each syntax that it is shown
//! in, with its comments; and what is generated, in whatever style, too.
//!
//! `cargo test --test fixes NAME` mends the examples of one rule.

mod examples;
mod styles;
mod support;

use libtest_mimic::{Arguments, Trial};
use trilith::builtin::BUILT_IN;

fn main() {
    let arguments = Arguments::from_args();
    let fixable = BUILT_IN.iter().filter(|rule| rule.metadata.has_edits);
    let mut trials: Vec<Trial> = fixable.map(examples::trial).collect();
    trials.push(Trial::test("enough_rules_are_fixable", examples::enough_rules_are_fixable));
    let broken = examples::broken_examples_are_mended_or_left;
    trials.push(Trial::test("broken_examples_are_mended_or_left", broken));
    trials.extend(styles::trials());
    libtest_mimic::run(&arguments, trials).exit();
}
