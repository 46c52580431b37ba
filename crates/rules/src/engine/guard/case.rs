//! Other spellings of a key.
//!
//! The reference engine looks for a missing member under the same name in other cases, so that
//! a rule written for `BucketName` also reads `bucketName` and `bucket_name`. The first case
//! that fits is then the only one tried for the rest of the query.

/// Number of other cases, in the order in which they are tried: camel, class, kebab, pascal,
/// snake, title, train.
pub(super) const CASES: usize = 7;

/// The name in each case.
pub(super) fn spellings(name: &str) -> [Box<str>; CASES] {
    let pascal = capitalised(name, &Capitals { first: true, separator: None, digits: true });
    let class = with_singular_end(&pascal);
    [
        capitalised(name, &Capitals { first: false, separator: None, digits: true }).into(),
        class.into(),
        separated(name, '-').into(),
        pascal.into(),
        separated(name, '_').into(),
        capitalised(name, &Capitals { first: true, separator: Some(' '), digits: false }).into(),
        capitalised(name, &Capitals { first: true, separator: Some('-'), digits: true }).into(),
    ]
}

struct Capitals {
    /// Whether the first word is capitalised too.
    first: bool,
    separator: Option<char>,
    /// Whether a digit ends a word.
    digits: bool,
}

/// Words start with a capital letter.
fn capitalised(name: &str, style: &Capitals) -> String {
    let mut result = String::with_capacity(name.len() + 8);
    let mut new_word = style.first;
    let mut first_word = style.separator.is_some();
    let mut last = ' ';
    let mut started = false;
    for c in trimmed(name).chars() {
        if !c.is_alphanumeric() {
            new_word |= started;
        } else if c.is_numeric() && style.digits {
            started = true;
            new_word = true;
            result.push(c);
        } else if new_word || (last.is_lowercase() && c.is_uppercase()) {
            started = true;
            new_word = false;
            if let (false, Some(separator)) = (first_word, style.separator) {
                result.push(separator);
            }
            first_word = false;
            result.push(c.to_ascii_uppercase());
        } else {
            started = true;
            last = c;
            result.push(c.to_ascii_lowercase());
        }
    }
    result
}

/// Words in lower case with a separator between them.
fn separated(name: &str, separator: char) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut result = String::with_capacity(name.len() + 8);
    let mut at_start = true;
    for (offset, c) in trimmed(name).char_indices() {
        if !c.is_alphanumeric() {
            if !at_start {
                at_start = true;
                result.push(separator);
            }
            continue;
        }
        // The neighbours are looked up by byte offset, as the reference does; it differs from
        // the character index only in names that are not ASCII.
        let lower = |at: Option<usize>| {
            at.and_then(|at| chars.get(at)).is_some_and(|c: &char| c.is_lowercase())
        };
        let upper = c == c.to_ascii_uppercase();
        if !at_start && upper && (lower(offset.checked_add(1)) || lower(offset.checked_sub(1))) {
            result.push(separator);
        }
        at_start = false;
        result.push(c.to_ascii_lowercase());
    }
    result
}

fn trimmed(name: &str) -> &str {
    name.trim_end_matches(|c: char| !c.is_alphanumeric())
}

fn with_singular_end(pascal: &str) -> String {
    let start = pascal.rfind(char::is_uppercase).unwrap_or(0);
    let (before, word) = pascal.split_at(start);
    format!("{before}{}", singular(word))
}

/// Endings of English plurals and what replaces them: what has to stand before, the endings,
/// the replacement. Tried in order; `^` means that nothing stands further in front.
const PLURALS: [(&[&str], &[&str], &str); 22] = [
    (&["database"], &["s"], ""),
    (&["quiz"], &["zes"], ""),
    (&["matr"], &["ices"], "ix"),
    (&["vert", "ind"], &["ices"], "ex"),
    (&["alias", "status"], &["es", ""], ""),
    (&["octop", "vir"], &["us", "i"], "us"),
    (&["cris", "test"], &["is", "es"], "is"),
    (&["shoe"], &["s"], ""),
    (&["bus"], &["es", ""], ""),
    (&["m", "l"], &["ice"], "ouse"),
    (&["x", "ch", "ss", "sh"], &["es"], ""),
    (&["m"], &["ovies"], "ovie"),
    (&["s"], &["eries"], "eries"),
    (&["qu"], &["ies"], "y"),
    (&["l", "r"], &["ves"], "f"),
    (&["tive"], &["s"], ""),
    (&["hive"], &["s"], ""),
    (&["analy", "ba", "diagno", "parenthe", "progno", "synop", "the"], &["sis", "ses"], "sis"),
    (&["t", "i"], &["a"], "um"),
    (&["o"], &["es"], ""),
    (&["n"], &["ews"], "ews"),
    (&["ss"], &[""], ""),
];

/// The singular of an English word, as far as suffixes tell.
fn singular(word: &str) -> String {
    for (at, (stems, endings, replacement)) in PLURALS.iter().enumerate() {
        for ending in *endings {
            let Some(stem) = word.strip_suffix(ending) else { continue };
            if stems.iter().any(|known| stem.ends_with(known)) {
                return format!("{stem}{replacement}");
            }
        }
        if let Some(changed) = letter_rule(at, word) {
            return changed;
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// The two endings whose stem is a class of letters; they belong behind rows 13 and 16.
fn letter_rule(row: usize, word: &str) -> Option<String> {
    let (ending, excluded, replacement) = match row {
        13 => ("ies", "aeiouy", "y"),
        16 => ("ves", "f", "fe"),
        _ => return None,
    };
    let stem = word.strip_suffix(ending)?;
    let last = stem.chars().last()?;
    (!excluded.contains(last)).then(|| format!("{stem}{replacement}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_in_seven_cases() {
        assert_eq!(
            spellings("SecurityGroupIds").map(String::from),
            [
                "securityGroupIds",
                "SecurityGroupId",
                "security-group-ids",
                "SecurityGroupIds",
                "security_group_ids",
                "Security Group Ids",
                "Security-Group-Ids",
            ]
        );
        assert_eq!(&*spellings("bucket_name")[3], "BucketName");
        assert_eq!(&*spellings("")[0], "");
    }

    #[test]
    fn plurals_lose_their_ending() {
        for (many, one) in [
            ("Policies", "Policy"),
            ("Addresses", "Address"),
            ("Access", "Access"),
            ("Submatrices", "Submatrix"),
            ("Matrices", "Matrice"),
            ("Knives", "Knife"),
            ("Archives", "Archive"),
            ("Data", "Datum"),
            ("Tags", "Tag"),
            ("Status", "Statu"),
            ("Substatuses", "Substatus"),
        ] {
            assert_eq!(singular(many), one, "{many}");
        }
    }
}
