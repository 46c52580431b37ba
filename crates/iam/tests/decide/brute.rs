//! Every request of a small world, tried.
//!
//! A world has some thousand resources, values and callers. Two members of it that the same
//! statements are about make no difference, so they are tried once. What a pattern matches is
//! found out once, since policies of the tests have few different ones.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::generate::CALLERS;
use crate::model::{self, Policy, Request, Statement, Undefined, Who};

/// The members of the parts of a request.
pub(crate) struct World {
    actions: Vec<String>,
    resources: Vec<String>,
    callers: Vec<Who>,
    keys: Vec<(&'static str, Vec<Vec<String>>)>,
    known: RefCell<HashMap<String, Rc<[Holds]>>>,
}

/// The key that fills in variables; the first one of a world.
const TEXT: &str = "k:text";

/// Whether something is so for a member; nothing if that is not defined.
type Holds = Option<bool>;

fn texts(letters: &str, most: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..most {
        last = last
            .iter()
            .flat_map(|text| letters.chars().map(move |letter| format!("{text}{letter}")))
            .collect();
        all.extend_from_slice(&last);
    }
    all
}

fn owned(texts: &[&str]) -> Vec<Vec<String>> {
    let singles = texts.iter().map(|text| vec![(*text).to_owned()]);
    std::iter::once(Vec::new()).chain(singles).collect()
}

impl World {
    pub(crate) fn new() -> Self {
        let actions = texts("ab:", 4).into_iter().filter(|text| text.contains(':')).collect();
        let mut resources = vec!["*".to_owned()];
        for region in ["", "a", "b", "ab", "aa", "c"] {
            for account in ["", "a", "b"] {
                for last in texts("ab/:", 3) {
                    resources.push(format!("arn:p:s:{region}:{account}:{last}"));
                }
            }
        }
        resources.extend(["arn:p:t:a:a:a", "arn:q:s:a:a:a", "arn:p:s:a:a:abab"].map(String::from));
        let members = ["", "a", "b", "A", "ab", "c", "aa"];
        let mut many: Vec<Vec<String>> = owned(&members);
        for (index, one) in members.iter().enumerate() {
            for two in &members[index + 1..] {
                many.push(vec![(*one).to_owned(), (*two).to_owned()]);
                for three in ["ba", "bb"] {
                    many.push(vec![(*one).to_owned(), (*two).to_owned(), three.to_owned()]);
                }
            }
        }
        let arns: Vec<&str> = resources.iter().map(String::as_str).step_by(7).collect();
        let text_values = texts("abA", 2);
        let mut text_refs: Vec<&str> = text_values.iter().map(String::as_str).collect();
        text_refs.extend(["c", "*", "a:a"]);
        let keys = vec![
            (TEXT, owned(&text_refs)),
            ("k:arn", [owned(&arns), owned(&["x"])].concat()),
            ("k:number", owned(&["-1", "0", "0.5", "1", "1.2", "1.5", "1.7", "2", "3", "x"])),
            (
                "k:date",
                owned(&[
                    "2019-01-01T00:00:00Z",
                    "2020-01-01T00:00:00Z",
                    "2020-05-01T00:00:00Z",
                    "2021-01-01T00:00:00Z",
                    "2021-05-01T00:00:00Z",
                    "2022-06-30T12:00:00Z",
                    "2023-01-01T00:00:00Z",
                    "x",
                ]),
            ),
            (
                "k:ip",
                owned(&[
                    "10.0.0.0",
                    "10.1.2.3",
                    "10.1.2.4",
                    "10.200.0.1",
                    "9.0.0.1",
                    "192.168.5.5",
                    "255.255.255.255",
                    "2001:db8::1",
                    "::1",
                    "x",
                ]),
            ),
            ("k:flag", owned(&["true", "false"])),
            ("k:many", many),
        ];
        let callers = CALLERS.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
        Self { actions, resources, callers, keys, known: RefCell::default() }
    }

    /// A request that `new` allows and `old` does not, by all accounts: one about which AWS
    /// documents what both say.
    pub(crate) fn gain(&self, old: &Side<'_>, new: &Side<'_>) -> bool {
        let statements: Vec<&Statement> = old.statements().chain(new.statements()).collect();
        if !statements.iter().any(|statement| statement.has_variables()) {
            return self.gain_with(&statements, old, new, None);
        }
        // A variable ties everything it stands in to the key that fills it in, so the values of
        // that key are tried one by one.
        let (_, values) = &self.keys[0];
        values.iter().any(|value| self.gain_with(&statements, old, new, Some(value)))
    }

    /// The same for requests that have given values for `k:text`.
    fn gain_with(
        &self,
        statements: &[&Statement],
        old: &Side<'_>,
        new: &Side<'_>,
        text: Option<&Vec<String>>,
    ) -> bool {
        let context = text.map_or(&[][..], Vec::as_slice);
        let mut masks = BTreeSet::from([u32::MAX]);
        let about: Vec<_> = statements.iter().map(|it| self.actions_of(it)).collect();
        meet(&mut masks, masks_of(&about, self.actions.len()).into_iter());
        let about: Vec<_> = statements.iter().map(|it| self.resources_of(it, context)).collect();
        meet(&mut masks, masks_of(&about, self.resources.len()).into_iter());
        if statements.iter().any(|statement| statement.principal.is_some()) {
            meet(
                &mut masks,
                self.callers
                    .iter()
                    .map(|who| mask(statements, |it| model::principal_applies(it, Some(who)))),
            );
        }
        for (key, all_values) in &self.keys {
            let fixed = text.filter(|_| *key == TEXT).map(std::slice::from_ref);
            let ways = fixed.unwrap_or(all_values);
            let about: Vec<_> =
                statements.iter().map(|it| self.values_of(it, key, ways, context)).collect();
            meet(&mut masks, masks_of(&about, ways.len()).into_iter());
        }
        let split = old.statements().count();
        masks.iter().any(|mask| new.allows(mask >> split) && !old.allows(*mask))
    }

    /// What is known of every member, by what is asked.
    fn ask(&self, question: String, members: impl FnOnce() -> Vec<Holds>) -> Rc<[Holds]> {
        if let Some(known) = self.known.borrow().get(&question) {
            return Rc::clone(known);
        }
        let answer: Rc<[Holds]> = members().into();
        self.known.borrow_mut().insert(question, Rc::clone(&answer));
        answer
    }

    /// For every action, whether a statement is about it.
    fn actions_of(&self, statement: &Statement) -> Vec<Holds> {
        let listed = statement.action.iter().map(|pattern| {
            self.ask(format!("action {pattern}"), || {
                let like = |action: &String| Some(model::action_like(pattern, action));
                self.actions.iter().map(like).collect()
            })
        });
        listed_or_not(listed, self.actions.len(), statement.not_action)
    }

    fn resources_of(&self, statement: &Statement, text: &[String]) -> Vec<Holds> {
        let listed = statement.resource.iter().map(|pattern| {
            let pattern = model::substitute(pattern, &request(TEXT, text));
            self.ask(format!("resource {pattern:?}"), || {
                let like = |resource: &String| {
                    Some(pattern.as_ref().is_some_and(|it| model::arn_like(it, resource)))
                };
                self.resources.iter().map(like).collect()
            })
        });
        listed_or_not(listed, self.resources.len(), statement.not_resource)
    }

    /// For every way to have a key, whether the conditions of a statement on it hold.
    fn values_of(
        &self,
        statement: &Statement,
        key: &str,
        ways: &[Vec<String>],
        text: &[String],
    ) -> Vec<Holds> {
        let mut all = vec![Some(true); ways.len()];
        for condition in statement.conditions.iter().filter(|it| it.key == key) {
            let holds = |values: &Vec<String>| {
                let mut request = request(key, values);
                if key != TEXT {
                    request.context.push((TEXT.to_owned(), text.to_vec()));
                }
                model::condition_holds(condition, &request).ok()
            };
            let all_holds = || ways.iter().map(holds).collect::<Vec<_>>();
            let holds = if ways.len() == 1 {
                all_holds().into()
            } else {
                let given = if condition.has_variables() { text } else { &[] };
                self.ask(format!("{condition:?} {given:?}"), all_holds)
            };
            for (all, holds) in all.iter_mut().zip(holds.iter()) {
                *all = match (*all, *holds) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
            }
        }
        all
    }
}

/// For every member, whether any of the lists has it, or none if that is `negated`.
fn listed_or_not(
    lists: impl Iterator<Item = Rc<[Holds]>>,
    members: usize,
    negated: bool,
) -> Vec<Holds> {
    let mut listed = vec![false; members];
    for list in lists {
        for (any, one) in listed.iter_mut().zip(list.iter()) {
            *any |= *one == Some(true);
        }
    }
    listed.into_iter().map(|listed| Some(listed != negated)).collect()
}

/// For every member, which statements are about it; nothing if that is not defined for any.
fn masks_of(about: &[Vec<Holds>], members: usize) -> Vec<Option<u32>> {
    let mask = |member: usize| {
        let bits = about
            .iter()
            .enumerate()
            .map(|(index, statement)| statement[member].map(|holds| u32::from(holds) << index));
        bits.sum()
    };
    (0..members).map(mask).collect()
}

fn request(key: &str, values: &[String]) -> Request {
    Request {
        action: String::new(),
        resource: String::new(),
        principal: None,
        context: vec![(key.to_owned(), values.to_vec())],
    }
}

/// Which statements are about something; nothing if that is not defined for any of them.
fn mask(
    statements: &[&Statement],
    applies: impl Fn(&Statement) -> Result<bool, Undefined>,
) -> Option<u32> {
    let mut mask = 0;
    for (index, statement) in statements.iter().enumerate() {
        if applies(statement).ok()? {
            mask |= 1 << index;
        }
    }
    Some(mask)
}

fn meet(masks: &mut BTreeSet<u32>, with: impl Iterator<Item = Option<u32>>) {
    let with: BTreeSet<u32> = with.flatten().collect();
    *masks = masks.iter().flat_map(|mask| with.iter().map(move |other| mask & other)).collect();
}

/// Policies that decide together.
pub(crate) struct Side<'p> {
    pub(crate) grant: &'p Policy,
    pub(crate) limit: Option<&'p Policy>,
}

impl Side<'_> {
    pub(crate) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.grant.0.iter().chain(self.limit.into_iter().flat_map(|limit| &limit.0))
    }

    /// Whether a request is allowed about which these statements are.
    fn allows(&self, mask: u32) -> bool {
        let (mut granted, mut within, mut denied) = (false, self.limit.is_none(), false);
        for (index, statement) in self.statements().enumerate() {
            let applies = mask >> index & 1 == 1;
            denied |= applies && statement.denies;
            if applies && !statement.denies {
                let is_grant = index < self.grant.0.len();
                granted |= is_grant;
                within |= !is_grant;
            }
        }
        granted && within && !denied
    }
}
