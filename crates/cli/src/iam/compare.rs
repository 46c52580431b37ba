//! `trilith iam diff` and `trilith iam check`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use serde_json::{Value as Json, json};
use trilith_iam::{Access, Answers, Catalog, Policies, Question, Verdict as Proof};

use super::describe::{self, Line};
use super::holders::{Holder, Sources, holders};
use super::principal::Managed;
use super::read::{read, read_at, revisions};
use crate::args::ListFormat;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;
use crate::guardrails::Guardrails;

/// What a pair of holders came to.
#[derive(Default)]
struct Tally {
    gains: usize,
    losses: usize,
    possible: usize,
    escalations: usize,
}

struct Printer<'p> {
    catalog: &'p Catalog,
    out: &'p mut dyn Write,
    json: Vec<Json>,
    is_json: bool,
}

/// Compares the policies of two files, or of one at two revisions.
pub(super) fn diff(
    old_path: &Path,
    new_path: &Path,
    format: ListFormat,
    guardrails: &Guardrails,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let old_name = files::display(old_path);
    let range = revisions(&old_name).filter(|_| !files::exists(old_path));
    let (old, new) = match range {
        Some((old, Some(new))) => (read_at(old, new_path)?, read_at(new, new_path)?),
        Some((old, None)) => (read_at(old, new_path)?, read(new_path)?),
        None => (read(old_path)?, read(new_path)?),
    };
    // A file or a policy that is new has nothing to be compared with: all of it is gained.
    let none = || range.map(|_| Vec::new());
    let managed = Managed::of(&[&old, &new], catalog);
    let limits = guardrails.limits();
    let old_sources = Sources { own: &old.sources, managed: managed.sources() };
    let new_sources = Sources { own: &new.sources, managed: managed.sources() };
    let old_holders =
        holders(&old, &managed, &limits, &old_name).or_else(|failure| none().ok_or(failure))?;
    let new_name = files::display(new_path);
    let new_holders =
        holders(&new, &managed, &limits, &new_name).or_else(|failure| none().ok_or(failure))?;
    if old_holders.is_empty() && new_holders.is_empty() {
        return Err(Failure::new(format!("{new_name}: no policy at either revision")));
    }
    let is_single = old_holders.len() == 1 && new_holders.len() == 1;
    let mut printer = Printer::new(catalog, out, format);
    let mut tally = Tally::default();
    let names: BTreeSet<&str> =
        old_holders.iter().chain(&new_holders).map(|holder| &*holder.name).collect();
    let pairs: Vec<(Option<&Holder<'_>>, Option<&Holder<'_>>)> = if is_single {
        vec![(old_holders.first(), new_holders.first())]
    } else {
        let of =
            |holders: &'_ [Holder<'_>], name: &str| holders.iter().position(|it| it.name == name);
        let pair = |name: &&str| {
            (
                of(&old_holders, name).map(|at| &old_holders[at]),
                of(&new_holders, name).map(|at| &new_holders[at]),
            )
        };
        names.iter().map(pair).collect()
    };
    for (before, after) in pairs {
        let none = Policies::default();
        let old_policies = before.map_or_else(|| none.clone(), Holder::policies);
        let new_policies = after.map_or_else(|| none.clone(), Holder::policies);
        let question = Question::all(Some(catalog));
        let [losses, gains] = question.difference(&old_policies, &new_policies);
        let hidden = hidden_gains(before, after);
        let is_same = losses.found.is_empty() && gains.found.is_empty() && hidden.is_empty();
        if !is_single && !is_same {
            let name = after.or(before).map_or("", |holder| &holder.name);
            printer.line(name)?;
        }
        if let Some(holder) = after {
            printer.answers("Gains", holder, &gains, new_sources, &mut tally)?;
            printer.hidden(holder, &hidden, &mut tally)?;
        }
        if let Some(holder) = before {
            let mut lost = Tally::default();
            printer.answers("Loses", holder, &losses, old_sources, &mut lost)?;
            tally.losses += lost.gains + lost.possible;
        }
        if let Some(holder) = after.filter(|_| is_single) {
            printer.same(holder, &gains)?;
        }
    }
    let verdict = printer.finish(&tally, "Wider", "Not wider")?;
    Ok(verdict)
}

/// What a holder may gain by what cannot be seen: a policy that is attached now, a boundary that
/// is gone.
fn hidden_gains(before: Option<&Holder<'_>>, after: Option<&Holder<'_>>) -> Vec<String> {
    let Some(after) = after else { return Vec::new() };
    let known = |it: &&String| before.is_none_or(|before| !before.unseen.contains(it));
    let mut found: Vec<String> = after.unseen.iter().filter(known).cloned().collect();
    if before.is_some_and(|before| before.has_hidden_boundary) && !after.has_hidden_boundary {
        found.push("the boundary that it had is not known".to_owned());
    }
    found
}

/// Checks that policies allow nothing beyond a reference.
pub(super) fn check(
    path: &Path,
    against: &Path,
    format: ListFormat,
    guardrails: &Guardrails,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let (policy, reference) = (read(path)?, read(against)?);
    let managed = Managed::of(&[&policy, &reference], catalog);
    let sources = Sources { own: &policy.sources, managed: managed.sources() };
    let against = files::display(against);
    let reference_holders = holders(&reference, &managed, &Vec::new(), &against)?;
    let limit: Policies<'_, '_> = Policies {
        grants: reference_holders.iter().flat_map(|it| it.policies().grants).collect(),
        limits: Vec::new(),
    };
    let mut printer = Printer::new(catalog, out, format);
    let mut tally = Tally::default();
    let own = holders(&policy, &managed, &guardrails.limits(), &files::display(path))?;
    for holder in &own {
        let beyond = Question::all(Some(catalog)).new_access(&limit, &holder.policies());
        if own.len() > 1 && !beyond.found.is_empty() {
            printer.line(&holder.name)?;
        }
        printer.answers("Beyond", holder, &beyond, sources, &mut tally)?;
        printer.hidden(holder, &holder.unseen, &mut tally)?;
    }
    printer.finish(&tally, "Beyond the reference", "Within the reference")
}

impl<'p> Printer<'p> {
    fn new(catalog: &'p Catalog, out: &'p mut dyn Write, format: ListFormat) -> Self {
        Self { catalog, out, json: Vec::new(), is_json: format == ListFormat::Json }
    }

    fn line(&mut self, text: &str) -> Result<(), Failure> {
        if !self.is_json {
            writeln!(self.out, "{text}")?;
        }
        Ok(())
    }

    /// Prints answers, those of one statement together.
    fn answers(
        &mut self,
        word: &str,
        holder: &Holder<'_>,
        answers: &Answers,
        sources: Sources<'_>,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let mut statements: Vec<Option<(usize, usize)>> =
            answers.found.iter().map(|access| access.statement).collect();
        statements.sort_unstable();
        statements.dedup();
        for statement in statements {
            let own = answers.found.iter().filter(|access| access.statement == statement);
            let (sure, unsure): (Vec<&Access>, Vec<&Access>) = own.partition(|it| it.is_sure());
            let is_sure = !sure.is_empty();
            let accesses = if is_sure { sure } else { unsure };
            let lines = describe::lines(holder, &accesses, sources, self.catalog);
            let count = lines.len();
            tally.escalations += lines.iter().filter(|line| line.escalates).count();
            if is_sure {
                tally.gains += count;
            } else {
                tally.possible += count;
            }
            self.group(if is_sure { word } else { "Maybe" }, word, holder, &lines, &accesses)?;
        }
        Ok(())
    }

    /// Prints what may be allowed by policies that are no part of the input.
    fn hidden(
        &mut self,
        holder: &Holder<'_>,
        hidden: &[String],
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        tally.possible += hidden.len();
        for text in hidden {
            if self.is_json {
                let (holder, doubts) = (&holder.name, [text]);
                let change = json!({"change": "unseen", "certain": false, "holder": holder, "doubts": doubts});
                self.json.push(change);
            } else {
                writeln!(self.out, "Maybe   not seen: {text}")?;
            }
        }
        Ok(())
    }

    fn group(
        &mut self,
        word: &str,
        change: &str,
        holder: &Holder<'_>,
        lines: &[Line],
        accesses: &[&Access],
    ) -> Result<(), Failure> {
        let best = accesses.iter().max_by_key(|access| {
            let level = |id: &u32| self.catalog.action_of(*id).map(|action| action.level());
            (access.fits, access.actions.iter().map(level).max())
        });
        let Some(example) = best else { return Ok(()) };
        if self.is_json {
            self.json.extend(lines.iter().map(|line| {
                json!({
                    "change": change.to_lowercase(),
                    "certain": example.is_sure(),
                    "holder": holder.name,
                    "access": line.what,
                    "resource": line.resource,
                    "level": line.level.map(trilith_iam::AccessLevel::name),
                    "escalates": line.escalates,
                    "place": line.place,
                    "example": example.request.to_string(),
                    "doubts": example.doubts,
                })
            }));
            return Ok(());
        }
        for line in lines {
            let mark = if line.escalates && word != "Loses" {
                "  <- can become administrator"
            } else {
                ""
            };
            writeln!(
                self.out,
                "{word:<7} {:<44} on {:<36} {}{mark}",
                line.what, line.resource, line.place
            )?;
        }
        let note = if example.fits { "" } else { " (no resource of the action's types is meant)" };
        // Where a part of the resource is not known, an example has something odd in its place.
        if example.fits || example.is_sure() {
            writeln!(self.out, "        e.g. {}{note}", example.request)?;
        }
        for doubt in &example.doubts {
            writeln!(self.out, "        not proved: {doubt}")?;
        }
        Ok(())
    }

    /// How many actions are allowed as before.
    fn same(&mut self, holder: &Holder<'_>, gains: &Answers) -> Result<(), Failure> {
        let all = Question::all(Some(self.catalog)).grants(&holder.policies(), &[], &[]);
        let ids = |answers: &Answers| -> BTreeSet<u32> {
            answers.found.iter().flat_map(|access| &access.actions).copied().collect()
        };
        let (allowed, gained) = (ids(&all), ids(gains));
        let same = allowed.difference(&gained).count();
        if same > 0 {
            self.line(&format!("Same    {same} {}", plural(same, "action")))?;
        }
        Ok(())
    }

    fn finish(&mut self, tally: &Tally, wider: &str, equal: &str) -> Result<Verdict, Failure> {
        let is_wider = tally.gains + tally.possible > 0;
        if self.is_json {
            let proof = match (tally.gains, tally.possible) {
                (0, 0) => Proof::Proved,
                (0, _) => Proof::Possible,
                _ => Proof::Witness,
            };
            let report = json!({
                "version": 1,
                "verdict": format!("{proof:?}").to_lowercase(),
                "changes": self.json,
                "data": self.catalog.date(),
            });
            serde_json::to_writer_pretty(&mut *self.out, &report).map_err(std::io::Error::from)?;
            writeln!(self.out)?;
        } else {
            writeln!(self.out, "\n{}", summary(tally, wider, equal))?;
        }
        Ok(if is_wider { Verdict::Findings } else { Verdict::Clean })
    }
}

fn summary(tally: &Tally, wider: &str, equal: &str) -> String {
    let lost = match tally.losses {
        0 => String::new(),
        count => format!(", {count} {}", plural(count, "loss")),
    };
    let escalations = match tally.escalations {
        0 => String::new(),
        1 => ", 1 of them escalates".to_owned(),
        count => format!(", {count} of them escalate"),
    };
    let gains = format!("{} {}", tally.gains, plural(tally.gains, "gain"));
    match (tally.gains, tally.possible) {
        (0, 0) => format!("{equal}: proved for the text of the policies{lost}."),
        (0, count) => format!("Perhaps wider: {count} could not be decided{escalations}{lost}."),
        (_, 0) => format!("{wider}: {gains}{escalations}{lost}."),
        (_, count) => format!("{wider}: {gains}{escalations}, {count} not decided{lost}."),
    }
}

fn plural(count: usize, word: &str) -> String {
    match (count, word) {
        (1, _) => word.to_owned(),
        (_, "loss") => "losses".to_owned(),
        _ => format!("{word}s"),
    }
}
