//! The recipe for Spark, run by a real one.
//!
//! `TRILITH_SPARK_PYTHON=PYTHON cargo test --test adoption spark -- --ignored`, where PYTHON has pyspark.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::stream::lines;
use super::support::Place;

const RECORDS: usize = 1_000;

/// A line as a table has it: what is empty is left out, and members have no order.
fn row(line: Value) -> String {
    fn full(value: Value) -> Option<Value> {
        match value {
            Value::Null => None,
            Value::Object(members) => {
                let members = members.into_iter();
                let sorted: BTreeMap<String, Value> =
                    members.filter_map(|(name, value)| Some((name, full(value)?))).collect();
                Some(Value::Object(sorted.into_iter().collect()))
            }
            Value::Array(items) => Some(Value::Array(items.into_iter().filter_map(full).collect())),
            other => Some(other),
        }
    }
    full(line).map(|line| line.to_string()).unwrap_or_default()
}

/// The rows of a table in JSON, by the value of `type`, which is the name of their directory.
fn rows(table: &std::path::Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for directory in std::fs::read_dir(table).expect("a table").flatten() {
        let name = directory.file_name().to_string_lossy().into_owned();
        let Some(kind) = name.strip_prefix("type=") else { continue };
        let mut of_kind = Vec::new();
        for part in std::fs::read_dir(directory.path()).expect("parts").flatten() {
            if part.path().extension().is_some_and(|ending| ending == "json") {
                let text = std::fs::read_to_string(part.path()).expect("text");
                of_kind.extend(lines(&text).into_iter().map(row));
            }
        }
        of_kind.sort();
        found.insert(kind.to_owned(), of_kind);
    }
    found
}

#[test]
#[ignore = "needs Python with pyspark, and Java"]
fn two_processes_of_spark_say_what_a_direct_run_says() {
    let python = std::env::var("TRILITH_SPARK_PYTHON").expect("TRILITH_SPARK_PYTHON is set");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let place = Place::new("spark");
    let made = Command::new(&python)
        .arg(root.join("testdata/tools/stream_records.py"))
        .arg(RECORDS.to_string())
        .output()
        .expect("Python starts");
    let records = String::from_utf8(made.stdout).expect("text");
    place.write("records.ndjson", &records);
    let direct = place.run_with(&["check", "--stream"], &[], &records);

    let ran = Command::new(&python)
        .arg(root.join("docs/templates/spark_check.py"))
        .args(["records.ndjson", "table", "--format", "json", "--trilith"])
        .arg(env!("CARGO_BIN_EXE_trilith"))
        .env("PYSPARK_SUBMIT_ARGS", "--master local[2] --conf spark.ui.enabled=false pyspark-shell")
        .env("PYSPARK_PYTHON", &python)
        .current_dir(&place.0)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains(&format!("records: {RECORDS} of {RECORDS}")), "{said}");

    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut line in lines(&direct.out) {
        let members = line.as_object_mut().expect("an object");
        let kind = members.remove("type").expect("a type");
        let kind = kind.as_str().expect("text").to_owned();
        if kind != "end" {
            expected.entry(kind).or_default().push(row(line));
        }
    }
    expected.values_mut().for_each(|rows| rows.sort());
    let mut found = rows(&place.0.join("table"));
    assert_eq!(found.remove("end").map(|ends| ends.len()), Some(2), "a process for each partition");
    assert!(expected["finding"].len() > RECORDS, "{}", expected["finding"].len());
    for (kind, rows) in &expected {
        let table = found.get(kind).map_or(&[][..], Vec::as_slice);
        let other = rows.iter().zip(table).find(|(direct, table)| direct != table);
        assert_eq!((rows.len(), other), (table.len(), None), "{kind}");
    }
    assert_eq!(found.len(), expected.len(), "kinds of rows");
}
