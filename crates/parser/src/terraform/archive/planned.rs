//! The planned values of a plan file, in the form that `terraform show -json` prints.
//!
//! The numbers of the fields are facts from Terraform's `planfile.proto`. The configuration is
//! not in there: what it tells of a plan in JSON, the sources beside the message tell.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::message::Message;
use super::msgpack::{Planned, planned};
use crate::terraform::address::{Step, module_end, steps};

/// The only version of the message that Terraform has written since 0.12.
const VERSION: u64 = 3;

/// Fields of `Plan`.
mod plan {
    pub(super) const VERSION: u64 = 1;
    pub(super) const VARIABLES: u64 = 2;
    pub(super) const RESOURCE_CHANGES: u64 = 3;
    pub(super) const OUTPUT_CHANGES: u64 = 4;
    pub(super) const TARGET_ADDRS: u64 = 5;
    pub(super) const TERRAFORM_VERSION: u64 = 14;
    pub(super) const ERRORED: u64 = 20;
    pub(super) const DEFERRED_CHANGES: u64 = 27;
}

/// Fields of `ResourceInstanceChange`.
mod instance {
    pub(super) const DEPOSED_KEY: u64 = 7;
    pub(super) const PROVIDER: u64 = 8;
    pub(super) const CHANGE: u64 = 9;
    pub(super) const ADDR: u64 = 13;
}

/// Fields of `Change`.
mod change {
    pub(super) const ACTION: u64 = 1;
    pub(super) const VALUES: u64 = 2;
    pub(super) const BEFORE_SENSITIVE_PATHS: u64 = 3;
    pub(super) const AFTER_SENSITIVE_PATHS: u64 = 4;
}

/// The values of the root module's variables, as far as they are known.
pub(super) fn variables(message: &[u8]) -> Map<String, Json> {
    let entries = Message(message).messages(plan::VARIABLES);
    let known = entries.filter_map(|entry| {
        let value = dynamic(entry.message(2)?)?.known()?;
        Some((entry.text(1).to_owned(), value))
    });
    known.collect()
}

/// The plan as JSON; `None` if it cannot be read to its end, or is of a version that is not known.
pub(super) fn json(message: &[u8]) -> Option<String> {
    let message = Message(message);
    if !message.is_whole() || message.number(plan::VERSION) != VERSION {
        return None;
    }
    let mut configuration = Configuration::default();
    let changes: Option<Vec<Json>> = message
        .messages(plan::RESOURCE_CHANGES)
        .map(|one| resource_change(one, &mut configuration))
        .collect();
    let mut outputs = Map::new();
    for output in message.messages(plan::OUTPUT_CHANGES) {
        let name = output.text(1).to_owned();
        let is_secret = output.number(3) != 0;
        let mut change = change_of(output.message(2)?)?;
        if is_secret {
            change.insert("after_sensitive".into(), true.into());
        }
        configuration.outputs.insert(name.clone(), json!({ "sensitive": is_secret }));
        outputs.insert(name, Json::Object(change));
    }
    let given = variables(message.0).into_iter();
    let given: Map<String, Json> =
        given.map(|(name, value)| (name, json!({ "value": value }))).collect();
    let mut plan = json!({
        "format_version": "1.2",
        "terraform_version": message.text(plan::TERRAFORM_VERSION),
        "variables": given,
        "resource_changes": changes?,
        "output_changes": outputs,
        "configuration": { "root_module": configuration.into_json() },
        "errored": message.number(plan::ERRORED) != 0,
    });
    // Older versions of Terraform do not say whether a plan is complete.
    let mut reasons = message.all(plan::TARGET_ADDRS).chain(message.all(plan::DEFERRED_CHANGES));
    if reasons.next().is_some() {
        plan["complete"] = false.into();
    }
    Some(plan.to_string())
}

/// What is told of the root module, by which its sources are recognised.
#[derive(Default)]
struct Configuration {
    resources: BTreeMap<String, Json>,
    calls: Map<String, Json>,
    outputs: Map<String, Json>,
}

impl Configuration {
    fn into_json(self) -> Json {
        let resources: Vec<Json> = self.resources.into_values().collect();
        json!({ "resources": resources, "module_calls": self.calls, "outputs": self.outputs })
    }
}

fn resource_change(one: Message<'_>, configuration: &mut Configuration) -> Option<Json> {
    let address = one.text(instance::ADDR);
    let module = &address[..module_end(address)];
    let local = address[module.len()..].trim_start_matches('.');
    let steps = steps(local);
    let is_data = steps.first().is_some_and(|step| step.name == "data");
    let mode = if is_data { "data" } else { "managed" };
    let [kind, name] = steps.get(usize::from(is_data)..)? else { return None };
    let mut json = json!({
        "address": address,
        "mode": mode,
        "type": kind.name,
        "name": name.name,
        "change": change_of(one.message(instance::CHANGE)?)?,
    });
    if let Some(provider) = one.text(instance::PROVIDER).split('"').nth(1) {
        json["provider_name"] = provider.into();
    }
    if let Some(index) = index(name) {
        json["index"] = index;
    }
    if !one.text(instance::DEPOSED_KEY).is_empty() {
        json["deposed"] = one.text(instance::DEPOSED_KEY).into();
    }
    if module.is_empty() {
        let block = format!("{mode}.{}.{}", kind.name, name.name);
        // That the expressions are null says that they are not known, and not that there are none.
        let own =
            json!({ "mode": mode, "type": kind.name, "name": name.name, "expressions": null });
        configuration.resources.insert(block, own);
    } else {
        json["module_address"] = module.into();
        if let Some(call) = self::steps_of_call(module) {
            configuration.calls.insert(call.to_owned(), json!({}));
        }
    }
    Some(json)
}

/// The name of the call in the root module that a module address leads through.
fn steps_of_call(module: &str) -> Option<&str> {
    Some(steps(module).get(1)?.name)
}

/// The key of an instance.
fn index(step: &Step<'_>) -> Option<Json> {
    let key = step.key?;
    serde_json::from_str(key).ok().or_else(|| Some(key.trim_matches('"').into()))
}

/// A change with the values before and after it.
fn change_of(one: Message<'_>) -> Option<Map<String, Json>> {
    let values: Option<Vec<Planned>> = one.messages(change::VALUES).map(dynamic).collect();
    let values = values?;
    let (actions, has_before, has_after): (&[&str], bool, bool) = match one.number(change::ACTION) {
        0 => (&["no-op"], true, true),
        1 => (&["create"], false, true),
        2 => (&["read"], false, true),
        3 => (&["update"], true, true),
        5 => (&["delete"], true, false),
        6 => (&["delete", "create"], true, true),
        7 => (&["create", "delete"], true, true),
        8 => (&["forget"], true, false),
        9 => (&["create", "forget"], true, true),
        _ => return None,
    };
    let before = values.first().filter(|_| has_before);
    let after = values.last().filter(|_| has_after);
    let mut change = Map::new();
    let mut add = |key: &str, value: Option<Json>| {
        change.insert(key.to_owned(), value.unwrap_or_default());
    };
    add("actions", Some(json!(actions)));
    add("before", before.map(Planned::after));
    add("after", after.map(Planned::after));
    add("after_unknown", Some(after.map_or(json!({}), Planned::unknown)));
    add("before_sensitive", Some(marked(one, change::BEFORE_SENSITIVE_PATHS, before)));
    add("after_sensitive", Some(marked(one, change::AFTER_SENSITIVE_PATHS, after)));
    Some(change)
}

/// Where the secrets are.
fn marked(one: Message<'_>, field: u64, value: Option<&Planned>) -> Json {
    let Some(value) = value else { return false.into() };
    let mut marks = Marks::default();
    for path in one.messages(field) {
        let mut at = &mut marks;
        for step in path.messages(1) {
            let key = match step.message(2).and_then(dynamic).and_then(|key| key.known()) {
                Some(Json::String(key)) => key,
                Some(key) => key.to_string(),
                None => step.text(1).to_owned(),
            };
            at = at.inner.entry(key).or_default();
        }
        at.is_secret = true;
    }
    marks.json(value)
}

#[derive(Default)]
struct Marks {
    is_secret: bool,
    inner: BTreeMap<String, Marks>,
}

impl Marks {
    fn json(&self, value: &Planned) -> Json {
        if self.is_secret {
            return true.into();
        }
        match value {
            Planned::Map(_) => {
                let members = self.inner.iter().map(|(key, marks)| {
                    let value = member(value, key).unwrap_or(&Planned::Unknown);
                    (key.clone(), marks.json(value))
                });
                Json::Object(members.collect())
            }
            Planned::List(items) => {
                let marks = items.iter().enumerate().map(|(at, item)| {
                    // An element of a set is named by its value, which is not looked for: where
                    // one is secret, all are.
                    match self.inner.get(&at.to_string()) {
                        Some(marks) => marks.json(item),
                        None => (!self.inner.is_empty() && self.names_no_index()).into(),
                    }
                });
                marks.collect::<Vec<_>>().into()
            }
            _ => false.into(),
        }
    }

    fn names_no_index(&self) -> bool {
        self.inner.keys().all(|key| key.parse::<usize>().is_err())
    }
}

fn member<'p>(value: &'p Planned, key: &str) -> Option<&'p Planned> {
    let Planned::Map(members) = value else { return None };
    members.iter().find(|(own, _)| own == key).map(|(_, value)| value)
}

/// A value in a message of type `DynamicValue`.
fn dynamic(one: Message<'_>) -> Option<Planned> {
    planned(one.all(1).last()?)
}
