//! Where Terraform says a property of the canonical shape: the tables of `data/aws`, read backwards.

use std::borrow::Cow;

use trilith_graph::{EditPath, EditSegment, Literal};

use crate::canonical::table::{self, Block, Convert, NAMES, Row, Shape, Step, TypeTable};

/// How deep blocks are looked into.
const DEPTH_LIMIT: usize = 8;
/// Ways that are kept of one property.
const MOST_WAYS: usize = 8;

/// A way to say a property in Terraform's words.
#[derive(Debug, Clone)]
pub struct Way {
    /// The type of the resource that says it.
    pub source: String,
    /// The attribute that names the resource spoken of, if that is another one.
    pub parent: Option<&'static str>,
    /// The attributes and blocks that lead there, from the outside in; at least one.
    pub steps: Vec<WayStep>,
    /// Whether the provider would rather have it said otherwise.
    pub is_deprecated: bool,
    /// What is known of the attribute, where a table tells.
    row: Option<&'static Row>,
}

/// A step of a [`Way`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayStep {
    /// Name of the attribute or block: one of the tables, but for what they do not know.
    pub name: Cow<'static, str>,
    /// Whether it is a block.
    pub is_block: bool,
    /// How much of the canonical path leads here.
    pub depth: usize,
    /// Which of several blocks of the name is meant, as far as the path tells.
    pub index: Option<usize>,
    /// The attribute that tells a block from others of its name, and its text.
    pub key: Option<(&'static str, String)>,
}

impl Way {
    /// What Terraform calls a canonical value here. `None` for one that it cannot say.
    pub fn value(&self, canonical: &Literal) -> Option<Literal> {
        if let Literal::List(items) = canonical {
            return items
                .iter()
                .map(|item| self.element(item))
                .collect::<Option<_>>()
                .map(Literal::List);
        }
        let is_list = self.row.is_some_and(|row| matches!(row.shape, Shape::List(_)));
        let value = self.element(canonical)?;
        Some(if is_list && !self.is_single() { Literal::List(vec![value]) } else { value })
    }

    /// Whether an element of a list is said by itself.
    fn is_single(&self) -> bool {
        self.row.is_some_and(|row| matches!(row.steps.last(), Some(Step::Each(_) | Step::At(..))))
    }

    fn element(&self, canonical: &Literal) -> Option<Literal> {
        let Some(row) = self.row else { return Some(canonical.clone()) };
        match (row.convert, canonical) {
            (Convert::Wrap(key), Literal::Map(members)) => match members.as_slice() {
                [(name, value)] if **name == *NAMES[usize::from(key)] => self.element(value),
                _ => None,
            },
            (
                Convert::Plain | Convert::Wrap(_),
                Literal::Bool(_) | Literal::Int(_) | Literal::Text(_),
            ) => {
                let text = canonical.text()?;
                if row.values.is_empty() {
                    let is_pair = matches!(row.steps.last(), Some(Step::Pair(..)));
                    return Some(if is_pair { bare(&text) } else { canonical.clone() });
                }
                let is_it = |literal: &table::Literal| match literal {
                    table::Literal::Text(own) => *own == text,
                    table::Literal::Bool(own) => text == if *own { "true" } else { "false" },
                    table::Literal::Int(own) => text == own.to_string(),
                    table::Literal::EmptyList => false,
                };
                let found = row.values.iter().find(|(_, literal)| is_it(literal));
                Some(found.map_or_else(|| canonical.clone(), |(source, _)| bare(source)))
            }
            _ => None,
        }
    }
}

/// What a word of the tables means in Terraform: `true` is a boolean there.
fn bare(text: &str) -> Literal {
    match text {
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        _ => text.parse().map_or_else(|_| text.into(), Literal::Int),
    }
}

/// The ways to say a property of a resource: its own first, deprecated ones last.
pub fn ways(source_type: &str, resource_type: &str, path: &EditPath) -> Vec<Way> {
    // What CloudFormation has no type for keeps its own words.
    if source_type == resource_type {
        return own_words(source_type, path).into_iter().collect();
    }
    let Some(own) = table::of(source_type) else { return Vec::new() };
    let mut search = Search { path: &path.0, found: Vec::new() };
    search.table(own, true);
    // What is a part itself and has no parent in the root speaks for itself only.
    if own.satellite.is_none() {
        for part in table::parts_of(resource_type) {
            if part.source != own.source {
                search.table(part, false);
            }
        }
    }
    let mut found = search.found;
    found.sort_by_key(|way| (way.is_deprecated, way.parent.is_some(), way.steps.len()));
    found.truncate(MOST_WAYS);
    found
}

/// The ways on which a resource itself says a property.
pub(super) fn own_ways(source_type: &str, resource_type: &str, path: &EditPath) -> Vec<Way> {
    if source_type == resource_type {
        return own_words(source_type, path).into_iter().collect();
    }
    let Some(own) = table::of(source_type) else { return Vec::new() };
    let mut search = Search { path: &path.0, found: Vec::new() };
    search.table(own, true);
    search.found
}

fn own_words(source_type: &str, path: &EditPath) -> Option<Way> {
    let mut steps: Vec<WayStep> = Vec::new();
    for (at, segment) in path.0.iter().enumerate() {
        match (segment, steps.last_mut()) {
            (EditSegment::Key(key), _) => steps.push(WayStep {
                name: key.to_string().into(),
                is_block: at + 1 < path.0.len(),
                depth: at + 1,
                index: None,
                key: None,
            }),
            (EditSegment::Index(index), Some(last)) => {
                last.index = Some(*index);
                last.depth = at + 1;
            }
            _ => return None,
        }
    }
    let source = source_type.to_owned();
    Some(Way { source, parent: None, steps, is_deprecated: false, row: None })
}

struct Search<'s> {
    path: &'s [EditSegment],
    found: Vec<Way>,
}

impl Search<'_> {
    fn table(&mut self, table: &'static TypeTable, is_own: bool) {
        let mut walk = Walk { table, is_own, steps: Vec::new(), blocks: 0 };
        self.block(&mut walk, table.block, 0);
    }

    fn block(&mut self, walk: &mut Walk, block: &'static Block, done: usize) {
        if walk.blocks >= DEPTH_LIMIT {
            return;
        }
        walk.blocks += 1;
        for row in block.rows {
            let start = if row.absolute { 0 } else { done };
            if let Some((done, index)) = follow(self.path, start, row) {
                self.row(walk, row, done, index);
            }
        }
        walk.blocks -= 1;
    }

    fn row(&mut self, walk: &mut Walk, row: &'static Row, done: usize, index: Option<usize>) {
        let before = walk.steps.len();
        let is_block =
            row.block.is_some() && !matches!(row.convert, Convert::CamelJson | Convert::Statements);
        let name = Cow::Borrowed(row.name);
        walk.steps.push(WayStep { name, is_block, depth: done, index, key: None });
        if let Convert::Inner(key) = row.convert {
            let name = Cow::Borrowed(key);
            walk.steps.push(WayStep { name, is_block, depth: done, index: None, key: None });
        }
        // Blocks of a name and a value stand for the members of a map.
        if let (Convert::Named, Some(EditSegment::Key(own)), true) =
            (row.convert, self.path.get(done), done + 1 == self.path.len())
            && let Some(last) = walk.steps.last_mut()
        {
            (last.is_block, last.key) = (true, Some(("name", own.to_string())));
            let name = Cow::Borrowed("value");
            let depth = done + 1;
            walk.steps.push(WayStep { name, is_block: false, depth, index: None, key: None });
            self.found.push(Way {
                source: walk.table.source.to_owned(),
                parent: walk.table.satellite.filter(|_| !walk.is_own),
                steps: walk.steps.clone(),
                is_deprecated: false,
                row: None,
            });
            walk.steps.truncate(before);
            return;
        }
        match row.block {
            Some(block) if done < self.path.len() && is_block => self.block(walk, block, done),
            _ if done == self.path.len() && !row.steps.is_empty() => {
                let top = walk.steps.first().map_or("", |step| &*step.name);
                self.found.push(Way {
                    source: walk.table.source.to_owned(),
                    parent: walk.table.satellite.filter(|_| !walk.is_own),
                    steps: walk.steps.clone(),
                    is_deprecated: walk.table.deprecated.contains(&top),
                    row: Some(row),
                });
            }
            _ => {}
        }
        walk.steps.truncate(before);
    }
}

/// How much of a path is done after a row, and the element of a list that it chose.
fn follow(path: &[EditSegment], done: usize, row: &Row) -> Option<(usize, Option<usize>)> {
    let mut at = done;
    let mut index = None;
    for step in row.steps {
        let EditSegment::Key(key) = path.get(at)? else { return None };
        if **key != *NAMES[usize::from(step.name())] {
            return None;
        }
        at += 1;
        index = None;
        match (step, path.get(at)) {
            (Step::Key(_), Some(EditSegment::Index(of))) => {
                // A list of blocks: which of them.
                index = Some(*of);
                at += 1;
            }
            (Step::Key(_), _) => {}
            (Step::Each(_), Some(EditSegment::Index(_))) => at += 1,
            (Step::At(_, of), Some(EditSegment::Index(given))) if usize::from(*of) == *given => {
                at += 1;
            }
            (Step::Where(_, member, text), Some(EditSegment::Where(given, of)))
                if **given == *NAMES[usize::from(*member)] && **of == **text =>
            {
                at += 1;
            }
            (Step::Pair(_, own), Some(EditSegment::Where(_, of))) if **of == **own => {
                at += 1;
                // The value of the pair is what the attribute holds.
                if matches!(path.get(at), Some(EditSegment::Key(key)) if &**key == "Value") {
                    at += 1;
                }
            }
            _ => return None,
        }
    }
    // An element of a list of scalars is not a block of its own.
    Some((at, index))
}

struct Walk {
    table: &'static TypeTable,
    is_own: bool,
    steps: Vec<WayStep>,
    blocks: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(source_type: &str, path: &str, value: impl Into<Literal>) -> Vec<String> {
        let resource_type = table::of(source_type).map_or("", |table| table.canonical);
        let segment = |text: &str| match text.parse() {
            Ok(index) => EditSegment::Index(index),
            Err(_) => match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
                Some(text) => {
                    let (key, value) = text.split_once('=').unwrap_or((text, ""));
                    EditSegment::Where(key.into(), value.into())
                }
                None => EditSegment::Key(text.into()),
            },
        };
        let path = EditPath(path.split('/').map(segment).collect());
        let value = value.into();
        let ways = ways(source_type, resource_type, &path);
        let text = ways.iter().map(|way| {
            let steps = way.steps.iter().map(|step| {
                let index = step.index.map(|index| format!("[{index}]")).unwrap_or_default();
                format!("{}{index}{}", step.name, if step.is_block { "." } else { "" })
            });
            let value = way.value(&value).map_or_else(|| "-".into(), |value| format!("{value:?}"));
            format!("{}:{} {value}", way.source, steps.collect::<String>())
        });
        text.collect()
    }

    #[test]
    fn properties_are_said_by_attributes_blocks_and_parts() {
        let yes = || Literal::Bool(true);
        assert_eq!(
            say("aws_kms_key", "EnableKeyRotation", yes()),
            ["aws_kms_key:enable_key_rotation Bool(true)"]
        );
        assert_eq!(
            say("aws_instance", "MetadataOptions/HttpTokens", "required"),
            ["aws_instance:metadata_options.http_tokens Text(\"required\")"]
        );
        assert_eq!(
            say("aws_s3_bucket", "VersioningConfiguration/Status", "Enabled"),
            [
                "aws_s3_bucket_versioning:versioning_configuration.status Text(\"Enabled\")",
                "aws_s3_bucket:versioning.enabled Bool(true)"
            ]
        );
        let path =
            "LoadBalancerAttributes/[Key=routing.http.drop_invalid_header_fields.enabled]/Value";
        assert_eq!(say("aws_lb", path, "true"), ["aws_lb:drop_invalid_header_fields Bool(true)"]);
        let path = "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp";
        assert_eq!(
            say("aws_ecs_service", path, "DISABLED"),
            ["aws_ecs_service:network_configuration.assign_public_ip Bool(false)"]
        );
    }

    #[test]
    fn what_no_table_knows_has_no_way() {
        assert!(say("aws_kms_key", "Nothing", "x").is_empty());
        assert!(say("aws_nothing", "EnableKeyRotation", "x").is_empty());
    }
}
