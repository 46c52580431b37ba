//! What Terraform calls a property of the canonical shape, by the tables of `data/aws`.

use std::cmp::Reverse;

use rustc_hash::FxHashMap as HashMap;
use trilith_graph::{PropertyPath, Segment};

use crate::canonical::table::{self, Block, Convert, Literal, NAMES, Row, Step, TypeTable};

/// How deep blocks are looked into. Rules speak of nothing deeper, and the statements of web
/// access control lists hold each other without end.
const DEPTH_LIMIT: usize = 8;

/// What a name of the canonical shape is called.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    /// The attribute: `access_logs.enabled`.
    pub(super) attribute: String,
    /// The type that has it, if it is not the resource's own: `aws_s3_bucket_versioning`.
    pub(super) holder: Option<&'static str>,
    /// Values that are called otherwise: Terraform's, and the canonical one.
    pub(super) values: &'static [(&'static str, Literal)],
}

/// What was looked up before: findings of one rule ask for the same again and again.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(String, String, String), Option<Spoken>>);

impl Known {
    /// What a name or a path, `HttpTokens` or `MetadataOptions.HttpTokens`, is called for a
    /// resource of a type as written. Of several properties with the name, the one is meant that
    /// is nearest to `path`, the property that the text is about.
    pub(super) fn spoken(
        &mut self,
        source_type: &str,
        resource_type: &str,
        path: &PropertyPath,
        name: &str,
    ) -> Option<Spoken> {
        let own = table::of(source_type)?;
        let wanted = Wanted::read(name)?;
        let key = (source_type.to_owned(), path.generic(), name.to_owned());
        let search = || search(own, resource_type, path, &wanted);
        self.0.entry(key).or_insert_with(search).clone()
    }
}

fn search(
    own: &'static TypeTable,
    resource_type: &str,
    path: &PropertyPath,
    wanted: &Wanted,
) -> Option<Spoken> {
    let around: Vec<Option<u16>> = (path.segments().iter())
        .filter_map(|segment| match segment {
            Segment::Key(key) => Some(table::name_index(key)),
            Segment::Index(_) => None,
        })
        .collect();
    let mut search = Search { wanted, around: &around, best: None };
    search.table(own, true);
    // What other resources say of this one: its parts.
    for part in table::parts_of(resource_type) {
        if part.source != own.source {
            search.table(part, false);
        }
    }
    let best = search.best?;
    Some(Spoken {
        attribute: best.attribute(wanted),
        holder: (!best.is_own).then_some(best.table.source),
        values: best.row.map_or(&[], |row| row.values),
    })
}

/// The Terraform type for a canonical type; `source_type` if it is that of the resource itself.
pub(super) fn source_type_of<'t>(
    canonical: &str,
    resource_type: &str,
    source_type: &'t str,
) -> Option<&'t str> {
    if canonical == resource_type {
        return Some(source_type);
    }
    table::source_of(canonical)
}

/// A name to look for.
enum Wanted {
    /// The last steps of a path to a property, and what stands below it in a map with free keys.
    Steps(Vec<u16>, Vec<String>),
    /// The key of a pair: `access_logs.s3.enabled`.
    Pair(String),
}

impl Wanted {
    fn read(name: &str) -> Option<Self> {
        let is_word =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let separator = if name.contains('/') { '/' } else { '.' };
        let is_index = |part: &&str| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            *part == "*" || is_number
        };
        let parts: Vec<&str> = name.split(separator).filter(|part| !is_index(part)).collect();
        let is_canonical = |part: &str| {
            is_word(part) && part.starts_with(|first: char| first.is_ascii_uppercase())
        };
        let known = parts
            .iter()
            .map_while(|part| if is_canonical(part) { table::name_index(part) } else { None });
        let known: Vec<u16> = known.collect();
        if parts.contains(&"") {
            return None;
        }
        if known.is_empty() {
            return name.contains(['.', '_']).then(|| Self::Pair(name.to_owned()));
        }
        let rest = parts[known.len()..].iter().map(|part| (*part).to_owned()).collect();
        Some(Self::Steps(known, rest))
    }
}

/// A row that a name may mean.
#[derive(Clone)]
struct Candidate {
    table: &'static TypeTable,
    is_own: bool,
    /// The row; none for a part whose rows together are what is meant.
    row: Option<&'static Row>,
    /// Names of the attributes that lead to it.
    attributes: Vec<&'static str>,
    rank: Rank,
}

/// The greatest is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// How much of the path to it is that of the property that the text is about.
    shared: usize,
    /// Whether the whole name of the property was given and not its beginning.
    is_whole: bool,
    /// Whether a message may advise it.
    is_good: bool,
    is_own: bool,
    /// How short the way to it is.
    length: Reverse<usize>,
}

impl Candidate {
    /// The attribute as a text names it: as much of its path as was given of the property's.
    fn attribute(&self, wanted: &Wanted) -> String {
        let Some(last) = self.attributes.last() else { return String::new() };
        match wanted {
            Wanted::Steps(steps, rest) if rest.is_empty() && steps.len() == 1 => {
                let canonical = steps.last().map_or("", |step| NAMES[usize::from(*step)]);
                // `Enabled` is not said by `enabled` alone where another word would do.
                if is_alike(canonical, last) { (*last).to_owned() } else { self.path() }
            }
            Wanted::Steps(_, rest) if !rest.is_empty() => {
                format!("{}.{}", self.path(), rest.join("."))
            }
            _ => self.path(),
        }
    }

    fn path(&self) -> String {
        self.attributes.join(".")
    }
}

/// Whether two names differ at most in case, underscores and the plural.
fn is_alike(canonical: &str, attribute: &str) -> bool {
    let fold = |name: &str| name.replace('_', "").to_ascii_lowercase();
    fold(canonical).trim_end_matches('s') == fold(attribute).trim_end_matches('s')
}

struct Search<'s> {
    wanted: &'s Wanted,
    around: &'s [Option<u16>],
    best: Option<Candidate>,
}

impl Search<'_> {
    fn table(&mut self, table: &'static TypeTable, is_own: bool) {
        let mut walk = Walk { table, is_own, blocks: Vec::new(), attributes: Vec::new() };
        let mut steps = Vec::new();
        self.block(&mut walk, table.block, &mut steps);
    }

    fn block(&mut self, walk: &mut Walk, block: &'static Block, steps: &mut Vec<u16>) {
        let is_inside = walk.blocks.iter().any(|outer| std::ptr::eq(*outer, block));
        if is_inside || walk.blocks.len() >= DEPTH_LIMIT {
            return;
        }
        walk.blocks.push(block);
        for row in block.rows {
            let outer = row.absolute.then(|| std::mem::take(steps));
            let before = steps.len();
            steps.extend(row.steps.iter().map(Step::name));
            walk.attributes.push(row.name);
            let inner = match row.convert {
                Convert::Inner(key) | Convert::Each(key) => Some(key),
                _ => None,
            };
            walk.attributes.extend(inner);
            self.row(walk, row, steps, before);
            if let Some(block) = row.block {
                self.block(walk, block, steps);
            }
            walk.attributes.truncate(walk.attributes.len() - 1 - usize::from(inner.is_some()));
            steps.truncate(before);
            if let Some(outer) = outer {
                *steps = outer;
            }
        }
        walk.blocks.pop();
    }

    fn row(&mut self, walk: &Walk, row: &'static Row, steps: &[u16], before: usize) {
        let (is_whole, length) = match self.wanted {
            Wanted::Pair(key) => match row.steps.last() {
                Some(Step::Pair(_, own)) if own == key => (true, steps.len()),
                _ => return,
            },
            Wanted::Steps(wanted, _) => {
                if row.steps.is_empty() {
                    return;
                }
                // Where a row leads more than one step, it stands for those in between as well.
                let ends = (before + 1..=steps.len()).rev();
                let Some(end) = ends.into_iter().find(|end| steps[..*end].ends_with(wanted)) else {
                    return;
                };
                (end == steps.len(), end)
            }
        };
        let shared = (steps[..length].iter().zip(self.around))
            .take_while(|(step, around)| Some(**step) == **around)
            .count();
        let top = walk.attributes.first().copied().unwrap_or_default();
        let is_good = !walk.table.deprecated.contains(&top);
        let Walk { table, is_own, .. } = *walk;
        let rank = Rank { shared, is_whole, is_good, is_own, length: Reverse(steps.len()) };
        let attributes = walk.attributes.clone();
        self.offer(Candidate { table, is_own, row: Some(row), attributes, rank });
    }

    fn offer(&mut self, candidate: Candidate) {
        match &mut self.best {
            Some(best) if best.rank > candidate.rank => {}
            // Several rows say parts of what is meant: it is what they have in common.
            Some(best) if best.rank == candidate.rank && !candidate.rank.is_whole => {
                if std::ptr::eq(best.table, candidate.table) {
                    let common = (best.attributes.iter().zip(&candidate.attributes))
                        .take_while(|(a, b)| a == b)
                        .count();
                    best.attributes.truncate(common);
                    best.row = None;
                }
            }
            Some(best) if best.rank == candidate.rank => {}
            _ => self.best = Some(candidate),
        }
    }
}

/// Where a search is.
struct Walk {
    table: &'static TypeTable,
    is_own: bool,
    /// The blocks around: one that holds itself is looked into once.
    blocks: Vec<&'static Block>,
    attributes: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(source_type: &str, path: &str, name: &str) -> Option<String> {
        let resource_type = table::of(source_type)?.canonical;
        let path = PropertyPath::parse(path);
        let spoken = Known::default().spoken(source_type, resource_type, &path, name)?;
        let holder = spoken.holder.map(|holder| format!(" of {holder}")).unwrap_or_default();
        Some(format!("{}{holder}", spoken.attribute))
    }

    #[test]
    fn properties_are_called_what_the_provider_calls_them() {
        for (source_type, path, name, expected) in [
            ("aws_kms_key", "EnableKeyRotation", "EnableKeyRotation", "enable_key_rotation"),
            ("aws_lb", "LoadBalancerAttributes", "access_logs.s3.enabled", "access_logs.enabled"),
            (
                "aws_launch_template",
                "LaunchTemplateData/MetadataOptions/HttpTokens",
                "MetadataOptions.HttpTokens",
                "metadata_options.http_tokens",
            ),
            ("aws_cloudtrail", "IsLogging", "IsLogging", "enable_logging"),
            (
                "aws_msk_cluster",
                "ClientAuthentication/Unauthenticated/Enabled",
                "Sasl.Iam",
                "client_authentication.sasl.iam",
            ),
            (
                "aws_ecs_task_definition",
                "ContainerDefinitions/0/LogConfiguration",
                "LogConfiguration",
                "logConfiguration",
            ),
            (
                "aws_lambda_function",
                "Environment/Variables/DB_PASSWORD",
                "Environment/Variables/DB_PASSWORD",
                "environment.variables.DB_PASSWORD",
            ),
        ] {
            assert_eq!(say(source_type, path, name).as_deref(), Some(expected), "{source_type}");
        }
    }

    #[test]
    fn what_another_resource_says_names_that_resource() {
        let path = "PublicAccessBlockConfiguration/BlockPublicPolicy";
        let own = say("aws_s3_bucket_public_access_block", path, "BlockPublicPolicy");
        assert_eq!(own.as_deref(), Some("block_public_policy"));
        let parent = say("aws_s3_bucket", path, "BlockPublicPolicy");
        let expected = "block_public_policy of aws_s3_bucket_public_access_block";
        assert_eq!(parent.as_deref(), Some(expected));
        // The bucket's own arguments for these are deprecated.
        let status = say("aws_s3_bucket", "", "VersioningConfiguration.Status");
        let expected = "versioning_configuration.status of aws_s3_bucket_versioning";
        assert_eq!(status.as_deref(), Some(expected));
    }

    #[test]
    fn what_no_table_knows_has_no_other_name() {
        assert_eq!(say("aws_kms_key", "", "Nothing"), None);
        assert_eq!(say("aws_kms_key", "", "orders"), None);
        assert_eq!(say("aws_kms_key", "", "true"), None);
        assert_eq!(say("aws_nothing", "", "EnableKeyRotation"), None);
    }
}
