//! Policy templates, connector profiles and managed policies: `../../data/sam/README.md` tells
//! how the files are written and whence the facts are.

use trilith_graph::Value;

use super::place::Place;

const POLICIES: &str = include_str!("../../data/sam/policies.txt");
const CONNECTORS: &str = include_str!("../../data/sam/connectors.txt");
const MANAGED: &str = include_str!("../../data/sam/managed.txt");

/// The lines of a policy template.
#[derive(Debug, Clone, Copy)]
pub(super) struct PolicyTemplate {
    lines: &'static str,
}

impl PolicyTemplate {
    /// The template called `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        block(POLICIES, "template", |words| words.next() == Some(name))
            .map(|(_, lines)| Self { lines })
    }

    /// Its statements, with its parameters as `lookup` knows them.
    pub(super) fn statements(
        self,
        place: Place,
        lookup: &dyn Fn(&str) -> Option<Value>,
    ) -> Vec<Value> {
        statements(self.lines, place, lookup)
    }
}

/// What a connector between two types makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile {
    /// What is made: `managed-policy`, `queue-policy`, `topic-policy` or `permission`.
    pub(super) kind: &'static str,
    /// Whether the source holds it; else the destination does.
    pub(super) is_held_by_source: bool,
    lines: &'static str,
}

/// What one of the `Permissions` of a connector gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    /// Its name: `Read` or `Write`.
    pub(super) name: &'static str,
    lines: &'static str,
}

impl Profile {
    /// The profile of connectors from one CloudFormation type to another.
    pub(super) fn of(source: &str, destination: &str) -> Option<Self> {
        let (head, lines) = block(CONNECTORS, "connector", |words| {
            words.next() == Some(source) && words.next() == Some(destination)
        })?;
        let mut words = head.split(' ').skip(3);
        let kind = words.next()?;
        Some(Self { kind, is_held_by_source: words.next() == Some("source"), lines })
    }

    /// What can be asked for.
    pub(super) fn accesses(self) -> impl Iterator<Item = Access> {
        self.lines.split("access ").skip(1).filter_map(|block| {
            let (name, lines) = block.split_once('\n')?;
            Some(Access { name, lines })
        })
    }
}

impl Access {
    /// Its statements, with the attributes of both ends as `lookup` knows them.
    pub(super) fn statements(
        self,
        place: Place,
        lookup: &dyn Fn(&str) -> Option<Value>,
    ) -> Vec<Value> {
        statements(self.lines, place, lookup)
    }

    /// Action, principal, source ARN and source account of the permission that it gives.
    pub(super) fn grant(self) -> Option<[Option<&'static str>; 4]> {
        let line = self.lines.lines().find_map(|line| line.strip_prefix("grant "))?;
        let mut words = line.split(' ');
        Some(std::array::from_fn(|_| words.next()))
    }
}

/// The end of the ARN of a policy that AWS manages, by its name.
pub(super) fn managed_policy_path(name: &str) -> String {
    let folder = MANAGED.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    format!("{}{name}", folder.unwrap_or_default())
}

/// The block that begins with `word` and is the `wanted` one: its first line and the others.
fn block(
    file: &'static str,
    word: &str,
    wanted: impl Fn(&mut dyn Iterator<Item = &'static str>) -> bool,
) -> Option<(&'static str, &'static str)> {
    let start = format!("\n{word} ");
    let mut found = file.match_indices(&start).map(|(at, _)| &file[at + 1..]);
    let rest = found.find(|rest| {
        let head = rest.lines().next().unwrap_or_default();
        wanted(&mut head.split(' ').skip(1))
    })?;
    let (head, rest) = rest.split_once('\n')?;
    // The line break in front of the next block belongs to this one.
    let end = rest.find(&start).map_or(rest.len(), |at| at + 1);
    Some((head, &rest[..end]))
}

fn statements(
    lines: &'static str,
    place: Place,
    lookup: &dyn Fn(&str) -> Option<Value>,
) -> Vec<Value> {
    let blocks = lines.split("statement\n").skip(1);
    blocks.map(|block| statement(block, place, lookup)).collect()
}

fn statement(lines: &str, place: Place, lookup: &dyn Fn(&str) -> Option<Value>) -> Value {
    let mut members = vec![("Effect", place.text("Allow"))];
    for line in lines.lines() {
        let mut words = line.split(' ');
        let keyword = words.next().unwrap_or_default();
        let mut take = |count: usize| -> Vec<&str> { words.by_ref().take(count).collect() };
        let names = take(match keyword {
            "principal" => 1,
            "condition" => 2,
            _ => 0,
        });
        let values = place.list(words.map(|text| place.substitute(text, lookup)).collect());
        match (keyword, names.as_slice()) {
            ("sid", _) => members.push(("Sid", values.item(0).clone())),
            ("action", _) => members.push(("Action", values)),
            ("resource", _) => members.push(("Resource", values)),
            ("principal", [kind]) => members.push(("Principal", place.map([(*kind, values)]))),
            ("condition", [operator, key]) => {
                let tests = place.map([(*key, values)]);
                members.push(("Condition", place.map([(*operator, tests)])));
            }
            _ => {}
        }
    }
    place.map(members)
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, Span};

    use super::*;

    const PLACE: Place = Place(Span::at(SourceId(0), 0));

    #[test]
    fn every_policy_template_gives_statements() {
        let names: Vec<&str> = POLICIES
            .lines()
            .filter_map(|line| line.strip_prefix("template ")?.split(' ').next())
            .collect();
        assert_eq!(names.len(), 81);
        for name in names {
            let statements = PolicyTemplate::named(name).unwrap().statements(PLACE, &|_| None);
            assert!(!statements.is_empty(), "{name}");
            for statement in statements {
                assert!(!statement.get("Action").items().is_empty(), "{name}");
                assert!(!statement.get("Resource").items().is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn parameters_of_a_template_are_filled_in() {
        let template = PolicyTemplate::named("SQSPollerPolicy").unwrap();
        let queue = |name: &str| (name == "QueueName").then(|| PLACE.text("jobs"));
        let [statement] = &template.statements(PLACE, &queue)[..] else { panic!("one statement") };
        let resource = statement.path("Resource/0").display_text().unwrap();
        assert!(resource.ends_with(":jobs"), "{resource}");
        assert!(PolicyTemplate::named("NoSuchPolicy").is_none());
    }

    #[test]
    fn profiles_tell_what_a_connector_makes() {
        let profile = Profile::of("AWS::SQS::Queue", "AWS::Lambda::Function").unwrap();
        assert_eq!((profile.kind, profile.is_held_by_source), ("managed-policy", false));
        let names: Vec<&str> = profile.accesses().map(|access| access.name).collect();
        assert_eq!(names, ["Read", "Write"]);
        let profile = Profile::of("AWS::S3::Bucket", "AWS::Lambda::Function").unwrap();
        let grant = profile.accesses().next().unwrap().grant().unwrap();
        assert_eq!(grant[3], Some("${AWS::AccountId}"));
        assert!(Profile::of("AWS::S3::Bucket", "AWS::S3::Bucket").is_none());
    }

    #[test]
    fn managed_policies_keep_their_path() {
        let basic = "AWSLambdaBasicExecutionRole";
        assert_eq!(managed_policy_path(basic), format!("service-role/{basic}"));
        assert_eq!(managed_policy_path("AdministratorAccess"), "AdministratorAccess");
    }
}
