//! Texts that give a credential away by their shape.
//!
//! A text is gone through once; only where a word begins with a known prefix, or where one of a
//! few marks occurs, anything more is done. What documentation uses as an example is let pass.

use crate::query::secrets::{is_placeholder, is_secret_name};

/// A credential in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What it is: "a GitHub token".
    pub what: &'static str,
    /// Whether it lets its holder in by itself. An access key id without its secret does not.
    pub is_secret: bool,
}

impl Credential {
    /// A value whose name says that it is secret.
    pub const NAMED: Self = Self { what: "a secret", is_secret: true };
    /// A value that follows such a name in a longer text: `PASSWORD=...`.
    pub const ASSIGNED: Self = Self { what: "a password", is_secret: true };
}

/// A token that is told by its first characters.
struct Token {
    prefix: &'static str,
    /// Characters after the prefix.
    length: std::ops::RangeInclusive<usize>,
    /// Which characters may follow the prefix, letters and digits aside.
    also: &'static str,
    what: &'static str,
}

const fn token(
    prefix: &'static str,
    least: usize,
    most: usize,
    also: &'static str,
    what: &'static str,
) -> Token {
    Token { prefix, length: least..=most, also, what }
}

/// Sorted by the first byte. The forms are those that the issuers document.
const TOKENS: &[Token] = &[
    token("AIza", 35, 35, "_-", "a Google API key"),
    token("SG.", 60, 80, "._-", "a SendGrid key"),
    token("dckr_pat_", 20, 40, "_-", "a Docker Hub token"),
    token("dop_v1_", 64, 64, "", "a DigitalOcean token"),
    token("eyJ", 60, 8192, "._-", "a JSON Web Token"),
    token("ghp_", 36, 255, "", "a GitHub token"),
    token("gho_", 36, 255, "", "a GitHub token"),
    token("ghu_", 36, 255, "", "a GitHub token"),
    token("ghs_", 36, 255, "", "a GitHub token"),
    token("ghr_", 36, 255, "", "a GitHub token"),
    token("github_pat_", 60, 255, "_", "a GitHub token"),
    token("glpat-", 20, 64, "_-.", "a GitLab token"),
    token("hvs.", 60, 300, "_-", "a Vault token"),
    token("npm_", 36, 36, "", "an npm token"),
    token("pypi-AgEIcHlwaS5vcmc", 50, 500, "_-", "a PyPI token"),
    token("rk_live_", 20, 255, "", "a Stripe key"),
    token("shpat_", 32, 32, "", "a Shopify token"),
    token("sk-ant-", 80, 150, "_-", "an Anthropic key"),
    token("sk-proj-", 40, 300, "_-", "an OpenAI key"),
    token("sk_live_", 20, 255, "", "a Stripe key"),
    token("xapp-", 30, 255, "-", "a Slack token"),
    token("xoxa-", 20, 255, "-", "a Slack token"),
    token("xoxb-", 20, 255, "-", "a Slack token"),
    token("xoxp-", 20, 255, "-", "a Slack token"),
    token("xoxr-", 20, 255, "-", "a Slack token"),
    token("xoxs-", 20, 255, "-", "a Slack token"),
];

/// Texts shorter than this hold none of the forms.
const SHORTEST: usize = 12;

/// The most telling credential in a text, if there is one.
pub fn find(text: &str) -> Option<Credential> {
    if text.len() < SHORTEST {
        return None;
    }
    let secret = |what| Some(Credential { what, is_secret: true });
    let words = Words::of(text);
    if let Some(what) = words.token {
        return secret(what);
    }
    let has = |marks: u8| words.seen & marks != 0;
    if has(class::DASH) && text.contains("PRIVATE KEY-----") && has_private_key(text) {
        return secret("a private key");
    }
    if words.key_id && has_secret_access_key(text) {
        return secret("an AWS secret access key");
    }
    if has(class::COLON) && text.contains("://") {
        if text.contains("hooks.slack.com/services/T") && has_slack_hook(text) {
            return secret("a Slack webhook");
        }
        if has_password_in_url(text) {
            return secret("a URL with a password");
        }
    }
    if has(class::COLON | class::EQUALS) && has_assignment(text) {
        return Some(Credential::ASSIGNED);
    }
    words.key_id.then_some(Credential { what: "an AWS access key id", is_secret: false })
}

/// [`find`] in what a base64 text says, if it is one.
pub fn find_encoded(text: &str) -> Option<Credential> {
    let decoded = decode_base64(text)?;
    find(&String::from_utf8_lossy(&decoded))
}

/// Bytes of a base64 text beyond which it is not looked into. User data has 22,000 at most.
const MAX_ENCODED: usize = 1 << 16;

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=');
    if text.len() < SHORTEST || text.len() > MAX_ENCODED {
        return None;
    }
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    Some(decoded)
}

/// Whether a value is the secret that its name promises: `DB_PASSWORD` and `hunter2`.
pub fn is_named_secret(name: &str, value: &str) -> bool {
    let value = value.trim();
    let lower = name.to_ascii_lowercase();
    let is_password =
        ["password", "passwd", "passphrase", "pwd"].iter().any(|end| lower.ends_with(end));
    is_secret_name(name)
        && !is_placeholder(value)
        && !is_name_of_something(value)
        && if is_password { value.len() >= 4 } else { value.len() >= 12 && is_mixed(value) }
}

/// What the words of a text are, and which marks it has.
struct Words {
    token: Option<&'static str>,
    key_id: bool,
    /// The classes of all its bytes.
    seen: u8,
}

/// Classes of bytes.
mod class {
    use super::TOKENS;

    /// Part of a word.
    pub(super) const WORD: u8 = 1;
    /// The first of a word that may be a token or an access key id.
    pub(super) const START: u8 = 2;
    pub(super) const DASH: u8 = 4;
    pub(super) const COLON: u8 = 8;
    pub(super) const EQUALS: u8 = 16;

    /// For each first byte of a token or access key id, its second bytes as bits: letters of both
    /// cases are less than 64 apart.
    static SECOND: [u64; 256] = {
        let mut second = [0; 256];
        let mut at = 0;
        while at < TOKENS.len() {
            let prefix = TOKENS[at].prefix.as_bytes();
            second[prefix[0] as usize] |= 1 << (prefix[1] % 64);
            at += 1;
        }
        second[b'A' as usize] |= 1 << (b'K' % 64) | 1 << (b'S' % 64);
        second
    };

    /// Whether the first two bytes of a word are those of a token or access key id.
    pub(super) fn may_begin(word: &[u8]) -> bool {
        match word {
            [first, second, ..] => SECOND[usize::from(*first)] >> (second % 64) & 1 == 1,
            _ => false,
        }
    }

    /// The class of each byte.
    pub(super) static OF: [u8; 256] = {
        let mut of = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            if (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_' {
                of[byte] = WORD;
            }
            byte += 1;
        }
        let mut at = 0;
        while at < TOKENS.len() {
            of[TOKENS[at].prefix.as_bytes()[0] as usize] |= START;
            at += 1;
        }
        of[b'A' as usize] |= START;
        of[b'-' as usize] = DASH;
        of[b':' as usize] = COLON;
        of[b'=' as usize] = EQUALS;
        of
    };
}

impl Words {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut words = Self { token: None, key_id: false, seen: 0 };
        let mut before = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let class = class::OF[usize::from(*byte)];
            words.seen |= class;
            let starts = before & class::WORD == 0 && class & class::START != 0;
            before = class;
            if !starts {
                continue;
            }
            let rest = &bytes[at..];
            if !class::may_begin(rest) {
                continue;
            }
            if *byte == b'A' && is_key_id(rest) {
                words.key_id = true;
            } else if words.token.is_none() {
                words.token = token_at(rest);
            }
        }
        words
    }
}

fn token_at(rest: &[u8]) -> Option<&'static str> {
    let first = rest.first()?;
    let start = TOKENS.partition_point(|token| token.prefix.as_bytes()[0] < *first);
    let same = TOKENS[start..].iter().take_while(|token| token.prefix.as_bytes()[0] == *first);
    for token in same {
        let Some(tail) = rest.strip_prefix(token.prefix.as_bytes()) else { continue };
        let allowed = |b: &&u8| b.is_ascii_alphanumeric() || token.also.as_bytes().contains(b);
        let length = tail.iter().take_while(allowed).count();
        let tail = std::str::from_utf8(&tail[..length]).unwrap_or_default();
        if token.length.contains(&length) && is_mixed(tail) && is_shaped(token, tail) {
            return Some(token.what);
        }
    }
    None
}

fn is_shaped(token: &Token, tail: &str) -> bool {
    let lower = tail.to_ascii_lowercase();
    if lower.contains("example") || lower.contains("xxxx") {
        return false;
    }
    // The header and the claims of a token are both objects.
    token.prefix != "eyJ" || (tail.matches('.').count() == 2 && tail.contains(".eyJ"))
}

/// An access key id: `AKIA` or `ASIA` and 16 characters in base 32.
fn is_key_id(rest: &[u8]) -> bool {
    let Some(tail) = rest.strip_prefix(b"AKIA").or_else(|| rest.strip_prefix(b"ASIA")) else {
        return false;
    };
    let base32 = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let length = tail.iter().take_while(base32).count();
    length == 16 && !tail.windows(7).any(|window| window == b"EXAMPLE") && has_variety(&tail[..16])
}

/// A secret access key: 40 characters in base 64, of every kind.
fn has_secret_access_key(text: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '/' || c == '+';
    text.split(|c: char| !is_inside(c)).any(|word| {
        word.len() == 40
            && is_mixed(word)
            && word.bytes().any(|b| b.is_ascii_uppercase())
            && word.bytes().any(|b| b.is_ascii_lowercase())
            && !word.contains("EXAMPLE")
    })
}

/// A PEM private key with at least a line of key in it.
fn has_private_key(text: &str) -> bool {
    text.split("-----BEGIN ").skip(1).any(|rest| {
        let Some((label, body)) = rest.split_once("PRIVATE KEY-----") else { return false };
        let is_label = label.bytes().all(|b| b.is_ascii_uppercase() || b == b' ');
        let body = body.split("-----").next().unwrap_or_default();
        // Line ends may be written as `\n`.
        let body: String = body.replace("\\n", "").split_whitespace().collect();
        is_label && body.len() >= 64 && is_mixed(&body)
    })
}

fn has_slack_hook(text: &str) -> bool {
    text.split("hooks.slack.com/services/").skip(1).any(|rest| {
        let path = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next();
        let mut parts = path.unwrap_or_default().split('/');
        let (team, hook, key) = (parts.next(), parts.next(), parts.next());
        team.is_some_and(|team| team.starts_with('T'))
            && hook.is_some_and(|hook| hook.starts_with('B'))
            && key.is_some_and(|key| key.len() >= 20 && is_mixed(key))
    })
}

/// `scheme://user:password@host`, as in connection strings and repository URLs.
fn has_password_in_url(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let scheme = text[..at].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        let rest = &text[at + mark.len()..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<');
        let authority = rest.split(ends).next().unwrap_or_default();
        let Some((user, host)) = authority.rsplit_once('@') else { return false };
        let Some((_, password)) = user.split_once(':') else { return false };
        scheme > 0
            && !host.is_empty()
            && password.len() >= 3
            && !password.contains(['$', '{', '%', '<', '(', '*'])
            && !is_placeholder(password)
            && !matches!(password.to_ascii_lowercase().as_str(), "password" | "pass" | "secret")
    })
}

/// A line such as `export DB_PASSWORD=...` or `password: ...` with a value that looks random.
fn has_assignment(text: &str) -> bool {
    text.lines().take(MAX_LINES).any(|line| {
        let Some(at) = line.find(['=', ':']) else { return false };
        let name = line[..at].trim_end_matches([' ', '\t', '"', '\'']);
        let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-';
        let name = name.rsplit(is_between).next().unwrap_or_default();
        let value = line[at + 1..].trim().trim_end_matches([',', ';']);
        let value = value.trim_matches(['"', '\'']);
        let is_word = !value.contains(char::is_whitespace) && value.is_ascii();
        is_word
            && value.len() >= 8
            && is_secret_name(name)
            && is_mixed(value)
            && !value.contains(['$', '{', '(', '<', '%', '`'])
            && !is_placeholder(value)
            && !is_name_of_something(value)
    })
}

/// Lines of a text that are looked at one by one.
const MAX_LINES: usize = 2000;

/// Whether a value names where something is rather than being it.
fn is_name_of_something(value: &str) -> bool {
    value.starts_with("arn:")
        || value.starts_with('/')
        || value.contains("://")
        || value.contains("{{resolve:")
        || value.contains("secretsmanager")
        || value.contains("${")
        || value.contains(char::is_whitespace)
}

/// Whether a text has both letters and digits, and not just a few of them.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && has_variety(text.as_bytes())
}

/// Whether a text has enough different characters not to be made up by hand.
fn has_variety(text: &[u8]) -> bool {
    let mut seen = [false; 256];
    text.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    seen.iter().filter(|seen| **seen).count() >= text.len().min(12) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    // Put together here, so that no scanner takes this file for a leak.
    const TAIL: &str = "Zk3mQ8vT1xWc7LpR5sNd9bYf2hJg6aUe4oXi";

    fn what(text: &str) -> Option<&'static str> {
        find(text).map(|found| found.what)
    }

    #[test]
    fn tokens_are_told_by_prefix_length_and_variety() {
        assert_eq!(what(&["token: ghp", "_", TAIL].concat()), Some("a GitHub token"));
        assert_eq!(what(&["xoxb", "-1234567890-", TAIL].concat()), Some("a Slack token"));
        assert_eq!(what(&["'sk", "_live_", &TAIL[..24], "'"].concat()), Some("a Stripe key"));
        assert_eq!(what(&["//registry/:_authToken=npm", "_", TAIL].concat()), Some("an npm token"));
        assert_eq!(what(&["ghp", "_", &"x".repeat(36)].concat()), None);
        assert_eq!(what(&["ghp", "_", &TAIL[..20]].concat()), None);
        assert_eq!(what(&["sk", "_test_", &TAIL[..24]].concat()), None);
    }

    #[test]
    fn a_key_id_counts_less_than_its_secret() {
        let id = ["AKIA", "Q3EGVD5XK7WMZ2HT"].concat();
        let secret = ["wJalrXUtnFEMI", "/K7MDENG/bPxRfiCY", "zQ8kT3vLmp"].concat();
        assert_eq!(secret.len(), 40);
        let found = find(&format!("export AWS_ACCESS_KEY_ID={id}")).expect("a key id");
        assert!(!found.is_secret);
        let both = format!("export AWS_ACCESS_KEY_ID={id}\nexport AWS_SECRET_ACCESS_KEY={secret}");
        assert_eq!(what(&both), Some("an AWS secret access key"));
        assert_eq!(what("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"), None);
    }

    #[test]
    fn private_keys_need_a_body() {
        let begin = ["-----BEGIN RSA", " PRIVATE KEY-----\n"].concat();
        let end = ["-----END RSA", " PRIVATE KEY-----"].concat();
        let body = format!("{TAIL}\n{TAIL}\n");
        assert_eq!(what(&format!("{begin}{body}{end}")), Some("a private key"));
        assert_eq!(what(&format!("{begin}...\n{end}")), None);
    }

    #[test]
    fn urls_may_carry_a_password() {
        let known = Some("a URL with a password");
        assert_eq!(what("postgres://app:tr0ub4dor@db.internal:5432/app"), known);
        assert_eq!(what("https://oauth2:s3cr3tvalue@github.com/acme/app.git"), known);
        assert_eq!(what("postgres://app:${PASSWORD}@db.internal:5432/app"), None);
        assert_eq!(what("postgres://app:password@localhost/app"), None);
        assert_eq!(what("https://example.com/a:b@c"), None);
    }

    #[test]
    fn assignments_need_a_secret_name_and_a_random_value() {
        assert_eq!(what("#!/bin/bash\nexport DB_PASSWORD=tr0ub4dor3\n"), Some("a password"));
        assert_eq!(what("  password: 'Xk29dLq81m'"), Some("a password"));
        assert_eq!(what("DB_PASSWORD=$(aws secretsmanager get-secret-value)"), None);
        assert_eq!(what("DB_PASSWORD_LENGTH=12345678abc"), None);
        assert_eq!(what("password: changemeplease"), None);
        assert_eq!(what("the token: see the handbook, page 12"), None);
    }

    #[test]
    fn base64_is_looked_into() {
        assert_eq!(decode_base64("aGVsbG8sIHdvcmxkIQ==").as_deref(), Some(&b"hello, world!"[..]));
        assert_eq!(decode_base64("not base64 at all!"), None);
        let encoded = "ZXhwb3J0IERCX1BBU1NXT1JEPXRyMHViNGRvcjM=";
        assert_eq!(find_encoded(encoded).map(|found| found.what), Some("a password"));
    }

    #[test]
    fn names_promise_secrets() {
        assert!(is_named_secret("DB_PASSWORD", "hunter2"));
        assert!(is_named_secret("AWS_SECRET_ACCESS_KEY", TAIL));
        assert!(!is_named_secret("DB_PASSWORD", "/prod/db/password"));
        assert!(!is_named_secret("DB_SECRET", "prod-db-secret"));
        assert!(!is_named_secret("DB_PASSWORD", "<password>"));
        assert!(!is_named_secret("DB_USER", "hunter2"));
    }

    #[test]
    fn letters_of_any_script_may_stand_before_a_value() {
        for text in ["\u{fffd}=a b c d e f", "clé: some value of it", "# für\u{e4}=x1y2z3w4v5u6"]
        {
            assert_eq!(find(text), None, "{text}");
        }
        let text = "café DB_PASSWORD=x9Kq2Lm7Vb4T";
        assert_eq!(find(text).map(|it| it.what), Some("a password"));
    }
}
