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
        let steps: Vec<&str> = row.steps.iter().map(resolve::Step::name).collect();
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
        (
            "rows.depth = { to = \"Config/Depth\", only = \"terraform\" }",
            "is not for Terraform only",
        ),
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

/// Blocks of which no row says what the things in them are. What they hold is open at run time: as
/// an object that says nothing, every property would seem to be missing in it.
const SILENT: [&str; 9] = [
    "aws_apigatewayv2_integration.response_parameters",
    "aws_appflow_flow.source_flow_config.source_connector_properties.sapo_data.parallelism_config",
    "aws_bedrockagentcore_agent_runtime.protocol_configuration",
    "aws_cloudfront_cache_policy.parameters_in_cache_key_and_forwarded_to_origin.cookies_config.cookies",
    "aws_cloudfront_cache_policy.parameters_in_cache_key_and_forwarded_to_origin.headers_config.headers",
    "aws_cloudfront_cache_policy.parameters_in_cache_key_and_forwarded_to_origin.query_strings_config.query_strings",
    "aws_dms_endpoint.oracle_settings",
    "aws_keyspaces_table.ttl",
    "aws_wafv2_web_acl.association_config",
];

#[test]
fn no_other_block_is_silent() {
    fn look(
        rows: &[resolve::Row],
        path: &str,
        names: Option<&names::Names>,
        found: &mut Vec<String>,
    ) {
        for row in rows {
            let path = format!("{path}.{}", row.name);
            let inner = names.and_then(|names| names.inner.get(&row.name));
            let Some(block) = &row.block else { continue };
            let says_something = inner.is_some_and(|inner| !inner.inner.is_empty());
            if block.is_empty() && says_something {
                found.push(path.clone());
            }
            let inner = match row.convert.as_str() {
                "inner" => inner.and_then(|inner| inner.inner.get(row.key.as_ref()?)),
                _ => inner,
            };
            look(block, &path, inner, found);
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/schemas/terraform.txt");
    let known = names::read(&fs::read_to_string(file).expect("the extract"));
    let mut found = Vec::new();
    for table in tables() {
        look(&table.rows, &table.source, known.get(&table.source), &mut found);
    }
    assert_eq!(found, SILENT);
}

/// A type of the extract that no table names any more would grow old unseen.
#[test]
fn the_extract_holds_the_types_of_the_tables() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/schemas/terraform.txt");
    let known = names::read(&fs::read_to_string(file).expect("the extract"));
    let tables = tables();
    assert!(
        tables.iter().map(|table| &table.source).eq(known.keys()),
        "run data/schemas/extract.py"
    );
    assert!(tables.len() > 500);
}

/// The lines of a section of `data/required.txt`: a type and what belongs to it.
fn required(section: &str) -> Vec<(String, Vec<String>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/required.txt");
    let text = fs::read_to_string(file).expect("the list");
    let start = format!("[{section}]");
    let lines = text.lines().skip_while(|line| *line != start).skip(1);
    let lines =
        lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
    let words = lines.filter_map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Some((words.next()?, words.collect()))
    });
    words.collect()
}

/// The tables of this repository.
fn tables() -> Vec<resolve::Resolved> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut specs = spec::Specs::default();
    for entry in fs::read_dir(data.join("aws")).expect("the tables") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            specs.read(&fs::read_to_string(&path).expect("a table")).expect("TOML");
        }
    }
    let read = |name: &str| {
        names::read(&fs::read_to_string(data.join("schemas").join(name)).expect("the extract"))
    };
    resolve::resolve(&specs, &read("cloudformation.txt"), &read("terraform.txt"))
        .expect("good tables")
}

/// Attribute paths with the property paths that they lead to.
fn paths(rows: &[resolve::Row], from: &str, to: &str, depth: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for row in rows {
        let name = if from.is_empty() { row.name.clone() } else { format!("{from}.{}", row.name) };
        let steps: Vec<&str> = row.steps.iter().map(resolve::Step::name).collect();
        let base = if row.absolute { "" } else { to };
        let joined = [base].into_iter().chain(steps).filter(|step| !step.is_empty());
        let target = joined.collect::<Vec<_>>().join("/");
        if let (Some(block), true) = (&row.block, depth < 8) {
            found.extend(paths(block, &name, &target, depth + 1));
        }
        for (steps, _) in &row.also {
            let steps: Vec<&str> = steps.iter().map(resolve::Step::name).collect();
            found.push((name.clone(), steps.join("/")));
        }
        found.push((name, target));
    }
    found
}

#[test]
fn every_pair_of_types_is_mapped() {
    let tables = tables();
    let mut missing = Vec::new();
    let pairs = required("pairs");
    assert!(pairs.len() >= 191, "{}", pairs.len());
    for (canonical, sources) in pairs {
        for source in sources {
            let table = tables.iter().find(|table| table.source == source);
            // What has no type in CloudFormation keeps its own; inline policies and attachments
            // of many are told in code.
            let is_mapped = table.is_some_and(|table| {
                table.canonical == format!("AWS::{canonical}")
                    || table.canonical == source
                    || table.canonical == "AWS::IAM::Policy"
            });
            if !is_mapped {
                missing.push(format!("{source} to {canonical}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_attribute_that_rules_speak_of_is_mapped() {
    let tables = tables();
    let in_code = required("code");
    let mut missing = Vec::new();
    for (source, attributes) in required("terraform") {
        let Some(table) = tables.iter().find(|table| table.source == source) else {
            missing.push(source);
            continue;
        };
        let mapped = paths(&table.rows, "", "", 0);
        for attribute in attributes {
            let joins = table.satellite.as_ref() == Some(&attribute);
            let is_split = table.split.iter().any(|split| split.attribute == attribute);
            if !joins && !is_split && !mapped.iter().any(|(from, _)| *from == attribute) {
                missing.push(format!("{source}.{attribute}"));
            }
        }
    }
    for (source, _) in in_code {
        if !tables.iter().any(|table| table.source == source) {
            missing.push(source);
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_property_that_rules_speak_of_can_be_given() {
    let mut reached: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in tables() {
        let own = reached.entry(table.canonical.clone()).or_default();
        own.extend(paths(&table.rows, "", "", 0).into_iter().map(|(_, to)| to));
        for (steps, _) in &table.defaults {
            let steps: Vec<&str> = steps.iter().map(resolve::Step::name).collect();
            own.push(steps.join("/"));
        }
        for split in &table.split {
            reached
                .entry(split.canonical.clone())
                .or_default()
                .extend([split.to.clone(), split.parent.clone()]);
        }
    }
    let mut missing = Vec::new();
    for (canonical, properties) in required("cloudformation") {
        let own = reached.get(&format!("AWS::{canonical}")).cloned().unwrap_or_default();
        for property in properties {
            let below = format!("{property}/");
            if !own.iter().any(|to| *to == property || to.starts_with(&below)) {
                missing.push(format!("{canonical} {property}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The lines of a section of a file of `tests/data`.
fn lines(file: &str, section: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let text = fs::read_to_string(path).expect("the list");
    let start = format!("[{section}]");
    let lines = text.lines().skip_while(|line| *line != start).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// What is wrong with the list of unmapped paths, if `missing` is what is unmapped.
fn compared(section: &str, missing: Vec<String>) -> Vec<String> {
    let reasons: BTreeMap<String, String> = lines("unmapped.txt", section)
        .iter()
        .map(|line| line.split_once(" | ").expect("a path and a reason"))
        .map(|(path, reason)| (path.to_owned(), reason.to_owned()))
        .collect();
    let stale = reasons.keys().filter(|path| !missing.contains(path));
    let mut wrong: Vec<String> = stale.map(|path| format!("{path} is reached")).collect();
    wrong.extend(missing.into_iter().filter(|path| !reasons.contains_key(path)));
    wrong
}

#[test]
fn every_path_of_the_catalogue_is_reached() {
    let tables = tables();
    let in_code: BTreeMap<String, Vec<String>> = required("code").into_iter().collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/schemas/terraform.txt");
    let provider = names::read(&fs::read_to_string(file).expect("the extract"));
    let is_reached = |path: &String| {
        // Settings keep their own words.
        let settings = ["data.", "module.", "output.", "provider.", "terraform.", "variable."];
        if settings.iter().any(|setting| path.starts_with(setting)) {
            return true;
        }
        let Some((source, attribute)) = path.split_once('.') else { return false };
        let Some(table) = tables.iter().find(|table| table.source == source) else { return false };
        if table.canonical == table.source {
            // A type of its own keeps its words too, as far as the provider has them.
            let steps = attribute.split('.');
            let found = steps.fold(provider.get(source), |names, step| names?.inner.get(step));
            return found.is_some() || table.rows.iter().any(|row| row.name == attribute);
        }
        table.satellite.as_deref() == Some(attribute)
            || (attribute == "id" && provider.contains_key(source))
            || table.split.iter().any(|split| split.attribute == attribute)
            || in_code.get(source).is_some_and(|own| own.iter().any(|one| one == attribute))
            || paths(&table.rows, "", "", 0).iter().any(|(from, _)| from == attribute)
            // The managed policy that an attachment names becomes a part of its holders.
            || table.adapter == "policy-attachment"
    };
    let all = lines("catalogue.txt", "terraform");
    assert!(all.len() > 800, "{}", all.len());
    let missing = all.into_iter().filter(|path| !is_reached(path)).collect();
    let wrong = compared("terraform", missing);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_property_of_the_catalogue_can_be_given() {
    let mut reached: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in tables() {
        let own = reached.entry(table.canonical.clone()).or_default();
        own.extend(paths(&table.rows, "", "", 0).into_iter().map(|(_, to)| to));
        let constants = table.defaults.iter().map(|(steps, _)| steps);
        for steps in constants {
            let steps: Vec<&str> = steps.iter().map(resolve::Step::name).collect();
            own.push(steps.join("/"));
        }
        for split in &table.split {
            let own = reached.entry(split.canonical.clone()).or_default();
            own.extend([split.to.clone(), split.parent.clone()]);
        }
    }
    let is_reached = |path: &String| {
        let Some((canonical, property)) = path.split_once('.') else { return false };
        // Told in code.
        let is_rule = property.starts_with("SecurityGroupIngress")
            || property.starts_with("SecurityGroupEgress");
        if canonical == "AWS::EC2::SecurityGroup" && is_rule {
            return true;
        }
        if canonical == "AWS::DirectoryService::MicrosoftAD" {
            return reached.contains_key("AWS::DirectoryService::SimpleAD");
        }
        let property = property.replace('.', "/").replace("[]", "");
        let below = format!("{property}/");
        let own = reached.get(canonical);
        own.is_some_and(|own| own.iter().any(|to| *to == property || to.starts_with(&below)))
    };
    let all = lines("catalogue.txt", "cloudformation");
    assert!(all.len() > 700, "{}", all.len());
    let missing = all.into_iter().filter(|path| !is_reached(path)).collect();
    let wrong = compared("cloudformation", missing);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
