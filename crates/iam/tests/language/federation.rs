use trilith_graph::Tri::{False, True, Unknown};
use trilith_iam::ClaimScope::{self, Absent, Anyone, Organization, Ref, Repository};
use trilith_iam::{OidcProvider, PolicyDocument};

use crate::policy::policy;

const GITHUB: &str = "token.actions.githubusercontent.com";

fn trust(provider: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition},
            "Principal": {{"Federated": "{provider}"}}}}"#
    )
}

fn subject(statement: &str) -> (Option<OidcProvider>, Option<ClaimScope>, trilith_graph::Tri) {
    let policy = policy(statement);
    let document = PolicyDocument::parse(&policy);
    let trusts = document.statements[0].oidc_trusts();
    (trusts[0].provider, trusts[0].subject.scope(), trusts[0].admits_outsiders().truth)
}

#[test]
fn a_subject_of_github_is_measured() {
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{GITHUB}");
    for (operator, sub, scope, outsiders) in [
        ("StringLike", r#""*""#, Some(Anyone), True),
        ("StringLike", r#""repo:*""#, Some(Anyone), True),
        ("StringLike", r#""repo:my*""#, Some(Anyone), True),
        ("StringLike", r#""repo:*/main""#, Some(Anyone), True),
        ("StringLike", r#""repo:org/*""#, Some(Organization), False),
        ("StringLike", r#""repo:org/app*""#, Some(Organization), False),
        ("StringLike", r#""repo:org/app:*""#, Some(Repository), False),
        ("StringLike", r#""repo:org/app:ref:refs/heads/*""#, Some(Repository), False),
        ("StringLike", r#""repo:org/app:ref:refs/heads/main""#, Some(Ref), False),
        ("StringEquals", r#""repo:org/app:ref:refs/heads/main""#, Some(Ref), False),
        ("StringEquals", r#""repo:org/*""#, Some(Ref), False),
        (
            "StringLike",
            r#"["repo:org/a:*", "repo:org/*", "repo:org/b:pull_request"]"#,
            Some(Organization),
            False,
        ),
        ("StringLike", r#"["repo:org/a:*", "*"]"#, Some(Anyone), True),
        ("StringNotLike", r#""repo:org/*""#, Some(Absent), True),
        ("StringLike", "?", None, Unknown),
        ("StringLike", r#""repo:$(?)/$(?):*""#, None, Unknown),
        ("StringLike", r#""repo:org/app:pull_request""#, Some(Repository), False),
        ("StringEquals", r#""repo:org/app:pull_request""#, Some(Repository), False),
        ("StringLike", r#""repo:org/$(?):*""#, None, False),
        ("StringLike", r#"["repo:$(?)", "*"]"#, Some(Anyone), True),
        ("StringEquals", r#""repo:$(?):ref:refs/heads/main""#, Some(Ref), False),
        // A token has always a subject, so that these leave no gap.
        ("ForAllValues:StringLike", r#""repo:org/*""#, Some(Organization), False),
        ("StringLikeIfExists", r#""repo:org/*""#, Some(Organization), False),
    ] {
        let condition = format!(r#"{{"{operator}": {{"{GITHUB}:sub": {sub}}}}}"#);
        let expected = (Some(OidcProvider::GitHub), scope, outsiders);
        assert_eq!(subject(&trust(&provider, &condition)), expected, "{condition}");
    }
}

#[test]
fn the_fewest_are_told_where_a_name_is_not_known() {
    for (sub, least, most) in [
        (r#""repo:$(?)/$(?):*""#, Repository, Anyone),
        (r#""repo:$(?)/*""#, Organization, Anyone),
        (r#""repo:org/$(?):*""#, Repository, Organization),
        (r#""repo:$(?):*""#, Repository, Anyone),
        (r#""repo:$(?)""#, Ref, Anyone),
        (r#""$(?)""#, Ref, Absent),
        (r#""repo:$(?)*""#, Organization, Anyone),
        (r#""repo:org/*:$(?)""#, Organization, Organization),
        (r#"["repo:org/app:ref:refs/heads/main", "repo:$(?)/*"]"#, Organization, Anyone),
        (r#"["repo:$(?)/*", "*"]"#, Anyone, Anyone),
    ] {
        let provider = format!("arn:aws:iam::123456789012:oidc-provider/{GITHUB}");
        let condition = format!(r#"{{"StringLike": {{"{GITHUB}:sub": {sub}}}}}"#);
        let policy = policy(&trust(&provider, &condition));
        let document = PolicyDocument::parse(&policy);
        let claim = document.statements[0].oidc_trusts().remove(0).subject;
        assert_eq!((claim.least, claim.most), (least, most), "{sub}");
        let last = claim.sites[0].path().to_string();
        let expected = if sub.starts_with('[') { ":sub/1" } else { ":sub" };
        assert!(last.ends_with(expected), "{last} in {sub}");
    }
}

#[test]
fn conditions_work_together() {
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{GITHUB}");
    for (condition, scope, outsiders) in [
        ("{}".into(), Some(Absent), True),
        (
            format!(r#"{{"StringEquals": {{"{GITHUB}:aud": "sts.amazonaws.com"}}}}"#),
            Some(Absent),
            True,
        ),
        (
            format!(
                r#"{{"StringEquals": {{"{GITHUB}:actor": "me", "{GITHUB}:environment": "prod"}}}}"#
            ),
            Some(Absent),
            True,
        ),
        (
            format!(r#"{{"StringEquals": {{"{GITHUB}:repository": "org/app"}}}}"#),
            Some(Repository),
            False,
        ),
        (
            format!(
                r#"{{"StringLike": {{"{GITHUB}:sub": "*", "{GITHUB}:job_workflow_ref": "org/ci/.github/*"}}}}"#
            ),
            Some(Repository),
            False,
        ),
        (format!(r#"{{"StringLike": {{"{GITHUB}:sub": "*"}}, "StringEquals": ?}}"#), None, Unknown),
        // A key that no token has: harmless where it must be there, void where it need not.
        (
            r#"{"StringLike": {"githubusercontent.com:sub": "repo:org/*"}}"#.into(),
            Some(Organization),
            False,
        ),
        (
            r#"{"ForAllValues:StringLike": {"githubusercontent.com:sub": "repo:org/*"}}"#.into(),
            Some(Absent),
            True,
        ),
        (r#"{"StringLike": {"aws:sub": "repo:org/*"}}"#.into(), Some(Absent), True),
    ] {
        let found = subject(&trust(&provider, &condition));
        assert_eq!(found, (Some(OidcProvider::GitHub), scope, outsiders), "{condition}");
    }
}

#[test]
fn every_provider_has_its_form() {
    for (issuer, provider, sub, scope) in [
        ("gitlab.com", OidcProvider::GitLab, "project_path:group/*", Organization),
        ("gitlab.com", OidcProvider::GitLab, "project_path:group/p:ref_type:*", Repository),
        ("gitlab.com", OidcProvider::GitLab, "project_path:*", Anyone),
        ("app.terraform.io", OidcProvider::TerraformCloud, "organization:*", Anyone),
        ("app.terraform.io", OidcProvider::TerraformCloud, "organization:o:*", Organization),
        (
            "app.terraform.io",
            OidcProvider::TerraformCloud,
            "organization:o:project:p:workspace:*",
            Organization,
        ),
        (
            "app.terraform.io",
            OidcProvider::TerraformCloud,
            "organization:o:project:p:workspace:w:*",
            Repository,
        ),
        (
            "app.terraform.io",
            OidcProvider::TerraformCloud,
            "organization:o:project:p:workspace:w:run_phase:plan",
            Ref,
        ),
        ("agent.buildkite.com", OidcProvider::Buildkite, "organization:o:pipeline:p:*", Repository),
        ("agent.buildkite.com", OidcProvider::Buildkite, "organization:o*", Anyone),
        ("oidc.circleci.com/org/1f2e", OidcProvider::CircleCi, "org/1f2e/project/*", Organization),
        (
            "oidc.circleci.com/org/1f2e",
            OidcProvider::CircleCi,
            "org/1f2e/project/9a/user/*",
            Repository,
        ),
        (
            "api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc",
            OidcProvider::Bitbucket,
            "{9a8b}:*",
            Repository,
        ),
        (
            "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
            OidcProvider::Eks,
            "system:serviceaccount:*",
            Organization,
        ),
        (
            "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
            OidcProvider::Eks,
            "system:serviceaccount:ns:*",
            Repository,
        ),
        (
            "oidc.eks.eu-west-1.amazonaws.com/id/ABC",
            OidcProvider::Eks,
            "system:serviceaccount:ns:sa",
            Ref,
        ),
        ("login.example.com", OidcProvider::Other, "*", Anyone),
        ("login.example.com", OidcProvider::Other, "client:app-*", Anyone),
    ] {
        let condition = format!(r#"{{"StringLike": {{"{issuer}:sub": "{sub}"}}}}"#);
        let arn = format!("arn:$(AWS::Partition):iam::$(AWS::AccountId):oidc-provider/{issuer}");
        // By its ARN, and where that is not known by the keys.
        for arn in [arn.as_str(), "$(Provider.Arn)"] {
            let found = subject(&trust(arn, &condition));
            let outsiders = provider.is_shared() && scope >= Anyone;
            assert_eq!(found, (Some(provider), Some(scope), outsiders.into()), "{issuer} {sub}");
        }
    }
}

#[test]
fn the_audience_keeps_others_out_where_it_is_the_application() {
    for (provider, condition, expected) in [
        ("cognito-identity.amazonaws.com", "{}", True),
        (
            "cognito-identity.amazonaws.com",
            r#"{"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}}"#,
            False,
        ),
        ("accounts.google.com", r#"{"StringEquals": {"accounts.google.com:aud": ?}}"#, Unknown),
        ("www.amazon.com", r#"{"StringLike": {"www.amazon.com:aud": "*"}}"#, True),
        ("$(Provider)", "{}", Unknown),
        ("$(?)", r#"{"StringLike": {"gitlab.com:sub": "*"}}"#, Unknown),
    ] {
        let found = subject(&trust(provider, condition));
        assert_eq!(found.2, expected, "{provider} {condition}");
    }
}

#[test]
fn an_issuer_may_be_told_by_the_caller() {
    let policy = policy(&trust("$(Provider)", "{}"));
    let document = PolicyDocument::parse(&policy);
    let trusts = document.statements[0].oidc_trusts_with(|_| Some(format!("https://{GITHUB}/")));
    assert_eq!(trusts[0].provider, Some(OidcProvider::GitHub));
    assert_eq!(trusts[0].admits_outsiders().truth, True);
}

#[test]
fn a_saml_provider_is_no_openid_provider() {
    let policy = policy(&trust("arn:aws:iam::123456789012:saml-provider/okta", "{}"));
    assert!(PolicyDocument::parse(&policy).statements[0].oidc_trusts().is_empty());
    assert_eq!(OidcProvider::of_issuer("ghe.example.com/_services/token"), OidcProvider::GitHub);
    assert_eq!(OidcProvider::of_issuer("HTTPS"), OidcProvider::Other);
}
