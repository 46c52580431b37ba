//! What is wrong with a configuration file: where, and what to type.

use crate::failure::Failure;

/// Names the place of an error, and the key that was probably meant.
pub(crate) fn explain(name: &str, text: &str, error: &toml::de::Error) -> Failure {
    let place = error.span().map_or(String::new(), |span| {
        let before = &text[..text.floor_char_boundary(span.start.min(text.len()))];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!(":{line}:{column}")
    });
    let message = error.message().trim();
    let message = unknown_key(message).unwrap_or_else(|| message.replace('\n', "; "));
    Failure::new(format!("{name}{place}: {message}"))
}

/// Turns serde's words for a key that does not exist into ours.
fn unknown_key(message: &str) -> Option<String> {
    let is_value = message.starts_with("unknown variant `");
    let rest = message
        .strip_prefix("unknown field `")
        .or_else(|| message.strip_prefix("unknown variant `"))?;
    let (key, rest) = rest.split_once('`')?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let what = if is_value { "value" } else { "key" };
    let hint = match nearest(key, &known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; known are `{}`", known.join("`, `")),
    };
    Some(format!("unknown {what} `{key}`{hint}"))
}

/// The name that is spelled most like another, if any is.
pub(crate) fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let near = known.iter().map(|other| (strsim::damerau_levenshtein(name, other), *other)).min();
    near.filter(|(distance, _)| *distance <= (name.len() / 3).max(2)).map(|(_, other)| other)
}
