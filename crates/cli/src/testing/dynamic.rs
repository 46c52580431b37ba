//! Examples in Terraform whose blocks are made dynamic: there in one case, missing in the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use trilith_graph::SourceId;
use trilith_parser::Options;
use trilith_parser::hcl::{Block, Body, parse_file};
use trilith_rules::Rule;

use super::example::{Example, Format, apply};
use crate::analyse::analyse;

/// The variable that decides whether the blocks are there.
const SWITCH: &str = "blocks_are_there";

/// Blocks that cannot be dynamic, or hold what is not of the resource.
const META: [&str; 6] =
    ["connection", "content", "dynamic", "lifecycle", "provisioner", "timeouts"];

/// Whether an example has blocks that can be made dynamic.
pub(super) fn has_blocks(example: &Example) -> bool {
    example.format == Format::Terraform
        && parse_file(SourceId(0), &example.code).body.blocks.iter().any(has_dynamic)
}

/// With the blocks there, a rule finds what it finds in the example, and so it does for that case
/// where it is not known whether they are: a block that may be missing is not taken for a missing
/// one, and what it says is not lost. Only the conditions of what stands further away than one
/// reference are not gone through.
pub(super) fn blocks_may_be_dynamic(rule: &Rule, example: &Example) -> Result<(), String> {
    let expected = count(rule, example)?;
    let told = |found: &BTreeMap<String, usize>, code: &str| {
        format!("expected {expected:?}\ngot {found:?}\nin\n{code}")
    };
    let there = dynamic(example, "  default = true\n");
    let found = count(rule, &there)?;
    if found != expected {
        return Err(told(&found, &there.code));
    }
    let open = dynamic(example, "");
    let found = count(rule, &open)?;
    let own = holders(&example.code);
    let is_fine = |address: &String| {
        let [found, expected] = [&found, &expected].map(|it| it.get(address).unwrap_or(&0));
        found == expected || (found < expected && !own.contains(address))
    };
    if found.keys().chain(expected.keys()).all(is_fine) {
        return Ok(());
    }
    Err(told(&found, &open.code))
}

/// The addresses of what has blocks that are made dynamic.
fn holders(code: &str) -> BTreeSet<String> {
    let file = parse_file(SourceId(0), code);
    let blocks = file.body.blocks.iter().filter(|block| has_dynamic(block));
    let address = |block: &Block| Some(format!("{}.{}", block.label(0)?, block.label(1)?));
    blocks.filter_map(address).collect()
}

/// How many findings there are at each address, without those that rest on blocks that are not
/// there.
fn count(rule: &Rule, example: &Example) -> Result<BTreeMap<String, usize>, String> {
    let analysis = analyse(example.inputs(), &Options::default());
    if let Some(problem) = analysis.diagnostics.first() {
        return Err(format!("{}\n{}", problem.message, example.code));
    }
    let without = format!("`var.{SWITCH}` is false");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for diagnostic in apply(&analysis, rule).diagnostics {
        if diagnostic.only_when.as_deref().is_some_and(|when| when.contains(&without)) {
            continue;
        }
        let address = diagnostic.subject.map(|subject| subject.address.to_string());
        *found.entry(address.unwrap_or_default()).or_default() += 1;
    }
    Ok(found)
}

/// The example with its blocks made dynamic; `default` is a line of the variable that decides.
fn dynamic(example: &Example, default: &str) -> Example {
    let file = parse_file(SourceId(0), &example.code);
    let mut code = String::new();
    let mut at = 0;
    for block in file.body.blocks.iter().filter(|block| holds_blocks(block)) {
        at = rewrite(&example.code, at, &block.body, &mut code);
    }
    code.push_str(&example.code[at..]);
    let _ = write!(code, "\nvariable \"{SWITCH}\" {{\n  type = bool\n{default}}}\n");
    Example { code, ..example.clone() }
}

/// Writes the text from `at` to the end of the last block in a body, with its blocks dynamic.
/// Gives where that is.
fn rewrite(text: &str, mut at: usize, body: &Body, code: &mut String) -> usize {
    for block in body.blocks.iter().filter(|block| may_be_dynamic(block)) {
        let (start, end) = (block.span.start as usize, block.span.end as usize);
        let name = &block.type_name;
        code.push_str(&text[at..start]);
        // A block on one line may hold one attribute alone.
        let _ = write!(
            code,
            "dynamic \"{name}\" {{\nfor_each = var.{SWITCH} ? [true] : []\ncontent {{\n"
        );
        let header = block.header_span().end as usize;
        let inside = text[header..end].find('{').map_or(end, |brace| header + brace + 1);
        let rest = rewrite(text, inside, &block.body, code);
        code.push_str(&text[rest..end - 1]);
        code.push_str("\n}\n}\n");
        at = end;
    }
    at
}

fn holds_blocks(block: &Block) -> bool {
    matches!(&*block.type_name, "resource" | "data")
}

fn has_dynamic(block: &Block) -> bool {
    holds_blocks(block) && block.body.blocks.iter().any(may_be_dynamic)
}

fn may_be_dynamic(block: &Block) -> bool {
    !META.contains(&&*block.type_name)
}
