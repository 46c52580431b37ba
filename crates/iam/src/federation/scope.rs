//! How many tokens a value of a claim lets in.

use trilith_graph::Tri;

use super::provider::{GAP, text_with_gaps};
use crate::condition::Condition;
use crate::glob::Token;

/// Whose tokens a condition on a claim lets in, from the fewest to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimScope {
    /// One ref, environment, run phase or service account: the claim has one value.
    Ref,
    /// All of a repository, project, workspace, pipeline or namespace.
    Repository,
    /// All of an organization, group or cluster.
    Organization,
    /// Everyone who has an account with the provider: `*`, `repo:*`, `repo:my*`.
    Anyone,
    /// Everyone, since no condition asks for the claim.
    Absent,
}

/// Between the fewest and the most whose tokens pass.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub(super) least: ClaimScope,
    pub(super) most: ClaimScope,
}

impl Scope {
    pub(super) const fn exactly(scope: ClaimScope) -> Self {
        Self { least: scope, most: scope }
    }

    pub(super) const fn at_most(most: ClaimScope) -> Self {
        Self { least: ClaimScope::Ref, most }
    }

    /// What passes either.
    pub(super) fn either(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: self.most.max(other.most) }
    }

    /// What passes both.
    pub(super) fn both(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.min(other.most) }
    }

    /// Tokens always have a subject and an audience (`OpenID` Connect Core, section 2), so that
    /// `IfExists` and `ForAllValues` do no harm. They do if the key is that of another issuer.
    pub(super) fn if_asked(self, condition: &Condition<'_>, is_asked: Tri) -> Self {
        match is_asked {
            _ if !condition.operator.holds_without_key() => self,
            Tri::True => self,
            Tri::Unknown => Self { most: ClaimScope::Absent, ..self },
            Tri::False => Self::exactly(ClaimScope::Absent),
        }
    }
}

/// Whether a claim tells where a token comes from. Others, such as `actor` or `environment`,
/// have values that anyone can have in a repository of their own.
pub(super) fn is_origin(claim: &str) -> bool {
    matches!(
        claim,
        "sub"
            | "repository"
            | "repository_id"
            | "repository_owner"
            | "repository_owner_id"
            | "job_workflow_ref"
            | "enterprise_id"
            | "project_path"
            | "project_id"
            | "namespace_path"
            | "namespace_id"
            | "organization_id"
            | "terraform_organization_id"
            | "terraform_workspace_id"
    )
}

/// How many pass a value of a claim that tells where a token comes from.
///
/// What stands in a gap may be wildcards, and then all that follows counts for nothing. At
/// least it is one name, or an owner and a name, without colons.
pub(super) fn origin_scope(claim: &str, tokens: &[Token<'_>]) -> Scope {
    let is_gap = |token: &Token<'_>| matches!(token, Token::Hole(hole) if !hole.fixed);
    let is_open = |token: &Token<'_>| matches!(token, Token::One | Token::Star) || is_gap(token);
    match tokens.iter().position(is_open) {
        Some(end) if tokens[end..].iter().any(is_gap) => {
            let names = [&[Token::Char(GAP)][..], &[GAP, '/', GAP].map(Token::Char)];
            let filled = names.map(|name| known_origin_scope(claim, &filled(tokens, name)));
            let [one, two] = filled;
            let most = if is_gap(&tokens[end]) { open_scope(claim, &tokens[..end]) } else { one };
            Scope { least: one.min(two), most: most.max(one).max(two) }
        }
        _ => Scope::exactly(known_origin_scope(claim, tokens)),
    }
}

/// The tokens with a text in the place of what may be wildcards.
fn filled<'v>(tokens: &[Token<'v>], text: &[Token<'v>]) -> Vec<Token<'v>> {
    let fill = |token: &Token<'v>| match token {
        Token::Hole(hole) if !hole.fixed => text.to_vec(),
        other => vec![*other],
    };
    tokens.iter().flat_map(fill).collect()
}

fn known_origin_scope(claim: &str, tokens: &[Token<'_>]) -> ClaimScope {
    let end = tokens.iter().position(|token| matches!(token, Token::One | Token::Star));
    if let Some(end) = end {
        return open_scope(claim, &tokens[..end]);
    }
    match claim {
        // Pull requests of every branch have this one subject.
        "sub" if text_with_gaps(tokens).0.ends_with(":pull_request") => ClaimScope::Repository,
        "sub" | "job_workflow_ref" => ClaimScope::Ref,
        "repository"
        | "repository_id"
        | "project_path"
        | "project_id"
        | "terraform_workspace_id" => ClaimScope::Repository,
        _ => ClaimScope::Organization,
    }
}

/// How many pass a value that begins so and ends in wildcards.
fn open_scope(claim: &str, prefix: &[Token<'_>]) -> ClaimScope {
    let (prefix, _) = text_with_gaps(prefix);
    match claim {
        "sub" => subject_scope(&prefix),
        "repository" | "project_path" | "job_workflow_ref" => path_scope(&prefix),
        _ => ClaimScope::Anyone,
    }
}

/// How many subjects begin with this text. The forms are those of the providers' pages on
/// OIDC: `repo:ORG/REPO:...` (GitHub), `project_path:GROUP/PROJECT:...` (GitLab),
/// `organization:ORG:project:P:workspace:W:...` (HCP Terraform),
/// `organization:ORG:pipeline:P:...` (Buildkite), `org/ORG/project/P/...` (`CircleCI`),
/// `{REPOSITORY}:...` (Bitbucket), `system:serviceaccount:NAMESPACE:NAME` (Kubernetes).
fn subject_scope(prefix: &str) -> ClaimScope {
    let (kind, rest) = prefix.split_once(':').unwrap_or((prefix, ""));
    match kind {
        "repo" | "project_path" => match rest.split_once('/') {
            Some((_, name)) if name.contains(':') => ClaimScope::Repository,
            Some(_) => ClaimScope::Organization,
            None => ClaimScope::Anyone,
        },
        "job_workflow_ref" | "repository" => path_scope(rest),
        "organization" => {
            let mut names = rest.split(':').skip(1);
            let complete = names.any(|kind| matches!(kind, "workspace" | "pipeline"));
            match (rest.contains(':'), complete && names.count() > 1) {
                (_, true) => ClaimScope::Repository,
                (true, false) => ClaimScope::Organization,
                (false, false) => ClaimScope::Anyone,
            }
        }
        "system" => match rest.strip_prefix("serviceaccount:") {
            Some(name) if name.contains(':') => ClaimScope::Repository,
            _ => ClaimScope::Organization,
        },
        _ if prefix.starts_with("org/") => match prefix.split('/').count() {
            5.. => ClaimScope::Repository,
            3.. => ClaimScope::Organization,
            _ => ClaimScope::Anyone,
        },
        _ if kind.starts_with('{') && prefix.contains(':') => ClaimScope::Repository,
        // AWS asks for six characters before a wildcard in the keys of shared providers.
        _ if prefix.contains(':') && rest.len() >= 6 => ClaimScope::Organization,
        _ => ClaimScope::Anyone,
    }
}

/// How many paths of the form `owner/name` begin with this text.
fn path_scope(prefix: &str) -> ClaimScope {
    match prefix.split('/').count() {
        3.. => ClaimScope::Repository,
        2 => ClaimScope::Organization,
        _ => ClaimScope::Anyone,
    }
}

pub(super) fn audience_scope(_: &str, tokens: &[Token<'_>]) -> Scope {
    match tokens {
        [Token::Star | Token::One, ..] => Scope::exactly(ClaimScope::Anyone),
        [Token::Hole(hole), ..] if !hole.fixed => Scope::at_most(ClaimScope::Anyone),
        _ if tokens.iter().any(|token| matches!(token, Token::Star | Token::One)) => {
            Scope::exactly(ClaimScope::Organization)
        }
        _ if tokens.iter().any(|token| matches!(token, Token::Hole(hole) if !hole.fixed)) => {
            Scope::at_most(ClaimScope::Organization)
        }
        _ => Scope::exactly(ClaimScope::Ref),
    }
}
