//! Every request of a small world, tried.
//!
//! A world has some thousand resources, values and callers. Two members of it that the same
//! statements are about make no difference, so they are tried once.

use std::collections::BTreeSet;

use crate::generate::CALLERS;
use crate::model::{self, Policy, Request, Statement, Undefined, Who};

/// The members of the parts of a request.
pub(crate) struct World {
    actions: Vec<String>,
    resources: Vec<String>,
    callers: Vec<Who>,
    keys: Vec<(&'static str, Vec<Vec<String>>)>,
}

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
            ("k:text", owned(&text_refs)),
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
        Self { actions, resources, callers, keys }
    }

    /// A request that `new` allows and `old` does not, by all accounts: one about which AWS
    /// documents what both say.
    pub(crate) fn gain(&self, old: &Side<'_>, new: &Side<'_>) -> bool {
        let statements: Vec<&Statement> = old.statements().chain(new.statements()).collect();
        let mut masks = BTreeSet::from([u32::MAX]);
        let actions = self.actions.iter().map(|action| {
            mask(&statements, |statement| Ok(model::action_applies(statement, action)))
        });
        meet(&mut masks, actions);
        // Variables tie resources to the key that fills them in, so both are one part.
        let text_key = &self.keys[0];
        let ties = statements.iter().any(|it| it.resource.iter().any(|text| text.contains("${")));
        let texts: &[Vec<String>] = if ties { &text_key.1 } else { &[Vec::new()] };
        let resources = texts.iter().flat_map(|values| {
            let statements = &statements;
            self.resources.iter().map(move |resource| {
                let request = request(resource, "k:text", values);
                mask(statements, |statement| {
                    let applies = model::resource_applies(statement, &request);
                    let holds = !ties || key_holds(statement, "k:text", &request)?;
                    Ok(applies && holds)
                })
            })
        });
        meet(&mut masks, resources);
        if statements.iter().any(|statement| statement.principal.is_some()) {
            meet(
                &mut masks,
                self.callers
                    .iter()
                    .map(|who| mask(&statements, |it| model::principal_applies(it, Some(who)))),
            );
        }
        for (key, all_values) in &self.keys {
            if ties && *key == "k:text" {
                continue;
            }
            meet(
                &mut masks,
                all_values.iter().map(|values| {
                    let request = request("*", key, values);
                    mask(&statements, |statement| key_holds(statement, key, &request))
                }),
            );
        }
        let split = old.statements().count();
        masks.iter().any(|mask| new.allows(mask >> split) && !old.allows(*mask))
    }
}

fn request(resource: &str, key: &str, values: &[String]) -> Request {
    Request {
        action: String::new(),
        resource: resource.to_owned(),
        principal: None,
        context: vec![(key.to_owned(), values.to_vec())],
    }
}

fn key_holds(statement: &Statement, key: &str, request: &Request) -> Result<bool, Undefined> {
    let mut all = true;
    for condition in statement.conditions.iter().filter(|it| it.key == key) {
        all &= model::condition_holds(condition, request)?;
    }
    Ok(all)
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
    fn statements(&self) -> impl Iterator<Item = &Statement> {
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
