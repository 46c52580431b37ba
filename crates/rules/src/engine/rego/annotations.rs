//! `# METADATA` comments, as OPA defines them: YAML in the comment lines above a package or rule.

use serde::Deserialize;
use serde_yaml::Value as Yaml;

/// What a comment says about a package or rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotation {
    /// The rule below it; `None` for the package.
    pub rule: Option<String>,
    /// Line of the word `METADATA`, from 1.
    pub line: u32,
    /// `title`.
    pub title: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `custom.id`.
    pub id: Option<String>,
    /// `custom.severity`, in lower case.
    pub severity: Option<String>,
    /// `custom.input`, if it is text: `resource`, `graph`, `document`, `plan`.
    pub input: Option<String>,
    /// `custom.resources`: the canonical types to look at.
    pub resources: Vec<String>,
    /// `custom.fix`: what to type.
    pub fix: Option<String>,
    /// `custom.controls`: framework, then its controls.
    pub controls: Vec<(String, String)>,
    /// Why the YAML cannot be read, if so.
    pub error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Block {
    title: Option<String>,
    description: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    custom: Yaml,
}

/// The annotations of a file, in order.
pub fn annotations(text: &str) -> Vec<Annotation> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line.trim_end() != "# METADATA" && line.trim_end() != "#METADATA" {
            continue;
        }
        let comments = lines[index + 1..].iter().take_while(|line| line.starts_with('#'));
        let yaml: Vec<&str> =
            comments.map(|line| line[1..].strip_prefix(' ').unwrap_or(&line[1..])).collect();
        let below = lines[index + 1 + yaml.len()..].iter().find(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && !line.starts_with("import ")
        });
        let target = below.map_or("", |line| line.trim());
        found.push(annotation(index as u32 + 1, &yaml.join("\n"), target));
    }
    found
}

fn annotation(line: u32, yaml: &str, target: &str) -> Annotation {
    let block: Block = match serde_yaml::from_str(yaml) {
        Ok(block) => block,
        Err(error) => {
            return Annotation { line, error: Some(error.to_string()), ..Annotation::default() };
        }
    };
    let is_package = target.starts_with("package ")
        || matches!(block.scope.as_deref(), Some("package" | "subpackages"));
    let target = target.strip_prefix("default ").unwrap_or(target);
    let end = target.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(target.len());
    let custom = |key: &str| block.custom.get(key);
    let text = |key: &str| custom(key).and_then(Yaml::as_str).map(str::to_owned);
    Annotation {
        rule: (!is_package).then(|| target[..end].to_owned()),
        line,
        title: block.title.clone(),
        description: block.description.clone(),
        id: text("id"),
        severity: text("severity").map(|severity| severity.to_ascii_lowercase()),
        input: text("input"),
        resources: custom("resources").map(strings).unwrap_or_default(),
        fix: text("fix"),
        controls: custom("controls").map(controls).unwrap_or_default(),
        error: None,
    }
}

/// A text or a list of texts.
fn strings(value: &Yaml) -> Vec<String> {
    match value {
        Yaml::String(text) => vec![text.clone()],
        Yaml::Sequence(items) => items.iter().filter_map(Yaml::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn controls(value: &Yaml) -> Vec<(String, String)> {
    let Yaml::Mapping(map) = value else { return Vec::new() };
    let pairs = map.iter().flat_map(|(framework, ids)| {
        let framework = framework.as_str().unwrap_or_default().to_owned();
        strings(ids).into_iter().map(move |id| (framework.clone(), id))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_speak_about_the_package_and_the_rules() {
        let text = "# METADATA\n# title: All\n# custom:\n#   input: graph\npackage a\n\nimport data.x\n\n\
                    # METADATA\n# title: One\n# custom:\n#   id: one\n#   severity: HIGH\n#   controls:\n\
                    #     pci: [\"1.2\", \"1.3\"]\ndeny contains m if m := 1\n";
        let [package, rule] = annotations(text).try_into().expect("two");
        assert_eq!((package.rule, package.input.as_deref()), (None, Some("graph")));
        assert_eq!((rule.rule.as_deref(), rule.id.as_deref()), (Some("deny"), Some("one")));
        assert_eq!((rule.severity.as_deref(), rule.line), (Some("high"), 9));
        assert_eq!(rule.controls.len(), 2);
    }

    #[test]
    fn what_is_no_yaml_is_said() {
        let all = annotations("# METADATA\n# a: [\npackage a\n");
        assert!(all[0].error.is_some());
    }
}
