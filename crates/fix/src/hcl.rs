//! Changes to Terraform's own syntax, computed from the places of its blocks and expressions.

use trilith_graph::{Literal, Span};
use trilith_parser::hcl::{
    Attribute, Block, Body, Expression, ExpressionKind, File, ObjectKey, StepKind, TemplatePart,
};

use crate::Declined;
use crate::document::Operation;
use crate::lines::{column, indent_of, is_first, line_end, newline, whole_lines};
use crate::scalar::{hcl, quoted};
use crate::text::Change;

/// How much deeper `terraform fmt` indents what is in a block.
const UNIT: &str = "  ";

/// A name on the way to an attribute.
#[derive(Debug, Clone)]
pub(crate) struct Step<'s> {
    pub(crate) name: &'s str,
    pub(crate) is_block: bool,
    /// Where the block is that is meant, if that is known.
    pub(crate) place: Option<Span>,
    /// Which of several it is otherwise.
    pub(crate) index: usize,
    /// The attribute that tells it from others of its name, and its text.
    pub(crate) key: Option<(&'s str, &'s str)>,
}

impl Step<'_> {
    /// Whether a block is the one that the key names; any block if there is no key.
    fn is_named(&self, block: &Block) -> bool {
        self.key.is_none_or(|(name, text)| {
            let attribute = block.body.attribute(name).map(|attribute| &attribute.value.kind);
            matches!(attribute, Some(ExpressionKind::String(own)) if **own == *text)
        })
    }
}

/// A file of a module.
pub(crate) struct Module<'t> {
    text: &'t str,
    newline: &'static str,
    /// The place that a finding is at.
    pub(crate) place: Option<Span>,
}

type Changes = Result<Vec<Change>, Declined>;

impl<'t> Module<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, newline: newline(text), place: None }
    }

    /// What must change in a block for an attribute to be as wanted.
    pub(crate) fn change(&self, block: &Block, steps: &[Step<'_>], what: Operation<'_>) -> Changes {
        let mut block = block;
        for (at, step) in steps.iter().enumerate() {
            let Some(rest) = steps.get(at + 1..) else { break };
            if let Some(attribute) = block.body.attribute(step.name) {
                return if rest.is_empty() {
                    self.attribute(&block.body, attribute, what)
                } else {
                    self.object(&attribute.value, rest, what)
                };
            }
            let inner = block.body.blocks_of(step.name).filter(|inner| step.is_named(inner));
            let inner: Vec<&Block> = inner.collect();
            if inner.is_empty() {
                let is_dynamic =
                    |inner: &Block| inner.label(0).is_some_and(|name| **name == *step.name);
                if block.body.blocks_of("dynamic").any(is_dynamic) {
                    return Err(Declined::Elsewhere(format!("`dynamic \"{}\"`", step.name)));
                }
                return self.insert(block, &steps[at..], what);
            }
            if rest.is_empty() {
                return match (what, inner.as_slice()) {
                    (Operation::Remove, [one]) => self.remove_block(one),
                    _ => Err(no_place("it is a block")),
                };
            }
            let is_meant = |inner: &&&Block| step.place.is_some_and(|place| inner.span == place);
            let found = inner.iter().find(is_meant).or_else(|| inner.get(step.index));
            block = found.ok_or_else(|| no_place("there is no such block"))?;
        }
        Err(no_place("nothing is named"))
    }

    /// A block taken out, with the empty line before it.
    fn remove_block(&self, block: &Block) -> Changes {
        let std::ops::Range { start, end } = range(block.span);
        let lines = whole_lines(self.text, start, end);
        let is_alone = is_first(self.text, start)
            && self.text[end..line_end(self.text, end)].trim().is_empty();
        if !is_alone
            || self.text[start..end].contains(['#'])
            || self.text[start..end].contains("//")
        {
            return Err(no_place("comments or other things stand on its lines"));
        }
        let before = self.text[..lines.start].trim_end_matches([' ', '\t']);
        let line = crate::lines::line_start(self.text, lines.start.saturating_sub(1));
        let is_empty = lines.start > 0 && before[line.min(before.len())..].trim().is_empty();
        let start = if is_empty { line } else { lines.start };
        Ok(vec![Change::new(start..lines.end, "")])
    }

    /// How much of the way is there.
    pub(crate) fn depth(block: &Block, steps: &[Step<'_>]) -> usize {
        let mut block = block;
        for (at, step) in steps.iter().enumerate() {
            if block.body.attribute(step.name).is_some() {
                return at + 1;
            }
            match block.body.blocks_of(step.name).find(|inner| step.is_named(inner)) {
                Some(inner) => block = inner,
                None => return at,
            }
        }
        steps.len()
    }

    fn attribute(&self, body: &Body, attribute: &Attribute, what: Operation<'_>) -> Changes {
        match what {
            Operation::Set(value) => self.replace(&attribute.value, value),
            Operation::Add(items) => self.add(&attribute.value, items),
            Operation::Remove => {
                let is_alone = is_first(self.text, attribute.name_span.start as usize);
                let std::ops::Range { start, end } = range(attribute.span());
                if !is_alone || body.attributes.is_empty() {
                    return Err(no_place("other things stand on its line"));
                }
                Ok(vec![Change::new(whole_lines(self.text, start, end), "")])
            }
        }
    }

    /// A literal in place of an expression, or of the part of it that the finding is at.
    pub(crate) fn replace(&self, expression: &Expression, value: &Literal) -> Changes {
        let place = self.place.filter(|place| expression.span.contains(*place));
        let target = place.and_then(|place| literal_at(expression, place)).unwrap_or(expression);
        let std::ops::Range { start, end } = range(target.span);
        let old = &self.text[start..end];
        match (&target.kind, value) {
            (ExpressionKind::Bool(old), Literal::Bool(new)) if old == new => return Ok(Vec::new()),
            (ExpressionKind::String(old), new) if Some(&**old) == new.text().as_deref() => {
                return Ok(Vec::new());
            }
            (ExpressionKind::Int(old), Literal::Int(new)) if old == new => return Ok(Vec::new()),
            _ => {}
        }
        let is_collection = matches!(value, Literal::List(_) | Literal::Map(_));
        match &target.kind {
            ExpressionKind::String(_) if old.starts_with("<<") => {
                Err(no_place("the value is a block of text"))
            }
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Int(_)
            | ExpressionKind::Float(_)
            | ExpressionKind::String(_) => {
                let is_quoted = matches!(target.kind, ExpressionKind::String(_));
                Ok(vec![Change::new(
                    start..end,
                    if is_collection { self.value(value, "") } else { hcl(value, is_quoted) },
                )])
            }
            ExpressionKind::List(items)
                if is_collection && items.iter().all(is_literal) && !old.contains(['#', '/']) =>
            {
                Ok(vec![Change::new(start..end, self.value(value, ""))])
            }
            _ => Err(Declined::Elsewhere(format!("`{}`", one_line(old)))),
        }
    }

    fn add(&self, expression: &Expression, new: &[Literal]) -> Changes {
        let std::ops::Range { start, end } = range(expression.span);
        let items = match &expression.kind {
            ExpressionKind::List(items) => items,
            ExpressionKind::Null => {
                return Ok(vec![Change::new(
                    start..end,
                    self.value(&Literal::List(new.to_vec()), ""),
                )]);
            }
            _ => {
                return Err(Declined::Elsewhere(format!("`{}`", one_line(&self.text[start..end]))));
            }
        };
        let is_there = |new: &&Literal| {
            items.iter().any(|item| matches!(&item.kind, ExpressionKind::String(text) if Some(&**text) == new.text().as_deref()))
        };
        let missing: Vec<String> =
            new.iter().filter(|new| !is_there(new)).map(|new| self.value(new, "")).collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let Some(last) = items.last() else {
            return Ok(vec![Change::new(start..end, format!("[{}]", missing.join(", ")))]);
        };
        let std::ops::Range { start: from, end: to } = range(last.span);
        let is_spread = is_first(self.text, from) && line_end(self.text, to) < end;
        if !is_spread {
            return Ok(vec![Change::insert(to, format!(", {}", missing.join(", ")))]);
        }
        let indent = indent_of(self.text, from);
        let line_of = |item: &String| format!("{}{indent}{item},", self.newline);
        let lines: String = missing.iter().map(line_of).collect();
        let line = line_end(self.text, to);
        let comma = if self.text[to..end].trim_start().starts_with(',') {
            Vec::new()
        } else {
            vec![Change::insert(to, ",")]
        };
        let lines = if line == to && !comma.is_empty() {
            return Ok(vec![Change::insert(to, format!(",{lines}"))]);
        } else {
            Change::insert(line, lines)
        };
        Ok(comma.into_iter().chain([lines]).collect())
    }

    /// A member of an object that is the value of an attribute.
    fn object(&self, value: &Expression, steps: &[Step<'_>], what: Operation<'_>) -> Changes {
        let std::ops::Range { start, end } = range(value.span);
        let ExpressionKind::Object(items) = &value.kind else {
            return Err(Declined::Elsewhere(format!("`{}`", one_line(&self.text[start..end]))));
        };
        let (step, rest) = steps.split_first().ok_or_else(|| no_place("nothing is named"))?;
        let named = items.iter().find(|item| match &item.key {
            ObjectKey::Name(name) => *name.text == *step.name,
            ObjectKey::Expression(key) => {
                matches!(&key.kind, ExpressionKind::String(text) if **text == *step.name)
            }
        });
        match (named, rest, what) {
            (Some(item), [], Operation::Set(new)) => self.replace(&item.value, new),
            (Some(item), [], Operation::Add(new)) => self.add(&item.value, new),
            (Some(item), [_, ..], _) => self.object(&item.value, rest, what),
            _ => Err(no_place("the object has no such member")),
        }
    }

    /// The part of a literal list that is at a place, taken out.
    pub(crate) fn remove_element(&self, expression: &Expression, place: Span) -> Changes {
        let ExpressionKind::List(items) = &expression.kind else {
            return Err(no_place("it is no list"));
        };
        let at = items.iter().position(|item| item.span == place);
        let at = at.ok_or_else(|| no_place("the list has no such element"))?;
        let std::ops::Range { start, end } = range(items[at].span);
        // An element that has lines of its own goes with them.
        let line = self.text[end..line_end(self.text, end)].trim_start();
        let rest = line.strip_prefix(',').unwrap_or(line).trim_start();
        let is_alone = rest.is_empty() || rest.starts_with('#') || rest.starts_with("//");
        if is_first(self.text, start) && is_alone {
            return Ok(vec![Change::new(whole_lines(self.text, start, end), "")]);
        }
        let range = match (items.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => start..next.span.start as usize,
            (None, Some(before)) => items[before].span.end as usize..end,
            (None, None) => start..end,
        };
        if self.text[range.clone()].contains(['#', '\n']) && self.text[range.clone()].contains('#')
        {
            return Err(no_place("comments stand inside of what would go"));
        }
        Ok(vec![Change::new(range, "")])
    }

    /// What is missing of the way, in a block.
    fn insert(&self, block: &Block, steps: &[Step<'_>], what: Operation<'_>) -> Changes {
        let items_as_list;
        let value = match what {
            Operation::Set(value) => value,
            Operation::Add(items) => {
                items_as_list = Literal::List(items.to_vec());
                &items_as_list
            }
            Operation::Remove => return Err(Declined::Nothing),
        };
        let (first, rest) = steps.split_first().ok_or_else(|| no_place("nothing is named"))?;
        let open = self.brace(block).ok_or_else(|| no_place("the block has no brace"))?;
        let close = (block.span.end as usize).saturating_sub(1);
        let outer = indent_of(self.text, block.span.start as usize);
        let indent = self.indent_in(block).unwrap_or_else(|| format!("{outer}{UNIT}"));
        let is_spread = line_end(self.text, open) < close;
        if !is_spread {
            // All on one line: it takes several now.
            let inside = self.text[open + 1..close].trim();
            let new = self.lines(first, rest, value, &indent, 0);
            let nl = self.newline;
            let own =
                if inside.is_empty() { String::new() } else { format!("{nl}{indent}{inside}") };
            let gap = if first.is_block && !inside.is_empty() { nl } else { "" };
            let text = format!("{own}{gap}{nl}{new}{nl}{outer}");
            return Ok(vec![Change::new(open + 1..close, text)]);
        }
        if first.is_block {
            let last = Self::last_end(&block.body);
            let new = self.lines(first, rest, value, &indent, 0);
            let (at, gap) = match last {
                Some(last) => (line_end(self.text, last), self.newline),
                None => (line_end(self.text, open), ""),
            };
            return Ok(vec![Change::insert(at, format!("{gap}{}{new}", self.newline))]);
        }
        let first_block = block.body.blocks.iter().map(|block| block.span.start).min();
        let before = block
            .body
            .attributes
            .iter()
            .filter(|one| first_block.is_none_or(|at| one.name_span.start < at));
        let Some(last) = before.max_by_key(|one| one.name_span.start) else {
            let gap = if first_block.is_some()
                && !self.text[line_end(self.text, open)..]
                    .trim_start_matches(['\r', '\n'])
                    .is_empty()
            {
                self.newline
            } else {
                ""
            };
            let new = self.lines(first, rest, value, &indent, 0);
            return Ok(vec![Change::insert(
                line_end(self.text, open),
                format!("{}{new}{gap}", self.newline),
            )]);
        };
        let group = self.group(&block.body, last);
        let mut changes = Vec::new();
        let width = self.align(&group, first.name, &mut changes);
        let at = line_end(self.text, last.value.span.end as usize);
        let new = self.lines(first, rest, value, &indent, width);
        changes.push(Change::insert(at, format!("{}{new}", self.newline)));
        Ok(changes)
    }

    /// Where the brace of a block opens.
    fn brace(&self, block: &Block) -> Option<usize> {
        let header = block.header_span().end as usize;
        self.text[header..block.span.end as usize].find('{').map(|at| header + at)
    }

    /// How deep what is in a block is indented.
    fn indent_in(&self, block: &Block) -> Option<String> {
        let attributes = block.body.attributes.iter().map(|one| one.name_span.start);
        let blocks = block.body.blocks.iter().map(|one| one.span.start);
        let first = attributes.chain(blocks).min()? as usize;
        is_first(self.text, first).then(|| indent_of(self.text, first).to_owned())
    }

    fn last_end(body: &Body) -> Option<usize> {
        let attributes = body.attributes.iter().map(|one| one.value.span.end);
        let blocks = body.blocks.iter().map(|one| one.span.end);
        attributes.chain(blocks).max().map(|end| end as usize)
    }

    /// The attributes on the lines directly above and including one, as far as each takes one line.
    fn group<'b>(&self, body: &'b Body, last: &'b Attribute) -> Vec<&'b Attribute> {
        let mut group = Vec::new();
        let mut attributes: Vec<&Attribute> = body.attributes.iter().collect();
        attributes.sort_by_key(|one| one.name_span.start);
        let mut below: Option<usize> = None;
        for one in attributes.into_iter().rev().skip_while(|one| one.name_span != last.name_span) {
            let std::ops::Range { start, end } = range(one.span());
            let is_one_line = !self.text[start..end].contains('\n');
            let next = below.is_none_or(|below| crate::lines::next_line(self.text, end) == below);
            if !is_one_line || !next || !is_first(self.text, start) {
                break;
            }
            below = Some(crate::lines::line_start(self.text, start));
            group.push(one);
        }
        group
    }

    /// The width of the names of a group with one more, as `terraform fmt` aligns them. 0 if they
    /// are not aligned.
    fn align(&self, group: &[&Attribute], name: &str, changes: &mut Vec<Change>) -> usize {
        let equals = |one: &Attribute| {
            let end = one.name_span.end as usize;
            self.text[end..].find('=').map(|at| end + at)
        };
        let places: Option<Vec<usize>> = group.iter().map(|one| equals(one)).collect();
        let Some(places) = places.filter(|places| !places.is_empty()) else { return 0 };
        let columns: Vec<usize> = places.iter().map(|at| column(self.text, *at)).collect();
        if columns.iter().any(|column| *column != columns[0]) {
            return 0;
        }
        let start = column(self.text, group[0].name_span.start as usize);
        let width = columns[0].saturating_sub(start + 1);
        let longest = group.iter().map(|one| one.name.len()).max().unwrap_or(0);
        // One name alone with more space than it needs is its author's own way.
        if width > longest && group.len() == 1 {
            return 0;
        }
        if name.len() > width {
            let more = " ".repeat(name.len() - width);
            changes.extend(places.into_iter().map(|at| Change::insert(at, more.clone())));
        }
        width.max(name.len())
    }

    /// An attribute, or the blocks around it, line by line.
    fn lines(
        &self,
        first: &Step<'_>,
        rest: &[Step<'_>],
        value: &Literal,
        indent: &str,
        width: usize,
    ) -> String {
        let Some((next, after)) = rest.split_first() else {
            return format!("{indent}{:width$} = {}", first.name, self.value(value, indent));
        };
        let inner = format!("{indent}{UNIT}");
        if first.is_block {
            let named = first.key.map(|(name, text)| {
                let width = if after.is_empty() { next.name.len().max(name.len()) } else { 0 };
                let text = quoted(text);
                (format!("{inner}{name:width$} = {text}{}", self.newline), width)
            });
            let (named, width) = named.unwrap_or_default();
            let inside = named + &self.lines(next, after, value, &inner, width);
            return format!(
                "{indent}{} {{{nl}{inside}{nl}{indent}}}",
                first.name,
                nl = self.newline
            );
        }
        let inside = self.lines(next, after, value, &inner, 0);
        format!("{indent}{:width$} = {{{nl}{inside}{nl}{indent}}}", first.name, nl = self.newline)
    }

    fn value(&self, value: &Literal, indent: &str) -> String {
        match value {
            Literal::List(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| self.value(item, indent)).collect();
                format!("[{}]", items.join(", "))
            }
            Literal::Map(members) => {
                let member = |(key, value): &(std::sync::Arc<str>, Literal)| {
                    let is_name = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                    let key = if is_name { key.to_string() } else { quoted(key) };
                    format!(
                        "{}{indent}{UNIT}{key} = {}",
                        self.newline,
                        self.value(value, &format!("{indent}{UNIT}"))
                    )
                };
                let members: String = members.iter().map(member).collect();
                format!("{{{members}{}{indent}}}", self.newline)
            }
            scalar => hcl(scalar, false),
        }
    }

    /// A resource that says something of another one, after that.
    pub(crate) fn part(
        &self,
        parent: &Block,
        source: &str,
        by: &str,
        steps: &[Step<'_>],
        value: &Literal,
    ) -> Changes {
        let (Some(kind), Some(name)) = (parent.label(0), parent.label(1)) else {
            return Err(no_place("the resource has no name"));
        };
        let attribute = if by.ends_with("arn") { "arn" } else { "id" };
        let nl = self.newline;
        let expression = |name: &str| {
            parent.body.attribute(name).map(|one| {
                let std::ops::Range { start, end } = range(one.value.span);
                &self.text[start..end]
            })
        };
        let (meta, index) = match (expression("count"), expression("for_each")) {
            (Some(count), _) => (format!("{UNIT}count = {count}{nl}{nl}"), "[count.index]"),
            (None, Some(each)) => (format!("{UNIT}for_each = {each}{nl}{nl}"), "[each.key]"),
            (None, None) => (String::new(), ""),
        };
        let (first, rest) = steps.split_first().ok_or_else(|| no_place("nothing is named"))?;
        let width = if first.is_block { by.len() } else { by.len().max(first.name.len()) };
        let gap = if first.is_block { nl } else { "" };
        let inside = self.lines(first, rest, value, UNIT, width);
        let text = format!(
            "{nl}{nl}resource \"{source}\" \"{name}\" {{{nl}{meta}\
             {UNIT}{by:width$} = {kind}.{name}{index}.{attribute}{nl}{gap}{inside}{nl}}}"
        );
        Ok(vec![Change::insert(line_end(self.text, parent.span.end as usize), text)])
    }
}

/// The block of a resource, by its type and name.
pub(crate) fn resource<'f>(file: &'f File, kind: &str, name: &str) -> Option<&'f Block> {
    file.body.blocks_of("resource").find(|block| {
        block.label(0).is_some_and(|label| **label == *kind)
            && block.label(1).is_some_and(|label| **label == *name)
    })
}

/// The block that a place is in.
pub(crate) fn block_at(file: &File, place: Span) -> Option<&Block> {
    file.body.blocks.iter().find(|block| block.span.contains(place))
}

/// Whether an expression refers to a resource.
pub(crate) fn refers_to(expression: &Expression, kind: &str, name: &str) -> bool {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) => {
            let is_root =
                matches!(&traversal.root.kind, ExpressionKind::Variable(root) if **root == *kind);
            let first = traversal.steps.first().map(|step| &step.kind);
            is_root && matches!(first, Some(StepKind::Attribute(step)) if **step == *name)
        }
        ExpressionKind::Template(parts) => parts.iter().any(|part| match part {
            TemplatePart::Interpolation(inner) => refers_to(inner, kind, name),
            _ => false,
        }),
        ExpressionKind::Parenthesis(inner) => refers_to(inner, kind, name),
        ExpressionKind::Call(call) => call.arguments.iter().any(|one| refers_to(one, kind, name)),
        _ => false,
    }
}

/// The expression at exactly a place in a body, if it is a literal.
pub(crate) fn literal_in(body: &Body, place: Span) -> Option<&Expression> {
    let attribute = body.attributes.iter().find(|one| one.value.span.contains(place));
    if let Some(attribute) = attribute {
        return literal_at(&attribute.value, place);
    }
    let block = body.blocks.iter().find(|block| block.span.contains(place))?;
    literal_in(&block.body, place)
}

/// The list that has an element at a place.
pub(crate) fn list_in(body: &Body, place: Span) -> Option<&Expression> {
    let attribute = body.attributes.iter().find(|one| one.value.span.contains(place));
    if let Some(attribute) = attribute {
        return match &attribute.value.kind {
            ExpressionKind::List(items) if items.iter().any(|item| item.span == place) => {
                Some(&attribute.value)
            }
            _ => None,
        };
    }
    let block = body.blocks.iter().find(|block| block.span.contains(place))?;
    list_in(&block.body, place)
}

/// Whether a place lies inside of a text.
pub(crate) fn is_in_text(body: &Body, place: Span) -> bool {
    let attribute = body.attributes.iter().find(|one| one.value.span.contains(place));
    if let Some(attribute) = attribute {
        let is_text =
            matches!(attribute.value.kind, ExpressionKind::String(_) | ExpressionKind::Template(_));
        return is_text && attribute.value.span != place;
    }
    body.blocks.iter().any(|block| block.span.contains(place) && is_in_text(&block.body, place))
}

fn literal_at(expression: &Expression, place: Span) -> Option<&Expression> {
    if expression.span == place {
        return is_literal(expression).then_some(expression);
    }
    let inner: Vec<&Expression> = match &expression.kind {
        ExpressionKind::List(items) => items.iter().collect(),
        ExpressionKind::Object(items) => items.iter().map(|item| &item.value).collect(),
        ExpressionKind::Parenthesis(inner) => vec![inner],
        ExpressionKind::Call(call) => call.arguments.iter().collect(),
        ExpressionKind::Conditional(choice) => vec![&choice.then, &choice.otherwise],
        ExpressionKind::For(one) => vec![&one.value],
        _ => return None,
    };
    inner.into_iter().filter(|one| one.span.contains(place)).find_map(|one| literal_at(one, place))
}

fn is_literal(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Int(_)
            | ExpressionKind::Float(_)
            | ExpressionKind::String(_)
    )
}

pub(crate) fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// Code on one line, cut off where it is long.
fn one_line(code: &str) -> String {
    const LONGEST: usize = 40;
    let line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

fn no_place(why: &str) -> Declined {
    Declined::NoPlace(why.to_owned())
}
