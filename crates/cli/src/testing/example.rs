//! Examples of rule pages: reading, running, rewriting.
//!
//! A line that must be reported ends in `# finding` (or `// finding` in JSON); an example without
//! marks must be clean.

use std::sync::Arc;

use trilith_graph::{PropertyPath, SourceId};
use trilith_parser::tree::{Kind, NodeId, Tree, parse_yaml};
use trilith_parser::{HclShape, Options};
use trilith_rules::page::{Fence, fences};
use trilith_rules::{Outcome, Rule, evaluate, evaluate_packages};

use crate::analyse::{Analysis, Input, analyse};
use crate::documents;

/// What an example is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A CloudFormation template in YAML.
    TemplateYaml,
    /// A CloudFormation template in JSON.
    TemplateJson,
    /// A module in Terraform's own syntax.
    Terraform,
    /// A module in Terraform's JSON syntax.
    TerraformJson,
    /// A plan.
    Plan,
    /// A policy document.
    Iam,
}

impl Format {
    /// The format that a rule must speak or say why not.
    pub fn family(self) -> &'static str {
        match self {
            Self::TemplateYaml | Self::TemplateJson => "cloudformation",
            Self::Terraform | Self::TerraformJson | Self::Plan => "terraform",
            Self::Iam => "iam",
        }
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::TemplateYaml => "template.yaml",
            Self::TemplateJson => "template.json",
            Self::Terraform => "main.tf",
            Self::TerraformJson => "main.tf.json",
            Self::Plan => "plan.json",
            Self::Iam => "policy.json",
        }
    }
}

/// The format of a fence: `yaml`, `json cloudformation`, `hcl`, `json terraform`, `json plan`,
/// `json iam`.
pub fn format_of(fence: &Fence<'_>) -> Option<Format> {
    let word = fence.info.first().copied().unwrap_or_default();
    Some(match (fence.language, word) {
        ("yaml", "" | "cloudformation") => Format::TemplateYaml,
        ("json", "" | "cloudformation") => Format::TemplateJson,
        ("hcl" | "terraform", _) => Format::Terraform,
        ("json", "terraform") => Format::TerraformJson,
        ("json", "plan") => Format::Plan,
        ("json", "iam") => Format::Iam,
        _ => return None,
    })
}

/// A fenced example.
#[derive(Debug, Clone)]
pub struct Example {
    /// `Fails` or `Passes`.
    pub section: String,
    /// What it is written in.
    pub format: Format,
    /// The code without its marks.
    pub code: String,
    /// Line of the page on which it starts.
    pub page_line: usize,
    /// Lines of the code (from 1) that end in a mark, once per expected finding.
    pub marked: Vec<usize>,
}

/// A finding in an example.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its line in the example.
    pub line: usize,
    /// Address of the resource; empty for a finding about no resource.
    pub address: Arc<str>,
    /// The property.
    pub path: PropertyPath,
    /// What it says.
    pub message: String,
}

/// The examples of a rule's page.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let fences = fences(&rule.page);
    let wanted = fences.iter().filter(|fence| matches!(fence.section, "Fails" | "Passes"));
    let example = |fence: &Fence<'_>| {
        let (code, marked) = take_marks(fence.code);
        Some(Example {
            section: fence.section.to_owned(),
            format: format_of(fence)?,
            code,
            page_line: fence.line,
            marked,
        })
    };
    wanted.filter_map(example).collect()
}

/// The code without its marks, and their lines. `# finding x2` stands for two findings.
fn take_marks(code: &str) -> (String, Vec<usize>) {
    let mut clean = String::new();
    let mut marked = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mark = ["# finding", "// finding"]
            .iter()
            .find_map(|mark| line.find(mark).map(|at| (at, mark.len())));
        let kept = match mark {
            Some((at, length)) => {
                let rest = line[at + length..].trim();
                let count =
                    rest.strip_prefix('x').and_then(|n| n.split(':').next()?.trim().parse().ok());
                marked.extend(std::iter::repeat_n(index + 1, count.unwrap_or(1)));
                line[..at].trim_end()
            }
            None => line,
        };
        clean.push_str(kept);
        clean.push('\n');
    }
    (clean, marked)
}

impl Example {
    /// Whether it is a CloudFormation template in YAML.
    pub fn is_template(&self) -> bool {
        self.format == Format::TemplateYaml
    }

    /// The file that the example stands for.
    pub fn inputs(&self) -> Vec<Input> {
        vec![Input::new(self.format.file_name(), self.code.clone())]
    }

    /// What a rule finds in it. That the example itself cannot be read is an error.
    pub fn run(&self, rule: &Rule) -> Result<Vec<Found>, String> {
        let analysis = analyse(self.inputs(), &Options::default());
        if analysis.files == 0 {
            return Err(format!("not taken for ours: {:?}\n{}", analysis.skipped, self.code));
        }
        if let Some(problem) = analysis.diagnostics.first() {
            let line = analysis.sources.start(problem.primary.span).line;
            return Err(format!("line {line}: {}\n{}", problem.message, self.code));
        }
        let outcome = apply(&analysis, rule);
        if let Some(broken) = outcome.broken.first() {
            return Err(broken.problem.to_string());
        }
        let found = outcome.diagnostics.iter().map(|diagnostic| {
            let subject = diagnostic.subject.as_ref();
            Found {
                line: analysis.sources.start(diagnostic.primary.span).line as usize,
                address: subject.map_or_else(|| "".into(), |subject| subject.address.clone()),
                path: subject.map(|subject| subject.path.clone()).unwrap_or_default(),
                message: diagnostic.message.clone(),
            }
        });
        Ok(found.collect())
    }

    /// The same template in JSON, its resources in the opposite order if asked.
    #[must_use]
    pub fn as_json(&self, reverse: bool) -> Self {
        let parsed = parse_yaml(SourceId(0), &self.code);
        let tree = &parsed.tree;
        let code = match tree.documents().first() {
            Some(top) => to_json(tree, *top, reverse.then_some("Resources")).to_string(),
            None => String::new(),
        };
        Self { format: Format::TemplateJson, code, ..self.clone() }
    }
}

/// Applies one rule, whatever it is shown.
pub fn apply(analysis: &Analysis, rule: &Rule) -> Outcome {
    let mut outcome = evaluate(&analysis.graph, &[rule]);
    if !rule.looks_at_resources() {
        let wanted = documents::are_wanted(&[rule]);
        let raw = if wanted { documents::of(analysis, HclShape::default()) } else { Vec::new() };
        outcome.join(evaluate_packages(&analysis.graph, &[rule], &raw, false, None));
    }
    outcome
}

/// A node as JSON, short tags in their long form.
fn to_json(tree: &Tree<'_>, node: NodeId, reverse: Option<&str>) -> serde_json::Value {
    use serde_json::Value as Json;
    let plain = match tree.kind(node) {
        Kind::Null => Json::Null,
        Kind::Bool(value) => value.into(),
        Kind::Int(value) => value.into(),
        Kind::Float(value) => value.into(),
        Kind::List => tree.items(node).map(|item| to_json(tree, item, None)).collect(),
        Kind::Map => {
            let members = tree.members(node);
            let members = members.iter().map(|member| {
                let mut value = to_json(tree, member.value, None);
                if reverse == Some(&**member.key)
                    && let Json::Object(object) = value
                {
                    value = Json::Object(object.into_iter().rev().collect());
                }
                (member.key.to_string(), value)
            });
            Json::Object(members.collect())
        }
        Kind::String | Kind::PlainString | Kind::Alias(_) => tree.text(node).into(),
    };
    match tree.tag(node) {
        None => plain,
        Some(name @ ("Ref" | "Condition")) => serde_json::json!({ name: plain }),
        Some("GetAtt") => match &plain {
            Json::String(text) => {
                let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
                serde_json::json!({ "Fn::GetAtt": [id, attribute] })
            }
            _ => serde_json::json!({ "Fn::GetAtt": plain }),
        },
        Some(name) => serde_json::json!({ format!("Fn::{name}"): plain }),
    }
}
