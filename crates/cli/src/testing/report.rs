//! The results of tests: for people, as JSON, as `JUnit` XML.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::time::Duration;

use serde_json::json;

use super::{Case, Results};
use crate::args::{TestArgs, TestFormat};
use crate::failure::Failure;

pub(super) fn write(
    results: &Results,
    args: &TestArgs,
    took: Duration,
    color: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let text = match args.format {
        TestFormat::Pretty => pretty(results, args.coverage, took, color),
        TestFormat::Json => json(results)?,
        TestFormat::Junit => junit(results),
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// Tests of a file.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
}

fn pretty(results: &Results, with_coverage: bool, took: Duration, color: bool) -> String {
    let mut out = String::new();
    let mut files: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for case in &results.cases {
        let count = files.entry((case.kind, case.file.as_str())).or_default();
        match case.failure {
            None => count.passed += 1,
            Some(_) => count.failed += 1,
        }
    }
    let width = files.keys().map(|(_, file)| file.len()).max().unwrap_or(0).min(60);
    for ((kind, file), count) in &files {
        let failed = match count.failed {
            0 => String::new(),
            failed => format!(", {failed} not"),
        };
        let _ = writeln!(out, "{kind:<7} {file:<width$}  {} passed{failed}", count.passed);
    }
    for case in results.cases.iter().filter(|case| case.failure.is_some()) {
        failure(case, color, &mut out);
    }
    if with_coverage {
        coverage(results, &mut out);
    }
    for (rule, reason) in &results.never {
        let _ = writeln!(out, "never   {rule}: {reason}");
    }
    let _ = writeln!(out, "{}", summary(results, took));
    out
}

fn failure(case: &Case, color: bool, out: &mut String) {
    let (red, plain) = if color { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
    let place = match case.line {
        0 => case.file.clone(),
        line => format!("{}:{line}", case.file),
    };
    let _ = writeln!(out, "{red}✘{plain} {:<5} {place}  {}", case.kind, case.name);
    for line in case.failure.iter().flat_map(|text| text.lines()) {
        let _ = writeln!(out, "        {line}");
    }
    for line in &case.prints {
        let _ = writeln!(out, "        print: {line}");
    }
}

fn coverage(results: &Results, out: &mut String) {
    for (file, covered, missed) in &results.coverage {
        let all = covered + missed.len();
        if all == 0 {
            continue;
        }
        let missing = match missed.as_slice() {
            [] => String::new(),
            lines => format!(", not: {}", ranges(lines)),
        };
        let percent = covered * 100 / all;
        let _ = writeln!(out, "lines   {file}  {percent} % ({covered} of {all}{missing})");
    }
}

/// `3, 5-7`.
fn ranges(lines: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == *line => *end = *line,
            _ => parts.push((*line, *line)),
        }
    }
    let part = |(from, to): &(u32, u32)| {
        if from == to { from.to_string() } else { format!("{from}-{to}") }
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn summary(results: &Results, took: Duration) -> String {
    let failed = results.failed();
    let passed = results.cases.len() - failed;
    let tests = match failed {
        0 => format!("{passed} passed"),
        failed => format!("{passed} passed, {failed} not"),
    };
    let exercised = results.rules.len() - results.untested.len();
    let mut rules = format!("rules {exercised} of {} exercised", results.rules.len());
    if !results.untested.is_empty() {
        let have = if results.untested.len() == 1 { "has" } else { "have" };
        let shown: Vec<&str> = results.untested.iter().take(8).map(String::as_str).collect();
        let more = results.untested.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = write!(rules, " ({}{more} {have} no test)", shown.join(", "));
    }
    format!("{tests} · {rules}   {} ms", took.as_millis())
}

fn json(results: &Results) -> Result<String, Failure> {
    let case = |case: &Case| {
        json!({
            "kind": case.kind, "file": case.file, "line": case.line, "name": case.name,
            "passed": case.failure.is_none(), "failure": case.failure, "prints": case.prints,
        })
    };
    let lines = |(file, covered, missed): &(String, usize, Vec<u32>)| json!({ "file": file, "covered": covered, "not_covered": missed });
    let never = |(rule, reason): &(String, String)| json!({ "rule": rule, "reason": reason });
    let problems: Vec<String> = results.problems.iter().map(ToString::to_string).collect();
    let value = json!({
        "version": 1,
        "tests": results.cases.iter().map(case).collect::<Vec<_>>(),
        "rules": results.rules,
        "untested": results.untested,
        "coverage": results.coverage.iter().map(lines).collect::<Vec<_>>(),
        "never": results.never.iter().map(never).collect::<Vec<_>>(),
        "problems": problems,
    });
    let text = serde_json::to_string_pretty(&value);
    text.map(|text| text + "\n").map_err(|error| Failure::new(error.to_string()))
}

fn junit(results: &Results) -> String {
    let mut files: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &results.cases {
        files.entry(&case.file).or_default().push(case);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (all, failed) = (results.cases.len(), results.failed());
    let _ =
        writeln!(out, "<testsuites name=\"trilith test\" tests=\"{all}\" failures=\"{failed}\">");
    for (file, cases) in files {
        let failed = cases.iter().filter(|case| case.failure.is_some()).count();
        let (name, count) = (escape(file), cases.len());
        let _ =
            writeln!(out, "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failed}\">");
        for case in cases {
            let _ =
                write!(out, "    <testcase classname=\"{name}\" name=\"{}\"", escape(&case.name));
            match &case.failure {
                None => out.push_str("/>\n"),
                Some(failure) => {
                    let text = [failure.as_str(), &case.prints.join("\n")].join("\n");
                    let first = escape(failure.lines().next().unwrap_or_default());
                    let _ = writeln!(
                        out,
                        "><failure message=\"{first}\">{}</failure></testcase>",
                        escape(text.trim())
                    );
                }
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_listed_in_ranges() {
        assert_eq!(ranges(&[3, 5, 6, 7, 9]), "3, 5-7, 9");
    }

    #[test]
    fn text_is_escaped_for_xml() {
        assert_eq!(escape("a<b & \"c\"\u{1}"), "a&lt;b &amp; &quot;c&quot;\u{fffd}");
    }
}
