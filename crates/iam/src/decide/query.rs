//! Questions about what policies allow, answered with a proof, an example or a doubt.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::Tri;

use super::lower::{Lowering, Rule};
use super::policies::{Grant, Policies, Rules};
use super::public;
use super::region::{Constraint, Limits, Member, Region, TooMany};
use super::request::{Caller, Request};
use super::step::Steps;
use super::text::TextSet;
use crate::glob::Fuel;
use crate::{Catalog, PolicyDocument};

/// How a question was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// There is no such request: proved for the text of the policies.
    Proved,
    /// There may be one; what stopped the proof is named.
    Possible,
    /// There is one, and it is shown.
    Witness,
}

/// Requests of one kind that are allowed.
#[derive(Debug, Clone)]
pub struct Access {
    /// The document among the grants, and its statement; `None` if from what cannot be seen.
    pub statement: Option<(usize, usize)>,
    /// An example.
    pub request: Request,
    /// What must be assumed for the example to be one; nothing for most.
    pub doubts: Vec<String>,
    /// The actions that the catalogue knows; sorted. Empty without a catalogue, or if only
    /// actions are meant that it does not know.
    pub actions: Vec<u32>,
    /// Whether the resource is of a type that the action is about, as far as that is known.
    pub fits: bool,
}

impl Access {
    /// Whether the example is certain.
    pub const fn is_sure(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// The answer to a question: requests of all kinds that were found.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// One for each kind, in the order of the statements.
    pub found: Vec<Access>,
}

impl Answers {
    /// How the question whether there is any was decided.
    pub fn verdict(&self) -> Verdict {
        match self.found.iter().any(Access::is_sure) {
            true => Verdict::Witness,
            false if self.found.is_empty() => Verdict::Proved,
            false => Verdict::Possible,
        }
    }

    /// The most telling example: a certain one if there is any.
    pub fn example(&self) -> Option<&Access> {
        self.found.iter().find(|access| access.is_sure()).or(self.found.first())
    }
}

/// How a question is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'c> {
    /// What is known of AWS's actions, for examples that AWS knows.
    pub catalog: Option<&'c Catalog>,
    /// Whether one certain example is enough.
    pub first: bool,
    /// The most work: about this many steps of automata.
    pub fuel: usize,
    /// The most regions.
    pub regions: usize,
}

impl Default for Question<'_> {
    fn default() -> Self {
        Self { catalog: None, first: true, fuel: 1 << 23, regions: 1 << 13 }
    }
}

impl<'c> Question<'c> {
    /// All kinds of requests, with examples from a catalogue.
    pub fn all(catalog: Option<&'c Catalog>) -> Self {
        Self { catalog, first: false, ..Self::default() }
    }

    /// What `new` allows and `old` does not.
    pub fn new_access(&self, old: &Policies<'_, '_>, new: &Policies<'_, '_>) -> Answers {
        let mut lowering = Lowering::new(old.documents().chain(new.documents()));
        let old_rules = Rules::new(old, &mut lowering);
        let new_rules = Rules::new(new, &mut lowering);
        let search = self.search(&lowering);
        // Most statements stay as they are from one version of a policy to the next.
        let changed = new_rules.grants.iter().filter(|grant| !old_rules.plainly_allow(&grant.rule));
        search.run(
            changed,
            &lowering.everything(),
            |region, rule| {
                let refused = old_rules.refused(&region, rule, &search.limits)?;
                new_rules.effective(refused, &search.limits)
            },
            |request| {
                let is_new = allows(new, request).and(!allows(old, request));
                is_new.is_true()
            },
        )
    }

    /// Whether both allow the same; the requests are those that only one of them does.
    pub fn difference(&self, one: &Policies<'_, '_>, two: &Policies<'_, '_>) -> [Answers; 2] {
        [self.new_access(two, one), self.new_access(one, two)]
    }

    /// What is allowed of some actions on some resources, both given as patterns. No action
    /// means any, no resource too.
    pub fn grants(
        &self,
        policies: &Policies<'_, '_>,
        actions: &[&str],
        resources: &[&str],
    ) -> Answers {
        let mut lowering = Lowering::new(policies.documents());
        let rules = Rules::new(policies, &mut lowering);
        let mut wanted = Vec::new();
        if !actions.is_empty() {
            let set = actions.iter().map(|text| Steps::plain(&text.to_ascii_lowercase()));
            wanted.push(Constraint::Action(Arc::new(TextSet::new(set)), false));
        }
        if !resources.is_empty() {
            let set = resources.iter().map(|text| Steps::arn(text));
            wanted.push(Constraint::Resource(Arc::new(TextSet::new(set)), false));
        }
        self.allowed(policies, &rules, &lowering, &wanted)
    }

    /// Whether the holder may do everything to identities, on every resource and under no
    /// condition, and so become anything: proved if so, and a witness is a request that is
    /// refused.
    pub fn is_admin(&self, policies: &Policies<'_, '_>) -> Verdict {
        let document = PolicyDocument::allowing("iam:*");
        let identities = PolicyDocument::parse(&document);
        self.new_access(policies, &Policies::of(&identities)).verdict()
    }

    /// What a stranger may do: an anonymous caller, or a principal of an account, an
    /// organization, a network that the policy does not name. See [`super::public`].
    pub fn public_access(&self, document: &PolicyDocument<'_>) -> Answers {
        let policies = Policies::of(document);
        let mut lowering = Lowering::new(policies.documents());
        let rules = Rules::new(&policies, &mut lowering);
        if !lowering.names_principals() && document.unknown.is_none() {
            return Answers::default();
        }
        let stranger = public::stranger(document, &mut lowering);
        self.allowed(&policies, &rules, &lowering, &stranger)
    }

    /// What is allowed of the requests that satisfy some constraints.
    fn allowed(
        &self,
        policies: &Policies<'_, '_>,
        rules: &Rules,
        lowering: &Lowering<'_>,
        wanted: &[Constraint],
    ) -> Answers {
        let search = self.search(lowering);
        let Some(region) = lowering.everything().intersect(wanted, &search.limits) else {
            return Answers::default();
        };
        search.run(
            rules.grants.iter(),
            &region,
            |region, _| rules.effective(vec![region], &search.limits),
            |request| allows(policies, request).is_true(),
        )
    }

    fn search<'s, 'v>(&'s self, lowering: &'s Lowering<'v>) -> Search<'s, 'v> {
        let limits = Limits {
            fuel: Fuel::of(self.fuel),
            regions: Fuel::of(self.regions),
            emptiness: RefCell::default(),
            keys: lowering.known_values(self.catalog),
        };
        Search { question: self, lowering, limits }
    }
}

/// Whether some policies allow a request.
pub(crate) fn allows(policies: &Policies<'_, '_>, request: &Request) -> Tri {
    let (mut allowed, mut denied) = (Tri::False, Tri::False);
    for document in &policies.grants {
        let (allow, deny) = document.votes(request);
        allowed = allowed.or(allow);
        denied = denied.or(deny);
    }
    for layer in &policies.limits {
        let mut within = Tri::False;
        for document in layer {
            let (allow, deny) = document.votes(request);
            within = within.or(allow);
            denied = denied.or(deny);
        }
        allowed = allowed.and(within);
    }
    allowed.and(!denied)
}

/// How many values are tried in place of policy variables.
const MOST_WAYS: usize = 16;

/// A value for a key that nothing is asked of.
fn stand_in(key: &str, number: usize) -> String {
    if key.ends_with("account") {
        format!("{}", 111_122_223_333 + number as u64)
    } else {
        format!("x{}", number + 1)
    }
}

struct Search<'s, 'v> {
    question: &'s Question<'s>,
    lowering: &'s Lowering<'v>,
    limits: Limits,
}

impl Search<'_, '_> {
    /// Asks for every grant which parts of it are wanted.
    fn run<'r>(
        &self,
        grants: impl Iterator<Item = &'r Grant>,
        universe: &Region,
        wanted: impl Fn(Region, &Rule) -> Result<Vec<Region>, TooMany>,
        confirms: impl Fn(&Request) -> bool,
    ) -> Answers {
        let mut answers = Answers::default();
        for grant in grants {
            let Some(region) = universe.intersect(&grant.rule.constraints, &self.limits) else {
                continue;
            };
            let statement = grant.rule.statement.map(|statement| (grant.document, statement));
            let parts = wanted(region.clone(), &grant.rule).unwrap_or_else(|TooMany| {
                let text = "there are too many cases to tell them all apart".to_owned();
                let member = region.member(&Fuel::of(0));
                let request = member.map(|it| self.request(&region, &it).0).unwrap_or_default();
                let access = Access {
                    statement,
                    request,
                    doubts: vec![text],
                    actions: Vec::new(),
                    fits: true,
                };
                answers.found.push(access);
                Vec::new()
            });
            for part in parts {
                let Some(access) = self.access(&part, statement, &confirms) else { continue };
                let is_enough = self.question.first && access.is_sure();
                answers.found.push(access);
                if is_enough {
                    return answers;
                }
            }
        }
        answers
    }

    fn access(
        &self,
        region: &Region,
        statement: Option<(usize, usize)>,
        confirms: &impl Fn(&Request) -> bool,
    ) -> Option<Access> {
        let member = region.member(&self.limits.fuel)?;
        let (request, actions, fits) = self.request(region, &member);
        let mut doubts: Vec<String> =
            member.doubts.iter().map(|it| self.lowering.doubt_text(*it).to_owned()).collect();
        let is_open = !member.is_sure && doubts.is_empty();
        if let Some(request) = is_open.then(|| self.filled(region, &request, confirms)).flatten() {
            return Some(Access { statement, request, doubts, actions, fits });
        }
        if !member.is_sure {
            let names = self.lowering.holes.describe();
            doubts.extend(region.holes().into_iter().map(|it| names[it as usize].clone()));
            if doubts.is_empty() {
                doubts
                    .push("it takes too long, or several operators on one key, to tell".to_owned());
            }
        }
        if doubts.is_empty() && !confirms(&request) {
            // The two readings of the policy differ: what is shown must not rest on one.
            doubts.push("the example could not be confirmed".to_owned());
        }
        doubts.dedup();
        Some(Access { statement, request, doubts, actions, fits })
    }

    /// The request with values for the policy variables that it depends on, if some of those
    /// that are tried make it certain: the same value for all, or others for each.
    fn filled(
        &self,
        region: &Region,
        request: &Request,
        confirms: &impl Fn(&Request) -> bool,
    ) -> Option<Request> {
        let same = self.filled_with(&|key, _| stand_in(key, 0), region, request, confirms);
        same.or_else(|| self.filled_with(&stand_in, region, request, confirms))
    }

    fn filled_with(
        &self,
        stand_in: &impl Fn(&str, usize) -> String,
        region: &Region,
        request: &Request,
        confirms: &impl Fn(&Request) -> bool,
    ) -> Option<Request> {
        let holes = region.holes();
        let mut request = request.clone();
        let mut variables = BTreeMap::new();
        for (number, hole) in holes.into_iter().enumerate() {
            let key = self.lowering.holes.variable(hole)?;
            let value = || vec![stand_in(&key, number)];
            let own = request.context.entry(key.clone()).or_insert_with(value);
            let [value] = &own[..] else { return None };
            variables.insert(hole, value.clone());
        }
        if variables.is_empty() {
            return None;
        }
        let value = |hole: u32| variables.get(&hole).cloned();
        let mut resources = vec![request.resource.clone()];
        resources.extend(region.resources.candidates(&value));
        let keys: Vec<(&str, Vec<String>)> = region
            .keys
            .iter()
            .filter(|(_, term)| term.holes().next().is_some())
            .map(|(key, term)| (self.lowering.key_name(*key), term.candidates(&value)))
            .filter(|(_, candidates)| !candidates.is_empty())
            .collect();
        let ways = keys.iter().map(|(_, candidates)| candidates.len()).max().unwrap_or(1);
        for way in 0..ways.min(MOST_WAYS) {
            for (key, candidates) in &keys {
                let candidate = candidates[way % candidates.len()].clone();
                request.context.insert((*key).to_owned(), vec![candidate]);
            }
            for resource in resources.iter().take(MOST_WAYS) {
                request.resource.clone_from(resource);
                if confirms(&request) {
                    return Some(request);
                }
            }
        }
        None
    }

    /// The request that a member of a region stands for, with an action and a resource that
    /// AWS knows if there are any.
    fn request(&self, region: &Region, member: &Member) -> (Request, Vec<u32>, bool) {
        let mut request = Request::new(member.action.clone(), member.resource.clone());
        let mut actions = Vec::new();
        let mut fits = true;
        if let Some(catalog) = self.question.catalog {
            actions = catalog.actions_in(&region.actions);
            let example = catalog.example(&actions, &region.resources, &self.limits.fuel);
            if let Some(example) = example {
                request.action = example.action;
                fits = example.resource.is_some();
                request.resource = example.resource.unwrap_or(request.resource);
            }
        }
        request.principal =
            self.lowering.names_principals().then(|| Caller::from_text(&member.principal));
        for (key, values) in &member.keys {
            if let Some(values) = values {
                let name = self.lowering.key_name(*key).to_owned();
                request.context.insert(name, values.clone());
            }
        }
        (request, actions, fits)
    }
}
