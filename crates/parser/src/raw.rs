//! Documents as they are written, for policies that read them so: conftest's `input`.
//!
//! CloudFormation in its long form, JSON (plans, IAM documents, `.tf.json`) as it is, and
//! Terraform's own syntax in the shape of conftest's parser `hcl2` or `hcl1`.

mod hcl;

use trilith_graph::{SourceId, SourceMap, Value};

use crate::detect::{Detection, Syntax, detect};
use crate::hcl::parse_file;
use crate::tree::{JsonOptions, SyntaxError, parse_json, parse_yaml, to_long_form};

/// The shape that Terraform's own syntax takes as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HclShape {
    /// That of conftest's parser `hcl1`: every block in lists of its own, objects in lists.
    Hcl1,
    /// That of `hcl2`: blocks by type and label.
    #[default]
    Hcl2,
}

/// The documents of a source, without any evaluation: one, or several of a YAML file. What is
/// neither JSON nor YAML nor Terraform has none.
pub fn raw_documents(sources: &SourceMap, source: SourceId, shape: HclShape) -> Vec<Value> {
    let file = sources.file(source);
    let (name, text) = (file.name().to_ascii_lowercase(), file.text());
    match detect(&name, text) {
        Detection::TerraformHcl | Detection::TerraformVariables(Syntax::Hcl) => {
            return vec![hcl::document(text, &parse_file(source, text), shape)];
        }
        Detection::CloudFormation(Syntax::Yaml) | Detection::IamDocument(Syntax::Yaml) => {}
        _ if is_json(&name, text) => {
            let parsed = parse_json(source, text, &JsonOptions::default());
            if parsed.errors.iter().all(SyntaxError::is_duplicate_key) {
                let documents = parsed.tree.documents().iter();
                return documents.map(|node| to_long_form(&parsed.tree, *node)).collect();
            }
        }
        _ if [".yaml", ".yml", ".template"].iter().any(|ending| name.ends_with(ending)) => {}
        _ => return Vec::new(),
    }
    let parsed = parse_yaml(source, text);
    parsed.tree.documents().iter().map(|node| to_long_form(&parsed.tree, *node)).collect()
}

/// Whether a file is JSON; `name` is in lower case.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "it is in lower case")]
fn is_json(name: &str, text: &str) -> bool {
    name.ends_with(".json") || text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceFile;

    use super::*;

    fn documents(name: &str, text: &str) -> Vec<Value> {
        let mut sources = SourceMap::new();
        let id = sources.add(SourceFile::new(name, text));
        raw_documents(&sources, id, HclShape::default())
    }

    #[test]
    fn every_document_of_a_file_is_read() {
        let all = documents("a.yaml", "kind: a\n---\nkind: b\n");
        let kinds: Vec<_> = all.iter().filter_map(|value| value.get("kind").as_str()).collect();
        assert_eq!(kinds, ["a", "b"]);
        assert_eq!(documents("p.json", "{\"planned_values\": {}}").len(), 1);
        assert!(documents("x.md", "# x").is_empty());
    }
}
