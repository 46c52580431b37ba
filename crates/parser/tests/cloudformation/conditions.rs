//! Conditions, and what exists under them.

use trilith_graph::{Formula, Scenarios};

use crate::template::{show, template, with_parameters};

const ENV: &str = "Parameters:\n  Env: {Type: String, Default: dev}\n  Open: {Type: String, \
                   AllowedValues: ['yes', 'no'], Default: 'yes'}\nConditions:\n  \
                   IsProd: !Equals [!Ref Env, prod]\n  IsOpen: !Equals ['yes', !Ref Open]\n  \
                   Never: !Equals [a, b]\n  Always: !Not [!Condition Never]\n  \
                   Both: !And [!Condition IsProd, !Condition IsOpen, !Condition Always]\n";

fn case(when: &str, text: &str) -> (Option<String>, String) {
    ((!when.is_empty()).then(|| when.into()), text.into())
}

#[test]
fn both_branches_of_a_choice_are_kept() {
    let text = format!(
        "{ENV}Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      \
         PubliclyAccessible: !If [IsProd, false, true]\n      Name: !If [Never, a, b]\n      \
         Zone: !If [IsOpen, !Ref AWS::NoValue, x]\n"
    );
    let template = template(&text);
    assert_eq!(
        template.cases("Db/PubliclyAccessible"),
        [
            case("`IsProd` is true (`Env` is `prod`)", "false"),
            case("`IsProd` is false (`Env` other than `prod`)", "true")
        ]
    );
    assert_eq!(show(template.get("Db/Name")), "b");
    assert_eq!(
        template.cases("Db/Zone"),
        [
            case("`IsOpen` is true (`Open` is `yes`)", "absent"),
            case("`IsOpen` is false (`Open` other than `yes`)", "x")
        ]
    );
}

#[test]
fn json_conditions_are_the_same() {
    let text = r#"{"Parameters": {"Env": {"Type": "String"}},
      "Conditions": {"P": {"Fn::Or": [{"Condition": "Q"}, {"Fn::Equals": [{"Ref": "Env"}, "a"]}]},
                     "Q": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Env"}, "b"]}]}},
      "Resources": {"It": {"Type": "A::B::C", "Properties": {"X": {"Fn::If": ["P", 1, 2]}}}}}"#;
    let template = template(text);
    assert_eq!(
        template.cases("It/X"),
        [case("`P` is true (`Env` other than `b`)", "1"), case("`P` is false (`Env` is `b`)", "2")]
    );
}

#[test]
fn given_values_decide_conditions() {
    let text = format!(
        "{ENV}Resources:\n  It: {{Type: 'A::B::C', Condition: Both, Properties: {{X: !If [IsProd, 1, 2]}}}}\n  \
         Not: {{Type: 'A::B::C', Condition: Never}}\n"
    );
    let template = with_parameters(&text, &[("Env", "prod"), ("Open", "yes")]);
    assert_eq!(template.resource("It").guard, Formula::True);
    assert_eq!(show(template.get("It/X")), "1");
    let other = with_parameters(&text, &[("Env", "dev")]);
    assert!(other.root.resources.iter().all(|resource| &*resource.resource_type != "A::B::C"));
}

#[test]
fn resources_exist_under_their_condition() {
    let text = format!(
        "{ENV}Resources:\n  It: {{Type: 'A::B::C', Condition: Both}}\n  \
         Gone: {{Type: 'A::B::C', Condition: Never}}\n  \
         User: {{Type: 'A::B::C', Properties: {{A: !Ref It, B: !Ref Gone}}}}\nOutputs:\n  \
         O: {{Condition: Never, Value: x}}\n"
    );
    let template = template(&text);
    assert_eq!(
        template.exists("It"),
        [case("`Both` is false", "False"), case("`Both` is true", "True")]
    );
    assert!(!template.root.resources.iter().any(|resource| &*resource.address == "Gone"));
    assert!(!template.root.resources.iter().any(|resource| &*resource.address == "Outputs.O"));
    assert_eq!(show(template.get("User/A")), "${It}");
    assert_eq!(show(template.get("User/B")), "?NeverCreated(Gone)");
}

#[test]
fn exhaustive_allowed_values_leave_no_other_case() {
    let text = "Parameters:\n  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}\n\
                Conditions:\n  IsDev: !Equals [!Ref Env, dev]\n  IsProd: !Equals [!Ref Env, prod]\n  \
                IsNeither: !Not [!Or [!Condition IsDev, !Condition IsProd]]\n  \
                IsTest: !Equals [!Ref Env, test]\n\
                Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
                X: !If [IsDev, 1, !If [IsProd, 2, 3]]\n      Y: !If [IsNeither, 1, 2]\n      \
                Z: !If [IsTest, 1, 2]\n";
    let template = template(text);
    let texts: Vec<String> = template.cases("It/X").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["1", "2"]);
    assert_eq!(show(template.get("It/Y")), "2");
    assert_eq!(show(template.get("It/Z")), "2", "not an allowed value");
}

#[test]
fn a_parameter_may_equal_a_literal_and_another_parameter_at_once() {
    let text = "Parameters:\n  A: {Type: String}\n  B: {Type: String}\nConditions:\n  \
                IsX: !Equals [!Ref A, x]\n  Same: !Equals [!Ref A, !Ref B]\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties: {V: !If [IsX, !If [Same, 1, 2], !If [Same, 3, 4]]}\n";
    let template = template(text);
    let texts: Vec<String> = template.cases("It/V").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["1", "2", "3", "4"]);
}

#[test]
fn a_minimum_length_excludes_the_empty_value() {
    let text = "Parameters:\n  Key: {Type: String, MinLength: 1}\nConditions:\n  \
                HasKey: !Not [!Equals [!Ref Key, '']]\nResources:\n  \
                It: {Type: 'A::B::C', Condition: HasKey}\n";
    assert_eq!(template(text).resource("It").guard, Formula::True);
}

#[test]
fn comparisons_of_texts_are_taken_apart() {
    let text = "Parameters:\n  Env: {Type: String, Default: x}\n  Names: {Type: CommaDelimitedList}\n\
                Conditions:\n  IsProd: !Equals [!Sub '${Env}-x', prod-x]\n  \
                Other: !Equals [!Ref Env, prod]\n  \
                Some: !Not [!Equals [!Join ['', !Ref Names], '']]\n  \
                None: !Equals ['', !Join ['', !Ref Names]]\n  \
                Here: !Equals [!Ref 'AWS::Region', eu-west-1]\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties:\n      A: !If [IsProd, !If [Other, 1, 2], !If [Other, 3, 4]]\n      \
                B: !If [Some, !If [None, 1, 2], !If [None, 3, 4]]\n      C: !If [Here, 1, 2]\n";
    let template = template(text);
    let texts: Vec<String> = template.cases("It/A").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["1", "4"], "both conditions are about the same parameter");
    let cases = template.cases("It/B");
    assert_eq!(cases.len(), 2, "one is the opposite of the other");
    assert_eq!(
        template.cases("It/C"),
        [
            case("`Here` is true (`AWS::Region` is `eu-west-1`)", "1"),
            case("`Here` is false (`AWS::Region` other than `eu-west-1`)", "2")
        ]
    );
}

#[test]
fn an_undecided_condition_is_named_once() {
    let text = "Conditions:\n  Odd: !Equals [!ImportValue x, y]\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties: {A: !If [Odd, 1, 2], B: !If [Missing, 1, 2]}\n";
    let template = template(text);
    assert_eq!(template.cases("It/A"), [case("`Odd` is true", "1"), case("`Odd` is false", "2")]);
    assert_eq!(
        template.cases("It/B"),
        [case("`Missing` is true", "1"), case("`Missing` is false", "2")]
    );
}

#[test]
fn a_circle_of_conditions_is_reported_once() {
    let text = "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources:\n  \
                It: {Type: 'A::B::C', Condition: A}\n";
    let template = template(text);
    assert_eq!(template.messages(), ["condition `A` depends on itself"]);
    assert_eq!(template.text(template.diagnostics[0].primary.span), "A");
    assert!(!template.exists("It").is_empty());
}

#[test]
fn a_condition_without_a_function_is_reported() {
    let text = "Conditions:\n  A: {a: b}\n  B: !And []\n  C: !Equals [a]\n  D: true\nResources:\n  \
                It: {Type: 'A::B::C', Condition: D}\n";
    let template = template(text);
    assert_eq!(
        template.messages(),
        [
            "a condition is expected here",
            "`Fn::And` takes 2 to 10 conditions, not 0",
            "`Fn::Equals` has the wrong number of arguments"
        ]
    );
    assert_eq!(template.resource("It").guard, Formula::True);
}

#[test]
fn contradicting_guards_leave_no_scenario() {
    let text = format!(
        "{ENV}Resources:\n  It:\n    Type: A::B::C\n    Condition: IsProd\n    Properties:\n      \
         X: !If [Both, 1, 2]\n"
    );
    let template = template(&text);
    let guard = template.resource("It").guard.clone();
    let mut guards = vec![guard.clone()];
    template.get("It/X").collect_guards(&mut guards);
    let scenarios = Scenarios::of(&guards, &[]).scenarios;
    let impossible = scenarios.iter().any(|scenario| {
        scenario.decides(&guard).is_false() && scenario.decides(&guards[1]).is_true()
    });
    assert!(!impossible, "`Both` implies `IsProd`");
}

#[test]
fn rules_rule_scenarios_out() {
    let text = "Parameters:\n  Env: {Type: String, AllowedValues: [dev, test, prod]}\n  \
                Public: {Type: String, AllowedValues: ['true', 'false']}\nRules:\n  NotPublic:\n    \
                RuleCondition: !Equals [!Ref Env, prod]\n    Assertions:\n      \
                - Assert: !Equals [!Ref Public, 'false']\n  Known:\n    Assertions:\n      \
                - Assert: {'Fn::Contains': [[dev, prod], !Ref Env]}\n      \
                - Assert: {'Fn::EachMemberIn': [{'Fn::ValueOfAll': ['x', 'y']}, ['z']]}\n\
                Conditions:\n  IsProd: !Equals [!Ref Env, prod]\n  IsTest: !Equals [!Ref Env, test]\n\
                Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
                X: !If [IsProd, !Ref Public, none]\n      Y: !If [IsTest, 1, 2]\n";
    let template = template(text);
    assert_eq!(template.root.constraints.len(), 2);
    let texts: Vec<String> = template.cases("It/X").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["false", "none"]);
    assert_eq!(show(template.get("It/Y")), "2");
}

#[test]
fn elements_that_a_condition_removes_leave_no_gap() {
    let text = format!(
        "{ENV}Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      \
         L: [a, !Ref 'AWS::NoValue', b, !If [IsProd, c, !Ref 'AWS::NoValue']]\n      \
         J: !Join [',', [a, !If [IsProd, c, !Ref 'AWS::NoValue'], z]]\n      \
         S: !Select [1, [!If [IsProd, c, !Ref 'AWS::NoValue'], z]]\n"
    );
    let template = template(&text);
    let lists: Vec<String> = template.cases("It/L").into_iter().map(|case| case.1).collect();
    assert_eq!(lists, ["[a, b, c]", "[a, b]"]);
    let texts: Vec<String> = template.cases("It/J").into_iter().map(|case| case.1).collect();
    assert_eq!(texts, ["a,c,z", "a,z"]);
    assert_eq!(show(template.get("It/S")), "?Undecided");
}
