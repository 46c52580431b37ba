//! Complete tables as Rust.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::resolve::{Resolved, Row, Step};
use crate::spec::Literal;

/// The text of the module with all tables.
pub(crate) fn emit(tables: &[Resolved]) -> String {
    let mut emitter = Emitter::default();
    let mut types = String::new();
    for table in tables {
        let block = emitter.block(&table.rows);
        let reference = texts(&table.reference);
        let attributes: Vec<String> =
            table.attributes.iter().map(|(from, to)| format!("({from:?}, {to:?})")).collect();
        let defaults = emitter.constants(&table.defaults);
        let split: Vec<String> = table
            .split
            .iter()
            .map(|split| {
                format!(
                    "Split {{ attribute: {:?}, canonical: {:?}, to: {:?}, parent: {:?}, \
                     parents: {}, is_document: {} }}",
                    split.attribute,
                    split.canonical,
                    split.to,
                    split.parent,
                    split.parents,
                    split.is_document
                )
            })
            .collect();
        writeln!(
            types,
            "    TypeTable {{ source: {:?}, canonical: {:?}, adapter: {}, satellite: {:?}, \
             shared: &{}, same: {:?}, \
             reference: &{reference}, attributes: &[{}], defaults: {defaults}, split: &[{}], \
             deprecated: &{}, block: &{block} }},",
            table.source,
            table.canonical,
            adapter(&table.adapter),
            table.satellite,
            texts(&table.shared),
            table.same,
            attributes.join(", "),
            split.join(", "),
            texts(&table.deprecated),
        )
        .unwrap();
    }
    let names: Vec<String> = emitter.names_in_order();
    let sorted: Vec<String> = emitter.names.values().map(ToString::to_string).collect();
    format!(
        "pub(crate) static NAMES: &[&str] = &{};\n\n\
         /// The indexes of [`NAMES`] in the order of the names.\n\
         pub(crate) static NAMES_SORTED: &[u16] = &[{}];\n\n\
         pub(crate) static TYPES: &[TypeTable] = &[\n{types}];\n\n{}",
        texts(&names),
        sorted.join(", "),
        emitter.blocks
    )
}

fn adapter(name: &str) -> String {
    let pascal: String = name
        .split('-')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    format!("Adapter::{}", if pascal.is_empty() { "Plain" } else { &pascal })
}

#[derive(Default)]
struct Emitter {
    blocks: String,
    count: usize,
    /// The block that recurring rows lead back to.
    outer: Option<String>,
    names: BTreeMap<String, usize>,
}

impl Emitter {
    /// Writes a block and returns its name.
    fn block(&mut self, rows: &[Row]) -> String {
        let name = format!("BLOCK_{}", self.count);
        self.count += 1;
        let mut text = String::new();
        let mut sorted: Vec<&Row> = rows.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        for row in sorted {
            let inner = match (&row.block, &self.outer) {
                (Some(_), Some(outer)) if row.recurs => format!("Some(&{outer})"),
                (Some(rows), _) if row.convert == "snake" => {
                    // The name that the block is going to have.
                    self.outer = Some(format!("BLOCK_{}", self.count));
                    let name = self.block(rows);
                    self.outer = None;
                    format!("Some(&{name})")
                }
                (Some(rows), _) => format!("Some(&{})", self.block(rows)),
                (None, _) => "None".into(),
            };
            let values: Vec<String> = row
                .values
                .iter()
                .map(|(from, to)| format!("({from:?}, {})", literal(to)))
                .collect();
            let count = row.count.as_ref().map_or("&[]".into(), |count| self.steps(count));
            let default = row
                .default
                .as_ref()
                .map_or("None".into(), |default| format!("Some({})", literal(default)));
            writeln!(
                text,
                "    Row {{ name: {0:?}, head: head({0:?}), absolute: {1}, steps: {2}, shape: {3}, convert: {4}, values: &[{5}], \
                 absent: &{6}, default: {default}, also: {7}, count: {count}, sensitive: {8}, when: {9:?}, block: {inner} }},",
                row.name,
                row.absolute,
                self.steps(&row.steps),
                shape(&row.shape),
                self.convert(row),
                values.join(", "),
                texts(&row.absent),
                self.constants(&row.also),
                row.sensitive,
                row.when,
            )
            .unwrap();
        }
        write!(self.blocks, "static {name}: Block = Block {{ rows: &[\n{text}] }};\n\n").unwrap();
        name
    }

    fn constants(&mut self, constants: &[(Vec<Step>, Literal)]) -> String {
        let all: Vec<String> = constants
            .iter()
            .map(|(steps, constant)| format!("({}, {})", self.steps(steps), literal(constant)))
            .collect();
        format!("&[{}]", all.join(", "))
    }

    fn steps(&mut self, steps: &[Step]) -> String {
        let all: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Key(name) => format!("Step::Key({})", self.name(name)),
                Step::Each(name) => format!("Step::Each({})", self.name(name)),
                Step::At(name, at) => format!("Step::At({}, {at})", self.name(name)),
                Step::Where(name, key, value) => {
                    format!("Step::Where({}, {}, {value:?})", self.name(name), self.name(key))
                }
                Step::Pair(name, key) => format!("Step::Pair({}, {key:?})", self.name(name)),
            })
            .collect();
        format!("&[{}]", all.join(", "))
    }

    fn convert(&mut self, row: &Row) -> String {
        let key = row.key.clone().unwrap_or_default();
        match row.convert.as_str() {
            "" | "snake" => "Convert::Plain".into(),
            "text" => "Convert::Text".into(),
            "base64" => "Convert::Base64".into(),
            "json" => "Convert::Json".into(),
            "camel-json" => "Convert::CamelJson".into(),
            "named" => "Convert::Named".into(),
            "keyed" => format!("Convert::Keyed({key:?})"),
            "pairs" => format!("Convert::Pairs({})", self.name(&key)),
            "wrap" => format!("Convert::Wrap({})", self.name(&key)),
            "each" => format!("Convert::Each({key:?})"),
            "inner" => format!("Convert::Inner({key:?})"),
            "statements" => "Convert::Statements".into(),
            other => panic!("`{other}` is no conversion"),
        }
    }

    fn name(&mut self, name: &str) -> usize {
        let next = self.names.len();
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    fn names_in_order(&self) -> Vec<String> {
        let mut names: Vec<(&String, &usize)> = self.names.iter().collect();
        names.sort_by_key(|(_, at)| **at);
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }
}

fn shape(code: &str) -> String {
    match code {
        "b" => "Shape::Bool".into(),
        "i" => "Shape::Int".into(),
        "n" => "Shape::Number".into(),
        "m" => "Shape::Map".into(),
        "j" => "Shape::Json".into(),
        "o" => "Shape::Object".into(),
        "p" => "Shape::Pairs".into(),
        "a" => "Shape::Any".into(),
        _ => match code.strip_prefix('l') {
            Some(item) => format!("Shape::List(&{})", shape(item)),
            None => "Shape::Text".into(),
        },
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => format!("Literal::Bool({value})"),
        Literal::Int(value) => format!("Literal::Int({value})"),
        Literal::Text(value) => format!("Literal::Text({value:?})"),
        Literal::EmptyList => "Literal::EmptyList".into(),
    }
}

fn texts(texts: &[String]) -> String {
    let all: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("[{}]", all.join(", "))
}
