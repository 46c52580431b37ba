//! Builds that have all rights over their host.

use trilith_rules::prelude::*;

const PATH: &str = "Environment/PrivilegedMode";

/// Programs that start a daemon, as words of the commands.
const BUILDERS: [&str; 5] = ["docker", "buildah", "podman", "earthly", "cdk"];

/// Words in the names of variables by which a build is told about its image.
const IMAGES: [&str; 3] = ["ECR", "DOCKER", "IMAGE"];

pub(crate) fn check(project: &View<'_>, findings: &mut Findings<'_>) {
    let privileged = project.get(PATH).is_true();
    if privileged.is_false() {
        return;
    }
    let images = builds_images(project.get("Source/BuildSpec")).or(is_told_of_image(project));
    findings.when(privileged.and(!images), || {
        let message = format!("builds of `{}` have the power of their host", project.name());
        let severity = if strangers(project) { Severity::High } else { Severity::Medium };
        Finding::new(project.id(), PATH, message).label("root on the host").severity(severity)
    });
}

/// Whether commands that are written here ask for a daemon.
fn builds_images(commands: &Value) -> Tri {
    match commands.display_text() {
        Some(text) if names_builder(&text) => Tri::True,
        // A short text that is put together may be all commands, or the name of a file.
        Some(text) if text.contains('\n') || commands.as_str().is_some() => Tri::False,
        _ => commands.is_present().and(Tri::Unknown),
    }
}

fn names_builder(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| BUILDERS.contains(&word)) || text.contains("sam build")
}

fn is_told_of_image(project: &View<'_>) -> Tri {
    let variables = project.all("Environment/EnvironmentVariables/*/Name");
    let words = |name: &str| name.split('_').any(|word| IMAGES.contains(&word));
    Tri::any(variables.iter().map(|(_, name)| name.as_str().is_some_and(words).into()))
}

/// Whether everyone's pull requests start it.
fn strangers(project: &View<'_>) -> bool {
    let webhook = project.get("Triggers/Webhook").is_true().is_true();
    webhook && project.all("Triggers/FilterGroups/*").is_empty()
}
