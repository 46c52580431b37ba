//! What one pattern covers.

use trilith_graph::{Tri, ValueKind};

use crate::arn;
use crate::glob::{self, Glob, Token};
use crate::pattern::{Case, Pattern, State};

/// Whether an action pattern covers an action, such as `iam:PassRole`. Case does not matter.
pub fn covers_action(pattern: &Pattern<'_>, action: &str) -> Tri {
    match (&pattern.value.kind, pattern.state()) {
        (ValueKind::String(text), _) => glob::matches(text, action, true).into(),
        (_, State::Malformed) => Tri::False,
        _ => contains_text(pattern, &action.to_ascii_lowercase(), Case::Ignored),
    }
}

/// Whether a resource pattern covers an ARN.
///
/// AWS lets a wildcard in the first five components of an ARN stop at the next colon, while a
/// plain glob does not; where the two differ, the answer is unknown.
pub fn covers_resource(pattern: &Pattern<'_>, resource: &str) -> Tri {
    match &pattern.value.kind {
        ValueKind::String(text) if !text.contains("${") => {
            let plain = glob::matches(text, resource, false);
            let same = plain == arn::matches_by_component(text, resource);
            if same { plain.into() } else { Tri::Unknown }
        }
        _ => contains_text(pattern, resource, Case::Exact),
    }
}

fn contains_text(pattern: &Pattern<'_>, text: &str, case: Case) -> Tri {
    let Some(glob) = pattern.glob(case) else { return Tri::False };
    glob.contains(&Glob::new(text.chars().map(Token::Char)))
}

/// Whether an action pattern covers every action of every service: `*`, `*:*`, `**`.
pub fn covers_every_action(pattern: &Pattern<'_>) -> Tri {
    match pattern.value.as_str() {
        Some("*") => Tri::True,
        // What does not start with a wildcard leaves out some service.
        Some(text) if !text.starts_with(['*', '?']) => Tri::False,
        _ => covers_every(pattern, Case::Ignored, &["?*:?*"]),
    }
}

/// Whether an action pattern covers every action of a service, given by its prefix: `s3:*`,
/// `s3*`, `s?:*`.
pub fn covers_every_action_of(pattern: &Pattern<'_>, service: &str) -> Tri {
    match pattern.value.as_str() {
        // Without a `*` no pattern covers more than one length.
        Some(text) if !text.contains('*') => Tri::False,
        _ => covers_every(pattern, Case::Ignored, &[&format!("{service}:?*")]),
    }
}

/// Whether a resource pattern covers every resource: `*`, `**`, `arn:aws:*`, but not
/// `arn:aws:s3:::*`. To cover one partition is enough, since a policy lives in one.
pub fn covers_every_resource(pattern: &Pattern<'_>) -> Tri {
    const EVERY: [&str; 3] =
        ["arn:aws:?*:*:*:?*", "arn:aws-cn:?*:*:*:?*", "arn:aws-us-gov:?*:*:*:?*"];
    match pattern.value.as_str() {
        Some("*") => Tri::True,
        Some(text) if !text.starts_with(['*', '?', 'a']) => Tri::False,
        _ => covers_every(pattern, Case::Exact, &EVERY),
    }
}

/// Whether a value of a condition with wildcards is matched by every text: `*`, `**`.
pub(crate) fn covers_every_text(pattern: &Pattern<'_>) -> Tri {
    let Some(glob) = pattern.glob(Case::Exact) else { return Tri::False };
    if glob.has_fixed_hole() { Tri::False } else { glob.contains(&Glob::from_text("?*")) }
}

fn covers_every(pattern: &Pattern<'_>, case: Case, universes: &[&str]) -> Tri {
    if let Some(text) = pattern.value.as_str()
        && universes.iter().all(|universe| is_narrower(text, universe, case))
    {
        return Tri::False;
    }
    let Some(glob) = pattern.glob(case) else { return Tri::False };
    let glob = arn::without_partition(&glob);
    if glob.has_fixed_hole() {
        return Tri::False;
    }
    Tri::any(universes.iter().map(|universe| glob.contains(&Glob::from_text(universe))))
}

/// Whether text is fixed where a universe has a wildcard, or differs before that: most patterns do,
/// and then nothing more needs to be asked.
fn is_narrower(text: &str, universe: &str, case: Case) -> bool {
    let end = |text: &str| text.find(['*', '?', '$']).unwrap_or(text.len());
    let own = &text.as_bytes()[..end(text)];
    let all = &universe.as_bytes()[..end(universe)];
    let start = all.get(..own.len());
    !start.is_some_and(|start| match case {
        Case::Ignored => start.eq_ignore_ascii_case(own),
        Case::Exact => start == own,
    })
}

/// Whether a resource pattern covers, in an account and at least one region, every resource of a
/// kind: of a service those whose last part of the ARN matches a pattern such as `function:?*`.
pub fn covers_every_of(pattern: &Pattern<'_>, service: &str, resource: &str) -> Tri {
    let Some(glob) = pattern.glob(Case::Exact) else { return Tri::False };
    let Some([_, _, own, _, _, last]) = arn::components(glob.tokens()) else {
        let region = if service == "iam" { "" } else { "?*" };
        let universe = format!("arn:aws:{service}:{region}:?*:{resource}");
        return covers_every(pattern, Case::Exact, &[&universe]);
    };
    let last = Glob::from_tokens(last);
    if last.has_fixed_hole() {
        return Tri::False;
    }
    let own = Glob::from_tokens(own).contains(&Glob::from_text(service));
    own.and(last.contains(&Glob::from_text(resource)))
}

/// Whether a resource pattern covers every role of an account: `*`,
/// `arn:aws:iam::*:role/*`, `arn:aws:iam::123456789012:role/*`, `arn:aws:iam::*:*`.
///
/// Roles can be passed within their account only, so it does not matter which one is named.
pub fn covers_every_role(pattern: &Pattern<'_>) -> Tri {
    let Some(glob) = pattern.glob(Case::Exact) else { return Tri::False };
    let Some([_, _, service, region, _, resource]) = arn::components(glob.tokens()) else {
        return covers_every(pattern, Case::Exact, &["arn:aws:iam::?*:role/?*"]);
    };
    let resource = Glob::from_tokens(resource);
    if resource.has_fixed_hole() {
        return Tri::False;
    }
    let service = Glob::from_tokens(service).contains(&Glob::from_text("iam"));
    let region = Glob::from_tokens(region).contains(&Glob::default());
    service.and(region).and(resource.contains(&Glob::from_text("role/?*")))
}
