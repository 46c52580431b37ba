//! For people: a line for each question, then what matters.

use std::fmt::{self, Display, Write as _};

use trilith_reporter::{counted, one_line};

use super::{Options, days, scope};
use crate::model::{
    Comparison, DueRow, EvidenceRow, FrameworkRow, PracticeRow, QuestionRow, Review,
};
use crate::verdict::Verdict;

/// Columns of the page.
const WIDTH: usize = 96;
/// Days within which what runs out is listed unless somebody says otherwise.
const SOON: i64 = 30;

pub(super) fn page(review: &Review, options: Options) -> String {
    let mut page = String::new();
    let left = "AWS Well-Architected · Security Pillar";
    let right = format!("{} · {} · edition {}", scope(review), review.date, review.edition);
    let gap = WIDTH.saturating_sub(left.chars().count() + right.chars().count()).max(2);
    let _ = writeln!(page, "{left}{}{right}\n", " ".repeat(gap));
    for question in &review.questions {
        summary(review, question, options, &mut page);
    }
    page.push('\n');
    for verdict in [Verdict::Violated, Verdict::Accepted] {
        listed(review, verdict, options, &mut page);
    }
    if options.evidence {
        for row in &review.practices {
            practice(row, options, &mut page);
        }
        page.push('\n');
    }
    due(review, options, &mut page);
    if options.frameworks {
        review.frameworks.iter().for_each(|one| framework(one, options, &mut page));
    }
    if let Some(comparison) = &review.comparison {
        compared(comparison, options, &mut page);
    }
    closing(review, options, &mut page);
    page
}

/// A text in a colour.
struct Painted<T>(T, Option<&'static str>);

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(code) => write!(f, "\u{1b}[{code}m{}\u{1b}[0m", self.0),
            None => self.0.fmt(f),
        }
    }
}

const fn paint<T>(text: T, code: &'static str, options: Options) -> Painted<T> {
    Painted(text, if options.color { Some(code) } else { None })
}

const fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violated => "1;31",
        Verdict::Accepted => "33",
        Verdict::NotEvidenced => "2",
        Verdict::OutsideTemplates => "34",
        Verdict::Met => "32",
    }
}

fn summary(review: &Review, question: &QuestionRow, options: Options, page: &mut String) {
    let own = || review.practices.iter().filter(|row| row.question == question.id);
    let worst = Verdict::ALL.into_iter().find(|verdict| question.totals.of(*verdict) > 0);
    let worst = worst.unwrap_or(Verdict::NotEvidenced);
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| question.totals.of(*verdict) > 0)
        .map(|verdict| format!("{} {}", question.totals.of(verdict), verdict.title()))
        .collect();
    let _ = writeln!(
        page,
        "{} {:<22} {} {}",
        question.id,
        question.short,
        paint(worst.sign(), color(worst), options),
        counts.join(", "),
    );
    let first = own().find(|row| row.verdict == worst && worst == Verdict::Violated);
    if let Some(row) = first {
        let _ = writeln!(page, "{:31}{}", "", paint(one_line(&row.because), "2", options));
    }
}

fn listed(review: &Review, verdict: Verdict, options: Options, page: &mut String) {
    let rows: Vec<&PracticeRow> =
        review.practices.iter().filter(|row| row.verdict == verdict).collect();
    if rows.is_empty() {
        return;
    }
    let mut title = verdict.title().to_owned();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let _ = writeln!(page, "{}", paint(title, "1", options));
    for row in rows {
        heading(row, options, page);
        let _ = writeln!(page, "    {}", one_line(&row.because));
    }
    page.push('\n');
}

fn heading(row: &PracticeRow, options: Options, page: &mut String) {
    let sign = paint(row.verdict.sign(), color(row.verdict), options);
    let _ = writeln!(page, "  {sign} {} {} (risk {})", row.id, row.title, row.risk);
}

/// A practice with all that its verdict rests on.
fn practice(row: &PracticeRow, options: Options, page: &mut String) {
    heading(row, options, page);
    let _ = writeln!(page, "    {}: {}", row.verdict.title(), one_line(&row.because));
    for one in row.evidence.iter().filter(|one| one.looked > 0) {
        evidence(one, options, page);
    }
    let looked = row.rules.iter().filter(|rule| rule.looked).count();
    let mut facts = vec![
        counted(row.resources, "resource in scope", "resources in scope"),
        format!(
            "{} of {} had something to look at",
            looked,
            counted(row.rules.len(), "rule", "rules")
        ),
    ];
    for (count, words) in [
        (row.violations.len(), "open"),
        (row.accepted.len(), "accepted"),
        (row.lesser.len(), "of lesser severity"),
        (row.undecided, "not decided"),
    ] {
        if count > 0 {
            facts.push(format!("{count} {words}"));
        }
    }
    let shares = row.responsibility;
    facts
        .push(format!("yours {}, shared {}, AWS's {}", shares.customer, shares.shared, shares.aws));
    facts.extend(row.days_left.map(days));
    let _ = writeln!(page, "    {}", paint(facts.join(" · "), "2", options));
    if !row.ask.is_empty() && row.verdict == Verdict::NotEvidenced {
        let _ = writeln!(page, "    asked: {}", row.ask);
    }
}

fn evidence(one: &EvidenceRow, options: Options, page: &mut String) {
    let sign = match one.outcome.as_str() {
        "shown" => "+",
        "unknown" => "~",
        _ => "-",
    };
    let unknown =
        if one.unknown > 0 { format!(", {} not known", one.unknown) } else { String::new() };
    let _ = writeln!(page, "    {sign} {} of {}{unknown} {}", one.so, one.looked, one.proves);
    for place in &one.places {
        let line = format!(
            "      {} {} ({}) {}:{}",
            place.answer, place.address, place.resource_type, place.file, place.line
        );
        let _ = writeln!(page, "{}", paint(one_line(&line), "2", options));
    }
}

fn due(review: &Review, options: Options, page: &mut String) {
    let within = options.expiring.map_or(SOON, i64::from);
    let soon: Vec<&DueRow> = review.due.iter().filter(|row| row.days_left <= within).collect();
    if soon.is_empty() {
        if options.expiring.is_some() {
            let _ = writeln!(page, "Nothing runs out within {within} days.\n");
        }
        return;
    }
    let _ = writeln!(page, "{}", paint(format!("Runs out within {within} days"), "1", options));
    for row in soon {
        let owner = if row.owner.is_empty() { "nobody" } else { &row.owner };
        let line = format!(
            "  {} {} {} ({owner}): {}",
            row.expires,
            row.kind,
            row.what,
            days(row.days_left)
        );
        let _ = writeln!(page, "{}", one_line(&line));
    }
    page.push('\n');
}

fn framework(one: &FrameworkRow, options: Options, page: &mut String) {
    let title = format!("{} {}", one.title, one.edition);
    let _ = writeln!(
        page,
        "{}  mapped by {} ({})",
        paint(title, "1", options),
        one.mapped_by,
        one.mapped_version
    );
    for row in one.controls.iter().filter(|row| row.state != "no-rule") {
        let verdicts: Vec<String> = row
            .practices
            .iter()
            .map(|practice| format!("{} {}", practice.id, practice.verdict.sign()))
            .collect();
        let findings = match (row.findings.len(), row.accepted.len()) {
            (0, 0) => String::new(),
            (open, 0) => format!("{open} open"),
            (open, accepted) => format!("{open} open, {accepted} accepted"),
        };
        let state = row.state.replace('-', " ");
        let _ = writeln!(
            page,
            "  {:<14} {state:<19} {:<9} {findings:<22} {}",
            row.control,
            counted(row.rules.len(), "rule", "rules"),
            verdicts.join("  ")
        );
    }
    let silent = one.controls.iter().filter(|row| row.state == "no-rule").count();
    let _ = writeln!(
        page,
        "  {} that the sources map and no rule speaks about\n",
        counted(silent, "control", "controls")
    );
}

fn compared(comparison: &Comparison, options: Options, page: &mut String) {
    let title = format!("Since {}", comparison.since);
    let _ = writeln!(page, "{}", paint(title, "1", options));
    for change in &comparison.verdicts {
        let before = change.before.map_or("not there", Verdict::title);
        let _ = writeln!(
            page,
            "  {:<6} {} {before} → {}",
            change.direction,
            change.practice,
            change.now.title()
        );
    }
    for practice in &comparison.expired {
        let _ = writeln!(page, "  expired {practice}: nobody vouches for it any more");
    }
    let _ = writeln!(
        page,
        "  {} new, {} gone, {} newly accepted, {} no longer accepted\n",
        counted(comparison.new_findings.len(), "finding", "findings"),
        comparison.gone.len(),
        comparison.newly_accepted.len(),
        comparison.no_longer_accepted.len()
    );
}

fn closing(review: &Review, options: Options, page: &mut String) {
    let legend: Vec<String> = Verdict::ALL
        .into_iter()
        .rev()
        .map(|verdict| {
            let sign = paint(verdict.sign(), color(verdict), options);
            format!("{sign} {} {}", review.totals.of(verdict), verdict.title())
        })
        .collect();
    let _ = writeln!(page, "{}", legend.join("   "));
    let hidden = &review.not_visible;
    let unknown: usize = hidden.unknown_values.iter().map(|one| one.count).sum();
    let open = review.findings.iter().filter(|row| row.accepted.is_none()).count();
    let _ = writeln!(
        page,
        "{} in {}, {}; {} open, {} accepted; {} not decided; {} unanswered",
        counted(review.scope.files, "file", "files"),
        counted(review.scope.roots, "root", "roots"),
        counted(review.scope.resources, "resource", "resources"),
        counted(open, "finding", "findings"),
        review.findings.len() - open,
        counted(unknown, "place", "places"),
        counted(hidden.unanswered.len(), "question", "questions"),
    );
    if !hidden.unreadable.is_empty() {
        let count = counted(hidden.unreadable.len(), "file", "files");
        let _ = writeln!(page, "{count} could not be read, and nothing in them counts");
    }
    let more =
        if options.evidence { "" } else { " · `--evidence` lists what each verdict rests on" };
    let _ = writeln!(page, "`--output html=review.html` writes the whole report{more}");
}
