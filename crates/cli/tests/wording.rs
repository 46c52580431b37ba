//! What rules say about Terraform names nothing that only CloudFormation knows.
//!
//! Every failing example in Terraform of every rule is checked. What stands in backticks in the
//! help, the message and the labels is looked up in the extracts of both schemas, on their own
//! and not through the tables that the words were found with.
#![expect(clippy::disallowed_methods, reason = "tests read the schemas")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use trilith::analyse::analyse;
use trilith::builtin::BUILT_IN;
use trilith::testing::example::{self, apply};
use trilith::wording::in_source_words;
use trilith_graph::Diagnostic;
use trilith_parser::Options;

/// The names of all depths, by type.
fn names(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/parser/data/schemas").join(file);
    let text = fs::read_to_string(path).expect("the extract");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split_whitespace().next().unwrap_or_default().to_owned();
        if line.starts_with(' ') {
            found.entry(current.clone()).or_default().insert(name);
        } else {
            current.clone_from(&name);
            found.entry(name).or_default();
        }
    }
    found
}

/// What the rules find in their failing examples in Terraform, in Terraform's words.
fn findings() -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in BUILT_IN {
        let examples = example::examples(rule).into_iter();
        let failing = examples.filter(|one| one.section == "Fails");
        for example in failing.filter(|one| one.format.family() == "terraform") {
            let analysis = analyse(example.inputs(), &Options::default());
            found.extend(apply(&analysis, rule).diagnostics);
        }
    }
    in_source_words(&mut found);
    found
}

fn texts(diagnostic: &Diagnostic) -> Vec<&str> {
    let remarks = diagnostic.related.iter().filter(|label| !label.is_step);
    let mut texts = vec![diagnostic.message.as_str(), diagnostic.primary.message.as_str()];
    texts.extend(diagnostic.help.as_deref());
    texts.extend(remarks.map(|label| label.message.as_str()));
    texts
}

/// What stands in backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The words in backticks: `a.b` is two.
fn words(text: &str) -> impl Iterator<Item = &str> {
    code(text)
        .flat_map(|code| code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| !word.is_empty())
}

/// What a policy document calls things in every format.
const POLICY_WORDS: [&str; 6] =
    ["Action", "Condition", "NotAction", "NotPrincipal", "Principal", "Resource"];

#[test]
fn no_text_about_terraform_names_what_only_cloudformation_knows() {
    let (cloudformation, terraform) = (names("cloudformation.txt"), names("terraform.txt"));
    let findings = findings();
    assert!(findings.len() > 150, "{}", findings.len());
    let mut wrong = BTreeSet::new();
    for diagnostic in &findings {
        let subject = diagnostic.subject.as_ref().expect("a rule names a resource");
        let is_in_policy = subject.path.to_string().contains("Statement/");
        let properties = cloudformation.get(&*subject.resource_type);
        let attributes = terraform.get(&*subject.source_type);
        for text in texts(diagnostic) {
            for word in words(text) {
                let is_property = properties.is_some_and(|names| names.contains(word));
                let is_attribute = attributes.is_some_and(|names| names.contains(word));
                let is_of_policy = is_in_policy && POLICY_WORDS.contains(&word);
                if is_property && !is_attribute && !is_of_policy {
                    wrong.insert(format!("{}: `{word}` in: {text}", diagnostic.rule));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_advised_for_terraform_exists_there() {
    let terraform = names("terraform.txt");
    let all: BTreeSet<&str> = terraform.values().flatten().map(String::as_str).collect();
    // Containers are a JSON document with the words of the service, parameters are values, and the
    // names of actions are those of IAM. `audit` is a log, and `account_ids` a key of the free map
    // `permissions`.
    let is_other = |source_type: &str, code: &str| {
        source_type == "aws_ecs_task_definition"
            || source_type.ends_with("_parameter_group")
            || code.contains(':')
            || matches!(code, "audit" | "account_ids")
    };
    let mut advised = 0;
    let mut wrong = BTreeSet::new();
    for diagnostic in findings() {
        let subject = diagnostic.subject.as_ref().expect("a rule names a resource");
        let Some(own) = terraform.get(&*subject.source_type) else { continue };
        let help = diagnostic.help.as_deref().unwrap_or_default();
        let types: Vec<&str> = words(help).filter(|word| word.starts_with("aws_")).collect();
        let code = code(help).filter(|code| !is_other(&subject.source_type, code));
        let words = code.flat_map(|code| code.split('.')).filter(|word| all.contains(word));
        for word in words {
            advised += 1;
            let is_of_named = types.iter().any(|name| {
                terraform.get(*name).is_some_and(|attributes| attributes.contains(word))
            });
            // Blocks of a policy document are no attributes of the resource.
            let is_of_policy = subject.path.to_string().contains("Statement/");
            if !own.contains(word) && !is_of_named && !is_of_policy {
                wrong.insert(format!("{} {}: `{word}`", diagnostic.rule, subject.source_type));
            }
        }
    }
    assert!(advised > 50, "{advised}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_file_says_its_own_words_in_every_format() {
    let module = "resource \"aws_kms_key\" \"data\" {\n  enable_key_rotation = false\n}\n";
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wording");
    fs::create_dir_all(&directory).expect("a directory");
    fs::write(directory.join("main.tf"), module).expect("a file");
    for format in ["pretty", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_trilith"))
            .args(["check", "--no-config", "--select", "kms-key-rotation-off", "--format", format])
            .arg(&directory)
            .output()
            .expect("the command runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("kms-key-rotation-off"), "{format}: {text}");
        assert!(!text.contains("set `EnableKeyRotation` to true"), "{format}: {text}");
    }
    fs::remove_dir_all(&directory).expect("it is there");
}
