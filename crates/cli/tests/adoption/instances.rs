//! What one rule says of several instances of one text.

use serde_json::Value as Json;

use super::support::{Place, Ran};

const ADMIN: &str = "iam-attaches-administrator-access";
const ACL: &str = "network-acl-open-admin-port";
const FILES: &str = "efs-unencrypted";
const TERMS: &str = "(until 2099-12-31, owner @door)";

/// Roles with the policy of administrators, of which those that machines take are worse.
fn roles(trusted: &[(&str, &str)]) -> String {
    let keys: Vec<&str> = trusted.iter().map(|(key, _)| *key).collect();
    let entries: Vec<String> =
        trusted.iter().map(|(key, principal)| format!("{key} = {{ {principal} }}")).collect();
    format!(
        r#"resource "aws_iam_role" "r" {{
  for_each           = {{ {} }}
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = each.value }}] }})
}}
resource "aws_iam_role_policy_attachment" "x" {{
  for_each   = toset({keys:?})
  role       = aws_iam_role.r[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}}
"#,
        entries.join(", ")
    )
}

const ACCOUNT: (&str, &str) = ("a", r#"AWS = "arn:aws:iam::111122223333:root""#);
const MACHINE: (&str, &str) = ("b", r#"Service = "ec2.amazonaws.com""#);
const TASK: (&str, &str) = ("c", r#"Service = "ecs-tasks.amazonaws.com""#);

/// Entries of a network ACL for some ports.
fn entries(ports: &[u16]) -> String {
    format!(
        "resource \"aws_network_acl_rule\" \"in\" {{\n  for_each       = toset({:?})\n  network_acl_id = \"acl-1\"\n  \
         rule_number    = 100\n  rule_action    = \"allow\"\n  protocol       = \"tcp\"\n  \
         from_port      = each.value\n  to_port        = each.value\n  cidr_block     = \"0.0.0.0/0\"\n}}\n",
        ports.iter().map(ToString::to_string).collect::<Vec<_>>()
    )
}

/// A module with a file system, and two root modules that call it by the same name.
fn two_roots(place: &Place, arguments: [&str; 2]) {
    place.write(
        "mod/main.tf",
        "variable \"enc\" {\n  default = false\n}\nresource \"aws_efs_file_system\" \"this\" {\n  encrypted = var.enc\n}\n",
    );
    for (root, argument) in ["ex1", "ex2"].iter().zip(arguments) {
        let text = format!("module \"fs\" {{\n  source = \"../mod\"\n{argument}}}\n");
        place.write(&format!("{root}/main.tf"), &text);
    }
}

fn found(place: &Place, rule: &str) -> Vec<Json> {
    let ran = place.run(&["check", "--format", "json", "--select", rule]);
    let list = ran.json()["diagnostics"].as_array().cloned().unwrap_or_default();
    list.into_iter().filter(|one| one["rule"] == rule).collect()
}

fn texts<'j>(list: &'j Json, key: Option<&str>) -> Vec<&'j str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| key.map_or(one, |key| &one[key]).as_str().unwrap_or_default()).collect()
}

fn places(one: &Json) -> Vec<String> {
    let related = one["related"].as_array().expect("a list").iter();
    related
        .map(|label| {
            let path = label["path"].as_str().unwrap_or_default();
            let message = label["message"].as_str().unwrap_or_default();
            format!("{path}:{}: {message}", label["span"]["start"]["line"])
        })
        .collect()
}

#[test]
fn the_worst_instance_leads_and_counts() {
    let place = Place::new("instances_worst");
    place.write("main.tf", &roles(&[ACCOUNT, MACHINE, TASK]));
    let only = &found(&place, ADMIN)[..];
    let [one] = only else { panic!("one finding: {only:#?}") };
    assert_eq!(
        (&one["severity"], &one["address"]),
        (&"critical".into(), &r#"aws_iam_role.r["b"]"#.into())
    );
    assert_eq!(
        texts(&one["instances"], None),
        [r#"aws_iam_role.r["a"]"#, r#"aws_iam_role.r["c"]"#]
    );
    assert_eq!(texts(&one["notes"], None), [r#"the severity is high for aws_iam_role.r["a"]"#]);
    let gate = ["--select", ADMIN, "--fail-on", "critical"];
    assert_eq!(place.check(&gate).code, 1);
    assert_eq!(
        place.check(&["--select", ADMIN, "--min-severity", "critical"]).lines(ADMIN).len(),
        1
    );
    // It stays the finding that it was before there was a worse one.
    let fingerprint = one["fingerprint"].clone();
    place.write("main.tf", &roles(&[ACCOUNT, TASK]));
    assert_eq!(found(&place, ADMIN)[0]["fingerprint"], fingerprint);
    place.write("main.tf", &roles(&[ACCOUNT]));
    let [one] = &found(&place, ADMIN)[..] else { panic!("one finding") };
    assert_eq!((&one["severity"], &one["fingerprint"]), (&"high".into(), &fingerprint));
    assert_eq!(place.check(&gate).code, 0);
}

#[test]
fn a_waiver_of_the_worst_instance_leaves_what_is_said_of_the_others() {
    let place = Place::new("instances_waived");
    place.write("main.tf", &roles(&[ACCOUNT, MACHINE, TASK]));
    let waiver = |name: &str| {
        format!(
            "[[waivers]]\nrule = \"{ADMIN}\"\nresource = 'aws_iam_role.r[\"{name}\"]'\nreason = \"a\"\nowner = \"me\"\n\
             expires = \"2099-01-01\"\nfindings = 1\n"
        )
    };
    let left = |names: &[&str]| {
        place.write("trilith.toml", &names.iter().map(|name| waiver(name)).collect::<String>());
        let ran = place.run(&["check", "--format", "json", "--select", ADMIN]).json();
        assert!(!ran.to_string().contains("waiver-"), "{ran:#}");
        let of_rule = ran["diagnostics"].as_array().expect("a list").iter();
        let of_rule: Vec<String> = of_rule
            .map(|one| {
                let more = texts(&one["instances"], None).join(" ");
                format!("{} {} {more}", one["severity"], one["address"]).replace(['"', '\\'], "")
            })
            .collect();
        (of_rule, ran["waived"].as_array().map_or(0, Vec::len))
    };
    let is = |text: &str, waived: usize| (vec![text.to_owned()], waived);
    assert_eq!(left(&["b"]), is("critical aws_iam_role.r[c] aws_iam_role.r[a]", 0));
    assert_eq!(left(&["b", "c"]), is("high aws_iam_role.r[a] ", 0));
    assert_eq!(left(&["a"]), is("critical aws_iam_role.r[b] aws_iam_role.r[c]", 0));
    assert_eq!(left(&["a", "b", "c"]), (vec![], 1));
}

#[test]
fn what_else_is_said_of_instances_is_told() {
    let place = Place::new("instances_said");
    place.write("main.tf", &entries(&[22, 3389, 23]));
    let [one] = &found(&place, ACL)[..] else { panic!("one finding") };
    assert_eq!(texts(&one["instances"], None).len(), 2);
    let message = one["message"].as_str().expect("a text");
    assert!(message.contains("port 22"), "{message}");
    let notes = texts(&one["notes"], None).join("\n");
    for part in ["written here too: ", "port 3389", "port 23", r#"aws_network_acl_rule.in["3389"]"#]
    {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    // As many that say the same are one, and nothing is to be told of them.
    place.write(
        "main.tf",
        &entries(&[22]).replace("= each.value", "= 22").replace("[\"22\"]", "[\"a\", \"b\"]"),
    );
    let [one] = &found(&place, ACL)[..] else { panic!("one finding") };
    assert_eq!(texts(&one["instances"], None), [r#"aws_network_acl_rule.in["b"]"#]);
    assert_eq!(texts(&one["notes"], None), [""; 0]);
}

#[test]
fn roots_that_call_a_module_by_the_same_name_are_two_instances() {
    let place = Place::new("instances_roots");
    two_roots(&place, ["  enc = false\n", "  enc = false\n"]);
    let [one] = &found(&place, FILES)[..] else { panic!("one finding") };
    assert_eq!(texts(&one["instances"], None), ["module.fs.aws_efs_file_system.this"]);
    let argument = "argument `enc` of the module";
    assert_eq!(
        places(one),
        [format!("ex1/main.tf:3: {argument}"), format!("ex2/main.tf:3: {argument}")]
    );
    let ran = place.run(&["check", "--select", FILES]);
    for part in
        ["ex1/main.tf:3", "ex2/main.tf:3", "in 2 instances: module.fs of ex1, module.fs of ex2"]
    {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    let sarif = place.run(&["check", "--format", "sarif", "--select", FILES]).json();
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"];
    let uris: Vec<&Json> = related
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["physicalLocation"]["artifactLocation"]["uri"])
        .collect();
    assert_eq!(uris, ["ex1/main.tf", "ex2/main.tf"]);
    // Where nothing in the call leads to it, the call is named.
    two_roots(&place, ["", ""]);
    let [one] = &found(&place, FILES)[..] else { panic!("one finding") };
    let call = "the module is called here";
    let default = "mod/main.tf:2: default of variable `enc`";
    assert_eq!(
        places(one),
        [default, &format!("ex1/main.tf:1: {call}"), &format!("ex2/main.tf:1: {call}")]
    );
    // What the module says by itself is still no finding of the files that call it.
    let given = ["ex1/main.tf", "ex2/main.tf", "--select", FILES];
    assert_eq!(place.check(&given).lines(FILES), [""; 0]);
    // And where one root alone has the defect.
    two_roots(&place, ["  enc = true\n", ""]);
    let [one] = &found(&place, FILES)[..] else { panic!("one finding") };
    assert_eq!(places(one), [default, &format!("ex2/main.tf:1: {call}")]);
    assert_eq!(texts(&one["instances"], None), [""; 0]);
}

#[test]
fn a_waiver_at_one_of_two_calls_of_the_same_name_leaves_the_other() {
    let place = Place::new("instances_roots_waived");
    let check = |arguments: [&str; 2]| -> Ran {
        two_roots(&place, arguments);
        place.run(&["check", "--format", "json", "--select", FILES])
    };
    let waived = format!("  enc = false # trilith: ignore[{FILES}] scratch {TERMS}\n");
    for arguments in [["  enc = false\n", &*waived], [&*waived, "  enc = false\n"]] {
        let ran = check(arguments);
        let left = &ran.json()["diagnostics"];
        assert_eq!(left.as_array().map(Vec::len), Some(1), "{}", ran.out);
        assert_eq!(texts(&left[0]["instances"], None), [""; 0]);
        let root = if arguments[0] == waived { "ex2" } else { "ex1" };
        assert_eq!(places(&left[0]), [format!("{root}/main.tf:3: argument `enc` of the module")]);
    }
    let ran = check([&*waived, &*waived]);
    assert_eq!(
        (
            ran.json()["diagnostics"].as_array().map(Vec::len),
            ran.json()["waived"].as_array().map(Vec::len)
        ),
        (Some(0), Some(1)),
        "{}",
        ran.out
    );
}

#[test]
fn instances_are_the_same_on_one_and_on_many_threads() {
    let place = Place::new("instances_threads");
    place.write("a/main.tf", &roles(&[ACCOUNT, MACHINE, TASK]));
    place.write("b/main.tf", &entries(&(20..60).collect::<Vec<_>>()));
    two_roots(&place, ["", "  enc = false\n"]);
    for format in ["json", "pretty", "sarif"] {
        let ran =
            |threads: &str| place.run(&["check", "--format", format, "--threads", threads]).out;
        let strip = |text: String| {
            text.lines().filter(|line| !line.contains(" ms")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(strip(ran("1")), strip(ran("4")), "{format}");
    }
}
