//! What a rule's page says mends its findings: the key `edits` of the front matter.
//!
//! ```yaml
//! edits:
//!   - set: MetadataOptions/HttpTokens      # a property, from the properties of the resource
//!     to: required
//!     unsafe: programs that know version 1 of the service only lose their credentials
//! ```
//!
//! Of several entries the first counts that applies and is proved. A path may start with `.`, the
//! property of the finding, or `..`, what that is in; `*` is the element of a list that the
//! finding is in, and `[Key=name]` the element whose `Key` is that, which is added if it is missing.
//!
//! Like [`crate::metadata`], this module is also part of the root package's build script, so that
//! a slip ends the build.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One way to mend a finding.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Canonical types of the resources that it is for; all of the rule's if empty.
    #[serde(default, rename = "type")]
    pub types: Words,
    /// Paths of the findings that it is for, with `*` for elements of lists; all if empty.
    #[serde(default)]
    pub at: Words,
    /// The only format that it is for: `cloudformation` or `terraform`.
    pub only: Option<String>,
    /// Properties, and what their text must be one of; `*` at either end stands for anything.
    #[serde(default)]
    pub when: BTreeMap<String, Words>,
    /// Properties, and what the text of none of them may be.
    #[serde(default)]
    pub unless: BTreeMap<String, Words>,
    /// Property to give a value.
    pub set: Option<String>,
    /// List to add elements to.
    pub add: Option<String>,
    /// Property to take out.
    pub remove: Option<String>,
    /// The value, or the elements.
    pub to: Option<serde_yaml::Value>,
    /// A number instead of a value: what is greater already stays.
    pub least: Option<i64>,
    /// Further steps.
    #[serde(default)]
    pub and: Vec<Step>,
    /// What it may break, so that somebody must look at it first.
    #[serde(rename = "unsafe")]
    pub caution: Option<String>,
}

/// A further step of a [`Declaration`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Property to give a value.
    pub set: Option<String>,
    /// List to add elements to.
    pub add: Option<String>,
    /// Property to take out.
    pub remove: Option<String>,
    /// The value, or the elements.
    pub to: Option<serde_yaml::Value>,
    /// A number instead of a value: what is greater already stays.
    pub least: Option<i64>,
}

/// A word or several.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Words {
    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let words = match self {
            Self::None => &[][..],
            Self::One(word) => std::slice::from_ref(word),
            Self::Several(words) => words,
        };
        words.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl Declaration {
    /// All steps, the first one first.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        let first = Step {
            set: self.set.clone(),
            add: self.add.clone(),
            remove: self.remove.clone(),
            to: self.to.clone(),
            least: self.least,
        };
        std::iter::once(first).chain(self.and.iter().cloned())
    }

    /// What it does, in Markdown: "set `MetadataOptions.HttpTokens` to required".
    pub fn describe(&self) -> String {
        let steps: Vec<String> = self.steps().filter_map(|step| step.describe(&self.at)).collect();
        let mut text = steps.join(", ");
        let is = |(property, texts): (&String, &Words)| {
            let texts: Vec<&str> = texts.iter().collect();
            format!("`{}` is {}", property.trim_start_matches("./../"), texts.join(" or "))
        };
        if !self.when.is_empty() {
            let when: Vec<String> = self.when.iter().map(is).collect();
            text = format!("{text}, where {}", when.join(" and "));
        }
        if !self.unless.is_empty() {
            let unless: Vec<String> = self.unless.iter().map(is).collect();
            text = format!("{text}, unless {}", unless.join(" or "));
        }
        match &self.only {
            Some(format) => format!("{text} ({format})"),
            None => text,
        }
    }

    /// What is wrong with it, for a rule about these types.
    pub fn check(&self, resources: &[String]) -> Result<(), String> {
        if let Some(format) = &self.only
            && !matches!(format.as_str(), "cloudformation" | "terraform")
        {
            return Err(format!("edits: `only` is `{format}`, not cloudformation or terraform"));
        }
        if let Some(name) = self.types.iter().find(|name| !resources.iter().any(|r| r == name)) {
            return Err(format!("edits: the rule does not look at `{name}`"));
        }
        if self.caution.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err("edits: `unsafe` must say what may break".into());
        }
        self.steps().try_for_each(|step| step.check())
    }
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Gives a property a value.
    Set,
    /// Adds elements to a list.
    Add,
    /// Takes a property out.
    Remove,
}

impl Step {
    /// What it does, and to which path.
    pub fn action(&self) -> Result<(Verb, &str), String> {
        match (&self.set, &self.add, &self.remove) {
            (Some(path), None, None) => Ok((Verb::Set, path)),
            (None, Some(path), None) => Ok((Verb::Add, path)),
            (None, None, Some(path)) => Ok((Verb::Remove, path)),
            _ => Err("edits: a step has one of `set`, `add` and `remove`".into()),
        }
    }

    fn describe(&self, at: &Words) -> Option<String> {
        let (verb, path) = self.action().ok()?;
        let mut places = at.iter();
        let path = match (path, places.next(), places.next()) {
            (".", Some(place), None) => format!("`{}`", place.replace("/*", "").replace('/', ".")),
            (".", ..) => "the property".to_owned(),
            ("..", ..) => "the list".to_owned(),
            (path, ..) => format!("`{}`", shown(path)),
        };
        let to = self.to.as_ref().map(value_text).unwrap_or_default();
        if let Some(least) = self.least {
            return Some(format!("set {path} to {least} at least"));
        }
        Some(match verb {
            Verb::Set => format!("set {path} to {to}"),
            Verb::Add => format!("add {to} to {path}"),
            Verb::Remove => format!("remove {path}"),
        })
    }

    fn check(&self) -> Result<(), String> {
        let (verb, path) = self.action()?;
        pieces(path)?;
        if self.least.is_some() {
            let is_alone = verb == Verb::Set && self.to.is_none();
            return if is_alone {
                Ok(())
            } else {
                Err("edits: `least` is for `set`, without `to`".into())
            };
        }
        match (verb, &self.to) {
            (Verb::Remove, None) => Ok(()),
            (Verb::Remove, Some(_)) => Err("edits: `remove` has no `to`".into()),
            (_, None) => Err(format!("edits: `to` of `{path}` is missing")),
            (Verb::Add, Some(serde_yaml::Value::Sequence(_))) => Ok(()),
            (Verb::Add, Some(_)) => Err(format!("edits: `to` of `{path}` must be a list")),
            (Verb::Set, Some(value)) => check_value(value),
        }
    }
}

/// A path as people write it.
fn shown(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "*" | "." | ".."));
    let parts = parts.map(|part| match part.split_once('=') {
        Some((_, name)) => name.trim_end_matches(']').to_owned(),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn value_text(value: &serde_yaml::Value) -> String {
    use serde_yaml::Value;
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Sequence(items) => items.iter().map(value_text).collect::<Vec<_>>().join(", "),
        Value::Mapping(members) => {
            let values: Vec<String> = members.iter().map(|(_, value)| value_text(value)).collect();
            values.join(" ")
        }
        _ => String::new(),
    }
}

fn check_value(value: &serde_yaml::Value) -> Result<(), String> {
    use serde_yaml::Value;
    match value {
        Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) if number.is_i64() => Ok(()),
        Value::Sequence(items) => items.iter().try_for_each(check_value),
        Value::Mapping(members) => members.iter().try_for_each(|(key, value)| {
            key.as_str().ok_or("edits: keys of a value must be text")?;
            check_value(value)
        }),
        _ => {
            Err("edits: a value must be text, a whole number, true, false, a list or a map".into())
        }
    }
}

/// A piece of a path as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// `.`
    Finding,
    /// `..`
    Parent,
    /// A member.
    Key(String),
    /// An element.
    Index(usize),
    /// `*`
    Same,
    /// `[Key=name]`
    Where(String, String),
}

/// Takes a path apart.
pub fn pieces(path: &str) -> Result<Vec<Piece>, String> {
    let piece = |(at, text): (usize, &str)| match text {
        "" => Err(format!("edits: `{path}` has an empty step")),
        "." if at == 0 => Ok(Piece::Finding),
        ".." => Ok(Piece::Parent),
        "*" => Ok(Piece::Same),
        _ => {
            if let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
                let (key, value) = inside
                    .split_once('=')
                    .ok_or_else(|| format!("edits: `{text}` is not `[Key=value]`"))?;
                return Ok(Piece::Where(key.into(), value.into()));
            }
            Ok(text.parse().map_or_else(|_| Piece::Key(text.replace("~1", "/")), Piece::Index))
        }
    };
    path.split('/').enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(yaml: &str) -> Result<Declaration, String> {
        let declaration: Declaration =
            serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        declaration.check(&["AWS::KMS::Key".into()]).map(|()| declaration)
    }

    #[test]
    fn slips_are_named() {
        for (yaml, part) in [
            ("set: A\nto: 1\nonto: 2", "unknown field `onto`"),
            ("set: A", "`to` of `A` is missing"),
            ("set: A\nadd: B\nto: 1", "one of `set`, `add` and `remove`"),
            ("add: A\nto: 1", "must be a list"),
            ("remove: A\nto: 1", "`remove` has no `to`"),
            ("remove: A//B", "empty step"),
            ("remove: 'A/[B]'", "`[B]` is not"),
            ("remove: A\nonly: pulumi", "not cloudformation or terraform"),
            ("remove: A\ntype: AWS::S3::Bucket", "does not look at `AWS::S3::Bucket`"),
            ("remove: A\nunsafe: ''", "must say what may break"),
            ("set: A\nto: 1.5", "a value must be"),
            ("set: A\nto: 1\nleast: 2", "`least` is for `set`"),
        ] {
            let error = declared(yaml).expect_err(yaml);
            assert!(error.contains(part), "{yaml}: {error}");
        }
    }

    #[test]
    fn paths_have_pieces() {
        assert!(declared("set: A\nto: true\nand:\n  - remove: ./B").is_ok());
        let key = |key: &str| Piece::Key(key.into());
        let named = Piece::Where("Key".into(), "a.b".into());
        assert_eq!(
            pieces("../A/*/0/[Key=a.b]/Value"),
            Ok(vec![Piece::Parent, key("A"), Piece::Same, Piece::Index(0), named, key("Value")])
        );
    }
}
