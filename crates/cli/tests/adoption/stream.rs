//! Records in, lines out: what engines such as Spark rely on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::support::{OPEN, PORT, Place, RULE, group};

pub(crate) fn lines(text: &str) -> Vec<Value> {
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

/// Records of all kinds, one of them broken, each with an id of its own.
fn records() -> Vec<String> {
    let mut records = vec!["{ no record".to_owned()];
    for number in 0..4 {
        let network = if number % 2 == 0 { "0.0.0.0/0" } else { "203.0.113.0/24" };
        let module = group("a", &[22]).replace("[\"0.0.0.0/0\"]", "var.n");
        let open = OPEN.replace("Door", &format!("Door{number}"));
        let all = [
            json!({ "id": format!("t{number}"), "path": "t.yaml", "content": open }),
            json!({ "id": format!("m{number}"), "tfvars": format!("n = [\"{network}\"]"), "files": [
                { "path": "main.tf", "content": module },
                { "path": "variables.tf", "content": "variable \"n\" {}\n" },
            ] }),
            json!({ "id": format!("p{number}"), "path": "p.yaml", "params": { "P": "NONE" },
                "content": OPEN.replace("AuthType: NONE", "AuthType: !Ref P")
                    .replace("Resources:", "Parameters:\n  P: {Type: String}\nResources:") }),
        ];
        records.extend(all.iter().map(ToString::to_string));
    }
    records
}

/// What one process answers: its last line, and the others sorted. A record that is none is known
/// by its number in its process alone, so that is left out.
fn answer(place: &Place, records: &[String]) -> (Value, Vec<String>) {
    let ran = place.run_with(&["check", "--stream"], &[], &records.join("\n"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut found = lines(&ran.out);
    let end = found.pop().expect("an end");
    assert_eq!(end["type"], "end");
    let mut texts: Vec<String> = found
        .into_iter()
        .map(|mut line| {
            if line["type"] == "error" {
                line = line["type"].take();
            }
            line.to_string()
        })
        .collect();
    texts.sort();
    (end, texts)
}

#[test]
fn neither_the_order_of_records_nor_their_partition_over_processes_shows() {
    let place = Place::new("stream_partitions");
    let records = records();
    let (end, whole) = answer(&place, &records);
    assert_eq!((&end["records"], &end["errors"]), (&json!(13), &json!(1)));
    assert!(whole.iter().filter(|line| line.contains("\"finding\"")).count() >= 10, "{whole:?}");

    let reversed: Vec<String> = records.iter().rev().cloned().collect();
    assert_eq!(answer(&place, &reversed).1, whole);

    // One process for each partition, and one of them has nothing to do.
    let mut joined = Vec::new();
    let mut sums = BTreeMap::from([("records", 0), ("findings", 0), ("errors", 0)]);
    for partition in [&records[..5], &records[5..6], &[], &records[6..]] {
        let (end, lines) = answer(&place, partition);
        joined.extend(lines);
        for (name, sum) in &mut sums {
            *sum += end[name].as_u64().expect("a number");
        }
    }
    joined.sort();
    assert_eq!(joined, whole);
    for (name, sum) in sums {
        assert_eq!(end[name], json!(sum), "{name}");
    }
}

/// The members of a `STRUCT<...>`, or of a list of columns, with their types.
fn columns(schema: &str) -> BTreeMap<String, String> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, character) in schema.char_indices() {
        match character {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&schema[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&schema[start..]);
    let pair = |part: &str| {
        let (name, kind) = part.trim().split_once([' ', ':']).expect("a name and a type");
        (name.to_owned(), kind.trim().to_owned())
    };
    parts.into_iter().map(pair).collect()
}

/// Asserts that a value is of a type of the schema.
fn assert_is(value: &Value, kind: &str, place: &str) {
    let inner = |prefix: &str| kind.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    match value {
        Value::Null => {}
        Value::Array(items) => {
            let inner = inner("ARRAY<").unwrap_or_else(|| panic!("{place} is no {kind}"));
            items.iter().for_each(|item| assert_is(item, inner, place));
        }
        Value::Object(members) => {
            let inner = inner("STRUCT<").unwrap_or_else(|| panic!("{place} is no {kind}"));
            assert_row(members, &columns(inner), place);
        }
        // Spark reads a number into a column of text, and not the other way round.
        Value::Number(_) => assert!(["INT", "BIGINT", "STRING"].contains(&kind), "{place}: {kind}"),
        _ => assert_eq!(kind, "STRING", "{place}"),
    }
}

fn assert_row(row: &serde_json::Map<String, Value>, of: &BTreeMap<String, String>, place: &str) {
    for (name, value) in row {
        let kind = of.get(name).unwrap_or_else(|| panic!("no column for {place}{name}"));
        assert_is(value, kind, &format!("{place}{name}."));
    }
}

#[test]
fn the_schema_for_spark_has_a_column_for_everything_that_a_line_says() {
    let place = Place::new("stream_schema");
    let schema = place.run(&["schema", "spark"]);
    let columns = columns(schema.out.trim());
    let ran = place.run_with(&["check", "--stream"], &[], &records().join("\n"));
    let found = lines(&ran.out);
    for line in &found {
        assert_row(line.as_object().expect("an object"), &columns, "");
    }
    let seen: std::collections::BTreeSet<&str> = found
        .iter()
        .flat_map(|line| line.as_object().expect("an object").keys().map(String::as_str))
        .collect();
    assert_eq!(seen, columns.keys().map(String::as_str).collect(), "columns that no line fills");
}

/// Peak of the memory of a process, in KiB.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_that_of_one_record() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    const WARM: usize = 20;
    const RECORDS: usize = 220;
    /// Text of each record; all of them together are many times the bound.
    const SIZE: usize = 200_000;
    const MOST_GROWTH: u64 = 8_000;

    let place = Place::new("stream_memory");
    let mut child = Command::new(env!("CARGO_BIN_EXE_trilith"))
        .args(["check", "--stream"])
        .current_dir(&place.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = child.stdin.take().expect("an input");
    let mut output = BufReader::new(child.stdout.take().expect("an output")).lines();
    let mut warm = 0;
    for number in 0..RECORDS {
        let text = format!("{number:08}").repeat(SIZE / 8);
        let content = json!({ "Description": text, "Resources": {
            format!("Door{number}"): { "Type": "AWS::Lambda::Url", "Properties": {
                "TargetFunctionArn": text, "AuthType": "NONE" } },
        } });
        let record = json!({ "path": "t.json", "content": content.to_string() });
        writeln!(input, "{record}").expect("it reads");
        let answer = output.by_ref().map_while(Result::ok).find(|line| line.contains("\"file\""));
        assert!(answer.expect("an answer").contains("\"findings\":1"));
        if number + 1 == WARM {
            warm = peak(child.id());
        }
    }
    let grown = peak(child.id()) - warm;
    drop(input);
    assert!(child.wait().expect("it ends").success());
    assert!(grown < MOST_GROWTH, "{grown} KiB more after {} records", RECORDS - WARM);
}
