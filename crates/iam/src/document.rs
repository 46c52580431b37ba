//! Policy documents.

use trilith_graph::{Flags, Map, SourceId, Span, Tri, Value, ValueKind};

use crate::problem::{Problem, ProblemKind};
use crate::{Answer, Element, Site, Statement, StatementAt};

/// A policy, read as far as it is known.
#[derive(Debug, Clone)]
pub struct PolicyDocument<'v> {
    /// The whole.
    pub value: &'v Value,
    /// Version of the policy language; absent means 2008-10-17.
    pub version: &'v Value,
    /// The statements in order. A statement of which nothing is known is one whose elements
    /// are all unknown.
    pub statements: Vec<Statement<'v>>,
    /// Parts that the language does not allow.
    pub problems: Vec<Problem<'v>>,
    /// Where there may be more statements than can be seen.
    pub unknown: Option<Site<'v>>,
}

impl<'v> PolicyDocument<'v> {
    /// Reads a policy. Every value is one: what is odd about it becomes a [`Problem`].
    ///
    /// Text is a policy that could not be read, and so one of which nothing is known.
    pub fn parse(value: &'v Value) -> Self {
        let mut document = Self::empty(value);
        let kind = match &value.kind {
            ValueKind::Map(_) => {
                document.read_elements();
                document.read_statements(value.get("Statement"));
                return document;
            }
            ValueKind::Absent => return document,
            ValueKind::Unknown(_)
            | ValueKind::OneOf(_)
            | ValueKind::Template(_)
            | ValueKind::Reference(_) => None,
            ValueKind::String(_) => Some(ProblemKind::UnreadText),
            _ => Some(ProblemKind::NotAMap),
        };
        document.unknown = Some(Site::DOCUMENT);
        document.problems.extend(kind.map(|kind| Problem { site: Site::DOCUMENT, kind }));
        document
    }

    /// The value of a policy that allows an action on every resource. It is written nowhere.
    pub fn allowing(action: &str) -> Value {
        let at = Span::at(SourceId(u32::MAX), 0);
        let mut statement = Map::default();
        for (key, text) in [("Effect", "Allow"), ("Action", action), ("Resource", "*")] {
            statement.insert(key, at, Value::string(text, at));
        }
        let mut document = Map::default();
        document.insert("Statement", at, Value::map(statement, at));
        Value::map(document, at)
    }

    /// Reads the element `Statement` of a map that is no policy otherwise, such as the
    /// properties of `AWS::Events::EventBusPolicy`.
    pub fn parse_statements(value: &'v Value) -> Self {
        let mut document = Self::empty(value);
        document.read_statements(value.get("Statement"));
        document
    }

    pub(crate) fn empty(value: &'v Value) -> Self {
        Self {
            value,
            version: value.get("Version"),
            statements: Vec::new(),
            problems: Vec::new(),
            unknown: None,
        }
    }

    fn read_elements(&mut self) {
        for entry in self.value.entries() {
            if !matches!(&*entry.key, "Version" | "Id" | "Statement") {
                let site = Site::DOCUMENT.key(&entry.key);
                self.problems.push(Problem { site, kind: ProblemKind::UnknownElement });
            }
        }
    }

    fn read_statements(&mut self, value: &'v Value) {
        let site = Site::new(StatementAt::Document, Element::Statement);
        match &value.kind {
            ValueKind::List(items) => {
                self.statements.reserve(items.len());
                for (index, item) in items.iter().enumerate() {
                    let site = Site::new(StatementAt::Index(index as u32), Element::Whole);
                    self.statements.push(Statement::parse(item, index, site, &mut self.problems));
                }
                self.unknown = value.flags.has(Flags::OPEN).then_some(site);
            }
            ValueKind::Map(_) => {
                let site = Site::new(StatementAt::Single, Element::Whole);
                self.statements.push(Statement::parse(value, 0, site, &mut self.problems));
            }
            ValueKind::Unknown(_)
            | ValueKind::OneOf(_)
            | ValueKind::Template(_)
            | ValueKind::Reference(_) => self.unknown = Some(site),
            ValueKind::Absent | ValueKind::Null => {
                self.problems.push(Problem { site, kind: ProblemKind::MissingStatement });
            }
            _ => {
                self.unknown = Some(site);
                self.problems.push(Problem { site, kind: ProblemKind::NotAMap });
            }
        }
    }

    /// The statements for which `holds` is true or may be, each with the answer.
    ///
    /// Says nothing about statements that cannot be seen: see [`PolicyDocument::unknown`].
    pub fn which(
        &self,
        mut holds: impl FnMut(&Statement<'v>) -> Answer<'v>,
    ) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let asked = self.statements.iter().map(|statement| (statement, holds(statement)));
        asked.filter(|(_, answer)| !answer.is_false()).collect()
    }

    /// Whether `holds` for any statement; unknown if for none, but there may be more.
    pub fn any(&self, holds: impl FnMut(&Statement<'v>) -> Answer<'v>) -> Answer<'v> {
        let unknown = self.unknown.map(|site| Answer::at(Tri::Unknown, site));
        Answer::any(self.statements.iter().map(holds).chain(unknown))
    }
}
