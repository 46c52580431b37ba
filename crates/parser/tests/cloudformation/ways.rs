//! The way that a value came: every step, with its place.

use trilith_graph::Flags;

use crate::template::{show, template, with_parameters};

/// The steps of a property, each as `text: note`.
fn steps(template: &crate::template::Template, path: &str) -> Vec<String> {
    template.way(path).into_iter().map(|(text, note)| format!("{text}: {note}")).collect()
}

#[test]
fn an_arm_names_its_condition_and_keeps_its_own_way() {
    let text = "Parameters:\n  Cidr: {Type: String, Default: x}\nConditions:\n  \
                Always: !Equals [a, a]\nResources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
                V: !If [Always, !Ref Cidr, y]\n";
    assert_eq!(
        steps(&template(text), "It/V"),
        [
            "Always: chosen where `Always` is true",
            "Always: condition `Always`",
            "!Ref Cidr: reference to parameter `Cidr`",
            "x: default of parameter `Cidr`",
        ]
    );
}

#[test]
fn an_alias_names_its_anchor_before_the_way_of_the_value() {
    let text = "Parameters:\n  Cidr: {Type: String, Default: x}\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties:\n      A: &it !Ref Cidr\n      B: *it\n";
    let template = template(text);
    let steps = steps(&template, "It/B");
    assert_eq!(steps[0], "*it: used here, by an alias");
    assert!(steps[1].ends_with(": its anchor"), "{steps:?}");
    assert_eq!(steps.last().unwrap(), "x: default of parameter `Cidr`");
}

#[test]
fn a_loop_variable_leads_to_its_element() {
    let text = "Resources:\n  Fn::ForEach::L:\n    - Range\n    - [0.0.0.0/0]\n    - 'It':\n        \
                Type: A::B::C\n        Properties: {V: !Ref Range}\n";
    assert_eq!(
        steps(&template(text), "It/V"),
        ["!Ref Range: loop variable `Range`", "0.0.0.0/0: an element of the collection"]
    );
}

#[test]
fn names_of_a_substitution_are_steps() {
    let text = "Parameters:\n  Bits: {Type: String, Default: '0'}\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties:\n      V: !Sub ['0.0.0.0/${B}', {B: !Ref Bits}]\n";
    assert_eq!(
        steps(&template(text), "It/V"),
        [
            "!Ref Bits: `${B}` of this text",
            "!Ref Bits: reference to parameter `Bits`",
            "'0': default of parameter `Bits`",
        ]
    );
}

#[test]
fn every_entry_that_gives_a_value_is_a_step() {
    let text = "Mappings:\n  M:\n    a: {k: x}\n    b: {k: y}\n    c: {k: x}\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties: {V: !FindInMap [M, !Ref 'AWS::Region', k]}\n";
    let template = template(text);
    let mut guards = Vec::new();
    template.get("It/V").collect_guards(&mut guards);
    let cases = template.cases("It/V");
    assert_eq!(cases[0].0.as_deref(), Some("`AWS::Region` is `a` or `c`"));
    let trilith_graph::ValueKind::OneOf(arms) = &template.get("It/V").kind else { panic!() };
    let places = trilith_graph::Via::steps(arms[0].value.via.as_ref());
    let places = places.filter(|step| &*step.note == "its value in the mapping");
    assert_eq!(places.count(), 2);
}

#[test]
fn an_attribute_gives_a_property_back() {
    let text = "Resources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    \
                Properties: {GroupName: shell, VpcId: !Ref Vpc}\n  Vpc: {Type: 'AWS::EC2::VPC'}\n  \
                Own:\n    Type: Custom::Thing\n    Properties: {Name: x}\n  It:\n    Type: A::B::C\n    \
                Properties:\n      A: !GetAtt Group.GroupName\n      B: !GetAtt Group.VpcId\n      \
                C: !GetAtt Group.GroupId\n      D: !GetAtt Own.Name\n      E: !Sub 'x-${Group.GroupName}'\n";
    let template = template(text);
    assert_eq!(show(template.get("It/A")), "shell");
    assert_eq!(
        steps(&template, "It/A"),
        [
            "!GetAtt Group.GroupName: attribute `GroupName` of `Group`",
            "shell: `GroupName` as given"
        ]
    );
    // What is no literal is known by the resource that it is an attribute of.
    assert_eq!(show(template.get("It/B")), "${Group.VpcId}");
    assert_eq!(show(template.get("It/C")), "${Group.GroupId}");
    assert_eq!(show(template.get("It/D")), "${Own.Name}", "the resource may answer anything");
    assert_eq!(show(template.get("It/E")), "x-shell");
}

#[test]
fn attributes_that_give_each_other_back_end() {
    let text = "Resources:\n  A: {Type: 'X::Y::Z', Properties: {Name: !GetAtt B.Name}}\n  \
                B: {Type: 'X::Y::Z', Properties: {Name: !GetAtt A.Name}}\n";
    assert_eq!(show(template(text).get("A/Name")), "${B.Name}");
}

const KEY: &str = "Parameters:\n  Key: {Type: String, Default: ''}\n  \
                   Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}\nConditions:\n  \
                   HasKey: !Not [!Equals [!Ref Key, '']]\n  IsProd: !Equals [!Ref Env, prod]\n  \
                   Both: !And [!Condition HasKey, !Condition IsProd]\nResources:\n  It:\n    \
                   Type: A::B::C\n    Properties:\n      Key: !If [HasKey, !Ref Key, none]\n      \
                   Env: !Ref Env\n  Prod:\n    Type: A::B::C\n    Condition: Both\n    \
                   Properties: {Env: !Ref Env, Name: !Sub 'x-${Env}', Key: !Ref Key}\n";

#[test]
fn a_default_that_a_condition_excludes_is_no_value() {
    let template = template(KEY);
    let cases = template.cases("It/Key");
    let texts: Vec<&str> = cases.iter().map(|case| case.1.as_str()).collect();
    assert_eq!(texts, ["?NotDefault(Key)", "none"]);
    assert_eq!(show(template.get("It/Env")), "dev");
    assert!(template.get("It/Env").flags.has(Flags::ASSUMED));
    assert_eq!(show(template.get("Prod/Env")), "prod", "the only value that is left");
    assert!(!template.get("Prod/Env").flags.has(Flags::ASSUMED));
    assert_eq!(template.way("Prod/Env")[1].1, "all that a condition leaves to parameter `Env`");
    assert_eq!(show(template.get("Prod/Name")), "x-prod");
    assert_eq!(show(template.get("Prod/Key")), "?NotDefault(Key)");
}

#[test]
fn a_given_value_stands_under_every_condition() {
    let template = with_parameters(KEY, &[("Key", "k"), ("Env", "prod")]);
    assert_eq!(show(template.get("It/Key")), "k");
    assert_eq!(show(template.get("Prod/Env")), "prod");
}
