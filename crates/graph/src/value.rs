//! Property values: known, absent, undecided or unknown.
//!
//! INVARIANT: an unknown value equals nothing, and nothing may be concluded from it. Every
//! comparison here returns a [`Tri`], so that a rule cannot forget the third case.

use std::fmt;
use std::sync::Arc;

use crate::condition::{Formula, Scenario};
use crate::path;
use crate::{PropertyPath, Segment, SourceId, Span, Step, Trail, Tri};

/// What is known of a property, and where it is written.
#[derive(Debug, Clone)]
pub struct Value {
    /// The value itself.
    pub kind: ValueKind,
    /// The text that gave the value. For a missing member, see [`Value::at`].
    pub span: Span,
    /// What else is known of it.
    pub flags: Flags,
    /// The way it came here, if not written at `span` itself: the reference first.
    pub via: Option<Arc<Via>>,
}

/// The cases of a value.
#[derive(Debug, Clone)]
pub enum ValueKind {
    /// Not given, or removed by `AWS::NoValue`: the service's default applies.
    Absent,
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text that is completely known. Scalars that would not survive a round trip as a number
    /// (`012345678901`, `1.10`) are text too.
    String(Arc<str>),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A map.
    Map(Arc<Map>),
    /// One of several values, depending on conditions. The guards exclude each other; where
    /// none holds, the value is absent.
    OneOf(Arc<Vec<Arm>>),
    /// Text with holes.
    Template(Arc<Vec<Part>>),
    /// An attribute of a resource of the same root, known once that is created.
    Reference(Arc<Reference>),
    /// Not known, and why.
    Unknown(Reason),
}

/// One alternative of [`ValueKind::OneOf`].
#[derive(Debug, Clone)]
pub struct Arm {
    /// When the alternative is the one.
    pub guard: Formula,
    /// The alternative.
    pub value: Value,
}

/// A piece of [`ValueKind::Template`].
#[derive(Debug, Clone)]
pub enum Part {
    /// Literal text.
    Text(Arc<str>),
    /// What is not known of the text: a reference, an unknown or a choice.
    Hole(Value),
}

/// An attribute of another resource of the same root.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Address of the resource: a logical id, or a Terraform address.
    pub address: Arc<str>,
    /// The attribute: `Arn`, `Outputs.Bucket`; empty for what `Ref` and a bare resource give.
    pub attribute: Arc<str>,
}

/// Members of a map in the order of the source; a key occurs once.
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One member of a [`Map`].
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key is written; the span of the value if the key is nowhere.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

/// A step on the way of a value: through a reference to where it is defined.
#[derive(Debug, Clone)]
pub struct Via {
    /// Where the step is written.
    pub span: Span,
    /// What it is, for people: "default of parameter `Cidr`".
    pub note: Arc<str>,
    /// The step after it.
    pub next: Option<Arc<Via>>,
}

impl Via {
    /// The steps of `first`, and after them those of `then`.
    pub fn chain(first: Option<&Arc<Self>>, then: Option<Arc<Self>>) -> Option<Arc<Self>> {
        let Some(first) = first else { return then };
        if then.is_none() {
            return Some(first.clone());
        }
        let steps: Vec<&Self> = Self::steps(Some(first)).collect();
        steps.into_iter().rev().fold(then, |next, step| {
            Some(Arc::new(Self { span: step.span, note: step.note.clone(), next }))
        })
    }

    /// The steps of a way, the first one first.
    pub fn steps(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Self> {
        std::iter::successors(first.map(AsRef::as_ref), |step| step.next.as_deref())
    }
}

/// Why a value is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A parameter or variable has no default and was given no value.
    NoDefault(Arc<str>),
    /// A parameter cannot have its default here, and was given no value.
    NotDefault(Arc<str>),
    /// A pseudo parameter such as `AWS::Region` that depends on where the stack is created.
    Pseudo(Arc<str>),
    /// Read from Systems Manager Parameter Store when the stack is created.
    SsmParameter(Arc<str>),
    /// A dynamic reference to a secret: `{{resolve:secretsmanager:...}}`.
    Secret(Arc<str>),
    /// Exported by a stack that is not part of this run.
    Import(Arc<str>),
    /// Known after apply.
    ComputedAfterApply,
    /// Produced by a macro, an include or a module that is not expanded.
    Transform(Arc<str>),
    /// Given by a module whose source is not here.
    RemoteModule(Arc<str>),
    /// Read from the provider when Terraform plans.
    DataSource(Arc<str>),
    /// Uses a function that is not evaluated.
    UnsupportedFunction(Arc<str>),
    /// Refers to something that is not declared.
    Undeclared(Arc<str>),
    /// Refers to something that is declared under a condition that never holds.
    NeverCreated(Arc<str>),
    /// Differs by scenario, and more than one scenario is possible here.
    Undecided,
    /// Could not be read; a diagnostic says so.
    Malformed,
    /// A member that an open map may or may not have.
    OpenMap,
    /// Left out to keep the run short; the text names the limit.
    Budget(Arc<str>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDefault(name) => write!(f, "`{name}` has no default and was given no value"),
            Self::NotDefault(name) => {
                write!(f, "`{name}` is not its default here and was given no value")
            }
            Self::Pseudo(name) => write!(f, "`{name}` depends on where the stack is created"),
            Self::SsmParameter(name) => write!(f, "`{name}` is read from Parameter Store"),
            Self::Secret(name) => write!(f, "`{name}` is read from a secret store"),
            Self::Import(name) => write!(f, "`{name}` is exported by a stack not in this run"),
            Self::ComputedAfterApply => f.write_str("known after apply"),
            Self::Transform(name) => write!(f, "produced by the transform `{name}`"),
            Self::RemoteModule(name) => write!(f, "the source of module `{name}` is not here"),
            Self::DataSource(name) => write!(f, "`{name}` is read when Terraform plans"),
            Self::UnsupportedFunction(name) => write!(f, "`{name}` is not evaluated"),
            Self::Undeclared(name) => write!(f, "`{name}` is not declared"),
            Self::NeverCreated(name) => write!(f, "`{name}` is never created"),
            Self::Undecided => f.write_str("differs by condition"),
            Self::Malformed => f.write_str("could not be read"),
            Self::OpenMap => f.write_str("may be given where it cannot be seen"),
            Self::Budget(name) => write!(f, "left out: {name}"),
        }
    }
}

/// Facts about a value that do not change what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    /// No fact.
    pub const NONE: Self = Self(0);
    /// Must be masked in every output.
    pub const SENSITIVE: Self = Self(1);
    /// Rests on the default of a parameter or variable.
    pub const ASSUMED: Self = Self(2);
    /// Not written: the provider's documented default.
    pub const SCHEMA_DEFAULT: Self = Self(4);
    /// Not written in this form: made by an expansion.
    pub const SYNTHETIC: Self = Self(8);
    /// A map or list that may have further members that cannot be seen.
    pub const OPEN: Self = Self(16);
    /// Written as JSON or YAML text inside a string.
    pub const EMBEDDED: Self = Self(32);
    /// Written as a plain YAML scalar, so that `yes` and `on` mean a boolean where one is due.
    pub const PLAIN: Self = Self(64);
    /// Given base64-encoded by `Fn::Base64`; kept readable.
    pub const BASE64: Self = Self(128);

    /// Both sets of facts.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all facts of `other` are in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

static ABSENT: Value = nowhere(ValueKind::Absent);
static OPEN_MEMBER: Value = nowhere(ValueKind::Unknown(Reason::OpenMap));

const fn nowhere(kind: ValueKind) -> Value {
    let span = Span::at(SourceId(u32::MAX), 0);
    Value { kind, span, flags: Flags::NONE, via: None }
}

impl Value {
    /// A value of any kind.
    pub const fn new(kind: ValueKind, span: Span) -> Self {
        Self { kind, span, flags: Flags::NONE, via: None }
    }

    /// The absent value.
    pub fn absent() -> &'static Self {
        &ABSENT
    }

    /// Known text.
    pub fn string(text: impl Into<Arc<str>>, span: Span) -> Self {
        Self::new(ValueKind::String(text.into()), span)
    }

    /// A list.
    pub fn list(items: Vec<Self>, span: Span) -> Self {
        Self::new(ValueKind::List(Arc::new(items)), span)
    }

    /// A map.
    pub fn map(map: Map, span: Span) -> Self {
        Self::new(ValueKind::Map(Arc::new(map)), span)
    }

    /// An unknown value.
    pub const fn unknown(reason: Reason, span: Span) -> Self {
        Self::new(ValueKind::Unknown(reason), span)
    }

    /// Adds facts.
    #[must_use]
    pub fn with(mut self, flags: Flags) -> Self {
        self.flags = self.flags.with(flags);
        self
    }

    /// Whether the value is absent for certain.
    pub const fn is_absent(&self) -> bool {
        matches!(self.kind, ValueKind::Absent)
    }

    /// Whether nothing is known of the value, or only that it is one of several.
    pub const fn is_unknown(&self) -> bool {
        matches!(self.kind, ValueKind::Unknown(_) | ValueKind::OneOf(_))
    }

    /// The first reason for which the value, or a hole of its text, is unknown; rather one that
    /// a user can do something about than where a stack is created.
    pub fn unknown_reason(&self) -> Option<&Reason> {
        match &self.kind {
            ValueKind::Unknown(reason) => Some(reason),
            ValueKind::OneOf(_) => Some(&Reason::Undecided),
            ValueKind::Template(parts) => {
                let mut reasons = parts.iter().filter_map(|part| match part {
                    Part::Hole(hole) => hole.unknown_reason(),
                    Part::Text(_) => None,
                });
                let first = reasons.next()?;
                let is_pseudo = |reason: &&Reason| matches!(reason, Reason::Pseudo(_));
                let better = std::iter::once(first).chain(reasons).find(|it| !is_pseudo(it));
                Some(better.unwrap_or(first))
            }
            _ => None,
        }
    }

    /// The member `key`; absent if this is no map, unknown if an open map lacks it.
    pub fn get(&self, key: &str) -> &Self {
        match &self.kind {
            ValueKind::Map(map) => match map.get(key) {
                Some(value) => value,
                None if self.flags.has(Flags::OPEN) => &OPEN_MEMBER,
                None => &ABSENT,
            },
            ValueKind::Unknown(_) | ValueKind::OneOf(_) => self,
            _ => &ABSENT,
        }
    }

    /// The element `index`; absent if there is none, unknown if the list is open.
    pub fn item(&self, index: usize) -> &Self {
        match &self.kind {
            ValueKind::List(items) => match items.get(index) {
                Some(value) => value,
                None if self.flags.has(Flags::OPEN) => &OPEN_MEMBER,
                None => &ABSENT,
            },
            ValueKind::Unknown(_) | ValueKind::OneOf(_) => self,
            _ => &ABSENT,
        }
    }

    /// The value behind a path.
    pub fn at(&self, path: &PropertyPath) -> &Self {
        path.segments().iter().fold(self, Self::step)
    }

    /// The value behind a path in text form: `value.path("Policy/Statement/0")`.
    pub fn path(&self, path: &str) -> &Self {
        // Rules ask for the same few paths of every resource: each is gone through once, and no
        // segment is copied for that.
        let path = path.strip_prefix('/').unwrap_or(path);
        if path.is_empty() {
            return self;
        }
        let (mut value, mut start) = (self, 0);
        for (at, byte) in path.bytes().enumerate() {
            match byte {
                b'~' => return self.at(&PropertyPath::parse(path)),
                b'/' => {
                    value = value.named(&path[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        value.named(&path[start..])
    }

    /// The value behind one part of a path in text form.
    fn named(&self, part: &str) -> &Self {
        match path::index(part) {
            Some(index) => self.step(&Segment::Index(index)),
            None => self.get(part),
        }
    }

    /// The value one segment further in. Index 0 of a single value is the value itself, since
    /// IAM and CloudFormation accept one value for a list of one.
    pub fn step(&self, segment: &Segment) -> &Self {
        match (segment, &self.kind) {
            (Segment::Key(key), _) => self.get(key),
            (Segment::Index(index), ValueKind::Map(map)) => match map.get(&index.to_string()) {
                Some(value) => value,
                None if *index == 0 => self,
                None => &ABSENT,
            },
            (Segment::Index(_), ValueKind::List(_) | ValueKind::Absent) => {
                let Segment::Index(index) = segment else { return &ABSENT };
                self.item(*index)
            }
            (Segment::Index(0), _) => self,
            (Segment::Index(_), ValueKind::Unknown(_) | ValueKind::OneOf(_)) => self,
            (Segment::Index(_), _) => &ABSENT,
        }
    }

    /// The elements of a list, or the value itself as the only element; none if absent.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            ValueKind::List(items) => items,
            ValueKind::Absent | ValueKind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The members of a map; none for any other kind.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            ValueKind::Map(map) => map.entries(),
            _ => &[],
        }
    }

    /// The text, if it is known completely.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, also when written as text, as CloudFormation accepts it.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            ValueKind::Bool(value) => Some(*value),
            ValueKind::String(text) => match text.as_ref() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                "yes" | "Yes" | "YES" | "on" | "On" | "ON" if self.flags.has(Flags::PLAIN) => {
                    Some(true)
                }
                "no" | "No" | "NO" | "off" | "Off" | "OFF" if self.flags.has(Flags::PLAIN) => {
                    Some(false)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The whole number, also when written as text.
    pub fn as_int(&self) -> Option<i64> {
        match &self.kind {
            ValueKind::Int(value) => Some(*value),
            ValueKind::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The reference, if the whole value is one.
    pub fn as_reference(&self) -> Option<&Reference> {
        match &self.kind {
            ValueKind::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Whether the value is the text `expected` (or a scalar that prints like it).
    pub fn is(&self, expected: &str) -> Tri {
        self.compare(expected, false)
    }

    /// [`Value::is`] without regard to ASCII case.
    pub fn is_ignoring_case(&self, expected: &str) -> Tri {
        self.compare(expected, true)
    }

    /// Whether the value is one of the texts.
    pub fn is_one_of(&self, expected: &[&str]) -> Tri {
        Tri::any(expected.iter().map(|text| self.is(text)))
    }

    fn compare(&self, expected: &str, ignore_case: bool) -> Tri {
        let same = |text: &str| {
            if ignore_case { text.eq_ignore_ascii_case(expected) } else { text == expected }
        };
        match &self.kind {
            ValueKind::String(text) => same(text).into(),
            ValueKind::Bool(value) => same(if *value { "true" } else { "false" }).into(),
            ValueKind::Int(value) => same(&value.to_string()).into(),
            ValueKind::Float(value) => same(&value.to_string()).into(),
            ValueKind::Template(parts) => template_may_be(parts, expected, ignore_case),
            // No attribute of a resource is a pattern; anything else it may turn out to be.
            ValueKind::Reference(reference) if &*reference.attribute != "Value" => {
                if expected.contains('*') { Tri::False } else { Tri::Unknown }
            }
            ValueKind::Reference(_) | ValueKind::Unknown(_) => Tri::Unknown,
            ValueKind::OneOf(arms) => {
                all_or_unknown(arms.iter().map(|arm| arm.value.compare(expected, ignore_case)))
            }
            ValueKind::Absent | ValueKind::Null | ValueKind::List(_) | ValueKind::Map(_) => {
                Tri::False
            }
        }
    }

    /// Whether the value is the boolean `true`. Absent is not true.
    pub fn is_true(&self) -> Tri {
        self.is_bool(true)
    }

    /// Whether the value is the boolean `false`. Absent is not false.
    pub fn is_false(&self) -> Tri {
        self.is_bool(false)
    }

    fn is_bool(&self, expected: bool) -> Tri {
        match &self.kind {
            ValueKind::Unknown(_) | ValueKind::Template(_) | ValueKind::Reference(_) => {
                Tri::Unknown
            }
            ValueKind::OneOf(arms) => {
                all_or_unknown(arms.iter().map(|arm| arm.value.is_bool(expected)))
            }
            _ => (self.as_bool() == Some(expected)).into(),
        }
    }

    /// Whether there is a value at all: not absent and not null.
    pub fn is_present(&self) -> Tri {
        match &self.kind {
            ValueKind::Absent | ValueKind::Null => Tri::False,
            ValueKind::Unknown(_) => Tri::Unknown,
            ValueKind::OneOf(arms) => all_or_unknown(arms.iter().map(|arm| arm.value.is_present())),
            _ => Tri::True,
        }
    }

    /// Whether the text starts with `prefix`.
    pub fn starts_with(&self, prefix: &str) -> Tri {
        self.begins(prefix, false)
    }

    /// [`Value::starts_with`] without regard to ASCII case.
    pub fn starts_with_ignoring_case(&self, prefix: &str) -> Tri {
        self.begins(prefix, true)
    }

    fn begins(&self, prefix: &str, ignore_case: bool) -> Tri {
        let starts = |text: &str, prefix: &str| match text.get(..prefix.len()) {
            Some(start) if ignore_case => start.eq_ignore_ascii_case(prefix),
            start => start == Some(prefix),
        };
        match &self.kind {
            ValueKind::String(text) => starts(text, prefix).into(),
            ValueKind::Template(parts) => match parts.first() {
                Some(Part::Text(text)) if text.len() >= prefix.len() => starts(text, prefix).into(),
                Some(Part::Text(text)) if !starts(prefix, text) => Tri::False,
                _ => Tri::Unknown,
            },
            ValueKind::Reference(_) | ValueKind::Unknown(_) => Tri::Unknown,
            ValueKind::OneOf(arms) => {
                all_or_unknown(arms.iter().map(|arm| arm.value.begins(prefix, ignore_case)))
            }
            _ => Tri::False,
        }
    }

    /// The text as people would write it, with `${...}` for what is not known of it; `None` for
    /// maps, lists, absent and unknown values. Sensitive text is masked.
    pub fn display_text(&self) -> Option<String> {
        if self.flags.has(Flags::SENSITIVE) {
            return Some("(sensitive)".into());
        }
        match &self.kind {
            ValueKind::Bool(value) => Some(value.to_string()),
            ValueKind::Int(value) => Some(value.to_string()),
            ValueKind::Float(value) => Some(value.to_string()),
            ValueKind::String(text) => Some(text.to_string()),
            ValueKind::Template(parts) => Some(parts.iter().map(part_text).collect()),
            ValueKind::Reference(reference) => Some(reference.to_string()),
            _ => None,
        }
    }

    /// The value as it is in one scenario: choices resolved, removed members gone.
    ///
    /// A choice whose guards the scenario does not decide becomes unknown.
    #[must_use]
    pub fn project(&self, scenario: &Scenario) -> Self {
        let kind = match &self.kind {
            ValueKind::OneOf(arms) => return project_arms(arms, scenario, self),
            ValueKind::List(items) if items.iter().any(Self::has_choice) => {
                let items = items.iter().map(|item| item.project(scenario));
                ValueKind::List(Arc::new(items.filter(|item| !item.is_absent()).collect()))
            }
            ValueKind::Map(map) if map.entries.iter().any(|entry| entry.value.has_choice()) => {
                let entries = map
                    .entries
                    .iter()
                    .map(|entry| Entry { value: entry.value.project(scenario), ..entry.clone() });
                let entries = entries.filter(|entry| !entry.value.is_absent()).collect();
                ValueKind::Map(Arc::new(Map { entries }))
            }
            ValueKind::Template(parts) if self.has_choice() => {
                return project_parts(parts, scenario, self);
            }
            other => other.clone(),
        };
        Self { kind, ..self.clone() }
    }

    /// Whether the value or anything inside it depends on a condition.
    pub fn has_choice(&self) -> bool {
        self.holds(&|kind| matches!(kind, ValueKind::OneOf(_)))
    }

    /// Whether the value or anything inside it is what is looked for.
    pub fn holds<F: Fn(&ValueKind) -> bool>(&self, is: &F) -> bool {
        let within = || match &self.kind {
            ValueKind::List(items) => items.iter().any(|item| item.holds(is)),
            ValueKind::Map(map) => map.entries.iter().any(|entry| entry.value.holds(is)),
            ValueKind::OneOf(arms) => arms.iter().any(|arm| arm.value.holds(is)),
            ValueKind::Template(parts) => {
                parts.iter().any(|part| matches!(part, Part::Hole(hole) if hole.holds(is)))
            }
            _ => false,
        };
        is(&self.kind) || within()
    }

    /// Adds the guards of every choice inside to `guards`, each once.
    pub fn collect_guards(&self, guards: &mut Vec<Formula>) {
        match &self.kind {
            ValueKind::OneOf(arms) => {
                for arm in arms.iter() {
                    if !guards.contains(&arm.guard) {
                        guards.push(arm.guard.clone());
                    }
                    arm.value.collect_guards(guards);
                }
            }
            ValueKind::List(items) => items.iter().for_each(|item| item.collect_guards(guards)),
            ValueKind::Map(map) => {
                map.entries.iter().for_each(|entry| entry.value.collect_guards(guards));
            }
            ValueKind::Template(parts) => {
                for part in parts.iter() {
                    if let Part::Hole(hole) = part {
                        hole.collect_guards(guards);
                    }
                }
            }
            _ => {}
        }
    }

    /// Calls `visit` with this value and everything inside it, outside first, each with the
    /// way to it. Choices and templates are entered as if they were the whole.
    pub fn walk<'v>(&'v self, visit: &mut dyn FnMut(&Trail<'v>, &'v Self)) {
        self.walk_from(&mut Trail::with_room(), visit);
    }

    fn walk_from<'v>(&'v self, trail: &mut Trail<'v>, visit: &mut dyn FnMut(&Trail<'v>, &'v Self)) {
        visit(trail, self);
        match &self.kind {
            ValueKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    trail.push(Step::Index(index));
                    item.walk_from(trail, visit);
                    trail.pop();
                }
            }
            ValueKind::Map(map) => {
                for entry in map.entries() {
                    trail.push(Step::Key(&entry.key));
                    entry.value.walk_from(trail, visit);
                    trail.pop();
                }
            }
            ValueKind::OneOf(arms) => {
                arms.iter().for_each(|arm| arm.value.walk_from(trail, visit));
            }
            ValueKind::Template(parts) => {
                for part in parts.iter() {
                    if let Part::Hole(hole) = part {
                        hole.walk_from(trail, visit);
                    }
                }
            }
            _ => {}
        }
    }

    /// Puts a value at a path, adding members of maps on the way. Returns whether there was a
    /// place for it: a list is not extended, and a scalar has no members. In a choice, every
    /// alternative that has a place gets it.
    pub fn set(&mut self, path: &[Segment], new: Self) -> bool {
        let Some((segment, rest)) = path.split_first() else {
            *self = new;
            return true;
        };
        let span = self.span;
        match (segment, &mut self.kind) {
            (Segment::Key(key), ValueKind::Map(map)) => Arc::make_mut(map)
                .get_or_insert_with(key, span, || Self::map(Map::default(), span))
                .set(rest, new),
            (Segment::Index(index), ValueKind::List(items)) => {
                match Arc::make_mut(items).get_mut(*index) {
                    Some(item) => item.set(rest, new),
                    None => false,
                }
            }
            (_, ValueKind::OneOf(arms)) => {
                let mut placed = false;
                for arm in Arc::make_mut(arms) {
                    placed |= arm.value.set(path, new.clone());
                }
                placed
            }
            (Segment::Index(0), _) => self.set(rest, new),
            _ => false,
        }
    }

    /// Span of the deepest value on `path` that exists, and how many segments lead there.
    ///
    /// For a member that exists its own span is returned; where a member is missing, the span
    /// of the key of its parent, so that a report points at a line and not at a block.
    pub fn locate(&self, path: &PropertyPath) -> Option<(Span, usize)> {
        let mut found = None;
        let mut value = self;
        for (depth, segment) in path.segments().iter().enumerate() {
            let key_span = match (segment, &value.kind) {
                (Segment::Key(key), ValueKind::Map(map)) => {
                    map.entry(key).map(|entry| entry.key_span)
                }
                _ => None,
            };
            value = value.step(segment);
            if value.span.source.0 == u32::MAX {
                return found;
            }
            let whole = depth + 1 == path.segments().len();
            let span = if whole { value.span } else { key_span.unwrap_or(value.span) };
            found = Some((span, depth + 1));
        }
        found
    }
}

fn part_text(part: &Part) -> String {
    match part {
        Part::Text(text) => text.to_string(),
        Part::Hole(hole) => match &hole.kind {
            ValueKind::Unknown(Reason::Pseudo(name) | Reason::NoDefault(name)) => {
                format!("${{{name}}}")
            }
            _ => hole.display_text().unwrap_or_else(|| "${...}".into()),
        },
    }
}

fn project_arms(arms: &[Arm], scenario: &Scenario, whole: &Value) -> Value {
    let mut undecided = false;
    for arm in arms {
        match scenario.decides(&arm.guard) {
            Tri::True => {
                let mut value = arm.value.project(scenario);
                value.flags = value.flags.with(whole.flags);
                value.via = Via::chain(whole.via.as_ref(), value.via);
                return value;
            }
            Tri::Unknown => undecided = true,
            Tri::False => {}
        }
    }
    let kind = if undecided { ValueKind::Unknown(Reason::Undecided) } else { ValueKind::Absent };
    Value { kind, ..whole.clone() }
}

/// Holes of one text whose ways are kept: each further one costs the length of all before it.
const MOST_WAYS: usize = 8;

fn project_parts(parts: &[Part], scenario: &Scenario, whole: &Value) -> Value {
    let mut via = whole.via.clone();
    let mut flags = whole.flags;
    let mut ways = 0;
    let mut project = |hole: &Value| {
        let hole = hole.project(scenario);
        match hole.display_text() {
            // What was a hole is text now, so its way becomes a part of the way of the whole.
            Some(text) if is_known_scalar(&hole) => {
                if hole.flags.has(Flags::ASSUMED) {
                    flags = flags.with(Flags::ASSUMED);
                }
                if hole.via.is_some() && ways < MOST_WAYS {
                    ways += 1;
                    via = Via::chain(via.as_ref(), hole.via);
                }
                Part::Text(text.into())
            }
            _ => Part::Hole(hole),
        }
    };
    let parts: Vec<Part> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Part::Text(text.clone()),
            Part::Hole(hole) => project(hole),
        })
        .collect();
    Value { kind: ValueKind::template(parts), span: whole.span, flags, via }
}

fn is_known_scalar(value: &Value) -> bool {
    !value.flags.has(Flags::SENSITIVE)
        && matches!(
            value.kind,
            ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)
        )
}

/// Whether text with holes may be `expected`: the literal ends must fit, and the literal
/// pieces between must occur in order.
fn template_may_be(parts: &[Part], expected: &str, ignore_case: bool) -> Tri {
    let fold = |text: &str| if ignore_case { text.to_ascii_lowercase() } else { text.to_owned() };
    let expected = fold(expected);
    let mut rest = expected.as_str();
    if let Some(Part::Text(first)) = parts.first() {
        match rest.strip_prefix(fold(first).as_str()) {
            Some(after) => rest = after,
            None => return Tri::False,
        }
    }
    if let (true, Some(Part::Text(last))) = (parts.len() > 1, parts.last()) {
        match rest.strip_suffix(fold(last).as_str()) {
            Some(before) => rest = before,
            None => return Tri::False,
        }
    }
    for part in parts.iter().take(parts.len().saturating_sub(1)).skip(1) {
        if let Part::Text(text) = part {
            let text = fold(text);
            match rest.find(&text) {
                Some(at) => rest = &rest[at + text.len()..],
                None => return Tri::False,
            }
        }
    }
    Tri::Unknown
}

/// True or false if all agree, unknown otherwise.
fn all_or_unknown(mut values: impl Iterator<Item = Tri>) -> Tri {
    let Some(first) = values.next() else { return Tri::Unknown };
    if values.all(|value| value == first) { first } else { Tri::Unknown }
}

impl ValueKind {
    /// Text from parts: neighbouring literals joined, a text without holes known.
    pub fn template(parts: Vec<Part>) -> Self {
        let mut joined: Vec<Part> = Vec::with_capacity(parts.len());
        for part in parts {
            match (joined.last_mut(), part) {
                (_, Part::Text(text)) if text.is_empty() => {}
                (Some(Part::Text(before)), Part::Text(text)) => {
                    *before = format!("{before}{text}").into();
                }
                (_, part) => joined.push(part),
            }
        }
        match joined.as_slice() {
            [] => Self::String("".into()),
            [Part::Text(text)] => Self::String(text.clone()),
            _ => Self::Template(Arc::new(joined)),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attribute.is_empty() {
            write!(f, "${{{}}}", self.address)
        } else {
            write!(f, "${{{}.{}}}", self.address, self.attribute)
        }
    }
}

impl Map {
    /// An empty map with room for `capacity` members.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    /// Gives back the room for further members: what is kept for a whole run should take no more
    /// than it needs.
    pub fn shrink_to_fit(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// Takes all members out, into a map with no more room than they need. The room stays here,
    /// for the next map that grows member by member.
    #[must_use]
    pub fn take_members(&mut self) -> Self {
        Self { entries: self.entries.drain(..).collect() }
    }

    /// The members in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The members in order, to change their values.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The member with a key. Maps of templates are small, so this is a linear search.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// Sets a member; one that has the key already is replaced in its place.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, key_span: Span, value: Value) {
        let key = key.into();
        match self.entries.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => *entry = Entry { key, key_span, value },
            None => self.entries.push(Entry { key, key_span, value }),
        }
    }

    /// Adds a member whose key is known to be new.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The value of a key, inserted by `make` if missing.
    pub fn get_or_insert_with(
        &mut self,
        key: &str,
        key_span: Span,
        make: impl FnOnce() -> Value,
    ) -> &mut Value {
        let at = self.entries.iter().position(|entry| &*entry.key == key);
        let at = at.unwrap_or_else(|| {
            self.entries.push(Entry { key: key.into(), key_span, value: make() });
            self.entries.len() - 1
        });
        &mut self.entries[at].value
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.entries.iter().position(|entry| &*entry.key == key)?;
        Some(self.entries.remove(at).value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    fn template(parts: &[&str]) -> Value {
        let hole = Value::unknown(Reason::Pseudo("AWS::Region".into()), AT);
        let parts = parts.iter().map(|text| match *text {
            "$" => Part::Hole(hole.clone()),
            text => Part::Text(text.into()),
        });
        Value::new(ValueKind::template(parts.collect()), AT)
    }

    #[test]
    fn unknown_equals_nothing() {
        let unknown = Value::unknown(Reason::ComputedAfterApply, AT);
        assert_eq!(unknown.is("x"), Tri::Unknown);
        assert_eq!(unknown.is_true(), Tri::Unknown);
        assert_eq!(unknown.is_false(), Tri::Unknown);
        assert_eq!(unknown.is_present(), Tri::Unknown);
        assert_eq!(unknown.get("a").is("x"), Tri::Unknown);
    }

    #[test]
    fn literal_pieces_of_a_template_decide_what_they_can() {
        assert_eq!(template(&["arn:", "$", ":x"]).is("*"), Tri::False);
        assert_eq!(template(&["arn:", "$"]).is("arn:aws"), Tri::Unknown);
        assert_eq!(template(&["$", "/0"]).is("0.0.0.0/0"), Tri::Unknown);
        assert_eq!(template(&["$", "/8"]).is("0.0.0.0/0"), Tri::False);
        assert_eq!(template(&["arn:aws:s3:::", "$"]).starts_with("arn:"), Tri::True);
        assert_eq!(template(&["Aurora-", "$"]).starts_with("aurora"), Tri::False);
        assert_eq!(template(&["Aurora-", "$"]).starts_with_ignoring_case("aurora"), Tri::True);
        assert_eq!(template(&["AUR", "$"]).starts_with_ignoring_case("aurora"), Tri::Unknown);
        assert_eq!(template(&["a", "b"]).as_str(), Some("ab"));
    }

    #[test]
    fn a_missing_member_of_an_open_map_is_unknown() {
        let closed = Value::map(Map::default(), AT);
        assert_eq!(closed.get("a").is_present(), Tri::False);
        assert_eq!(closed.with(Flags::OPEN).get("a").is_present(), Tri::Unknown);
    }

    #[test]
    fn booleans_may_be_written_as_text() {
        assert_eq!(Value::string("true", AT).is_true(), Tri::True);
        assert_eq!(Value::string("yes", AT).is_true(), Tri::False);
        assert_eq!(Value::string("yes", AT).with(Flags::PLAIN).is_true(), Tri::True);
        assert_eq!(Value::absent().is_false(), Tri::False);
    }

    #[test]
    fn setting_a_member_reaches_into_choices() {
        let mut rule = Map::default();
        rule.insert("Cidr", AT, Value::string("x", AT));
        let arms = vec![
            Arm { guard: Formula::True, value: Value::map(rule, AT) },
            Arm { guard: Formula::False, value: Value::string("x", AT) },
        ];
        let mut value = Value::list(vec![Value::new(ValueKind::OneOf(Arc::new(arms)), AT)], AT);
        let path = PropertyPath::parse("0/Cidr");
        assert!(value.set(path.segments(), Value::string("y", AT)));
        let ValueKind::OneOf(arms) = &value.item(0).kind else { panic!("no choice any more") };
        assert_eq!(arms[0].value.get("Cidr").as_str(), Some("y"));
        assert_eq!(arms[1].value.as_str(), Some("x"));
    }

    #[test]
    fn locating_a_missing_member_names_its_parent_key() {
        let span = |start, end| Span::new(SourceId(0), start, end);
        let mut inner = Map::default();
        inner.insert("B", span(10, 11), Value::string("x", span(12, 13)));
        let mut outer = Map::default();
        outer.insert("A", span(1, 2), Value::map(inner, span(10, 13)));
        let value = Value::map(outer, span(0, 20));
        assert_eq!(value.locate(&"A/B".into()), Some((span(12, 13), 2)));
        assert_eq!(value.locate(&"A/C".into()), Some((span(1, 2), 1)));
        assert_eq!(value.locate(&"Z".into()), None);
    }
}
