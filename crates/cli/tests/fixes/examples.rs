//! The failing examples of the rules' pages.

use libtest_mimic::{Failed, Trial};
use trilith::analyse::analyse;
use trilith::builtin::BUILT_IN;
use trilith::documents;
use trilith::testing::example::{Example, Format, examples};
use trilith_parser::{HclShape, Options};
use trilith_rules::page::Page;
use trilith_rules::{Rule, metadata, to_json};

use crate::support::{findings, mend};

/// What nobody can mend at the place itself: it is written elsewhere.
const ELSEWHERE: [&str; 3] =
    ["the value comes from ", "the value is behind an anchor", "the value is inside of a text"];
/// What an edit leaves that is for some findings only: of one type, in one format, of some versions.
const NOT_MEANT: &str = "it needs a decision";
/// Rules that must be fixable at least.
const FEWEST: usize = 60;

/// Mends all failing examples of a rule.
pub(crate) fn trial(rule: &'static Rule) -> Trial {
    Trial::test(rule.id().to_owned(), move || {
        let mut left = Vec::new();
        let is_for_some = is_for_some(rule);
        for (number, one) in shown(rule) {
            for reason in
                mended(rule, &one).map_err(|error| format!("example {number}: {error}"))?
            {
                let is_not_meant = is_for_some && reason == NOT_MEANT;
                if !is_not_meant && !ELSEWHERE.iter().any(|start| reason.starts_with(start)) {
                    left.push(format!("{}\t{number}\t{reason}", rule.id()));
                }
            }
        }
        if !left.is_empty() {
            return Err(Failed::from(format!("left are\n{}", left.join("\n"))));
        }
        Ok(())
    })
}

/// Examples that end early, somewhere: what is half written is mended or left, and nothing panics.
pub(crate) fn broken_examples_are_mended_or_left() -> Result<(), Failed> {
    let fixable = BUILT_IN.iter().filter(|rule| rule.metadata.has_edits);
    for rule in fixable.step_by(12) {
        for (_, example) in shown(rule) {
            let name = example.inputs().remove(0).name;
            let cuts = example.code.char_indices().map(|(at, _)| at).step_by(13);
            for cut in cuts {
                mend(&name, &example.code[..cut], rule)?;
            }
        }
    }
    Ok(())
}

/// Whether every edit of a rule is for some of its findings only.
fn is_for_some(rule: &Rule) -> bool {
    let page = Page::parse(&rule.page).map(|page| metadata::edits(page.front_matter));
    page.unwrap_or_default().iter().all(|edit| {
        let is_general = edit.types.is_empty() && edit.at.is_empty() && edit.only.is_none();
        !(is_general && edit.when.is_empty() && edit.unless.is_empty())
    })
}

/// The failing examples in each syntax that can be edited, with a name each: `2`, `2 as JSON`.
fn shown(rule: &Rule) -> Vec<(String, Example)> {
    let failing = examples(rule).into_iter().filter(|example| example.section == "Fails");
    let mut shown = Vec::new();
    for (number, example) in failing.enumerate() {
        match example.format {
            Format::Plan | Format::Iam => continue,
            Format::TemplateYaml => {
                let json = example.as_json(false);
                let pretty = serde_json::from_str::<serde_json::Value>(&json.code);
                if let Ok(value) = pretty {
                    let code = serde_json::to_string_pretty(&value).unwrap_or_default();
                    shown.push((
                        format!("{number} as spread JSON"),
                        Example { code, ..json.clone() },
                    ));
                }
                shown.push((format!("{number} as JSON"), json));
            }
            Format::Terraform => {
                shown.extend(as_json(&example).map(|it| (format!("{number} as JSON"), it)));
            }
            _ => {}
        }
        shown.push((number.to_string(), example));
    }
    shown
}

/// A module in Terraform's JSON syntax, as hcl2json would write it.
fn as_json(example: &Example) -> Option<Example> {
    let analysis = analyse(example.inputs(), &Options::default());
    let document = documents::of(&analysis, HclShape::Hcl2).into_iter().next()?;
    let code = serde_json::to_string_pretty(&to_json(&document.value)).ok()?;
    Some(Example { format: Format::TerraformJson, code, ..example.clone() })
}

/// Why findings of an example are left once it is mended. All of its comments must be.
fn mended(rule: &'static Rule, example: &Example) -> Result<Vec<String>, String> {
    let name = example.inputs().remove(0).name;
    let before = findings(&name, &example.code, rule).len();
    if before == 0 {
        // Terraform's JSON cannot say everything: it has no blocks that are told from attributes.
        let is_converted = example.format == Format::TerraformJson;
        return if is_converted { Ok(Vec::new()) } else { Err("nothing is found".into()) };
    }
    let commented = commented(example);
    let keeps_comments = findings(&name, &commented, rule).len() == before;
    let mut text = if keeps_comments { &commented } else { &example.code };
    let mut mended = mend(&name, text, rule)?;
    // What would take comments with it is left; without them it is mended.
    if mended.left.iter().any(|reason| reason.starts_with("comments ")) {
        text = &example.code;
        mended = mend(&name, text, rule)?;
    }
    let after = findings(&name, &mended.text, rule);
    if after.len() != mended.left.len() {
        return Err(format!(
            "{} findings after {:?}:\n{}",
            after.len(),
            mended.titles,
            mended.text
        ));
    }
    for number in 0..text.matches(MARK).count() {
        if !mended.text.contains(&mark(number))
            && !mended.titles.iter().any(|t| t.contains("remove"))
        {
            return Err(format!("comment {number} is lost:\n{}", mended.text));
        }
    }
    Ok(mended.left)
}

const MARK: &str = "# remark ";

fn mark(number: usize) -> String {
    format!("{MARK}{number}.")
}

/// The example with a comment at the end of each line, where its syntax has comments.
fn commented(example: &Example) -> String {
    if !matches!(example.format, Format::TemplateYaml | Format::Terraform) {
        return example.code.clone();
    }
    let mut number = 0;
    let lines = example.code.lines().map(|line| {
        if line.trim().is_empty() || line.contains('#') {
            return format!("{line}\n");
        }
        number += 1;
        format!("{line} {}\n", mark(number - 1))
    });
    lines.collect()
}

pub(crate) fn enough_rules_are_fixable() -> Result<(), Failed> {
    let count = BUILT_IN.iter().filter(|rule| rule.metadata.has_edits).count();
    if count < FEWEST {
        return Err(format!("{count} rules are fixable").into());
    }
    Ok(())
}
