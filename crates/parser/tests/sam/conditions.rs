use crate::support::{expand, reference, when};

const HEAD: &str = "Parameters:
  Env: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Work:
    Type: AWS::Serverless::Function
";

#[test]
fn a_condition_holds_for_all_that_comes_with_a_resource() {
    let template = expand(&format!(
        "{HEAD}    Condition: IsProd
    Properties:
      Handler: a.b
      FunctionUrlConfig: {{AuthType: NONE}}
      Events: {{Get: {{Type: Api, Properties: {{Path: /, Method: get}}}}}}
"
    ));
    for address in ["Work", "WorkRole", "WorkUrl", "WorkUrlPublicPermissions", "ServerlessRestApi"]
    {
        let guard = when(&template.get(address).guard);
        assert!(guard.contains("`IsProd` is true"), "{address}: {guard}");
    }
}

#[test]
fn a_role_is_made_where_none_is_given() {
    let template = expand(&format!(
        "{HEAD}    Properties:
      Handler: a.b
      Role: !If [IsProd, 'arn:aws:iam::111122223333:role/own', !Ref AWS::NoValue]
"
    ));
    let role = template.get("WorkRole");
    assert!(when(&role.guard).contains("`IsProd` is false"), "{}", when(&role.guard));
    let trilith_graph::ValueKind::OneOf(arms) = &template.get("Work").properties.get("Role").kind
    else {
        panic!("no choice")
    };
    assert!(arms[0].value.as_str().unwrap().ends_with("role/own"));
    assert_eq!(reference(&arms[1].value), "WorkRole.Arn");
}

#[test]
fn a_url_is_open_in_the_scenario_that_opens_it() {
    let template = expand(&format!(
        "{HEAD}    Properties:
      Handler: a.b
      FunctionUrlConfig:
        AuthType: !If [IsProd, AWS_IAM, NONE]
"
    ));
    assert!(template.get("WorkUrl").properties.get("AuthType").has_choice());
    let permission = "SAM permits only where NONE itself is written";
    assert!(!template.has("WorkUrlPublicPermissions"), "{permission}");
}

#[test]
fn a_setting_under_a_condition_adds_to_the_role_under_it() {
    let template = expand(&format!(
        "{HEAD}    Properties:
      Handler: a.b
      Tracing: !If [IsProd, Active, !Ref AWS::NoValue]
"
    ));
    let managed = template.get("WorkRole").properties.get("ManagedPolicyArns");
    assert_eq!(managed.items().len(), 2);
    assert!(managed.item(1).has_choice());
}

#[test]
fn a_value_that_is_not_known_is_given() {
    let template = expand(&format!("{HEAD}    Properties: {{Handler: a.b, Role: !Ref Env}}\n"));
    assert!(!template.has("WorkRole"));
}
