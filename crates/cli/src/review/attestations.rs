//! `trilith.review.toml`: what people vouch for.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use trilith_review::{Attestation, questions_to_ask};
use trilith_waivers::Expiry;

use crate::args::ReviewArgs;
use crate::check::{Setup, paths_of};
use crate::config::error;
use crate::failure::Failure;
use crate::files;

/// Name of the file.
const NAME: &str = "trilith.review.toml";

/// The file as written. An unknown key is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    attestations: Vec<Entry>,
}

/// What somebody vouches for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Number or slug of the practice.
    practice: Spanned<String>,
    #[serde(default)]
    statement: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    date: Option<toml::Value>,
    #[serde(default)]
    expires: Option<toml::Value>,
}

/// A file that was read: its name, its text and what it says.
#[derive(Debug, Default)]
pub(super) struct Attestations {
    pub(super) file: Option<(String, String)>,
    pub(super) list: Vec<Attestation>,
}

/// Reads what people vouch for, if they do.
pub(super) fn read(args: &ReviewArgs, setup: &Setup) -> Result<Attestations, Failure> {
    let found = match &args.attestations {
        Some(path) => Some(path.clone()),
        None => places(args, setup).into_iter().find(|path| files::is_file(path)),
    };
    let Some(path) = found else { return Ok(Attestations::default()) };
    let name = files::display(&path);
    let text = files::read_text(&path)?;
    let list = parse(&name, &text)?;
    Ok(Attestations { file: Some((name, text)), list })
}

fn parse(name: &str, text: &str) -> Result<Vec<Attestation>, Failure> {
    let file: File = toml::from_str(text).map_err(|error| error::explain(name, text, &error))?;
    let mut list = Vec::with_capacity(file.attestations.len());
    for entry in file.attestations {
        let start = entry.practice.span().start.min(text.len());
        let line = text[..text.floor_char_boundary(start)].matches('\n').count() + 1;
        let called = entry.practice.into_inner();
        let practice = trilith_review::find(&called).ok_or_else(|| {
            Failure::new(format!(
                "{name}:{line}: `{called}` is no best practice; write its number, such as SEC10-BP02"
            ))
        })?;
        list.push(Attestation {
            slug: practice.slug,
            statement: entry.statement,
            link: entry.link,
            owner: entry.owner,
            date: day(entry.date.as_ref()),
            expires: day(entry.expires.as_ref()),
            line,
        });
    }
    Ok(list)
}

fn day(value: Option<&toml::Value>) -> Expiry {
    match value {
        None => Expiry::Never,
        Some(toml::Value::String(text)) => Expiry::parse(text),
        Some(toml::Value::Datetime(day)) => Expiry::parse(&day.to_string()),
        Some(value) => Expiry::Malformed(format!("{value:?}")),
    }
}

/// Where the file may be: with what is looked at, with the configuration, here.
fn places(args: &ReviewArgs, setup: &Setup) -> Vec<PathBuf> {
    let looked_at = paths_of(&args.scope);
    let mut places: Vec<PathBuf> =
        looked_at.into_iter().filter(|path| files::is_directory(path)).collect();
    places.extend(setup.config.directory.clone());
    places.push(PathBuf::from("."));
    places.iter().map(|directory| directory.join(NAME)).collect()
}

/// Writes the file with the questions. One that is there holds answers, and stays.
pub(super) fn init(args: &ReviewArgs) -> Result<String, Failure> {
    let path = args.attestations.clone().unwrap_or_else(|| {
        let first = args.scope.paths.first().filter(|path| files::is_directory(path));
        first.map_or_else(|| Path::new(NAME).to_path_buf(), |directory| directory.join(NAME))
    });
    let name = files::display(&path);
    if files::exists(&path) {
        return Err(Failure::new(format!("{name} is there already, and holds answers")));
    }
    files::write(&path, &questions_to_ask())?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_are_a_file_in_which_nothing_is_answered() {
        assert_eq!(parse("t", &questions_to_ask()).expect("good"), []);
        let answered =
            questions_to_ask().replace("# [[att", "[[att").replace("# practice", "practice");
        let list = parse("t", &answered).expect("good");
        assert_eq!(list.len(), 43);
    }

    #[test]
    fn what_is_no_practice_or_no_key_is_refused_with_its_line() {
        let wrong = "[[attestations]]\n\npractice = \"SEC12-BP01\"\n";
        let error = parse("t.toml", wrong).expect_err("refused").to_string();
        assert!(error.starts_with("t.toml:3: `SEC12-BP01` is no best practice"), "{error}");
        let wrong = "[[attestations]]\npractice = \"SEC10-BP02\"\nownr = \"me\"\n";
        let error = parse("t.toml", wrong).expect_err("refused").to_string();
        assert!(error.contains("did you mean `owner`?"), "{error}");
    }

    #[test]
    fn days_are_dates_or_texts() {
        let text = "[[attestations]]\npractice = \"sec_incident_response_playbooks\"\n\
                    date = 2026-01-02\nexpires = \"2027-01-02\"\n";
        let list = parse("t", text).expect("good");
        assert_eq!(list[0].date, Expiry::parse("2026-01-02"));
        assert_eq!(list[0].expires, Expiry::parse("2027-01-02"));
        assert_eq!(list[0].line, 2);
    }
}
