//! Generated styles: the same defects in whatever indentation, brackets, quotes, comments and line
//! endings. Whatever the style is, the fix mends the finding, keeps every comment, touches the lines
//! of its own change only, and finds nothing more to do the second time.

use std::cell::RefCell;

use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use trilith::builtin::BUILT_IN;
use trilith_rules::Rule;

use crate::support::{findings, mend};

const CASES: u32 = 16;

/// A value of a document.
#[derive(Debug, Clone)]
enum Node {
    Map(Vec<(&'static str, Node)>),
    List(Vec<Node>),
    Scalar(&'static str),
}

use Node::{List, Map, Scalar};

pub(crate) fn trials() -> Vec<Trial> {
    let documents: Vec<(&'static str, Node)> = vec![
        (
            "kms-key-rotation-off",
            key(&[("Description", Scalar("orders")), ("EnableKeyRotation", Scalar("false"))]),
        ),
        ("kms-key-rotation-off", key(&[("Description", Scalar("orders"))])),
        ("kms-key-rotation-off", resource("AWS::KMS::Key", None)),
        (
            "s3-bucket-without-versioning",
            bucket(vec![("VersioningConfiguration", Map(vec![("Status", Scalar("Suspended"))]))]),
        ),
        ("s3-bucket-without-versioning", bucket(vec![("BucketName", Scalar("logs"))])),
        (
            "s3-public-access-block-off",
            bucket(vec![
                (
                    "PublicAccessBlockConfiguration",
                    Map(vec![
                        ("BlockPublicAcls", Scalar("true")),
                        ("IgnorePublicAcls", Scalar("false")),
                    ]),
                ),
                ("BucketName", Scalar("site")),
            ]),
        ),
        (
            "load-balancer-accepts-invalid-headers",
            resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                Some(vec![
                    (
                        "LoadBalancerAttributes",
                        List(vec![Map(vec![
                            ("Key", Scalar("idle_timeout.timeout_seconds")),
                            ("Value", Scalar("60")),
                        ])]),
                    ),
                    ("Scheme", Scalar("internal")),
                ]),
            ),
        ),
        ("eks-audit-logs-off", resource("AWS::EKS::Cluster", Some(vec![("Name", Scalar("main"))]))),
    ];
    let mut trials: Vec<Trial> = Vec::new();
    for (number, (id, document)) in documents.into_iter().enumerate() {
        let rule = find(id);
        let yaml = document.clone();
        trials.push(Trial::test(format!("styles::{number}::{id}::yaml"), move || {
            generated(rule, "template.yaml", &|style| Printer::new(style).yaml(&yaml))
        }));
        trials.push(Trial::test(format!("styles::{number}::{id}::json"), move || {
            generated(rule, "template.json", &|style| Printer::new(style).json(&document))
        }));
    }
    for (number, (id, module)) in modules().into_iter().enumerate() {
        let rule = find(id);
        trials.push(Trial::test(format!("styles::{number}::{id}::hcl"), move || {
            generated(rule, "main.tf", &|style| Printer::new(style).hcl(&module))
        }));
    }
    trials
}

fn find(id: &str) -> &'static Rule {
    BUILT_IN.iter().find(|rule| rule.id() == id).expect("a rule of this name")
}

fn resource(kind: &'static str, properties: Option<Vec<(&'static str, Node)>>) -> Node {
    let mut own = vec![("Type", Scalar(kind))];
    own.extend(properties.map(|properties| ("Properties", Map(properties))));
    let second = Map(vec![
        ("Type", Scalar("AWS::SNS::Topic")),
        ("Properties", Map(vec![("KmsMasterKeyId", Scalar("alias/own"))])),
    ]);
    Map(vec![
        ("Description", Scalar("generated")),
        ("Resources", Map(vec![("Own", Map(own)), ("Other", second)])),
    ])
}

fn key(properties: &[(&'static str, Node)]) -> Node {
    resource("AWS::KMS::Key", Some(properties.to_vec()))
}

fn bucket(properties: Vec<(&'static str, Node)>) -> Node {
    resource("AWS::S3::Bucket", Some(properties))
}

/// Blocks: type and labels, attributes, blocks inside.
#[derive(Debug, Clone)]
struct Block {
    header: &'static str,
    attributes: Vec<(&'static str, &'static str)>,
    blocks: Vec<Block>,
}

fn block(
    header: &'static str,
    attributes: &[(&'static str, &'static str)],
    blocks: Vec<Block>,
) -> Block {
    Block { header, attributes: attributes.to_vec(), blocks }
}

fn modules() -> Vec<(&'static str, Vec<Block>)> {
    let other = || block("resource \"aws_sns_topic\" \"other\"", &[("name", "\"other\"")], vec![]);
    vec![
        (
            "kms-key-rotation-off",
            vec![
                block(
                    "resource \"aws_kms_key\" \"own\"",
                    &[("description", "\"orders\""), ("enable_key_rotation", "false")],
                    vec![],
                ),
                other(),
            ],
        ),
        (
            "kms-key-rotation-off",
            vec![
                block("resource \"aws_kms_key\" \"own\"", &[("description", "\"orders\"")], vec![]),
                other(),
            ],
        ),
        (
            "kms-key-rotation-off",
            vec![block("resource \"aws_kms_key\" \"own\"", &[], vec![]), other()],
        ),
        (
            "ec2-imdsv1-allowed",
            vec![block(
                "resource \"aws_instance\" \"own\"",
                &[("ami", "\"ami-1\"")],
                vec![block("metadata_options", &[("http_endpoint", "\"enabled\"")], vec![])],
            )],
        ),
        (
            "ec2-imdsv1-allowed",
            vec![block(
                "resource \"aws_instance\" \"own\"",
                &[("ami", "\"ami-1\""), ("instance_type", "\"t3.micro\"")],
                vec![],
            )],
        ),
        (
            "s3-bucket-without-versioning",
            vec![
                block("resource \"aws_s3_bucket\" \"own\"", &[("bucket", "\"own\"")], vec![]),
                other(),
            ],
        ),
        (
            "dynamodb-without-point-in-time-recovery",
            vec![block(
                "resource \"aws_dynamodb_table\" \"own\"",
                &[("name", "\"own\""), ("hash_key", "\"id\"")],
                vec![block("attribute", &[("name", "\"id\""), ("type", "\"S\"")], vec![])],
            )],
        ),
    ]
}

/// How a text is written.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Style {
    indent: usize,
    /// Whether dashes stand below the key of their list.
    flat_lists: bool,
    /// Depth from which collections are in brackets.
    flow_from: usize,
    /// Whether brackets are spread over lines.
    is_spread: bool,
    quote: &'static str,
    /// Which lines have a comment, or one above them.
    comments: Vec<u8>,
    is_crlf: bool,
    ends_with_newline: bool,
    is_aligned: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let shape =
        (prop_oneof![Just(2), Just(3), Just(4), Just(8)], any::<bool>(), 2_usize..9, any::<bool>());
    let words = (prop_oneof![Just(""), Just("'"), Just("\"")], prop::collection::vec(0_u8..4, 12));
    (shape, words, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(
            (indent, flat_lists, flow_from, is_spread),
            (quote, comments),
            is_crlf,
            ends_with_newline,
            is_aligned,
        )| Style {
            indent,
            flat_lists,
            flow_from,
            is_spread,
            quote,
            comments,
            is_crlf,
            ends_with_newline,
            is_aligned,
        },
    )
}

fn generated(
    rule: &'static Rule,
    name: &str,
    print: &dyn Fn(&Style) -> String,
) -> Result<(), Failed> {
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let run = |style: Style| {
        let text = print(&style);
        check(rule, name, &text, &style).map_err(TestCaseError::fail)
    };
    runner.run(&style(), run).map_err(|error| Failed::from(error.to_string()))
}

fn check(rule: &'static Rule, name: &str, text: &str, style: &Style) -> Result<(), String> {
    if findings(name, text, rule).is_empty() {
        return Err(format!("nothing is found in\n{text}"));
    }
    let mended = mend(name, text, rule)?;
    let show = || format!("\n{text}\nbecame\n{}", mended.text);
    if !findings(name, &mended.text, rule).is_empty() || !mended.left.is_empty() {
        return Err(format!("not mended ({:?}):{}", mended.left, show()));
    }
    for number in 0..text.matches("# c").count() {
        let comment = format!("# c{number}.");
        if !mended.text.contains(&comment) {
            return Err(format!("lost {comment}:{}", show()));
        }
    }
    if style.is_crlf && mended.text.replace("\r\n", "").contains('\n') {
        return Err(format!("another line ending:{}", show()));
    }
    if mended.text.ends_with('\n') != text.ends_with('\n') {
        return Err(format!("another end:{}", show()));
    }
    // Every line that does not say the property is as it was, but for the space before `=` and a
    // comma or brace that the new member needs.
    let plain = |line: &str| line.split_whitespace().collect::<String>();
    let after: String = mended.text.lines().map(plain).collect();
    let others = text.lines().filter(|line| {
        line.contains("Other") || line.contains("alias/own") || line.contains("generated")
    });
    for line in others.filter(|line| style.flow_from > 3 && !line.contains("Own")) {
        let line = plain(line);
        if !after.contains(line.trim_end_matches([',', '}'])) {
            return Err(format!("`{line}` changed:{}", show()));
        }
    }
    let again = mend(name, &mended.text, rule)?;
    if again.text != mended.text {
        return Err(format!("it changes again:{}", show()));
    }
    Ok(())
}

struct Printer<'s> {
    style: &'s Style,
    lines: RefCell<usize>,
    comments: RefCell<usize>,
}

impl<'s> Printer<'s> {
    fn new(style: &'s Style) -> Self {
        Self { style, lines: RefCell::new(0), comments: RefCell::new(0) }
    }

    fn finish(&self, text: &str) -> String {
        let mut text = text.trim_end().to_owned();
        if self.style.ends_with_newline {
            text.push('\n');
        }
        if self.style.is_crlf { text.replace('\n', "\r\n") } else { text }
    }

    /// A line with the comments that its style has.
    fn line(&self, indent: usize, content: &str) -> String {
        let number = self.lines.replace_with(|old| *old + 1);
        let kind = self.style.comments[number % self.style.comments.len()];
        let comment = || format!("# c{}.", self.comments.replace_with(|old| *old + 1));
        let space = " ".repeat(indent);
        match kind {
            1 => format!("{space}{content} {}\n", comment()),
            2 => format!("{space}{}\n{space}{content}\n", comment()),
            _ => format!("{space}{content}\n"),
        }
    }

    fn scalar(&self, text: &str) -> String {
        let is_bare = matches!(text, "true" | "false");
        let quote = if is_bare { "" } else { self.style.quote };
        format!("{quote}{text}{quote}")
    }

    fn yaml(&self, top: &Node) -> String {
        let text = self.block(top, 0, 0);
        self.finish(&text)
    }

    fn block(&self, node: &Node, indent: usize, depth: usize) -> String {
        match node {
            Map(members) => {
                members.iter().map(|(key, value)| self.member(key, value, indent, depth)).collect()
            }
            List(items) => items
                .iter()
                .map(|item| match item {
                    Map(members) if depth < self.style.flow_from => {
                        let inner: String =
                            self.block(&Map(members.clone()), indent + 2, depth + 1);
                        // The dash stands where the first member is indented, unless a comment does.
                        let first = inner.find(|c: char| c != ' ').unwrap_or(0);
                        let dash = " ".repeat(indent);
                        if inner[first..].starts_with('#') {
                            format!("{dash}-\n{inner}")
                        } else {
                            format!("{dash}- {}", &inner[first..])
                        }
                    }
                    item => self.line(indent, &format!("- {}", self.flow(item))),
                })
                .collect(),
            Scalar(text) => self.line(indent, &self.scalar(text)),
        }
    }

    fn member(&self, key: &str, value: &Node, indent: usize, depth: usize) -> String {
        match value {
            Scalar(text) => self.line(indent, &format!("{key}: {}", self.scalar(text))),
            _ if depth + 1 >= self.style.flow_from => {
                self.line(indent, &format!("{key}: {}", self.flow(value)))
            }
            Map(_) => {
                let head = self.line(indent, &format!("{key}:"));
                head + &self.block(value, indent + self.style.indent, depth + 1)
            }
            List(_) => {
                let head = self.line(indent, &format!("{key}:"));
                let dash = if self.style.flat_lists { 0 } else { self.style.indent };
                head + &self.block(value, indent + dash, depth + 1)
            }
        }
    }

    fn flow(&self, node: &Node) -> String {
        match node {
            Map(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", self.flow(value)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
            List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Scalar(text) if text.contains(':') && self.style.quote.is_empty() => {
                format!("\"{text}\"")
            }
            Scalar(text) => self.scalar(text),
        }
    }

    fn json(&self, top: &Node) -> String {
        let text = self.braces(top, 0, 0);
        self.finish(&text)
    }

    fn braces(&self, node: &Node, indent: usize, depth: usize) -> String {
        let (open, close, parts): (char, char, Vec<String>) = match node {
            Map(members) => {
                let member = |(key, value): &(&'static str, Node)| {
                    format!(
                        "\"{key}\": {}",
                        self.braces(value, indent + self.style.indent, depth + 1)
                    )
                };
                ('{', '}', members.iter().map(member).collect())
            }
            List(items) => (
                '[',
                ']',
                items
                    .iter()
                    .map(|item| self.braces(item, indent + self.style.indent, depth + 1))
                    .collect(),
            ),
            Scalar(text @ ("true" | "false")) => return (*text).to_owned(),
            Scalar(text) => return format!("\"{text}\""),
        };
        if !self.style.is_spread || depth >= self.style.flow_from {
            return format!("{open}{}{close}", parts.join(", "));
        }
        let inner = " ".repeat(indent + self.style.indent);
        format!(
            "{open}\n{inner}{}\n{}{close}",
            parts.join(&format!(",\n{inner}")),
            " ".repeat(indent)
        )
    }

    fn hcl(&self, blocks: &[Block]) -> String {
        let text: String = blocks.iter().map(|block| self.hcl_block(block, 0) + "\n").collect();
        self.finish(&text)
    }

    fn hcl_block(&self, block: &Block, indent: usize) -> String {
        let Block { header, attributes, blocks } = block;
        if blocks.is_empty() && attributes.len() < 2 && !self.style.is_spread {
            let inside = |(name, value): &(&str, &str)| format!(" {name} = {value} ");
            let inside: String = attributes.iter().map(inside).collect();
            return self.line(indent, &format!("{header} {{{inside}}}"));
        }
        let inner = indent + self.style.indent;
        let width = attributes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let width = if self.style.is_aligned { width } else { 0 };
        let mut text = self.line(indent, &format!("{header} {{"));
        for (name, value) in attributes {
            text += &self.line(inner, &format!("{name:width$} = {value}"));
        }
        for block in blocks {
            text += "\n";
            text += &self.hcl_block(block, inner);
        }
        text + &" ".repeat(indent) + "}\n"
    }
}
