//! The tables of `data/aws` are checked when they are compiled.
#![expect(clippy::disallowed_methods, reason = "the tables are files of this repository")]
#![expect(dead_code, reason = "the build script uses the rest")]

#[path = "../build/names.rs"]
mod names;
#[path = "../build/resolve.rs"]
mod resolve;
#[path = "../build/spec.rs"]
mod spec;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use names::Names;

const CLOUDFORMATION: &str = "\
AWS::X::Thing
 Arn s read-only
 Config o
  Depth i
 Key s
 Rules lo
  RuleName s
 Tags lo
  Key s
  Value s
 ThingName s
";

const TERRAFORM: &str = "\
aws_x_thing
 arn
 depth
 key
 name
 rule
  rule_name
 tags
";

fn resolve_text(text: &str) -> Result<Vec<resolve::Resolved>, Vec<String>> {
    let mut specs = spec::Specs::default();
    specs.read(text).map_err(|error| vec![error])?;
    resolve::resolve(&specs, &names::read(CLOUDFORMATION), &names::read(TERRAFORM))
}

/// `attribute -> property` for every row.
fn rows(text: &str) -> Vec<String> {
    let tables = resolve_text(text).expect("a good table");
    let rows = tables[0].rows.iter().map(|row| {
        let steps: Vec<&str> = row
            .steps
            .iter()
            .map(|step| match step {
                resolve::Step::Key(name)
                | resolve::Step::Each(name)
                | resolve::Step::First(name)
                | resolve::Step::Pair(name, _) => name.as_str(),
            })
            .collect();
        format!("{} -> {}", row.name, steps.join("/"))
    });
    rows.collect()
}

#[test]
fn what_is_alike_maps_by_itself() {
    let plain = rows("[aws_x_thing]\ntype = \"AWS::X::Thing\"");
    assert_eq!(plain, ["key -> Key", "name -> ThingName", "rule -> Rules", "tags -> Tags"]);
    let prefixed = rows("[aws_x_thing]\ntype = \"AWS::X::Thing\"\nprefix = \"Config\"");
    assert!(prefixed.contains(&"depth -> Config/Depth".to_owned()), "{prefixed:?}");
}

#[test]
fn names_that_do_not_exist_are_refused() {
    let table = |rest: &str| format!("[aws_x_thing]\ntype = \"AWS::X::Thing\"\n{rest}");
    for (rest, complaint) in [
        ("rows.depth = \"Config/Dept\"", "`Config/Dept` is no property"),
        ("rows.dept = \"Config/Depth\"", "dept: the provider has no such attribute"),
        ("rows.\"rule.x\" = \"RuleName\"", "rule.x: the provider has no such attribute"),
        ("defaults = { Dept = 1 }", "Dept: is no property"),
        ("rows.depth = \"Rules/RuleName\"", "`Rules/RuleName` is no property"),
        ("rows.depth = \"Config[a]\"", "`Config[a]` is no property"),
        ("rows.key = { to = \"Key\", values = \"missing\" }", "key: no such values"),
        ("split.depth = { type = \"AWS::X::Other\", to = \"A\", parent = \"B\" }", "split `depth`"),
        ("color = 1", "unknown key `color`"),
    ] {
        let errors = resolve_text(&table(rest)).expect_err(rest).join("\n");
        assert!(errors.contains(complaint), "{rest}: {errors}");
    }
    let errors = resolve_text("[aws_x_thing]\ntype = \"AWS::X::Nothing\"").expect_err("no type");
    assert!(errors[0].contains("`AWS::X::Nothing` is no type"), "{errors:?}");
}

/// A type of the extract that no table names any more would grow old unseen.
#[test]
fn the_extract_holds_the_types_of_the_tables() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let extract = |name: &str| -> BTreeMap<String, Names> {
        names::read(&fs::read_to_string(data.join("schemas").join(name)).expect("the extract"))
    };
    let mut specs = spec::Specs::default();
    for entry in fs::read_dir(data.join("aws")).expect("the tables") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            specs.read(&fs::read_to_string(&path).expect("a table")).expect("TOML");
        }
    }
    let known = extract("terraform.txt");
    assert!(specs.types.keys().eq(known.keys()), "run data/schemas/extract.py");
    let tables =
        resolve::resolve(&specs, &extract("cloudformation.txt"), &known).expect("good tables");
    assert!(tables.len() > 350);
}
