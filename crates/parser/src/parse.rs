//! From one source to roots of the resource graph, whatever it is written in.

use std::collections::BTreeMap;

use trilith_graph::{Diagnostic, Root, SourceId, SourceMap};

use crate::detect::{Detection, NotOurs, Syntax, detect};
use crate::link::link;
use crate::policy::{self, PolicyKind};
use crate::tree::{
    JsonOptions, Kind, NodeId, ParsedTree, SyntaxError, Tree, parse_json, parse_yaml,
};
use crate::{cloudformation, hcl, terraform};

/// What is known of a source besides its text.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values of parameters and variables, by name. Pseudo parameters such as `AWS::Region` may
    /// be among them.
    pub parameters: BTreeMap<String, String>,
    /// What policy documents that stand alone are attached to, where it is known.
    pub policy_kind: Option<PolicyKind>,
}

/// What a source gave.
#[derive(Debug, Default)]
pub struct Parsed {
    /// What is deployed by it. Usually one; one for each template of a YAML file with several.
    pub roots: Vec<Root>,
    /// What could not be read, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
    /// Why the source is passed over, if it is none of ours.
    pub skipped: Option<NotOurs>,
}

impl Parsed {
    /// A source that is passed over.
    pub fn skipped(reason: NotOurs) -> Self {
        Self { skipped: Some(reason), ..Self::default() }
    }

    fn with_errors(errors: &[SyntaxError]) -> Self {
        let diagnostics = errors.iter().map(SyntaxError::to_diagnostic).collect();
        Self { diagnostics, ..Self::default() }
    }

    /// Adds what a root was lowered to, its resources linked.
    fn add(&mut self, (mut root, diagnostics): (Root, Vec<Diagnostic>)) {
        link(&mut root);
        self.diagnostics.extend(diagnostics);
        self.roots.push(root);
    }

    /// A file that is one of ours and gives nothing, not even an error, is none of ours.
    fn or_skipped(self) -> Self {
        if self.roots.is_empty() && self.diagnostics.is_empty() {
            return Self::skipped(NotOurs::Other);
        }
        self
    }
}

/// Reads a source: finds out what it is, and lowers it.
pub fn parse(sources: &SourceMap, source: SourceId, options: &Options) -> Parsed {
    let file = sources.file(source);
    parse_as(sources, source, detect(file.name(), file.text()), options)
}

/// Reads the files of one Terraform module: the `.tf` and `.tf.json` files of a directory.
pub fn parse_module(sources: &SourceMap, files: &[SourceId], options: &Options) -> Parsed {
    let name = |id: &SourceId| sources.file(*id).name();
    let directory = files.first().map_or("", name).rsplit_once('/').map_or(".", |found| found.0);
    let (json, hcl): (Vec<SourceId>, Vec<SourceId>) =
        files.iter().partition(|id| name(id).to_ascii_lowercase().ends_with(".json"));
    let mut parsed = Parsed::default();
    if !hcl.is_empty() {
        let files: Vec<_> =
            hcl.iter().map(|id| (*id, hcl::parse_file(*id, sources.file(*id).text()))).collect();
        for (_, file) in &files {
            parsed.diagnostics.extend(file.errors.iter().map(SyntaxError::to_diagnostic));
        }
        let lowered = terraform::lower_files(&files, directory, &options.parameters);
        parsed.add(lowered);
    }
    if !json.is_empty() {
        let options = JsonOptions::default();
        let trees: Vec<_> =
            json.iter().map(|id| parse_json(*id, sources.file(*id).text(), &options)).collect();
        for tree in &trees {
            parsed.diagnostics.extend(tree.errors.iter().map(SyntaxError::to_diagnostic));
        }
        let documents: Vec<_> = trees
            .iter()
            .filter_map(|parsed| Some((&parsed.tree, *parsed.tree.documents().first()?)))
            .collect();
        parsed.add(terraform::lower_module(&documents, directory));
    }
    parsed
}

/// Reads a plan of which the sources may be here: the places in them are where its values are,
/// and they tell what parts a value has that the plan does not know.
///
/// `modules` are the files of each directory that may be the plan's root module, the likeliest
/// first: the first one that declares every resource of that module counts. If none does, the
/// first one counts that declares any, if `is_beside` says that the plan lies in its directory.
pub fn parse_plan(sources: &SourceMap, plan: SourceId, modules: &[PlanModule<'_>]) -> Parsed {
    let file = sources.file(plan);
    let parsed = parse_json(plan, file.text(), &terraform::plan_options(file.text()));
    let mut lowered = Parsed::with_errors(&parsed.errors);
    if let Some(document) = parsed.tree.documents().first().copied() {
        let files = sources_of(&parsed.tree, document, sources, modules);
        lowered.add(terraform::lower_plan_of(&parsed.tree, document, file.name(), &files));
    }
    lowered.or_skipped()
}

/// The files of a directory that may be the root module of a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanModule<'m> {
    /// The files.
    pub files: &'m [SourceId],
    /// Whether the plan lies in the same directory.
    pub is_beside: bool,
}

fn sources_of(
    tree: &Tree<'_>,
    document: NodeId,
    sources: &SourceMap,
    modules: &[PlanModule<'_>],
) -> Vec<(SourceId, hcl::File)> {
    let mut partly = Vec::new();
    for module in modules {
        let files = read_module(sources, module.files);
        let declared = terraform::declared_share(tree, document, &files);
        if declared.is_all() {
            return files;
        }
        if module.is_beside && declared.is_any() && partly.is_empty() {
            partly = files;
        }
    }
    partly
}

/// The files in Terraform's own syntax among some.
fn read_module(sources: &SourceMap, files: &[SourceId]) -> Vec<(SourceId, hcl::File)> {
    let file = |id: &SourceId| sources.file(*id);
    let is_hcl = |id: &&SourceId| !file(id).name().to_ascii_lowercase().ends_with(".json");
    let files = files.iter().filter(is_hcl);
    files.map(|id| (*id, hcl::parse_file(*id, file(id).text()))).collect()
}

/// Reads a source of which it is known what it is.
///
/// Files of Terraform's own syntax belong to a module and are not read one by one: they give
/// nothing here.
pub fn parse_as(
    sources: &SourceMap,
    source: SourceId,
    detection: Detection,
    options: &Options,
) -> Parsed {
    let file = sources.file(source);
    let (name, text) = (file.name(), file.text());
    match detection {
        Detection::NotOurs(reason) => Parsed::skipped(reason),
        Detection::IamDocument(syntax) => {
            lower_policies(&read(source, name, text, syntax), name, options)
        }
        Detection::CloudFormation(syntax) => {
            lower_templates(&read(source, name, text, syntax), name, options)
        }
        Detection::TerraformPlan => parse_plan(sources, source, &[]),
        Detection::TerraformJson => {
            Parsed::with_errors(&parse_json(source, text, &JsonOptions::default()).errors)
        }
        Detection::TerraformState | Detection::TerraformHcl | Detection::TerraformVariables(_) => {
            Parsed::default()
        }
    }
}

/// Reads a document of which the syntax is nearly certain. Text that begins like JSON may still
/// be YAML, unless its name says otherwise: the reading without errors counts.
fn read<'s>(source: SourceId, name: &str, text: &'s str, syntax: Syntax) -> ParsedTree<'s> {
    if syntax == Syntax::Yaml {
        return parse_yaml(source, text);
    }
    let json = parse_json(source, text, &JsonOptions::default());
    let is_json_by_name = name.to_ascii_lowercase().ends_with(".json");
    let has_slips = json.errors.iter().any(|error| !error.is_duplicate_key());
    if is_json_by_name || !has_slips {
        return json;
    }
    let yaml = parse_yaml(source, text);
    if yaml.errors.iter().all(SyntaxError::is_duplicate_key) { yaml } else { json }
}

fn lower_policies(parsed: &ParsedTree<'_>, name: &str, options: &Options) -> Parsed {
    let mut lowered = Parsed::with_errors(&parsed.errors);
    for document in parsed.tree.documents() {
        let policies = policy::lower(&parsed.tree, *document, name, options.policy_kind);
        if let Some((root, errors)) = policies {
            lowered.diagnostics.extend(errors.iter().map(SyntaxError::to_diagnostic));
            lowered.roots.push(root);
        }
    }
    lowered.or_skipped()
}

fn lower_templates(parsed: &ParsedTree<'_>, name: &str, options: &Options) -> Parsed {
    let documents = parsed.tree.documents();
    let templates: Vec<NodeId> =
        documents.iter().copied().filter(|document| is_template(&parsed.tree, *document)).collect();
    // Of a file with other documents, errors matter only if a template is among them.
    if templates.is_empty() && documents.len() > 1 {
        return Parsed::skipped(NotOurs::Other);
    }
    let mut lowered = Parsed::with_errors(&parsed.errors);
    for template in templates {
        let (mut root, diagnostics) =
            cloudformation::lower(&parsed.tree, template, name, &options.parameters);
        // What could not be read may have been a resource.
        root.open |= parsed.tree.is_cut(template);
        lowered.add((root, diagnostics));
    }
    lowered.or_skipped()
}

/// Whether a document is a template: it has resources, or says so.
fn is_template(tree: &Tree<'_>, document: NodeId) -> bool {
    if tree.get(document, "AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let Some(resources) = tree.get(document, "Resources") else { return false };
    tree.kind(resources) == Kind::Map
        && tree.own_members(resources).any(|member| {
            let written = tree.get(member.value, "Type").and_then(|node| tree.string(node));
            member.key.starts_with("Fn::") || written.is_some_and(|name| name.contains("::"))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trilith_graph::SourceFile;

    use super::*;
    use crate::load::decode;

    fn parsed(name: &str, text: &str) -> Parsed {
        let mut sources = SourceMap::new();
        let source = sources.add(SourceFile::new(name, text));
        parse(&sources, source, &Options::default())
    }

    #[test]
    fn a_policy_file_becomes_a_root() {
        let text = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let parsed = parsed("policies/admin.json", text);
        assert_eq!((parsed.roots.len(), parsed.skipped), (1, None));
        assert_eq!(&*parsed.roots[0].resources[0].address, "admin");
        assert!(parsed.diagnostics.is_empty());
    }

    #[test]
    fn a_file_that_looks_like_ours_and_does_not_parse_is_reported() {
        let broken = [
            ("t.json", "{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\" ]"),
            ("t.yml", "Resources:\n\tA:\n\t\tType: AWS::S3::Bucket\n"),
            ("p.json", "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": s3:* }]}"),
            ("plan.json", "{\"format_version\": \"1.2\", \"resource_changes\": [{]}"),
        ];
        for (name, text) in broken {
            let parsed = parsed(name, text);
            let [diagnostic] = parsed.diagnostics.as_slice() else { panic!("{name}: {parsed:?}") };
            assert_eq!(&*diagnostic.rule, "unreadable-file", "{name}");
            assert!(diagnostic.primary.span.start > 0, "{name}");
            assert_eq!(parsed.skipped, None, "{name}");
        }
    }

    #[test]
    fn a_template_with_a_gap_keeps_its_other_resources_and_is_open() {
        let broken =
            "Resources:\n  A:\n    Type: \"AWS::S3::Bucket\n  B:\n    Type: AWS::SNS::Topic\n";
        let read = parsed("t.yml", broken);
        assert_eq!(read.diagnostics.len(), 1);
        let root = &read.roots[0];
        assert!(root.open);
        assert!(root.resources.iter().any(|resource| &*resource.address == "B"));
        let whole = parsed("t.yml", "Resources:\n  B:\n    Type: AWS::SNS::Topic\n");
        assert!(!whole.roots[0].open);
    }

    #[test]
    fn a_duplicate_key_names_both_places() {
        let text = "Resources:\n  A: {Type: AWS::S3::Bucket}\n  A: {Type: AWS::SNS::Topic}\n";
        let parsed = parsed("t.yml", text);
        let [diagnostic] = parsed.diagnostics.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(&*diagnostic.rule, "duplicate-key");
        assert_eq!((diagnostic.primary.span.start, diagnostic.related[0].span.start), (42, 13));
    }

    #[test]
    fn text_in_braces_is_read_as_yaml_where_that_is_what_it_is() {
        let text = "{Resources: {A: {Type: AWS::S3::Bucket}}} # flow";
        assert!(parsed("t.template", text).diagnostics.is_empty());
        assert!(!parsed("t.json", text).diagnostics.is_empty());
    }

    #[test]
    fn other_files_are_skipped_with_a_reason() {
        assert_eq!(parsed("a.yml", "a: b").skipped, Some(NotOurs::Other));
        assert_eq!(parsed("a.yml", "").skipped, Some(NotOurs::Empty));
        let fake = "Resources:\n  - a::b\n---\nb: c\n";
        assert_eq!(parsed("a.yml", fake).skipped, Some(NotOurs::Other));
    }

    proptest! {
        #[test]
        fn any_bytes_of_any_name_are_read_without_a_panic(
            name in "[a-z]{1,3}\\.(json|yml|tf|tf\\.json|template|tfvars)",
            start in prop_oneof![
                Just("Resources:\n A:\n  Type: AWS::S3::Bucket\n"),
                Just("{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\","),
                Just("{\"Statement\": [{\"Effect\": \"Allow\","),
                Just("Statement:\n- Effect: Allow\n"),
                Just(""),
            ],
            bytes: Vec<u8>,
            text in "[\\[\\]{}:,\"'\\\\ \n\t&*!|>#%@a-c0-9é-]{0,40}",
        ) {
            let bytes = [start.as_bytes(), text.as_bytes(), &bytes].concat();
            let decoded = decode(bytes);
            parsed(&name, &decoded.text);
        }
    }
}
