//! Changes to a YAML or JSON document, computed from the places of its nodes.

use std::cell::Cell;

use trilith_graph::{EditSegment, Literal, Span};
use trilith_parser::tree::{Kind, Member, NodeId, Tree};

use crate::Declined;
use crate::lines::{column, indent_of, is_first, line_end, line_start, newline, whole_lines};
use crate::scalar::{json, yaml};
use crate::text::Change;

/// What to do at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation<'a> {
    Set(&'a Literal),
    Add(&'a [Literal]),
    Remove,
}

/// A document and the habits of who wrote it.
pub(crate) struct Document<'t> {
    text: &'t str,
    tree: &'t Tree<'t>,
    is_json: bool,
    newline: &'static str,
    /// How much deeper a member is indented than the map around.
    unit: usize,
    /// How much deeper the dash of an element stands than the key of its list.
    dash: usize,
    /// Whether it is a module of Terraform.
    pub(crate) has_blocks: bool,
    /// The place that a finding is at: of two alternatives the one is meant that holds it.
    pub(crate) place: Option<Span>,
    /// Which alternative is meant where no place tells.
    pub(crate) arm: usize,
    /// Whether it was asked for.
    pub(crate) has_chosen: Cell<bool>,
}

type Changes = Result<Vec<Change>, Declined>;

impl<'t> Document<'t> {
    pub(crate) fn new(text: &'t str, tree: &'t Tree<'t>, is_json: bool) -> Self {
        let mut habits = Habits::default();
        if let Some(top) = tree.documents().first().filter(|_| !is_json) {
            habits.look(text, tree, *top, None, 0);
        }
        let unit = if is_json { json_unit(text) } else { habits.unit.unwrap_or(2) };
        Self {
            text,
            tree,
            is_json,
            newline: newline(text),
            unit,
            dash: habits.dash.unwrap_or(unit),
            has_blocks: false,
            place: None,
            arm: 0,
            has_chosen: Cell::new(false),
        }
    }

    /// What must change below a node for a property to be as wanted.
    pub(crate) fn change(&self, top: NodeId, path: &[EditSegment], what: Operation<'_>) -> Changes {
        let mut around = Vec::new();
        let mut node = top;
        for (at, segment) in path.iter().enumerate() {
            node = self.entered(node)?;
            let rest = &path[at + 1..];
            if self.is_nothing(node) {
                return Ok(self.fill(node, &wrapped(&path[at..], what)?));
            }
            // Terraform's JSON may write a block as a list of one.
            if let (true, EditSegment::Key(_), Kind::List) =
                (self.has_blocks, segment, self.tree.kind(node))
                && let [only] = self.tree.items(node).collect::<Vec<_>>()[..]
            {
                around.push(node);
                node = only;
            }
            match (segment, self.tree.kind(node)) {
                (EditSegment::Key(key), Kind::Map) => match self.member(node, key) {
                    Some(member) => {
                        around.push(node);
                        node = member.value;
                    }
                    None => return self.insert_member(node, key, &wrapped(rest, what)?),
                },
                (EditSegment::Index(index), Kind::List) => {
                    let items: Vec<NodeId> = self.tree.items(node).collect();
                    match items.get(*index) {
                        Some(item) => {
                            around.push(node);
                            node = *item;
                        }
                        None if *index == items.len() => {
                            return self.insert_items(node, &[wrapped(rest, what)?]);
                        }
                        None => return Err(no_place("the list has no such element")),
                    }
                }
                // One that stands for a list of one.
                (EditSegment::Index(0), _) => {}
                (EditSegment::Where(key, text), Kind::List) => {
                    match self.tree.items(node).find(|item| self.is_named(*item, key, text)) {
                        Some(item) => {
                            around.push(node);
                            node = item;
                        }
                        None => {
                            return self
                                .insert_items(node, &[wrapped(&path[at..], what)?.into_item()]);
                        }
                    }
                }
                (EditSegment::Where(key, text), Kind::Map) if self.is_named(node, key, text) => {}
                _ => return Err(no_place("what is written there is of another kind")),
            }
        }
        match what {
            Operation::Remove => self.remove(node, &around),
            Operation::Set(value) => {
                let node = self.entered(node)?;
                if self.is_nothing(node) {
                    Ok(self.fill(node, value))
                } else {
                    self.replace(node, value)
                }
            }
            Operation::Add(items) => {
                let node = self.entered(node)?;
                if self.is_nothing(node) {
                    return Ok(self.fill(node, &Literal::List(items.to_vec())));
                }
                if self.tree.kind(node) != Kind::List {
                    return Err(no_place("it is no list"));
                }
                let is_there =
                    |item: &&Literal| self.tree.items(node).any(|node| self.is(node, item));
                let missing: Vec<Literal> =
                    items.iter().filter(|item| !is_there(item)).cloned().collect();
                if missing.is_empty() { Ok(Vec::new()) } else { self.insert_items(node, &missing) }
            }
        }
    }

    /// The scalar below a node that is written at a place.
    pub(crate) fn scalar_at(&self, top: NodeId, place: Span) -> Option<NodeId> {
        if !self.tree.span(top).contains(place) && self.tree.is_alias(top) {
            return None;
        }
        let children: Vec<NodeId> = self.tree.children(top).collect();
        if children.is_empty() {
            let is_it = self.tree.span(top) == place && !self.tree.is_alias(top);
            return (is_it && self.tree.tag(top).is_none()).then_some(top);
        }
        let holds = |child: &NodeId| self.tree.span(*child).contains(place);
        children.into_iter().filter(holds).find_map(|child| self.scalar_at(child, place))
    }

    /// Whether a place lies inside of the text of a scalar.
    pub(crate) fn is_in_text(&self, top: NodeId, place: Span) -> bool {
        let mut children = self.tree.children(top).peekable();
        if children.peek().is_none() {
            return self.tree.string(top).is_some() && self.tree.span(top) != place;
        }
        children
            .filter(|child| self.tree.span(*child).contains(place))
            .any(|child| self.is_in_text(child, place))
    }

    /// The scalar replaced.
    pub(crate) fn replace_scalar(&self, node: NodeId, value: &Literal) -> Changes {
        self.replace(node, value)
    }

    fn member(&self, map: NodeId, key: &str) -> Option<Member<'_>> {
        self.tree.own_members(map).filter(|member| &**member.key == key).last()
    }

    fn is_named(&self, item: NodeId, key: &str, text: &str) -> bool {
        self.member(item, key).is_some_and(|member| self.tree.text(member.value) == text)
    }

    /// Whether a node is what a literal says.
    fn is(&self, node: NodeId, literal: &Literal) -> bool {
        match literal {
            Literal::List(items) => {
                let nodes: Vec<NodeId> = self.tree.items(node).collect();
                let same = |(node, item): (&NodeId, &Literal)| self.is(*node, item);
                nodes.len() == items.len() && nodes.iter().zip(items).all(same)
            }
            Literal::Map(members) => members.iter().all(|(key, value)| {
                self.member(node, key).is_some_and(|member| self.is(member.value, value))
            }),
            scalar => {
                let is_scalar = !matches!(self.tree.kind(node), Kind::List | Kind::Map);
                is_scalar
                    && self.tree.tag(node).is_none()
                    && Some(self.tree.text(node)) == scalar.text().as_deref()
            }
        }
    }

    /// The name of the function that a node calls, and its argument.
    fn function(&self, node: NodeId) -> Option<(&str, NodeId)> {
        if let Some(tag) = self.tree.tag(node) {
            return Some((tag, node));
        }
        let mut members = self.tree.own_members(node);
        let (first, second) = (members.next()?, members.next());
        let name = first.key.strip_prefix("Fn::").or((&**first.key == "Ref").then_some("Ref"))?;
        second.is_none().then_some((name, first.value))
    }

    /// The node, or the alternative of a choice that is meant.
    fn entered(&self, node: NodeId) -> Result<NodeId, Declined> {
        let mut node = node;
        loop {
            if self.tree.is_alias(node) {
                return Err(Declined::Shared);
            }
            match self.function(node) {
                None => return Ok(node),
                Some(_) if self.is_nothing(node) => return Ok(node),
                Some(("If", argument)) => {
                    let arms: Vec<NodeId> = self.tree.items(argument).skip(1).collect();
                    let holds = |arm: &&NodeId| {
                        self.place.is_some_and(|place| self.whole(**arm).contains(place))
                    };
                    let arm = arms.iter().find(holds).or_else(|| {
                        self.has_chosen.set(true);
                        arms.get(self.arm)
                    });
                    node = *arm.ok_or_else(|| no_place("the choice has no alternatives"))?;
                }
                Some((name, argument)) => {
                    let argument = self.tree.text(argument);
                    let what = match (name, argument) {
                        ("Ref", name) => format!("`{name}`"),
                        (name, "") => format!("`Fn::{name}`"),
                        (name, argument) => format!("`Fn::{name}` of `{argument}`"),
                    };
                    return Err(Declined::Elsewhere(what));
                }
            }
        }
    }

    /// A node with its tag.
    fn whole(&self, node: NodeId) -> Span {
        let span = self.tree.span(node);
        self.tree.tag_span(node).map_or(span, |tag| tag.to(span))
    }

    /// Whether nothing is given: null, or what removes a property.
    fn is_nothing(&self, node: NodeId) -> bool {
        let is_null = self.tree.kind(node) == Kind::Null && self.tree.tag(node).is_none();
        is_null || self.is_removed(node)
    }

    fn is_removed(&self, node: NodeId) -> bool {
        matches!(self.function(node), Some(("Ref", name)) if self.tree.text(name) == "AWS::NoValue")
    }

    fn is_flow(&self, collection: NodeId) -> bool {
        self.text[self.tree.span(collection).start as usize..].starts_with(['{', '['])
    }

    /// Where the text of a node starts, with its tag.
    fn start(&self, node: NodeId) -> usize {
        self.whole(node).start as usize
    }

    /// Where the text of a node ends.
    fn end(&self, node: NodeId) -> usize {
        let is_collection = matches!(self.tree.kind(node), Kind::List | Kind::Map);
        if is_collection
            && !self.tree.is_alias(node)
            && !self.is_flow(node)
            && let Some(last) = self.tree.children(node).last()
        {
            return self.end(last);
        }
        let span = self.tree.span(node);
        let (start, end) = (span.start as usize, span.end as usize);
        match self.tree.key_span(node) {
            Some(key) if start == end => self.after_colon(key.end as usize),
            // A block of text ends with its last line.
            _ => start + self.text[start..end].trim_end().len(),
        }
    }

    /// Where what follows a key starts.
    fn after_colon(&self, key_end: usize) -> usize {
        self.text[key_end..].find(':').map_or(key_end, |colon| key_end + colon + 1)
    }

    /// A value where there is none.
    fn fill(&self, node: NodeId, value: &Literal) -> Vec<Change> {
        let Some(key) = self.tree.key_span(node) else {
            let range = self.start(node)..self.end(node);
            return vec![Change::new(range, self.inline(value))];
        };
        let from = self.after_colon(key.end as usize);
        let to = self.end(node).max(from);
        if self.in_flow(node) {
            return vec![Change::new(self.start(node)..to, self.pretty(value, key.start as usize))];
        }
        let column = column(self.text, key.start as usize);
        vec![Change::new(from..to, self.block(value, column))]
    }

    /// Whether a node stands in a collection of brackets.
    fn in_flow(&self, node: NodeId) -> bool {
        if self.is_json {
            return true;
        }
        // Nodes follow their collection, so the way down is that of the last child not after it.
        let tops = self.tree.documents().iter().copied();
        let mut inner = tops.take_while(|top| *top <= node).last();
        while let Some(at) = inner.filter(|at| *at != node) {
            if matches!(self.tree.kind(at), Kind::List | Kind::Map) && self.is_flow(at) {
                return true;
            }
            inner = self.tree.children(at).take_while(|child| *child <= node).last();
        }
        false
    }

    fn replace(&self, node: NodeId, value: &Literal) -> Changes {
        if self.is(node, value) {
            return Ok(Vec::new());
        }
        let (start, end) = (self.start(node), self.end(node));
        let old = &self.text[start..end];
        let is_collection = matches!(self.tree.kind(node), Kind::List | Kind::Map);
        let has_comment = self
            .tree
            .comments
            .iter()
            .any(|comment| (start..end).contains(&(comment.span.start as usize)));
        if is_collection && has_comment {
            return Err(no_place("comments stand inside of what would be replaced"));
        }
        if !is_collection && old.starts_with(['|', '>']) {
            return Err(no_place("the value is a block of text"));
        }
        if matches!(value, Literal::List(_) | Literal::Map(_)) {
            let key = self.tree.key_span(node);
            return Ok(vec![match key {
                Some(key) if !(self.in_flow(node) || is_collection && self.is_flow(node)) => {
                    let column = column(self.text, key.start as usize);
                    Change::new(self.after_colon(key.end as usize)..end, self.block(value, column))
                }
                Some(key) => Change::new(start..end, self.pretty(value, key.start as usize)),
                None => Change::new(start..end, self.inline(value)),
            }]);
        }
        let quote = old.chars().next().filter(|first| matches!(first, '"' | '\''));
        Ok(vec![Change::new(start..end, self.scalar(value, quote))])
    }

    /// A scalar as it is written here; in the quotes of what it replaces.
    fn scalar(&self, value: &Literal, quote: Option<char>) -> String {
        if self.is_json {
            let is_quoted = quote.is_some();
            return json(value, is_quoted);
        }
        yaml(value, quote)
    }

    /// A value on one line.
    fn inline(&self, value: &Literal) -> String {
        match value {
            Literal::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.inline(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Literal::Map(members) => {
                let member = |(key, value): &(std::sync::Arc<str>, Literal)| {
                    format!("{}: {}", self.key(key), self.inline(value))
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
            scalar => self.scalar(scalar, None),
        }
    }

    fn key(&self, key: &str) -> String {
        if self.is_json { json(&key.into(), true) } else { yaml(&key.into(), None) }
    }

    /// A value inside of brackets, below the key at a place: over several lines where the file has
    /// it like that.
    fn pretty(&self, value: &Literal, key: usize) -> String {
        if !self.is_json || !self.text.contains('\n') || !is_first(self.text, key) {
            return self.inline(value);
        }
        self.spread(value, indent_of(self.text, key))
    }

    fn spread(&self, value: &Literal, indent: &str) -> String {
        let inner = format!("{indent}{}", self.indentation());
        let (open, close, parts): (char, char, Vec<String>) = match value {
            Literal::Map(members) if !members.is_empty() => {
                let member = |(key, value): &(std::sync::Arc<str>, Literal)| {
                    format!("{}: {}", self.key(key), self.spread(value, &inner))
                };
                ('{', '}', members.iter().map(member).collect())
            }
            Literal::List(items) if items.iter().any(|item| matches!(item, Literal::Map(_))) => {
                ('[', ']', items.iter().map(|item| self.spread(item, &inner)).collect())
            }
            other => return self.inline(other),
        };
        let between = format!(",{}{inner}", self.newline);
        let parts = parts.join(&between);
        format!("{open}{0}{inner}{parts}{0}{indent}{close}", self.newline)
    }

    fn indentation(&self) -> String {
        let has_tabs = self.text.contains("\n\t");
        if self.is_json && has_tabs { "\t".into() } else { " ".repeat(self.unit) }
    }

    /// What follows the colon of a key that stands in a column.
    fn block(&self, value: &Literal, column: usize) -> String {
        let line = |column: usize| format!("{}{}", self.newline, " ".repeat(column));
        match value {
            Literal::List(items) if !items.is_empty() => {
                let start = column + self.dash;
                let item =
                    |item: &Literal| format!("{}- {}", line(start), self.item(item, start + 2));
                items.iter().map(item).collect()
            }
            Literal::Map(members) if !members.is_empty() => {
                let start = column + self.unit;
                let member = |(key, value): &(std::sync::Arc<str>, Literal)| {
                    format!("{}{}:{}", line(start), self.key(key), self.block(value, start))
                };
                members.iter().map(member).collect()
            }
            other => format!(" {}", self.inline(other)),
        }
    }

    /// What follows the dash of an element, its content in a column.
    fn item(&self, value: &Literal, column: usize) -> String {
        let Literal::Map(members) = value else { return self.inline(value) };
        let member = |(key, value): &(std::sync::Arc<str>, Literal)| {
            format!("{}:{}", self.key(key), self.block(value, column))
        };
        let members: Vec<String> = members.iter().map(member).collect();
        members.join(&format!("{}{}", self.newline, " ".repeat(column)))
    }

    /// A member more.
    pub(crate) fn insert_member(&self, map: NodeId, key: &str, value: &Literal) -> Changes {
        self.demand_end(map)?;
        let members: Vec<Member<'_>> = self.tree.own_members(map).collect();
        let Some(last) = members.last() else {
            return Ok(vec![self.only_element(map, |key_column| match key_column {
                Some(indent) => format!("{}: {}", self.key(key), self.spread(value, indent)),
                None => format!("{}: {}", self.key(key), self.inline(value)),
            })]);
        };
        // `Properties` follow the type.
        let after = members.iter().find(|member| key == "Properties" && &**member.key == "Type");
        let last = after.unwrap_or(last);
        let start = last.key_span.start as usize;
        let end = self.end(last.value);
        if self.is_flow(map) {
            let member = |indent: Option<&str>| match indent {
                Some(indent) if self.is_json => {
                    format!("{}: {}", self.key(key), self.spread(value, indent))
                }
                _ => format!("{}: {}", self.key(key), self.inline(value)),
            };
            return Ok(self.after_element(map, start, end, member));
        }
        let column = column(self.text, start);
        let text = format!(
            "{}{}{}:{}",
            self.newline,
            " ".repeat(column),
            self.key(key),
            self.block(value, column)
        );
        Ok(vec![Change::insert(line_end(self.text, end), text)])
    }

    /// Refuses brackets of which the second is missing: nobody knows where the collection ends.
    fn demand_end(&self, collection: NodeId) -> Result<(), Declined> {
        let span = self.tree.span(collection);
        let written = &self.text[span.start as usize..span.end as usize];
        let is_open = |brackets: [char; 2]| {
            written.starts_with(brackets[0])
                && (written.len() < 2 || !written.ends_with(brackets[1]))
        };
        let is_broken = is_open(['{', '}']) || is_open(['[', ']']);
        if is_broken { Err(no_place("its closing bracket is missing")) } else { Ok(()) }
    }

    fn insert_items(&self, sequence: NodeId, items: &[Literal]) -> Changes {
        self.demand_end(sequence)?;
        let Some(last) = self.tree.items(sequence).last() else {
            let items: Vec<String> = items.iter().map(|item| self.inline(item)).collect();
            return Ok(vec![self.only_element(sequence, |_| items.join(", "))]);
        };
        let (start, end) = (self.start(last), self.end(last));
        if self.is_flow(sequence) {
            let text = |indent: Option<&str>| {
                let write = |item: &Literal| match indent {
                    Some(indent) if self.is_json => self.spread(item, indent),
                    _ => self.inline(item),
                };
                let items: Vec<String> = items.iter().map(write).collect();
                match indent {
                    Some(indent) => items.join(&format!(",{}{indent}", self.newline)),
                    None => items.join(", "),
                }
            };
            return Ok(self.after_element(sequence, start, end, text));
        }
        let dash = self.dash_of(start).ok_or_else(|| no_place("the list has no dashes"))?;
        let column = column(self.text, dash);
        let write = |item: &Literal| {
            format!("{}{}- {}", self.newline, " ".repeat(column), self.item(item, column + 2))
        };
        let text: String = items.iter().map(write).collect();
        Ok(vec![Change::insert(line_end(self.text, end), text)])
    }

    /// Where the dash of an element stands: on its line, or above comments on one of its own.
    fn dash_of(&self, start: usize) -> Option<usize> {
        let from = line_start(self.text, start);
        if let Some(at) = self.text[from..start].rfind('-') {
            return Some(from + at);
        }
        let mut above = from;
        while above > 0 {
            let line = line_start(self.text, above - 1);
            let text = self.text[line..above].trim();
            if text.starts_with('-') {
                return Some(line + indent_of(self.text, line).len());
            }
            if !text.is_empty() && !text.starts_with('#') {
                return None;
            }
            above = line;
        }
        None
    }

    /// The first element of an empty pair of brackets.
    fn only_element(&self, collection: NodeId, element: impl Fn(Option<&str>) -> String) -> Change {
        let span = self.tree.span(collection);
        let inside = span.start as usize + 1
            ..(span.end as usize).saturating_sub(1).max(span.start as usize + 1);
        let is_map = self.tree.kind(collection) == Kind::Map;
        if !self.is_json || !self.text.contains('\n') || !is_map {
            return Change::new(inside, element(None));
        }
        let outer = indent_of(self.text, span.start as usize);
        let inner = format!("{outer}{}", self.indentation());
        let text = format!("{0}{inner}{1}{0}{outer}", self.newline, element(Some(&inner)));
        Change::new(inside, text)
    }

    /// One more element after the last one of a pair of brackets.
    fn after_element(
        &self,
        collection: NodeId,
        start: usize,
        end: usize,
        element: impl Fn(Option<&str>) -> String,
    ) -> Vec<Change> {
        let close = (self.tree.span(collection).end as usize).saturating_sub(1);
        let behind = self.text[end..close].trim_start();
        let has_comma = behind.starts_with(',');
        let is_last = !has_comma || behind[1..].trim_start().is_empty();
        let is_spread = is_first(self.text, start)
            && line_end(self.text, end) < close
            && self.text[end..close].contains('\n');
        if !is_spread {
            // Between two others, or at the end.
            let comma = if has_comma && is_last { "" } else { ", " };
            let at = if has_comma && is_last {
                end + self.text[end..].find(',').map_or(0, |at| at + 1)
            } else {
                end
            };
            let space = if has_comma && is_last { " " } else { "" };
            return vec![Change::insert(at, format!("{comma}{space}{}", element(None)))];
        }
        let indent = indent_of(self.text, start);
        let line = line_end(self.text, end);
        let text = format!("{}{indent}{}", self.newline, element(Some(indent)));
        match (has_comma, is_last) {
            (true, true) => vec![Change::insert(line, text)],
            (true, false) => vec![Change::insert(line, format!("{text},"))],
            // A comment may stand between the last element and the end of its line.
            (false, _) if line > end => vec![Change::insert(end, ","), Change::insert(line, text)],
            (false, _) => vec![Change::insert(end, format!(",{text}"))],
        }
    }

    fn remove(&self, node: NodeId, around: &[NodeId]) -> Changes {
        let Some((collection, outer)) = around.split_last() else {
            return Err(no_place("it is not in a list or map"));
        };
        let children: Vec<NodeId> = self.tree.children(*collection).collect();
        let at = children.iter().position(|child| *child == node);
        let at = at.ok_or_else(|| no_place("it is not where it is used"))?;
        if children.len() == 1 {
            return self.remove(*collection, outer);
        }
        let start_of = |node: NodeId| {
            self.tree.key_span(node).map_or_else(|| self.start(node), |key| key.start as usize)
        };
        let (start, end) = (start_of(node), self.end(node));
        let next = children.get(at + 1).map(|next| start_of(*next));
        let range = if self.is_flow(*collection) {
            match next {
                Some(next) => start..next,
                None => self.end(children[at - 1])..end,
            }
        } else if self.tree.kind(*collection) == Kind::List {
            let dash = self.dash_of(start).filter(|dash| is_first(self.text, *dash));
            whole_lines(self.text, dash.ok_or_else(|| no_place("lists in lists"))?, end)
        } else if is_first(self.text, start) {
            whole_lines(self.text, start, end)
        } else {
            // The first member of an element stands behind the dash.
            start..next.ok_or_else(|| no_place("it is the only member"))?
        };
        let lost = self
            .tree
            .comments
            .iter()
            .any(|comment| !comment.trailing && range.contains(&(comment.span.start as usize)));
        if lost {
            return Err(no_place("comments stand inside of what would go"));
        }
        Ok(vec![Change::new(range, "")])
    }
}

/// A value below what is missing of a path.
fn wrapped(path: &[EditSegment], what: Operation<'_>) -> Result<Literal, Declined> {
    let value = match what {
        Operation::Set(value) => value.clone(),
        Operation::Add(items) => Literal::List(items.to_vec()),
        Operation::Remove => return Err(Declined::Nothing),
    };
    path.iter().rev().try_fold(value, |value, segment| match segment {
        EditSegment::Key(key) => Ok(Literal::Map(vec![(key.clone(), value)])),
        EditSegment::Index(0) => Ok(Literal::List(vec![value])),
        EditSegment::Index(_) => Err(no_place("the list has no such element")),
        EditSegment::Where(key, text) => {
            let mut members = vec![(key.clone(), Literal::Text(text.clone()))];
            match value {
                Literal::Map(own) => members.extend(own),
                _ => return Err(no_place("an element without members")),
            }
            Ok(Literal::List(vec![Literal::Map(members)]))
        }
    })
}

/// The only element of a list that was made for it.
trait IntoItem {
    fn into_item(self) -> Literal;
}

impl IntoItem for Literal {
    fn into_item(self) -> Literal {
        match self {
            Self::List(mut items) if items.len() == 1 => items.remove(0),
            other => other,
        }
    }
}

fn no_place(why: &str) -> Declined {
    Declined::NoPlace(why.to_owned())
}

/// How much deeper the members of the outermost object are indented.
fn json_unit(text: &str) -> usize {
    let mut lines = text.lines().map(|line| line.len() - line.trim_start_matches(' ').len());
    lines.find(|indent| *indent > 0).unwrap_or(2).min(8)
}

/// What the first collections of a document show of the habits of its author.
#[derive(Default)]
struct Habits {
    unit: Option<usize>,
    dash: Option<usize>,
}

/// Nodes that are looked at for habits.
const LOOK_DEPTH: usize = 12;

impl Habits {
    fn look(
        &mut self,
        text: &str,
        tree: &Tree<'_>,
        node: NodeId,
        key: Option<usize>,
        depth: usize,
    ) {
        if depth > LOOK_DEPTH || (self.unit.is_some() && self.dash.is_some()) || tree.is_alias(node)
        {
            return;
        }
        let start = tree.span(node).start as usize;
        let is_flow = text[start.min(text.len())..].starts_with(['{', '[']);
        if is_flow {
            return;
        }
        match (tree.kind(node), key) {
            (Kind::Map, Some(key)) => {
                let first = tree.own_members(node).next();
                let column = first.map(|first| column(text, first.key_span.start as usize));
                if let Some(unit) =
                    column.and_then(|column| column.checked_sub(key)).filter(|unit| *unit > 0)
                {
                    self.unit.get_or_insert(unit);
                }
            }
            (Kind::List, Some(key)) => {
                let start = tree
                    .items(node)
                    .next()
                    .map(|item| tree.tag_span(item).unwrap_or(tree.span(item)).start as usize);
                let dash = start.and_then(|start| {
                    let from = line_start(text, start);
                    text[from..start].find('-').map(|at| column(text, from + at))
                });
                if let Some(dash) = dash.and_then(|dash| dash.checked_sub(key)) {
                    self.dash.get_or_insert(dash);
                }
            }
            _ => {}
        }
        if tree.kind(node) == Kind::List {
            for item in tree.items(node) {
                self.look(text, tree, item, None, depth + 1);
            }
        } else {
            for member in tree.own_members(node) {
                let key = column(text, member.key_span.start as usize);
                self.look(text, tree, member.value, Some(key), depth + 1);
            }
        }
    }
}
