//! What snippets do with difficult sources.

#![allow(clippy::unwrap_used, reason = "helpers of tests unwrap as tests do")]

mod sample;

use insta::assert_snapshot;
use sample::{Sample, card, everything, subject};
use trilith_graph::{Diagnostic, Label, Severity, Span, Within};
use trilith_reporter::{Format, RenderOptions};

/// A report about `part` of a file.
fn about(text: &str, part: &str, label: &str) -> Sample {
    let mut sample = Sample::default();
    let file = sample.file("a.tf", text);
    let span = sample.span(file, part);
    sample.diagnostics = vec![Diagnostic::new("some-rule", Severity::High, span, "m").label(label)];
    sample
}

/// The findings alone, without the summary.
fn shown(sample: &Sample) -> String {
    let text = sample.text(Format::Pretty);
    text.rsplit_once("\n\n").unwrap().0.to_owned()
}

#[test]
fn of_a_plan_on_one_line_the_member_is_shown_below_the_address() {
    let resource = |n| format!(r#"{{"address":"aws_security_group.g{n}","values":{{"n":{n}}}}},"#);
    let many: String = (0..2000).map(resource).collect();
    let plan =
        format!(r#"{{"resources":[{many}{{"cidr_blocks":["0.0.0.0/0"],"x":1}},{many}{{}}]}}"#);
    let mut sample = about(&plan, r#""0.0.0.0/0""#, "anyone");
    let group = "aws_security_group";
    sample.diagnostics[0].subject =
        Some(subject("aws_security_group.web", "AWS::EC2::SecurityGroup", group, "CidrBlocks/0"));
    assert_snapshot!(shown(&sample), @r#"
    error[some-rule]: m
      ╭─[a.tf:1:115811]
      · aws_security_group.web
    1 │ …"cidr_blocks":["0.0.0.0/0"]…
      ·                 ─────┬─────
      ·                      ╰── anyone
      ╰─ aws_security_group
    "#);
}

#[test]
fn tabs_wide_characters_and_windows_line_breaks_keep_the_underline_in_place() {
    assert_snapshot!(shown(&about("a {\r\n\t\t好 = \"ä\tö\" # 😀 x\r\n}\r\n", "# 😀 x", "here")), @r#"
    error[some-rule]: m
      ╭─[a.tf:2:13]
    2 │         好 = "ä ö" # 😀 x
      ·                    ───┬──
      ·                       ╰── here
      ╰─
    "#);
}

#[test]
fn a_span_of_several_lines_is_shown_by_its_first() {
    assert_snapshot!(shown(&about("a {\n  b = <<EOT  \n  c\nEOT\n}\n", "<<EOT  \n  c\nEOT", "here")), @"
    error[some-rule]: m
      ╭─[a.tf:2:7]
    2 │   b = <<EOT
      ·       ──┬──
      ·         ╰── here
      ╰─
    ");
}

#[test]
fn empty_spans_have_a_place() {
    let mut sample = about("a: 1\nb:", "b", "");
    let file = sample.diagnostics[0].primary.span.source;
    sample.diagnostics[0].primary.span = Span::at(file, 7);
    sample.diagnostics[0].primary.message = "a value is missing".into();
    assert_snapshot!(shown(&sample), @"
    error[some-rule]: m
      ╭─[a.tf:2:3]
    2 │ b:
      ·   ▲
      ·   ╰── a value is missing
      ╰─
    ");
}

#[test]
fn a_file_without_text_has_no_snippet() {
    let mut sample = Sample::default();
    let file = sample.file("empty.yaml", "");
    sample.diagnostics =
        vec![Diagnostic::new("unreadable-file", Severity::High, Span::at(file, 0), "not UTF-8")];
    assert_snapshot!(shown(&sample), @"
    error[unreadable-file]: not UTF-8
      ╭─[empty.yaml:1:1]
      ╰─
    ");
}

#[test]
fn a_byte_order_mark_takes_no_column() {
    assert_snapshot!(shown(&about("\u{feff}a: b\n", "b", "")), @"
    error[some-rule]: m
      ╭─[a.tf:1:4]
    1 │ a: b
      ·    ─
      ╰─
    ");
}

#[test]
fn escape_sequences_do_not_reach_the_terminal() {
    let mut sample = about("a: \u{1b}[31mred\u{1b}[0m b \u{202e}\n", "b", "x\u{7}\ny");
    sample.diagnostics[0].message = "\u{1b}]0;title\u{7}".into();
    sample.diagnostics[0].subject = Some(subject("\u{1b}c", "T", "T\r", ""));
    for format in [Format::Pretty, Format::Concise] {
        let text = sample.text(format);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{text}");
    }
    assert_snapshot!(shown(&sample), @"
    error[some-rule]: �]0;title�
      ╭─[a.tf:1:17]
    1 │ a: �[31mred�[0m b �
      ·                 ┬
      ·                 ╰── x� y
      ╰─ �c (T�)
    ");
}

#[test]
fn a_label_without_room_stands_flush_right() {
    let text = format!("{}x = 1\n", " ".repeat(70));
    let words = "a rather long remark that does not fit to the right of its value, nor on one \
                 line, so that it must be broken";
    assert_snapshot!(shown(&about(&text, "x = 1", words)), @"
    error[some-rule]: m
      ╭─[a.tf:1:71]
    1 │                                                                       x = 1
      ·                                                                       ──┬──
      · a rather long remark that does not fit to the right of its value, nor on one line, so
      ·                                                      that it must be broken
      ╰─
    ");
}

#[test]
fn further_places_share_a_snippet_or_get_their_own() {
    let lines: Vec<String> = (1..=60).map(|n| format!("line {n:02}\n")).collect();
    let text = lines.concat();
    let mut sample = about(&text, "line 20", "the defect");
    let file = sample.diagnostics[0].primary.span.source;
    let other = sample.file("variables.tf", "variable \"open\" {}\n");
    let places =
        [(file, "line 22", "near"), (file, "line 40", "far"), (other, "open", "elsewhere")];
    for (source, part, message) in places {
        let span = sample.span(source, part);
        sample.diagnostics[0].related.push(Label::new(span, message));
    }
    let overlapping = sample.span(file, "20");
    sample.diagnostics[0] = sample.diagnostics[0].clone().related(overlapping, "the same again");
    assert_snapshot!(shown(&sample), @r#"
    error[some-rule]: m
       ╭─[a.tf:20:1]
    20 │ line 20
       · ───┬───
       ·    ╰── the defect
    21 │ line 21
    22 │ line 22
       · ───┬───
       ·    ╰── near
       ├─[a.tf:40:1]
    40 │ line 40
       · ───┬───
       ·    ╰── far
       ├─[variables.tf:1:11]
     1 │ variable "open" {}
       ·           ──┬─
       ·             ╰── elsewhere
       ╰─
      note: a.tf:20:6: the same again
    "#);
}

/// A report about `part` of a file, which `heading` encloses.
fn inside(text: &str, heading: &str, part: &str) -> Sample {
    let mut sample = about(text, part, "the defect");
    let span = sample.span(sample.diagnostics[0].primary.span.source, heading);
    sample.diagnostics[0].within = Some(Within { span, name: heading.into() });
    sample
}

const RULES: &str = "\
Resources:
  Web:
    Properties:
      Ingress:
\t- From: 22
\t  To: 22
\t  Cidr: 0.0.0.0/0
\t- From: 80
\t  To: 80
\t  Cidr: ::/0
";

#[test]
fn what_encloses_the_place_is_shown_above_it() {
    assert_snapshot!(shown(&inside(RULES, "Ingress", "::/0")), @"
    error[some-rule]: m
       ╭─[a.tf:10:10]
     4 ⋮       Ingress:
    10 │       Cidr: ::/0
       ·             ──┬─
       ·               ╰── the defect
       ╰─
    ");
    let ascii = RenderOptions { unicode: false, ..RenderOptions::default() };
    let text = inside(RULES, "Ingress", "::/0").render(Format::Pretty, &ascii);
    assert_snapshot!(text.rsplit_once("\n\n").unwrap().0, @"
    error[some-rule]: m
       ,-[a.tf:10:10]
     4 :       Ingress:
    10 |       Cidr: ::/0
       :             ^^|^
       :               `-- the defect
       `-
    ");
    let colored = RenderOptions { color: true, ..RenderOptions::default() };
    let text = inside(RULES, "Ingress", "::/0").render(Format::Pretty, &colored);
    assert_snapshot!(text.rsplit_once("\n\n").unwrap().0.replace('\u{1b}', "^"), @"
    ^[1;31merror[some-rule]^[0m: ^[1mm^[0m
       ╭─[^[36ma.tf:10:10^[0m]
    ^[2m 4^[0m ⋮ ^[2m      Ingress:^[0m
    ^[2m10^[0m │       Cidr: ::/0
       · ^[31;1m            ──┬─^[0m
       ·               ^[31;1m╰── ^[31;1mthe defect^[0m^[0m
       ╰─
    ");
}

#[test]
fn what_is_near_or_drawn_anyway_is_not_shown_above() {
    assert_snapshot!(shown(&inside(RULES, "Ingress", "From: 22")), @"
    error[some-rule]: m
      ╭─[a.tf:5:4]
    5 │     - From: 22
      ·       ────┬───
      ·           ╰── the defect
      ╰─
    ");
    // A label is on its line, or around it.
    for part in ["From: 22", "Properties"] {
        let mut sample = inside(RULES, "Ingress", "To: 22");
        let span = sample.span(sample.diagnostics[0].primary.span.source, part);
        sample.diagnostics[0].related.push(Label::new(span, "too"));
        let text = shown(&sample);
        assert!(text.contains("4 │       Ingress:"), "{text}");
        assert_eq!(text.matches("Ingress").count(), 1, "{text}");
    }
}

#[test]
fn of_a_place_in_a_minified_document_no_line_above_is_shown() {
    let many = r#"{"n":1},"#.repeat(2000);
    let plan = format!("{{\"resources\":\n\n[{many}{{\"cidr\":\"0.0.0.0/0\"}}]}}");
    assert!(!shown(&inside(&plan, "resources", "0.0.0.0/0")).contains('⋮'));
}

#[test]
fn the_line_above_is_cut_and_masked_as_every_line() {
    let line = format!("policy = {} # hunter2 {}", "a ".repeat(10), "and so on ".repeat(9));
    let mut sample = inside(&format!("{line}\n\n\nx = 1\n"), "policy", "x = 1");
    sample.masks = vec![sample.span(sample.diagnostics[0].primary.span.source, "hunter2")];
    let narrow = RenderOptions { width: 50, ..RenderOptions::default() };
    let text = sample.render(Format::Pretty, &narrow);
    assert_snapshot!(text.rsplit_once("\n\n").unwrap().0, @"
    error[some-rule]: m
      ╭─[a.tf:4:1]
    1 ⋮ policy = a a a a a a a a a a  # ******* and …
    4 │ x = 1
      · ──┬──
      ·   ╰── the defect
      ╰─
    ");
    for format in Format::ALL {
        assert!(!sample.text(format).contains("hunter2"), "{format}");
    }
}

#[test]
fn steps_that_can_be_seen_anyway_are_not_drawn_again() {
    let text = "default: x\nanchor:\n  a: !Join\n    - !Ref B\n  b: c\n";
    let mut sample = about(text, "!Join\n    - !Ref B", "the defect");
    let file = sample.diagnostics[0].primary.span.source;
    for (part, note) in [
        ("a: !Join\n    - !Ref B\n  b: c", "around it"),
        ("!Join", "in the line that is underlined"),
        ("!Ref B", "in a line below"),
        ("x", "where it comes from"),
    ] {
        let span = sample.span(file, part);
        sample.diagnostics[0].related.push(Label::step(span, note));
    }
    assert_snapshot!(shown(&sample), @r"
    error[some-rule]: m
      ╭─[a.tf:3:6]
    1 │ default: x
      ·          ┬
      ·          ╰── where it comes from
    2 │ anchor:
    3 │   a: !Join
      ·      ──┬──
      ·        ╰── the defect
    4 │     - !Ref B
      ·       ───┬──
      ·          ╰── in a line below
      ╰─
    ");
}

#[test]
fn places_beyond_the_fourth_snippet_are_named_in_a_line() {
    let lines: Vec<String> = (1..=200).map(|n| format!("line {n:03}\n")).collect();
    let mut sample = about(&lines.concat(), "line 020", "the defect");
    let file = sample.diagnostics[0].primary.span.source;
    for n in (40..=180).step_by(10) {
        let span = sample.span(file, &format!("line {n:03}"));
        sample.diagnostics[0].related.push(Label::new(span, format!("place {n}")));
    }
    assert_snapshot!(shown(&sample), @"
    error[some-rule]: m
       ╭─[a.tf:20:1]
    20 │ line 020
       · ────┬───
       ·     ╰── the defect
       ├─[a.tf:40:1]
    40 │ line 040
       · ────┬───
       ·     ╰── place 40
       ├─[a.tf:50:1]
    50 │ line 050
       · ────┬───
       ·     ╰── place 50
       ├─[a.tf:60:1]
    60 │ line 060
       · ────┬───
       ·     ╰── place 60
       ╰─
      note: a.tf:70:1: place 70
      note: a.tf:80:1: place 80
      note: a.tf:90:1: place 90
      note: a.tf:100:1: place 100
      note: a.tf:110:1: place 110
      note: a.tf:120:1: place 120
      note: a.tf:130:1: place 130
      note: a.tf:140:1: place 140
      note: and 4 more places
    ");
}

#[test]
fn without_unicode_and_on_a_narrow_terminal() {
    let options = RenderOptions { unicode: false, width: 50, ..RenderOptions::default() };
    assert_snapshot!(everything().render(Format::Pretty, &options), @r#"
    error[security-group-open-to-world]: SSH is open to the whole internet
       ,-[network/template.yaml:10:63]
    10 | ...rt: 22, ToPort: 22, CidrIp: !Ref World}
       :                                ^^^^^|^^^^
       :                  anyone can reach port 22
       |-[network/template.yaml:4:14]
     4 |     Default: 0.0.0.0/0
       :              ^^^^|^^^^
       :                  `-- the default says so
       `- Sg (AWS::EC2::SecurityGroup)      SEC05-BP02
      note: the default of `World` is assumed
      help: use Session Manager and drop the rule, or
            name the range you mean

    error[rds-password-in-template]: the master password is written in the template
       ,-[network/template.yaml:14:27]
    11 |   Datenbank_äöü:
       :   ^^^^^^^^^^^^^
    12 |     Type: AWS::RDS::DBInstance
    13 |     Properties:
    14 | ...sterUserPassword: ********
       :                      ^^^^|^^^
       :                          `-- in clear text
       `- Datenbank_äöü (AWS::RDS::DBInstance)

    warning[s3-bucket-without-tls]: the bucket policy does not demand TLS
      ,-[modules/bucket/main.tf:1:1]
    1 | resource "aws_s3_bucket" "this" {
      : ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      `- module.logs.aws_s3_bucket.this
      only when `IsProd` is false
      in 3 instances: module.logs,
      module.assets["a.b"], module.raw
      help: add a statement that denies
            `aws:SecureTransport` = false

    error[unreadable-file]: this template cannot be read, so nothing in it was checked
      ,-[stacks/logs [1].yaml:2:6]
    2 |   A: [oops
      :      ^^|^^
      :        `-- this list is not closed
      `-

    3 errors, 1 warning in 3 files, 5 resources (3 values unknown, 2 findings waived, 1 file not checked)
    "#);
}

#[test]
fn colours_and_links_are_switched_on_by_themselves() {
    let mut sample = everything();
    sample.diagnostics.truncate(1);
    let colored = RenderOptions { color: true, ..RenderOptions::default() };
    let text = sample.render(Format::Pretty, &colored);
    assert_snapshot!(text.replace('\u{1b}', "^"), @"
    ^[1;31merror[security-group-open-to-world]^[0m: ^[1mSSH is open to the whole internet^[0m
       ╭─[^[36mnetwork/template.yaml:10:63^[0m]
    ^[2m10^[0m │         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref World}
       · ^[31;1m                                                              ─────┬────^[0m
       ·                                                 ^[1;31manyone can reach port 22^[0m
       ├─[^[36mnetwork/template.yaml:4:14^[0m]
     ^[2m4^[0m │     Default: 0.0.0.0/0
       · ^[36m             ────┬────^[0m
       ·                  ^[36m╰── ^[36mthe default says so^[0m^[0m
       ╰─ Sg (AWS::EC2::SecurityGroup)                                              ^[2mSEC05-BP02^[0m
      ^[1;34mnote:^[0m the default of `World` is assumed
      ^[36mhelp:^[0m use Session Manager and drop the rule, or name the range you mean

    1 error in 3 files, 5 resources (3 values unknown, 2 findings waived, 1 file not checked)
    ");
    let linked = RenderOptions { hyperlinks: true, ..RenderOptions::default() };
    let text = sample.render(Format::Pretty, &linked);
    assert_snapshot!(text.lines().next().unwrap().replace('\u{1b}', "^"), @r"error[^]8;;https://trilith.dev/rules/security-group-open-to-world^\security-group-open-to-world^]8;;^\]: SSH is open to the whole internet");
}

#[test]
fn the_worst_findings_are_kept_in_their_order() {
    let mut sample = everything();
    sample.diagnostics[0].severity = Severity::Low;
    let options = RenderOptions { max_findings: Some(2), ..RenderOptions::default() };
    assert_snapshot!(sample.render(Format::Concise, &options), @"
    network/template.yaml:14:27: error[rds-password-in-template] the master password is written in the template (Datenbank_äöü)
    stacks/logs [1].yaml:2:6: error[unreadable-file] this template cannot be read, so nothing in it was checked
    and 2 more
    ");
    let text = sample.render(Format::Pretty, &options);
    assert!(text.contains("\n2 findings are not shown\n"), "{text}");
    assert!(text.contains("\n2 errors, 1 warning, 1 note in 3 files"), "{text}");
}

#[test]
fn a_long_line_of_yaml_is_cut_but_keeps_its_address_below() {
    let line = format!("  Description: {} world\n", "all the ".repeat(20));
    let mut sample = about(&line, "world", "this one");
    sample.rules = vec![card("some-rule", "Some rule", Severity::High)];
    sample.diagnostics[0].subject = Some(subject("A", "AWS::X::Y", "AWS::X::Y", "Description"));
    assert_snapshot!(shown(&sample), @"
    error[some-rule]: m
      ╭─[a.tf:1:177]
    1 │ …l the all the all the all the all the all the all the all the all the all the  world
      ·                                                                                 ──┬──
      ·                                                                              this one
      ╰─ A (AWS::X::Y)
    ");
}
