//! `trilith.toml`.

use super::support::{OPEN, PORT, Place, RULE, group};

#[test]
fn the_nearest_file_counts_up_to_the_root_of_the_repository() {
    let place = Place::new("nearest");
    place.write("infra/t.yaml", OPEN);
    place.write("trilith.toml", "ignore = [\"lambda\"]\n");
    let found = |arguments: &[&str]| place.check(arguments).lines(RULE).len();
    assert_eq!(found(&["infra/t.yaml"]), 0);
    place.write("infra/.trilith.toml", "");
    assert_eq!(found(&["infra/t.yaml"]), 1);
    assert_eq!(found(&["infra/t.yaml", "--config", "trilith.toml"]), 0);
    assert_eq!(found(&["infra/t.yaml", "--no-config"]), 1);
    std::fs::remove_file(place.0.join("infra/.trilith.toml")).expect("removed");
    place.write("infra/.git/x", "");
    assert_eq!(found(&["infra/t.yaml"]), 1, "what is above the root does not count");
}

#[test]
fn a_file_may_extend_another() {
    let place = Place::new("extend");
    place.write("t.yaml", OPEN);
    place.write("org/base.toml", "ignore = [\"lambda-*\"]\nfail-on = \"low\"\n");
    place.write("trilith.toml", "extend = \"org/base.toml\"\n");
    assert_eq!(place.check(&["t.yaml"]).lines(RULE).len(), 0);
    place.write("trilith.toml", "extend = \"org/base.toml\"\nignore = []\n");
    assert_eq!(place.check(&["t.yaml"]).lines(RULE).len(), 1);
    place.write("org/base.toml", "extend = \"../trilith.toml\"\n");
    let ran = place.check(&["t.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("leads back"), "{}", ran.err);
}

#[test]
fn rules_are_chosen_by_every_name_that_they_have() {
    let place = Place::new("select");
    place.write("t.yaml", OPEN);
    for (selector, count) in [
        (RULE, 1),
        ("lambda-*", 1),
        ("lambda", 1),
        ("service:s3", 0),
        ("SEC03-BP07", 1),
        ("SEC03", 1),
        ("severity:critical,severity:high", 1),
        ("severity:info,s3", 0),
        ("CKV_AWS_258", 1),
    ] {
        let ran = place.check(&["t.yaml", "--select", selector]);
        assert_eq!(ran.lines(RULE).len(), count, "{selector}: {}{}", ran.out, ran.err);
    }
    let ran = place.check(&["t.yaml", "--select", "lambda-url-without-aut"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains(&format!("did you mean `{RULE}`?")), "{}", ran.err);
    place.write("trilith.toml", "select = [\"s3\"]\n");
    assert_eq!(place.check(&["t.yaml", "--extend-select", "lambda"]).lines(RULE).len(), 1);
}

#[test]
fn an_old_set_of_rules_brings_nothing_new() {
    let place = Place::new("rule_set");
    place.write("t.yaml", OPEN);
    place.write("trilith.toml", "rule-set = \"0.1\"\n");
    assert_eq!(place.check(&["t.yaml"]).lines(RULE).len(), 1);
    place.write("trilith.toml", "rule-set = \"0.0\"\n");
    let ran = place.check(&["t.yaml"]);
    assert!(ran.err.contains("no rule is left"), "{}", ran.err);
}

#[test]
fn paths_may_have_rules_and_severities_of_their_own() {
    let place = Place::new("overrides");
    place.write("prod/t.yaml", OPEN);
    place.write("test/t.yaml", OPEN);
    place.write("test/old/t.yaml", OPEN);
    let config = format!(
        "[severity]\n\"lambda\" = \"critical\"\n[[overrides]]\npaths = [\"test/**\"]\n\
         severity = {{ \"{RULE}\" = \"low\" }}\n[[overrides]]\npaths = [\"test/old/\"]\nignore = [\"{RULE}\"]\n"
    );
    place.write("trilith.toml", &config);
    let ran = place.run(&["check", "--format", "json"]);
    let found: Vec<String> = ran.json()["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["rule"] == RULE)
        .map(|one| {
            format!("{} {}", one["path"].as_str().unwrap(), one["severity"].as_str().unwrap())
        })
        .collect();
    assert_eq!(found, ["prod/t.yaml critical", "test/t.yaml low"]);
    place.write("trilith.toml", "[[overrides]]\npaths = [\"prod\"]\nselect = [\"s3\"]\n");
    let ran = place.check(&[]);
    assert!(ran.lines(RULE).iter().all(|line| !line.starts_with("prod/")), "{}", ran.out);
    assert_eq!(ran.lines(RULE).len(), 2);
}

#[test]
fn parameters_and_variables_may_stand_in_the_configuration() {
    let place = Place::new("values");
    let template = OPEN
        .replace("Resources:", "Parameters:\n  Auth: {Type: String}\nResources:")
        .replace("AuthType: NONE", "AuthType: !Ref Auth");
    place.write("cfn/t.yaml", &template);
    // Another template has no such parameter, which is no slip.
    place.write("cfn/other.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    assert_eq!(place.check(&["cfn"]).lines(RULE).len(), 0);
    place.write("trilith.toml", "[parameters]\nAuth = \"NONE\"\n");
    assert_eq!(place.check(&["cfn"]).lines(RULE).len(), 1);
    assert_eq!(place.check(&["cfn", "--parameters", "Auth=AWS_IAM"]).lines(RULE).len(), 0);
    let module = group("a", &[22]).replace("[\"0.0.0.0/0\"]", "var.networks");
    place.write("tf/main.tf", &format!("variable \"networks\" {{}}\n{module}"));
    assert_eq!(place.check(&["tf"]).lines(PORT).len(), 0);
    place.write("trilith.toml", "[variables]\nnetworks = [\"0.0.0.0/0\"]\n");
    assert_eq!(place.check(&["tf"]).lines(PORT).len(), 1);
    place.write("trilith.toml", "var-files = [\"tf/prod.tfvars\"]\n");
    place.write("tf/prod.tfvars", "networks = [\"10.0.0.0/8\"]\n");
    assert_eq!(place.check(&["tf"]).lines(PORT).len(), 0);
}

#[test]
fn the_kind_of_a_policy_may_be_told_by_its_path() {
    let place = Place::new("documents");
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    place.write("limits/all.json", policy);
    let rule = "iam-policy-allows-everything";
    assert_eq!(place.check(&["limits"]).lines(rule).len(), 1);
    place.write("trilith.toml", "[documents]\n\"limits/**\" = \"service-control-policy\"\n");
    assert_eq!(place.check(&["limits"]).lines(rule).len(), 0, "it allows nothing by itself");
    place.write("trilith.toml", "[documents]\n\"limits/**\" = \"ignored\"\n");
    assert_eq!(place.check(&["limits"]).code, 2);
}

#[test]
fn what_is_excluded_is_excluded_for_hooks_too() {
    let place = Place::new("exclude");
    place.write("test/t.yaml", OPEN);
    place.write("trilith.toml", "exclude = [\"test/\"]\n");
    assert_eq!(place.check(&["test/t.yaml"]).code, 1, "who names a file means it");
    assert_eq!(place.check(&["test/t.yaml", "--report-given"]).code, 0, "a hook names all");
    assert_eq!(place.check(&["test/t.yaml", "--force-exclude"]).code, 2);
}
