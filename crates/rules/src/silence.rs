//! Rules that can never speak: a type or a property that does not exist.

use std::fmt;

use crate::engine::guard::{NamedProperty, RuleFile, parse};
use crate::rule::{Predicate, Rule};

/// Parts of a template that are no resources.
const SECTIONS: [&str; 6] =
    ["Parameters", "Outputs", "Conditions", "Mappings", "Metadata", "Transform"];

/// What is known of resource types. `None` stands for what cannot be told.
pub trait Schema {
    /// Whether there is a type of this name.
    fn has_type(&self, name: &str) -> Option<bool>;

    /// The type that is spelled most like a name that is none.
    fn similar_type(&self, name: &str) -> Option<String>;

    /// Whether a type has a property at a path, without indexes.
    fn has_property(&self, resource_type: &str, path: &[&str]) -> Option<bool>;
}

/// Why a rule, or a part of it, can never speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// It wants to see resources of a type that does not exist.
    NoSuchType {
        /// The type as the rule names it.
        name: String,
        /// A type that is spelled alike.
        similar: Option<String>,
    },
    /// It names a property that its types do not have.
    NoSuchProperty {
        /// The types.
        types: Vec<String>,
        /// The property: `VersioningConfiguration.Enabled`.
        path: String,
        /// Line of the rules file, from 1.
        line: u32,
    },
    /// It looks at no resource at all, in no way that can be seen.
    NoResources,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchType { name, similar: Some(similar) } => {
                write!(f, "there is no resource type `{name}`; did you mean `{similar}`?")
            }
            Self::NoSuchType { name, similar: None } => {
                write!(f, "there is no resource type `{name}`")
            }
            Self::NoSuchProperty { types, path, line } => {
                let types = types.join("`, `");
                write!(f, "line {line}: `{types}` has no property `{path}`")
            }
            Self::NoResources => f.write_str("it looks at no resource of any type"),
        }
    }
}

/// Why a rule can never speak, as far as the schema tells: in any language the types that it
/// names, and for Guard the properties too.
pub fn silences(rule: &Rule, schema: &dyn Schema) -> Vec<Silence> {
    let mut found: Vec<Silence> = Vec::new();
    let names = rule.metadata.resources.iter().filter(|name| !name.contains(['*', '/']));
    for name in names.filter(|name| schema.has_type(name) == Some(false)) {
        let similar = schema.similar_type(name);
        found.push(Silence::NoSuchType { name: name.to_string(), similar });
    }
    match &rule.predicate {
        Predicate::GuardRule(guard) => {
            found.extend(of_guard(guard.file(), guard.places(), schema));
            if !guard.reads_anything() && !reads_sections(&guard.text()) {
                found.push(Silence::NoResources);
            }
        }
        Predicate::Guard(text) => {
            if let Ok(file) = parse(text) {
                let places: Vec<usize> = (0..file.rules().len()).collect();
                found.extend(of_guard(&file, &places, schema));
            }
        }
        _ => {}
    }
    found
}

/// Whether a rule speaks of the parts of a template that are no resources.
fn reads_sections(text: &str) -> bool {
    SECTIONS.iter().any(|section| text.contains(section))
}

fn of_guard(file: &RuleFile, places: &[usize], schema: &dyn Schema) -> Vec<Silence> {
    let mut found: Vec<Silence> = Vec::new();
    let named = places.iter().flat_map(|rule| file.named_properties(*rule));
    for property in named.filter(|property| is_missing(property, schema)) {
        let path = property.path.join(".");
        // What is inside of something that does not exist does not exist either.
        let is_inside = found.iter().any(|known| match known {
            Silence::NoSuchProperty { path: outer, .. } => {
                path.strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with('.'))
            }
            _ => false,
        });
        let silence = Silence::NoSuchProperty {
            types: property.types.iter().map(ToString::to_string).collect(),
            path,
            line: property.line,
        };
        if !is_inside && !found.contains(&silence) {
            found.push(silence);
        }
    }
    found
}

/// Whether all the types of a property are known not to have it.
fn is_missing(property: &NamedProperty, schema: &dyn Schema) -> bool {
    let path: Vec<&str> = property.path.iter().map(|name| &**name).collect();
    let lacks = |name: &str| schema.has_property(name, &path) == Some(false);
    !property.types.is_empty() && property.types.iter().all(|name| lacks(name))
}
