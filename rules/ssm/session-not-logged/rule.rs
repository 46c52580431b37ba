//! Shells of Session Manager that are logged nowhere.

use trilith_rules::prelude::*;

const LOGS: [&str; 2] = ["s3BucketName", "cloudWatchLogGroupName"];

pub(crate) fn check(document: &View<'_>, findings: &mut Findings<'_>) {
    let content = document.get("Content");
    let session = document.get("DocumentType").is("Session");
    let inputs = content.get("inputs");
    // Only a shell needs the preferences of its document (AWS Systems Manager User Guide, "Session
    // document schema"); what holds for commands without any is not documented.
    let kind = content.get("sessionType");
    let shell = kind.is("Standard_Stream");
    let command = kind.is("InteractiveCommands").and(inputs.is_present());
    let logged = Tri::any(LOGS.iter().map(|name| {
        let place = inputs.get(name);
        place.is_present().and(!place.is(""))
    }));
    findings.when(session.and(shell.or(command)).and(!logged), || {
        let path = if inputs.is_absent() { "Content" } else { "Content/inputs" };
        let message = format!("shells opened by `{}` leave no record", document.name());
        Finding::new(document.id(), path, message).label("neither a bucket nor a log group")
    });
}
