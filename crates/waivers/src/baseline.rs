//! Findings that were there already: what is new is told from what is known.
//!
//! A finding is known by rule, resource and property, never by its line. Indexes of lists and of
//! instances do not count, since they change when lines are added; how many findings there are of
//! a kind does. Where several findings are alike in that, those count as known that are most like
//! the known ones: same file, same property, same message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trilith_graph::Diagnostic;

/// Version of the file.
const VERSION: u32 = 1;

/// Known findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// The findings, in the order in which they became known.
    pub findings: Vec<Entry>,
}

/// A known finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Id of the rule; a name in another tool where it was imported.
    pub rule: String,
    /// Address of the resource; empty for a finding about a file.
    #[serde(default)]
    pub address: String,
    /// The property.
    #[serde(default)]
    pub property: String,
    /// The file where it was; of no account if it is found elsewhere.
    #[serde(default)]
    pub file: String,
    /// What was said.
    #[serde(default)]
    pub message: String,
}

/// What is new and what is gone.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Whether each finding is known.
    pub is_known: Vec<bool>,
    /// Indexes of known findings that are gone.
    pub fixed: Vec<usize>,
}

impl Entry {
    /// A finding in a file at `path`.
    pub fn new(diagnostic: &Diagnostic, path: &str) -> Self {
        let subject = diagnostic.subject.as_ref();
        Self {
            rule: diagnostic.rule.to_string(),
            address: subject.map_or(String::new(), |subject| subject.address.to_string()),
            property: subject.map_or(String::new(), |subject| subject.path.to_string()),
            file: path.to_owned(),
            message: diagnostic.message.clone(),
        }
    }

    /// Address and property without indexes.
    fn key(&self) -> (String, String) {
        // A finding about a file has nothing else to be known by.
        let address = if self.address.is_empty() { &self.file } else { &self.address };
        let steps = self.property.split('/').map(|step| {
            let is_index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
            if is_index { "*" } else { step }
        });
        (without_indexes(address), steps.collect::<Vec<&str>>().join("/"))
    }

    /// How much two findings with the same key are alike.
    fn likeness(&self, other: &Self) -> u32 {
        u32::from(self.message == other.message && !self.message.is_empty()) * 4
            + u32::from(self.file == other.file) * 2
            + u32::from(self.property == other.property && self.address == other.address)
    }
}

/// An address without the keys of its instances: `module.a["x"].b[0]` is `module.a.b`.
fn without_indexes(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let mut depth = 0_usize;
    for character in address.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

impl Baseline {
    /// The findings of a run. `path` gives the file of each.
    pub fn new(diagnostics: &[Diagnostic], path: impl Fn(&Diagnostic) -> String) -> Self {
        let findings = diagnostics.iter().map(|one| Entry::new(one, &path(one))).collect();
        Self { version: VERSION, findings }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.version != VERSION {
            return Err(format!("version {} is not known here", baseline.version));
        }
        Ok(baseline)
    }

    /// The text of the file: one finding a line, so that a change of it can be read.
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (index, entry) in self.findings.iter().enumerate() {
            text.push_str(if index == 0 { "\n    " } else { ",\n    " });
            text.push_str(&serde_json::to_string(entry).unwrap_or_default());
        }
        text.push_str(if self.findings.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// Compares with the findings of a run. `stands_for` says whether the name of a rule in the
    /// baseline stands for the id of one.
    pub fn compare(
        &self,
        found: &[Entry],
        addresses: impl Fn(usize) -> Vec<String>,
        stands_for: impl Fn(&str, &str) -> bool,
    ) -> Comparison {
        let mut known: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        let mut imported: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, entry) in self.findings.iter().enumerate() {
            let (address, property) = entry.key();
            if entry.property.is_empty() && entry.message.is_empty() && !entry.address.is_empty() {
                imported.entry(address).or_default().push(index);
            } else {
                known.entry((address, property)).or_default().push(index);
            }
        }
        let mut is_known = vec![false; found.len()];
        let mut is_used = vec![false; self.findings.len()];
        // The pairs that are most alike first, whatever the order of the findings.
        let mut pairs = Vec::new();
        for (at, entry) in found.iter().enumerate() {
            let property = entry.key().1;
            let mut keys: Vec<String> =
                addresses(at).iter().map(|address| without_indexes(address)).collect();
            keys.push(entry.key().0);
            keys.sort();
            keys.dedup();
            for key in keys {
                let candidates = known.get(&(key, property.clone())).into_iter().flatten();
                for index in candidates {
                    let candidate = &self.findings[*index];
                    if candidate.rule == entry.rule || stands_for(&candidate.rule, &entry.rule) {
                        pairs.push((std::cmp::Reverse(candidate.likeness(entry)), at, *index));
                    }
                }
            }
        }
        pairs.sort_unstable();
        for (_, at, index) in pairs {
            if !is_known[at] && !is_used[index] {
                is_known[at] = true;
                is_used[index] = true;
            }
        }
        // What another tool's baseline accepts of a resource, it accepts at every property.
        for (at, entry) in found.iter().enumerate().filter(|(_, entry)| !entry.address.is_empty()) {
            let candidates = imported.get(&entry.key().0).into_iter().flatten();
            for index in candidates {
                let candidate = &self.findings[*index];
                let is_there = candidate.file.is_empty() || candidate.file == entry.file;
                let is_it =
                    candidate.rule == entry.rule || stands_for(&candidate.rule, &entry.rule);
                if is_there && is_it {
                    is_known[at] = true;
                    is_used[*index] = true;
                }
            }
        }
        let fixed = (0..self.findings.len()).filter(|index| !is_used[*index]).collect();
        Comparison { is_known, fixed }
    }
}

/// The findings that a baseline of Checkov accepts: `failed_checks[].findings[]` with `resource`
/// and `check_ids`.
pub fn import_checkov(text: &str) -> Result<Baseline, String> {
    #[derive(Deserialize)]
    struct File {
        failed_checks: Vec<Checks>,
    }
    #[derive(Deserialize)]
    struct Checks {
        file: String,
        findings: Vec<Finding>,
    }
    #[derive(Deserialize)]
    struct Finding {
        resource: String,
        check_ids: Vec<String>,
    }
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut findings = Vec::new();
    for checks in file.failed_checks {
        let path = checks.file.trim_start_matches('/').to_owned();
        for finding in checks.findings {
            // CloudFormation resources are `Type.LogicalId` there.
            let address = match finding.resource.rsplit_once('.') {
                Some((kind, id)) if kind.contains("::") => id.to_owned(),
                _ => finding.resource,
            };
            findings.extend(finding.check_ids.into_iter().map(|rule| Entry {
                rule,
                address: address.clone(),
                property: String::new(),
                file: path.clone(),
                message: String::new(),
            }));
        }
    }
    Ok(Baseline { version: VERSION, findings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rule: &str, address: &str, property: &str, file: &str, message: &str) -> Entry {
        Entry {
            rule: rule.into(),
            address: address.into(),
            property: property.into(),
            file: file.into(),
            message: message.into(),
        }
    }

    fn compare(known: &[Entry], found: &[Entry]) -> (Vec<bool>, Vec<usize>) {
        let baseline = Baseline { version: VERSION, findings: known.to_vec() };
        let alias = |name: &str, rule: &str| name == "CKV_1" && rule == "r";
        let result = baseline.compare(found, |_| Vec::new(), alias);
        (result.is_known, result.fixed)
    }

    #[test]
    fn a_known_finding_may_move_and_one_more_of_its_kind_is_new() {
        let known = [entry("r", "a.b", "In/0/Cidr", "x.tf", "port 22")];
        let moved = [entry("r", "a.b", "In/3/Cidr", "y.tf", "port 22")];
        assert_eq!(compare(&known, &moved), (vec![true], vec![]));
        let more = [
            entry("r", "a.b", "In/0/Cidr", "x.tf", "port 3389"),
            entry("r", "a.b", "In/1/Cidr", "x.tf", "port 22"),
        ];
        assert_eq!(compare(&known, &more), (vec![false, true], vec![]));
        let other = [entry("s", "a.b", "In/0/Cidr", "x.tf", "port 22")];
        assert_eq!(compare(&known, &other), (vec![false], vec![0]));
    }

    #[test]
    fn the_same_address_in_another_module_is_another_finding() {
        let known = [entry("r", "a.b", "P", "one/x.tf", "m")];
        let both =
            [entry("r", "a.b", "P", "another/x.tf", "m"), entry("r", "a.b", "P", "one/x.tf", "m")];
        assert_eq!(compare(&known, &both), (vec![false, true], vec![]));
    }

    #[test]
    fn instances_do_not_count() {
        let known = [entry("r", "module.m[\"a\"].x.y[0]", "P", "x.tf", "m")];
        assert_eq!(
            compare(&known, &[entry("r", "module.m[\"b\"].x.y[1]", "P", "x.tf", "m")]).0,
            [true]
        );
    }

    #[test]
    fn the_file_says_the_same_again() {
        let baseline = Baseline {
            version: VERSION,
            findings: vec![entry("r", "a\"b", "P/0", "x.tf", "m"), entry("s", "", "", "y.tf", "n")],
        };
        assert_eq!(Baseline::parse(&baseline.to_text()), Ok(baseline));
        assert_eq!(Baseline::parse(&Baseline::default().to_text()).unwrap().findings, []);
        assert!(Baseline::parse("{\"version\": 9, \"findings\": []}").is_err());
        assert!(Baseline::parse("[]").is_err());
    }

    #[test]
    fn a_baseline_of_checkov_accepts_a_check_of_a_resource() {
        let text = r#"{"failed_checks": [{"file": "/t.yaml", "findings": [
            {"resource": "AWS::S3::Bucket.Logs", "check_ids": ["CKV_1", "CKV_2"]}]}]}"#;
        let baseline = import_checkov(text).unwrap();
        assert_eq!(baseline.findings[0], entry("CKV_1", "Logs", "", "t.yaml", ""));
        let found =
            [entry("r", "Logs", "A", "t.yaml", "m"), entry("r", "Logs", "B", "t.yaml", "m")];
        assert_eq!(compare(&baseline.findings, &found), (vec![true, true], vec![1]));
    }
}
