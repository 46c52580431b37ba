//! The providers of tokens.

use trilith_graph::Tri;

use crate::glob::Token;
use crate::pattern::{Case, Pattern};

/// Who issues the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the products")]
pub enum OidcProvider {
    GitHub,
    GitLab,
    TerraformCloud,
    CircleCi,
    Bitbucket,
    Buildkite,
    Eks,
    Cognito,
    Google,
    Facebook,
    Amazon,
    /// Any other issuer.
    Other,
}

impl OidcProvider {
    /// The provider with this issuer, which is the URL of the provider without `https://`.
    pub fn of_issuer(issuer: &str) -> Self {
        let issuer = issuer.strip_prefix("https://").unwrap_or(issuer).to_ascii_lowercase();
        let (host, path) = issuer.split_once('/').unwrap_or((&issuer, ""));
        match host {
            "token.actions.githubusercontent.com" => Self::GitHub,
            "app.terraform.io" => Self::TerraformCloud,
            "oidc.circleci.com" => Self::CircleCi,
            "api.bitbucket.org" => Self::Bitbucket,
            "agent.buildkite.com" => Self::Buildkite,
            "cognito-identity.amazonaws.com" => Self::Cognito,
            "accounts.google.com" => Self::Google,
            "graph.facebook.com" => Self::Facebook,
            "www.amazon.com" => Self::Amazon,
            _ if host.starts_with("oidc.eks.") => Self::Eks,
            _ if host.starts_with("gitlab.") || host.contains(".gitlab.") => Self::GitLab,
            // GitHub Enterprise Server and GitHub with data residency.
            _ if path.starts_with("_services/token") => Self::GitHub,
            _ if host.starts_with("token.actions.") && host.ends_with(".ghe.com") => Self::GitHub,
            _ => Self::Other,
        }
    }

    /// Whether all customers of the provider get tokens from one issuer, so that the issuer
    /// alone keeps nobody out. `CircleCI`, Bitbucket and EKS have an issuer for each customer.
    pub const fn is_shared(self) -> bool {
        !matches!(self, Self::CircleCi | Self::Bitbucket | Self::Eks | Self::Other)
    }

    pub(super) const fn has_own_audience(self) -> bool {
        matches!(self, Self::Cognito | Self::Google | Self::Facebook | Self::Amazon)
    }
}

/// The issuer of a provider as far as it is known.
pub(super) struct Issuer {
    text: String,
    is_complete: bool,
}

impl Issuer {
    pub(super) fn new(text: &str, is_complete: bool) -> Self {
        let text = text.strip_prefix("https://").unwrap_or(text);
        Self { text: text.trim_end_matches('/').to_ascii_lowercase(), is_complete }
    }

    /// From the ARN of the provider, or the name by which a built-in one goes.
    pub(super) fn of(pattern: &Pattern<'_>) -> Self {
        let Some(glob) = pattern.glob(Case::Exact) else { return Self::new("", false) };
        let (text, is_complete) = text_with_gaps(glob.tokens());
        match text.split_once(":oidc-provider/") {
            Some((_, issuer)) => Self::new(issuer, !issuer.contains(GAP)),
            None if text.contains(':') => Self::new("", false),
            None => Self::new(&text, is_complete),
        }
    }

    pub(super) fn provider(&self) -> Option<OidcProvider> {
        match OidcProvider::of_issuer(&self.text) {
            OidcProvider::Other if !self.is_complete => None,
            provider => Some(provider),
        }
    }

    /// Whether a key with this issuer is among those of the provider's tokens.
    pub(super) fn is_asked_by(&self, key_issuer: &str) -> Tri {
        if !self.is_complete || key_issuer.contains("${") {
            return Tri::Unknown;
        }
        (self.text == key_issuer).into()
    }
}

/// Stands for a part that is not known but has neither wildcards nor separators.
pub(super) const GAP: char = '\u{fffd}';

pub(super) fn text_with_gaps(tokens: &[Token<'_>]) -> (String, bool) {
    let text: String = tokens
        .iter()
        .map(|token| match token {
            Token::Char(char) => *char,
            _ => GAP,
        })
        .collect();
    let is_complete = !text.contains(GAP);
    (text, is_complete)
}
