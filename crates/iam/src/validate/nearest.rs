//! "Did you mean".

/// The candidate nearest to a text, if it is near enough to be meant.
pub(super) fn nearest<'c>(
    text: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    let text = text.to_ascii_lowercase();
    let most = (text.chars().count() / 4).clamp(1, 4);
    let near = candidates.filter_map(|candidate| {
        let folded = candidate.to_ascii_lowercase();
        let is_far = folded.len().abs_diff(text.len()) > most;
        let distance = if is_far { most + 1 } else { distance(&text, &folded) };
        (distance <= most).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in two.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found() {
        let names = ["GetObject", "GetObjectAcl", "PutObject"];
        assert_eq!(nearest("getObjct", names.into_iter()), Some("GetObject"));
        assert_eq!(nearest("ListBuckets", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
