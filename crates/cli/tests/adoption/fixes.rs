//! `trilith fix`, and fixes in reports.

use serde_json::Value as Json;

use crate::support::Place;

const TEMPLATE: &str = "\
Parameters:
  Rotate: {Type: String, Default: \"false\"}
Resources:
  Key: # of the shop
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: false # too bad
  ByParameter:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: !Ref Rotate
  Door:
    Type: AWS::Lambda::Url
    Properties: {TargetFunctionArn: \"arn:aws:lambda:eu-west-1:111122223333:function:f\", AuthType: NONE}
";

#[test]
fn a_diff_changes_nothing_and_a_fix_changes_the_file() {
    let directory = Place::new("fix");
    directory.write("keys.yaml", TEMPLATE);
    let shown = directory.run(&["fix", "--diff", "--select", "kms,lambda", "keys.yaml"]);
    assert_eq!(shown.code, 1, "{}", shown.err);
    let diff = &shown.out;
    assert!(diff.starts_with("--- a/keys.yaml\n+++ b/keys.yaml\n@@ "), "{diff}");
    assert!(diff.contains("\n-      EnableKeyRotation: false # too bad\n"), "{diff}");
    assert!(diff.contains("\n+      EnableKeyRotation: true # too bad\n"), "{diff}");
    let summary = &shown.err;
    assert!(summary.contains("the value comes from `Rotate`"), "{summary}");
    assert!(summary.contains("unsafe: callers that do not sign"), "{summary}");
    assert!(summary.contains("1 can be fixed in 1 file, 2 left"), "{summary}");
    assert_eq!(directory.read("keys.yaml"), TEMPLATE);

    let fixed = directory.run(&["fix", "--select", "kms,lambda", "keys.yaml"]);
    assert_eq!(fixed.code, 0, "{}", fixed.err);
    assert!(
        fixed.out.contains("keys.yaml:7: kms-key-rotation-off: set `EnableKeyRotation` to true")
    );
    let expected = TEMPLATE.replace("EnableKeyRotation: false #", "EnableKeyRotation: true #");
    assert_eq!(directory.read("keys.yaml"), expected);

    let unsafe_too = directory.run(&["fix", "--unsafe-fixes", "--select", "lambda", "keys.yaml"]);
    assert_eq!(unsafe_too.code, 0);
    assert_eq!(directory.read("keys.yaml"), expected.replace("NONE", "AWS_IAM"));

    let again =
        directory.run(&["fix", "--diff", "--unsafe-fixes", "--select", "kms,lambda", "keys.yaml"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
}

#[test]
fn a_waived_finding_is_left_alone() {
    let directory = Place::new("fix-waived");
    let comment = "# trilith: ignore[kms-key-rotation-off] imported material (until 2999-12-31, owner @ops)\n";
    let waived = TEMPLATE.replace("  Key: # of the shop\n", &format!("  {comment}  Key:\n"));
    directory.write("keys.yaml", &waived);
    let output = directory.run(&["fix", "--select", "kms", "."]);
    assert_eq!(output.code, 0, "{}", output.err);
    assert_eq!(directory.read("keys.yaml"), waived, "{}", output.out);
}

#[test]
fn a_part_is_added_to_a_module_and_variables_are_left() {
    let directory = Place::new("fix-module");
    let bucket = "resource \"aws_s3_bucket\" \"logs\" {\n  count  = var.wanted ? 1 : 0\n  bucket = \"logs\"\n}\n";
    directory.write("main.tf", bucket);
    directory.write("variables.tf", "variable \"wanted\" {\n  default = true\n}\n");
    let output = directory.run(&["fix", "--select", "s3-bucket-without-versioning", "."]);
    assert_eq!(output.code, 0, "{}", output.err);
    let expected = format!(
        "{bucket}\nresource \"aws_s3_bucket_versioning\" \"logs\" {{\n  count = var.wanted ? 1 : 0\n\n  \
         bucket = aws_s3_bucket.logs[count.index].id\n\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
    );
    assert_eq!(directory.read("main.tf"), expected, "{}", output.out);
}

#[test]
fn a_plan_is_not_edited() {
    let directory = Place::new("fix-plan");
    let change = r#"{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","change":{"actions":["create"],"after":{"enable_key_rotation":false},"after_unknown":{}}}"#;
    let plan = format!(
        r#"{{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[{change}]}}"#
    );
    directory.write("plan.json", &plan);
    let output = directory.run(&["fix", "--select", "kms", "plan.json"]);
    assert_eq!(output.code, 0, "{}", output.err);
    let said = &output.out;
    assert!(said.contains("a plan is made from its sources"), "{said}");
    assert_eq!(directory.read("plan.json"), plan);
}

#[test]
fn reports_for_other_tools_carry_fixes() {
    let directory = Place::new("fix-reports");
    directory.write("keys.yaml", TEMPLATE);
    let report = |arguments: &[&str]| -> Json {
        let mut all =
            vec!["check", "--select", "kms,lambda", "--exit-zero", "keys.yaml", "--format"];
        all.extend(arguments);
        let output = directory.run(&all);
        output.json()
    };
    let sarif = report(&["sarif"]);
    let results = &sarif["runs"][0]["results"];
    let fix = &results[0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "Set `EnableKeyRotation` to true.");
    let change = &fix["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "keys.yaml");
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "true");
    let region =
        serde_json::json!({"startLine": 7, "startColumn": 26, "endLine": 7, "endColumn": 31});
    assert_eq!(replacement["deletedRegion"], region);
    // A value of a parameter has none, and an unsafe one says what it may break.
    assert_eq!(results[1]["fixes"], Json::Null);
    let unsafe_one = results[2]["fixes"][0]["description"]["text"].as_str().unwrap_or_default();
    assert!(unsafe_one.contains("Look at it first: callers"), "{unsafe_one}");

    let rdjson = report(&["rdjson"]);
    let suggestion = &rdjson["diagnostics"][0]["suggestions"][0];
    assert_eq!(suggestion["text"], "true");
    assert_eq!(suggestion["range"]["start"], serde_json::json!({"line": 7, "column": 26}));
    assert_eq!(rdjson["diagnostics"][2]["suggestions"], Json::Null, "a click shows no caution");

    let json = report(&["json", "--fixes", "always"]);
    let fix = &json["diagnostics"][0]["fix"];
    assert_eq!((&fix["safe"], &fix["edits"][0]["text"]), (&Json::Bool(true), &"true".into()));
    assert_eq!(report(&["json"])["diagnostics"][0]["fix"], Json::Null);
    assert_eq!(
        report(&["sarif", "--fixes", "never"])["runs"][0]["results"][0]["fixes"],
        Json::Null
    );
}

#[test]
fn a_file_that_changed_meanwhile_or_is_no_utf_8_is_not_written() {
    let directory = Place::new("fix-utf16");
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(TEMPLATE.encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(directory.0.join("keys.yaml"), &bytes).expect("the file can be written");
    let output = directory.run(&["fix", "--select", "kms", "keys.yaml"]);
    assert_eq!(output.code, 2, "{}", output.out);
    assert!(output.err.contains("it is not UTF-8"), "{}", output.err);
    assert_eq!(std::fs::read(directory.0.join("keys.yaml")).ok(), Some(bytes));
}

#[test]
fn a_waiver_that_covers_nothing_is_taken_away() {
    let directory = Place::new("fix-unused-waiver");
    let terms = "no longer needed (until 2999-12-31, owner @ops)";
    let good = TEMPLATE.replace("EnableKeyRotation: false # too bad", "EnableKeyRotation: true");
    let beside = good.replace(
        "EnableKeyRotation: true\n",
        &format!("EnableKeyRotation: true # trilith: ignore[kms-key-rotation-off] {terms}\n"),
    );
    let both = beside.replace(
        "  Door:\n",
        &format!("  # trilith: ignore[kms-key-rotation-off] {terms}\n  Door:\n"),
    );
    directory.write("keys.yaml", &both);
    let named = directory.run(&["fix", "--diff", "--select", "kms", "keys.yaml"]);
    assert!(!named.out.contains("# trilith"), "whoever names rules means those: {}", named.out);
    let fixed = directory.run(&["fix", "keys.yaml"]);
    assert_eq!(fixed.out.matches("waiver-unused: remove the waiver").count(), 2, "{}", fixed.out);
    let text = directory.read("keys.yaml");
    assert!(!text.contains("trilith:"), "{text}");
    assert!(
        text.contains("      EnableKeyRotation: true\n") && text.contains("\n  Door:\n"),
        "{text}"
    );
}

#[test]
fn a_report_for_people_says_what_can_be_mended() {
    let directory = Place::new("fix-hint");
    directory.write("keys.yaml", TEMPLATE);
    let plain = directory.run(&["check", "--select", "kms,lambda", "keys.yaml"]);
    assert!(plain.err.contains("`trilith fix --diff` shows what it can mend"), "{}", plain.err);
    assert!(!plain.out.contains("fix:"), "nothing is proved unless asked: {}", plain.out);
    let proved =
        directory.run(&["check", "--fixes", "always", "--select", "kms,lambda", "keys.yaml"]);
    let said = "fix: proved, `trilith fix`: set `EnableKeyRotation` to true";
    assert!(proved.out.contains(said), "{}", proved.out);
    assert!(proved.out.contains("fix: proved, `trilith fix --unsafe-fixes`:"), "{}", proved.out);
    let clean = directory.run(&["check", "--select", "s3", "keys.yaml"]);
    assert!(!clean.err.contains("trilith fix"), "{}", clean.err);
}

#[test]
fn a_resource_that_is_cut_before_its_properties_has_them_somewhere() {
    let directory = Place::new("fix_cut");
    let text = "{\n  \"Resources\": {\n    \"Machine\": {\n      \"Type\": \"AWS::EC2::Instance\",\n      \
                \"Metadata\": {\n        \"a\": {\n          \"b\": \"c";
    directory.write("cut.json", text);
    let ran = directory.run(&["check", "--format", "concise", "cut.json"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{}", ran.out);
    assert!(ran.out.contains("this string is never closed"), "{}", ran.out);
    directory.write(
        "cut.yaml",
        "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      \
                                 Descr\n",
    );
    let ran = directory.run(&["check", "--format", "concise", "cut.yaml"]);
    assert!(!ran.out.contains("kms-"), "{}", ran.out);
    let ran = directory.run(&["fix", "--diff", "--unsafe-fixes", "cut.json", "cut.yaml"]);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}
