//! Whose account is meant.

use std::borrow::Cow;

use trilith_graph::{Reason, Tri, Value, ValueKind};

use crate::View;

/// Whether a value names, by its id, an account that the repository does not call its own.
///
/// What refers to another resource is an account that is managed here.
pub fn is_foreign(view: &View<'_>, value: &Value) -> Tri {
    match &value.kind {
        ValueKind::Unknown(Reason::Pseudo(_)) | ValueKind::Reference(_) => Tri::False,
        ValueKind::Unknown(Reason::DataSource(name)) if name.contains("aws_caller_identity") => {
            Tri::False
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) | ValueKind::Template(_) => Tri::Unknown,
        _ => id_of(value).is_some_and(|id| !view.settings().knows_account(&id)).into(),
    }
}

/// The account id that a value is. One that YAML read as a number has lost its leading zeros.
pub fn id_of(value: &Value) -> Option<Cow<'_, str>> {
    let is_id = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.as_str() {
        Some(text) => is_id(text).then_some(Cow::Borrowed(text)),
        None => {
            let padded = format!("{:0>12}", value.as_int().filter(|id| *id > 0)?);
            is_id(&padded).then_some(Cow::Owned(padded))
        }
    }
}
