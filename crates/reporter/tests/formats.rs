//! Every format over one report, and over a clean one.

mod sample;

use insta::assert_snapshot;
use sample::{Sample, everything};
use trilith_graph::{Severity, Within};
use trilith_reporter::{Format, RenderOptions, Summary, WaivedFinding, fingerprints};

/// A report with the first finding only, for the formats that say a lot about each.
fn first() -> Sample {
    let mut sample = everything();
    sample.diagnostics.truncate(1);
    sample
}

fn clean() -> Sample {
    let summary =
        Summary { files_checked: 41, resources: 318, rules_applied: 126, ..Summary::default() };
    Sample { summary, ..Sample::default() }
}

#[test]
fn pretty() {
    assert_snapshot!(everything().text(Format::Pretty), @r#"
    error[security-group-open-to-world]: SSH is open to the whole internet
       ╭─[network/template.yaml:10:63]
    10 │         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref World}
       ·                                                               ─────┬────
       ·                                                 anyone can reach port 22
       ├─[network/template.yaml:4:14]
     4 │     Default: 0.0.0.0/0
       ·              ────┬────
       ·                  ╰── the default says so
       ╰─ Sg (AWS::EC2::SecurityGroup)                                              SEC05-BP02
      note: the default of `World` is assumed
      help: use Session Manager and drop the rule, or name the range you mean

    error[rds-password-in-template]: the master password is written in the template
       ╭─[network/template.yaml:14:27]
    11 │   Datenbank_äöü:
       ·   ─────────────
    12 │     Type: AWS::RDS::DBInstance
    13 │     Properties:
    14 │       MasterUserPassword: ********
       ·                           ────┬───
       ·                               ╰── in clear text
       ╰─ Datenbank_äöü (AWS::RDS::DBInstance)

    warning[s3-bucket-without-tls]: the bucket policy does not demand TLS
      ╭─[modules/bucket/main.tf:1:1]
    1 │ resource "aws_s3_bucket" "this" {
      · ───────────────────────────────
      ╰─ module.logs.aws_s3_bucket.this
      only when `IsProd` is false
      in 3 instances: module.logs, module.assets["a.b"], module.raw
      help: add a statement that denies `aws:SecureTransport` = false

    error[unreadable-file]: this template cannot be read, so nothing in it was checked
      ╭─[stacks/logs [1].yaml:2:6]
    2 │   A: [oops
      ·      ──┬──
      ·        ╰── this list is not closed
      ╰─

    3 errors, 1 warning in 3 files, 5 resources (3 values unknown, 2 findings waived, 1 file not checked)
    "#);
}

#[test]
fn concise() {
    assert_snapshot!(everything().text(Format::Concise), @"
    network/template.yaml:10:63: error[security-group-open-to-world] SSH is open to the whole internet (Sg)
    network/template.yaml:14:27: error[rds-password-in-template] the master password is written in the template (Datenbank_äöü)
    modules/bucket/main.tf:1:1: warning[s3-bucket-without-tls] the bucket policy does not demand TLS (module.logs.aws_s3_bucket.this)
    stacks/logs [1].yaml:2:6: error[unreadable-file] this template cannot be read, so nothing in it was checked
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a whole report")]
fn json() {
    assert_snapshot!(first().text(Format::Json), @r#"
    {
      "version": 1,
      "tool": {
        "name": "trilith",
        "version": "0.1.0"
      },
      "summary": {
        "findings": {
          "critical": 1,
          "high": 0,
          "medium": 0,
          "low": 0,
          "info": 0
        },
        "files_checked": 3,
        "files_skipped": [],
        "files_unreadable": 1,
        "resources": 5,
        "resources_foreign": 0,
        "rules_applied": 4,
        "values_unknown": 3,
        "findings_waived": 2,
        "findings_known": 0,
        "findings_fixed": null
      },
      "rules": [
        {
          "id": "security-group-open-to-world",
          "title": "Security group open to the world",
          "summary": "A port for administration can be reached by anyone.",
          "severity": "critical",
          "confidence": "high",
          "help_uri": "https://trilith.dev/rules/security-group-open-to-world",
          "practices": [
            {
              "id": "SEC05-BP02",
              "slug": "control-traffic-at-all-layers",
              "title": "Control traffic flow within your network layers",
              "url": ""
            }
          ],
          "aliases": [
            "CKV_AWS_24"
          ]
        }
      ],
      "diagnostics": [
        {
          "rule": "security-group-open-to-world",
          "severity": "critical",
          "message": "SSH is open to the whole internet",
          "label": "anyone can reach port 22",
          "path": "network/template.yaml",
          "span": {
            "start": {
              "line": 10,
              "column": 63,
              "offset": 218
            },
            "end": {
              "line": 10,
              "column": 73,
              "offset": 228
            }
          },
          "within": {
            "name": "SecurityGroupIngress",
            "span": {
              "start": {
                "line": 9,
                "column": 7,
                "offset": 134
              },
              "end": {
                "line": 9,
                "column": 27,
                "offset": 154
              }
            }
          },
          "address": "Sg",
          "construct": null,
          "resource_type": "AWS::EC2::SecurityGroup",
          "source_type": "AWS::EC2::SecurityGroup",
          "property": "SecurityGroupIngress/0/CidrIp",
          "instances": [],
          "only_when": null,
          "notes": [
            "the default of `World` is assumed"
          ],
          "help": "use Session Manager and drop the rule, or name the range you mean",
          "related": [
            {
              "path": "network/template.yaml",
              "span": {
                "start": {
                  "line": 4,
                  "column": 14,
                  "offset": 51
                },
                "end": {
                  "line": 4,
                  "column": 23,
                  "offset": 60
                }
              },
              "message": "the default says so"
            }
          ],
          "practices": [
            "SEC05-BP02"
          ],
          "fingerprint": "af2fecb3060c13ca"
        }
      ],
      "waived": []
    }
    "#);
}

#[test]
fn json_lines() {
    let text = everything().text(Format::JsonLines);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whole: serde_json::Value = serde_json::from_str(&everything().text(Format::Json)).unwrap();
    assert_eq!(whole["diagnostics"], serde_json::Value::from(lines));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one result is that long")]
fn sarif() {
    assert_snapshot!(first().text(Format::Sarif), @r###"
    {
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "Trilith",
              "fullName": "Trilith 0.1.0",
              "informationUri": "https://github.com/trilith-dev/trilith",
              "semanticVersion": "0.1.0",
              "rules": [
                {
                  "id": "security-group-open-to-world",
                  "name": "SecurityGroupOpenToWorld",
                  "shortDescription": {
                    "text": "Security group open to the world"
                  },
                  "fullDescription": {
                    "text": "A port for administration can be reached by anyone."
                  },
                  "help": {
                    "text": "Why: scanners find it within minutes.",
                    "markdown": "## Why\nScanners find it *within minutes*."
                  },
                  "helpUri": "https://trilith.dev/rules/security-group-open-to-world",
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "properties": {
                    "tags": [
                      "security",
                      "SEC05-BP02",
                      "ec2",
                      "network"
                    ],
                    "precision": "high",
                    "problem.severity": "error",
                    "security-severity": "9.5",
                    "practices": [
                      "SEC05-BP02"
                    ],
                    "aliases": [
                      "CKV_AWS_24"
                    ]
                  }
                }
              ]
            }
          },
          "invocations": [
            {
              "executionSuccessful": false
            }
          ],
          "originalUriBaseIds": {
            "%SRCROOT%": {
              "description": {
                "text": "The root of the repository."
              }
            }
          },
          "columnKind": "utf16CodeUnits",
          "results": [
            {
              "ruleId": "security-group-open-to-world",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "SSH is open to the whole internet. Sg, SecurityGroupIngress/0/CidrIp: anyone can reach port 22. The default of `World` is assumed. Help: use Session Manager and drop the rule, or name the range you mean. See: [the default says so](1)."
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "network/template.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 10,
                      "startColumn": 63,
                      "endLine": 10,
                      "endColumn": 73
                    }
                  },
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "Sg",
                      "kind": "resource"
                    }
                  ]
                }
              ],
              "relatedLocations": [
                {
                  "id": 1,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "network/template.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 4,
                      "startColumn": 14,
                      "endLine": 4,
                      "endColumn": 23
                    }
                  },
                  "message": {
                    "text": "the default says so"
                  }
                }
              ],
              "partialFingerprints": {
                "primaryLocationLineHash": "f47e058a9dce240f:1",
                "trilith/v1": "af2fecb3060c13ca"
              },
              "rank": 95.0,
              "properties": {
                "severity": "critical",
                "resourceType": "AWS::EC2::SecurityGroup",
                "sourceType": "AWS::EC2::SecurityGroup",
                "property": "SecurityGroupIngress/0/CidrIp"
              }
            }
          ]
        }
      ]
    }
    "###);
}

#[test]
fn github() {
    assert_snapshot!(everything().text(Format::Github), @r#"
    ::error title=security-group-open-to-world,file=network/template.yaml,line=10,endLine=10,col=63,endColumn=73::SSH is open to the whole internet%0ASg: anyone can reach port 22%0Anote: the default of `World` is assumed%0Ahelp: use Session Manager and drop the rule, or name the range you mean
    ::error title=rds-password-in-template,file=network/template.yaml,line=14,endLine=14,col=27,endColumn=48::the master password is written in the template%0ADatenbank_äöü: in clear text
    ::error title=unreadable-file,file=stacks/logs [1].yaml,line=2,endLine=2,col=6,endColumn=11::this template cannot be read, so nothing in it was checked%0Athis list is not closed
    ::warning title=s3-bucket-without-tls,file=modules/bucket/main.tf,line=1,endLine=1,col=1,endColumn=32::the bucket policy does not demand TLS%0Amodule.logs.aws_s3_bucket.this%0Aonly when `IsProd` is false%0Ain 3 instances: module.logs, module.assets["a.b"], module.raw%0Ahelp: add a statement that denies `aws:SecureTransport` = false
    "#);
}

#[test]
fn gitlab() {
    let mut sample = first();
    sample.root_prefix = "infra";
    assert_snapshot!(sample.text(Format::Gitlab), @r#"
    [
      {
        "description": "security-group-open-to-world: SSH is open to the whole internet",
        "check_name": "security-group-open-to-world",
        "fingerprint": "f44bb51a72c54b17",
        "severity": "blocker",
        "location": {
          "path": "infra/network/template.yaml",
          "lines": {
            "begin": 10
          }
        }
      }
    ]
    "#);
}

#[test]
fn junit() {
    assert_snapshot!(everything().text(Format::Junit), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="trilith" tests="4" failures="3" errors="1">
      <testsuite name="network/template.yaml" file="network/template.yaml" tests="2" failures="2" errors="0" skipped="0">
        <testcase name="security-group-open-to-world (Sg)" classname="network/template.yaml">
          <failure message="SSH is open to the whole internet" type="critical">network/template.yaml:10: SSH is open to the whole internet
    anyone can reach port 22
    note: the default of `World` is assumed
    help: use Session Manager and drop the rule, or name the range you mean</failure>
        </testcase>
        <testcase name="rds-password-in-template (Datenbank_äöü)" classname="network/template.yaml">
          <failure message="the master password is written in the template" type="high">network/template.yaml:14: the master password is written in the template
    in clear text</failure>
        </testcase>
      </testsuite>
      <testsuite name="modules/bucket/main.tf" file="modules/bucket/main.tf" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="s3-bucket-without-tls (module.logs.aws_s3_bucket.this)" classname="modules/bucket/main.tf">
          <failure message="the bucket policy does not demand TLS" type="medium">modules/bucket/main.tf:1: the bucket policy does not demand TLS
    only when `IsProd` is false
    in 3 instances: module.logs, module.assets[&quot;a.b&quot;], module.raw
    help: add a statement that denies `aws:SecureTransport` = false</failure>
        </testcase>
      </testsuite>
      <testsuite name="stacks/logs [1].yaml" file="stacks/logs [1].yaml" tests="1" failures="0" errors="1" skipped="0">
        <testcase name="unreadable-file" classname="stacks/logs [1].yaml">
          <error message="this template cannot be read, so nothing in it was checked" type="high">stacks/logs [1].yaml:2: this template cannot be read, so nothing in it was checked
    this list is not closed</error>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown() {
    assert_snapshot!(everything().text(Format::Markdown), @"
    <!-- trilith:report -->
    **Trilith**: 3 errors, 1 warning in 3 files, 5 resources (3 values unknown, 2 findings waived, 1 file not checked)

    | | Finding | Where | What to do |
    |---|---|---|---|
    | error | SSH is open to the whole internet<br>[`security-group-open-to-world`](https://trilith.dev/rules/security-group-open-to-world) | `network/template.yaml:10`<br>`Sg` | use Session Manager and drop the rule, or name the range you mean |
    | error | the master password is written in the template<br>`rds-password-in-template` | `network/template.yaml:14`<br>`Datenbank_äöü` |  |
    | warning | the bucket policy does not demand TLS<br>only when `IsProd` is false<br>[`s3-bucket-without-tls`](https://trilith.dev/rules/s3-bucket-without-tls) | `modules/bucket/main.tf:1`<br>`module.logs.aws_s3_bucket.this` | add a statement that denies `aws:SecureTransport` = false |
    | error | this template cannot be read, so nothing in it was checked<br>[`unreadable-file`](https://trilith.dev/rules/unreadable-file) | `stacks/logs [1].yaml:2` |  |
    ");
}

#[test]
fn a_clean_run_says_so_in_every_format() {
    let text = |format| clean().text(format);
    assert_eq!(
        text(Format::Pretty),
        "Nothing to report: 41 files, 318 resources, 126 rules applied (0 values unknown).\n"
    );
    assert_eq!(text(Format::Concise), "");
    assert_eq!(text(Format::JsonLines), "");
    assert_eq!(text(Format::Github), "");
    assert_eq!(text(Format::Gitlab), "[]\n");
    assert!(text(Format::Junit).contains(r#"<testcase name="nothing to report" "#));
    assert!(text(Format::Markdown).contains("Nothing to report"));
    let sarif: serde_json::Value = serde_json::from_str(&text(Format::Sarif)).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], true);
    // Atlantis looks for the word in what a tool prints.
    assert!(!text(Format::Pretty).contains("fail"));
}

#[test]
fn a_run_that_checked_nothing_never_looks_clean() {
    let text = |format| Sample::default().text(format);
    assert_eq!(text(Format::Pretty), "Nothing was checked: 0 files\n");
    assert!(text(Format::Junit).contains("<skipped/>"));
    assert!(text(Format::Markdown).contains("Nothing was checked"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(everything().text(format), everything().text(format));
    }
}

#[test]
fn secrets_are_shown_in_no_format() {
    let mut sample = everything();
    sample.diagnostics[1].message.push_str(": correct-horse-battery");
    sample.diagnostics[1].primary.message = "`correct-horse-battery`".into();
    for format in Format::ALL {
        assert!(!sample.text(format).contains("correct-horse"), "{format}");
    }
}

#[test]
fn a_finding_keeps_its_fingerprint_when_others_are_left_out() {
    let mut sample = everything();
    let mut twice = sample.diagnostics[0].clone();
    twice.severity = Severity::Low;
    sample.diagnostics.insert(0, twice);
    let options = RenderOptions { max_findings: Some(1), ..RenderOptions::default() };
    let all = fingerprints(&sample.report(), &options);
    assert_eq!(all.len(), 5);
    for format in [Format::JsonLines, Format::Sarif] {
        let text = sample.render(format, &options);
        assert!(text.contains(&format!("{:016x}", all[1])), "{text}");
        assert!(!text.contains(&format!("{:016x}", all[0])), "{text}");
    }
}

/// The same report with its second finding accepted.
fn with_waived() -> Sample {
    let mut sample = everything();
    let diagnostic = sample.diagnostics.remove(1);
    sample.waived.push(WaivedFinding {
        diagnostic,
        origin: "comment",
        reason: "rotated <nightly>".into(),
        owner: "@data".into(),
        ticket: "SEC-1".into(),
        expires: "2099-12-31".into(),
    });
    sample
}

#[test]
fn checkstyle() {
    assert_snapshot!(first().text(Format::Checkstyle), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <checkstyle version="4.3">
      <file name="network/template.yaml">
        <error line="10" column="63" severity="error" message="SSH is open to the whole internet (Sg); help: use Session Manager and drop the rule, or name the range you mean" source="trilith.security-group-open-to-world"/>
      </file>
    </checkstyle>
    "#);
}

#[test]
fn rdjson() {
    assert_snapshot!(first().text(Format::RdjsonLines), @r#"{"message":"SSH is open to the whole internet (Sg); help: use Session Manager and drop the rule, or name the range you mean","location":{"path":"network/template.yaml","range":{"start":{"line":10,"column":63},"end":{"line":10,"column":73}}},"severity":"ERROR","source":{"name":"trilith","url":"https://github.com/trilith-dev/trilith"},"code":{"value":"security-group-open-to-world","url":"https://trilith.dev/rules/security-group-open-to-world"}}"#);
    let whole: serde_json::Value =
        serde_json::from_str(&everything().text(Format::Rdjson)).unwrap();
    assert_eq!(whole["diagnostics"].as_array().map(Vec::len), Some(4));
    assert_eq!(whole["source"]["name"], "trilith");
}

#[test]
fn azure() {
    assert_snapshot!(first().text(Format::Azure), @"##vso[task.logissue type=error;sourcepath=network/template.yaml;linenumber=10;columnnumber=63;code=security-group-open-to-world;]SSH is open to the whole internet (Sg); help: use Session Manager and drop the rule, or name the range you mean");
}

#[test]
fn csv_holds_what_is_open_and_what_is_waived() {
    let text = with_waived().text(Format::Csv);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 6, "a heading, four findings and an end");
    assert!(lines[0].starts_with("rule,severity,message,file,line,column,address,"));
    assert!(lines[1].starts_with("security-group-open-to-world,critical,SSH is open"));
    assert!(lines[4].ends_with(",'@data,2099-12-31,rotated <nightly>,SEC-1"), "{}", lines[4]);
}

#[test]
fn html_needs_nothing_else_and_trusts_nobody() {
    let mut sample = with_waived();
    sample.diagnostics[0].message = "<script>alert(1)</script>".into();
    let page = sample.text(Format::Html);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(page.contains("default-src 'none'"));
    for outside in ["<link", "src=", "@import", "url(", "<script>alert"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for part in [
        "<mark>!Ref World</mark>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "SEC05-BP02",
        "rotated &lt;nightly&gt; (SEC-1)",
        "in 3 instances",
        "Only when <code>IsProd</code> is false",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
}

#[test]
fn html_shows_what_encloses_a_place_far_below_it() {
    let mut sample = first();
    let file = sample.diagnostics[0].primary.span.source;
    let heading = |name| "<span class=\"line around\"><span class=\"number\">".to_owned() + name;
    assert!(!sample.text(Format::Html).contains(&heading("")));
    let span = sample.span(file, "Resources");
    sample.diagnostics[0].within = Some(Within { span, name: "Resources".into() });
    sample.masks = vec![sample.span(file, "esources")];
    let page = sample.text(Format::Html);
    assert!(page.contains(&heading("5</span>R********:</span>")), "{page}");
}

#[test]
fn waived_findings_are_skipped_cases_and_no_results_for_github() {
    let sample = with_waived();
    let junit = sample.text(Format::Junit);
    assert!(
        junit.contains(r#"<skipped message="rotated &lt;nightly&gt; (@data, until 2099-12-31)"/>"#),
        "{junit}"
    );
    let results = |options: &RenderOptions| -> serde_json::Value {
        let log: serde_json::Value =
            serde_json::from_str(&sample.render(Format::Sarif, options)).unwrap();
        log["runs"][0]["results"].clone()
    };
    assert_eq!(results(&RenderOptions::default()).as_array().map(Vec::len), Some(3));
    let all = RenderOptions { waived_in_sarif: true, ..RenderOptions::default() };
    let waived = &results(&all)[3]["suppressions"][0];
    assert_eq!((&waived["kind"], &waived["status"]), (&"inSource".into(), &"accepted".into()));
    let json: serde_json::Value = serde_json::from_str(&sample.text(Format::Json)).unwrap();
    assert_eq!(json["waived"][0]["waiver"]["ticket"], "SEC-1");
}
