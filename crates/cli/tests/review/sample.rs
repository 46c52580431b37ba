//! The sample that ships with `docs/review.md`, and the command line around it.

use std::fs;

use serde_json::Value;

use super::{Place, TODAY, root, text, trilith};

const SAMPLE: &str = "testdata/review/sample";

/// The review of the sample in a format.
pub(super) fn rendered(format: &str) -> String {
    let arguments = ["review", SAMPLE, "--date", TODAY, "--format", format];
    let output = trilith(&root(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// The review of the sample as JSON.
pub(super) fn json() -> Value {
    serde_json::from_str(&rendered("json")).unwrap()
}

fn row<'r>(review: &'r Value, id: &str) -> &'r Value {
    let rows = review["practices"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == id).unwrap()
}

/// What `docs/review.md` says of the sample, which was checked by hand.
#[test]
fn the_sample_has_each_of_the_five_verdicts() {
    let review = json();
    for (id, verdict) in [
        ("SEC05-BP02", "violated"),
        ("SEC08-BP03", "violated"),
        ("SEC06-BP02", "accepted"),
        ("SEC06-BP03", "accepted"),
        ("SEC04-BP01", "met"),
        ("SEC02-BP05", "met"),
        ("SEC08-BP01", "met"),
        ("SEC01-BP07", "outside-templates"),
        ("SEC05-BP03", "outside-templates"),
        ("SEC10-BP02", "not-evidenced"),
        ("SEC11-BP01", "not-evidenced"),
    ] {
        let row = row(&review, id);
        assert_eq!(row["verdict"], verdict, "{id}: {}", row["because"]);
    }
    for (verdict, number) in review["totals"].as_object().unwrap() {
        assert!(number.as_u64().unwrap() > 0, "{verdict}");
    }
    let ids: Vec<&str> = review["practices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 63);
    assert_eq!((ids[0], ids[62]), ("SEC01-BP01", "SEC11-BP08"));
}

#[test]
fn every_practice_and_every_verdict_is_in_every_form() {
    let review = json();
    for format in ["html", "markdown", "csv"] {
        let page = rendered(format);
        for row in review["practices"].as_array().unwrap() {
            assert!(page.contains(row["id"].as_str().unwrap()), "{format} {}", row["id"]);
        }
    }
    let page = rendered("pretty");
    for question in review["questions"].as_array().unwrap() {
        assert!(page.contains(question["id"].as_str().unwrap()), "{page}");
    }
}

/// The transcript of `docs/review.md` is what the program prints.
#[test]
fn the_transcript_of_the_documentation_is_real() {
    let page = fs::read_to_string(root().join("docs/review.md")).unwrap().replace("\r\n", "\n");
    let command = format!("$ trilith review {SAMPLE} --date {TODAY}\n");
    let transcript = page.split(&command).nth(1).expect("the command is shown");
    let transcript = transcript.split("```").next().unwrap();
    assert_eq!(transcript, rendered("pretty"));
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    for format in ["html", "json", "pretty"] {
        let once = |threads| {
            let arguments = ["review", SAMPLE, "--date", TODAY, "--format", format, "-j", threads];
            trilith(&root(), &arguments).stdout
        };
        assert_eq!(once("1"), once("4"), "{format}");
    }
}

#[test]
fn what_changed_is_told() {
    let place = Place::new("compare");
    let old = place.file("old.json", &rendered("json"));
    let template = place.file(
        "t.yaml",
        "Resources:\n  Trail:\n    Type: AWS::CloudTrail::Trail\n    Properties: {S3BucketName: x, \
         IsLogging: true, IsMultiRegionTrail: true}\n",
    );
    let arguments = [
        "review",
        template.to_str().unwrap(),
        "--no-config",
        "--date",
        "2026-12-31",
        "--format",
        "json",
        "--compare",
        old.to_str().unwrap(),
    ];
    let output = trilith(&place.0, &arguments);
    let review: Value = serde_json::from_slice(&output.stdout).unwrap();
    let comparison = &review["comparison"];
    assert_eq!(comparison["since"], TODAY);
    let change = |id: &str| {
        let changes = comparison["verdicts"].as_array().unwrap();
        changes.iter().find(|one| one["practice"] == id).cloned().unwrap_or_default()
    };
    assert_eq!(change("SEC05-BP02")["direction"], "better");
    assert_eq!(change("SEC01-BP07")["direction"], "worse");
    assert_eq!(change("SEC08-BP01")["before"], "met");
    assert!(comparison["expired"].as_array().unwrap().iter().any(|id| id == "SEC01-BP07"));
    assert!(!comparison["gone"].as_array().unwrap().is_empty());
    let broken = place.file("broken.json", "{\"version\": 99}");
    let arguments = ["review", SAMPLE, "--compare", broken.to_str().unwrap()];
    let output = trilith(&root(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("version 99"), "{}", text(&output.stderr));
}

#[test]
fn time_turns_verdicts_around() {
    let verdicts = |date: &str| {
        let arguments = ["review", SAMPLE, "--date", date, "--format", "json"];
        let review: Value = serde_json::from_slice(&trilith(&root(), &arguments).stdout).unwrap();
        let verdict = |id: &str| row(&review, id)["verdict"].as_str().unwrap().to_owned();
        (verdict("SEC06-BP03"), verdict("SEC01-BP07"), verdict("SEC02-BP05"))
    };
    let own = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(verdicts("2026-12-20"), own("accepted", "outside-templates", "met"));
    assert_eq!(verdicts("2026-12-21"), own("violated", "outside-templates", "met"));
    assert_eq!(verdicts("2027-03-16"), own("violated", "not-evidenced", "not-evidenced"));
}

#[test]
fn exit_codes_are_those_of_check() {
    let place = Place::new("exit");
    let good = place.file("good/t.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let bad = root().join(SAMPLE).join("shop.yaml");
    let code = |arguments: &[&str]| trilith(&place.0, arguments).status.code().unwrap();
    assert_eq!(code(&["review", good.to_str().unwrap()]), 0);
    assert_eq!(code(&["review", bad.to_str().unwrap(), "--no-config"]), 1);
    assert_eq!(code(&["review", bad.to_str().unwrap(), "--no-config", "--exit-zero"]), 0);
    let empty = place.0.join("empty");
    fs::create_dir_all(&empty).unwrap();
    assert_eq!(code(&["review", empty.to_str().unwrap()]), 2);
    assert_eq!(code(&["inventory", empty.to_str().unwrap()]), 2);
    assert_eq!(code(&["review", "missing"]), 2);
    assert_eq!(code(&["review", good.to_str().unwrap(), "--framework", "pci"]), 2);
    assert_eq!(code(&["review", good.to_str().unwrap(), "--format", "pdf"]), 2);
    assert_eq!(code(&["review", good.to_str().unwrap(), "--date", "soon"]), 2);
    let answers = place.file("answers.toml", "[[attestations]]\npractice = \"SEC99-BP01\"\n");
    let arguments = ["review", good.to_str().unwrap(), "--attestations", answers.to_str().unwrap()];
    assert_eq!(code(&arguments), 2);
    let torn = place.file("torn/t.yaml", "Resources:\n  Q: [oops\n    Type: AWS::SQS::Queue\n");
    assert_eq!(code(&["review", torn.to_str().unwrap()]), 1, "what cannot be read is no pass");
}

#[test]
fn the_questions_are_written_once() {
    let place = Place::new("init");
    place.file("t.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let init = trilith(&place.0, &["review", "--init"]);
    assert_eq!(init.status.code(), Some(0), "{}", text(&init.stderr));
    let written = fs::read_to_string(place.0.join("trilith.review.toml")).unwrap();
    assert_eq!(written.matches("# practice = ").count(), 43);
    assert_eq!(trilith(&place.0, &["review", "--init"]).status.code(), Some(2), "it holds answers");
    assert_eq!(trilith(&place.0, &["review"]).status.code(), Some(0));
}

#[test]
fn what_runs_out_is_listed() {
    let page = |within: &str| {
        let arguments = ["review", SAMPLE, "--date", TODAY, "--expiring", within];
        text(&trilith(&root(), &arguments).stdout)
    };
    let soon = page("30d");
    assert!(
        soon.contains("2026-12-20 acceptance machine-with-key-pair (@platform): 22 days left"),
        "{soon}"
    );
    assert!(soon.contains("2026-12-15 attestation SEC03-BP01 (@iam): 17 days left"), "{soon}");
    assert!(!soon.contains("2027-03-31 acceptance"), "{soon}");
    assert!(page("52w").contains("2027-03-31 acceptance ec2-imdsv1-allowed"));
}

#[test]
fn a_framework_is_shown_with_its_source() {
    let arguments = ["review", SAMPLE, "--date", TODAY, "--framework", "pci-dss-4.0"];
    let page = text(&trilith(&root(), &arguments).stdout);
    assert!(page.contains("PCI DSS 4.0  mapped by prowler (3e000faa (2026-08-21))"), "{page}");
    assert!(page.contains("violated"), "{page}");
    let arguments = ["review", SAMPLE, "--date", TODAY, "--framework", "pci-dss-40"];
    let output = trilith(&root(), &arguments);
    assert!(text(&output.stderr).contains("did you mean `pci-dss-4.0`?"));
}

#[test]
fn a_check_knows_the_rules_of_the_review_in_waivers() {
    let output = trilith(&root(), &["check", SAMPLE, "--format", "concise"]);
    let page = text(&output.stdout);
    assert!(!page.contains("waiver-malformed") && !page.contains("waiver-unused"), "{page}");
    assert!(!page.contains("machine-with-key-pair"), "{page}");
}

#[test]
fn secrets_are_in_no_form() {
    let place = Place::new("secret");
    let template = place.file(
        "t.yaml",
        "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: mysql\n      \
         MasterUserPassword: Tr0ub4dor-and-3\n      StorageEncrypted: true\n",
    );
    for format in ["html", "json", "csv", "markdown", "pretty"] {
        let arguments = ["review", template.to_str().unwrap(), "--format", format, "--evidence"];
        let output = trilith(&place.0, &arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(!text(&output.stdout).contains("Tr0ub4dor"), "{format}");
    }
}

#[test]
fn the_inventory_lists_applications_and_data() {
    let table = text(&trilith(&root(), &["inventory", SAMPLE]).stdout);
    for line in ["shop", "audit", "reports", "AWS::DynamoDB::Table", "restricted", "own key"] {
        assert!(table.contains(line), "{line}: {table}");
    }
    let json = trilith(&root(), &["inventory", SAMPLE, "--format", "json"]).stdout;
    let inventory: Value = serde_json::from_slice(&json).unwrap();
    let store = |address: &str| {
        let stores = inventory["stores"].as_array().unwrap();
        stores.iter().find(|store| store["address"] == address).unwrap().clone()
    };
    let orders = store("Orders");
    assert_eq!(orders["application"], "shop");
    assert_eq!(orders["classification"], "restricted");
    assert_eq!(orders["encryption"], "own key");
    assert_eq!(orders["owner"], "orders");
    let reports = store("aws_s3_bucket.reports");
    assert_eq!(
        (&reports["exposure"], &reports["encryption"]),
        (&"closed".into(), &"by default".into())
    );
    assert_eq!(store("aws_secretsmanager_secret.database")["untagged"], "yes");
    assert!(inventory["untagged"].as_u64().unwrap() > 0);
    let csv = text(&trilith(&root(), &["inventory", SAMPLE, "--format", "csv"]).stdout);
    assert!(csv.starts_with("kind,name,type,application,"), "{csv}");
    let resources = inventory["resources"].as_u64().unwrap();
    let counted = |list: &str| -> u64 {
        let rows = inventory[list].as_array().unwrap();
        rows.iter().map(|row| row["resources"].as_u64().unwrap()).sum()
    };
    assert_eq!((counted("applications"), counted("types")), (resources, resources));
}
