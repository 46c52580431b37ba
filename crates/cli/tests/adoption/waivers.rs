//! Accepted risk.

use super::support::{OPEN, PORT, Place, RULE, group};

const TERMS: &str = "(until 2099-12-31, owner @door)";

fn with_comment(comment: &str) -> String {
    OPEN.replace("AuthType: NONE", &format!("AuthType: NONE # {comment}"))
}

#[test]
fn a_waiver_without_owner_reason_or_expiry_does_not_waive() {
    let place = Place::new("waiver_terms");
    let full = format!("trilith: ignore[{RULE}] the page is public {TERMS}");
    for (comment, is_waived) in [
        (full.as_str(), true),
        ("trilith: ignore[CKV_AWS_258] public (until 2099-12-31, owner me)", true),
        ("trilith: ignore[lambda-url-without-auth]", false),
        ("trilith: ignore[lambda-url-without-auth] public (owner me)", false),
        ("trilith: ignore[lambda-url-without-auth] public (until 2099-12-31)", false),
        ("trilith: ignore[lambda-url-without-auth] (until 2099-12-31, owner me)", false),
        ("trilith: ignore[lambda-url-without-auth] public (until 2020-01-01, owner me)", false),
        ("trilith: ignore[lambda-url-without-auth] public (until soon, owner me)", false),
    ] {
        place.write("t.yaml", &with_comment(comment));
        let ran = place.check(&["t.yaml"]);
        assert_eq!(ran.lines(&format!("error[{RULE}]")).is_empty(), is_waived, "{comment}");
        assert_eq!(ran.lines("[waiver-").is_empty(), is_waived, "{comment}\n{}", ran.out);
        assert_eq!(ran.code, i32::from(!is_waived), "{comment}");
    }
}

#[test]
fn what_is_wrong_with_a_waiver_is_said() {
    let place = Place::new("waiver_problems");
    for (comment, expected) in [
        ("trilith: ignore[lambda-url-without-auth] x", "names no owner, no expiry"),
        (
            "trilith: ignore[lambda-url-without-auth] x (until 2020-01-01, owner me)",
            "expired on 2020-01-01",
        ),
        (
            "trilith: ignore[lambda-url-without-auht] x (until 2099-01-01, owner me)",
            "did you mean `lambda-url-without-auth`?",
        ),
        ("trilith: ignore[s3-website-public] x (until 2099-01-01, owner me)", "covers no finding"),
        ("trilith: skip[x]", "`skip` is nothing that a comment can say"),
    ] {
        place.write("t.yaml", &with_comment(comment));
        let ran = place.check(&["t.yaml"]);
        assert_eq!(ran.lines(expected).len(), 1, "{comment}\n{}", ran.out);
        assert!(ran.lines(expected)[0].starts_with("t.yaml:6:22: "), "{}", ran.out);
    }
}

#[test]
fn metadata_and_configuration_waive_too() {
    let place = Place::new("waiver_places");
    let metadata = format!(
        "    Metadata:\n      trilith:\n        waivers:\n          - {{rule: {RULE}, reason: public, owner: me, \
         expires: 2099-12-31}}\n    Properties:"
    );
    place.write("t.yaml", &OPEN.replace("    Properties:", &metadata));
    let ran = place.check(&["t.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.err.contains("1 finding waived"), "{}", ran.err);

    place.write("t.yaml", OPEN);
    let waiver = |scope: &str| {
        format!(
            "[[waivers]]\nrule = \"{RULE}\"\n{scope}\nreason = \"public\"\nowner = \"me\"\nexpires = 2099-12-31\n"
        )
    };
    for (scope, is_waived) in [
        ("resource = \"Door\"", true),
        ("resource = [\"Window\", \"D*r\"]", true),
        ("path = \"*.yaml\"", true),
        ("resource = \"Door\"\nproperty = \"AuthType\"\nvalue = \"NONE\"", true),
        ("resource = \"Door\"\nvalue = \"AWS_*\"", false),
        ("resource = \"Window\"", false),
        ("path = \"other/**\"", false),
        ("", false),
    ] {
        place.write("trilith.toml", &waiver(scope));
        let ran = place.check(&[]);
        assert_eq!(
            ran.lines(&format!("error[{RULE}]")).is_empty(),
            is_waived,
            "{scope}\n{}",
            ran.out
        );
        assert_eq!(ran.lines("trilith.toml:2:").is_empty(), is_waived, "{scope}\n{}", ran.out);
    }
    // Of a part of the project it cannot be told whether a waiver is of no use.
    place.write("sub/t.yaml", OPEN);
    place.write("trilith.toml", &waiver("resource = \"Window\""));
    assert_eq!(place.check(&["sub"]).lines("waiver-unused").len(), 0);
}

#[test]
fn an_organization_may_demand_more() {
    let place = Place::new("waiver_policy");
    place.write("t.yaml", &with_comment(&format!("trilith: ignore[{RULE}] x {TERMS}")));
    place.write("trilith.toml", "[waiver-policy]\ninline = \"deny\"\n");
    let ran = place.check(&[]);
    assert_eq!(
        (ran.lines(RULE).len(), ran.lines("waiver-not-allowed").len()),
        (2, 1),
        "{}",
        ran.out
    );
    place.write("trilith.toml", "[waiver-policy]\nmax-days = 90\n");
    assert_eq!(place.check(&[]).lines("at most 90 are accepted here").len(), 1);
    place.write("trilith.toml", "[waiver-policy]\nrequire = [\"ticket\"]\n");
    assert_eq!(place.check(&[]).lines("names no ticket").len(), 1);
    place.write("trilith.toml", "");
    assert_eq!(place.check(&[]).code, 0);
    assert_eq!(place.check(&["--no-inline-waivers"]).code, 1);
}

#[test]
fn suppressions_of_other_tools_count() {
    let place = Place::new("foreign");
    let metadata = |text: &str| {
        OPEN.replace("    Properties:", &format!("    Metadata: {text}\n    Properties:"))
    };
    for template in [
        with_comment("checkov:skip=CKV_AWS_258:public"),
        OPEN.replace("    Type:", "    # checkov:skip=CKV_AWS_258\n    Type:"),
        metadata("{checkov: {skip: [{id: CKV_AWS_258, comment: public}]}}"),
        metadata("{bridgecrew: {skip: [{id: CKV_AWS_258, comment: public}]}}"),
        OPEN.replace("      AuthType", "      # kics-scan ignore-line\n      AuthType"),
        OPEN.replace("      AuthType", "      # dd-iac-scan ignore-block\n      AuthType"),
    ] {
        place.write("t.yaml", &template);
        let ran = place.check(&["t.yaml"]);
        assert_eq!(ran.lines(RULE).len(), 0, "{template}\n{}", ran.out);
        assert!(ran.err.contains("1 finding waived"), "{}", ran.err);
        assert_eq!(
            place.check(&["t.yaml", "--strict-waivers"]).lines(&format!("error[{RULE}]")).len(),
            1
        );
    }
    for (comment, open) in [
        ("#tfsec:ignore:aws-ec2-no-public-ingress-sgr", 0),
        ("#trivy:ignore:AVD-AWS-0107", 0),
        ("#trivy:ignore:AWS-0107", 0),
        ("#trivy:ignore:AVD-AWS-0107:exp:2099-01-01", 0),
        ("#trivy:ignore:AVD-AWS-0107:exp:2020-01-01", 1),
        ("#trivy:ignore:AVD-AWS-0107:exp:whenever", 1),
        ("#tfsec:ignore:aws-s3-enable-versioning", 1),
        ("#checkov:skip=CKV_AWS_24:a bastion", 0),
        ("#ts:skip=AC_AWS_0227 a bastion", 0),
    ] {
        let text = group("a", &[22]).replace("]\n", &format!("] {comment}\n"));
        place.write("main.tf", &text);
        let ran = place.check(&["main.tf"]);
        assert_eq!(ran.lines(&format!("error[{PORT}]")).len(), open, "{comment}\n{}", ran.out);
    }
}

#[test]
fn a_granular_suppression_of_cdk_nag_covers_what_it_names() {
    let place = Place::new("cdk_nag");
    let template = |applies_to: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Metadata:\n      cdk_nag:\n        rules_to_suppress:\n          \
             - {{id: AwsSolutions-IAM5, reason: needed, applies_to: [{applies_to}]}}\n    Properties:\n      PolicyDocument:\n        \
             Version: '2012-10-17'\n        Statement:\n          - {{Effect: Allow, Action: '*', Resource: '*'}}\n"
        )
    };
    let rule = "iam-policy-allows-everything";
    for (applies_to, open) in [
        ("'Action::*'", 0),
        ("{regex: '/^Action::.*$/g'}", 0),
        ("'Action::s3:*'", 1),
        ("{regex: '/^Action::s3/'}", 1),
    ] {
        place.write("t.yaml", &template(applies_to));
        let ran = place.check(&["t.yaml", "--select", rule]);
        assert_eq!(ran.lines(rule).len(), open, "{applies_to}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_waiver_reaches_into_modules_and_names_single_instances() {
    let place = Place::new("modules");
    place.write("m/main.tf", &group("this", &[22]));
    place.write(
        "main.tf",
        "module \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n}\n",
    );
    let ran = place.run(&["check", "--format", "json", "--select", PORT]);
    assert_eq!(ran.json()["diagnostics"][0]["instances"].as_array().map(Vec::len), Some(1));
    place.write(
        "trilith.toml",
        &format!("[[waivers]]\nrule = \"{PORT}\"\nresource = \"module.a.*\"\nreason = \"a bastion\"\nowner = \"me\"\nexpires = \"2099-01-01\"\n"),
    );
    let ran = place.run(&["check", "--format", "json", "--select", PORT]);
    let left = &ran.json()["diagnostics"][0];
    assert_eq!(left["address"], "module.b.aws_security_group.this");
    assert_eq!(left["instances"].as_array().map(Vec::len), Some(0));
    place.write("trilith.toml", "");
    let text = group("this", &[22])
        .replace("]\n", &format!("] # trilith: ignore[{PORT}] a bastion {TERMS}\n"));
    place.write("m/main.tf", &text);
    assert_eq!(place.check(&["--select", PORT]).code, 0);
}

#[test]
fn a_waiver_at_the_call_of_a_module_covers_what_is_in_it() {
    let place = Place::new("waiver_module");
    place.write("net/deep/main.tf", &group("g", &[22]));
    place.write("net/main.tf", "module \"deep\" {\n  source = \"./deep\"\n}\n");
    let call = |name: &str, above: &str, inside: &str| {
        format!("{above}\nmodule \"{name}\" {{\n{inside}\n  source = \"./net\"\n  count = 2\n}}\n")
    };
    let ours = format!("# trilith: ignore[{PORT}] behind a VPN {TERMS}");
    let block = format!("  # trilith: ignore-block[{PORT}] behind a VPN {TERMS}");
    let found = |text: &str| {
        place.write("main.tf", text);
        let ran = place.run(&["check", "--format", "json"]).json();
        let of_rule = |one: &&serde_json::Value| one["rule"] == PORT;
        let list = ran["diagnostics"].as_array().expect("a list").iter().filter(of_rule);
        let found = list.map(|one| {
            let more = one["instances"].as_array().expect("a list").iter();
            let all = std::iter::once(&one["address"]).chain(more);
            all.map(|address| address.as_str().unwrap_or_default().to_owned()).collect()
        });
        let found: Vec<Vec<String>> = found.collect();
        assert_eq!(
            ran["diagnostics"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|one| {
                    one["rule"].as_str().is_some_and(|rule| rule.starts_with("waiver-"))
                })
                .count(),
            0,
            "{ran:#}"
        );
        (found, ran["waived"].as_array().map_or(0, Vec::len))
    };
    let addresses = |name: &str| -> Vec<String> {
        let one = |at: u8| format!("module.{name}[{at}].module.deep.aws_security_group.g");
        vec![one(0), one(1)]
    };
    let two = |above: &str, inside: &str| call("a", above, inside) + &call("b", "", "");
    assert_eq!(found(&two("", "")).0, [[addresses("a"), addresses("b")].concat()]);
    for (above, inside) in [
        (ours.as_str(), ""),
        ("", block.as_str()),
        ("", "  #checkov:skip=CKV_AWS_24:behind a VPN"),
        ("#tfsec:ignore:aws-ec2-no-public-ingress-sgr", ""),
    ] {
        assert_eq!(found(&two(above, inside)).0, [addresses("b")], "{above}{inside}");
        let all = call("a", above, inside) + &call("b", above, inside);
        assert_eq!(found(&all), (vec![], 1), "{above}{inside}");
    }
    // Beside an argument it is about the argument alone.
    let beside = "count = 2 #tfsec:ignore:aws-ec2-no-public-ingress-sgr";
    let argument = two("", "").replacen("count = 2", beside, 1);
    assert_eq!(found(&argument).0, [[addresses("a"), addresses("b")].concat()]);
    // What cannot be looked into may need it.
    let remote = format!("{ours}\nmodule \"r\" {{\n  source = \"a/b/c\"\n}}\n");
    assert_eq!(found(&remote).0, [["module.deep.aws_security_group.g"]], "the root `net`");
}

#[test]
fn a_waiver_at_a_nested_stack_covers_what_is_in_it() {
    let place = Place::new("waiver_stack");
    place.write("child.yaml", OPEN);
    let parent = |comment: &str| {
        format!(
            "Resources:\n  {comment}\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      \
             TemplateURL: child.yaml\n"
        )
    };
    place.write("parent.yaml", &parent(""));
    assert_eq!(place.check(&[]).lines(RULE).len(), 1);
    place.write("parent.yaml", &parent(&format!("# trilith: ignore[{RULE}] public {TERMS}")));
    let ran = place.check(&[]);
    assert_eq!((ran.lines(RULE).len(), ran.code), (0, 0), "{}", ran.out);
}

#[test]
fn a_waiver_that_covers_more_than_it_was_written_for_is_reported() {
    let place = Place::new("widened");
    let comment =
        format!("# trilith: ignore[{PORT}] a bastion (until 2099-12-31, owner me, findings 1)\n");
    place.write("main.tf", &format!("{comment}{}", group("a", &[22])));
    assert_eq!(place.check(&["--select", PORT]).code, 0);
    place.write("main.tf", &format!("{comment}{}", group("a", &[22, 3389])));
    let ran = place.check(&["--select", PORT]);
    assert_eq!(ran.lines("was written for 1 and covers 2 findings").len(), 1, "{}", ran.out);
}

#[test]
fn the_register_lists_who_accepts_what_until_when() {
    let place = Place::new("register");
    place
        .write("t.yaml", &with_comment(&format!("trilith: ignore[{RULE}] it | is public {TERMS}")));
    place.write(
        "main.tf",
        &group("a", &[22]).replace(
            "]\n",
            "] # trilith: ignore[security-group-open-admin-port] x (until 2020-01-01, owner =me)\n",
        ),
    );
    let ran = place.run(&["waivers", "list"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.lines("expired     2020-01-01").len(), 1, "{}", ran.out);
    assert_eq!(ran.lines("t.yaml:6 (comment), 1 finding on Door").len(), 1, "{}", ran.out);
    let json = place.run(&["waivers", "list", "--format", "json"]).json();
    assert_eq!(json["waivers"][1]["owner"], "@door");
    assert_eq!(json["waivers"][1]["findings"][0]["address"], "Door");
    let ran = place.run(&["waivers", "list", "--format", "markdown"]);
    assert_eq!(ran.lines("it \\| is public").len(), 1, "{}", ran.out);
    let ran = place.run(&["waivers", "list", "--format", "csv", "--expiring", "30d"]);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    assert!(ran.out.contains(",'=me,"), "no formula: {}", ran.out);
    let ran = place.run(&["waivers", "check"]);
    assert_eq!((ran.code, ran.lines("waiver-expired").len()), (1, 1), "{}", ran.out);
    let ran = place.run(&["waivers", "check", "t.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "1 waiver is in order\n"));
}

#[test]
fn a_run_over_one_file_says_what_is_wrong_with_a_waiver_of_the_configuration() {
    let place = Place::new("configured_one_file");
    place.write("t.yaml", OPEN);
    place.write("other.yaml", "Resources:\n  T: {Type: AWS::SNS::Topic}\n");
    let waiver = |more: &str| format!("[[waivers]]\nrule = \"{RULE}\"\npath = \"**\"\n{more}");
    place.write("trilith.toml", &waiver("reason = \"x\"\nowner = \"me\"\nexpires = 2020-01-01\n"));
    let ran = place.check(&["t.yaml", "--select", RULE]);
    assert_eq!(ran.lines("1 finding came back").len(), 1, "{}", ran.out);
    let ran = place.run(&["waivers", "list", "t.yaml"]);
    assert_eq!(ran.lines("expired     2020-01-01").len(), 1, "{}", ran.out);
    let ran = place.check(&["other.yaml", "--select", RULE]);
    assert_eq!((ran.code, ran.lines("waiver-expired").len()), (0, 0), "{}", ran.out);
    place.write("trilith.toml", &waiver("reason = \"x\"\n"));
    let ran = place.check(&["other.yaml", "--select", RULE]);
    assert_eq!((ran.code, ran.lines("waiver-malformed").len()), (1, 1), "{}", ran.out);
}

#[test]
fn comments_for_other_tools_can_be_taken_over() {
    let place = Place::new("import");
    let text = format!(
        "{}{}",
        group("a", &[22]).replace("]\n", "] #tfsec:ignore:aws-ec2-no-public-ingress-sgr\n"),
        group("b", &[22]).replace(
            "\" {\n",
            "\" {\n  #checkov:skip=CKV_AWS_24:a bastion\n  #checkov:skip=CKV_OTHER_1:not ours\n"
        ),
    );
    place.write("main.tf", &text);
    let before = place.check(&["--select", PORT]);
    assert_eq!(before.code, 0, "{}", before.out);
    let import = ["waivers", "import", "--owner", "@net", "--expires", "2099-06-30"];
    let ran = place.run(&import);
    assert_eq!(ran.lines("2 comments in 1 files to write anew").len(), 1, "{}{}", ran.out, ran.err);
    assert_eq!(place.read("main.tf"), text, "nothing is written without --write");
    let ran = place.run(&[&import[..], &["--write"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let new = place.read("main.tf");
    assert!(
        new.contains("CKV_OTHER_1") && !new.contains("CKV_AWS_24") && !new.contains("tfsec"),
        "{new}"
    );
    let after = place.check(&["--select", PORT, "--strict-waivers"]);
    assert_eq!((after.code, after.out.as_str()), (0, ""), "{new}");
    assert!(after.err.contains("2 findings waived"), "{}", after.err);
}
