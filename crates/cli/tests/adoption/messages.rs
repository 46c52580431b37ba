//! Wrong inputs: the exit code, and a line that says what is wrong and what to do.

use super::support::{OPEN, Place, RULE};

#[test]
fn every_wrong_input_is_answered() {
    let place = Place::new("messages");
    place.write("t.yaml", OPEN);
    place.write("none/readme.txt", "hello\n");
    place.write("bad.toml", "select = 1\n");
    place.write("key.toml", "\n[waiver-policy]\nmax-dyas = 3\n");
    place.write("value.toml", "fail-on = \"hihg\"\n");
    place.write("rule.toml", "[severity]\n\"no-such-rule\" = \"low\"\n");
    place.write("extend.toml", "extend = \"nowhere.toml\"\n");
    place.write("kind.toml", "[documents]\n\"x\" = \"scp\"\n");
    place.write("broken.json", "{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\",}");
    place.write("old.json", "[]");
    place.write("list.json", "3");
    place.write("p.rego", "package x\ndeny contains\n");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["check", "nowhere"], 2, "nowhere: no such file"),
        (&["check", "none"], 2, "no CloudFormation, Terraform or IAM file in none"),
        (&["check", "none/readme.txt", "--report-given"], 0, ""),
        (&["check", "t.yaml", "--format", "xml"], 2, "`xml` is no format"),
        (&["check", "t.yaml", "--output", "sarif"], 2, "FORMAT=FILE"),
        (&["check", "t.yaml", "--output", "out.md"], 2, "such as `markdown=out.md`"),
        (&["check", "t.yaml", "--output", "sarif="], 2, "the file has no name"),
        (&["check", "t.yaml", "--output", "sarif=no/such/x"], 2, "no/such/x"),
        (&["check", "t.yaml", "--fail-on", "awful"], 2, "one of info, low, medium, high, critical"),
        (&["check", "t.yaml", "--selct", "x"], 2, "--select"),
        (
            &["check", "t.yaml", "--select", "lamda-url-without-auth"],
            2,
            "did you mean `lambda-url-without-auth`?",
        ),
        (&["check", "t.yaml", "--select", RULE, "--ignore", RULE], 2, "no rule is left to apply"),
        (&["check", "t.yaml", "--config", "nowhere.toml"], 2, "nowhere.toml: no such file"),
        (&["check", "t.yaml", "--config", "bad.toml"], 2, "bad.toml:1:10"),
        (
            &["check", "t.yaml", "--config", "key.toml"],
            2,
            "key.toml:3:1: unknown key `max-dyas`; did you mean `max-days`?",
        ),
        (&["check", "t.yaml", "--config", "value.toml"], 2, "did you mean `high`?"),
        (&["check", "t.yaml", "--config", "rule.toml"], 2, "no rule is called `no-such-rule`"),
        (
            &["check", "t.yaml", "--config", "extend.toml"],
            2,
            "`extend` names nowhere.toml, which is no file",
        ),
        (&["check", "t.yaml", "--config", "kind.toml"], 2, "service-control-policy"),
        (&["check", "t.yaml", "--config", "x", "--no-config"], 2, "cannot be used with"),
        (&["check", "t.yaml", "--parameters", "Env"], 2, "NAME=VALUE"),
        (
            &["check", "t.yaml", "--parameters", "Env=x"],
            2,
            "no template declares a parameter `Env`",
        ),
        (&["check", "t.yaml", "--parameter-file", "list.json"], 2, "list.json"),
        (&["check", "t.yaml", "--var", "x"], 2, "NAME=VALUE"),
        (&["check", "t.yaml", "--var-file", "nowhere.tfvars"], 2, "nowhere.tfvars: no such file"),
        (&["check", "t.yaml", "--rules", "nowhere"], 2, "nowhere: no such file"),
        (&["check", "t.yaml", "--rules", "p.rego"], 2, "p.rego:"),
        (&["check", "t.yaml", "--baseline", "nowhere.json"], 2, "makes one"),
        (&["check", "t.yaml", "--baseline", "old.json"], 2, "old.json: this is no baseline"),
        (&["check", "t.yaml", "--diff-base", "nowhere"], 2, "--diff-base"),
        (&["check", "broken.json"], 1, ""),
        (&["explain", "no-such-rule"], 2, "no rule is called `no-such-rule`"),
        (&["waivers", "import", "--owner", "me", "--expires", "soon"], 2, "write it as 2026-12-31"),
        (&["waivers", "list", "--expiring", "soon"], 2, "write it as 30d or 4w"),
        (&["chekc"], 2, "check"),
    ];
    for (arguments, code, message) in cases {
        let ran = place.run(arguments);
        assert_eq!(ran.code, *code, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.contains("os error"), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn what_is_generated_is_printed() {
    let place = Place::new("generated");
    assert!(place.run(&["schema", "config"]).json()["properties"]["waiver-policy"].is_object());
    assert!(place.run(&["schema", "spark"]).out.starts_with("type STRING"));
    assert!(place.run(&["man"]).out.contains(".TH trilith 1"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).out.contains("trilith"));
    }
}
