//! What holds for the files of a project: the nearest configuration, its policies and values.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Parser;
use trilith_waivers::Baseline;

use crate::args::{RuleArgs, ScopeArgs};
use crate::baseline;
use crate::check::{Rules, Setup, Values};
use crate::config::{Config, NAMES};
use crate::failure::Failure;
use crate::files;

/// A configuration, and what is wrong with it.
pub(super) struct Project {
    /// What counts: the configuration as it is, or as it was when it could be read last.
    pub(super) loaded: Rc<Loaded>,
    /// What is wrong, and in which file and where.
    pub(super) slips: Vec<Slip>,
    /// Files that were read and what told their state.
    states: Vec<(PathBuf, Option<(u64, u128)>)>,
}

/// A configuration with everything that it names, read once.
pub(super) struct Loaded {
    pub(super) setup: Setup,
    pub(super) values: Values,
    pub(super) args: ScopeArgs,
    /// Findings that are known, of the configuration's baseline.
    pub(super) known: Option<Baseline>,
}

/// Something that is wrong with the configuration or a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    /// The file.
    pub(super) path: PathBuf,
    /// Line and column, from 1.
    pub(super) line: u32,
    pub(super) column: u32,
    /// What is wrong.
    pub(super) message: String,
}

/// The arguments of a check without any.
#[derive(Debug, Parser)]
struct NoArguments {
    #[command(flatten)]
    scope: ScopeArgs,
}

impl Project {
    /// Reads the configuration at a path, or none. Where it cannot be used, what was good `before`
    /// stays, or else the built-in rules apply.
    pub(super) fn read(
        config: Option<&Path>,
        rules: &RuleArgs,
        before: Option<&Self>,
    ) -> Result<Self, Failure> {
        let named = RuleArgs {
            config: config.map(Path::to_path_buf),
            no_config: config.is_none(),
            ..rules.clone()
        };
        match Loaded::read(scope(named)?) {
            Ok(loaded) => Ok(Self {
                states: states(config, &loaded.setup.config),
                slips: slips(&loaded.setup),
                loaded: Rc::new(loaded),
            }),
            Err(failure) => {
                let plain = RuleArgs { no_config: true, ..RuleArgs::default() };
                let loaded = match before {
                    Some(before) => before.loaded.clone(),
                    None => Rc::new(Loaded::read(scope(plain)?)?),
                };
                let place = config.unwrap_or(Path::new(NAMES[0]));
                let slips = vec![Slip::of(place, &failure)];
                Ok(Self { states: states(config, &loaded.setup.config), slips, loaded })
            }
        }
    }

    /// Whether a file of the configuration was changed since it was read.
    pub(super) fn is_stale(&self) -> bool {
        self.states.iter().any(|(path, state)| files::state(path) != *state)
    }
}

impl Loaded {
    fn read(args: ScopeArgs) -> Result<Self, Failure> {
        let setup = Setup::read(&args)?;
        // A name that stands for no rule is told now, and not with every keystroke.
        Rules::choose(&setup.policies.registry, &setup.config, &args.rules)?;
        let values = Values::read(&args, &setup.config)?;
        let known = match &setup.config.baseline {
            Some(path) if files::is_file(path) => Some(baseline::read(path)?),
            _ => None,
        };
        Ok(Self { setup, values, args, known })
    }

    /// The rules to apply.
    pub(super) fn rules(&self) -> Result<Rules<'_>, Failure> {
        Rules::choose(&self.setup.policies.registry, &self.setup.config, &self.args.rules)
    }
}

/// What is wrong with policies.
fn slips(setup: &Setup) -> Vec<Slip> {
    let problems = setup.policies.problems.iter().map(|problem| Slip {
        path: PathBuf::from(&problem.file),
        line: problem.line.max(1),
        column: problem.column.max(1),
        message: problem.message.clone(),
    });
    problems.collect()
}

impl Slip {
    /// A failure that begins with `FILE:LINE:COLUMN:`, or is about the file as a whole.
    fn of(config: &Path, failure: &Failure) -> Self {
        let text = failure.to_string();
        let mut parts = text.splitn(4, ':');
        let place = (|| {
            let file = parts.next()?;
            let line = parts.next()?.trim().parse().ok()?;
            let column = parts.next()?.trim().parse().ok()?;
            Some((file.to_owned(), line, column, parts.next()?.trim().to_owned()))
        })();
        match place {
            Some((file, line, column, message)) => {
                Self { path: PathBuf::from(file), line, column, message }
            }
            None => Self { path: config.to_path_buf(), line: 1, column: 1, message: text },
        }
    }
}

/// The nearest configuration of a file in a directory.
pub(super) fn nearest(directory: &Path) -> Option<PathBuf> {
    for above in directory.ancestors() {
        if let Some(found) = NAMES.iter().map(|name| above.join(name)).find(|it| files::is_file(it))
        {
            return Some(found);
        }
        if files::exists(&above.join(".git")) {
            break;
        }
    }
    None
}

fn scope(rules: RuleArgs) -> Result<ScopeArgs, Failure> {
    let parsed = NoArguments::try_parse_from(["trilith"]);
    let scope = parsed.map_err(|error| Failure::new(error.to_string()))?.scope;
    Ok(ScopeArgs { rules, ..scope })
}

/// What tells that a configuration must be read again: its files, and the files that it names.
fn states(path: Option<&Path>, config: &Config) -> Vec<(PathBuf, Option<(u64, u128)>)> {
    let here = files::current_directory();
    let chain = config.files.iter().map(|(name, _)| here.join(name));
    let named = config.parameter_files.iter().chain(&config.var_files).chain(&config.data);
    let named = named.chain(&config.baseline).cloned();
    let mut paths: Vec<PathBuf> = path.map(Path::to_path_buf).into_iter().collect();
    paths.extend(chain.chain(named));
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| (path.clone(), files::state(&path))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_failure_is_found() {
        let slip =
            Slip::of(Path::new("t.toml"), &Failure::new("a/trilith.toml:2:1: unknown key `x`"));
        assert_eq!(
            (slip.path.as_path(), slip.line, slip.column),
            (Path::new("a/trilith.toml"), 2, 1)
        );
        assert_eq!(slip.message, "unknown key `x`");
        let slip = Slip::of(Path::new("t.toml"), &Failure::new("no rule is called `x`"));
        assert_eq!((slip.line, slip.message.as_str()), (1, "no rule is called `x`"));
    }
}
