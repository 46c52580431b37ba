//! Policies around an account that limit what its principals can do: service control policies.

use std::path::PathBuf;
use std::sync::LazyLock;

use trilith_graph::Value;
use trilith_iam::{PolicyDocument, PolicyKind, PositionedDocument, documents};

use crate::analyse::Analysis;
use crate::failure::Failure;
use crate::files;
use crate::iam::read;

/// What AWS attaches at every level until somebody takes it away: `FullAWSAccess`.
static FULL_ACCESS: LazyLock<Value> = LazyLock::new(|| PolicyDocument::allowing("*"));

/// What the configuration or `--guardrails` names, each of it one level of an organization.
#[derive(Debug, Default)]
pub(crate) struct Guardrails {
    levels: Vec<(String, Analysis)>,
}

impl Guardrails {
    /// Reads files or directories.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let level = |path: &PathBuf| Ok((files::display(path), read(path)?));
        let levels = paths.iter().map(level).collect::<Result<Vec<_>, Failure>>()?;
        let guardrails = Self { levels };
        for (at, level) in guardrails.documents().iter().enumerate() {
            if level.is_empty() {
                let name = &guardrails.levels[at].0;
                return Err(Failure::new(format!("{name}: no service control policy in this")));
            }
        }
        Ok(guardrails)
    }

    /// The name of a level.
    pub(crate) fn name(&self, level: usize) -> Option<&str> {
        self.levels.get(level).map(|(name, _)| name.as_str())
    }

    /// The policies of each level. Policies that are read by themselves do not tell what they
    /// are; here they are what was asked for.
    fn documents(&self) -> Vec<Vec<PositionedDocument<'_>>> {
        self.levels.iter().map(|(_, analysis)| of_level(analysis)).collect()
    }

    /// The levels as they limit. One that only denies stands beside `FullAWSAccess`, as AWS
    /// attaches it.
    pub(crate) fn limits(&self) -> Limits<'_> {
        let full = PositionedDocument::new(
            trilith_graph::PropertyPath::root(),
            PolicyKind::Scp,
            PolicyDocument::parse(&FULL_ACCESS),
        );
        let mut levels = self.documents();
        for level in &mut levels {
            let mut statements = level.iter().flat_map(|it| &it.document.statements);
            if statements.all(|it| it.is_allow().is_false()) {
                level.push(full.clone());
            }
        }
        levels
    }
}

/// The policies of a level, in the order of its files.
fn of_level(analysis: &Analysis) -> Vec<PositionedDocument<'_>> {
    let resources = analysis.graph.resources().map(|(_, resource)| resource);
    let all = resources.flat_map(documents);
    all.filter(|it| matches!(it.kind, PolicyKind::Scp | PolicyKind::Identity)).collect()
}

/// Layers of policies, each of which must allow what is to be allowed.
pub(crate) type Limits<'a> = Vec<Vec<PositionedDocument<'a>>>;
