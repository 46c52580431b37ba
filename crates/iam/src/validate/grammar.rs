//! The shape of a policy.

use std::collections::BTreeMap;

use trilith_graph::{Flags, Value, ValueKind};

use super::Checker;
use crate::problem::ProblemKind;
use crate::{Element, PolicyKind, Site, Statement, StatementAt};

impl Checker<'_, '_> {
    pub(super) fn grammar(&mut self) {
        for problem in &self.document.problems {
            let code = match problem.kind {
                ProblemKind::UnreadText => "JSON_SYNTAX_ERROR",
                ProblemKind::NotText if problem.site.part_of() == Element::Condition => {
                    "INVALID_CONDITION_DATA_TYPE"
                }
                ProblemKind::NotAMap | ProblemKind::NotText => "DATA_TYPE_MISMATCH",
                ProblemKind::UnknownElement => "INVALID_POLICY_ELEMENT",
                ProblemKind::MissingStatement => "MISSING_STATEMENT",
                ProblemKind::MissingEffect => "MISSING_EFFECT",
                ProblemKind::InvalidEffect => "INVALID_EFFECT",
                ProblemKind::MissingAction => "MISSING_ACTION",
                ProblemKind::Contradiction => "UNSUPPORTED_ELEMENT_COMBINATION",
                ProblemKind::BarePrincipal => "INVALID_PRINCIPAL_FORMAT",
                ProblemKind::UnknownPrincipalKind => "INVALID_PRINCIPAL_KEY",
                ProblemKind::UnknownOperator => continue,
            };
            self.error(code, problem.site, problem.kind.to_string());
        }
        self.version();
        self.sids();
        self.size();
        for statement in &self.document.statements {
            self.missing(statement);
            self.empty(statement);
        }
    }

    fn version(&mut self) {
        let version = self.document.version;
        let site = Site::new(StatementAt::Document, Element::Version);
        match version.as_str() {
            Some("2012-10-17") => {}
            Some("2008-10-17") => {
                let message = "this version of the language has no policy variables";
                self.suggestion("OLD_VERSION", site, message);
            }
            Some(other) => {
                let message = format!("there is no version `{other}` of the policy language");
                self.error("INVALID_VERSION", site, message);
            }
            None if version.is_absent()
                && matches!(self.document.value.kind, ValueKind::Map(_)) =>
            {
                let message = "without a version, policy variables are plain text";
                self.warning("MISSING_VERSION", Site::DOCUMENT, message);
            }
            None => {}
        }
    }

    fn sids(&mut self) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for statement in &self.document.statements {
            let Some(sid) = statement.sid.as_str() else { continue };
            let site = statement.site.element(Element::Sid);
            if sid.is_empty() {
                self.suggestion("EMPTY_SID_VALUE", site, "a name should not be empty");
                continue;
            }
            if seen.insert(sid, statement.index).is_some() {
                let message = format!("`{sid}` names two statements");
                match self.kind {
                    PolicyKind::Resource(service) if !demands_unique_sids(service) => {
                        self.warning("UNIQUE_SIDS_RECOMMENDED", site, message);
                    }
                    _ => self.error("UNIQUE_SIDS_REQUIRED", site, message),
                }
            }
            let is_plain = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            // Policies of resources allow more characters.
            if !is_plain && matches!(self.kind, PolicyKind::Identity | PolicyKind::Boundary) {
                let message = format!("`{sid}` has characters other than letters and digits");
                self.error("UNSUPPORTED_SID", site, message);
            }
        }
    }

    fn missing(&mut self, statement: &Statement<'_>) {
        let has_resource = statement.resource.is_present.or(statement.not_resource.is_present);
        let has_principal = statement.principal.is_present.or(statement.not_principal.is_present);
        let needs_resource = !matches!(self.kind, PolicyKind::Trust);
        if needs_resource && has_resource.is_false() && !self.is_permission() {
            self.error("MISSING_RESOURCE", statement.site, "the statement names no resource");
        }
        let needs_principal = self.kind.names_principals() && !self.is_permission();
        if needs_principal && has_principal.is_false() {
            self.error("MISSING_PRINCIPAL", statement.site, "the statement names no principal");
        }
        if !self.kind.names_principals() && has_principal.is_true() {
            let site = if statement.principal.is_present.is_true() {
                statement.principal.site
            } else {
                statement.not_principal.site
            };
            let message = format!("{} names no principal", with_article(self.kind));
            let code = match self.kind {
                PolicyKind::Scp => "SCP_SYNTAX_ERROR_PRINCIPAL",
                _ => "UNSUPPORTED_PRINCIPAL",
            };
            self.error(code, site, message);
        }
        if self.kind == PolicyKind::Trust && has_resource.is_true() {
            let message = "a trust policy is about the role that has it, and names no resource";
            let site = statement.site.element(Element::Resource);
            self.error("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", site, message);
        }
    }

    /// Whether the policy is a permission whose elements are properties of a resource.
    fn is_permission(&self) -> bool {
        self.document.statements.iter().any(|statement| statement.site == Site::DOCUMENT)
    }

    fn empty(&mut self, statement: &Statement<'_>) {
        let elements = [
            (&statement.action, "EMPTY_ARRAY_ACTION"),
            (&statement.not_action, "EMPTY_ARRAY_ACTION"),
            (&statement.resource, "EMPTY_ARRAY_RESOURCE"),
            (&statement.not_resource, "EMPTY_ARRAY_RESOURCE"),
        ];
        for (patterns, code) in elements {
            if patterns.is_present.is_true() && patterns.is_empty() && !patterns.is_open {
                self.suggestion(code, patterns.site, "an empty list is as good as none");
            }
        }
        let principal = &statement.principal;
        if principal.is_present.is_true() && principal.items.is_empty() && !principal.is_open {
            let message = "there is nobody here, so the statement never applies";
            self.suggestion("EMPTY_OBJECT_PRINCIPAL", principal.site, message);
        }
        self.empty_kinds(statement);
        for condition in &statement.conditions.items {
            if condition.values.is_empty() && !condition.values.is_open {
                let code = match condition.operator.qualifier {
                    None if condition.operator.if_exists => "EMPTY_ARRAY_CONDITION_IFEXISTS",
                    None => "EMPTY_ARRAY_CONDITION",
                    Some(crate::Qualifier::ForAllValues) => "EMPTY_ARRAY_CONDITION_FORALLVALUES",
                    Some(crate::Qualifier::ForAnyValue) => "EMPTY_ARRAY_CONDITION_FORANYVALUE",
                };
                self.suggestion(code, condition.site, "there is no value to compare with");
            }
        }
        let block = self.condition_value(statement);
        if matches!(&block.kind, ValueKind::Map(map) if map.entries().is_empty()) {
            let site = statement.conditions.site;
            self.suggestion("EMPTY_OBJECT_CONDITION", site, "an empty block is no condition");
        }
    }

    /// Kinds of principals that name nobody beside kinds that do.
    fn empty_kinds(&mut self, statement: &Statement<'_>) {
        if statement.principal.items.is_empty() {
            return;
        }
        let value = self.document.value.at(&statement.principal.site.path());
        for entry in value.entries() {
            let is_empty = matches!(&entry.value.kind, ValueKind::List(items) if items.is_empty());
            if is_empty && !entry.value.flags.has(Flags::OPEN) {
                let site = statement.principal.site.key(&entry.key);
                self.suggestion("EMPTY_ARRAY_PRINCIPAL", site, "there is nobody in this list");
            }
        }
    }

    fn condition_value(&self, statement: &Statement<'_>) -> &Value {
        self.document.value.at(&statement.conditions.site.path())
    }
}

/// Whether policies of the resources of a service must name each statement differently, as IAM's
/// own must: their permissions are taken away by name (API references of SNS, SQS and Lambda,
/// `RemovePermission`).
fn demands_unique_sids(service: &str) -> bool {
    matches!(service, "lambda" | "sns" | "sqs")
}

/// `an identity policy`, `a trust policy`.
pub(super) fn with_article(kind: PolicyKind) -> String {
    let name = kind.to_string();
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'I']) { "an" } else { "a" };
    format!("{article} {name}")
}
