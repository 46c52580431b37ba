//! Statements.

use trilith_graph::{Flags, PropertyPath, Tri, Value, ValueKind};

use crate::pattern::{Patterns, State};
use crate::problem::{Problem, ProblemKind};
use crate::{Answer, Conditions, Element, Principals, Site};

/// One statement of a policy.
#[derive(Debug, Clone)]
pub struct Statement<'v> {
    /// Its place among the statements of the document, from 0.
    pub index: usize,
    /// Where it is written.
    pub site: Site<'v>,
    /// Its name; absent for most.
    pub sid: &'v Value,
    /// `Allow` or `Deny`.
    pub effect: &'v Value,
    pub(crate) effect_site: Site<'v>,
    /// The element `Action`.
    pub action: Patterns<'v>,
    /// The element `NotAction`: all actions but these.
    pub not_action: Patterns<'v>,
    /// The element `Resource`.
    pub resource: Patterns<'v>,
    /// The element `NotResource`: all resources but these.
    pub not_resource: Patterns<'v>,
    /// The element `Principal`.
    pub principal: Principals<'v>,
    /// The element `NotPrincipal`: everyone but these.
    pub not_principal: Principals<'v>,
    /// The element `Condition`.
    pub conditions: Conditions<'v>,
}

/// The values of the elements of a statement.
struct Elements<'v> {
    sid: &'v Value,
    effect: &'v Value,
    action: &'v Value,
    not_action: &'v Value,
    resource: &'v Value,
    not_resource: &'v Value,
    principal: &'v Value,
    not_principal: &'v Value,
    condition: &'v Value,
}

impl<'v> Elements<'v> {
    fn read(value: &'v Value, site: Site<'v>, problems: &mut Vec<Problem<'v>>) -> Self {
        let missing = missing_member(value);
        let mut elements = Self {
            sid: missing,
            effect: missing,
            action: missing,
            not_action: missing,
            resource: missing,
            not_resource: missing,
            principal: missing,
            not_principal: missing,
            condition: missing,
        };
        for entry in value.entries() {
            let slot = match &*entry.key {
                "Sid" => &mut elements.sid,
                "Effect" => &mut elements.effect,
                "Action" => &mut elements.action,
                "NotAction" => &mut elements.not_action,
                "Resource" => &mut elements.resource,
                "NotResource" => &mut elements.not_resource,
                "Principal" => &mut elements.principal,
                "NotPrincipal" => &mut elements.not_principal,
                "Condition" => &mut elements.condition,
                key => {
                    let site = site.element(Element::Whole).key(key);
                    problems.push(Problem { site, kind: ProblemKind::UnknownElement });
                    continue;
                }
            };
            *slot = &entry.value;
        }
        elements
    }
}

/// What a member is that a value does not show: absent, or unknown.
fn missing_member(value: &Value) -> &Value {
    match &value.kind {
        ValueKind::Map(map) if value.flags.has(Flags::OPEN) => {
            // Any key that the map lacks will do.
            let lacking = ["Effect", "Action", "\0"].into_iter().find(|key| map.get(key).is_none());
            value.get(lacking.unwrap_or_default())
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => value,
        _ => Value::absent(),
    }
}

impl<'v> Statement<'v> {
    pub(crate) fn parse(
        value: &'v Value,
        index: usize,
        site: Site<'v>,
        problems: &mut Vec<Problem<'v>>,
    ) -> Self {
        let is_odd = !matches!(value.kind, ValueKind::Map(_)) && !value.is_unknown();
        let elements = Elements::read(value, site, problems);
        let at = |element| site.element(element);
        let statement = Self {
            index,
            site,
            sid: elements.sid,
            effect: elements.effect,
            effect_site: at(Element::Effect),
            action: Patterns::parse(elements.action, at(Element::Action)),
            not_action: Patterns::parse(elements.not_action, at(Element::NotAction)),
            resource: Patterns::parse(elements.resource, at(Element::Resource)),
            not_resource: Patterns::parse(elements.not_resource, at(Element::NotResource)),
            principal: Principals::parse(elements.principal, at(Element::Principal), problems),
            not_principal: Principals::parse(
                elements.not_principal,
                at(Element::NotPrincipal),
                problems,
            ),
            conditions: Conditions::parse(elements.condition, at(Element::Condition), problems),
        };
        if is_odd {
            problems.push(Problem { site, kind: ProblemKind::NotAMap });
        } else {
            statement.note_problems(problems);
        }
        statement
    }

    fn note_problems(&self, problems: &mut Vec<Problem<'v>>) {
        let mut note = |site, kind| problems.push(Problem { site, kind });
        let effect = self.effect_site;
        match self.effect.is_present() {
            Tri::False => note(effect, ProblemKind::MissingEffect),
            Tri::True if self.effect.is_one_of(&["Allow", "Deny"]).is_false() => {
                note(effect, ProblemKind::InvalidEffect);
            }
            _ => {}
        }
        if self.action.is_present.or(self.not_action.is_present).is_false() {
            note(self.site, ProblemKind::MissingAction);
        }
        let pairs = [
            (self.action.is_present, self.not_action.is_present, Element::NotAction),
            (self.resource.is_present, self.not_resource.is_present, Element::NotResource),
            (self.principal.is_present, self.not_principal.is_present, Element::NotPrincipal),
        ];
        for (one, other, element) in pairs {
            if one.and(other).is_true() {
                note(self.site.element(element), ProblemKind::Contradiction);
            }
        }
        for patterns in [&self.action, &self.not_action, &self.resource, &self.not_resource] {
            for pattern in patterns.iter() {
                if pattern.state() == State::Malformed {
                    note(pattern.site, ProblemKind::NotText);
                }
            }
        }
    }

    /// Where it is written: `Statement/0`, or `Statement` if there is no list.
    pub fn path(&self) -> PropertyPath {
        self.site.path()
    }

    /// Whether it allows. AWS refuses `allow`, which can mean nothing else and is taken so.
    pub fn is_allow(&self) -> Answer<'v> {
        self.has_effect("Allow")
    }

    /// Whether it denies.
    pub fn is_deny(&self) -> Answer<'v> {
        self.has_effect("Deny")
    }

    fn has_effect(&self, effect: &str) -> Answer<'v> {
        Answer::at(self.effect.is_ignoring_case(effect), self.effect_site)
    }

    /// Whether it depends on any condition.
    pub fn is_conditional(&self) -> Answer<'v> {
        self.conditions.is_conditional()
    }

    /// Whether it applies to everyone: `Principal` is everyone, or `NotPrincipal` leaves out
    /// only some.
    pub fn applies_to_anyone(&self) -> Answer<'v> {
        match self.principal.is_present {
            Tri::True => self.principal.is_anyone(),
            Tri::Unknown => Answer::at(Tri::Unknown, self.principal.site),
            Tri::False => match self.not_principal.is_present {
                Tri::False => Answer::plain(Tri::False),
                Tri::True => !self.not_principal.is_anyone(),
                Tri::Unknown => Answer::at(Tri::Unknown, self.not_principal.site),
            },
        }
    }
}
