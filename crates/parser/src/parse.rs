//! From one source to roots of the resource graph, whatever it is written in.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Root, SourceId, SourceMap, Value};

use crate::detect::{Detection, NotOurs, Syntax, detect};
use crate::link::link;
use crate::policy::{self, PolicyKind};
use crate::problem::is_unreadable;
use crate::terraform::{Project, TerraformFile};
use crate::tree::{
    JsonOptions, Kind, NodeId, ParsedTree, SyntaxError, Tree, parse_json, parse_yaml,
};
use crate::{cloudformation, terraform};

/// What is known of a source besides its text.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values of parameters and variables, by name. Pseudo parameters such as `AWS::Region` may
    /// be among them.
    pub parameters: BTreeMap<String, String>,
    /// What policy documents that stand alone are attached to, where it is known.
    pub policy_kind: Option<PolicyKind>,
    /// Values of the input variables of Terraform's root modules.
    pub variables: terraform::Variables,
}

/// Tells what is known of each source: not the same everywhere where a repository has several
/// configurations.
pub trait Reading: Sync {
    /// What is known of the file, or of the module in the directory, with a name.
    fn options(&self, name: &str) -> &Options;
}

impl Reading for Options {
    fn options(&self, _name: &str) -> &Options {
        self
    }
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

    fn append(&mut self, other: Self) {
        self.roots.extend(other.roots);
        self.diagnostics.extend(other.diagnostics);
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

/// Reads Terraform files: every module that no other of them calls becomes a root, with what it
/// calls inside.
pub fn parse_modules(sources: &SourceMap, files: &[SourceId], options: &Options) -> Parsed {
    let mut parsed = Parsed::default();
    let files: Vec<TerraformFile> =
        files.iter().map(|id| TerraformFile::parse(sources, *id)).collect();
    for file in &files {
        parsed.diagnostics.extend(file.diagnostics());
    }
    let project = Project::new(files);
    for root in project.roots() {
        parsed.append(lower_root(sources, &project, root, options));
    }
    parsed
}

/// Reads one root module of a project, its resources linked.
pub fn lower_root(sources: &SourceMap, project: &Project, root: &str, options: &Options) -> Parsed {
    let mut parsed = Parsed::default();
    parsed.add(project.lower(sources, root, &options.variables));
    parsed
}

/// Reads a plan of which the sources may be here: the places in them are where its values are,
/// and they tell what parts a value has that the plan does not know.
///
/// `modules` are the directories of the project that may be the plan's root module, the likeliest
/// first: the first one that declares every resource of that module counts. If none does, the
/// first one counts that declares any, if `is_beside` says that the plan lies in it.
pub fn parse_plan(
    sources: &SourceMap,
    plan: SourceId,
    project: &Project,
    modules: &[PlanModule<'_>],
) -> Parsed {
    let file = sources.file(plan);
    let parsed = terraform::plan_tree(plan, file.text());
    let mut lowered = Parsed::with_errors(&parsed.errors);
    if let Some(document) = parsed.tree.documents().first().copied() {
        let root = root_of_plan(&parsed.tree, document, project, modules);
        let made_of = root.map(|root| terraform::MadeOf { sources, project, root });
        lowered.add(terraform::lower_plan_of(&parsed.tree, document, file.name(), made_of));
    }
    lowered.or_skipped()
}

/// A directory that may be the root module of a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanModule<'m> {
    /// Its name.
    pub directory: &'m str,
    /// Whether the plan lies in it.
    pub is_beside: bool,
}

/// The directory that a plan was made of.
fn root_of_plan<'m>(
    tree: &Tree<'_>,
    document: NodeId,
    project: &Project,
    modules: &[PlanModule<'m>],
) -> Option<&'m str> {
    let mut partly = None;
    for PlanModule { directory, is_beside } in modules {
        let declared = terraform::declared_share(tree, document, project, directory);
        if declared.is_all() {
            return Some(directory);
        }
        if *is_beside && declared.is_any() && partly.is_none() {
            partly = Some(*directory);
        }
    }
    partly
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
    parse_seen(sources, source, detection, options, &mut |_| {})
}

/// [`parse_as`], with a look at the tree of a template or policy document on the way, for those
/// who want something else from it than resources.
pub fn parse_seen(
    sources: &SourceMap,
    source: SourceId,
    detection: Detection,
    options: &Options,
    see: &mut dyn FnMut(&Tree<'_>),
) -> Parsed {
    let file = sources.file(source);
    let (name, text) = (file.name(), file.text());
    let mut read = |syntax| {
        let parsed = read(source, name, text, syntax);
        see(&parsed.tree);
        parsed
    };
    let parsed = match detection {
        Detection::NotOurs(reason) => Parsed::skipped(reason),
        Detection::IamDocument(syntax) => lower_policies(&read(syntax), name, options),
        Detection::CloudFormation(syntax) => lower_templates(&read(syntax), name, options),
        Detection::TerraformPlan => parse_plan(sources, source, &Project::default(), &[]),
        Detection::TerraformJson => {
            Parsed::with_errors(&parse_json(source, text, &JsonOptions::default()).errors)
        }
        Detection::TerraformState | Detection::TerraformHcl | Detection::TerraformVariables(_) => {
            Parsed::default()
        }
    };
    // Where the path is yet to be filled in, so may be the file: what can be read of it is.
    let is_broken = |diagnostic: &Diagnostic| is_unreadable(&diagnostic.rule);
    if name.contains("{{") && parsed.diagnostics.iter().any(is_broken) {
        return Parsed::skipped(NotOurs::Cookiecutter);
    }
    parsed
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

/// Reads the template of a nested stack with the values that its parent passes. Syntax errors are
/// told when the file is read on its own.
pub(crate) fn parse_child(
    sources: &SourceMap,
    source: SourceId,
    options: &Options,
    passed: &BTreeMap<Arc<str>, Value>,
) -> Option<(Root, Vec<Diagnostic>)> {
    let file = sources.file(source);
    let (name, text) = (file.name(), file.text());
    let Detection::CloudFormation(syntax) = detect(name, text) else { return None };
    let tree = read(source, name, text, syntax).tree;
    let template = tree.documents().iter().copied().find(|node| is_template(&tree, *node))?;
    // What the user gives is for the stack that is created, but the place is the same.
    let given = options.parameters.iter().filter(|(name, _)| name.starts_with("AWS::"));
    let given = given.map(|(name, value)| (name.clone(), value.clone())).collect();
    let (mut root, diagnostics) =
        cloudformation::lower_nested(&tree, template, name, &given, passed);
    root.open |= tree.is_cut(template);
    Some((root, diagnostics))
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
        // A cookiecutter's file is read if it can be.
        let template = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n";
        assert_eq!(parsed("{{ x }}/a.yml", template).roots.len(), 1);
        let broken = format!("{template}{{% if a %}}\n  B: {{}}\n{{% endif %}}\n");
        assert_eq!(parsed("{{ x }}/a.yml", &broken).skipped, Some(NotOurs::Cookiecutter));
        assert_eq!(parsed("x/a.yml", &broken).skipped, None);
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
