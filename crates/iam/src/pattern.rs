//! The texts of a policy: actions, resources, principals and condition values.

use std::borrow::Cow;

use trilith_graph::{Flags, Part, PropertyPath, Reason, Tri, Value, ValueKind};

use crate::glob::{Glob, Hole, HoleName, Token};
use crate::{Answer, Site};

/// One text of a policy, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Pattern<'v> {
    /// The value as it stands in the document.
    pub value: &'v Value,
    /// Where it is written.
    pub site: Site<'v>,
}

/// How much is known of a [`Pattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The whole text.
    Known,
    /// The text except for holes.
    Partial,
    /// Nothing, or only where it comes from.
    Unknown,
    /// It is no text. Stands for no text at all.
    Malformed,
}

/// Whether upper and lower case differ: not in actions, but in resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// They differ.
    Exact,
    /// They do not.
    Ignored,
}

/// How deep templates inside templates are read.
const DEPTH: usize = 8;

impl<'v> Pattern<'v> {
    /// How much is known of it.
    pub fn state(&self) -> State {
        match &self.value.kind {
            ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) => {
                State::Known
            }
            ValueKind::Template(_) => State::Partial,
            ValueKind::Reference(_) | ValueKind::Unknown(_) | ValueKind::OneOf(_) => State::Unknown,
            _ => State::Malformed,
        }
    }

    /// The text, if all of it is known. A number or boolean gives its digits or its name.
    pub fn text(&self) -> Option<Cow<'v, str>> {
        scalar_text(self.value)
    }

    /// The path of the text, relative to the document.
    pub fn path(&self) -> PropertyPath {
        self.site.path()
    }

    /// As a glob; `None` if it is malformed and so matches nothing.
    pub(crate) fn glob(&self, case: Case) -> Option<Glob<'v>> {
        self.read(Syntax { case, wildcards: true, variables: case == Case::Exact })
    }

    /// As a text in which `*` and `?` stand for themselves.
    pub(crate) fn literal(&self) -> Option<Glob<'v>> {
        self.read(Syntax { case: Case::Exact, wildcards: false, variables: true })
    }

    /// As tokens, with wildcards or not, and with policy variables or not; `None` if it is
    /// malformed.
    pub(crate) fn tokens(&self, wildcards: bool, variables: bool) -> Option<Vec<Token<'v>>> {
        self.read_tokens(Syntax { case: Case::Exact, wildcards, variables })
    }

    fn read(&self, syntax: Syntax) -> Option<Glob<'v>> {
        self.read_tokens(syntax).map(Glob::new)
    }

    fn read_tokens(&self, syntax: Syntax) -> Option<Vec<Token<'v>>> {
        if self.state() == State::Malformed {
            return None;
        }
        let mut tokens = Vec::new();
        push_value(self.value, syntax, DEPTH, &mut tokens);
        Some(tokens)
    }

    /// Whether the text is certain not to have wildcards although it is not known: an
    /// attribute of a resource, an account id.
    pub(crate) fn is_fixed_hole(&self) -> bool {
        is_fixed(self.value)
    }

    /// Whether the whole text is `*`, written so.
    pub(crate) fn is_star(&self) -> Tri {
        if self.is_fixed_hole() { Tri::False } else { self.value.is("*") }
    }

    /// The service of which this action pattern covers every action: `s3` for `s3:*` and
    /// for `s3*`. `None` for `*`, which covers all services.
    pub fn service_wildcard(&self) -> Option<&'v str> {
        let text = self.value.as_str()?;
        let service = match text.split_once(':') {
            Some((service, rest)) if !rest.is_empty() && rest.bytes().all(|b| b == b'*') => service,
            Some(_) => return None,
            None => text.strip_suffix('*')?.trim_end_matches('*'),
        };
        let plain = !service.is_empty() && !service.contains(['*', '?']);
        plain.then_some(service)
    }
}

#[derive(Clone, Copy)]
struct Syntax {
    case: Case,
    wildcards: bool,
    variables: bool,
}

fn push_value<'v>(value: &'v Value, syntax: Syntax, depth: usize, tokens: &mut Vec<Token<'v>>) {
    match &value.kind {
        ValueKind::String(text) => push_text(text, syntax, tokens),
        ValueKind::Template(parts) if depth > 0 => {
            for part in parts.iter() {
                match part {
                    Part::Text(text) => push_text(text, syntax, tokens),
                    Part::Hole(hole) => push_value(hole, syntax, depth - 1, tokens),
                }
            }
        }
        ValueKind::Reference(reference) => {
            let name = HoleName::Reference(reference);
            tokens.push(Token::Hole(Hole { name, fixed: is_fixed(value) }));
        }
        ValueKind::Unknown(reason) => {
            let name = HoleName::Reason(reason);
            tokens.push(Token::Hole(Hole { name, fixed: is_fixed(value) }));
        }
        _ => {
            if let Some(text) = scalar_text(value) {
                tokens.extend(text.chars().map(Token::Char));
            } else {
                let name = HoleName::Reason(&Reason::Undecided);
                tokens.push(Token::Hole(Hole { name, fixed: false }));
            }
        }
    }
}

fn push_text<'v>(text: &'v str, syntax: Syntax, tokens: &mut Vec<Token<'v>>) {
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if let Some((inside, after)) = policy_variable(rest).filter(|_| syntax.variables) {
            tokens.push(match inside {
                "*" => Token::Char('*'),
                "?" => Token::Char('?'),
                "$" => Token::Char('$'),
                // With what to take if the key is missing: `aws:username, 'nobody'`.
                name => Token::Hole(Hole { name: HoleName::Variable(name.trim()), fixed: true }),
            });
            rest = after;
            continue;
        }
        let char_folded = match syntax.case {
            Case::Ignored => char.to_ascii_lowercase(),
            Case::Exact => char,
        };
        tokens.push(if syntax.wildcards {
            Token::wildcard(char_folded)
        } else {
            Token::Char(char_folded)
        });
        rest = &rest[char.len_utf8()..];
    }
}

/// The inside of a policy variable that the text starts with, and what follows it.
fn policy_variable(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

fn scalar_text(value: &Value) -> Option<Cow<'_, str>> {
    Some(match &value.kind {
        ValueKind::String(text) => Cow::Borrowed(&**text),
        ValueKind::Bool(true) => Cow::Borrowed("true"),
        ValueKind::Bool(false) => Cow::Borrowed("false"),
        ValueKind::Int(number) => Cow::Owned(number.to_string()),
        ValueKind::Float(number) => Cow::Owned(number.to_string()),
        _ => return None,
    })
}

/// Whether a value that is not known is certain to be text without wildcards and not empty.
fn is_fixed(value: &Value) -> bool {
    match &value.kind {
        // A parameter's value and an output of a nested stack may be anything; other
        // attributes are names, ids and ARNs.
        ValueKind::Reference(reference) => {
            &*reference.attribute != "Value" && !reference.attribute.starts_with("Outputs.")
        }
        ValueKind::Unknown(Reason::Pseudo(name)) => &**name != "AWS::NotificationARNs",
        ValueKind::Unknown(Reason::DataSource(name)) => {
            ["aws_caller_identity", "aws_partition", "aws_region"]
                .iter()
                .any(|it| name.contains(it))
        }
        _ => false,
    }
}

/// An element of a statement that holds texts, such as `Action`: one, or a list.
#[derive(Debug, Clone, Copy)]
pub struct Patterns<'v> {
    values: &'v [Value],
    is_list: bool,
    /// The element itself.
    pub site: Site<'v>,
    /// Whether the element is there.
    pub is_present: Tri,
    /// Whether there may be more texts than can be seen.
    pub is_open: bool,
}

impl<'v> Patterns<'v> {
    pub(crate) fn parse(value: &'v Value, site: Site<'v>) -> Self {
        let is_list = matches!(value.kind, ValueKind::List(_));
        let is_open = is_list && value.flags.has(Flags::OPEN);
        let is_present = value.is_present();
        Self { values: value.items(), is_list, site, is_present, is_open }
    }

    /// The texts in order. An element of which nothing is known is one unknown text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Pattern<'v>> + use<'v> {
        let Self { is_list, site, .. } = *self;
        self.values.iter().enumerate().map(move |(index, value)| {
            let site = if is_list { site.index(index) } else { site };
            Pattern { value, site }
        })
    }

    /// How many texts can be seen.
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no text can be seen.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether `holds` for any of the texts; rests on those for which it does.
    pub fn any(&self, mut holds: impl FnMut(&Pattern<'v>) -> Tri) -> Answer<'v> {
        let mut answer = Answer::plain(Tri::False);
        for pattern in self.iter() {
            let truth = holds(&pattern);
            if !truth.is_false() {
                answer = answer.or(Answer::at(truth, pattern.site));
            }
        }
        if self.is_open {
            answer = answer.or(Answer::at(Tri::Unknown, self.site));
        }
        answer.or_at(self.site)
    }

    /// Whether `holds` for all of the texts; rests on those for which it does not, or else
    /// on the element.
    pub fn all(&self, mut holds: impl FnMut(&Pattern<'v>) -> Tri) -> Answer<'v> {
        !self.any(|pattern| !holds(pattern))
    }
}
