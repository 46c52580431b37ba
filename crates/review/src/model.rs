//! What a review says. The JSON of a [`Review`] is a contract: see `docs/review.schema.json`.

use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// Version of the shape. It changes when a field goes or changes its meaning.
pub const VERSION: u32 = 1;

/// Where a code base stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// [`VERSION`].
    pub version: u32,
    /// What made it.
    pub tool: Tool,
    /// The day for which it holds.
    pub date: String,
    /// Edition of the best practices.
    pub edition: String,
    /// What was looked at.
    pub scope: Scope,
    /// Number of practices by verdict.
    pub totals: Totals,
    /// The questions of the pillar.
    pub questions: Vec<QuestionRow>,
    /// All best practices, in order.
    pub practices: Vec<PracticeRow>,
    /// All findings, open and accepted, each once.
    pub findings: Vec<FindingRow>,
    /// What somebody vouches for.
    pub attestations: Vec<AttestationRow>,
    /// What runs out, the soonest first.
    pub due: Vec<DueRow>,
    /// Who secures what.
    pub responsibility: Responsibility,
    /// What there is.
    pub inventory: Inventory,
    /// The crosswalk to other frameworks.
    pub frameworks: Vec<FrameworkRow>,
    /// What this review could not see.
    pub not_visible: NotVisible,
    /// What is needed to make it again.
    pub reproduce: Reproduce,
    /// What changed since another review.
    pub comparison: Option<Comparison>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The paths, as given.
    pub paths: Vec<String>,
    /// Files that were read.
    pub files: usize,
    /// Templates, plans and modules.
    pub roots: usize,
    /// Resources that will exist.
    pub resources: usize,
}

/// Number of practices by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named after the verdicts")]
pub struct Totals {
    pub violated: usize,
    pub accepted: usize,
    pub not_evidenced: usize,
    pub outside_templates: usize,
    pub met: usize,
}

impl Totals {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        *self.of_mut(verdict) += 1;
    }

    /// The number for a verdict.
    pub const fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Violated => self.violated,
            Verdict::Accepted => self.accepted,
            Verdict::NotEvidenced => self.not_evidenced,
            Verdict::OutsideTemplates => self.outside_templates,
            Verdict::Met => self.met,
        }
    }

    const fn of_mut(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Violated => &mut self.violated,
            Verdict::Accepted => &mut self.accepted,
            Verdict::NotEvidenced => &mut self.not_evidenced,
            Verdict::OutsideTemplates => &mut self.outside_templates,
            Verdict::Met => &mut self.met,
        }
    }
}

/// A question of the pillar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// `SEC05`.
    pub id: String,
    /// In a few words.
    pub short: String,
    /// In full.
    pub title: String,
    /// Its practices by verdict.
    pub totals: Totals,
}

/// A best practice and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeRow {
    /// Number in the edition: `SEC05-BP02`.
    pub id: String,
    /// Slug of its page, which outlives the number.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Its question: `SEC05`.
    pub question: String,
    /// The area of the pillar.
    pub area: String,
    /// Risk if it is not established: `high`, `medium`, `low`.
    pub risk: String,
    /// How much of it a template can show: `direct`, `partly`, `organisational`.
    pub checkability: String,
    /// The design principles that it serves.
    pub principles: Vec<String>,
    /// Its numbers in the edition of 2022-23.
    pub before: Vec<String>,
    /// How those were found: `same page`, `renamed`, `merged`, `replaced`, `by content`, `new`.
    pub before_by: String,
    /// What can be said of it.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub because: String,
    /// What was looked for that would show it.
    pub evidence: Vec<EvidenceRow>,
    /// Ids of open findings of medium severity or worse.
    pub violations: Vec<String>,
    /// Ids of accepted findings of medium severity or worse.
    pub accepted: Vec<String>,
    /// Ids of findings of lesser severity, open and accepted. They do not decide.
    pub lesser: Vec<String>,
    /// Number of places that rules could not decide about.
    pub undecided: usize,
    /// Rules about it that were applied.
    pub rules: Vec<RuleRow>,
    /// Resources that these rules or the evidence look at.
    pub resources: usize,
    /// Those resources by whose duty the practice is with them.
    pub responsibility: Shares,
    /// The duty of shared responsibility that it is about.
    pub duty: String,
    /// What somebody vouches for: places among the attestations, from 0.
    pub attestations: Vec<usize>,
    /// Days left on the first acceptance or attestation to run out, if the verdict rests on one.
    pub days_left: Option<i64>,
    /// What to ask, where no template tells; empty otherwise.
    pub ask: String,
}

/// A rule that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// Whether there was a resource for it to look at.
    pub looked: bool,
    /// Number of its findings, open and accepted.
    pub findings: usize,
}

/// Resources by who has a duty with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// It is the customer's.
    pub customer: usize,
    /// It is shared.
    pub shared: usize,
    /// It is AWS's: inherited.
    pub aws: usize,
    /// Nothing is known of the service, or there is nothing to do.
    pub none: usize,
}

/// Evidence and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Its name.
    pub id: String,
    /// What it shows.
    pub proves: String,
    /// Whether it must be so of every resource in scope.
    pub every: bool,
    /// `shown`, `not-shown` or `unknown`.
    pub outcome: String,
    /// Resources that it looked at.
    pub looked: usize,
    /// Those for which it is so.
    pub so: usize,
    /// Those for which it is not.
    pub not: usize,
    /// Those for which that cannot be told.
    pub unknown: usize,
    /// The resources, as many as were asked for: first those for which it is so.
    pub places: Vec<PlaceRow>,
}

/// A resource that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRow {
    /// `so`, `not` or `unknown`.
    pub answer: String,
    /// Its address.
    pub address: String,
    /// Its type as written.
    pub resource_type: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// 16 hexadecimal digits that outlive whatever moves lines.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// When it holds, if not always.
    pub only_when: Option<String>,
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// Address of the resource.
    pub address: String,
    /// Its canonical type.
    pub resource_type: String,
    /// Numbers of the practices that it speaks against.
    pub practices: Vec<String>,
    /// Who accepts it, if anybody does.
    pub accepted: Option<Acceptance>,
    /// The lines around it in HTML.
    #[serde(skip)]
    pub snippet: String,
}

/// Who accepts a finding, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// Where it was decided.
    pub ticket: String,
    /// The last day; empty for another tool's suppression that names none.
    pub expires: String,
    /// Days until then.
    pub days_left: Option<i64>,
    /// How it is written.
    pub origin: String,
}

/// What somebody vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationRow {
    /// Number of the practice.
    pub practice: String,
    /// Its slug.
    pub slug: String,
    /// What is the case.
    pub statement: String,
    /// Where that can be looked up.
    pub link: String,
    /// Who says so.
    pub owner: String,
    /// When it was found to be so.
    pub date: String,
    /// The last day on which it counts.
    pub expires: String,
    /// `live`, `expired` or `malformed`.
    pub standing: String,
    /// Days left; negative for those since it expired.
    pub days_left: Option<i64>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Line in its file.
    pub line: usize,
}

/// What runs out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRow {
    /// `acceptance` or `attestation`.
    pub kind: String,
    /// The rule, or the number of the practice.
    pub what: String,
    /// Findings that come back, for an acceptance.
    pub findings: usize,
    /// Who is to be asked.
    pub owner: String,
    /// The last day.
    pub expires: String,
    /// Days left.
    pub days_left: i64,
}

/// Who secures what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responsibility {
    /// By class of service.
    pub classes: Vec<ClassRow>,
    /// Resources of services that no class is known of.
    pub unclassified: usize,
}

/// A class of services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassRow {
    /// `infrastructure`, `network`, `container`, `abstracted`, `guardrail`.
    pub class: String,
    /// What it is.
    pub title: String,
    /// Number of resources.
    pub resources: usize,
    /// The types of resources.
    pub types: Vec<TypeRow>,
    /// The duties.
    pub duties: Vec<DutyRow>,
}

/// Resources of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRow {
    /// The canonical type.
    pub resource_type: String,
    /// The class of the service; empty if none is known.
    pub class: String,
    /// How many.
    pub resources: usize,
}

/// A duty with services of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRow {
    /// Its name.
    pub duty: String,
    /// In words.
    pub title: String,
    /// Whose it is: `customer`, `shared`, `aws`, `none`.
    pub share: String,
    /// Whether the code shows anything about it: `finding`, `looked-at` or `not-visible`; `none`
    /// where it is not the customer's.
    pub shown: String,
    /// Resources of the class that rules or evidence about it look at.
    pub looked: usize,
    /// Open findings about it on such resources.
    pub findings: usize,
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Number of resources.
    pub resources: usize,
    /// Applications.
    pub applications: Vec<ApplicationRow>,
    /// Resources by type.
    pub types: Vec<TypeRow>,
    /// What holds data.
    pub stores: Vec<StoreRow>,
    /// Resources that have no tag, of those that may have.
    pub untagged: usize,
    /// Resources that may have tags, as far as is known.
    pub taggable: usize,
}

/// An application: what belongs together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRow {
    /// Its name.
    pub name: String,
    /// What it is named after: `tag`, `stack`, `module`, `directory`.
    pub by: String,
    /// Files and directories that hold it.
    pub roots: Vec<String>,
    /// Who answers for it, as tags say.
    pub owners: Vec<String>,
    /// Number of resources.
    pub resources: usize,
    /// Number of those that hold data.
    pub stores: usize,
    /// Number of those that have no tag and may have.
    pub untagged: usize,
}

/// What holds data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreRow {
    /// Its address.
    pub address: String,
    /// Its type.
    pub resource_type: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The application that it belongs to.
    pub application: String,
    /// How sensitive its data is, as its tag says.
    pub classification: Option<String>,
    /// `own key`, `on`, `by default`, `off`, `unknown`; nothing for what holds no secret.
    pub encryption: Option<String>,
    /// `public`, `closed`, `unknown`, `nothing found`.
    pub exposure: String,
    /// Where it logs who reads it.
    pub logs: Option<String>,
    /// Who answers for it, as its tag says.
    pub owner: Option<String>,
    /// Whether it has no tag at all: `yes`, `no`, `unknown`.
    pub untagged: String,
}

/// A framework and its controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkRow {
    /// Its name on the command line: `pci-dss-4.0`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// Who mapped it.
    pub mapped_by: String,
    /// Which versions of them.
    pub mapped_version: String,
    /// Its controls, as far as somebody maps them.
    pub controls: Vec<ControlRow>,
}

/// A control of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRow {
    /// Its number.
    pub control: String,
    /// `violated`, `accepted`, `nothing-found`, `nothing-to-look-at`, `no-rule`.
    pub state: String,
    /// The rules that are mapped to it and were applied.
    pub rules: Vec<String>,
    /// The practices that these rules serve, with their verdicts.
    pub practices: Vec<ControlPractice>,
    /// Ids of open findings of any severity.
    pub findings: Vec<String>,
    /// Ids of accepted findings.
    pub accepted: Vec<String>,
}

/// A practice behind a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPractice {
    /// Its number.
    pub id: String,
    /// Its verdict.
    pub verdict: Verdict,
}

/// What a review could not see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotVisible {
    /// Values that are not known, by reason.
    pub unknown_values: Vec<Counted>,
    /// Files that were passed over, by reason.
    pub skipped: Vec<Counted>,
    /// Files that could not be read.
    pub unreadable: Vec<String>,
    /// Roots of which not all can be seen: a module is missing, a macro runs over it.
    pub open_roots: Vec<String>,
    /// Rules that the configuration leaves out.
    pub rules_left_out: usize,
    /// Findings of rules that serve no practice.
    pub findings_without_practice: usize,
    /// Questions that nobody answered: numbers of practices.
    pub unanswered: Vec<String>,
}

/// A number of things of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The kind.
    pub what: String,
    /// How many.
    pub count: usize,
}

/// What is needed to make a review again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reproduce {
    /// Rules that were applied.
    pub rules: usize,
    /// SHA-256 of their ids and severities.
    pub rules_digest: String,
    /// Kinds of evidence that were looked for.
    pub evidence: usize,
    /// The commit, if there is one.
    pub commit: Option<String>,
    /// SHA-256 of the list of inputs.
    pub inputs_digest: String,
    /// The files that were read.
    pub inputs: Vec<InputRow>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRow {
    /// Its name.
    pub file: String,
    /// SHA-256 of its text.
    pub sha256: String,
}

/// What changed since another review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The day of the other review.
    pub since: String,
    /// The version of the tool that made it.
    pub tool_version: String,
    /// Verdicts that changed.
    pub verdicts: Vec<VerdictChange>,
    /// Ids of findings that are new.
    pub new_findings: Vec<String>,
    /// Findings that are gone.
    pub gone: Vec<FindingRow>,
    /// Ids of findings that were open and are accepted now.
    pub newly_accepted: Vec<String>,
    /// Ids of findings that were accepted and are open now.
    pub no_longer_accepted: Vec<String>,
    /// Numbers of practices whose attestation was live and is not any more.
    pub expired: Vec<String>,
}

/// A verdict that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictChange {
    /// Number of the practice.
    pub practice: String,
    /// Its slug.
    pub slug: String,
    /// Before; nothing for a practice that was not there.
    pub before: Option<Verdict>,
    /// Now.
    pub now: Verdict,
    /// `better`, `worse` or `other`.
    pub direction: String,
}
