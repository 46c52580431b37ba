//! Where in a resource a credential is written.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use trilith_graph::{
    Finding, Flags, Part, PropertyPath, Resource, Severity, Step, Trail, Tri, Value, ValueKind,
};

use crate::View;
use crate::query::credentials::{self, Credential};
use crate::query::secrets::{comes_by, is_outside, is_secret_name, secret_values};

/// A value that is a credential or holds one, or that may and is unknown.
#[derive(Debug)]
pub struct Leak {
    /// The property; of what stands beside the properties, the resource itself.
    pub path: PropertyPath,
    /// Whether it is one.
    pub truth: Tri,
    place: String,
    credential: Credential,
}

impl Leak {
    /// The finding about it.
    pub fn finding(&self, view: &View<'_>) -> Finding {
        let what = self.credential.what;
        let message = format!("`{}` holds {what} in `{}`", view.name(), self.place);
        let finding = Finding::new(view.id(), self.path.clone(), message).label(what);
        if self.credential.is_secret { finding } else { finding.severity(Severity::Medium) }
    }
}

/// The credentials in a resource, whatever property they stand in. Properties that are meant to
/// hold a secret are left out: see [`secret_values`].
pub fn leaks(view: &View<'_>) -> Vec<Leak> {
    // Hardly any resource holds something of which that has to be asked.
    let secret: LazyCell<BTreeSet<PropertyPath>, _> =
        LazyCell::new(|| secret_values(view).into_iter().map(|(path, _)| path).collect());
    let mut found = Vec::new();
    view.properties().walk(&mut |trail, value| {
        let Some((inner, truth, credential)) = judge(trail, value) else { return };
        let path = trail.to_path();
        if !secret.contains(&path) && !comes_by(value, "default of parameter") {
            let at = inner.map_or(path.clone(), |member| path.join(member));
            found.push(Leak { place: at.to_string(), path: at, truth, credential });
        }
    });
    found.extend(beside_properties(view.resource()));
    found.dedup_by(|next, first| next.path == first.path && !next.path.is_root());
    found
}

/// Metadata and the like, which no path of a finding can name.
fn beside_properties(resource: &Resource) -> Vec<Leak> {
    let mut found = Vec::new();
    resource.attributes.walk(&mut |trail, value| {
        let (Some(text), Some(Step::Key(key))) = (value.as_str(), trail.steps().last()) else {
            return;
        };
        let named = is_authentication(trail) && credentials::is_named_secret(key, text);
        let credential = if named { Some(Credential::NAMED) } else { credentials::find(text) };
        if let Some(credential) = credential {
            let (place, path) = (trail.to_string(), PropertyPath::root());
            found.push(Leak { path, truth: Tri::True, place, credential });
        }
    });
    found.truncate(1);
    found
}

fn is_authentication(trail: &Trail<'_>) -> bool {
    trail.steps().iter().any(|step| step.is_key("AWS::CloudFormation::Authentication"))
}

/// What a value gives away, and the member of it where to say so, if not the whole.
type Verdict = (Option<&'static str>, Tri, Credential);

/// What a value gives away.
fn judge(trail: &Trail<'_>, value: &Value) -> Option<Verdict> {
    let found = |credential| Some((None, Tri::True, credential));
    match &value.kind {
        ValueKind::String(text) => {
            if variable_name(trail).is_some_and(|name| credentials::is_named_secret(name, text)) {
                return found(Credential::NAMED);
            }
            let encoded = is_user_data(trail) && !value.flags.has(Flags::BASE64);
            let encoded = if encoded { credentials::find_encoded(text) } else { None };
            found_in(text, trail).or(encoded).and_then(found)
        }
        ValueKind::Template(parts) => found_in(&with_marks(parts), trail).and_then(found),
        ValueKind::Map(_) => named_pair(trail, value),
        ValueKind::Unknown(reason) if !is_outside(reason) => {
            may_hold_one(trail).then_some((None, Tri::Unknown, Credential::NAMED))
        }
        _ => None,
    }
}

/// The credential in a text. A description speaks of secrets and names them: `secret: smtp_login`.
fn found_in(text: &str, trail: &Trail<'_>) -> Option<Credential> {
    let is_description = |step: &Step<'_>| match step {
        Step::Key(key) => key.eq_ignore_ascii_case("description"),
        Step::Index(_) => false,
    };
    let is_prose = trail.steps().last().is_some_and(is_description);
    credentials::find(text).filter(|found| !is_prose || *found != Credential::ASSIGNED)
}

/// Whether credentials are often written here, so that an unknown value leaves the question open.
fn may_hold_one(trail: &Trail<'_>) -> bool {
    let is_default = matches!(trail.steps(), [step] if step.is_key("Default"));
    let is_command = trail.steps().iter().any(|step| step.is_key("runCommand"));
    is_default || is_command || is_user_data(trail) || variable_name(trail).is_some()
}

/// Text with a mark for each hole, which no credential has inside.
fn with_marks(parts: &[Part]) -> String {
    let text = parts.iter().map(|part| match part {
        Part::Text(text) => text,
        Part::Hole(_) => "${}",
    });
    text.collect()
}

fn is_user_data(trail: &Trail<'_>) -> bool {
    trail.steps().last().is_some_and(|step| step.is_key("UserData"))
}

/// The name of an environment variable that is the key of its value.
fn variable_name<'v>(trail: &Trail<'v>) -> Option<&'v str> {
    match trail.steps() {
        [.., Step::Key(parent), Step::Key(name)] => {
            VARIABLE_MAPS.contains(&&***parent).then_some(name)
        }
        _ => None,
    }
}

/// Maps of environment variables, and of those of a stage.
const VARIABLE_MAPS: [&str; 5] =
    ["Variables", "EnvironmentVariables", "Environment", "EnvVars", "StageVariables"];

/// Lists of environment variables whose elements have a name and a value.
const VARIABLE_LISTS: [&str; 4] =
    ["Environment", "EnvironmentVariables", "RuntimeEnvironmentVariables", "EnvironmentVars"];

/// An environment variable written as name and value.
fn named_pair(trail: &Trail<'_>, pair: &Value) -> Option<Verdict> {
    let [.., Step::Key(list), Step::Index(_)] = trail.steps() else { return None };
    let name = pair.get("Name").as_str().filter(|name| is_secret_name(name))?;
    let value = pair.get("Value");
    let is_plain = !pair.get("Type").is_one_of(&["PARAMETER_STORE", "SECRETS_MANAGER"]);
    if !VARIABLE_LISTS.contains(&&***list) || is_plain.is_false() {
        return None;
    }
    let truth = match &value.kind {
        ValueKind::String(text) => {
            let given = comes_by(value, "value given for");
            Tri::from(credentials::is_named_secret(name, text) && !given).and(is_plain)
        }
        ValueKind::Unknown(reason) if !is_outside(reason) => Tri::Unknown,
        _ => Tri::False,
    };
    (!truth.is_false()).then_some((Some("Value"), truth, Credential::NAMED))
}
