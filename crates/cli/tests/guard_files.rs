//! Guard rules files as they are, from the command line to the report.
#![expect(clippy::disallowed_methods, reason = "tests write files and run the binary")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trilith_rules::page::{Fence, fences};
use trilith_rules::testing::guard;

fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guard").join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    directory
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, text).expect("a file");
}

fn check(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.arg("check").args(arguments).current_dir(directory).env("NO_COLOR", "1");
    command.output().expect("trilith runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lines of a concise report, without what other rules say.
fn report(output: &Output) -> Vec<String> {
    text(&output.stdout).lines().filter(|line| line.contains('[')).map(str::to_owned).collect()
}

const RULES: &str = "\
let buckets = Resources.*[ Type == 'AWS::S3::Bucket' ]
# severity: high
rule BUCKET_NAMED when %buckets !empty {
  %buckets.Properties.BucketName == /^acme-/ << Violation: a foreign name.
    Fix: start it with acme- >>
}
rule bucket_versioned when %buckets !empty {
  %buckets.Properties.VersioningConfiguration.Status == 'Enabled'
}
";

const TEMPLATE: &str = "\
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: logs
      VersioningConfiguration:
        Status: Enabled
  Data:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: acme-data
";

#[test]
fn a_rules_file_runs_as_it_is_on_both_formats() {
    let directory = scratch("both");
    write(&directory, "policies/deep/er/s3.guard", RULES);
    write(&directory, "policies/notes.txt", "no rules");
    write(&directory, "t.yaml", TEMPLATE);
    write(&directory, "main.tf", "resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n");
    let rules = ["--rules", "policies", "--format", "concise", "--select"];
    let run = |file: &'static str, select: &'static str| {
        let output = check(&directory, &[&[file], &rules[..], &[select]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        report(&output)
    };
    assert_eq!(
        run("t.yaml", "bucket-named,bucket-versioned"),
        [
            "t.yaml:5:19: error[BUCKET_NAMED] a foreign name (Logs)",
            "t.yaml:8:3: warning[bucket_versioned] `%buckets.Properties.VersioningConfiguration.\
             Status == 'Enabled'` does not hold for `Data` (Data)",
        ]
    );
    let found = run("main.tf", "bucket*");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], "main.tf:2:12: error[BUCKET_NAMED] a foreign name (aws_s3_bucket.logs)");
    let pretty = check(&directory, &["t.yaml", "--rules", "policies/deep/er/s3.guard"]);
    assert!(text(&pretty.stdout).contains("start it with acme-"), "{}", text(&pretty.stdout));
    assert!(text(&pretty.stdout).contains("`BucketName` is logs"), "{}", text(&pretty.stdout));
}

#[test]
fn a_rule_about_a_whole_root_runs_once_for_each() {
    let directory = scratch("whole");
    write(
        &directory,
        "p.guard",
        "rule HAS_TRAIL { Resources.*[ Type == 'AWS::CloudTrail::Trail' ] !empty << no trail >> }\n\
         rule NAMES_DIFFER {\n  let names = Resources.*[ Type == 'AWS::S3::Bucket' ].Properties.BucketName\n\
         let n = count(%names)\n  %n <= 1 << too many names >>\n}\n",
    );
    write(&directory, "t.yaml", TEMPLATE);
    let arguments =
        ["t.yaml", "--rules", "p.guard", "--format", "concise", "--select", "has-trail,names*"];
    let output = check(&directory, &arguments);
    let found = report(&output);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("t.yaml:1:1: warning[HAS_TRAIL] no trail"), "{found:?}");
}

#[test]
fn a_condition_is_tried_both_ways_in_a_whole_root_too() {
    let directory = scratch("conditions");
    write(
        &directory,
        "p.guard",
        "rule check(queues) { %queues.KmsMasterKeyId exists << in clear text >> }\n\
         let queues = Resources.*[ Type == 'AWS::SQS::Queue' ]\n\
         rule ENCRYPTED when %queues !empty { check(%queues.Properties) }\n",
    );
    write(
        &directory,
        "t.yaml",
        "Parameters:\n  Env: {Type: String, AllowedValues: [prod, test], Default: prod}\n\
         Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n\
         Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      \
         KmsMasterKeyId: !If [IsProd, alias/a, !Ref AWS::NoValue]\n",
    );
    let output = check(&directory, &["t.yaml", "--rules", "p.guard", "--select", "encrypted"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("in clear text") && shown.contains("IsProd"), "{shown}");
}

#[test]
fn what_a_resource_suppresses_is_counted_and_not_reported() {
    let directory = scratch("suppressed");
    write(&directory, "p.guard", RULES);
    let suppressed = TEMPLATE.replacen(
        "    Properties:",
        "    Metadata: {guard: {SuppressedRules: [BUCKET_NAMED]}}\n    Properties:",
        1,
    );
    write(&directory, "t.yaml", &suppressed);
    let arguments = ["t.yaml", "--rules", "p.guard", "--select", "bucket-named"];
    let output = check(&directory, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("waived"), "{}", text(&output.stdout));
}

#[test]
fn a_rules_file_that_cannot_be_read_is_named_with_the_place() {
    let directory = scratch("syntax");
    write(&directory, "p.guard", "rule a {\n  Resources exists\n");
    write(&directory, "t.yaml", TEMPLATE);
    let output = check(&directory, &["t.yaml", "--rules", "p.guard"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("p.guard:3:1"), "{}", text(&output.stderr));
}

#[cfg(feature = "cfn-guard")]
#[test]
fn the_reference_engine_finds_the_same_in_the_same_places() {
    let directory = scratch("reference");
    write(&directory, "p.guard", RULES);
    write(&directory, "t.yaml", TEMPLATE);
    let arguments =
        ["t.yaml", "--rules", "p.guard", "--format", "concise", "--select", "bucket-named"];
    let ours = report(&check(&directory, &arguments));
    let reference = [&arguments[..], &["--guard-engine", "cfn-guard"]].concat();
    assert_eq!(ours, report(&check(&directory, &reference)));
}

#[cfg(feature = "cfn-guard")]
#[test]
fn a_rule_that_calls_one_that_skips_fails_in_both_engines() {
    let directory = scratch("calls-what-skips");
    let rules = "let q = Resources.*[ Type == \"AWS::SQS::Queue\" ]\nrule CALLS when %q !empty { check(%q.Properties) }\n\
                 rule check(x) {\n  %x[ KmsMasterKeyId exists ] { QueueName == \"z\" }\n}\n";
    write(&directory, "r.guard", rules);
    let queue = r#"{"Resources":{"X":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"q"}}}}"#;
    write(&directory, "t.json", queue);
    for engine in ["trilith", "cfn-guard"] {
        let arguments = ["t.json", "--rules", "r.guard", "--guard-engine", engine];
        let output = check(&directory, &arguments);
        assert!(text(&output.stdout).contains("[CALLS]"), "{engine}: {}", text(&output.stdout));
    }
}

/// A pattern on which the regular expressions of cfn-guard give up, which makes it panic.
#[cfg(feature = "cfn-guard")]
#[test]
fn a_panic_of_the_reference_engine_names_rule_and_file() {
    let directory = scratch("panic");
    write(&directory, "p.guard", RULES);
    write(
        &directory,
        "bad.guard",
        "rule PANICS { AWS::S3::Bucket Properties.BucketName == /^(l|o|g|s|lo|gs)*(?=\\1)(?!x)\\1z$/ }\n",
    );
    let long = TEMPLATE.replace("logs", &"logs".repeat(40));
    write(&directory, "t.yaml", &long);
    let arguments = [
        "t.yaml",
        "--rules",
        "p.guard",
        "--rules",
        "bad.guard",
        "--format",
        "concise",
        "--select",
        "bucket-named,panics",
        "--guard-engine",
        "cfn-guard",
    ];
    let output = check(&directory, &arguments);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("PANICS") && error.contains("bad.guard"), "{error}");
    let lost = report(&output);
    assert!(
        lost.iter().any(|line| line.contains("error[BUCKET_NAMED] a foreign name")),
        "{lost:?}"
    );
}

/// The examples of the documentation, each a rules file with the files that it is run on.
#[test]
fn every_example_of_the_documentation_is_as_it_says() {
    let page = include_str!("../../../docs/writing-guard-rules.md");
    let directory = scratch("docs");
    let mut rules = String::new();
    let mut examples = 0;
    for fence in fences(page) {
        match (fence.language, fence.info.as_slice()) {
            ("guard", _) => fence.code.clone_into(&mut rules),
            ("yaml", ["tests"]) => {
                let results = guard::run(&rules, fence.code).expect("good tests");
                assert!(results.iter().all(guard::CaseResult::passed), "{results:?}");
                examples += 1;
            }
            ("yaml" | "hcl", _) => {
                example(&directory, examples, &rules, &fence);
                examples += 1;
            }
            _ => {}
        }
    }
    assert!(examples >= 6, "only {examples} examples");
}

fn example(directory: &Path, number: usize, rules: &str, fence: &Fence<'_>) {
    let name = match fence.language {
        "hcl" => format!("{number}/main.tf"),
        _ => format!("{number}/t.yaml"),
    };
    write(directory, &format!("{number}/p.guard"), rules);
    write(directory, &name, fence.code);
    let selected: Vec<&str> = rules
        .lines()
        .filter_map(|line| line.strip_prefix("rule ")?.split([' ', '(']).next())
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_numeric()))
        .collect();
    let policies = format!("{number}/p.guard");
    let select = selected.join(",");
    let arguments = [&*name, "--rules", &policies, "--format", "concise", "--select", &select];
    let output = check(directory, &arguments);
    let found: BTreeSet<usize> = report(&output)
        .iter()
        .filter_map(|line| line.strip_prefix(&name)?.split(':').nth(1)?.parse().ok())
        .collect();
    let marked = fence.code.lines().enumerate().filter(|(_, line)| line.contains("# finding"));
    let expected: BTreeSet<usize> = marked.map(|(at, _)| at + 1).collect();
    let errors = text(&output.stderr);
    assert_eq!(found, expected, "line {}: {}{errors}", fence.line, text(&output.stdout));
}
