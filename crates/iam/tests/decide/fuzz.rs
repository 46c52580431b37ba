//! Random pairs of policies.

use trilith_iam::{Access, Policies, PolicyDocument, PrincipalKind, Question, Verdict};

use crate::brute::{Side, World};
use crate::generate::{self, Profile, Random};
use crate::model::{self, Policy, Request, Who};

/// What a run came to.
#[derive(Debug, Default)]
struct Tally {
    proved: usize,
    witnesses: usize,
    possible: usize,
}

fn request(access: &Access) -> Request {
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
    let limit = side.limit.into_iter().flat_map(|limit| &limit.0);
    side.grant.0.iter().chain(limit).any(|statement| {
        let not_principal = statement.principal.as_ref().is_some_and(|(negated, _)| *negated);
        let variables = |text: &String| text.contains('$');
        not_principal
            || statement.resource.iter().any(variables)
            || statement.conditions.iter().any(|condition| {
                condition.values.iter().any(variables)
                    || (condition.key == "k:many" && !condition.operator.contains("For"))
                    || condition.key == "k:many" && condition.operator == "Null"
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
        match verdict {
            Verdict::Proved => tally.proved += 1,
            Verdict::Witness => tally.witnesses += 1,
            Verdict::Possible => tally.possible += 1,
        }
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
        let has_variables = |side: &Side<'_>| {
            side.grant.0.iter().any(|statement| {
                let texts = statement.conditions.iter().flat_map(|it| &it.values);
                statement.resource.iter().chain(texts).any(|text| text.contains('$'))
            })
        };
        let may_be_open =
            verdict == Verdict::Possible && (has_variables(&self.old) || has_variables(&self.new));
        if !may_be_open && world.gain(&self.old, &self.new) {
            return Err(format!("there is a gain, but the verdict is {verdict:?}"));
        }
        Ok(())
    }
}

fn run(seeds: std::ops::Range<u64>) -> Tally {
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
        if let Err(message) = pair.check(&world, &mut tally) {
            panic!("seed {seed}: {message}\nold {old:#?}\nnew {new:#?}\nlimits {limits:#?}");
        }
        let same = Pair { old: side(&old, 0), new: side(&old, 0) };
        assert_eq!(same.ask().0, Verdict::Proved, "seed {seed}: {old:#?} differs from itself");
    }
    tally
}

/// An unknown that is filled in must not change what was certain.
fn run_unknowns(seeds: std::ops::Range<u64>) -> Tally {
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
        match verdict {
            Verdict::Proved => tally.proved += 1,
            Verdict::Witness => tally.witnesses += 1,
            Verdict::Possible => tally.possible += 1,
        }
        for known in ["a", "b", "ab", "/"] {
            let (old, new) = (old.with(known), new.with(known));
            let (old_side, new_side) =
                (Side { grant: &old, limit: None }, Side { grant: &new, limit: None });
            let context = || format!("seed {seed}, `{known}`\nold {old:#?}\nnew {new:#?}");
            match (verdict, &example) {
                (Verdict::Proved, _) => {
                    assert!(!world.gain(&old_side, &new_side), "{}", context());
                }
                (Verdict::Witness, Some(example)) => {
                    let request = request(example);
                    let found =
                        (model::allows(&old, None, &request), model::allows(&new, None, &request));
                    assert_eq!(found, (Ok(false), Ok(true)), "{} {}", example.request, context());
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
    assert!(tally.proved > 5 && tally.witnesses > 10, "{tally:?}");
    assert!(tally.possible < 20, "{tally:?}");
}

#[test]
fn what_is_certain_stays_so_whatever_the_unknown_is() {
    let tally = run_unknowns(0..25);
    assert!(tally.proved > 2 && tally.witnesses > 5 && tally.possible > 1, "{tally:?}");
}

/// `cargo test --release -p trilith-iam --test decide -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn a_hundred_thousand_pairs_agree() {
    let (count, unknowns) = (100_000, 20_000);
    let tally = run(1_000_000..1_000_000 + count);
    let unknowns = run_unknowns(1_000_000..1_000_000 + unknowns);
    assert_eq!(tally.proved + tally.witnesses + tally.possible, 100_000);
    assert!(unknowns.proved > 0, "{unknowns:?}");
    #[expect(clippy::print_stderr, reason = "the figures of a run that somebody asked for")]
    {
        eprintln!("pairs: {tally:?}\nwith unknowns: {unknowns:?}");
    }
}
