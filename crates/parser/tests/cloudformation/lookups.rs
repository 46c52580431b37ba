//! `Fn::FindInMap`.

use crate::template::{show, template, with_parameters};

const MAPS: &str = "Parameters:\n  Env: {Type: String, Default: dev}\n  Stage: {Type: String}\n\
                    Mappings:\n  Regions:\n    us-east-1: {Cidr: 0.0.0.0/0, Open: true}\n    \
                    eu-west-1: {Cidr: 10.0.0.0/8, Open: true}\n  Envs:\n    dev: {Size: 1}\n    \
                    prod: {Size: 2}\n  Accounts:\n    '012345678901': {Name: [a, b]}\n    \
                    123456789012: {Name: [c]}\n";

#[test]
fn known_keys_give_the_value_and_the_way() {
    let text = format!(
        "{MAPS}Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         A: !FindInMap [Envs, !Ref Env, Size]\n      \
         B: {{'Fn::FindInMap': [Regions, eu-west-1, Cidr]}}\n      \
         C: !FindInMap [Accounts, 123456789012, Name]\n      \
         D: !FindInMap [Accounts, '012345678901', Name]\n"
    );
    let template = template(&text);
    assert_eq!(show(template.get("It/A")), "1");
    let steps: Vec<&str> = template.way("It/A").iter().map(|step| step.0).collect();
    assert_eq!(steps, ["!FindInMap [Envs, !Ref Env, Size]", "!Ref Env", "dev", "1"]);
    assert_eq!(template.written("It/A"), "!FindInMap [Envs, !Ref Env, Size]");
    assert_eq!(show(template.get("It/B")), "10.0.0.0/8");
    assert_eq!(show(template.get("It/C")), "[c]");
    assert_eq!(show(template.get("It/D")), "[a, b]");
}

#[test]
fn a_lookup_by_region_is_every_value_of_the_map() {
    let text = format!(
        "{MAPS}Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         Cidr: !FindInMap [Regions, !Ref 'AWS::Region', Cidr]\n      \
         Open: !FindInMap [Regions, !Ref 'AWS::Region', Open]\n"
    );
    let template = template(&text);
    assert_eq!(
        template.cases("It/Cidr"),
        [
            (Some("`AWS::Region` is `us-east-1`".into()), "0.0.0.0/0".into()),
            (Some("`AWS::Region` is `eu-west-1`".into()), "10.0.0.0/8".into())
        ]
    );
    assert_eq!(show(template.get("It/Open")), "true", "the same everywhere");
    let given = with_parameters(&text, &[("AWS::Region", "us-east-1")]);
    assert_eq!(show(given.get("It/Cidr")), "0.0.0.0/0");
}

#[test]
fn a_lookup_under_a_condition_says_nothing_about_other_regions() {
    let text = format!(
        "{MAPS}Conditions:\n  C: !Equals [!Ref Stage, x]\nResources:\n  It:\n    Type: A::B::C\n    \
         Properties:\n      Cidr: !If [C, !FindInMap [Regions, !Ref 'AWS::Region', Cidr], x]\n"
    );
    let template = template(&text);
    let cases: Vec<String> = template.cases("It/Cidr").into_iter().map(|case| case.1).collect();
    assert_eq!(cases, ["0.0.0.0/0", "10.0.0.0/8", "?Undeclared(Regions.${AWS::Region}.Cidr)", "x"]);
}

#[test]
fn defaults_stand_for_missing_keys() {
    let text = format!(
        "{MAPS}Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         A: !FindInMap [Envs, test, Size, {{DefaultValue: 7}}]\n      \
         B: !FindInMap [Regions, !Ref 'AWS::Region', Cidr, {{DefaultValue: none}}]\n      \
         C: !FindInMap [!Ref Env, test, Size]\n      D: !FindInMap [Envs, test, Size]\n"
    );
    let template = template(&text);
    assert_eq!(show(template.get("It/A")), "7");
    let texts: Vec<String> = template.cases("It/B").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["0.0.0.0/0", "10.0.0.0/8", "none"]);
    assert_eq!(show(template.get("It/C")), "?Undeclared(dev.test.Size)");
    assert_eq!(show(template.get("It/D")), "?Undeclared(Envs.test.Size)");
    let missing = ["`dev.test.Size`", "`Envs.test.Size`"];
    let missing = missing.map(|name| format!("{name} is in no mapping of this template"));
    assert_eq!(template.messages(), missing);
}

#[test]
fn conditions_look_through_lookups() {
    let text = format!(
        "{MAPS}Conditions:\n  Big: !Equals [!FindInMap [Envs, !Ref Stage, Size], 2]\n  \
         IsProd: !Equals [!Ref Stage, prod]\nResources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         X: !If [Big, 1, 2]\n      Y: !If [IsProd, 1, 2]\n"
    );
    let template = template(&text);
    let cases = template.cases("It/Y");
    assert_eq!(cases[0].0.as_deref(), Some("`IsProd` is true (`Stage` is `prod`)"));
    assert_eq!(template.cases("It/X").len(), 2);
}

#[test]
fn an_unknown_key_that_is_no_parameter_is_still_a_choice() {
    let text = format!(
        "{MAPS}Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         A: !FindInMap [Envs, !Sub '${{Stage}}x', Size]\n"
    );
    let template = template(&text);
    let texts: Vec<String> = template.cases("It/A").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["1", "2"]);
}
