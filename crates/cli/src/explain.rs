//! `trilith explain`: a rule's page for the terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use trilith_rules::page::{Page, fences};
use trilith_rules::{Registry, Rule, practices};

use crate::failure::Failure;

/// Prints the rules that a name stands for.
pub fn explain(registry: &Registry, name: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let rules = registry.find(name);
    if let Some((title, help)) = problem(name) {
        writeln!(out, "{name}\n{title}\n\n{help}")?;
        return Ok(());
    }
    if rules.is_empty() {
        let near = registry.suggest(name);
        let hint = match near.first() {
            Some(id) => format!("; did you mean `{id}`?"),
            None => "; `trilith list rules` names them all".into(),
        };
        return Err(Failure::new(format!("no rule is called `{name}`{hint}")));
    }
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        print(rule, out)?;
    }
    Ok(())
}

/// Title and help of what is reported and is no rule.
pub(crate) fn problem(name: &str) -> Option<(&'static str, &'static str)> {
    let of_files = trilith_parser::problems().iter();
    let of_files = of_files.map(|problem| (problem.id, problem.title, problem.help));
    let of_waivers = trilith_waivers::problems().iter();
    let of_waivers = of_waivers.map(|problem| (problem.id, problem.title, problem.help));
    let mut all = of_files.chain(of_waivers);
    all.find(|(id, ..)| *id == name).map(|(_, title, help)| (title, help))
}

fn print(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let metadata = &rule.metadata;
    writeln!(
        out,
        "{}  {} · confidence {} · {} · since {}",
        metadata.id, metadata.severity, metadata.confidence, metadata.status, metadata.since
    )?;
    writeln!(out, "{}\n", metadata.title)?;
    if let Ok(page) = Page::parse(&rule.page) {
        writeln!(out, "{}", page.help().trim())?;
    }
    for (section, word) in [("Fails", "Bad"), ("Passes", "Good")] {
        if let Some(fence) = fences(&rule.page).iter().find(|fence| fence.section == section) {
            writeln!(out, "\n{word}")?;
            for line in fence.code.lines() {
                // The marks that make the example a test are of no use to a reader.
                let line = line.split("# finding").next().unwrap_or(line);
                let line = line.split("// finding").next().unwrap_or(line);
                writeln!(out, "    {}", line.trim_end())?;
            }
        }
    }
    writeln!(out)?;
    let mut row = |name: &str, text: &str| match text {
        "" => Ok(()),
        text => writeln!(out, "{name:<13} {text}"),
    };
    row("Looks at", &metadata.resources.join(", "))?;
    row("Fix", &metadata.fix)?;
    row("in Terraform", metadata.fix_in_terraform.as_deref().unwrap_or_default())?;
    row("Fixable", &fixable(rule))?;
    let pillar = metadata.practices.iter().filter_map(|slug| practices::find(slug));
    let pillar: Vec<String> = pillar.map(|p| format!("{} {}", p.id, p.title)).collect();
    row("Pillar", &pillar.join(" · "))?;
    row("Whose side", &metadata.responsibility)?;
    row("Maps to", &grouped(&metadata.controls))?;
    if !metadata.controls.is_empty() {
        row("", &format!("(mapped by {})", metadata.controls_source))?;
    }
    row("Same as", &grouped(&metadata.aliases))?;
    row("Language", rule.predicate.language())?;
    for (format, reason) in metadata.not_in.iter() {
        row("Not in", &format!("{format}: {reason}"))?;
    }
    Ok(())
}

/// Whether `trilith fix` mends its findings, and what of that somebody should look at first.
fn fixable(rule: &Rule) -> String {
    let Ok(page) = Page::parse(&rule.page) else { return String::new() };
    let edits = trilith_rules::metadata::edits(page.front_matter);
    let mut cautions: Vec<&str> = edits.iter().filter_map(|edit| edit.caution.as_deref()).collect();
    cautions.dedup();
    match (edits.is_empty(), cautions.is_empty()) {
        (true, _) => String::new(),
        (false, true) => "`trilith fix`".into(),
        (false, false) => format!("`trilith fix --unsafe-fixes`: {}", cautions.join("; ")),
    }
}

/// `checkov CKV_AWS_24, CKV_AWS_25 · trivy AVD-AWS-0107`
fn grouped(pairs: &[(trilith_rules::metadata::Text, trilith_rules::metadata::Text)]) -> String {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (group, id) in pairs {
        groups.entry(group).or_default().push(id);
    }
    let groups: Vec<String> =
        groups.iter().map(|(group, ids)| format!("{group} {}", ids.join(", "))).collect();
    groups.join(" · ")
}
