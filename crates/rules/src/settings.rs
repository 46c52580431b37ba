//! What a repository says of itself and no template tells: its accounts, its tags.

/// Facts that rules may ask for. Empty where the repository says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Ids of the accounts that are its own, or that it trusts as much.
    pub accounts: Vec<String>,
    /// Keys of the tags that each of its resources must have.
    pub required_tags: Vec<String>,
    /// The tag that tells how sensitive data is.
    pub classification_tag: Option<String>,
    /// The values which that tag may have; any if empty.
    pub classes: Vec<String>,
}

/// The settings of a repository that says nothing.
pub(crate) static NONE: Settings = Settings {
    accounts: Vec::new(),
    required_tags: Vec::new(),
    classification_tag: None,
    classes: Vec::new(),
};

impl Default for &Settings {
    fn default() -> Self {
        &NONE
    }
}

impl Settings {
    /// Whether an account is the repository's own, or trusted like it.
    pub fn knows_account(&self, id: &str) -> bool {
        self.accounts.iter().any(|known| known == id)
    }
}
