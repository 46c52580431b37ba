//! From the tables as written to complete ones: names checked, and what maps by itself added.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::Names;
use crate::spec::{Literal, RowSpec, Specs, TypeSpec};

/// A complete table for one Terraform type.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) source: String,
    pub(crate) canonical: String,
    pub(crate) adapter: String,
    pub(crate) satellite: Option<String>,
    pub(crate) shared: Vec<String>,
    pub(crate) same: Option<String>,
    pub(crate) reference: Vec<String>,
    pub(crate) deprecated: Vec<String>,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) defaults: Vec<(Vec<Step>, Literal)>,
    pub(crate) split: Vec<Split>,
    pub(crate) rows: Vec<Row>,
}

/// An attribute that is a resource of its own in CloudFormation.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) attribute: String,
    pub(crate) canonical: String,
    pub(crate) to: String,
    pub(crate) parent: String,
    pub(crate) parents: bool,
    pub(crate) is_document: bool,
}

/// A step of a target path.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A member.
    Key(String),
    /// A new element of a list.
    Each(String),
    /// The element of a list at an index.
    At(String, usize),
    /// The element of a list whose member has this value.
    Where(String, String, String),
    /// The `Value` of a new element with this `Key`.
    Pair(String, String),
}

impl Step {
    /// The property.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Key(name)
            | Self::Each(name)
            | Self::At(name, _)
            | Self::Where(name, ..)
            | Self::Pair(name, _) => name,
        }
    }
}

/// A complete row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) absolute: bool,
    pub(crate) steps: Vec<Step>,
    pub(crate) shape: String,
    pub(crate) convert: String,
    pub(crate) key: Option<String>,
    pub(crate) when: Option<String>,
    pub(crate) values: Vec<(String, Literal)>,
    pub(crate) absent: Vec<String>,
    pub(crate) default: Option<Literal>,
    pub(crate) also: Vec<(Vec<Step>, Literal)>,
    pub(crate) count: Option<Vec<Step>>,
    pub(crate) sensitive: bool,
    pub(crate) block: Option<Vec<Row>>,
    /// Whether what is in it is what is in the block that `snake` stands at.
    pub(crate) recurs: bool,
}

/// Resolves every table; the errors name the type and the row.
pub(crate) fn resolve(
    specs: &Specs,
    cloudformation: &BTreeMap<String, Names>,
    terraform: &BTreeMap<String, Names>,
) -> Result<Vec<Resolved>, Vec<String>> {
    let mut errors = Vec::new();
    let mut tables = Vec::new();
    for (source, own) in &specs.types {
        let base = own.like.as_ref().map(|like| specs.types.get(like));
        let spec = match base {
            Some(Some(base)) => merged(base, own),
            Some(None) => {
                errors.push(format!("{source}: the type that it is like is not here"));
                continue;
            }
            None => own.clone(),
        };
        let empty = Names::default();
        let cfn = cloudformation.get(&spec.canonical);
        if cfn.is_none() && spec.canonical.starts_with("AWS::") {
            errors.push(format!("{source}: `{}` is no type of the extract", spec.canonical));
        }
        let root = cfn.unwrap_or(&empty);
        let mut resolver = Resolver {
            source,
            spec: &spec,
            specs,
            root,
            errors: &mut errors,
            used: BTreeSet::new(),
        };
        let tf = terraform.get(source).unwrap_or(&empty);
        let rows = resolver.block(tf, Some(root), "");
        let defaults = resolver.literals(&spec.defaults, root);
        for (path, row) in &spec.rows {
            if !resolver.used.contains(path) && !row.to.is_empty() {
                resolver.errors.push(format!("{source}: row `{path}` is not reached"));
            }
        }
        for attribute in &spec.deprecated {
            if !resolver.used.contains(attribute) && !tf.inner.contains_key(attribute) {
                resolver.error(attribute, "is deprecated, but no attribute");
            }
        }
        let mut split = Vec::new();
        for [attribute, canonical, to, parent] in &spec.split {
            let code = |name: &String| {
                cloudformation.get(canonical)?.inner.get(name).map(|names| names.code.clone())
            };
            let (Some(to_code), Some(parent_code), true) =
                (code(to), code(parent), tf.inner.contains_key(attribute))
            else {
                errors.push(format!("{source}: split `{attribute}` names what is not there"));
                continue;
            };
            split.push(Split {
                attribute: attribute.clone(),
                canonical: canonical.clone(),
                to: to.clone(),
                parent: parent.clone(),
                parents: parent_code.starts_with('l'),
                is_document: to_code == "j",
            });
        }
        tables.push(Resolved {
            source: source.clone(),
            canonical: spec.canonical.clone(),
            adapter: spec.adapter.clone().unwrap_or_default(),
            satellite: spec.satellite.clone(),
            shared: spec.shared.clone(),
            same: spec.same.clone(),
            reference: if spec.reference.is_empty() {
                vec!["id".into()]
            } else {
                spec.reference.clone()
            },
            deprecated: spec.deprecated.clone(),
            attributes: spec.attributes.clone(),
            defaults,
            split,
            rows,
        });
    }
    if errors.is_empty() { Ok(tables) } else { Err(errors) }
}

fn merged(base: &TypeSpec, own: &TypeSpec) -> TypeSpec {
    let mut spec = base.clone();
    spec.rows.extend(own.rows.clone());
    spec.attributes.extend(own.attributes.clone());
    spec.defaults.extend(own.defaults.clone());
    spec
}

struct Resolver<'a> {
    source: &'a str,
    spec: &'a TypeSpec,
    specs: &'a Specs,
    root: &'a Names,
    errors: &'a mut Vec<String>,
    used: BTreeSet<String>,
}

impl<'a> Resolver<'a> {
    fn error(&mut self, path: &str, text: &str) {
        self.errors.push(format!("{}: {path}: {text}", self.source));
    }

    /// The rows of a block at `path`, whose counterpart is `scope`.
    fn block(&mut self, tf: &Names, scope: Option<&'a Names>, path: &str) -> Vec<Row> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        let mut names: BTreeSet<String> = tf.inner.keys().cloned().collect();
        for row in self.spec.rows.keys() {
            if let Some(rest) = row.strip_prefix(&prefix) {
                names.insert(rest.split('.').next().unwrap_or(rest).to_owned());
            }
        }
        let mut rows = Vec::new();
        for name in names {
            let ignored = ["id", "arn", "tags_all", "timeouts", "region"];
            let joins = self.spec.satellite.as_ref() == Some(&name);
            let is_left_out = ignored.contains(&name.as_str()) || joins;
            if path.is_empty() && is_left_out && !self.spec.rows.contains_key(&name) {
                continue;
            }
            if let Some(row) =
                self.row(tf.inner.get(&name), scope, &format!("{prefix}{name}"), &name)
            {
                rows.push(row);
            }
        }
        rows
    }

    fn row(
        &mut self,
        tf: Option<&Names>,
        scope: Option<&'a Names>,
        path: &str,
        name: &str,
    ) -> Option<Row> {
        let spec = self.spec.rows.get(path).cloned();
        let has_inner_rows = self.spec.rows.keys().any(|row| row.starts_with(&format!("{path}.")));
        let is_block = has_inner_rows || tf.is_some_and(|tf| !tf.inner.is_empty());
        let known_elsewhere =
            self.spec.like.is_some() || self.specs.types[self.source].like.is_some();
        if tf.is_none() && !self.is_legacy(path) && !known_elsewhere && !self.untyped() {
            self.error(path, "the provider has no such attribute");
        }
        if spec.is_some() {
            self.used.insert(path.to_owned());
        }
        let top = !path.contains('.');
        let (absolute, steps, target) = match &spec {
            Some(row) if row.to.is_empty() => return None,
            Some(row) => self.explicit(row, scope, path)?,
            None => match self.automatic(name, scope, is_block, top) {
                Some((steps, target)) => (false, steps, Some(target)),
                // A block without a counterpart of its own: what is in it may have one.
                None if has_inner_rows => (false, Vec::new(), scope),
                None => return None,
            },
        };
        let spec = spec.unwrap_or_default();
        let convert = spec.convert.clone().unwrap_or_default();
        let inner_tf = tf.filter(|tf| !tf.inner.is_empty());
        let empty = Names::default();
        let block = match convert.as_str() {
            "camel-json" => target.map(camel_rows),
            "snake" => target.map(snake_rows),
            "inner" => {
                let key = spec.key.clone().unwrap_or_default();
                let tf = tf.and_then(|tf| tf.inner.get(&key));
                // Of lists in lists the schemas do not say what the elements hold.
                let scope = target.filter(|target| !target.inner.is_empty());
                Some(self.block(tf.unwrap_or(&empty), scope, &format!("{path}.{key}")))
            }
            "named" | "pairs" | "each" => None,
            _ if is_block && spec.only => None,
            _ if is_block => {
                let free = convert == "keyed" || target.is_some_and(|target| target.code == "m");
                let scope = target.filter(|_| !free);
                Some(self.block(inner_tf.unwrap_or(&empty), scope, path))
            }
            _ => None,
        };
        // What only Terraform knows stays as it is, and so does what is in a free map.
        let own = !self.spec.canonical.starts_with("AWS::");
        let unknown = if spec.only || own || scope.is_none() { "a" } else { "s" };
        let mut shape = target.map_or_else(|| unknown.to_owned(), shape_of);
        if matches!(steps.last(), Some(Step::Pair(..))) {
            shape = "s".into();
        } else if matches!(steps.last(), Some(Step::Each(_))) {
            shape = shape.strip_prefix('l').unwrap_or("o").to_owned();
        }
        let values = match &spec.named_values {
            Some(named) => self.specs.values.get(named).cloned().unwrap_or_else(|| {
                self.error(path, "no such values");
                Vec::new()
            }),
            None => spec.values.clone(),
        };
        let also = self.literals(&spec.also, scope.unwrap_or(self.root));
        let count = spec.count.as_ref().map(|count| {
            let constant = [(count.clone(), Literal::Int(0))];
            self.literals(&constant, scope.unwrap_or(self.root)).remove(0).0
        });
        let sensitive = self.spec.sensitive.iter().any(|name| name == path);
        Some(Row {
            name: name.to_owned(),
            absolute,
            steps,
            shape,
            convert,
            key: spec.key,
            when: spec.when,
            values,
            absent: spec.absent,
            default: spec.default,
            also,
            count,
            sensitive,
            block,
            recurs: false,
        })
    }

    fn is_legacy(&self, path: &str) -> bool {
        self.spec
            .legacy
            .iter()
            .any(|legacy| path == legacy || path.starts_with(&format!("{legacy}.")))
    }

    /// Whether the extract knows nothing of the type.
    fn untyped(&self) -> bool {
        self.spec.legacy.iter().any(|legacy| legacy == "*")
    }

    fn explicit(
        &mut self,
        row: &RowSpec,
        scope: Option<&'a Names>,
        path: &str,
    ) -> Option<(bool, Vec<Step>, Option<&'a Names>)> {
        let absolute = row.to.starts_with('/');
        let from = if absolute { Some(self.root) } else { scope };
        let steps = steps(row.to.trim_start_matches('/'));
        if !self.spec.canonical.starts_with("AWS::") {
            return Some((true, steps, None));
        }
        // A free map has no names to check.
        let Some(from) = from else { return Some((absolute, steps, None)) };
        if row.only {
            let known = target(from, &steps).is_some();
            let inside = target(from, &steps[..steps.len() - 1]).is_some();
            if known || !inside {
                self.error(path, &format!("`{}` is not for Terraform only", row.to));
            }
            return Some((absolute, steps, None));
        }
        let Some(found) = target(from, &steps) else {
            self.error(path, &format!("`{}` is no property", row.to));
            return None;
        };
        Some((absolute, steps, Some(found)))
    }

    fn automatic(
        &self,
        name: &str,
        scope: Option<&'a Names>,
        is_block: bool,
        top: bool,
    ) -> Option<(Vec<Step>, &'a Names)> {
        let scope = scope?;
        let own = self.spec.canonical.rsplit("::").next().unwrap_or_default();
        let found = |scope: &'a Names| {
            let mut candidates = vec![name.to_owned()];
            if is_block {
                candidates.push(format!("{name}s"));
                candidates.push(format!("{}ies", name.trim_end_matches('y')));
            }
            if name == "kms_key_arn" || name == "kms_key_id" {
                candidates.push("kms_key_id".into());
                candidates.push("kms_key_arn".into());
            }
            if top && name == "name" {
                candidates.push(format!("{own}name"));
            }
            candidates.iter().find_map(|name| scope.alike(name))
        };
        if let Some(key) = found(scope) {
            return Some((vec![Step::Key(key.clone())], &scope.inner[key]));
        }
        let prefix = self.spec.prefix.as_ref().filter(|_| top)?;
        let inside = scope.inner.get(prefix)?;
        let key = found(inside)?;
        Some((vec![Step::Key(prefix.clone()), Step::Key(key.clone())], &inside.inner[key]))
    }

    fn literals(
        &mut self,
        constants: &[(String, Literal)],
        scope: &Names,
    ) -> Vec<(Vec<Step>, Literal)> {
        let mut found = Vec::new();
        for (path, literal) in constants {
            let steps = steps(path);
            if target(scope, &steps).is_none() {
                self.error(path, "is no property");
            }
            found.push((steps, literal.clone()));
        }
        found
    }
}

fn steps(path: &str) -> Vec<Step> {
    // A slash may also stand inside of brackets.
    let mut parts: Vec<String> = vec![String::new()];
    let mut inside = false;
    for c in path.chars() {
        inside = c == '[' || (inside && c != ']');
        match parts.last_mut() {
            _ if c == '/' && !inside => parts.push(String::new()),
            Some(part) => part.push(c),
            None => {}
        }
    }
    let step = |part: String| match part.strip_suffix(']').and_then(|part| part.split_once('[')) {
        Some((name, "")) => Step::Each(name.into()),
        Some((name, inside)) => match (inside.parse(), inside.split_once('=')) {
            (Ok(at), _) => Step::At(name.into(), at),
            (_, Some((key, value))) => Step::Where(name.into(), key.into(), value.into()),
            _ => Step::Pair(name.into(), inside.into()),
        },
        None => Step::Key(part),
    };
    parts.into_iter().map(step).collect()
}

fn target<'n>(from: &'n Names, steps: &[Step]) -> Option<&'n Names> {
    let mut node = from;
    for (at, step) in steps.iter().enumerate() {
        node = node.inner.get(step.name())?;
        let through_list = at + 1 < steps.len() && matches!(step, Step::Key(_));
        if through_list && node.code.starts_with('l') {
            return None;
        }
        if matches!(step, Step::Pair(..)) && !node.is_pairs() {
            return None;
        }
        if let Step::Where(_, key, _) = step {
            node.inner.get(key)?;
        }
    }
    Some(node)
}

fn shape_of(names: &Names) -> String {
    if names.is_pairs() { "p".into() } else { names.code.clone() }
}

/// Rows for JSON text in the service's own words, which are CloudFormation's with a small letter
/// first.
fn camel_rows(target: &Names) -> Vec<Row> {
    let rows = target.inner.iter().map(|(name, inner)| {
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let block = (!inner.inner.is_empty()).then(|| camel_rows(inner));
        Row { block, ..named_row(first.into_iter().chain(letters).collect(), name, inner) }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

/// Rows for blocks that are named like CloudFormation's properties all the way down, and that may
/// hold each other: statements of web access control lists.
fn snake_rows(target: &Names) -> Vec<Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (name, inner) in &target.inner {
        let recurs = matches!(name.as_str(), "Statement" | "Statements" | "ScopeDownStatement");
        let block = || (recurs || inner.code.ends_with('o')).then(|| snake_rows(inner));
        let mut names = vec![snake(name)];
        if inner.code == "lo" {
            // A repeated block is named in the singular.
            names.push(snake(name).trim_end_matches('s').to_owned());
        }
        for own in names {
            let row = Row { block: block(), recurs, ..named_row(own.clone(), name, inner) };
            rows.insert(own, row);
        }
    }
    rows.into_values().collect()
}

fn named_row(name: String, property: &str, inner: &Names) -> Row {
    Row {
        name,
        absolute: false,
        steps: vec![Step::Key(property.to_owned())],
        shape: shape_of(inner),
        convert: String::new(),
        key: None,
        when: None,
        values: Vec::new(),
        absent: Vec::new(),
        default: None,
        also: Vec::new(),
        count: None,
        sensitive: false,
        block: None,
        recurs: false,
    }
}

/// `IPSetReferenceStatement` as `ip_set_reference_statement`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase()
                    || letters.get(at + 1).is_some_and(char::is_ascii_lowercase)
            });
        if starts_word {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
