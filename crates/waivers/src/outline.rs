//! The items of a source that a comment can stand beside or above: properties, blocks, elements.

use trilith_graph::{SourceId, Span};
use trilith_parser::hcl::{Block, Body, Expression, ExpressionKind, File};
use trilith_parser::tree::{Comment, Tree};

use crate::waiver::{Region, RegionKind};

/// A property, block or element.
#[derive(Debug, Clone, Copy)]
struct Item {
    span: Span,
    /// Whether it is a resource, or another block of the outermost level.
    is_resource: bool,
}

/// The items of a source, by where they start, the outer before the inner.
#[derive(Debug)]
pub(crate) struct Outline<'s> {
    source: SourceId,
    text: &'s str,
    items: Vec<Item>,
    comments: Vec<Comment>,
}

impl<'s> Outline<'s> {
    pub(crate) fn of_tree(source: SourceId, text: &'s str, tree: &Tree<'_>) -> Self {
        let mut items = Vec::new();
        for document in tree.documents() {
            // The nodes still to look at, each with how deep it is and whether it is `Resources`.
            let mut open = vec![(*document, 0_usize, false)];
            while let Some((node, depth, is_resources)) = open.pop() {
                if tree.is_alias(node) {
                    continue;
                }
                for member in tree.own_members(node) {
                    let span = member.key_span.to(tree.span(member.value));
                    items.push(Item { span, is_resource: is_resources });
                    let inner = depth == 0 && &**member.key == "Resources";
                    open.push((member.value, depth + 1, inner));
                }
                for element in tree.items(node) {
                    items.push(Item { span: tree.span(element), is_resource: false });
                    open.push((element, depth + 1, false));
                }
            }
        }
        Self::new(source, text, items, tree.comments.clone())
    }

    pub(crate) fn of_hcl(source: SourceId, text: &'s str, file: &File) -> Self {
        let mut items = Vec::new();
        add_body(&file.body, true, &mut items);
        Self::new(source, text, items, file.comments.clone())
    }

    fn new(source: SourceId, text: &'s str, mut items: Vec<Item>, comments: Vec<Comment>) -> Self {
        items.sort_by_key(|item| (item.span.start, std::cmp::Reverse(item.span.end)));
        Self { source, text, items, comments }
    }

    pub(crate) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    pub(crate) fn text_of(&self, span: Span) -> &'s str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// What a comment stands beside or, if it has a line of its own, above.
    pub(crate) fn beside(&self, comment: Comment) -> Option<Region> {
        let line = if comment.trailing {
            self.line_around(comment.span.start as usize)
        } else {
            self.next_line(comment.span.end as usize)?
        };
        let starts = self.items.partition_point(|item| (item.span.start as usize) < line.start);
        let starting = self.items[starts..].iter();
        let mut starting =
            starting.take_while(|item| (item.span.start as usize) < line.end).copied();
        // Several may begin in a line: the first is the outermost, since it begins before or
        // reaches further than what is in it.
        let found = starting.next().or_else(|| {
            let ends = |item: &&Item| line.contains(&(item.span.end as usize).saturating_sub(1));
            comment.trailing.then(|| self.items.iter().rfind(ends).copied()).flatten()
        });
        found.map(|item| self.region(item))
    }

    /// The resource around a comment.
    pub(crate) fn around(&self, comment: Comment) -> Option<Region> {
        self.resource_around(comment.span).map(|span| Region {
            span,
            kind: RegionKind::Resource,
            resource: Some(span),
        })
    }

    /// The whole file.
    pub(crate) fn whole(&self) -> Region {
        let span = Span::new(self.source, 0, self.text.len() as u32);
        Region { span, kind: RegionKind::File, resource: None }
    }

    /// Whether nothing but comments stands before a comment.
    pub(crate) fn is_head(&self, comment: Comment) -> bool {
        self.items.first().is_none_or(|item| comment.span.end <= item.span.start)
    }

    fn region(&self, item: Item) -> Region {
        let kind = if item.is_resource { RegionKind::Resource } else { RegionKind::Item };
        Region { span: item.span, kind, resource: self.resource_around(item.span) }
    }

    fn resource_around(&self, inner: Span) -> Option<Span> {
        let after = self.items.partition_point(|item| item.span.start <= inner.start);
        let around = |item: &&Item| {
            // In YAML a comment at the end of an entry lies behind its last value.
            let end = if item.is_resource { self.end_of_entry(item.span) } else { 0 };
            item.is_resource && (item.span.contains(inner) || inner.end as usize <= end)
        };
        self.items[..after].iter().rfind(around).map(|item| item.span)
    }

    /// Where what is indented deeper than the line of an item ends.
    fn end_of_entry(&self, span: Span) -> usize {
        let start = self.line_around(span.start as usize).start;
        let indent = span.start as usize - start;
        let mut end = span.end as usize;
        for line in self.text[end..].split_inclusive('\n').skip(1) {
            let content = line.trim_start();
            if !content.is_empty() && line.len() - content.len() <= indent {
                break;
            }
            end += line.len();
        }
        // The rest of the line that was skipped.
        let first = self.text[span.end as usize..].find('\n').map_or(0, |at| at + 1);
        end + first
    }

    fn line_around(&self, at: usize) -> std::ops::Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        start..end
    }

    /// The next line after a place that holds more than comments.
    fn next_line(&self, from: usize) -> Option<std::ops::Range<usize>> {
        let mut start = from + self.text[from..].find('\n')? + 1;
        loop {
            if start >= self.text.len() {
                return None;
            }
            let line = self.line_around(start);
            let is_comment = self.comments.iter().any(|comment| {
                !comment.trailing
                    && (comment.span.start as usize) < line.end
                    && comment.span.end as usize > line.start
            });
            if !is_comment && !self.text[line.clone()].trim().is_empty() {
                return Some(line);
            }
            start = line.end + 1;
        }
    }
}

fn add_body(body: &Body, is_outermost: bool, items: &mut Vec<Item>) {
    for attribute in &body.attributes {
        items.push(Item { span: attribute.span(), is_resource: false });
        add_expression(&attribute.value, items);
    }
    for block in &body.blocks {
        let Block { body, span, .. } = block;
        items.push(Item { span: *span, is_resource: is_outermost });
        add_body(body, false, items);
    }
}

fn add_expression(expression: &Expression, items: &mut Vec<Item>) {
    match &expression.kind {
        ExpressionKind::List(elements) => {
            items.extend(
                elements.iter().map(|element| Item { span: element.span, is_resource: false }),
            );
        }
        ExpressionKind::Object(members) => {
            items.extend(members.iter().map(|member| Item {
                span: member.key.span().to(member.value.span),
                is_resource: false,
            }));
        }
        _ => {}
    }
    expression.for_each_child(&mut |child| add_expression(child, items));
}
