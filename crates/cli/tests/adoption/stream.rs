//! Records in, lines out.

use serde_json::{Value, json};

use super::support::{OPEN, PORT, Place, RULE, group};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn every_record_is_looked_at_alone_and_the_last_line_counts_them() {
    let place = Place::new("stream");
    let template = OPEN.replace("Resources:", "Parameters:\n  P: {Type: String}\nResources:");
    let template = template.replace("AuthType: NONE", "AuthType: !Ref P");
    let module = group("a", &[22]).replace("[\"0.0.0.0/0\"]", "var.n");
    let records = [
        json!({ "path": "t.yaml", "content": OPEN }),
        json!({ "id": 7, "path": "closed.yaml", "content": OPEN.replace("NONE", "AWS_IAM") }),
        json!({ "id": "p", "files": [{ "path": "p.yaml", "content": template }], "params": { "P": "NONE" } }),
        json!({ "id": "m", "tfvars": "n = [\"0.0.0.0/0\"]", "files": [
            { "path": "m/main.tf", "content": module },
            { "path": "m/variables.tf", "content": "variable \"n\" {}\n" },
        ] }),
        json!({ "id": "none" }),
        json!({ "path": "x.yaml", "content": "a: b\n" }),
    ];
    let texts: Vec<String> = records.iter().map(ToString::to_string).collect();
    let mut input = texts.join("\n") + "\n";
    input.push_str("\nno record\n");
    let ran = place.run_with(&["check", "--stream"], &[], &input);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = lines(&ran.out);
    let of =
        |kind: &str| -> Vec<&Value> { found.iter().filter(|one| one["type"] == kind).collect() };
    let findings: Vec<String> = of("finding")
        .iter()
        .filter(|one| one["rule"] == RULE || one["rule"] == PORT)
        .map(|one| {
            format!("{} {}", one["id"].as_str().unwrap_or_default(), one["rule"].as_str().unwrap())
        })
        .collect();
    assert_eq!(findings, [format!("t.yaml {RULE}"), format!("p {RULE}"), format!("m {PORT}")]);
    assert_eq!(of("file").len(), 5);
    assert_eq!(of("error").len(), 2);
    let end = found.last().expect("an end");
    assert_eq!(
        (&end["type"], &end["records"], &end["errors"]),
        (&json!("end"), &json!(7), &json!(2))
    );
    assert_eq!(end["findings"], json!(of("finding").len()));
}

#[test]
fn a_stream_says_what_a_direct_run_says() {
    let place = Place::new("stream_direct");
    place.write("t.yaml", OPEN);
    let direct = place.run(&["check", "t.yaml", "--format", "ndjson"]);
    let record = json!({ "path": "t.yaml", "content": OPEN }).to_string();
    let ran = place.run_with(&["check", "--stream"], &[], &record);
    let mut streamed: Vec<Value> =
        lines(&ran.out).into_iter().filter(|line| line["type"] == "finding").collect();
    for line in &mut streamed {
        let members = line.as_object_mut().expect("an object");
        for key in ["type", "v", "id"] {
            members.remove(key);
        }
    }
    assert_eq!(streamed, lines(&direct.out));
}
