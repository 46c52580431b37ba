//! Which actions and resources a statement is about.

use std::collections::BTreeSet;

use trilith_graph::Tri;

use crate::arn;
use crate::glob::{Fuel, Glob};
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

    const fn site(self) -> Site<'v> {
        match self {
            Self::Listed(patterns) | Self::Except(patterns) => patterns.site,
            Self::Missing(site) | Self::Unknown(site) => site,
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
        self.has(covers, |pattern| match pattern.glob(case) {
            Some(glob) => !is_disjoint(&glob, &Glob::from_text(universe), case),
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
        self.is_allow().and_ask(|| self.covers_action(action))
    }

    /// Whether it is about every action of every service.
    pub fn covers_every_action(&self) -> Answer<'v> {
        self.actions().has_every(Case::Ignored, "?*:?*", matching::covers_every_action)
    }

    /// Whether it is about every action of a service, given by its prefix: `s3`.
    pub fn covers_every_action_of(&self, service: &str) -> Answer<'v> {
        let service = service.to_ascii_lowercase();
        self.actions().has_every(Case::Ignored, &format!("{service}:?*"), |pattern| {
            matching::covers_every_action_of(pattern, &service)
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

    /// Whether all resources that it names are of one and the same service.
    pub fn is_about_one_service(&self) -> Answer<'v> {
        let mut services = BTreeSet::new();
        let named = self.resource.all(|pattern| match arn::service_of(pattern) {
            Ok(service) => {
                services.insert(service);
                Tri::True
            }
            Err(truth) => truth,
        });
        let listed = Answer::at(self.resource.is_present, self.resource.site);
        let told = services.iter().filter(|service| !service.starts_with("${")).count();
        let one = match services.len() {
            ..2 => Tri::True,
            _ if told > 1 => Tri::False,
            _ => Tri::Unknown,
        };
        listed.and_then(|| named).and(Answer::at(one, self.resource.site))
    }

    /// Whether it is about every resource of a kind: see [`matching::covers_every_of`].
    pub fn covers_every_of(&self, service: &str, resource: &str) -> Answer<'v> {
        let universe = format!("arn:*:{service}:*:*:{resource}");
        self.resources().has_every(Case::Exact, &universe, |pattern| {
            matching::covers_every_of(pattern, service, resource)
        })
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
    pub(crate) fn covers_scope_of(&self, other: &Self, fuel: &Fuel) -> Answer<'v> {
        let actions = Coverage { case: Case::Ignored, every: matching::covers_every_action, fuel };
        let resources =
            Coverage { case: Case::Exact, every: matching::covers_every_resource, fuel };
        let covers_actions = actions.covers(self.actions(), other.actions());
        covers_actions.and_then(|| resources.covers(self.resources(), other.resources()))
    }
}

/// Whether two patterns share nothing; resources, which have case, are compared as ARNs.
fn is_disjoint(one: &Glob<'_>, two: &Glob<'_>, case: Case) -> Tri {
    match case {
        Case::Exact => arn::is_disjoint(one, two),
        Case::Ignored => one.is_disjoint(two),
    }
}

/// Work of comparing two sets before any of their patterns are.
const COMPARISON: usize = 64;

/// How sets of actions, or of resources, are compared.
struct Coverage<'f> {
    case: Case,
    every: fn(&Pattern<'_>) -> Tri,
    fuel: &'f Fuel,
}

impl Coverage<'_> {
    /// Whether everything of `small` is in `large`.
    fn covers<'v>(&self, large: Set<'_, 'v>, small: Set<'_, 'v>) -> Answer<'v> {
        let not_empty = |pattern: &Pattern<'v>| Tri::from(pattern.state() != State::Malformed);
        if !self.fuel.burn(COMPARISON) {
            return Answer::at(Tri::Unknown, large.site());
        }
        let whole = match large {
            Set::Missing(site) => Answer::at(matches!(small, Set::Missing(_)), site),
            _ => large.has(self.every, not_empty),
        };
        if whole.is_true() {
            return whole;
        }
        whole.or(match (large, small) {
            (Set::Listed(large), Set::Listed(small)) => {
                self.each(small, large, |small, large| large.contains_within(small, self.fuel), any)
            }
            (Set::Except(out), Set::Listed(small)) => {
                self.each(small, out, |small, out| self.is_disjoint(small, out), all)
            }
            (Set::Except(out), Set::Except(left)) => {
                self.each(out, left, |out, left| left.contains_within(out, self.fuel), any)
            }
            (Set::Unknown(site), _) | (_, Set::Unknown(site)) => Answer::at(Tri::Unknown, site),
            _ => Answer::plain(Tri::False),
        })
    }

    /// Whether every pattern of `small` is related to any, or all, of `large`.
    fn each<'v>(
        &self,
        small: &Patterns<'v>,
        large: &Patterns<'v>,
        relate: impl Fn(&Glob<'v>, &Glob<'v>) -> Tri,
        join: fn(&[Tri]) -> Tri,
    ) -> Answer<'v> {
        let (Some(small_globs), Some(large_globs)) = (self.compile(small), self.compile(large))
        else {
            return Answer::at(Tri::Unknown, large.site);
        };
        let mut truth = if small.is_open { Tri::Unknown } else { Tri::True };
        let mut related = Vec::with_capacity(large_globs.len() + 1);
        for one in &small_globs {
            related.clear();
            related.extend(large_globs.iter().map(|two| relate(one, two)));
            if large.is_open {
                related.push(Tri::Unknown);
            }
            truth = truth.and(join(&related));
            if truth.is_false() || self.fuel.is_empty() {
                break;
            }
        }
        if self.fuel.is_empty() {
            truth = truth.and(Tri::Unknown);
        }
        Answer::at(truth, large.site)
    }

    fn is_disjoint(&self, one: &Glob<'_>, two: &Glob<'_>) -> Tri {
        let work = one.tokens().len() * two.tokens().len() / 4;
        if self.fuel.burn(work) { is_disjoint(one, two, self.case) } else { Tri::Unknown }
    }

    fn compile<'v>(&self, patterns: &Patterns<'v>) -> Option<Vec<Glob<'v>>> {
        let mut globs = Vec::with_capacity(patterns.len());
        for pattern in patterns.iter() {
            let glob = pattern.glob(self.case);
            if !self.fuel.burn(glob.as_ref().map_or(1, |glob| glob.tokens().len())) {
                return None;
            }
            globs.extend(glob);
        }
        Some(globs)
    }
}

fn any(truths: &[Tri]) -> Tri {
    Tri::any(truths.iter().copied())
}

fn all(truths: &[Tri]) -> Tri {
    Tri::all(truths.iter().copied())
}
