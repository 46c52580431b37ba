//! Identity providers that are none, or whose audiences are anyone's.

use trilith_rules::prelude::*;

pub(crate) fn check(provider: &View<'_>, findings: &mut Findings<'_>) {
    let name = provider.name();
    let url = provider.get("Url");
    match url.as_str().map(str::to_ascii_lowercase) {
        Some(issuer) => {
            let plain = issuer.starts_with("http://");
            if plain || issuer.contains('*') {
                let label = if plain { "not over https" } else { "compared letter by letter" };
                let message = format!("the issuer of `{name}` is none that AWS takes");
                let finding = Finding::new(provider.id(), PropertyPath::parse("Url"), message);
                findings.report(finding.label(label));
            }
        }
        None if url.is_present().is_false() => {}
        None => findings.undecided("Url"),
    }
    for (path, client) in provider.all("ClientIdList/*") {
        findings.when(client.is("*"), || {
            let message = format!("`{name}` lists a wildcard as audience");
            Finding::new(provider.id(), path, message).label("any audience is meant")
        });
    }
}
