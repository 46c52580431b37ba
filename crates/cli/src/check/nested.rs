//! The configurations of a run: that of its paths, and those that are nearer to some of its files.
//!
//! What is deployed together, a template, a plan or a root module, is looked at as the nearest
//! configuration says, with the modules and nested stacks that it is made of: rules, values,
//! waivers and thresholds are those of one configuration, so that no finding has two masters.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use trilith_rules::{BrokenRule, Rule};

use super::inputs::{Inputs, excluded, set_kinds};
use super::names::RuleNames;
use super::setup::{Rules, Setup};
use super::values::Values;
use crate::analyse::Input;
use crate::args::{RuleArgs, ScopeArgs};
use crate::config::{Config, NAMES};
use crate::failure::Failure;
use crate::files;
use crate::paths::normalised;
use crate::problems;

/// Which configuration counts where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    here: PathBuf,
    /// The directories of configurations, and the repositories that have none, with the index of
    /// what counts below them. Nothing is in it if there is but one configuration.
    directories: BTreeMap<PathBuf, usize>,
}

impl Places {
    /// The index of the configuration of a file, or of the module in a directory; 0 is that of the
    /// run.
    pub(crate) fn of(&self, name: &str) -> usize {
        if self.directories.is_empty() {
            return 0;
        }
        let path = normalised(&self.here.join(name));
        path.ancestors().find_map(|above| self.directories.get(above)).copied().unwrap_or(0)
    }
}

/// Configurations that are nearer to some files of a run than that of the run.
#[derive(Default)]
pub(crate) struct Nested {
    own: Vec<Own>,
    places: Places,
}

/// A configuration with what it names.
struct Own {
    setup: Setup,
    values: Values,
}

/// What one of them says.
pub(crate) struct Domain<'n> {
    pub(crate) setup: &'n Setup,
    pub(crate) rules: Rules<'n>,
    pub(crate) values: &'n Values,
}

/// All of them, ready to be applied.
pub(crate) struct Domains<'n> {
    pub(crate) places: &'n Places,
    pub(crate) list: Vec<Domain<'n>>,
}

impl Nested {
    /// Looks for configurations beside the files of a run and above them. Where the command line
    /// names one, there is no other.
    pub(crate) fn find(
        args: &ScopeArgs,
        run: &Setup,
        inputs: &mut Inputs,
    ) -> Result<Self, Failure> {
        if args.rules.no_config || args.rules.config.is_some() {
            return Ok(Self::default());
        }
        let mut search = Search::new(run);
        let directories: BTreeSet<&Path> =
            inputs.list.iter().filter_map(|input| Path::new(&input.name).parent()).collect();
        for directory in directories {
            search.look(&normalised(&search.here.join(directory)));
        }
        if search.found.len() == 1 {
            return Ok(Self::default());
        }
        let mut own = Vec::new();
        for found in search.found.into_iter().skip(1) {
            let config = match found {
                Some(path) => Config::read(&path)?,
                None => Config::default(),
            };
            let setup = Setup::of(args, config)?;
            let values = Values::read(args, &setup.config)?;
            own.push(Own { setup, values });
        }
        let places = Places { here: search.here, directories: search.directories };
        let nested = Self { own, places };
        nested.restrict(args, inputs)?;
        Ok(nested)
    }

    /// Leaves out what those configurations leave out, and says what documents are as they do.
    fn restrict(&self, args: &ScopeArgs, inputs: &mut Inputs) -> Result<(), Failure> {
        let is_named = inputs.given.is_some() && !args.force_exclude && !args.report_given;
        let mut kept = Vec::with_capacity(inputs.list.len());
        for (index, of_place) in self.by_place(std::mem::take(&mut inputs.list)) {
            let Some(own) = index.checked_sub(1).map(|at| &self.own[at]) else {
                kept.extend(of_place);
                continue;
            };
            let is_excluded = excluded(&own.setup.config)?;
            let is_left = |input: &Input| is_named || !is_excluded(&input.name);
            let mut list: Vec<Input> = of_place.into_iter().filter(is_left).collect();
            list.iter_mut().for_each(|input| input.policy_kind = None);
            set_kinds(&mut list, &own.setup.config);
            kept.extend(list);
        }
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        inputs.list = kept;
        Ok(())
    }

    fn by_place(&self, list: Vec<Input>) -> BTreeMap<usize, Vec<Input>> {
        let mut by_place: BTreeMap<usize, Vec<Input>> = BTreeMap::new();
        for input in list {
            by_place.entry(self.places.of(&input.name)).or_default().push(input);
        }
        by_place
    }

    /// The setups, without that of the run.
    pub(crate) fn setups(&self) -> impl Iterator<Item = &Setup> {
        self.own.iter().map(|own| &own.setup)
    }

    /// All rules that there are, each id once.
    pub(crate) fn rules<'s>(&'s self, run: &'s Setup) -> impl Iterator<Item = &'s Rule> {
        let mut seen = BTreeSet::new();
        let setups = std::iter::once(run).chain(self.setups());
        let rules = setups.flat_map(|setup| setup.policies.registry.rules());
        rules.filter(move |rule| seen.insert(rule.id()))
    }

    /// What names mean in each of the configurations.
    pub(crate) fn names<'s>(&'s self, run: &'s Setup) -> Vec<RuleNames<'s>> {
        let setups = std::iter::once(run).chain(self.setups());
        setups.map(|setup| RuleNames::new(&setup.policies.registry, &[])).collect()
    }

    /// Writes the problems of all policies to standard error. Returns whether there was any.
    pub(crate) fn print_problems(
        &self,
        run: &Setup,
        broken: &[BrokenRule],
        color: bool,
    ) -> Result<bool, Failure> {
        let mut any = problems::print(&run.policies, broken, color)?;
        for setup in self.setups() {
            any |= problems::print(&setup.policies, &[], color)?;
        }
        Ok(any)
    }

    /// Chooses the rules of each; nothing if there is none.
    pub(crate) fn domains(
        &self,
        rules: &RuleArgs,
        color: bool,
    ) -> Result<Option<Domains<'_>>, Failure> {
        let list = self.own.iter().map(|own| -> Result<Domain<'_>, Failure> {
            let rules = own.setup.rules(rules, color)?;
            Ok(Domain { setup: &own.setup, rules, values: &own.values })
        });
        let list: Vec<Domain<'_>> = list.collect::<Result<_, Failure>>()?;
        Ok((!list.is_empty()).then_some(Domains { places: &self.places, list }))
    }
}

/// The search for configurations.
struct Search {
    here: PathBuf,
    /// What was found, that of the run first; `None` where there is none up to the root of the
    /// repository.
    found: Vec<Option<PathBuf>>,
    directories: BTreeMap<PathBuf, usize>,
    /// What counts in the directories that were looked at.
    known: HashMap<PathBuf, usize>,
}

impl Search {
    fn new(run: &Setup) -> Self {
        let here = files::current_directory();
        let mut directories = BTreeMap::new();
        if let Some(directory) = &run.config.directory {
            directories.insert(normalised(&here.join(directory)), 0);
        }
        let has_config = run.config.directory.is_some();
        let found = vec![has_config.then(PathBuf::new)];
        Self { here, found, directories, known: HashMap::new() }
    }

    /// Finds what counts in a directory.
    fn look(&mut self, directory: &Path) {
        let mut passed: Vec<PathBuf> = Vec::new();
        let mut index = None;
        for above in directory.ancestors() {
            if let Some(known) = self.known.get(above).or_else(|| self.directories.get(above)) {
                index = Some(*known);
                break;
            }
            passed.push(above.to_path_buf());
            let named = NAMES.iter().map(|name| above.join(name)).find(|path| files::is_file(path));
            if let Some(path) = named {
                index = Some(self.found.len());
                self.directories.insert(above.to_path_buf(), self.found.len());
                self.found.push(Some(path));
                break;
            }
            if files::exists(&above.join(".git")) {
                break;
            }
        }
        let index = index.unwrap_or_else(|| self.without(passed.last()));
        self.known.extend(passed.into_iter().map(|directory| (directory, index)));
    }

    /// What counts in a repository without a configuration: that of the run if it has none either.
    fn without(&mut self, top: Option<&PathBuf>) -> usize {
        let index = self.found.iter().position(Option::is_none).unwrap_or(self.found.len());
        if index == self.found.len() {
            self.found.push(None);
        }
        if let Some(top) = top {
            self.directories.insert(top.clone(), index);
        }
        index
    }
}
