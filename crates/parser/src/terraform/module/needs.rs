//! What must be there besides a module file for it to be understood.

use trilith_graph::SourceId;

use super::paths;
use crate::hcl::{Expression, ExpressionKind, File, TemplatePart};
use crate::tree::{JsonOptions, Kind, parse_json};

/// Something that a module file needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The directory of a module that it calls.
    Module(String),
    /// Files that its expressions read. `*` stands for what is not known of the name.
    Text(String),
}

/// The functions that read the file that their first argument names.
const READERS: [&str; 4] = ["file", "templatefile", "filebase64", "fileexists"];

/// What a file in a directory needs.
pub(super) fn of(file: &File, directory: &str) -> Vec<Need> {
    let mut needs = Vec::new();
    for block in &file.body.blocks {
        if &*block.type_name == "module"
            && let Some(source) = block.body.attribute("source")
            && let ExpressionKind::String(source) = &source.value.kind
            && paths::is_local(source)
        {
            needs.push(Need::Module(paths::join(directory, source)));
        }
    }
    file.body.for_each_value(&mut |value| search(value, directory, &mut needs));
    needs.sort();
    needs.dedup();
    needs
}

fn search(expression: &Expression, directory: &str, needs: &mut Vec<Need>) {
    if let ExpressionKind::Call(call) = &expression.kind
        && READERS.contains(&call.name.text.as_ref())
        && let Some(pattern) = call.arguments.first().and_then(pattern)
    {
        needs.push(Need::Text(paths::join(directory, &pattern)));
    }
    expression.for_each_child(&mut |child| search(child, directory, needs));
}

/// A path with `*` for what is not written; `None` where not even its end is.
fn pattern(expression: &Expression) -> Option<String> {
    let text = match &expression.unwrapped().kind {
        ExpressionKind::String(text) => text.to_string(),
        ExpressionKind::Template(parts) => {
            let parts = parts.iter().map(|part| match part {
                TemplatePart::Literal { text, .. } => text.as_ref(),
                TemplatePart::Interpolation(path) if is_path(path) => ".",
                _ => "*",
            });
            parts.collect()
        }
        _ => return None,
    };
    let is_plain = !text.contains(['*', '\n']);
    let file = text.rsplit('/').next().unwrap_or(&text);
    let has_ending = file.rsplit_once('.').is_some_and(|(_, ending)| !ending.contains('*'));
    let folder_is_plain = !text[..text.len() - file.len()].contains('*');
    (is_plain || (has_ending && folder_is_plain)).then_some(text)
}

/// `path.module` and the like.
fn is_path(expression: &Expression) -> bool {
    let references = expression.references();
    matches!(&references[..], [only] if only.root == "path")
}

/// What `modules.json` says: the keys of calls, and the directories relative to the root.
pub(super) fn manifest(text: &str) -> Vec<(String, String)> {
    let parsed = parse_json(SourceId(u32::MAX), text, &JsonOptions::default());
    let tree = &parsed.tree;
    let Some(list) = tree.documents().first().and_then(|top| tree.get(*top, "Modules")) else {
        return Vec::new();
    };
    let text_of = |id, key: &str| {
        let found = tree.get(id, key)?;
        (tree.kind(found) == Kind::String).then(|| tree.text(found).to_owned())
    };
    tree.items(list)
        .filter_map(|id| Some((text_of(id, "Key")?, text_of(id, "Dir")?)))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}

/// The directories of the modules that the text of `modules.json` names for a root.
pub fn manifest_directories(root: &str, text: &str) -> Vec<String> {
    manifest(text).into_iter().map(|(_, directory)| paths::join(root, &directory)).collect()
}
