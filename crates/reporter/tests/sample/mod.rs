//! A small report that has a bit of everything.

#![allow(dead_code, reason = "not every test file uses every part")]
#![allow(clippy::unwrap_used, reason = "support of tests")]

use trilith_graph::{Diagnostic, Severity, SourceFile, SourceId, SourceMap, Span, Subject, Within};
use trilith_reporter::{
    Confidence, Format, PracticeRef, RenderOptions, Report, RuleCard, Summary, WaivedFinding,
    render,
};

pub(crate) const TEMPLATE: &str = "\
Parameters:
  World:
    Type: String
    Default: 0.0.0.0/0
Resources:
  Sg:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref World}
  Datenbank_äöü:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: correct-horse-battery
";

pub(crate) const MODULE: &str = "\
resource \"aws_s3_bucket\" \"this\" {
  bucket = var.name
}
";

pub(crate) const BROKEN: &str = "Resources:\n  A: [oops\n";

/// A report that owns what it is about.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) sources: SourceMap,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) waived: Vec<WaivedFinding>,
    pub(crate) rules: Vec<RuleCard>,
    pub(crate) masks: Vec<Span>,
    pub(crate) summary: Summary,
    pub(crate) root_prefix: &'static str,
}

impl Sample {
    /// A file and the id to point into it with.
    pub(crate) fn file(&mut self, name: &str, text: &str) -> SourceId {
        self.sources.add(SourceFile::new(name, text))
    }

    /// The span of the only occurrence of `text`.
    pub(crate) fn span(&self, source: SourceId, text: &str) -> Span {
        let whole = self.sources.file(source).text();
        assert_eq!(whole.matches(text).count(), 1, "`{text}`");
        let start = whole.find(text).unwrap() as u32;
        Span::new(source, start, start + text.len() as u32)
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            sources: &self.sources,
            diagnostics: &self.diagnostics,
            waived: &self.waived,
            rules: &self.rules,
            masks: &self.masks,
            summary: self.summary.clone(),
            root_prefix: self.root_prefix,
        }
    }

    pub(crate) fn render(&self, format: Format, options: &RenderOptions) -> String {
        let mut out = Vec::new();
        render(&self.report(), format, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub(crate) fn text(&self, format: Format) -> String {
        let options = RenderOptions { tool_version: "0.1.0".into(), ..RenderOptions::default() };
        self.render(format, &options)
    }
}

pub(crate) fn subject(
    address: &str,
    resource_type: &str,
    source_type: &str,
    path: &str,
) -> Subject {
    Subject {
        root: trilith_graph::RootId(0),
        enclosed: Vec::new(),
        address: address.into(),
        declared: Span::at(SourceId(0), 0),
        construct: None,
        resource_type: resource_type.into(),
        source_type: source_type.into(),
        path: path.into(),
        instances: Vec::new(),
    }
}

pub(crate) fn card(id: &'static str, title: &'static str, severity: Severity) -> RuleCard {
    let mut card = RuleCard::new(id, title, severity);
    card.help_uri = format!("https://trilith.dev/rules/{id}").into();
    card
}

pub(crate) fn practice(id: &'static str, slug: &'static str, title: &'static str) -> PracticeRef {
    PracticeRef { id: id.into(), slug: slug.into(), title: title.into(), url: "".into() }
}

pub(crate) fn everything() -> Sample {
    let mut sample = Sample::default();
    let template = sample.file("network/template.yaml", TEMPLATE);
    let module = sample.file("modules/bucket/main.tf", MODULE);
    let broken = sample.file("stacks/logs [1].yaml", BROKEN);
    sample.rules = rules();
    sample.masks = vec![sample.span(template, "correct-horse-battery")];
    sample.summary = Summary {
        files_checked: 3,
        files_unreadable: 1,
        resources: 5,
        rules_applied: 4,
        unknowns: 3,
        findings_waived: 2,
        ..Summary::default()
    };
    let mut open = Diagnostic::new(
        "security-group-open-to-world",
        Severity::Critical,
        sample.span(template, "!Ref World"),
        "SSH is open to the whole internet",
    )
    .label("anyone can reach port 22")
    .related(sample.span(template, "0.0.0.0/0"), "the default says so")
    .help("use Session Manager and drop the rule, or name the range you mean");
    open.notes.push("the default of `World` is assumed".into());
    let span = sample.span(template, "SecurityGroupIngress");
    open.within = Some(Within { span, name: "SecurityGroupIngress".into() });
    let path = "SecurityGroupIngress/0/CidrIp";
    open.subject = Some(subject("Sg", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroup", path));
    let mut password = Diagnostic::new(
        "rds-password-in-template",
        Severity::High,
        sample.span(template, "correct-horse-battery"),
        "the master password is written in the template",
    )
    .label("in clear text")
    .related(sample.span(template, "Datenbank_äöü"), "");
    let rds = "AWS::RDS::DBInstance";
    password.subject = Some(subject("Datenbank_äöü", rds, rds, "MasterUserPassword"));
    let mut tls = Diagnostic::new(
        "s3-bucket-without-tls",
        Severity::Medium,
        sample.span(module, "resource \"aws_s3_bucket\" \"this\""),
        "the bucket policy does not demand TLS",
    )
    .help("add a statement that denies `aws:SecureTransport` = false");
    let mut bucket =
        subject("module.logs.aws_s3_bucket.this", "AWS::S3::Bucket", "aws_s3_bucket", "");
    bucket.instances = vec![
        "module.assets[\"a.b\"].aws_s3_bucket.this".into(),
        "module.raw.aws_s3_bucket.this".into(),
    ];
    tls.subject = Some(bucket);
    tls.only_when = Some("`IsProd` is false".into());
    let syntax = Diagnostic::new(
        "unreadable-file",
        Severity::High,
        sample.span(broken, "[oops\n"),
        "this template cannot be read, so nothing in it was checked",
    )
    .label("this list is not closed");
    sample.diagnostics = vec![open, password, tls, syntax];
    sample
}

fn rules() -> Vec<RuleCard> {
    let mut open = card(
        "security-group-open-to-world",
        "Security group open to the world",
        Severity::Critical,
    );
    open.summary = "A port for administration can be reached by anyone.".into();
    open.help_text = "Why: scanners find it within minutes.".into();
    open.help_markdown = "## Why\nScanners find it *within minutes*.".into();
    open.confidence = Confidence::High;
    open.practices = vec![practice(
        "SEC05-BP02",
        "control-traffic-at-all-layers",
        "Control traffic flow within your network layers",
    )];
    open.tags = vec!["ec2".into(), "network".into()];
    open.aliases = vec!["CKV_AWS_24".into()];
    let mut syntax = card("unreadable-file", "File that cannot be read", Severity::High);
    syntax.unreadable = true;
    let tls = card("s3-bucket-without-tls", "Bucket without TLS", Severity::Medium);
    vec![open, syntax, tls]
}
