//! Builds and pipelines whose role can do everything.

use trilith_rules::prelude::*;
use trilith_rules::query::power;

pub(crate) fn check(build: &View<'_>, findings: &mut Findings<'_>) {
    let is_project = build.resource_type() == "AWS::CodeBuild::Project";
    let (path, what) =
        if is_project { ("ServiceRole", "what builds run") } else { ("RoleArn", "the pipeline") };
    power::report_role(build, findings, path, &format!("{what} in `{}`", build.name()));
}
