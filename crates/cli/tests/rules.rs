//! Every fenced example of every rule page is a test, and so is what follows from it.
//!
//! `cargo test --test rules NAME` runs the examples of one rule. A line of a failing example
//! that must be reported ends in `# finding` (or `// finding` in JSON); an example without
//! marks must be clean. From each failing example three more tests follow: the offending value
//! unknown (must be silent and counted as undecided), the template as JSON instead of YAML, and
//! with its resources in the opposite order (same findings). And each value of it once in every
//! other shape, since a policy that stumbles over an odd file ends the whole run.

use libtest_mimic::{Arguments, Failed, Trial};
use trilith::builtin::BUILT_IN;
use trilith::testing::{example, page};
use trilith_rules::engine::rego::Bundle;
use trilith_rules::page::fences;
use trilith_rules::testing::quick::is_quick;
use trilith_rules::{ModuleText, Predicate, Rule, practices};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = BUILT_IN.iter().flat_map(trials).collect();
    trials.push(Trial::test("policies::are_quick", policies_are_quick));
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials(rule: &'static Rule) -> Vec<Trial> {
    let id = rule.id();
    let mut trials = vec![Trial::test(format!("{id}::page"), move || page_is_whole(rule))];
    if let Predicate::Rego(text) = &rule.predicate {
        trials.push(Trial::test(format!("{id}::policy"), move || policy_is_sound(rule, text)));
    }
    for test in page::tests(rule) {
        let name = format!("{id}::{}", test.name);
        trials.push(Trial::test(name, move || test.run(rule).map_err(Failed::from)));
    }
    trials
}

/// Our own policies are not looked at again at run time as those of others are.
fn policy_is_sound(rule: &Rule, text: &str) -> Result<(), Failed> {
    let module = ModuleText { name: rule.policy_file(), text: text.to_owned() };
    match Bundle::new(vec![module], &serde_json::Value::Null).1.first() {
        Some(problem) => Err(problem.to_string().into()),
        None => Ok(()),
    }
}

/// A template waits for every policy that regorus has to compile.
fn policies_are_quick() -> Result<(), Failed> {
    let policies = BUILT_IN.iter().filter(|rule| matches!(rule.predicate, Predicate::Rego(_)));
    let (quick, slow): (Vec<&Rule>, Vec<&Rule>) = policies.partition(|rule| is_quick(rule));
    if slow.len() * 20 > quick.len() {
        let slow: Vec<&str> = slow.iter().map(|rule| rule.id()).collect();
        return Err(format!("of {} policies, these are not: {slow:?}", quick.len()).into());
    }
    Ok(())
}

/// The page says what it must.
fn page_is_whole(rule: &Rule) -> Result<(), Failed> {
    let fences = fences(&rule.page);
    for format in ["cloudformation", "terraform"] {
        if rule.metadata.not_in.iter().any(|(name, _)| name == format) {
            continue;
        }
        for section in ["Fails", "Passes"] {
            let count = fences
                .iter()
                .filter(|fence| fence.section == section)
                .filter(|fence| example::format_of(fence).is_some_and(|f| f.family() == format))
                .count();
            if count == 0 {
                return Err(format!("no {format} example under `{section}`").into());
            }
        }
    }
    for slug in rule.metadata.practices.iter() {
        practices::find(slug).ok_or_else(|| format!("no best practice has the slug `{slug}`"))?;
    }
    for heading in ["## Why", "## Fix", "## Fails", "## Passes"] {
        if !rule.page.contains(heading) {
            return Err(format!("the page has no `{heading}`").into());
        }
    }
    Ok(())
}
