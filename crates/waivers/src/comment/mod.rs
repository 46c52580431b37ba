//! What comments say: ours, and those for other tools.

mod foreign;
mod ours;

pub(crate) use foreign::{Reach, read as read_foreign};
pub(crate) use ours::{Verb, read as read_ours};

/// The text of a comment without its marks.
pub(crate) fn content(comment: &str) -> &str {
    let inner = comment.strip_prefix("/*").map(|rest| rest.strip_suffix("*/").unwrap_or(rest));
    let inner = inner.or_else(|| comment.strip_prefix("//")).unwrap_or(comment);
    inner.trim_start_matches('#').trim()
}
