//! `check --stream`: one record a line in, one line for each finding out.
//!
//! A record is a root: a template, a plan, or a module with the modules that it calls. Each is
//! looked at alone, so that the lines of a file can be shared among any number of processes. The
//! exit code does not tell of findings, since the engines that start a filter take 1 for a failure.
//! Configuration, policies and values are read once, and of a record nothing is kept.

use std::io::{self, BufRead, Read, Write};

use serde::Deserialize;
use serde_json::{Value as Json, json};
use trilith_reporter::{Format, RenderOptions, Report, render};
use trilith_rules::Registry;
use trilith_waivers::Date;

use crate::analyse::{Input, NoLoader};
use crate::args::CheckArgs;
use crate::cards::cards;
use crate::check::{
    Examined, Examiner, Findings, Inputs, Rules, Setup, Values, Verdict, set_kinds, show, today,
};
use crate::failure::Failure;
use crate::problems;

/// Version of the lines.
const VERSION: u32 = 1;
/// A record may not be longer than this.
const MOST_BYTES: u64 = 256 << 20;

/// A record.
#[derive(Debug, Deserialize)]
struct Record {
    #[serde(default)]
    id: Option<Json>,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    content: Option<String>,
    /// Values of parameters.
    #[serde(default)]
    params: serde_json::Map<String, Json>,
    /// Values of variables, in Terraform's language.
    #[serde(default)]
    tfvars: Option<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    path: String,
    content: String,
}

/// Runs until standard input ends.
pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let scope = &args.scope;
    // The engine around has the threads.
    let threads = scope.threads.max(1);
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    let setup = Setup::read(scope)?;
    let rules = setup.rules(&scope.rules, false)?;
    let broken = problems::print(&setup.policies, &[], false)?;
    let values = Values::read(scope, &setup.config)?;
    let stream = Stream { args, setup: &setup, rules: &rules, values, today: today() };
    let (mut records, mut findings, mut errors) = (0_u64, 0_u64, 0_u64);
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let cannot_read = |error: io::Error| Failure::new(format!("standard input: {error}"));
    while let Some(is_whole) = next_line(&mut input, MOST_BYTES, &mut line).map_err(cannot_read)? {
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        records += 1;
        let found = if is_whole {
            stream.record(text, records, out)?
        } else {
            let message = format!("record {records} is longer than {} MiB", MOST_BYTES >> 20);
            error_line(&json!(records), &message, out)?;
            None
        };
        match found {
            Some(count) => findings += count as u64,
            None => errors += 1,
        }
        out.flush()?;
    }
    let end = json!({
        "type": "end", "v": VERSION, "records": records, "findings": findings, "errors": errors,
        "tool": concat!("trilith ", env!("CARGO_PKG_VERSION")), "rules": rules.all.len(),
    });
    writeln!(out, "{end}")?;
    Ok(if broken { Verdict::Incomplete } else { Verdict::Clean })
}

/// Reads a line of at most so many bytes; `None` at the end. Of a longer one the rest is passed
/// over, and it is told that the line is not whole.
fn next_line(input: &mut impl BufRead, most: u64, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    if input.by_ref().take(most).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    let is_whole = line.ends_with(b"\n") || (line.len() as u64) < most;
    if !is_whole {
        input.skip_until(b'\n')?;
    }
    Ok(Some(is_whole))
}

struct Stream<'r> {
    args: &'r CheckArgs,
    setup: &'r Setup,
    rules: &'r Rules<'r>,
    values: Values,
    today: Date,
}

impl Stream<'_> {
    /// Writes the lines of a record and returns the number of its findings; `None` if it is none.
    fn record(
        &self,
        text: &[u8],
        number: u64,
        out: &mut dyn Write,
    ) -> Result<Option<usize>, Failure> {
        let record: Record = match serde_json::from_slice(text) {
            Ok(record) => record,
            Err(error) => {
                let message = format!("record {number} is none: {error}");
                error_line(&json!(number), &message, out)?;
                return Ok(None);
            }
        };
        let id = record.id.clone().unwrap_or_else(|| match (&record.path, record.files.first()) {
            (Some(path), _) => json!(path),
            (None, Some(file)) => json!(file.path),
            _ => json!(number),
        });
        match self.examine(record) {
            Ok(examined) => Ok(Some(self.lines(&id, &examined, out)?)),
            Err(failure) => {
                error_line(&id, &failure.to_string(), out)?;
                Ok(None)
            }
        }
    }

    fn examine(&self, record: Record) -> Result<Examined, Failure> {
        let mut list: Vec<Input> =
            record.files.into_iter().map(|file| Input::new(file.path, file.content)).collect();
        if let Some(content) = record.content {
            list.push(Input::new(record.path.unwrap_or_else(|| "stdin".into()), content));
        }
        if list.is_empty() {
            return Err(Failure::new("a record has `files`, or `path` and `content`"));
        }
        if let Some(text) = record.tfvars {
            let directory =
                list[0].name.rsplit_once('/').map_or(String::new(), |(d, _)| format!("{d}/"));
            list.push(Input::new(format!("{directory}terraform.tfvars"), text));
        }
        set_kinds(&mut list, &self.setup.config);
        let mut values = self.values.clone();
        values.add(&record.params);
        let examiner = Examiner {
            args: &self.args.scope,
            setup: self.setup,
            rules: self.rules,
            values: &values,
            today: self.today,
            nested: None,
        };
        Ok(examiner.examine(Inputs {
            list,
            given: None,
            plan_problems: Vec::new(),
            loader: Box::new(NoLoader),
        }))
    }

    fn lines(&self, id: &Json, examined: &Examined, out: &mut dyn Write) -> Result<usize, Failure> {
        let findings = Findings::of(examined, self.args.min_severity)?;
        let registry: &Registry = &self.setup.policies.registry;
        let ids: Vec<&str> = findings.diagnostics.iter().map(|one| &*one.rule).collect();
        let masks: Vec<_> =
            examined.analysis.masks.iter().chain(&examined.outcome.masks).copied().collect();
        let report = Report {
            sources: &examined.analysis.sources,
            diagnostics: &findings.diagnostics,
            waived: &[],
            rules: &cards(registry.rules(), &ids),
            masks: &masks,
            summary: show::summary(examined),
            root_prefix: "",
        };
        let mut text = Vec::new();
        render(&report, Format::JsonLines, &RenderOptions::default(), &mut text)?;
        for line in text.split(|byte| *byte == b'\n').filter(|line| line.len() > 1) {
            write!(out, "{{\"type\":\"finding\",\"v\":{VERSION},\"id\":{id},")?;
            out.write_all(&line[1..])?;
            out.write_all(b"\n")?;
        }
        let summary = &report.summary;
        let file = json!({
            "type": "file", "v": VERSION, "id": id, "files": summary.files_checked,
            "resources": summary.resources, "findings": findings.diagnostics.len(),
            "unknown": summary.unknowns, "waived": findings.waived.len() + summary.findings_waived,
            "unreadable": summary.files_unreadable,
            "skipped": examined.analysis.skipped.keys().collect::<Vec<_>>(),
        });
        writeln!(out, "{file}")?;
        Ok(findings.diagnostics.len())
    }
}

fn error_line(id: &Json, message: &str, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{}", json!({ "type": "error", "v": VERSION, "id": id, "message": message }))?;
    Ok(())
}

/// The lines as Spark's schema, in the form that `spark.read.schema` takes. New columns are added
/// at the end, where tables that are written by position expect them.
pub(crate) fn spark_schema() -> &'static str {
    "type STRING, v INT, id STRING, rule STRING, severity STRING, message STRING, label STRING, \
     path STRING, span STRUCT<start: STRUCT<line: INT, column: INT, offset: BIGINT>, \
     end: STRUCT<line: INT, column: INT, offset: BIGINT>>, address STRING, construct STRING, \
     resource_type STRING, source_type STRING, property STRING, instances ARRAY<STRING>, \
     only_when STRING, notes ARRAY<STRING>, help STRING, \
     related ARRAY<STRUCT<path: STRING, span: STRUCT<start: STRUCT<line: INT, column: INT, \
     offset: BIGINT>, end: STRUCT<line: INT, column: INT, offset: BIGINT>>, message: STRING>>, \
     practices ARRAY<STRING>, fingerprint STRING, files INT, resources INT, findings BIGINT, unknown INT, waived INT, \
     unreadable INT, skipped ARRAY<STRING>, records BIGINT, errors BIGINT, tool STRING, rules INT, \
     within STRUCT<name: STRING, span: STRUCT<start: STRUCT<line: INT, column: INT, \
     offset: BIGINT>, end: STRUCT<line: INT, column: INT, offset: BIGINT>>>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let mut input = &b"12345678\n1234\n\n12345678"[..];
        let (mut line, mut read) = (Vec::new(), Vec::new());
        while let Some(is_whole) = next_line(&mut input, 5, &mut line).expect("it can be read") {
            read.push((is_whole, line.len()));
        }
        assert_eq!(read, [(false, 5), (true, 5), (true, 1), (false, 5)]);
    }
}
