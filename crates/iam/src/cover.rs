//! Which actions and resources a statement is about.

use trilith_graph::Tri;

use crate::arn;
use crate::glob::Glob;
use crate::matching;
use crate::pattern::{Case, Pattern, Patterns, State};
use crate::{Answer, Site, Statement};

/// A set of actions or resources: those that an element lists, or all but those.
#[derive(Clone, Copy)]
enum Set<'a, 'v> {
    Listed(&'a Patterns<'v>),
    Except(&'a Patterns<'v>),
    Missing(Site<'v>),
    Unknown(Site<'v>),
}

impl<'a, 'v> Set<'a, 'v> {
    /// If both elements stand there, which AWS refuses, the first counts.
    const fn new(listed: &'a Patterns<'v>, except: &'a Patterns<'v>) -> Self {
        match (listed.is_present, except.is_present) {
            (Tri::True, _) => Self::Listed(listed),
            (Tri::Unknown, _) => Self::Unknown(listed.site),
            (Tri::False, Tri::True) => Self::Except(except),
            (Tri::False, Tri::Unknown) => Self::Unknown(except.site),
            (Tri::False, Tri::False) => Self::Missing(listed.site),
        }
    }

    /// Whether the set has everything that is meant, given which patterns cover it, and which
    /// patterns touch it.
    fn has(
        self,
        covers: impl FnMut(&Pattern<'v>) -> Tri,
        touches: impl FnMut(&Pattern<'v>) -> Tri,
    ) -> Answer<'v> {
        match self {
            Self::Listed(patterns) => patterns.any(covers),
            Self::Except(patterns) => !patterns.any(touches),
            Self::Missing(site) => Answer::at(Tri::False, site),
            Self::Unknown(site) => Answer::at(Tri::Unknown, site),
        }
    }

    /// Whether the set has every text of a universe.
    fn has_every(
        self,
        case: Case,
        universe: &str,
        covers: impl FnMut(&Pattern<'v>) -> Tri,
    ) -> Answer<'v> {
        let universe = Glob::from_text(universe);
        self.has(covers, |pattern| match pattern.glob(case) {
            Some(glob) => !is_disjoint(&glob, &universe, case),
            None => Tri::False,
        })
    }
}

impl<'v> Statement<'v> {
    const fn actions(&self) -> Set<'_, 'v> {
        Set::new(&self.action, &self.not_action)
    }

    const fn resources(&self) -> Set<'_, 'v> {
        Set::new(&self.resource, &self.not_resource)
    }

    /// Whether it is about an action such as `iam:PassRole`, allowing or denying it.
    pub fn covers_action(&self, action: &str) -> Answer<'v> {
        let covers = |pattern: &Pattern<'v>| matching::covers_action(pattern, action);
        self.actions().has(covers, covers)
    }

    /// Whether it allows an action, on some resource and under some condition.
    pub fn allows_action(&self, action: &str) -> Answer<'v> {
        self.covers_action(action).and(self.is_allow())
    }

    /// Whether it is about every action of every service.
    pub fn covers_every_action(&self) -> Answer<'v> {
        self.actions().has_every(Case::Ignored, "?*:?*", matching::covers_every_action)
    }

    /// Whether it is about every action of a service, given by its prefix: `s3`.
    pub fn covers_every_action_of(&self, service: &str) -> Answer<'v> {
        let universe = format!("{}:?*", service.to_ascii_lowercase());
        let every = Glob::from_text(&universe);
        self.actions().has_every(Case::Ignored, &universe, |pattern| {
            pattern.glob(Case::Ignored).map_or(Tri::False, |glob| glob.contains(&every))
        })
    }

    /// Whether it is about a resource, given by its ARN.
    pub fn covers_resource(&self, resource: &str) -> Answer<'v> {
        let covers = |pattern: &Pattern<'v>| matching::covers_resource(pattern, resource);
        self.resources().has(covers, covers)
    }

    /// Whether it is about every resource: `*`, not `arn:aws:s3:::*`.
    pub fn covers_every_resource(&self) -> Answer<'v> {
        self.resources().has_every(Case::Exact, "arn:*", matching::covers_every_resource)
    }

    /// Whether it is about every role of an account.
    pub fn covers_every_role(&self) -> Answer<'v> {
        let universe = "arn:*:iam::*:role/?*";
        self.resources().has_every(Case::Exact, universe, matching::covers_every_role)
    }

    /// Whether it allows all actions but some, which takes in every action AWS will ever add.
    pub fn allows_with_not_action(&self) -> Answer<'v> {
        self.leaves_out(&self.action, &self.not_action)
    }

    /// Whether it allows on all resources but some.
    pub fn allows_with_not_resource(&self) -> Answer<'v> {
        self.leaves_out(&self.resource, &self.not_resource)
    }

    fn leaves_out(&self, listed: &Patterns<'v>, except: &Patterns<'v>) -> Answer<'v> {
        let truth = (!listed.is_present).and(except.is_present);
        Answer::at(truth, except.site).and(self.is_allow())
    }

    /// Whether every action and resource of `other` is one of this statement, as far as its
    /// patterns one by one can tell: two that cover a third only together are not seen.
    pub(crate) fn covers_scope_of(&self, other: &Self) -> Answer<'v> {
        let actions = covers_set(self.actions(), other.actions(), Case::Ignored);
        let resources = covers_set(self.resources(), other.resources(), Case::Exact);
        actions.and(resources)
    }
}

/// Whether two patterns share nothing; resources, which have case, are compared as ARNs.
fn is_disjoint(one: &Glob<'_>, two: &Glob<'_>, case: Case) -> Tri {
    match case {
        Case::Exact => arn::is_disjoint(one, two),
        Case::Ignored => one.is_disjoint(two),
    }
}

/// Most pairs of patterns that are compared before the answer is left open.
const PAIRS: usize = 1 << 14;

fn covers_set<'v>(large: Set<'_, 'v>, small: Set<'_, 'v>, case: Case) -> Answer<'v> {
    let everything = Glob::from_text("*");
    let contains_all = |pattern: &Pattern<'v>| {
        pattern.glob(case).map_or(Tri::False, |it| it.contains(&everything))
    };
    let not_empty = |pattern: &Pattern<'v>| Tri::from(pattern.state() != State::Malformed);
    let whole = match large {
        Set::Missing(site) => Answer::at(matches!(small, Set::Missing(_)), site),
        _ => large.has(contains_all, not_empty),
    };
    if whole.is_true() {
        return whole;
    }
    whole.or(match (large, small) {
        (Set::Listed(large), Set::Listed(small)) => {
            each(small, large, case, |a, b| b.contains(a), Tri::any)
        }
        (Set::Except(out), Set::Listed(small)) => {
            each(small, out, case, |a, b| is_disjoint(a, b, case), Tri::all)
        }
        (Set::Except(out), Set::Except(left)) => {
            each(out, left, case, |a, b| b.contains(a), Tri::any)
        }
        (Set::Unknown(site), _) | (_, Set::Unknown(site)) => Answer::at(Tri::Unknown, site),
        _ => Answer::plain(Tri::False),
    })
}

/// Whether every pattern of `small` is related to any, or all, of `large`.
fn each<'v>(
    small: &Patterns<'v>,
    large: &Patterns<'v>,
    case: Case,
    relate: impl Fn(&Glob<'v>, &Glob<'v>) -> Tri,
    join: fn(Vec<Tri>) -> Tri,
) -> Answer<'v> {
    if small.items.len() * large.items.len() > PAIRS {
        return Answer::at(Tri::Unknown, large.site);
    }
    let compile = |patterns: &Patterns<'v>| -> Vec<Glob<'v>> {
        patterns.items.iter().filter_map(|pattern| pattern.glob(case)).collect()
    };
    let (small_globs, large_globs) = (compile(small), compile(large));
    let mut truth = Tri::all(small_globs.iter().map(|one| {
        let mut related: Vec<Tri> = large_globs.iter().map(|two| relate(one, two)).collect();
        if large.is_open {
            related.push(Tri::Unknown);
        }
        join(related)
    }));
    if small.is_open {
        truth = truth.and(Tri::Unknown);
    }
    Answer::at(truth, large.site)
}
