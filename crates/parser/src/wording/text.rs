//! Sentences of rules, with what stands in backticks in the words of the file.

use std::borrow::Cow;

use rustc_hash::FxHashMap as HashMap;
use trilith_graph::{PropertyPath, Segment};

use super::names::{Known, Spoken, source_type_of};
use crate::canonical::table::Literal;

/// Members of a policy document, and what blocks of `aws_iam_policy_document` call them.
const STATEMENT: [(&str, &str); 11] = [
    ("Action", "actions"),
    ("Condition", "condition"),
    ("Effect", "effect"),
    ("Id", "policy_id"),
    ("NotAction", "not_actions"),
    ("NotPrincipal", "not_principals"),
    ("NotResource", "not_resources"),
    ("Principal", "principals"),
    ("Resource", "resources"),
    ("Sid", "sid"),
    ("Statement", "statement"),
];

/// Members of parameters and outputs, and what variables and outputs of Terraform call them.
const STATED: [(&str, &str); 3] =
    [("Default", "default"), ("NoEcho", "sensitive"), ("Value", "value")];

/// What a sentence is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Canonical type of the resource.
    pub resource_type: &'a str,
    /// Type of the resource as written.
    pub source_type: &'a str,
    /// The name its author gave it, which stays as it is.
    pub name: &'a str,
    /// The property.
    pub path: &'a PropertyPath,
    /// Whether the property lies in a policy that is written as blocks of the data source
    /// `aws_iam_policy_document`.
    pub is_policy_of_blocks: bool,
}

/// Says sentences of rules in the words of the files that they are about.
#[derive(Debug, Default)]
pub struct Wording {
    known: Known,
    /// Sentences that do not name their resource, with what was said of them: the help of a rule
    /// is the same for thousands of findings.
    repeated: HashMap<Box<str>, Vec<Repeated>>,
}

/// What a sentence is in the words of a type, about one of its properties.
#[derive(Debug)]
struct Repeated {
    resource_type: Box<str>,
    source_type: Box<str>,
    path: PropertyPath,
    is_policy_of_blocks: bool,
    said: Option<Box<str>>,
}

/// Of how many properties a sentence is remembered.
const MOST_REPEATED: usize = 32;

impl Repeated {
    fn is_about(&self, about: &About<'_>) -> bool {
        let steps = |path: &PropertyPath| path.segments().len();
        let is_same = |(one, two): (&Segment, &Segment)| match (one, two) {
            (Segment::Index(_), Segment::Index(_)) => true,
            _ => one == two,
        };
        *self.source_type == *about.source_type
            && *self.resource_type == *about.resource_type
            && self.is_policy_of_blocks == about.is_policy_of_blocks
            && steps(&self.path) == steps(about.path)
            && self.path.segments().iter().zip(about.path.segments()).all(is_same)
    }
}

impl Wording {
    /// The sentence with each property, path and type that stands in backticks called what the
    /// file calls it; `None` if that is what the sentence does already.
    ///
    /// Only Terraform calls things otherwise. Values stay, unless the attribute calls them
    /// otherwise too: "set `AssignPublicIp` to DISABLED" is "set `assign_public_ip` to false".
    pub fn in_source_words(&mut self, sentence: &str, about: &About<'_>) -> Option<String> {
        // No type of Terraform's has a colon, and CloudFormation's all have.
        if about.source_type.bytes().any(|byte| byte == b':') {
            return None;
        }
        // Most sentences call nothing but the resource by its name.
        let (mut names_it, mut names_others) = (false, false);
        for code in sentence.as_bytes().split(|byte| *byte == b'`').skip(1).step_by(2) {
            let is_it = code == about.name.as_bytes();
            names_it |= is_it;
            names_others |= !is_it;
        }
        if !names_others {
            return None;
        }
        if names_it {
            return self.translated(sentence, about);
        }
        let before = self.repeated.get(sentence).into_iter().flatten();
        if let Some(known) = { before }.find(|known| known.is_about(about)) {
            return known.said.as_deref().map(str::to_owned);
        }
        let said = self.translated(sentence, about);
        let others = self.repeated.entry(sentence.into()).or_default();
        if others.len() < MOST_REPEATED {
            others.push(Repeated {
                resource_type: about.resource_type.into(),
                source_type: about.source_type.into(),
                path: about.path.clone(),
                is_policy_of_blocks: about.is_policy_of_blocks,
                said: said.as_deref().map(Into::into),
            });
        }
        said
    }

    fn translated(&mut self, sentence: &str, about: &About<'_>) -> Option<String> {
        let mut said = String::with_capacity(sentence.len());
        let mut values: &[(&str, Literal)] = &[];
        let mut speaker = Speaker { about, known: &mut self.known };
        // "has no tag `Name`": what stands there is nobody's property.
        let mut names_tags = false;
        for (at, piece) in sentence.split('`').enumerate() {
            if at > 0 {
                said.push('`');
            }
            // What stands between the first backtick and the second is code, and so on.
            if at % 2 == 1 && names_tags {
                said.push_str(piece);
            } else if at % 2 == 1 {
                let (code, of) = speaker.code(piece);
                values = of;
                said.push_str(&code);
            } else {
                said.push_str(&renamed_value(piece, values));
                values = &[];
                names_tags = piece.ends_with("tag ")
                    || piece.ends_with("tags ")
                    || (names_tags && matches!(piece, ", " | " and " | " or "));
            }
        }
        (said != sentence).then_some(said)
    }
}

/// ` to DISABLED, and ...` with what the attribute calls the value.
fn renamed_value<'p>(piece: &'p str, values: &[(&str, Literal)]) -> Cow<'p, str> {
    let Some(rest) = piece.strip_prefix(" to ").filter(|_| !values.is_empty()) else {
        return piece.into();
    };
    let end = rest.find([' ', ',', '.', ';']).unwrap_or(rest.len());
    match source_value(&rest[..end], values) {
        Some(value) => format!(" to {value}{}", &rest[end..]).into(),
        None => piece.into(),
    }
}

fn source_value<'v>(canonical: &str, values: &[(&'v str, Literal)]) -> Option<&'v str> {
    let is_it = |literal: &Literal| match literal {
        Literal::Text(text) => *text == canonical,
        Literal::Bool(value) => canonical == if *value { "true" } else { "false" },
        Literal::Int(value) => canonical == value.to_string(),
        Literal::EmptyList => false,
    };
    values.iter().find(|(_, literal)| is_it(literal)).map(|(source, _)| *source)
}

/// Says code of one sentence.
struct Speaker<'s> {
    about: &'s About<'s>,
    known: &'s mut Known,
}

impl Speaker<'_> {
    /// What stood between backticks, and the values of the attribute that it names.
    fn code(&mut self, code: &str) -> (String, &'static [(&'static str, Literal)]) {
        if code == self.about.name {
            return (code.to_owned(), &[]);
        }
        if code.starts_with("AWS::") {
            let found = source_type_of(code, self.about.resource_type, self.about.source_type);
            return (found.unwrap_or(code).to_owned(), &[]);
        }
        if let Some((name, value)) = code.split_once(": ")
            && let Some(spoken) = self.spoken(name)
        {
            let value = source_value(value, spoken.values).unwrap_or(value);
            let is_bare = value == "true" || value == "false" || value.parse::<f64>().is_ok();
            let value = if is_bare { value.to_owned() } else { format!("\"{value}\"") };
            return (with_holder(&spoken, &format!(" = {value}")), &[]);
        }
        if !code.contains([' ', '%', '\'', '"', '(']) {
            return match self.spoken(code) {
                Some(spoken) => (with_holder(&spoken, ""), spoken.values),
                None => (code.to_owned(), &[]),
            };
        }
        (self.expression(code), &[])
    }

    /// A clause of a rule: what reads properties in it reads attributes.
    fn expression(&mut self, code: &str) -> String {
        let mut said = String::with_capacity(code.len());
        let mut rest = code;
        while !rest.is_empty() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "%_.*[]".contains(c);
            let end = match rest.chars().next() {
                // What is quoted is a value.
                Some(quote @ ('\'' | '"')) => {
                    rest[1..].find(quote).map_or(rest.len(), |end| end + 2)
                }
                Some(first) if is_part(first) => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                Some(first) => first.len_utf8(),
                None => break,
            };
            let (part, after) = rest.split_at(end);
            said.push_str(&self.operand(part));
            rest = after;
        }
        said
    }

    fn operand(&mut self, part: &str) -> String {
        let name = match part.rsplit_once("Properties.") {
            Some((_, name)) => name,
            None => part,
        };
        let mut plain = name.replace("[*]", "").replace(".*", "");
        // A clause that is cut off is about the property all the same.
        if let Some(start) = plain.strip_suffix("...") {
            let whole = self.about.path.generic().replace("/*", "").replace('/', ".");
            if whole.starts_with(start) {
                plain = whole;
            }
        }
        let spoken = self.spoken(&plain).filter(|_| !plain.starts_with(char::is_lowercase));
        spoken.map_or_else(|| part.to_owned(), |spoken| spoken.attribute)
    }

    fn spoken(&mut self, name: &str) -> Option<Spoken> {
        let About { path, source_type, resource_type, .. } = *self.about;
        let is_in_policy = path.segments().iter().any(|segment| *segment == "Statement".into());
        if let (true, Some((_, word))) =
            (is_in_policy, STATEMENT.iter().find(|(member, _)| *member == name))
        {
            let word = if self.about.is_policy_of_blocks { word } else { name };
            return Some(Spoken { attribute: word.to_owned(), holder: None, values: &[] });
        }
        if matches!(source_type, "variable" | "output") {
            let (_, word) = STATED.iter().find(|(member, _)| *member == name)?;
            return Some(Spoken { attribute: (*word).to_owned(), holder: None, values: &[] });
        }
        self.known.spoken(source_type, resource_type, path, name)
    }
}

/// `` block_public_acls` of `aws_s3_bucket_public_access_block ``, with what follows the attribute.
fn with_holder(spoken: &Spoken, after: &str) -> String {
    match (spoken.holder, spoken.attribute.is_empty()) {
        (Some(holder), true) => holder.to_owned(),
        (Some(holder), false) => format!("{}{after}` of `{holder}", spoken.attribute),
        (None, _) => format!("{}{after}", spoken.attribute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(source_type: &str, resource_type: &str, path: &str, sentence: &str) -> String {
        let path = PropertyPath::parse(path);
        let about = About {
            resource_type,
            source_type,
            name: "Encrypted",
            path: &path,
            is_policy_of_blocks: path.is_root(),
        };
        Wording::default().in_source_words(sentence, &about).unwrap_or_else(|| sentence.to_owned())
    }

    #[test]
    fn properties_are_renamed_and_values_stay() {
        let say = |sentence| say("aws_kms_key", "AWS::KMS::Key", "EnableKeyRotation", sentence);
        assert_eq!(say("set `EnableKeyRotation` to true"), "set `enable_key_rotation` to true");
        assert_eq!(say("`EnableKeyRotation: true`"), "`enable_key_rotation = true`");
        assert_eq!(say("a `AWS::KMS::Key` like `Encrypted`"), "a `aws_kms_key` like `Encrypted`");
        assert_eq!(
            say("`%keys.Properties.EnableKeyRotation == 'EnableKeyRotation'` does not hold"),
            "`enable_key_rotation == 'EnableKeyRotation'` does not hold"
        );
        let tags = "it has no tag `EnableKeyRotation`, `Description`";
        for sentence in [tags, "EnableKeyRotation", "an odd ` one", "`orders` is `true`"] {
            assert_eq!(say(sentence), sentence);
        }
    }

    #[test]
    fn a_clause_that_is_cut_off_is_completed() {
        let path = "BrokerNodeGroupInfo/ConnectivityInfo/PublicAccess/Type";
        let say = |sentence| say("aws_msk_cluster", "AWS::MSK::Cluster", path, sentence);
        assert_eq!(
            say(
                "`%clusters.Properties.BrokerNodeGroupInfo.ConnectivityInfo.PublicAcces...` is odd"
            ),
            "`broker_node_group_info.connectivity_info.public_access.type` is odd"
        );
    }

    #[test]
    fn values_that_the_attribute_calls_otherwise_are_renamed() {
        let path = "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp";
        let say = |sentence| say("aws_ecs_service", "AWS::ECS::Service", path, sentence);
        assert_eq!(
            say("set `AssignPublicIp` to DISABLED, and reach out"),
            "set `assign_public_ip` to false, and reach out"
        );
    }

    #[test]
    fn cloudformation_is_left_alone() {
        let sentence = "set `EnableKeyRotation` to true";
        assert_eq!(say("AWS::KMS::Key", "AWS::KMS::Key", "", sentence), sentence);
    }

    #[test]
    fn the_part_that_says_it_is_named() {
        let path = "PublicAccessBlockConfiguration/BlockPublicPolicy";
        let say = |sentence| say("aws_s3_bucket", "AWS::S3::Bucket", path, sentence);
        assert_eq!(
            say("set `BlockPublicPolicy` to true"),
            "set `block_public_policy` of `aws_s3_bucket_public_access_block` to true"
        );
        assert_eq!(
            say("the `PublicAccessBlockConfiguration`"),
            "the `aws_s3_bucket_public_access_block`"
        );
    }
}
