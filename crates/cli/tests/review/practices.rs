//! Every practice that a template can show is moved by one: from not evidenced to met, and to
//! violated.

use std::collections::BTreeSet;
use std::fs;

use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::Severity;
use trilith_parser::Options;
use trilith_reporter::{Report, Summary, shown};
use trilith_review::{
    Attestation, Checkability, Practice, PracticeRow, Reproduce, Review, Run, Verdict, assess,
};
use trilith_rules::{Rule, Settings, evaluate_with};
use trilith_waivers::Expiry;

use super::{TODAY, root};

fn settings() -> Settings {
    Settings {
        classification_tag: Some("data-classification".into()),
        classes: ["public", "internal", "restricted"].map(str::to_owned).to_vec(),
        ..Settings::default()
    }
}

fn attestation(slug: &'static str, expires: &str) -> Attestation {
    Attestation {
        slug,
        statement: "the rest is in order".into(),
        link: "https://wiki.example.com".into(),
        owner: "@security".into(),
        date: Expiry::parse("2026-01-01"),
        expires: Expiry::parse(expires),
        line: 1,
    }
}

/// Reviews files, with what somebody vouches for.
fn review(inputs: Vec<Input>, attestations: &[Attestation]) -> Review {
    let settings = settings();
    let analysis = analyse(inputs, &Options::default());
    assert!(
        analysis.diagnostics.iter().all(|one| one.severity < Severity::Medium),
        "{:?}",
        analysis.diagnostics
    );
    let own = trilith_review::rules();
    // As the command does it: rules in preview do not apply by themselves.
    let rules: Vec<&Rule> =
        BUILT_IN.iter().filter(|rule| rule.metadata.status != "preview").chain(&own).collect();
    let options = trilith_rules::Options { settings: &settings, ..Default::default() };
    let outcome = evaluate_with(&analysis.graph, &rules, options);
    let report = Report {
        sources: &analysis.sources,
        diagnostics: &outcome.diagnostics,
        waived: &[],
        rules: &[],
        masks: &[],
        summary: Summary::default(),
        root_prefix: "",
    };
    let (open, _) = shown(&report, false);
    assess(&Run {
        graph: &analysis.graph,
        sources: &analysis.sources,
        settings: &settings,
        rules: &rules,
        rules_left_out: 0,
        looked: &outcome.applied,
        open: &open,
        accepted: Vec::new(),
        undecided: &outcome.undecided,
        unreadable: Vec::new(),
        skipped: Vec::new(),
        files: analysis.files,
        paths: vec![".".into()],
        attestations,
        frameworks: &[],
        today: TODAY.parse().unwrap(),
        tool_version: "0".into(),
        reproduce: Reproduce::default(),
        most_places: 5,
    })
}

fn row<'r>(review: &'r Review, practice: &Practice) -> &'r PracticeRow {
    review.practices.iter().find(|row| row.slug == practice.basics.slug).unwrap()
}

fn visible() -> Vec<Practice> {
    let all = trilith_review::practices().into_iter();
    all.filter(|one| one.checkability != Checkability::Organisational).collect()
}

/// The one file of a case.
fn case(practice: &Practice, kind: &str) -> Vec<Input> {
    let folder = root().join("testdata/review/practices").join(practice.basics.slug).join(kind);
    let files: Vec<_> =
        fs::read_dir(&folder).unwrap_or_else(|_| panic!("{}", folder.display())).collect();
    assert_eq!(files.len(), 1, "{}", folder.display());
    let path = files[0].as_ref().unwrap().path();
    let name = format!("{kind}/{}", path.file_name().unwrap().to_string_lossy());
    vec![Input::new(name, fs::read_to_string(path).unwrap())]
}

/// A template that says nothing about security.
fn nothing() -> Vec<Input> {
    let text = "Resources:\n  Wait:\n    Type: AWS::CloudFormation::WaitConditionHandle\n";
    vec![Input::new("nothing.yaml", text)]
}

#[test]
fn a_template_moves_each_visible_practice_to_met() {
    let practices = visible();
    assert_eq!(practices.len(), 52);
    let mut wrong = Vec::new();
    for practice in &practices {
        let slug = practice.basics.slug;
        let vouched = [attestation(slug, "2027-01-01")];
        let before = review(nothing(), &[]);
        assert_eq!(row(&before, practice).verdict, Verdict::NotEvidenced, "{slug}");
        let alone = review(case(practice, "met"), &[]);
        let both = review(case(practice, "met"), &vouched);
        let expected = match practice.checkability {
            Checkability::Direct => Verdict::Met,
            // Somebody has to vouch for what no template shows.
            _ => Verdict::NotEvidenced,
        };
        let (alone, both) = (row(&alone, practice), row(&both, practice));
        let shown = alone.evidence.iter().any(|one| one.outcome == "shown");
        if alone.verdict != expected || both.verdict != Verdict::Met || !shown {
            wrong.push(format!(
                "{} {slug}: {:?} and {:?}: {}",
                practice.basics.id, alone.verdict, both.verdict, both.because
            ));
        }
        let vouched_only = review(nothing(), &vouched);
        assert_eq!(row(&vouched_only, practice).verdict, Verdict::OutsideTemplates, "{slug}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_template_moves_each_visible_practice_to_violated() {
    let mut wrong = Vec::new();
    for practice in &visible() {
        let vouched = [attestation(practice.basics.slug, "2027-01-01")];
        let found = review(case(practice, "violated"), &vouched);
        let own = row(&found, practice);
        if own.verdict != Verdict::Violated || own.violations.is_empty() {
            wrong.push(format!(
                "{} {}: {:?}: {}",
                practice.basics.id, practice.basics.slug, own.verdict, own.because
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_unknown_shows_nothing() {
    let template = |on: &str| {
        let text = format!(
            "Parameters:\n  On: {{Type: String}}\nConditions:\n  IsProd: !Equals [!Ref On, prod]\n\
             Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      \
             EnableKeyRotation: {on}\n"
        );
        review(vec![Input::new("t.yaml", text)], &[])
    };
    let outcome = |on: &str| {
        let review = template(on);
        let row = review.practices.iter().find(|row| row.id == "SEC08-BP01").unwrap();
        let evidence = row.evidence.iter().find(|one| one.id == "key-rotated").unwrap();
        (evidence.outcome.clone(), row.verdict)
    };
    assert_eq!(outcome("true"), ("shown".into(), Verdict::Met));
    assert_eq!(outcome("!Ref On"), ("unknown".into(), Verdict::NotEvidenced));
    assert_eq!(outcome("!If [IsProd, true, !Ref On]"), ("unknown".into(), Verdict::NotEvidenced));
    assert_eq!(outcome("!If [IsProd, true, true]"), ("shown".into(), Verdict::Met));
    let conditional = "Parameters:\n  On: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref On, prod]\n\
                       Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Condition: IsProd\n    \
                       Properties: {EnableKeyRotation: true}\n";
    let review = review(vec![Input::new("t.yaml", conditional)], &[]);
    let row = review.practices.iter().find(|row| row.id == "SEC08-BP01").unwrap();
    assert_eq!(row.verdict, Verdict::NotEvidenced, "a key that may not exist shows nothing");
}

#[test]
fn an_attestation_counts_until_it_expires_and_never_against_a_finding() {
    let practice = visible().into_iter().find(|one| one.basics.id == "SEC10-BP05").unwrap();
    let slug = practice.basics.slug;
    let verdict = |inputs, expires: &str| {
        row(&review(inputs, &[attestation(slug, expires)]), &practice).verdict
    };
    assert_eq!(verdict(nothing(), TODAY), Verdict::OutsideTemplates, "the last day counts");
    assert_eq!(verdict(nothing(), "2026-11-27"), Verdict::NotEvidenced);
    assert_eq!(verdict(case(&practice, "violated"), "2030-01-01"), Verdict::Violated);
}

#[test]
fn every_rule_of_the_review_finds_something() {
    let more = [
        "Resources:\n  Https:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties:\n      \
         MutualAuthentication: {Mode: passthrough}\n",
        "Resources:\n  Zone:\n    Type: AWS::VpcLattice::Service\n",
    ];
    let module = "resource \"aws_security_group\" \"web\" {\n  vpc_id = \"vpc-1\"\n  ingress {\n    \
                  from_port = 443\n    to_port = 443\n    protocol = \"tcp\"\n    \
                  cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n\nresource \"aws_security_group_rule\" \"more\" {\n  \
                  security_group_id = aws_security_group.web.id\n  type = \"ingress\"\n  from_port = 80\n  \
                  to_port = 80\n  protocol = \"tcp\"\n  cidr_blocks = [\"10.0.0.0/8\"]\n}\n";
    let cases = visible().into_iter().map(|practice| case(&practice, "violated"));
    let more = more.iter().map(|text| vec![Input::new("t.yaml", *text)]);
    let module = std::iter::once(vec![Input::new("main.tf", module)]);
    let mut left: BTreeSet<String> =
        trilith_review::rules().iter().map(|rule| rule.id().to_owned()).collect();
    for inputs in cases.chain(more).chain(module) {
        for finding in review(inputs, &[]).findings {
            left.remove(&finding.rule);
        }
    }
    assert!(left.is_empty(), "{left:?}");
}
