//! The parts of SARIF 2.1.0 that we write, in the order in which they are written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Log<'c> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'c>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'c> {
    pub(super) tool: Tool<'c>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) automation_details: Option<AutomationDetails>,
    pub(super) invocations: [Invocation<'c>; 1],
    pub(super) original_uri_base_ids: BTreeMap<&'static str, UriBase>,
    pub(super) column_kind: &'static str,
    pub(super) results: Vec<Outcome<'c>>,
}

#[derive(Serialize)]
pub(super) struct Tool<'c> {
    pub(super) driver: Driver<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'c> {
    pub(super) name: &'static str,
    pub(super) full_name: String,
    pub(super) information_uri: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) semantic_version: &'c str,
    pub(super) rules: Vec<Rule<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'c> {
    pub(super) id: &'c str,
    pub(super) name: String,
    pub(super) short_description: Text<'c>,
    pub(super) full_description: Text<'c>,
    pub(super) help: Help<'c>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) help_uri: &'c str,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties<'c>,
}

#[derive(Serialize)]
pub(super) struct Text<'c> {
    pub(super) text: Cow<'c, str>,
}

#[derive(Serialize)]
pub(super) struct Help<'c> {
    pub(super) text: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) markdown: &'c str,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// What GitHub reads, and the ids that others know the rule by.
#[derive(Serialize)]
pub(super) struct RuleProperties<'c> {
    pub(super) tags: Vec<&'c str>,
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
    #[serde(rename = "security-severity")]
    pub(super) security_severity: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) practices: Vec<&'c str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<&'c str>,
}

#[derive(Serialize)]
pub(super) struct AutomationDetails {
    pub(super) id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'c> {
    pub(super) execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification<'c> {
    pub(super) level: &'static str,
    pub(super) message: Text<'c>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) associated_rule: Option<RuleReference<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<Location<'c>>,
}

#[derive(Serialize)]
pub(super) struct RuleReference<'c> {
    pub(super) id: &'c str,
    pub(super) index: usize,
}

#[derive(Serialize)]
pub(super) struct UriBase {
    pub(super) description: Text<'static>,
}

/// Who accepts a result, and why.
#[derive(Serialize)]
pub(super) struct Suppression<'c> {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) justification: &'c str,
    pub(super) properties: SuppressionProperties<'c>,
}

#[derive(Serialize)]
pub(super) struct SuppressionProperties<'c> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) owner: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) expires: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) ticket: &'c str,
    pub(super) origin: &'static str,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'c> {
    pub(super) rule_id: &'c str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Text<'c>,
    pub(super) locations: [Location<'c>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location<'c>>,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    pub(super) rank: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fixes: Vec<Fix<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<[Suppression<'c>; 1]>,
    pub(super) properties: Properties<'c>,
}

/// A way to mend a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix<'c> {
    pub(super) description: Text<'c>,
    /// One for each file.
    pub(super) artifact_changes: Vec<ArtifactChange<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange<'c> {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) replacements: Vec<Replacement<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement<'c> {
    pub(super) deleted_region: Region,
    pub(super) inserted_content: Text<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    pub(super) physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logical_locations: Option<[LogicalLocation<'c>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Text<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

/// All four, since GitHub asks for all four.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation<'c> {
    pub(super) fully_qualified_name: &'c str,
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Properties<'c> {
    pub(super) severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) construct: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_type: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_type: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) property: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) instances: Vec<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_when: Option<&'c str>,
}
