//! The JSON Schema of a review.

use serde_json::{Map, Value, json};

use crate::verdict::Verdict;

/// The JSON Schema of [`crate::Review`].
pub fn schema() -> Value {
    let mut whole = object(&[
        ("version", json!({"type": "integer", "enum": [crate::VERSION]})),
        ("tool", reference("tool")),
        ("date", date()),
        ("edition", date()),
        ("scope", reference("scope")),
        ("totals", reference("totals")),
        ("questions", list("question")),
        ("practices", list("practice")),
        ("findings", list("finding")),
        ("attestations", list("attestation")),
        ("due", list("due")),
        ("responsibility", reference("responsibility")),
        ("inventory", reference("inventory")),
        ("frameworks", list("framework")),
        ("not_visible", reference("notVisible")),
        ("reproduce", reference("reproduce")),
        ("comparison", json!({"anyOf": [{"type": "null"}, reference("comparison")]})),
    ]);
    if let Value::Object(map) = &mut whole {
        map.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
        map.insert("title".into(), "Trilith review".into());
        map.insert("definitions".into(), Value::Object(definitions()));
    }
    whole
}

fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    for (name, fields) in practices().into_iter().chain(people()).chain(tables()).chain(run()) {
        all.insert(name.into(), object(&fields));
    }
    all.insert("verdict".into(), words(&Verdict::ALL.map(Verdict::name)));
    all
}

type Fields = Vec<(&'static str, Value)>;

fn practices() -> Vec<(&'static str, Fields)> {
    vec![
        ("tool", vec![("name", text()), ("version", text())]),
        (
            "scope",
            vec![
                ("paths", texts()),
                ("files", count()),
                ("roots", count()),
                ("resources", count()),
            ],
        ),
        ("totals", Verdict::ALL.map(|verdict| (verdict.name(), count())).to_vec()),
        (
            "question",
            vec![
                ("id", text()),
                ("short", text()),
                ("title", text()),
                ("totals", reference("totals")),
            ],
        ),
        (
            "practice",
            vec![
                ("id", text()),
                ("slug", text()),
                ("title", text()),
                ("url", text()),
                ("question", text()),
                ("area", text()),
                ("risk", words(&["high", "medium", "low"])),
                ("checkability", words(&["direct", "partly", "organisational"])),
                ("principles", texts()),
                ("before", texts()),
                (
                    "before_by",
                    words(&["same page", "renamed", "merged", "replaced", "by content", "new"]),
                ),
                ("verdict", reference("verdict")),
                ("because", text()),
                ("evidence", list("evidence")),
                ("violations", texts()),
                ("accepted", texts()),
                ("lesser", texts()),
                ("undecided", count()),
                ("rules", list("rule")),
                ("resources", count()),
                ("responsibility", reference("shares")),
                ("duty", text()),
                ("attestations", json!({"type": "array", "items": count()})),
                ("days_left", maybe(&whole())),
                ("ask", text()),
            ],
        ),
        ("rule", vec![("id", text()), ("looked", truth()), ("findings", count())]),
        (
            "shares",
            vec![("customer", count()), ("shared", count()), ("aws", count()), ("none", count())],
        ),
        (
            "evidence",
            vec![
                ("id", text()),
                ("proves", text()),
                ("every", truth()),
                ("outcome", words(&["shown", "not-shown", "unknown"])),
                ("looked", count()),
                ("so", count()),
                ("not", count()),
                ("unknown", count()),
                ("places", list("place")),
            ],
        ),
        (
            "place",
            vec![
                ("answer", words(&["so", "not", "unknown"])),
                ("address", text()),
                ("resource_type", text()),
                ("file", text()),
                ("line", count()),
            ],
        ),
    ]
}

fn people() -> Vec<(&'static str, Fields)> {
    vec![
        (
            "finding",
            vec![
                ("id", json!({"type": "string", "pattern": "^[0-9a-f]{16}(-[0-9]+)?$"})),
                ("rule", text()),
                ("severity", words(&["info", "low", "medium", "high", "critical"])),
                ("message", text()),
                ("help", maybe(&text())),
                ("only_when", maybe(&text())),
                ("file", text()),
                ("line", count()),
                ("column", count()),
                ("address", text()),
                ("resource_type", text()),
                ("practices", texts()),
                ("accepted", json!({"anyOf": [{"type": "null"}, reference("acceptance")]})),
            ],
        ),
        (
            "acceptance",
            vec![
                ("reason", text()),
                ("owner", text()),
                ("ticket", text()),
                ("expires", text()),
                ("days_left", maybe(&whole())),
                ("origin", text()),
            ],
        ),
        (
            "attestation",
            vec![
                ("practice", text()),
                ("slug", text()),
                ("statement", text()),
                ("link", text()),
                ("owner", text()),
                ("date", text()),
                ("expires", text()),
                ("standing", words(&["live", "expired", "malformed"])),
                ("days_left", maybe(&whole())),
                ("problem", maybe(&text())),
                ("line", count()),
            ],
        ),
        (
            "due",
            vec![
                ("kind", words(&["acceptance", "attestation"])),
                ("what", text()),
                ("findings", count()),
                ("owner", text()),
                ("expires", text()),
                ("days_left", whole()),
            ],
        ),
        (
            "comparison",
            vec![
                ("since", date()),
                ("tool_version", text()),
                ("verdicts", list("verdictChange")),
                ("new_findings", texts()),
                ("gone", list("finding")),
                ("newly_accepted", texts()),
                ("no_longer_accepted", texts()),
                ("expired", texts()),
            ],
        ),
        (
            "verdictChange",
            vec![
                ("practice", text()),
                ("slug", text()),
                ("before", json!({"anyOf": [{"type": "null"}, reference("verdict")]})),
                ("now", reference("verdict")),
                ("direction", words(&["better", "worse", "other"])),
            ],
        ),
    ]
}

fn tables() -> Vec<(&'static str, Fields)> {
    vec![
        ("responsibility", vec![("classes", list("class")), ("unclassified", count())]),
        (
            "class",
            vec![
                ("class", text()),
                ("title", text()),
                ("resources", count()),
                ("types", list("type")),
                ("duties", list("duty")),
            ],
        ),
        ("type", vec![("resource_type", text()), ("class", text()), ("resources", count())]),
        (
            "duty",
            vec![
                ("duty", text()),
                ("title", text()),
                ("share", words(&["customer", "shared", "aws", "none"])),
                ("shown", words(&["finding", "looked-at", "not-visible", "none"])),
                ("looked", count()),
                ("findings", count()),
            ],
        ),
        (
            "inventory",
            vec![
                ("resources", count()),
                ("applications", list("application")),
                ("types", list("type")),
                ("stores", list("store")),
                ("untagged", count()),
                ("taggable", count()),
            ],
        ),
        (
            "application",
            vec![
                ("name", text()),
                ("by", words(&["tag", "stack", "module", "directory"])),
                ("roots", texts()),
                ("owners", texts()),
                ("resources", count()),
                ("stores", count()),
                ("untagged", count()),
            ],
        ),
        (
            "store",
            vec![
                ("address", text()),
                ("resource_type", text()),
                ("file", text()),
                ("line", count()),
                ("application", text()),
                ("classification", maybe(&text())),
                ("encryption", maybe(&text())),
                ("exposure", words(&["public", "closed", "unknown", "nothing found"])),
                ("logs", maybe(&text())),
                ("owner", maybe(&text())),
                ("untagged", words(&["yes", "no", "unknown"])),
            ],
        ),
        (
            "framework",
            vec![
                ("id", text()),
                ("title", text()),
                ("edition", text()),
                ("mapped_by", text()),
                ("mapped_version", text()),
                ("controls", list("control")),
            ],
        ),
        (
            "control",
            vec![
                ("control", text()),
                (
                    "state",
                    words(&[
                        "violated",
                        "accepted",
                        "nothing-found",
                        "nothing-to-look-at",
                        "no-rule",
                    ]),
                ),
                ("rules", texts()),
                ("practices", list("controlPractice")),
                ("findings", texts()),
                ("accepted", texts()),
            ],
        ),
        ("controlPractice", vec![("id", text()), ("verdict", reference("verdict"))]),
    ]
}

fn run() -> Vec<(&'static str, Fields)> {
    vec![
        (
            "notVisible",
            vec![
                ("unknown_values", list("counted")),
                ("skipped", list("counted")),
                ("unreadable", texts()),
                ("open_roots", texts()),
                ("rules_left_out", count()),
                ("findings_without_practice", count()),
                ("unanswered", texts()),
            ],
        ),
        ("counted", vec![("what", text()), ("count", count())]),
        (
            "reproduce",
            vec![
                ("rules", count()),
                ("rules_digest", text()),
                ("evidence", count()),
                ("commit", maybe(&text())),
                ("inputs_digest", text()),
                ("inputs", list("input")),
            ],
        ),
        (
            "input",
            vec![
                ("file", text()),
                ("sha256", json!({"type": "string", "pattern": "^[0-9a-f]{64}$"})),
            ],
        ),
    ]
}

/// An object with these members and no others.
fn object(fields: &[(&'static str, Value)]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn list(name: &str) -> Value {
    json!({"type": "array", "items": reference(name)})
}

fn texts() -> Value {
    json!({"type": "array", "items": text()})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn truth() -> Value {
    json!({"type": "boolean"})
}

fn whole() -> Value {
    json!({"type": "integer"})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn date() -> Value {
    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
}

fn words(list: &[&str]) -> Value {
    json!({"type": "string", "enum": list})
}

fn maybe(schema: &Value) -> Value {
    json!({"anyOf": [{"type": "null"}, schema]})
}
