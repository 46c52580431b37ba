//! Stacks made of several templates: nested ones, and those that import from others.

use trilith_graph::{Formula, Resource, Root, SourceFile, SourceMap, Value, ValueKind};
use trilith_parser::stacks::{Nested, link_imports, nest};
use trilith_parser::{Options, parse};

/// The roots of some files, by name and text, with nested stacks in their places.
fn joined(files: &[(&str, &str)]) -> Nested {
    let mut sources = SourceMap::new();
    let ids: Vec<_> =
        files.iter().map(|(name, text)| sources.add(SourceFile::new(*name, *text))).collect();
    let options = Options::default();
    let roots = ids.into_iter().flat_map(|id| parse(&sources, id, &options).roots).collect();
    let mut nested = nest(&sources, roots, &options);
    link_imports(&mut nested.roots);
    nested
}

fn get<'r>(root: &'r Root, address: &str) -> &'r Resource {
    let found = root.resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| {
        let addresses: Vec<&str> = root.resources.iter().map(|r| &*r.address).collect();
        panic!("no {address} among {addresses:?}")
    })
}

fn reference(value: &Value) -> String {
    value.as_reference().map(ToString::to_string).unwrap_or_else(|| panic!("{value:?}"))
}

const NETWORK: &str = "Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/8}
  Env: {Type: String, Default: dev}
  Ids: {Type: CommaDelimitedList, Default: ''}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: !Select [0, !Ref Ids]
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Cidr}]
  Log: {Type: AWS::S3::Bucket, Condition: IsProd}
Outputs:
  GroupId: {Value: !GetAtt Group.GroupId, Export: {Name: network-group}}
  Cidr: {Value: !Ref Cidr, Export: {Name: !Sub '${AWS::Region}-cidr'}}
";

const ROOT: &str = "Parameters:
  Env: {Type: String}
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./network.yaml
      Parameters: {Cidr: 0.0.0.0/0, Env: !Ref Env, Ids: [vpc-1, vpc-2]}
  Host:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!GetAtt Network.Outputs.GroupId], UserData: !Sub 'open ${Network.Outputs.Cidr}'}
";

#[test]
fn a_nested_stack_is_evaluated_with_what_its_parent_passes() {
    let nested = joined(&[("d/root.yaml", ROOT), ("d/network.yaml", NETWORK)]);
    let [root] = &nested.roots[..] else { panic!("{:?}", nested.roots) };
    assert!(nested.diagnostics.is_empty(), "{:?}", nested.diagnostics);
    let group = get(root, "Network.Group");
    assert_eq!(&*group.name, "Group");
    let cidr = group.properties.path("SecurityGroupIngress/0/CidrIp");
    assert_eq!(cidr.as_str(), Some("0.0.0.0/0"), "not the default");
    let notes: Vec<&str> = std::iter::successors(cidr.via.as_deref(), |via| via.next.as_deref())
        .map(|via| &*via.note)
        .collect();
    assert!(notes.contains(&"what the parent stack passes"), "{notes:?}");
    assert_eq!(group.properties.get("VpcId").as_str(), Some("vpc-1"), "a list is passed as text");
    assert_eq!(root.stacks_around("Network.Group").count(), 1);
    assert_eq!(root.stacks_around("Host").count(), 0);
}

#[test]
fn outputs_of_a_nested_stack_link_through() {
    let nested = joined(&[("root.yaml", ROOT), ("network.yaml", NETWORK)]);
    let root = &nested.roots[0];
    let host = &get(root, "Host").properties;
    assert_eq!(reference(host.path("SecurityGroupIds/0")), "${Network.Group.GroupId}");
    assert_eq!(host.get("UserData").as_str(), Some("open 0.0.0.0/0"));
    let at =
        |address: &str| root.resources.iter().position(|r| &*r.address == address).unwrap() as u32;
    let (host, group) = (at("Host"), at("Network.Group"));
    assert!(root.edges.iter().any(|edge| (edge.from.0, edge.to.0) == (host, group)));
}

#[test]
fn conditions_of_parent_and_child_are_told_apart() {
    let nested = joined(&[("root.yaml", ROOT), ("network.yaml", NETWORK)]);
    let log = get(&nested.roots[0], "Network.Log");
    assert_ne!(log.guard, Formula::True);
    let text = log.guard.describe(true);
    assert!(text.contains("`Network.IsProd` is true"), "{text}");
}

#[test]
fn a_literal_that_is_passed_decides_conditions() {
    let root = ROOT.replace("!Ref Env, Ids", "test, Ids");
    let nested = joined(&[("root.yaml", &root), ("network.yaml", NETWORK)]);
    let root = &nested.roots[0];
    assert!(!root.resources.iter().any(|resource| &*resource.address == "Network.Log"));
}

#[test]
fn a_child_is_part_of_every_stack_that_creates_it() {
    let root = "Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml, Parameters: {Cidr: !GetAtt B.Outputs.Cidr, Ids: v}}}
  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml, Parameters: {Cidr: 10.0.0.0/8, Ids: v}}}
";
    let nested = joined(&[("network.yaml", NETWORK), ("root.yaml", root)]);
    assert_eq!(nested.roots.len(), 1, "the child is no root of its own");
    assert_eq!(nested.children.len(), 1);
    let root = &nested.roots[0];
    let cidr = get(root, "A.Group").properties.path("SecurityGroupIngress/0/CidrIp");
    assert_eq!(cidr.as_str(), Some("10.0.0.0/8"), "through the output of the other stack");
    get(root, "B.Group");
}

#[test]
fn stacks_may_be_in_stacks() {
    let root = "Resources:
  Outer: {Type: AWS::Serverless::Application, Properties: {Location: sub/middle.yaml, Parameters: {Bucket: !Ref Files}}}
  Files: {Type: AWS::S3::Bucket}
Outputs:
  Deep: {Value: !GetAtt Outer.Outputs.Deep}
";
    let middle = "Parameters: {Bucket: {Type: String}}
Resources:
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml, Parameters: {Name: !Ref Bucket}}}
Outputs:
  Deep: {Value: !GetAtt Inner.Outputs.Policy}
";
    let inner = "Parameters: {Name: {Type: String}}
Resources:
  Files: {Type: AWS::S3::Bucket}
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Name, PolicyDocument: {Statement: []}}}
Outputs:
  Policy: {Value: !Ref Policy}
";
    let nested =
        joined(&[("root.yaml", root), ("sub/middle.yaml", middle), ("sub/inner.yaml", inner)]);
    let [root] = &nested.roots[..] else { panic!("{:?}", nested.roots) };
    let policy = get(root, "Outer.Inner.Policy");
    assert_eq!(reference(policy.properties.get("Bucket")), "${Files}", "that of the outermost");
    let deep = get(root, "Outputs.Deep").properties.get("Value").clone();
    assert_eq!(reference(&deep), "${Outer.Inner.Policy}");
    let around: Vec<&str> =
        root.stacks_around("Outer.Inner.Policy").map(|(stack, _)| &**stack).collect();
    assert_eq!(around, ["Outer", "Outer.Inner"]);
}

#[test]
fn a_missing_template_is_told_once_and_a_circle_ends() {
    let root = "Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}
  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}
  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: other.yaml}}
";
    let other = "Resources:
  Back: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: root.yaml}}
  Files: {Type: AWS::S3::Bucket}
";
    let nested = joined(&[("root.yaml", root), ("other.yaml", other)]);
    let messages: Vec<&str> = nested.diagnostics.iter().map(|d| &*d.message).collect();
    assert_eq!(
        messages,
        ["the template of nested stack `A` does not exist", "nested stack `Back` contains itself",]
    );
    assert_eq!(nested.roots.len(), 1);
    get(&nested.roots[0], "C.Files");
}

#[test]
fn templates_elsewhere_are_left_alone() {
    let root = "Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://s3.amazonaws.com/b/x.yaml'}}
  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub 'https://${AWS::Region}.example/x.yaml'}}
";
    let nested = joined(&[("root.yaml", root)]);
    assert!(nested.diagnostics.is_empty() && nested.roots[0].stacks.is_empty());
}

#[test]
fn imports_are_linked_where_one_template_exports_the_name() {
    let user = "Resources:
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !ImportValue network-group, CidrIp: !ImportValue {'Fn::Sub': '${AWS::Region}-cidr'}}
  Other: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !ImportValue nobody}}
";
    let nested = joined(&[("network.yaml", NETWORK), ("user.yaml", user)]);
    let root = nested.roots.iter().find(|root| &*root.name == "user.yaml").unwrap();
    let rule = &get(root, "Rule").properties;
    assert_eq!(rule.get("CidrIp").as_str(), Some("10.0.0.0/8"));
    assert_eq!(reference(rule.get("GroupId")), "${network.yaml:Group.GroupId}");
    let other = get(root, "Other").properties.get("GroupId").clone();
    assert!(matches!(other.kind, ValueKind::Unknown(_)), "{other:?}");
}

#[test]
fn an_export_that_two_templates_have_stays_unknown() {
    let user = "Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !ImportValue network-group}}}";
    let nested = joined(&[("a.yaml", NETWORK), ("b.yaml", NETWORK), ("user.yaml", user)]);
    let root = nested.roots.iter().find(|root| &*root.name == "user.yaml").unwrap();
    assert!(get(root, "A").properties.get("TopicName").is_unknown());
}

#[test]
fn the_output_of_a_stack_is_that_of_the_file_called_like_it() {
    let user = "Resources:
  A:
    Type: AWS::SNS::Topic
    Properties: {TopicName: {'Fn::GetStackOutput': {StackName: network, OutputName: Cidr}}}
";
    let nested = joined(&[("network.yaml", NETWORK), ("user.yaml", user)]);
    let root = nested.roots.iter().find(|root| &*root.name == "user.yaml").unwrap();
    assert_eq!(get(root, "A").properties.get("TopicName").as_str(), Some("10.0.0.0/8"));
}
