//! Roles of workloads with all power over a Kubernetes cluster.

use trilith_rules::prelude::*;

const TRUSTED: &str = "AssumeRolePolicyDocument/Statement/*/Principal";

pub(crate) fn check(entry: &View<'_>, findings: &mut Findings<'_>) {
    let Some(role) = entry.referenced("PrincipalArn").filter(serves_code) else { return };
    for (path, granted) in entry.all("AccessPolicies/*") {
        // The partition may be unknown: only the end of the ARN counts.
        let policy = granted.get("PolicyArn");
        let name = policy.display_text().unwrap_or_default();
        let is_admin = if policy.is_unknown() {
            Tri::Unknown
        } else {
            Tri::from(name.ends_with(":cluster-access-policy/AmazonEKSClusterAdminPolicy"))
        };
        let everywhere = granted.path("AccessScope/Type").is("cluster");
        findings.when(is_admin.and(everywhere), || {
            let message = format!("`{}` is administrator of the whole cluster", role.name());
            Finding::new(entry.id(), path.join("PolicyArn"), message)
                .label("everything in every namespace")
                .related(role.id(), "AssumeRolePolicyDocument", "code runs with this role")
        });
    }
}

/// Whether a service or a workflow may assume a role. Providers of SAML are for people.
fn serves_code(role: &View<'_>) -> bool {
    let services = role.all(&format!("{TRUSTED}/Service/*"));
    let federated = role.all(&format!("{TRUSTED}/Federated/*"));
    let is_saml =
        |value: &Value| value.display_text().is_some_and(|it| it.contains(":saml-provider/"));
    !services.is_empty() || federated.iter().any(|(_, provider)| !is_saml(provider))
}
