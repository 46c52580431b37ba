//! What is written about Trilith stays true: generated pages are current, links lead somewhere.
//!
//! `UPDATE=1 cargo test --test docs` writes the generated pages anew.
#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use trilith::builtin::BUILT_IN;
use trilith_rules::page::Page;
use trilith_rules::{Rule, metadata, practices};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a generated page with the committed one, or writes it.
fn current(path: &str, expected: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, expected).expect("the page can be written");
        return;
    }
    let committed = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == expected, "{path} is not current: run `UPDATE=1 cargo test --test docs`");
}

#[test]
fn the_list_of_rules_is_current() {
    let mut by_service: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in BUILT_IN {
        let service = rule.folder.split('/').next().unwrap_or_default();
        by_service.entry(service).or_default().push(rule);
    }
    let mut page = String::from(
        "# Rules\n\nGenerated from the folder `rules/`: `UPDATE=1 cargo test --test docs`.\n",
    );
    for (service, rules) in by_service {
        let _ = write!(
            page,
            "\n## {service}\n\n| rule | severity | language | what it finds |\n|---|---|---|---|\n"
        );
        for rule in rules {
            let m = &rule.metadata;
            let language = rule.predicate.language();
            let _ = writeln!(
                page,
                "| [{}](../rules/{}/rule.md) | {} | {language} | {} |",
                m.id, rule.folder, m.severity, m.summary
            );
        }
    }
    current("docs/rules.md", &page);
}

#[test]
fn the_security_pillar_page_is_current() {
    let rows = catalogue();
    let mut page = format!(
        "# Security Pillar\n\nBest practices of the AWS Well-Architected Framework, Security Pillar, edition {},\nthe \
         rules that look for violations, and what [`trilith review`](review.md) looks for besides: evidence (`+`) and\n\
         what speaks against a practice (`-`). A gap is a practice for which no rule is built although the\n\
         [catalogue](coverage.md) knows what could be; of the others no template, module or plan tells.\n\n\
         Generated: `UPDATE=1 cargo test --test docs`.\n\n| best practice | risk | rules | review |\n|---|---|---|---|\n",
        practices::EDITION
    );
    for practice in practices::all() {
        let rules = links_to(|rule| rule.metadata.practices.iter().any(|it| it == practice.slug));
        let planned = rows.iter().filter(|row| row.is_about(practice.id)).count();
        let rules = match (rules.is_empty(), planned) {
            (false, _) => rules,
            (true, 0) => "nothing that a file tells".to_owned(),
            (true, 1) => "gap: one row of the catalogue".to_owned(),
            (true, _) => format!("gap: {planned} rows of the catalogue"),
        };
        let _ = writeln!(
            page,
            "| [{}]({}) {} | {} | {rules} | {} |",
            practice.id,
            practice.url(),
            practice.title,
            practice.risk,
            reviewed(practice.slug)
        );
    }
    current("docs/security-pillar.md", &page);
}

#[test]
fn the_list_of_fixable_rules_is_current() {
    const MARK: &str = "<!-- generated -->\n";
    let committed = fs::read_to_string(root().join("docs/fixes.md")).unwrap_or_default();
    let written = committed.replace("\r\n", "\n");
    let (written, _) = written.split_once(MARK).expect("the page says where the list begins");
    let fixable: Vec<&Rule> = BUILT_IN.iter().filter(|rule| rule.metadata.has_edits).collect();
    let mut page = format!(
        "{written}{MARK}\n{} of {} rules.\n\n| rule | what the fix does | what it may break |\n|---|---|---|\n",
        fixable.len(),
        BUILT_IN.len()
    );
    for rule in fixable {
        let text = Page::parse(&rule.page).expect("a page of ours is whole");
        for (number, edit) in metadata::edits(text.front_matter).iter().enumerate() {
            let name = match number {
                0 => format!("[{}](../rules/{}/rule.md)", rule.id(), rule.folder),
                _ => String::new(),
            };
            let caution = edit.caution.as_deref().unwrap_or("nothing: it is safe");
            let _ = writeln!(page, "| {name} | {} | {caution} |", edit.describe());
        }
    }
    current("docs/fixes.md", &page);
}

/// What the review looks for about a practice.
fn reviewed(slug: &str) -> String {
    let evidence = trilith_review::evidence().filter(|one| one.practices.contains(&slug));
    let own = trilith_review::rules();
    let contrary = own.iter().filter(|rule| rule.metadata.practices.iter().any(|it| it == slug));
    let parts = evidence.map(|one| format!("+{}", one.id));
    parts.chain(contrary.map(|rule| format!("-{}", rule.id()))).collect::<Vec<_>>().join(", ")
}

/// A row of the catalogue of what there is to look for.
struct Row {
    id: &'static str,
    priority: &'static str,
    severity: &'static str,
    practices: &'static str,
    title: &'static str,
}

impl Row {
    fn is_about(&self, practice: &str) -> bool {
        self.practices.split(' ').any(|it| it == practice)
    }

    fn rules(&self) -> String {
        links_to(|rule| rule.metadata.catalogue.iter().any(|it| it == self.id))
    }
}

fn catalogue() -> Vec<Row> {
    let lines = include_str!("data/catalogue.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("a field");
        let [id, priority, severity, practices, title] = [(); 5].map(|()| field());
        Row { id, priority, severity, practices, title }
    };
    lines.map(row).collect()
}

/// Links to the pages of some rules.
fn links_to(is_meant: impl Fn(&Rule) -> bool) -> String {
    let rules = BUILT_IN.iter().filter(|rule| is_meant(rule));
    let links = rules.map(|rule| format!("[{}](../rules/{}/rule.md)", rule.id(), rule.folder));
    links.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_coverage_of_the_catalogue_is_current() {
    let rows = catalogue();
    let mut page = String::from(
        "# Coverage\n\nWhat there is to look for, row by row of the catalogue that Trilith is planned by, and the \
         rules that do.\nP0 is what nobody may miss.\n\nGenerated: `UPDATE=1 cargo test --test docs`.\n",
    );
    let built = |rows: &[&Row]| rows.iter().filter(|row| !row.rules().is_empty()).count();
    for priority in ["P0", "P1", "P2"] {
        let own: Vec<&Row> = rows.iter().filter(|row| row.priority == priority).collect();
        let _ = write!(
            page,
            "\n## {priority}: {} of {}\n\n| row | severity | what it asks for | rules |\n|---|---|---|---|\n",
            built(&own),
            own.len()
        );
        for row in own {
            let rules = row.rules();
            let rules = if rules.is_empty() { "not yet".to_owned() } else { rules };
            let title = row.title.replace('|', "\\|");
            let _ = writeln!(page, "| {} | {} | {title} | {rules} |", row.id, row.severity);
        }
    }
    let beyond = links_to(|rule| rule.metadata.catalogue.is_empty());
    let _ = write!(page, "\n## Beyond the catalogue\n\n{beyond}\n");
    current("docs/coverage.md", &page);
}

#[test]
fn rules_name_rows_that_exist_and_few_of_the_first_are_missing() {
    let rows = catalogue();
    for rule in BUILT_IN {
        for id in rule.metadata.catalogue.iter() {
            assert!(rows.iter().any(|row| row.id == id), "{}: no row {id}", rule.id());
        }
    }
    let first = rows.iter().filter(|row| row.priority == "P0");
    let missing: Vec<&str> = first.filter(|row| row.rules().is_empty()).map(|row| row.id).collect();
    assert!(missing.len() <= 10, "{missing:?}");
}

#[test]
fn the_schema_of_the_input_is_current() {
    let schema = serde_json::to_string_pretty(&trilith_rules::input_schema()).expect("JSON");
    current("docs/input.schema.json", &format!("{schema}\n"));
}

#[test]
fn the_schema_of_the_configuration_is_current() {
    let schema = serde_json::to_string_pretty(&trilith::config::schema()).expect("JSON");
    current("docs/trilith.schema.json", &format!("{schema}\n"));
}

#[test]
fn the_schema_of_the_review_is_current() {
    let schema = serde_json::to_string_pretty(&trilith_review::schema()).expect("JSON");
    current("docs/review.schema.json", &format!("{schema}\n"));
}

/// The one other mapping of rules to the Security Pillar, rule by rule, in `docs/review.md`.
#[test]
fn the_comparison_with_the_guard_registry_is_current() {
    let table = fs::read_to_string(root().join("testdata/review/guard-registry-wa.tsv"));
    let table = table.expect("the table").replace("\r\n", "\n");
    let number = |slug: &str| practices::find(slug).map_or("", |practice| practice.id);
    let mut text =
        String::from("| their rule | their ids | ours | practice |\n|---|---|---|---|\n");
    let (mut active, mut ids, mut ours) = (0, BTreeSet::new(), BTreeSet::new());
    let mut answered = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, name, theirs, nearest] = fields[..] else { panic!("{line}") };
        let same: Vec<(&str, Vec<&str>)> = BUILT_IN
            .iter()
            .filter(|rule| {
                rule.metadata.aliases.iter().any(|(_, id)| !name.is_empty() && id == name)
            })
            .map(|rule| (rule.id(), rule.metadata.practices.iter().map(|it| number(it)).collect()))
            .collect();
        let near = || -> Vec<(&str, Vec<&str>)> {
            let rules = BUILT_IN.iter().filter(|rule| rule.id() == nearest);
            let rules = rules.map(|rule| {
                (rule.id(), rule.metadata.practices.iter().map(|it| number(it)).collect())
            });
            let evidence = trilith_review::evidence().filter(|one| one.id == nearest);
            let evidence =
                evidence.map(|one| (one.id, one.practices.iter().map(|it| number(it)).collect()));
            let own: Vec<_> = rules.chain(evidence).collect();
            if own.is_empty() && !nearest.is_empty() {
                let rule = trilith_review::rules().into_iter().find(|rule| rule.id() == nearest);
                let rule = rule.unwrap_or_else(|| panic!("{file}: nothing is called {nearest}"));
                let slugs = rule.metadata.practices.iter();
                return vec![(nearest, slugs.map(|it| number(it)).collect())];
            }
            own
        };
        let is_same = !same.is_empty();
        let found = if is_same { same } else { near() };
        if !name.is_empty() {
            active += 1;
            answered += usize::from(is_same);
            ids.extend(theirs.split(' '));
        }
        let names: Vec<String> = found.iter().map(|(id, _)| (*id).to_owned()).collect();
        let mut practices: Vec<&str> = found.iter().flat_map(|(_, ids)| ids.clone()).collect();
        practices.sort_unstable();
        practices.dedup();
        ours.extend(practices.iter().copied());
        let _ = writeln!(
            text,
            "| {} | {theirs} | {}{} | {} |",
            if name.is_empty() { format!("{file} (comments only)") } else { file.to_owned() },
            if is_same || names.is_empty() { "" } else { "nearest: " },
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") },
            practices.join(", ")
        );
    }
    let _ = write!(
        text,
        "\n{active} rules with {} ids there. For {answered} of them a rule here names itself the same; \
         together with what is nearest they stand for {} practices of the edition {}.\n",
        ids.len(),
        ours.len(),
        practices::EDITION
    );
    section("docs/review.md", "guard registry", &text);
}

/// Compares the part of a page between two marks with what it must be, or writes it.
fn section(path: &str, name: &str, expected: &str) {
    let file = root().join(path);
    let page = fs::read_to_string(&file).expect("the page").replace("\r\n", "\n");
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (head, rest) = page.split_once(&start).expect("the section begins");
    let (_, tail) = rest.split_once(&end).expect("the section ends");
    let whole = format!("{head}{start}\n{expected}\n{end}{tail}");
    current(path, &whole);
}

/// Every example of docs/writing-rules.md is real: code with `file=NAME` is written to that file,
/// and commands are run and must print what is shown. `...` stands for anything.
#[test]
fn the_examples_of_writing_rules_are_real() {
    let text = fs::read_to_string(root().join("docs/writing-rules.md")).expect("the page");
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("writing-rules");
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).expect("a directory");
    let (mut files, mut commands) = (0, 0);
    for fence in trilith_rules::page::fences(&text) {
        if let Some(name) = fence.info.iter().find_map(|word| word.strip_prefix("file=")) {
            let path = place.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, fence.code).expect("written");
            files += 1;
        }
        if fence.language == "console" {
            commands += run_console(&place, fence.code, fence.line);
        }
    }
    assert!(files >= 8 && commands >= 8, "{files} files, {commands} commands");
}

/// Runs the commands of a console example; what follows each must be printed, in order.
fn run_console(place: &Path, code: &str, line: usize) -> usize {
    let mut count = 0;
    for part in format!("\n{code}").split("\n$ ").skip(1) {
        let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("trilith"), "page line {line}: `{command}`");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_trilith"))
            .args(words)
            .current_dir(place)
            .env_remove("FORCE_COLOR")
            .output()
            .expect("the command starts");
        let printed = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let printed = printed.concat();
        let mut rest = printed.as_str();
        for wanted in expected.split('\n').flat_map(|line| line.split("...")) {
            let wanted = wanted.trim();
            if wanted.is_empty() {
                continue;
            }
            let at = rest.find(wanted).unwrap_or_else(|| {
                panic!("page line {line}: `{command}` does not print `{wanted}`, but\n{printed}")
            });
            rest = &rest[at + wanted.len()..];
        }
        count += 1;
    }
    count
}

/// Every relative link and every path in back-ticks of a Markdown page exists.
#[test]
fn links_and_paths_lead_somewhere() {
    let mut pages = vec![root().join("README.md"), root().join("testdata/README.md")];
    for entry in fs::read_dir(root().join("docs")).expect("docs").flatten() {
        pages.extend(Some(entry.path()).filter(|path| path.is_file()));
    }
    for page in pages {
        let text = fs::read_to_string(&page).expect("readable");
        let directory = page.parent().unwrap_or(Path::new("."));
        for target in links(&text) {
            assert!(directory.join(target).exists(), "{}: dead link {target}", page.display());
        }
        for path in paths(&text) {
            assert!(root().join(path).exists(), "{}: no {path}", page.display());
        }
    }
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|target| {
        !target.starts_with("http") && !target.starts_with('#') && !target.is_empty()
    })
}

/// Texts in back-ticks that begin like a path of this repository.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|code| {
        ["crates/", "docs/", "testdata/"].iter().any(|start| code.starts_with(start))
            && !code.contains(['<', '*', ' ', '{'])
    })
}
