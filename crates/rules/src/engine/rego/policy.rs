//! A policy that is shown one resource at a time: `input` is the resource.

use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use regorus::{Engine, Value as Rego};
use rustc_hash::FxHashMap as HashMap;
use trilith_graph::{Finding, ResourceId};

use super::bundle::{PackageRule, refused};
use super::memo::Reads;
use super::module::{Added, ModuleText};
use super::problem::Problem;
use super::quick::Program;
use super::{base, guarded, result, stand_in};
use crate::input;
use crate::view::View;

/// Time that one policy may take on one resource.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Fingerprints that are remembered at most: a policy may live as long as an editor.
const MOST_REMEMBERED: usize = 100_000;

/// Evaluations from which on a policy that is read here is not evaluated again on what it cannot
/// tell apart.
const FEW: u32 = 16;

/// Findings by the fingerprint of what they were found in.
type Seen = Vec<(u64, Vec<Finding>)>;
/// Findings with stand-ins for the name of the resource; `None` where they cannot be those of
/// another resource.
type Alike = Option<Arc<[Finding]>>;

/// What evaluates a policy.
#[derive(Clone)]
enum Work {
    /// regorus, with what it is asked for.
    Engine(Box<Engine>, String),
    /// The policy as it was read here, and its file for regorus.
    Quick(Arc<Program>, Arc<ModuleText>),
}

/// What is known of a policy.
#[derive(Default)]
struct Shared {
    /// What the policy reads, if that was found out and is known.
    reads: OnceLock<Option<Reads>>,
    /// How often it was evaluated before it was asked what it reads: of a few resources, each is
    /// evaluated sooner than it is compared.
    evaluations: AtomicU32,
    /// What it found in resources that it cannot tell apart.
    alike: Mutex<HashMap<u64, Alike>>,
}

/// A policy ready to be evaluated. Cloning is cheap: each thread evaluates its own.
#[derive(Clone)]
pub(crate) struct Policy {
    work: Work,
    /// The file that errors without a place belong to.
    file: String,
    /// What all threads know of it.
    shared: Arc<Shared>,
    /// What it found in the resource that it saw last, by fingerprint: most scenarios of a
    /// resource differ in what the policy does not read.
    last: Option<(ResourceId, Seen)>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Policy").field(&self.file).finish()
    }
}

impl Policy {
    /// Compiles the predicate of a rule that somebody brings, and looks for what OPA would refuse.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let module = ModuleText { name: file.to_owned(), text: text.to_owned() };
        let (mut engine, entry, added) = compile(&module)?;
        let (texts, added) = (slice::from_ref(&module), slice::from_ref(&added));
        match refused(texts, added, &mut engine).into_iter().next() {
            Some(problem) => Err(problem),
            None => Self::analysed(engine, entry, &module),
        }
    }

    /// Reads the predicate of a rule of ours: tests have looked for the rest.
    pub(crate) fn parse_built_in(file: &str, text: &str) -> Result<Self, Problem> {
        let module = ModuleText { name: file.to_owned(), text: text.to_owned() };
        match Program::parse(text) {
            Some(program) => {
                let work = Work::Quick(Arc::new(program), Arc::new(module));
                Ok(Self::of_work(work, file, OnceLock::new()))
            }
            None => Self::by_regorus(&module),
        }
    }

    /// Compiles the predicate of a rule of ours for regorus.
    pub(crate) fn by_regorus(module: &ModuleText) -> Result<Self, Problem> {
        let (engine, entry, _) = compile(module)?;
        Self::analysed(engine, entry, module)
    }

    /// Whether the policy is evaluated without regorus.
    pub(crate) const fn is_quick(&self) -> bool {
        matches!(self.work, Work::Quick(..))
    }

    /// Rules are analysed on the first evaluation; clones made after it share the result.
    fn analysed(mut engine: Engine, entry: String, module: &ModuleText) -> Result<Self, Problem> {
        let file = &module.name;
        engine.set_input(Rego::new_object());
        let analysed = guarded(|| engine.eval_rule(entry.clone()).map(|_| ()));
        match analysed {
            Err(message) => Err(Problem::of_file(file, message)),
            Ok(Err(error)) => Err(Problem::of_regorus(file, &format!("{error:#}"))),
            Ok(Ok(())) => Ok(Self::of_engine(engine, entry, file, Reads::of(&module.text))),
        }
    }

    /// The rule of a package.
    pub(crate) fn of_package(rule: &PackageRule) -> Self {
        let entry = format!("{}.{}", rule.package, rule.name);
        Self::of_engine(rule.bundle.engine(), entry, &rule.file, None)
    }

    fn of_engine(mut engine: Engine, entry: String, file: &str, reads: Option<Reads>) -> Self {
        engine.set_execution_timer_config(base::timer(TIME_LIMIT));
        engine.set_gather_prints(true);
        Self::of_work(Work::Engine(Box::new(engine), entry), file, reads.into())
    }

    fn of_work(work: Work, file: &str, reads: OnceLock<Option<Reads>>) -> Self {
        let shared = Shared { reads, ..Shared::default() };
        Self { work, file: file.to_owned(), shared: Arc::new(shared), last: None }
    }

    /// Evaluates the policy on a resource.
    pub(crate) fn evaluate(&mut self, view: &View<'_>) -> Result<Vec<Finding>, Problem> {
        let shared = self.shared.clone();
        let Some(reads) = self.reads(&shared) else {
            return self.run(view, self.input_of(view));
        };
        let fingerprint = reads.fingerprint(view);
        if reads.holds_for_others() {
            self.as_of_others(view, fingerprint)
        } else {
            self.as_of_itself(view, fingerprint)
        }
    }

    /// What the policy reads, if that is known by now.
    fn reads<'s>(&self, shared: &'s Shared) -> Option<&'s Reads> {
        if let Work::Quick(_, module) = &self.work {
            if shared.reads.get().is_none()
                && shared.evaluations.fetch_add(1, Ordering::Relaxed) < FEW
            {
                return None;
            }
            return shared.reads.get_or_init(|| Reads::of(&module.text)).as_ref();
        }
        shared.reads.get()?.as_ref()
    }

    /// What the policy finds in every resource with a fingerprint.
    fn as_of_others(&mut self, view: &View<'_>, fingerprint: u64) -> Result<Vec<Finding>, Problem> {
        let known = self.alike().get(&fingerprint).cloned();
        let alike = if let Some(known) = known {
            known
        } else {
            let findings = self.run(view, input::own_input(view))?;
            let alike = stand_in::are_general(&findings, view.id()).then(|| findings.into());
            let mut known = self.alike();
            if known.len() >= MOST_REMEMBERED {
                known.clear();
            }
            known.insert(fingerprint, alike.clone());
            drop(known);
            alike
        };
        match alike {
            Some(findings) => Ok(stand_in::named(&findings, view)),
            None => self.run(view, self.input_of(view)),
        }
    }

    /// What the policy finds in a resource, whose other scenarios it may have seen.
    fn as_of_itself(&mut self, view: &View<'_>, fingerprint: u64) -> Result<Vec<Finding>, Problem> {
        let last = self.last.take().filter(|(last, _)| *last == view.id());
        let (id, mut seen) = last.unwrap_or_else(|| (view.id(), Vec::new()));
        let known = seen.iter().find(|(seen, _)| *seen == fingerprint);
        let findings = match known {
            Some((_, findings)) => findings.clone(),
            None => {
                let findings = self.run(view, self.input_of(view))?;
                seen.push((fingerprint, findings.clone()));
                findings
            }
        };
        self.last = Some((id, seen));
        Ok(findings)
    }

    /// What is remembered. A thread that panicked left nothing half done in it.
    fn alike(&self) -> MutexGuard<'_, HashMap<u64, Alike>> {
        self.shared.alike.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the policy has to see of a resource.
    pub(crate) fn input_of<'v>(&self, view: &'v View<'_>) -> &'v Rego {
        match &self.work {
            Work::Quick(program, _) if !program.looks_around() => input::plain_input(view),
            _ => input::input(view),
        }
    }

    fn run(&mut self, view: &View<'_>, input: &Rego) -> Result<Vec<Finding>, Problem> {
        let value = self.deny(input)?;
        let of_file = |message: String| Problem::of_file(&self.file, message);
        let items = result::items(&value).map_err(of_file)?;
        items.into_iter().map(|item| result::of_resource(view, item).map_err(of_file)).collect()
    }

    /// What `deny` is for an input.
    pub(crate) fn deny(&mut self, input: &Rego) -> Result<Rego, Problem> {
        match &mut self.work {
            Work::Quick(program, module) => {
                if let Ok(value) = program.deny(input) {
                    return Ok(value);
                }
                // Once it has met something unusual, it may again.
                self.work = Self::by_regorus(module)?.work;
                self.deny(input)
            }
            Work::Engine(engine, entry) => {
                engine.set_input(input.clone());
                guarded(|| engine.eval_rule(entry.clone()))
                    .map_err(|message| Problem::of_file(&self.file, message))?
                    .map_err(|error| Problem::of_regorus(&self.file, &format!("{error:#}")))
            }
        }
    }
}

/// An engine with a policy about resources, and what it is to be asked for.
fn compile(module: &ModuleText) -> Result<(Engine, String, Added), Problem> {
    let file = &module.name;
    let of_file = |message: String| Problem::of_file(file, message);
    let mut engine = base::engine().map_err(of_file)?;
    let added = guarded(|| module.add_to(&mut engine)).map_err(of_file)??;
    if !module.finding_rules().iter().any(|name| name == "deny") {
        return Err(of_file("the policy has no rule `deny`".into()));
    }
    let entry = format!("{}.deny", added.package);
    Ok((engine, entry, added))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_without_deny_is_refused() {
        let error = Policy::parse("p.rego", "package p\nallow := true\n").expect_err("no deny");
        assert_eq!(error.to_string(), "p.rego: the policy has no rule `deny`");
        assert!(Policy::parse("p.rego", "package p\ndeny contains {").is_err());
    }

    #[test]
    fn a_function_that_calls_itself_is_refused() {
        let text = "package p\nf(x) := f(x + 1)\ndeny contains \"x\" if f(1)\n";
        let error = Policy::parse("p.rego", text).expect_err("recursion");
        assert_eq!(error.line, 2);
    }

    #[test]
    fn a_call_that_cannot_work_is_refused() {
        let text = "package p\ndeny contains \"x\" if {\n\tcount(1) == 1\n}\n";
        let error = Policy::parse("p.rego", text).expect_err("type");
        let expected =
            "p.rego:3:8: `count` takes an array, a set, an object or a string, not a number";
        assert_eq!(error.to_string(), expected);
    }
}
