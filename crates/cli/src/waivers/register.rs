//! The register as a table, Markdown, CSV or JSON.

use std::io::Write;

use serde_json::json;
use trilith_graph::Position;
use trilith_waivers::{Expiry, Standing, Waived, Waiver};

use crate::args::RegisterFormat;
use crate::failure::Failure;

/// Addresses to name at most, for people.
const MOST_NAMED: usize = 3;

/// A waiver in the register.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) standing: &'static str,
    pub(super) rules: String,
    pub(super) owner: String,
    pub(super) expires: Expiry,
    pub(super) file: String,
    pub(super) line: u32,
    reason: String,
    ticket: String,
    origin: &'static str,
    /// Why it does not hold.
    why: String,
    covered: usize,
    /// Rule and address of what is waived.
    findings: Vec<(String, String)>,
}

impl Row {
    pub(super) fn new(
        waiver: &Waiver,
        standing: &Standing,
        covered: usize,
        found: &[&Waived],
        (file, at): (&str, Position),
    ) -> Self {
        let why = match standing {
            Standing::Valid => String::new(),
            Standing::Expired(date) => format!("expired on {date}"),
            Standing::Malformed(why) => why.clone(),
            Standing::NotAllowed(why) => (*why).to_owned(),
        };
        let findings = found.iter().map(|waived| {
            let subject = waived.diagnostic.subject.as_ref();
            let address = subject.map_or(String::new(), |subject| subject.address.to_string());
            (waived.diagnostic.rule.to_string(), address)
        });
        Self {
            standing: standing.name(),
            rules: waiver.rules.join(", "),
            owner: waiver.owner.clone(),
            expires: waiver.expires.clone(),
            file: file.to_owned(),
            line: at.line,
            reason: waiver.reason.clone(),
            ticket: waiver.ticket.clone(),
            origin: waiver.origin.name(),
            why,
            covered,
            findings: findings.collect(),
        }
    }

    fn addresses(&self) -> String {
        let mut addresses: Vec<&str> =
            self.findings.iter().map(|(_, address)| address.as_str()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let more = addresses.len().saturating_sub(MOST_NAMED);
        let text = addresses.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{text} and {more} more") } else { text }
    }

    fn cells(&self) -> [String; 10] {
        let standing = if self.standing == "valid" && self.covered == 0 {
            "unused".to_owned()
        } else {
            self.standing.to_owned()
        };
        [
            standing,
            self.rules.clone(),
            self.owner.clone(),
            self.expires.to_string(),
            self.covered.to_string(),
            self.addresses(),
            self.reason.clone(),
            self.ticket.clone(),
            self.origin.to_owned(),
            format!("{}:{}", self.file, self.line),
        ]
    }
}

const HEADINGS: [&str; 10] = [
    "standing",
    "rules",
    "owner",
    "expires",
    "findings",
    "resources",
    "reason",
    "ticket",
    "origin",
    "place",
];

/// Prints the register.
pub(super) fn print(
    rows: &[Row],
    format: RegisterFormat,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match format {
        RegisterFormat::Table => table(rows, out)?,
        RegisterFormat::Markdown => markdown(rows, out)?,
        RegisterFormat::Csv => csv(rows, out)?,
        RegisterFormat::Json => json(rows, out)?,
    }
    Ok(())
}

fn table(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "no waivers");
    }
    for row in rows {
        let [standing, rules, owner, expires, covered, addresses, reason, ticket, origin, place] =
            row.cells();
        let expires = if expires.is_empty() { "-".into() } else { expires };
        writeln!(out, "{standing:<11} {expires:<10} {rules}")?;
        let on = if addresses.is_empty() { String::new() } else { format!(" on {addresses}") };
        let findings = if row.covered == 1 { "finding" } else { "findings" };
        writeln!(out, "    {place} ({origin}), {covered} {findings}{on}")?;
        let words =
            [("owner", &owner), ("ticket", &ticket), ("reason", &reason), ("but", &row.why)];
        for (name, text) in words.into_iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(out, "    {name}: {}", one_line(text))?;
        }
    }
    Ok(())
}

fn markdown(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "| {} |", HEADINGS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(HEADINGS.len()))?;
    for row in rows {
        let cells = row.cells().map(|cell| {
            let cell = one_line(&cell).replace('\\', "\\\\").replace('|', "\\|");
            cell.replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_")
        });
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn csv(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    write!(out, "{}\r\n", HEADINGS.join(","))?;
    for row in rows {
        let cells = row.cells().map(|cell| trilith_reporter::csv_cell(&cell));
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn json(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let findings: Vec<_> = row
                .findings
                .iter()
                .map(|(rule, address)| json!({ "rule": rule, "address": address }))
                .collect();
            json!({
                "standing": row.standing, "why": row.why, "rules": row.rules, "owner": row.owner,
                "expires": row.expires.to_string(), "reason": row.reason, "ticket": row.ticket,
                "origin": row.origin, "path": row.file, "line": row.line,
                "covered": row.covered, "findings": findings,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "version": 1, "waivers": rows }))?;
    writeln!(out)
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
