//! Old findings.

use super::support::{OPEN, PORT, Place, RULE, group};

#[test]
fn only_new_findings_are_reported_whatever_moves() {
    let place = Place::new("baseline");
    place.write("network.tf", &format!("{}{}", group("a", &[22]), group("b", &[3389])));
    place.write("t.yaml", OPEN);
    let ran = place.run(&["baseline"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("trilith-baseline.json: "), "{}", ran.out);
    let with = ["--baseline", "trilith-baseline.json"];
    assert_eq!(place.check(&with).code, 0);

    // Files renamed, blocks reordered, lines added.
    std::fs::remove_file(place.0.join("network.tf")).expect("removed");
    place.write("net.tf", &format!("# new\n\n{}\n{}", group("b", &[3389]), group("a", &[443, 22])));
    std::fs::rename(place.0.join("t.yaml"), place.0.join("door.yaml")).expect("renamed");
    let ran = place.check(&with);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(ran.err.contains("known"), "{}", ran.err);

    place.write("more.tf", &group("c", &[22]));
    assert_eq!(place.check(&with).lines(PORT).len(), 1);
    place.write("more.tf", "");
    place.write("net.tf", &format!("{}{}", group("b", &[3389]), group("a", &[3389, 22])));
    let ran = place.check(&with);
    assert_eq!(ran.lines(PORT).len(), 1, "{}", ran.out);
    assert!(ran.lines(PORT)[0].contains("3389"), "{}", ran.out);
}

#[test]
fn a_baseline_shrinks_by_itself_and_grows_when_asked() {
    let place = Place::new("baseline_update");
    place.write("main.tf", &format!("{}{}", group("a", &[22]), group("b", &[22])));
    place.write(
        "trilith.toml",
        "baseline = \"known.json\"\nselect = [\"security-group-open-admin-port\"]\n",
    );
    assert!(place.run(&["baseline"]).out.contains("known.json: 2 findings accepted"));
    assert!(place.run(&["baseline"]).err.contains("`--update` brings it up to date"));
    assert_eq!(place.check(&[]).code, 0);
    assert_eq!(place.check(&["--no-baseline"]).lines(PORT).len(), 2);

    place.write("main.tf", &group("b", &[22]));
    let ran = place.check(&[]);
    assert!(ran.err.contains("1 finding of the baseline is gone"), "{}", ran.err);
    place.write("main.tf", &format!("{}{}", group("b", &[22]), group("c", &[22])));
    let grow = ["baseline", "--update"];
    let ran = place.run_with(&grow, &[("CI", "true")], "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("would grow by 1 finding"), "{}", ran.err);
    assert!(
        ran.out.contains("new: security-group-open-admin-port aws_security_group.c"),
        "{}",
        ran.out
    );
    let ran = place.run_with(&[&grow[..], &["--allow-growth"]].concat(), &[("CI", "true")], "");
    assert!(
        ran.out.contains("fixed: security-group-open-admin-port aws_security_group.a"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("known.json: 2 findings accepted (1 new, 1 fixed)\n"), "{}", ran.out);
    assert_eq!(place.check(&[]).code, 0);
}

#[test]
fn what_cannot_be_read_is_never_part_of_a_baseline() {
    let place = Place::new("baseline_broken");
    place.write("t.yaml", "Resources:\n  A: [oops\n  Type: AWS::S3::Bucket\n");
    place.write("u.yaml", OPEN);
    place.run(&["baseline"]);
    let ran = place.check(&["--baseline", "trilith-baseline.json"]);
    assert_eq!((ran.code, ran.lines("unreadable-file").is_empty()), (1, false), "{}", ran.out);
    assert_eq!(ran.lines(RULE).len(), 0);
}

#[test]
fn a_baseline_of_checkov_is_taken_over() {
    let place = Place::new("baseline_checkov");
    place.write("t.yaml", OPEN);
    place.write(
        ".checkov.baseline",
        r#"{"failed_checks": [{"file": "/t.yaml", "findings": [{"resource": "AWS::Lambda::Url.Door", "check_ids": ["CKV_AWS_258"]}]}]}"#,
    );
    let ran = place.run(&["baseline", "--import-checkov", ".checkov.baseline"]);
    assert!(ran.out.contains("1 finding taken over"), "{}{}", ran.out, ran.err);
    let ran = place.check(&["--baseline", "trilith-baseline.json"]);
    assert_eq!(ran.lines(RULE).len(), 0, "{}", ran.out);
}

#[test]
fn a_missing_or_broken_baseline_is_a_failure() {
    let place = Place::new("baseline_missing");
    place.write("t.yaml", OPEN);
    let ran = place.check(&["--baseline", "nowhere.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`trilith baseline --file nowhere.json` makes one"), "{}", ran.err);
    place.write("b.json", "{}");
    assert_eq!(place.check(&["--baseline", "b.json"]).code, 2);
}
