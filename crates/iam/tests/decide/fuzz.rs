//! Random pairs of policies.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use trilith_iam::{Access, Policies, PolicyDocument, PrincipalKind, Question, Verdict};

use crate::brute::{Side, World};
use crate::generate::{self, Profile, Random};
use crate::model::{self, Policy, Request, Statement, Who};

/// What a run came to.
#[derive(Debug, Default)]
struct Tally {
    proved: usize,
    witnesses: usize,
    possible: usize,
    /// The longest that a question took, and the seed of its policies.
    longest: (Duration, u64),
    disagreements: Vec<String>,
}

impl Tally {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Proved => self.proved += 1,
            Verdict::Witness => self.witnesses += 1,
            Verdict::Possible => self.possible += 1,
        }
    }

    const fn pairs(&self) -> usize {
        self.proved + self.witnesses + self.possible
    }

    fn add(&mut self, other: Self) {
        self.proved += other.proved;
        self.witnesses += other.witnesses;
        self.possible += other.possible;
        self.longest = self.longest.max(other.longest);
        self.disagreements.extend(other.disagreements);
    }
}

/// The request of an example, for the oracle.
pub(crate) fn request(access: &Access) -> Request {
    let who = access.request.principal.as_ref().map(|caller| -> Who {
        let kind = match caller.kind {
            PrincipalKind::Aws => "AWS",
            PrincipalKind::Service => "Service",
            PrincipalKind::Federated => "Federated",
            PrincipalKind::CanonicalUser => "CanonicalUser",
            _ => "",
        };
        (kind, caller.name.clone())
    });
    Request {
        action: access.request.action.clone(),
        resource: access.request.resource.clone(),
        principal: who,
        context: access.request.context.clone().into_iter().collect(),
    }
}

/// Whether AWS leaves open what a policy says to some requests, so that a question about it
/// may be left open too.
fn leaves_open(side: &Side<'_>) -> bool {
    side.statements().any(|statement| {
        let not_principal = statement.principal.as_ref().is_some_and(|(negated, _)| *negated);
        not_principal
            || statement.has_variables()
            || statement.conditions.iter().any(|condition| {
                condition.key == "k:many"
                    && (!condition.operator.contains("For") || condition.operator == "Null")
            })
    })
}

struct Pair<'p> {
    old: Side<'p>,
    new: Side<'p>,
}

impl Pair<'_> {
    /// The answer of the crate.
    fn ask(&self) -> (Verdict, Option<Access>) {
        let values: Vec<_> = [self.old.grant, self.new.grant].map(Policy::value).into();
        let limits: Vec<_> =
            [self.old.limit, self.new.limit].map(|it| it.map(Policy::value)).into();
        let documents: Vec<PolicyDocument<'_>> = values.iter().map(PolicyDocument::parse).collect();
        let limits: Vec<Option<PolicyDocument<'_>>> =
            limits.iter().map(|it| it.as_ref().map(PolicyDocument::parse)).collect();
        let policies = |index: usize| Policies {
            grants: vec![&documents[index]],
            limits: limits[index].iter().map(|limit| vec![limit]).collect(),
        };
        let answers = Question::default().new_access(&policies(0), &policies(1));
        (answers.verdict(), answers.example().cloned())
    }

    fn check(&self, world: &World, tally: &mut Tally) -> Result<(), String> {
        let (verdict, example) = self.ask();
        tally.count(verdict);
        if let (Verdict::Witness, Some(example)) = (verdict, &example) {
            let request = request(example);
            let old = model::allows(self.old.grant, self.old.limit, &request);
            let new = model::allows(self.new.grant, self.new.limit, &request);
            if (old, new) != (Ok(false), Ok(true)) {
                return Err(format!("the example is none: {} {old:?} {new:?}", example.request));
            }
            return Ok(());
        }
        if verdict == Verdict::Possible {
            let is_open = leaves_open(&self.old) || leaves_open(&self.new);
            let doubts = &example.as_ref().expect("an example").doubts;
            if !is_open || doubts.iter().any(|doubt| doubt.contains("confirmed")) {
                return Err(format!("left open without need: {example:?}"));
            }
        }
        // What variables stand for is left open, and may be.
        let has_variables = |side: &Side<'_>| side.statements().any(Statement::has_variables);
        let may_be_open =
            verdict == Verdict::Possible && (has_variables(&self.old) || has_variables(&self.new));
        if !may_be_open && world.gain(&self.old, &self.new) {
            return Err(format!("there is a gain, but the verdict is {verdict:?}"));
        }
        Ok(())
    }
}

fn run(seeds: Range<u64>) -> Tally {
    let world = World::new();
    let mut tally = Tally::default();
    for seed in seeds {
        let mut random = Random::new(seed);
        let profile = Profile {
            principals: random.chance(40),
            unknowns: false,
            variables: random.chance(10),
        };
        let old = generate::policy(&mut random, profile);
        let new = if random.chance(60) {
            generate::variant(&mut random, &old, profile)
        } else {
            generate::policy(&mut random, profile)
        };
        let limits: Vec<Option<Policy>> = (0..2)
            .map(|_| random.chance(15).then(|| generate::policy(&mut random, profile)))
            .collect();
        let side = |grant, index: usize| Side { grant, limit: limits[index].as_ref() };
        let pair = Pair { old: side(&old, 0), new: side(&new, 1) };
        let start = Instant::now();
        _ = pair.ask();
        tally.longest = tally.longest.max((start.elapsed(), seed));
        if let Err(message) = pair.check(&world, &mut tally) {
            let policies = format!("old {old:#?}\nnew {new:#?}\nlimits {limits:#?}");
            tally.disagreements.push(format!("seed {seed}: {message}\n{policies}"));
        }
        let same = Pair { old: side(&old, 0), new: side(&old, 0) };
        if same.ask().0 != Verdict::Proved {
            tally.disagreements.push(format!("seed {seed}: {old:#?} differs from itself"));
        }
    }
    tally
}

/// An unknown that is filled in must not change what was certain.
fn run_unknowns(seeds: Range<u64>) -> Tally {
    let world = World::new();
    let mut tally = Tally::default();
    let profile = Profile { principals: false, unknowns: true, variables: false };
    for seed in seeds {
        let mut random = Random::new(seed);
        let old = generate::policy(&mut random, profile);
        let new = if random.chance(70) {
            generate::variant(&mut random, &old, profile)
        } else {
            generate::policy(&mut random, profile)
        };
        let pair =
            Pair { old: Side { grant: &old, limit: None }, new: Side { grant: &new, limit: None } };
        let (verdict, example) = pair.ask();
        tally.count(verdict);
        for known in ["a", "b", "ab", "/"] {
            let (old, new) = (old.with(known), new.with(known));
            let (old_side, new_side) =
                (Side { grant: &old, limit: None }, Side { grant: &new, limit: None });
            let context = || format!("seed {seed}, `{known}`\nold {old:#?}\nnew {new:#?}");
            match (verdict, &example) {
                (Verdict::Proved, _) if world.gain(&old_side, &new_side) => {
                    tally.disagreements.push(format!("no proof: {}", context()));
                }
                (Verdict::Witness, Some(example)) => {
                    let request = request(example);
                    let found =
                        (model::allows(&old, None, &request), model::allows(&new, None, &request));
                    if found != (Ok(false), Ok(true)) {
                        let text = format!("no example: {} {}", example.request, context());
                        tally.disagreements.push(text);
                    }
                }
                _ => {}
            }
        }
    }
    tally
}

#[test]
fn pairs_agree_with_every_request_tried() {
    let tally = run(0..60);
    assert_eq!(tally.disagreements, Vec::<String>::new());
    assert!(tally.proved > 5 && tally.witnesses > 10, "{tally:?}");
    assert!(tally.possible < 20, "{tally:?}");
}

#[test]
fn what_is_certain_stays_so_whatever_the_unknown_is() {
    let tally = run_unknowns(0..25);
    assert_eq!(tally.disagreements, Vec::<String>::new());
    assert!(tally.proved > 2 && tally.witnesses > 5 && tally.possible > 1, "{tally:?}");
}

/// Runs over many seeds on all cores. What a world has found out about patterns is forgotten
/// now and then, so that it does not grow without end.
fn on_all_cores(seeds: Range<u64>, run: fn(Range<u64>) -> Tally) -> Tally {
    const PORTION: u64 = 500;
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let start = next.fetch_add(PORTION, Ordering::Relaxed);
            if start >= seeds.end {
                return tally;
            }
            tally.add(run(start..seeds.end.min(start + PORTION)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut total = Tally::default();
        for thread in threads {
            total.add(thread.join().expect("a thread that ends"));
        }
        total
    })
}

/// A number from the environment, so that other seeds can be tried.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// `cargo test --release -p trilith-iam --test decide -- --ignored --nocapture`, for other
/// pairs with `TRILITH_FUZZ_PAIRS` and `TRILITH_FUZZ_SEED`.
#[test]
#[ignore = "takes minutes"]
#[expect(clippy::print_stderr, reason = "the figures of a run that somebody asked for")]
fn a_hundred_thousand_pairs_agree() {
    let pairs = setting("TRILITH_FUZZ_PAIRS", 100_000);
    let seed = setting("TRILITH_FUZZ_SEED", 1_000_000);
    let start = Instant::now();
    let tally = on_all_cores(seed..seed + pairs, run);
    eprintln!("{pairs} pairs from seed {seed} in {:.0?}: {tally:#?}", start.elapsed());
    let start = Instant::now();
    let unknowns = on_all_cores(seed..seed + pairs / 5, run_unknowns);
    eprintln!("{} pairs with unknowns in {:.0?}: {unknowns:#?}", pairs / 5, start.elapsed());
    assert_eq!(tally.pairs() as u64, pairs);
    assert_eq!([tally.disagreements, unknowns.disagreements].concat(), Vec::<String>::new());
    assert!(tally.proved > 0 && tally.witnesses > 0 && unknowns.proved > 0);
}
