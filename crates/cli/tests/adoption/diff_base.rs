//! Only what this change adds.

use std::process::Command;

use super::support::{OPEN, Place, RULE, group};

fn git(place: &Place, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(&place.0)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn repository(name: &str) -> Place {
    let place = Place::new(name);
    std::fs::remove_dir_all(place.0.join(".git")).expect("removed");
    git(&place, &["init", "-q", "-b", "main"]);
    place
}

fn commit(place: &Place) {
    git(place, &["add", "-A"]);
    git(place, &["commit", "-q", "-m", "x"]);
}

#[test]
fn a_change_in_one_file_that_breaks_another_is_found_there() {
    let place = repository("diff_two_files");
    let policy = "resource \"aws_s3_bucket_policy\" \"logs\" {\n  bucket = aws_s3_bucket.logs.id\n  policy = jsonencode({\n    \
                  Statement = [{\n      Effect = \"Deny\"\n      Principal = \"*\"\n      Action = \"s3:*\"\n      \
                  Resource = \"arn:aws:s3:::logs/*\"\n      \
                  Condition = { Bool = { \"aws:SecureTransport\" = \"false\" } }\n    }]\n  })\n}\n";
    place.write("policy.tf", policy);
    let bucket = "resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n";
    place.write("bucket.tf", &format!("{bucket}{}", group("old", &[3389])));
    place.write("t.yaml", OPEN);
    commit(&place);
    place.write("policy.tf", "# moved to another account\n");
    place.write("t.yaml", &format!("# one line more\n{OPEN}"));
    let status = git(&place, &["status", "--porcelain"]);
    let ran = place.check(&["--diff-base", "HEAD"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.starts_with("bucket.tf:1:1: ") && ran.out.contains("plain-http"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("1 fixed, 4 old"), "{}", ran.err);
    assert_eq!(git(&place, &["status", "--porcelain"]), status, "the work tree is not touched");
    commit(&place);
    assert_eq!(place.check(&["--diff-base", "HEAD"]).code, 0);
    assert_eq!(place.check(&["--diff-base", "HEAD~1"]).out.lines().count(), 1);
    assert_eq!(place.check(&["--diff-base", "HEAD~1", "bucket.tf"]).out.lines().count(), 1);
}

#[test]
fn what_others_repaired_in_the_meantime_is_not_new() {
    let place = repository("diff_merge_base");
    place.write("t.yaml", OPEN);
    place.write("u.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    commit(&place);
    git(&place, &["switch", "-q", "-c", "work"]);
    place.write("u.yaml", &OPEN.replace("NONE", "AWS_IAM").replace("Door", "Gate"));
    commit(&place);
    git(&place, &["switch", "-q", "main"]);
    place.write("t.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    commit(&place);
    git(&place, &["switch", "-q", "work"]);
    let ran = place.check(&["--diff-base", "main"]);
    assert_eq!((ran.code, ran.lines(RULE).len()), (0, 0), "{}", ran.out);
}

#[test]
fn what_was_fixed_is_counted_also_in_a_directory_below() {
    let place = repository("diff_fixed");
    place.write("a/b/t.yaml", OPEN);
    place.write("a/c/t.yaml", OPEN);
    commit(&place);
    place.write("a/b/t.yaml", &OPEN.replace("NONE", "AWS_IAM"));
    let ran = place.check(&["a", "--diff-base", "HEAD", "--select", RULE]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.err.contains("1 fixed, 1 old"), "{}", ran.err);
}

#[test]
fn a_commit_that_is_not_there_is_a_failure() {
    let place = repository("diff_missing");
    place.write("t.yaml", OPEN);
    commit(&place);
    for reference in ["nowhere", "--help", "-x"] {
        let argument = format!("--diff-base={reference}");
        let ran = place.check(&[&argument]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.starts_with("error: --diff-base: "), "{}", ran.err);
    }
}
