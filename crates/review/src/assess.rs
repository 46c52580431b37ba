//! From what a run found to verdicts.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::{Reason, ResourceGraph, ResourceId, SourceMap, Tri};
use trilith_reporter::{Shown, WaivedFinding};
use trilith_rules::{Rule, Settings, Undecided, practices};
use trilith_waivers::Date;

use crate::attestation::{Attestation, Standing};
use crate::crosswalk::{self, Facts, Framework, decides};
use crate::evidence::{self, Finding};
use crate::model::{
    Acceptance, AttestationRow, ClassRow, Counted, DueRow, DutyRow, EvidenceRow, FindingRow,
    NotVisible, PlaceRow, PracticeRow, QuestionRow, Reproduce, Responsibility, Review, RuleRow,
    Scope, Shares, Tool, Totals, VERSION,
};
use crate::practice::{self, Checkability, Practice};
use crate::responsibility::{self, Class, Share};
use crate::verdict::{Case, Verdict, decide};
use crate::{inventory, sentence};

/// What a run found, and what people say.
#[derive(Debug)]
pub struct Run<'r> {
    /// The resources.
    pub graph: &'r ResourceGraph,
    /// The texts.
    pub sources: &'r SourceMap,
    /// What the repository says of itself.
    pub settings: &'r Settings,
    /// The rules that were applied.
    pub rules: &'r [&'r Rule],
    /// Rules that exist and were left out.
    pub rules_left_out: usize,
    /// Ids of the rules that had something to look at.
    pub looked: &'r [String],
    /// Findings that nobody accepts.
    pub open: &'r [Shown],
    /// Findings that somebody does.
    pub accepted: Vec<(&'r Shown, &'r WaivedFinding)>,
    /// What rules could not decide.
    pub undecided: &'r [Undecided],
    /// Files that could not be read.
    pub unreadable: Vec<String>,
    /// Files that were passed over, by reason.
    pub skipped: Vec<Counted>,
    /// Number of files that were read.
    pub files: usize,
    /// The paths, as given.
    pub paths: Vec<String>,
    /// What somebody vouches for.
    pub attestations: &'r [Attestation],
    /// The frameworks to show.
    pub frameworks: &'r [Framework],
    /// Today.
    pub today: Date,
    /// Version of the tool.
    pub tool_version: String,
    /// What is needed to make the review again; rules and evidence are counted here.
    pub reproduce: Reproduce,
    /// Resources to list for each kind of evidence.
    pub most_places: usize,
}

/// Says where a code base stands.
pub fn assess(run: &Run<'_>) -> Review {
    let facts = Gathered::new(run);
    let mut totals = Totals::default();
    let mut questions: Vec<QuestionRow> = practice::questions()
        .into_iter()
        .map(|one| QuestionRow {
            id: one.id.into(),
            short: one.short.into(),
            title: one.title.into(),
            totals: Totals::default(),
        })
        .collect();
    let practices: Vec<PracticeRow> =
        practice::all().iter().enumerate().map(|(index, one)| facts.practice(index, one)).collect();
    for row in &practices {
        totals.add(row.verdict);
        let own = questions.iter_mut().find(|question| question.id == row.question);
        own.into_iter().for_each(|question| question.totals.add(row.verdict));
    }
    let crosswalk = Facts {
        rules: run.rules,
        looked: &facts.looked,
        findings: &facts.findings,
        practices: &practices,
    };
    let frameworks = run.frameworks.iter().map(|one| crosswalk::row(one, &crosswalk)).collect();
    let not_visible = facts.not_visible(&practices);
    let reproduce = Reproduce {
        rules: run.rules.len(),
        evidence: evidence::all().count(),
        ..run.reproduce.clone()
    };
    Review {
        version: VERSION,
        tool: Tool { name: "trilith".into(), version: run.tool_version.clone() },
        date: run.today.to_string(),
        edition: practices::EDITION.into(),
        scope: Scope {
            paths: run.paths.clone(),
            files: run.files,
            roots: run.graph.roots().len(),
            resources: run.graph.resources().filter(|(_, one)| one.is_real()).count(),
        },
        totals,
        questions,
        responsibility: facts.responsibility(),
        inventory: inventory::take(run.graph, run.sources, run.settings),
        frameworks,
        not_visible,
        reproduce,
        comparison: None,
        due: facts.due(),
        attestations: facts.attestations.iter().map(|(row, _)| row.clone()).collect(),
        practices,
        findings: facts.findings,
    }
}

/// Everything that is looked up more than once.
struct Gathered<'g> {
    run: &'g Run<'g>,
    evidence: Vec<Finding>,
    findings: Vec<FindingRow>,
    /// Where each finding is: its resource, if it is about one.
    subjects: Vec<Option<ResourceId>>,
    attestations: Vec<(AttestationRow, Standing)>,
    classes: Vec<Option<Class>>,
    /// By rule: its practices, as a set of their numbers in the list.
    practices_of_rule: BTreeMap<&'g str, u64>,
    /// By type: the practices for which rules or evidence look at such resources, likewise.
    practices_of_type: BTreeMap<&'g str, u64>,
    /// Number of findings of each rule.
    findings_of_rule: BTreeMap<String, usize>,
    looked: BTreeSet<&'g str>,
}

impl<'g> Gathered<'g> {
    fn new(run: &'g Run<'g>) -> Self {
        let by_place: BTreeMap<_, ResourceId> =
            run.graph.resources().map(|(id, one)| ((one.span, &*one.address), id)).collect();
        let numbers: BTreeMap<&str, Vec<String>> = run
            .rules
            .iter()
            .map(|rule| {
                let found = rule.metadata.practices.iter().filter_map(|slug| practices::find(slug));
                (rule.id(), found.map(|practice| practice.id.to_owned()).collect())
            })
            .collect();
        let mut findings: Vec<FindingRow> = Vec::with_capacity(run.open.len() + run.accepted.len());
        let mut subjects = Vec::with_capacity(findings.capacity());
        let mut ids: BTreeMap<u64, usize> = BTreeMap::new();
        let mut findings_of_rule: BTreeMap<String, usize> = BTreeMap::new();
        let open = run.open.iter().map(|shown| (shown, None));
        let accepted = run.accepted.iter().map(|(shown, waived)| (*shown, Some(*waived)));
        for (shown, waived) in open.chain(accepted) {
            let subject = shown.diagnostic.subject.as_ref();
            subjects
                .push(subject.and_then(|it| by_place.get(&(it.declared, &*it.address)).copied()));
            let rule = &*shown.diagnostic.rule;
            let practices = numbers.get(rule).cloned().unwrap_or_default();
            let mut row = finding(shown, waived, practices, run.today);
            // Open and accepted findings are told apart among themselves only.
            let earlier = ids.entry(shown.fingerprint).or_default();
            *earlier += 1;
            if *earlier > 1 {
                row.id = format!("{}-{earlier}", row.id);
            }
            *findings_of_rule.entry(rule.to_owned()).or_default() += 1;
            findings.push(row);
        }
        let mut gathered = Self {
            evidence: evidence::look(run.graph, run.settings),
            findings,
            subjects,
            attestations: run.attestations.iter().map(|one| attested(one, run.today)).collect(),
            classes: responsibility::classes(run.graph),
            practices_of_rule: BTreeMap::new(),
            practices_of_type: BTreeMap::new(),
            findings_of_rule,
            looked: run.looked.iter().map(String::as_str).collect(),
            run,
        };
        gathered.look_up();
        gathered
    }

    fn look_up(&mut self) {
        let index = numbers();
        let rules = self.run.rules.iter();
        self.practices_of_rule = rules
            .map(|rule| {
                (rule.id(), bits(&index, rule.metadata.practices.iter().map(AsRef::as_ref)))
            })
            .collect();
        let everything = |rule: &Rule| rule.metadata.resources.iter().any(|kind| kind == "*");
        let rules: Vec<&Rule> =
            self.run.rules.iter().filter(|rule| !everything(rule)).copied().collect();
        let types = self.run.graph.types().map(|(kind, _)| {
            let of_rules = rules.iter().filter(|rule| rule.applies_to(kind));
            let own = of_rules.fold(0, |all, rule| all | self.practices_of_rule[rule.id()]);
            let of_evidence = evidence::all().filter(|one| one.types.contains(&kind));
            let slugs = of_evidence.flat_map(|one| one.practices.iter().copied());
            (kind, own | bits(&index, slugs))
        });
        self.practices_of_type = types.collect();
    }

    /// Real resources that rules or evidence look at for one of some practices, with their class.
    fn resources_about(&self, wanted: u64) -> impl Iterator<Item = (ResourceId, Option<Class>)> {
        let graph = self.run.graph;
        graph
            .types()
            .filter(move |(kind, _)| {
                self.practices_of_type.get(kind).is_some_and(|own| own & wanted != 0)
            })
            .flat_map(move |(_, ids)| ids.iter().copied())
            .filter(move |id| graph.resource(*id).is_real())
            .map(|id| (id, self.classes[id.0 as usize]))
    }

    fn practice(&self, index: usize, one: &Practice) -> PracticeRow {
        let practices::Practice { slug, id, risk, title } = one.basics;
        let own =
            || self.findings.iter().filter(|finding| finding.practices.iter().any(|it| it == id));
        let ids = |decisive: bool, open: Option<bool>| -> Vec<String> {
            own()
                .filter(|finding| decides(&finding.severity) == decisive)
                .filter(|finding| open.is_none_or(|open| finding.accepted.is_none() == open))
                .map(|finding| finding.id.clone())
                .collect()
        };
        let violations = ids(true, Some(true));
        let accepted = ids(true, Some(false));
        let evidence: Vec<&Finding> =
            self.evidence.iter().filter(|one| one.evidence.practices.contains(&slug)).collect();
        let spoken = self.attestations.iter().enumerate();
        let attestations: Vec<usize> =
            spoken.filter(|(_, (row, _))| row.slug == slug).map(|(at, _)| at).collect();
        let live = attestations.iter().filter_map(|at| match self.attestations[*at].1 {
            Standing::Live(left) => Some((left, *at)),
            _ => None,
        });
        // Of several that hold, the one that holds longest counts.
        let live = live.max();
        let verdict = decide(Case {
            checkability: one.checkability,
            open: violations.len(),
            accepted: accepted.len(),
            evidence: Tri::any(evidence.iter().map(|one| one.truth())),
            attested: live.is_some(),
        });
        let duty = responsibility::duty_of(slug);
        let (resources, responsibility) = self.shares(1 << index, duty);
        let rules = self.rules_about(slug);
        let undecided = self.run.undecided.iter();
        let undecided = undecided
            .filter(|it| {
                self.practices_of_rule.get(&*it.rule).is_some_and(|own| own >> index & 1 == 1)
            })
            .count();
        let until = own()
            .filter(|finding| decides(&finding.severity))
            .filter_map(|finding| finding.accepted.as_ref()?.days_left)
            .min();
        let days_left = match verdict {
            Verdict::Accepted => until,
            Verdict::OutsideTemplates => live.map(|(left, _)| left),
            Verdict::Met if one.checkability == Checkability::Partly => live.map(|(left, _)| left),
            _ => None,
        };
        let row = PracticeRow {
            id: id.into(),
            slug: slug.into(),
            title: title.into(),
            url: one.basics.url(),
            question: one.question().into(),
            area: one.area.into(),
            risk: risk.into(),
            checkability: one.checkability.name().into(),
            principles: one.principles.split("; ").map(Into::into).collect(),
            before: one.before.split("; ").filter(|id| !id.is_empty()).map(Into::into).collect(),
            before_by: one.before_by.into(),
            verdict,
            because: String::new(),
            evidence: evidence.iter().map(|one| self.evidence_row(one)).collect(),
            violations,
            accepted,
            lesser: ids(false, None),
            undecided,
            rules,
            resources,
            responsibility,
            duty: duty.map_or("", |duty| duty.id).into(),
            attestations,
            days_left,
            ask: one.ask.into(),
        };
        let because = sentence::because(
            &row,
            &self.findings,
            live.map(|(_, at)| &self.attestations[at].0),
            &self.attestations,
        );
        PracticeRow { because, ..row }
    }

    /// The resources that a practice is about, by whose duty it is with them.
    fn shares(&self, wanted: u64, duty: Option<&responsibility::Duty>) -> (usize, Shares) {
        let mut shares = Shares::default();
        let mut resources = 0;
        for (_, class) in self.resources_about(wanted) {
            resources += 1;
            let share = match (duty, class) {
                (Some(duty), Some(class)) => duty.share(class),
                _ => Share::Nobody,
            };
            match share {
                Share::Customer => shares.customer += 1,
                Share::Shared => shares.shared += 1,
                Share::Aws => shares.aws += 1,
                Share::Nobody => shares.none += 1,
            }
        }
        (resources, shares)
    }

    fn rules_about(&self, slug: &str) -> Vec<RuleRow> {
        let about = self
            .run
            .rules
            .iter()
            .filter(|rule| rule.metadata.practices.iter().any(|own| own == slug));
        let mut rows: Vec<RuleRow> = about
            .map(|rule| RuleRow {
                id: rule.id().into(),
                looked: self.looked.contains(rule.id()),
                findings: self.findings_of_rule.get(rule.id()).copied().unwrap_or(0),
            })
            .collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    }

    fn evidence_row(&self, one: &Finding) -> EvidenceRow {
        let order = |truth: Tri| match truth {
            Tri::True => 0,
            Tri::Unknown => 1,
            Tri::False => 2,
        };
        let mut looked: Vec<_> = one.looked.iter().collect();
        looked.sort_by_key(|it| (order(it.truth), it.span, it.resource));
        let places = looked.iter().take(self.run.most_places).map(|it| {
            let resource = self.run.graph.resource(it.resource);
            PlaceRow {
                answer: ["so", "unknown", "not"][order(it.truth)].into(),
                address: resource.address.to_string(),
                resource_type: resource.source_type.to_string(),
                file: self.run.sources.file(it.span.source).name().into(),
                line: self.run.sources.start(it.span).line,
            }
        });
        EvidenceRow {
            id: one.evidence.id.into(),
            proves: one.evidence.proves.into(),
            every: one.evidence.every,
            outcome: match one.truth() {
                Tri::True => "shown",
                Tri::False => "not-shown",
                Tri::Unknown => "unknown",
            }
            .into(),
            looked: one.looked.len(),
            so: one.count(Tri::True),
            not: one.count(Tri::False),
            unknown: one.count(Tri::Unknown),
            places: places.collect(),
        }
    }

    fn due(&self) -> Vec<DueRow> {
        let mut due: BTreeMap<(i64, &str, String, String, String), usize> = BTreeMap::new();
        for finding in &self.findings {
            let Some(accepted) = &finding.accepted else { continue };
            let Some(left) = accepted.days_left else { continue };
            let key = (
                left,
                "acceptance",
                finding.rule.clone(),
                accepted.owner.clone(),
                accepted.expires.clone(),
            );
            *due.entry(key).or_default() += 1;
        }
        for (row, _) in &self.attestations {
            if let Some(left) = row.days_left {
                let (owner, expires) = (row.owner.clone(), row.expires.clone());
                due.insert((left, "attestation", row.practice.clone(), owner, expires), 0);
            }
        }
        due.into_iter()
            .map(|((days_left, kind, what, owner, expires), findings)| DueRow {
                kind: kind.into(),
                what,
                findings,
                owner,
                expires,
                days_left,
            })
            .collect()
    }

    fn responsibility(&self) -> Responsibility {
        let graph = self.run.graph;
        let types = inventory::types(graph, &self.classes);
        let index = numbers();
        let classes = Class::ALL.into_iter().map(|class| {
            let types: Vec<_> =
                types.iter().filter(|row| row.class == class.name()).cloned().collect();
            let duties = responsibility::duties()
                .iter()
                .map(|duty| self.duty(duty, class, bits(&index, duty.practices.iter().copied())));
            ClassRow {
                class: class.name().into(),
                title: class.title().into(),
                resources: types.iter().map(|row| row.resources).sum(),
                duties: duties.collect(),
                types,
            }
        });
        Responsibility {
            classes: classes.collect(),
            unclassified: types
                .iter()
                .filter(|row| row.class.is_empty())
                .map(|row| row.resources)
                .sum(),
        }
    }

    fn duty(&self, duty: &responsibility::Duty, class: Class, wanted: u64) -> DutyRow {
        let share = duty.share(class);
        let is_ours = matches!(share, Share::Customer | Share::Shared);
        let looked =
            self.resources_about(wanted).filter(|(_, own)| is_ours && *own == Some(class)).count();
        let is_about = |finding: &FindingRow| {
            let own = self.practices_of_rule.get(finding.rule.as_str());
            finding.accepted.is_none() && own.is_some_and(|own| own & wanted != 0)
        };
        let findings = self.findings.iter().zip(&self.subjects).filter(|(finding, subject)| {
            let own = subject.and_then(|id| self.classes[id.0 as usize]);
            is_ours && own == Some(class) && is_about(finding)
        });
        let findings = findings.count();
        let shown = match (is_ours, findings, looked) {
            (false, ..) => "none",
            (true, 0, 0) => "not-visible",
            (true, 0, _) => "looked-at",
            _ => "finding",
        };
        DutyRow {
            duty: duty.id.into(),
            title: duty.title.into(),
            share: share.name().into(),
            shown: shown.into(),
            looked,
            findings,
        }
    }

    fn not_visible(&self, rows: &[PracticeRow]) -> NotVisible {
        let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
        for one in self.run.undecided {
            let reason = one.reason.as_ref().map_or("cannot be told", kind_of_reason);
            *unknown.entry(reason).or_default() += 1;
        }
        let mut unknown: Vec<Counted> =
            unknown.into_iter().map(|(what, count)| Counted { what: what.into(), count }).collect();
        unknown.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
        let open = self.run.graph.roots().iter().filter(|root| root.open);
        let unanswered = rows.iter().filter(|row| {
            let spoken = row
                .attestations
                .iter()
                .any(|at| matches!(self.attestations[*at].1, Standing::Live(_)));
            !row.ask.is_empty() && !spoken
        });
        NotVisible {
            unknown_values: unknown,
            skipped: self.run.skipped.clone(),
            unreadable: self.run.unreadable.clone(),
            open_roots: open.map(|root| root.name.to_string()).collect(),
            rules_left_out: self.run.rules_left_out,
            findings_without_practice: self
                .findings
                .iter()
                .filter(|finding| finding.practices.is_empty())
                .count(),
            unanswered: unanswered.map(|row| row.id.clone()).collect(),
        }
    }
}

/// The place of each practice in the list, by slug.
fn numbers() -> BTreeMap<&'static str, usize> {
    practices::all().enumerate().map(|(index, one)| (one.slug, index)).collect()
}

/// Practices as a set: there are 63 of them.
fn bits<'s>(index: &BTreeMap<&str, usize>, slugs: impl Iterator<Item = &'s str>) -> u64 {
    slugs.filter_map(|slug| index.get(slug)).fold(0, |bits, at| bits | 1 << at)
}

fn finding(
    shown: &Shown,
    waived: Option<&WaivedFinding>,
    practices: Vec<String>,
    today: Date,
) -> FindingRow {
    let diagnostic = &shown.diagnostic;
    let subject = diagnostic.subject.as_ref();
    FindingRow {
        id: format!("{:016x}", shown.fingerprint),
        rule: diagnostic.rule.to_string(),
        severity: diagnostic.severity.name().into(),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        only_when: diagnostic.only_when.clone(),
        file: shown.file.clone(),
        line: shown.line,
        column: shown.column,
        address: subject.map_or_else(String::new, |subject| subject.address.to_string()),
        resource_type: subject.map_or_else(String::new, |it| it.resource_type.to_string()),
        practices,
        accepted: waived.map(|waived| Acceptance {
            reason: waived.reason.clone(),
            owner: waived.owner.clone(),
            ticket: waived.ticket.clone(),
            expires: waived.expires.clone(),
            days_left: days_until(&waived.expires, today),
            origin: waived.origin.into(),
        }),
        snippet: shown.snippet.clone(),
    }
}

fn days_until(day: &str, today: Date) -> Option<i64> {
    let day: Date = day.parse().ok()?;
    Some(day.days_since_1970() - today.days_since_1970())
}

fn attested(one: &Attestation, today: Date) -> (AttestationRow, Standing) {
    let standing = one.judge(today);
    let row = AttestationRow {
        practice: practices::find(one.slug).map_or("", |it| it.id).into(),
        slug: one.slug.into(),
        statement: one.statement.clone(),
        link: one.link.clone(),
        owner: one.owner.clone(),
        date: one.date.to_string(),
        expires: one.expires.to_string(),
        standing: standing.name().into(),
        days_left: match standing {
            Standing::Live(left) => Some(left),
            Standing::Expired(ago) => Some(-ago),
            Standing::Malformed(_) => None,
        },
        problem: match &standing {
            Standing::Malformed(problem) => Some(problem.clone()),
            _ => None,
        },
        line: one.line,
    };
    (row, standing)
}

/// Why a value is not known, without its name.
const fn kind_of_reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoDefault(_) => "a parameter or variable without a value",
        Reason::NotDefault(_) => "a parameter that is not its default here",
        Reason::Pseudo(_) => "depends on where the stack is created",
        Reason::SsmParameter(_) => "read from Parameter Store",
        Reason::Secret(_) => "read from a store of secrets",
        Reason::Import(_) => "exported by a stack that is not here",
        Reason::ComputedAfterApply => "known after the deployment",
        Reason::Transform(_) => "made by a transform",
        Reason::RemoteModule(_) => "in a module that is not here",
        Reason::DataSource(_) => "read when Terraform plans",
        Reason::UnsupportedFunction(_) => "a function that is not evaluated",
        Reason::Undeclared(_) => "refers to what is not here",
        Reason::NeverCreated(_) => "refers to what is never created",
        Reason::Undecided => "differs by condition",
        Reason::Malformed => "could not be read",
        Reason::OpenMap => "may be given where it cannot be seen",
        Reason::Budget(_) => "left out to keep within limits",
    }
}
