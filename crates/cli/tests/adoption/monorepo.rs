//! Several configurations in one run.

use super::support::{OPEN, PORT, Place, RULE, Ran, group};

const TERMS: &str =
    "reason = \"public page\"\nowner = \"@a\"\nexpires = \"2099-12-31\"\nticket = \"T-1\"\n";

/// A template whose function URL is open if a parameter says so.
fn by_parameter() -> String {
    OPEN.replace("AuthType: NONE", "AuthType: !Ref Auth")
        .replace("Resources:", "Parameters:\n  Auth: {Type: String, Default: AWS_IAM}\nResources:")
}

fn places_of(ran: &Ran, rule: &str) -> Vec<String> {
    let lines = ran.lines(&format!("[{rule}]")).into_iter();
    lines.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_nearest_configuration_counts_for_each_file_of_a_run() {
    let place = Place::new("monorepo");
    for directory in ["", "a/", "a/deep/", "b/", "c/"] {
        place.write(&format!("{directory}t.yaml"), OPEN);
    }
    let severity = |name: &str| format!("[severity]\n\"{RULE}\" = \"{name}\"\n");
    place.write("trilith.toml", &format!("fail-on = \"critical\"\n{}", severity("high")));
    place.write("a/trilith.toml", &format!("ignore = [\"{RULE}\"]\n"));
    place.write("b/.trilith.toml", &format!("min-severity = \"medium\"\n{}", severity("low")));
    let extending = format!("extend = \"../trilith.toml\"\n{}", severity("critical"));
    place.write("c/trilith.toml", &extending);
    let ran = place.check(&[]);
    assert_eq!(places_of(&ran, RULE), ["c/t.yaml", "t.yaml"], "{}{}", ran.out, ran.err);
    // The threshold of `c` is that of the root, which it extends.
    assert_eq!(ran.code, 1);
    place.write("c/trilith.toml", "extend = \"../trilith.toml\"\n");
    assert_eq!(place.check(&[]).code, 0);
    // Whoever names files gets the same, and an option of the command line is for all.
    let named = place.check(&["a/t.yaml", "a/deep/t.yaml", "t.yaml", "b/t.yaml"]);
    assert_eq!(places_of(&named, RULE), ["t.yaml"], "{}", named.out);
    let one = place.check(&["--config", "trilith.toml"]);
    assert_eq!(places_of(&one, RULE).len(), 5, "{}", one.out);
    assert_eq!(places_of(&place.check(&["--no-config"]), RULE).len(), 5);
    // A repository in the repository knows nothing of what is around it.
    place.write("a/deep/.git/x", "");
    assert!(places_of(&place.check(&[]), RULE).contains(&"a/deep/t.yaml".to_owned()));
}

#[test]
fn values_rules_and_settings_are_those_of_the_configuration_around_a_root() {
    let place = Place::new("monorepo_values");
    for directory in ["a", "b"] {
        place.write(&format!("{directory}/t.yaml"), &by_parameter());
        place.write(
            &format!("{directory}/main.tf"),
            "variable \"n\" {}\nmodule \"m\" {\n  source = \"../shared\"\n  n      = var.n\n}\n",
        );
    }
    let module = group("g", &[22]).replace("[\"0.0.0.0/0\"]", "[var.n]");
    place.write("shared/main.tf", &format!("variable \"n\" {{}}\n{module}"));
    let policy = |word: &str| {
        format!(
            "package own\n# METADATA\n# custom:\n#   resources: [\"AWS::Lambda::Url\"]\n\
             deny contains {{\"message\": \"{word}\"}} if input.properties.AuthType\n"
        )
    };
    place.write("a/policies/own.rego", &policy("word of a"));
    place.write("b/policies/own.rego", &policy("word of b"));
    place.write(
        "a/trilith.toml",
        "rules = [\"policies\"]\n[parameters]\nAuth = \"NONE\"\n[variables]\nn = \"0.0.0.0/0\"\n",
    );
    place.write("b/trilith.toml", "rules = [\"policies\"]\n[variables]\nn = \"10.0.0.0/8\"\n");
    let ran = place.check(&[]);
    assert_eq!(places_of(&ran, RULE), ["a/t.yaml"], "{}{}", ran.out, ran.err);
    assert_eq!(places_of(&ran, PORT), ["shared/main.tf"], "{}", ran.out);
    assert_eq!(ran.lines("word of a").len(), 1, "{}{}", ran.out, ran.err);
    assert_eq!(ran.lines("word of b").len(), 1, "{}{}", ran.out, ran.err);
    assert!(ran.lines("word of a")[0].starts_with("a/t.yaml"), "{}", ran.out);
    let json = place.run(&["check", "--format", "json", "--select", PORT]).json();
    let found = &json["diagnostics"][0];
    assert_eq!(found["address"], "module.m.aws_security_group.g", "{json:#}");
    assert_eq!(found["related"][0]["path"], "a/main.tf", "{json:#}");
}

#[test]
fn a_configuration_waives_what_is_its_own() {
    let place = Place::new("monorepo_waivers");
    for directory in ["a", "b"] {
        place.write(&format!("{directory}/t.yaml"), OPEN);
    }
    let waiver = |rest: &str| format!("[[waivers]]\nrule = \"{RULE}\"\n{TERMS}{rest}");
    place.write("trilith.toml", "");
    place.write("a/trilith.toml", &waiver("resource = \"Door\"\n"));
    let ran = place.check(&[]);
    assert_eq!(places_of(&ran, RULE), ["b/t.yaml"], "{}{}", ran.out, ran.err);
    // One that others extend waives in each of them, and is needed if one of them needs it.
    place.write("trilith.toml", &waiver("resource = \"D*\"\n"));
    place.write("a/trilith.toml", "extend = \"../trilith.toml\"\n");
    let ran = place.check(&[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    place.write("b/t.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    assert_eq!(place.check(&[]).lines("waiver-unused").len(), 0, "it is needed in a");
    place.write("a/t.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    assert_eq!(place.check(&[]).lines("waiver-unused").len(), 1, "once, though two have it");
    // What a comment has to say is a matter of where it stands.
    let commented = OPEN.replace(
        "AuthType: NONE",
        &format!("AuthType: NONE # trilith: ignore[{RULE}] public (until 2099-12-31, owner me)"),
    );
    place.write("trilith.toml", "");
    place.write("a/trilith.toml", "[waiver-policy]\ninline = \"deny\"\n");
    place.write("a/t.yaml", &commented);
    place.write("b/t.yaml", &commented);
    let ran = place.check(&[]);
    assert_eq!(places_of(&ran, RULE), ["a/t.yaml"], "{}", ran.out);
    assert_eq!(places_of(&ran, "waiver-not-allowed"), ["a/t.yaml"], "{}", ran.out);
}

#[test]
fn each_configuration_has_its_baseline_and_its_exclusions() {
    let place = Place::new("monorepo_baseline");
    for directory in ["a", "b", "c/generated"] {
        place.write(&format!("{directory}/t.yaml"), OPEN);
    }
    place.write("a/trilith.toml", "baseline = \"known.json\"\n");
    place.write("b/trilith.toml", "");
    place.write("c/trilith.toml", "exclude = [\"generated/\"]\n");
    let made = place.run(&["baseline", "a"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let ran = place.check(&[]);
    assert_eq!(places_of(&ran, RULE), ["b/t.yaml"], "{}{}", ran.out, ran.err);
    place.write("a/more.yaml", &OPEN.replace("Door", "Gate"));
    assert_eq!(places_of(&place.check(&[]), RULE), ["a/more.yaml", "b/t.yaml"]);
    place.write("b/trilith.toml", "select = [\"no-such-rule\"]\n");
    let ran = place.check(&[]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("no-such-rule"), "{}", ran.err);
}
