//! The command: what to mend, the diff, the files, the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use similar::TextDiff;
use trilith_parser::detect::{Detection, detect};

use super::prove::Unfixed;
use super::rounds::{Done, Files, Left, Task, Why};
use crate::analyse::Input;
use crate::args::{FixArgs, RuleArgs};
use crate::check::{Examiner, Nested, Rules, Setup, Values, Verdict, read_inputs, set_threads};
use crate::failure::Failure;
use crate::files;

/// Lines of context in a diff.
const CONTEXT: usize = 3;

/// Runs `trilith fix`.
pub(crate) fn run(args: &FixArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let scope = &args.scope;
    if !args.diff && scope.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::new(
            "standard input cannot be rewritten; `--diff` prints what would change",
        ));
    }
    set_threads(scope);
    let setup = Setup::read(scope)?;
    let selected = setup.rules(&scope.rules, color)?;
    let mut inputs = read_inputs(scope, &setup.config)?;
    let nested = Nested::find(scope, &setup, &mut inputs)?;
    let others = nested.domains(&scope.rules, color)?;
    let others = others.iter().flat_map(|domains| &domains.list);
    let selected: BTreeSet<&str> = std::iter::once(&selected)
        .chain(others.map(|domain| &domain.rules))
        .flat_map(|rules| rules.all.iter().map(|rule| rule.id()))
        .collect();
    // A fix must not make another rule speak, so all of them look on.
    let all = RuleArgs {
        select: Vec::new(),
        extend_select: [&scope.rules.select[..], &scope.rules.extend_select].concat(),
        ..scope.rules.clone()
    };
    let rules = Rules::choose(&setup.policies.registry, &setup.config, &all)?;
    let values = Values::read(scope, &setup.config)?;
    let domains = nested.domains(&all, color)?;
    let examiner = Examiner::new(scope, &setup, &rules, &values, domains.as_ref());
    let writable: BTreeSet<String> = (inputs.list.iter())
        .filter(|input| !input.is_context && input.problem.is_none())
        .map(|input| input.name.clone())
        .collect();
    let is_given = |name: &String| inputs.given.as_ref().is_none_or(|given| given.contains(name));
    let writable: BTreeSet<String> = writable.into_iter().filter(is_given).collect();
    let plans = plans(&inputs.list);
    let files = Files { given: inputs.given, loader: Arc::from(inputs.loader), list: inputs.list };
    let task = Task {
        examiner: &examiner,
        selected: &selected,
        with_unsafe: args.unsafe_fixes,
        // Whoever names rules wants nothing else to change.
        with_waivers: scope.rules.select.is_empty(),
        writable: &writable,
    };
    let done = task.run(&files)?;
    if done.files == 0 {
        let nothing = examiner.examine(read_inputs(scope, &setup.config)?);
        return crate::check::nothing_to_check(scope, &nothing);
    }
    let before: BTreeMap<&str, &str> =
        files.list.iter().map(|input| (&*input.name, &*input.text)).collect();
    if args.diff {
        for (name, text) in &done.texts {
            print_diff(name, before.get(&**name).copied().unwrap_or_default(), text, out)?;
        }
        out.flush()?;
        summarize(&done, &plans, true, &mut std::io::stderr())?;
        return Ok(if done.texts.is_empty() { Verdict::Clean } else { Verdict::Findings });
    }
    for (name, text) in &done.texts {
        write(name, before.get(&**name).copied().unwrap_or_default(), text)?;
    }
    for fixed in &done.fixed {
        writeln!(out, "{}:{}: {}: {}", fixed.file, fixed.line, fixed.rule, fixed.title)?;
    }
    summarize(&done, &plans, false, out)?;
    Ok(Verdict::Clean)
}

/// Names of the plans among the files.
fn plans(inputs: &[Input]) -> Vec<String> {
    let is_plan = |input: &&Input| detect(&input.name, &input.text) == Detection::TerraformPlan;
    inputs.iter().filter(is_plan).map(|input| input.name.clone()).collect()
}

/// Writes a file, if it still is what was looked at.
fn write(name: &str, before: &str, after: &str) -> Result<(), Failure> {
    let path = Path::new(name);
    if files::read(path)? != before.as_bytes() {
        return Err(Failure::new(format!(
            "{name}: it is not UTF-8, or has changed meanwhile; nothing was written there"
        )));
    }
    files::replace(path, after)
}

fn print_diff(name: &str, before: &str, after: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let diff = TextDiff::from_lines(before, after);
    let (old, new) = (format!("a/{name}"), format!("b/{name}"));
    write!(out, "{}", diff.unified_diff().context_radius(CONTEXT).header(&old, &new))?;
    Ok(())
}

fn summarize(
    done: &Done,
    plans: &[String],
    is_diff: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for left in &done.left {
        if let Some(why) = reason(left) {
            writeln!(out, "left {}:{}: {}: {why}", left.file, left.line, left.rule)?;
        }
    }
    for plan in plans {
        writeln!(out, "left {plan}: a plan is made from its sources: mend those")?;
    }
    let word = if is_diff { "can be fixed" } else { "fixed" };
    let in_files = match done.texts.len() {
        0 => String::new(),
        1 => " in 1 file".to_owned(),
        n => format!(" in {n} files"),
    };
    write!(out, "{} {word}{in_files}, {} left", done.fixed.len(), done.left.len())?;
    let unsafe_ones = done.left.iter().filter(|left| matches!(left.why, Why::Unsafe(_))).count();
    let undecided =
        done.left.iter().filter(|left| matches!(left.why, Why::None(Unfixed::NoEdit))).count();
    let mut reasons = Vec::new();
    if unsafe_ones > 0 {
        reasons.push(format!("{unsafe_ones} with --unsafe-fixes"));
    }
    if undecided > 0 {
        reasons.push(format!("{undecided} need a decision"));
    }
    let others = done.left.len() - unsafe_ones - undecided;
    if others > 0 {
        reasons.push(format!("{others} cannot be written here"));
    }
    if !reasons.is_empty() {
        write!(out, " ({})", reasons.join(", "))?;
    }
    writeln!(out)?;
    Ok(())
}

/// Why a finding that has edits is left.
fn reason(left: &Left) -> Option<String> {
    match &left.why {
        Why::None(Unfixed::NoEdit) => None,
        Why::None(unfixed) => Some(unfixed.to_string()),
        Why::Unsafe(fix) => {
            let caution = fix.caution.as_deref().unwrap_or_default();
            Some(format!("{}; unsafe: {caution}", fix.title))
        }
        Why::Outside => Some("the fix would change a file that was not named".into()),
    }
}
