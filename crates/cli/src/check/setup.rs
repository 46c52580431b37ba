//! Configuration, policies and the choice of rules of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use trilith_graph::{Diagnostic, Severity};
use trilith_rules::{Compiled, Registry, Rule, Selection};
use trilith_waivers::Permission;

use super::configuration;
use crate::args::{RuleArgs, ScopeArgs};
use crate::config::{Config, Override};
use crate::failure::Failure;
use crate::guardrails::Guardrails;
use crate::policies::Policies;
use crate::problems;

/// What a run is made with.
pub(crate) struct Setup {
    pub(crate) config: Config,
    pub(crate) policies: Policies,
    /// What was compiled of the policies, for whoever looks at things more than once.
    pub(crate) compiled: Compiled,
    /// What limits the principals of its accounts.
    pub(crate) guardrails: Guardrails,
}

impl Setup {
    /// Reads the configuration and the policies.
    pub(crate) fn read(args: &ScopeArgs) -> Result<Self, Failure> {
        Self::of(args, configuration(&args.rules, &args.paths)?)
    }

    /// Reads what a configuration names.
    pub(crate) fn of(args: &ScopeArgs, mut config: Config) -> Result<Self, Failure> {
        if args.no_inline_waivers {
            config.waiver_policy.inline = Permission::Deny;
        }
        if args.strict_waivers {
            config.waiver_policy.foreign = Permission::Deny;
        }
        let policies = Policies::load(&args.rules, &config)?;
        let guardrails = Guardrails::read(&config.guardrails)?;
        Ok(Self { config, policies, compiled: Compiled::default(), guardrails })
    }

    /// The rules to apply, and where.
    pub(crate) fn rules(&self, args: &RuleArgs, color: bool) -> Result<Rules<'_>, Failure> {
        let chosen = Rules::choose(&self.policies.registry, &self.config, args);
        let rules = match chosen {
            Ok(rules) => rules,
            Err(failure) => {
                // A name may be missing because its policy is broken.
                problems::print(&self.policies, &[], color)?;
                return Err(failure);
            }
        };
        if rules.all.is_empty() && self.policies.problems.is_empty() {
            return Err(Failure::new("no rule is left to apply"));
        }
        Ok(rules)
    }
}

/// The rules of a run.
pub(crate) struct Rules<'r> {
    /// All that apply somewhere.
    pub(crate) all: Vec<&'r Rule>,
    /// Those that apply where no override names others.
    general: BTreeSet<&'r str>,
    severity: BTreeMap<&'r str, Severity>,
    overrides: Vec<Exception<'r>>,
}

/// An override with its names resolved.
struct Exception<'r> {
    paths: Override,
    select: Option<BTreeSet<&'r str>>,
    ignore: BTreeSet<&'r str>,
    severity: BTreeMap<&'r str, Severity>,
}

impl<'r> Rules<'r> {
    /// The rules that the configuration and the command line choose.
    pub(crate) fn choose(
        registry: &'r Registry,
        config: &Config,
        args: &RuleArgs,
    ) -> Result<Self, Failure> {
        let mut select =
            if args.select.is_empty() { config.select.clone() } else { args.select.clone() };
        let ignore: Vec<String> = config.ignore.iter().chain(&args.ignore).cloned().collect();
        let selection = Selection {
            select: &select,
            ignore: &ignore,
            preview: config.preview || args.preview,
            rule_set: config.rule_set.as_deref(),
        };
        let fail = |error: trilith_rules::UnknownRule| Failure::new(error.to_string());
        let mut general = registry.select(&selection).map_err(fail)?;
        if !args.extend_select.is_empty() {
            select.clone_from(&args.extend_select);
            let more = registry.choose(&select, &ignore).map_err(fail)?;
            general.extend(more);
        }
        let overrides = config.overrides.iter().map(|one| Exception::new(registry, one));
        let overrides = overrides.collect::<Result<Vec<_>, Failure>>()?;
        let general: BTreeSet<&str> = general.into_iter().map(Rule::id).collect();
        let is_wanted = |rule: &&Rule| {
            let named = overrides.iter().filter_map(|one| one.select.as_ref());
            general.contains(rule.id()) || named.into_iter().any(|ids| ids.contains(rule.id()))
        };
        Ok(Self {
            all: registry.rules().filter(is_wanted).collect(),
            severity: severities(registry, &config.severity)?,
            general,
            overrides,
        })
    }

    /// Takes out what does not apply where it was found, and sets severities.
    pub(crate) fn adjust(&self, diagnostics: &mut Vec<Diagnostic>, paths: &[String]) {
        if self.overrides.is_empty() && self.severity.is_empty() {
            return;
        }
        let ids: BTreeSet<&str> = self.all.iter().map(|rule| rule.id()).collect();
        diagnostics.retain_mut(|diagnostic| {
            let rule = diagnostic.rule.clone();
            let source = diagnostic.primary.span.source.0 as usize;
            let path = paths.get(source).map_or("", String::as_str);
            let mut applies = self.general.contains(&*rule);
            let mut severity = self.severity.get(&*rule);
            for one in self.overrides.iter().filter(|one| one.paths.covers(path)) {
                if let Some(only) = &one.select {
                    applies = only.contains(&*rule);
                }
                applies &= !one.ignore.contains(&*rule);
                severity = one.severity.get(&*rule).or(severity);
            }
            if let Some(severity) = severity {
                diagnostic.severity = *severity;
                diagnostic.others.iter_mut().for_each(|other| other.severity = *severity);
            }
            // What is no rule, such as a file that cannot be read, applies everywhere.
            applies || !ids.contains(&*rule)
        });
    }
}

impl<'r> Exception<'r> {
    fn new(registry: &'r Registry, paths: &Override) -> Result<Self, Failure> {
        let ids = |names: &[String]| -> Result<BTreeSet<&'r str>, Failure> {
            let mut ids = BTreeSet::new();
            for name in names {
                ids.extend(named(registry, name)?);
            }
            Ok(ids)
        };
        let select = (!paths.select.is_empty()).then(|| ids(&paths.select)).transpose()?;
        let severity = severities(registry, &paths.severity)?;
        Ok(Self { select, ignore: ids(&paths.ignore)?, severity, paths: paths.clone() })
    }
}

fn severities<'r>(
    registry: &'r Registry,
    list: &[(String, Severity)],
) -> Result<BTreeMap<&'r str, Severity>, Failure> {
    let mut found = BTreeMap::new();
    for (name, severity) in list {
        found.extend(named(registry, name)?.into_iter().map(|id| (id, *severity)));
    }
    Ok(found)
}

/// The ids of the rules that a name in the configuration stands for.
fn named<'r>(registry: &'r Registry, name: &str) -> Result<Vec<&'r str>, Failure> {
    let ids: Vec<&str> =
        registry.rules().filter(|rule| rule.is_selected_by(name)).map(Rule::id).collect();
    if ids.is_empty() {
        return Err(Failure::new(format!("configuration: {}", registry.unknown(name))));
    }
    Ok(ids)
}

/// The current directory if no path is named.
pub(crate) fn paths_of(args: &ScopeArgs) -> Vec<PathBuf> {
    if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() }
}
