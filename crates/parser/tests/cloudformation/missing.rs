//! References to what is not declared, and limits.

use crate::template::template;

#[test]
fn a_missing_name_is_reported_once_with_its_places() {
    let text = "Resources:\n  Bucket: {Type: 'AWS::S3::Bucket'}\n  It:\n    Type: A::B::C\n    \
                DependsOn: [Bucket, Buckt]\n    Properties:\n      A: !Ref Buckt\n      \
                B: !Sub '${Buckt.Arn}/x'\n      C: !GetAtt Elsewhere.Arn\n";
    let template = template(text);
    assert_eq!(
        template.messages(),
        [
            "`Buckt` is neither a parameter nor a resource of this template",
            "`Elsewhere` is neither a parameter nor a resource of this template",
        ]
    );
    let first = &template.diagnostics[0];
    assert_eq!(&*first.rule, "undeclared-reference");
    assert_eq!(first.help.as_deref(), Some("did you mean `Bucket`?"));
    assert_eq!(template.text(first.primary.span), "Buckt");
    let places: Vec<&str> = first.related.iter().map(|label| template.text(label.span)).collect();
    assert_eq!(places, ["!Ref Buckt", "${Buckt.Arn}"]);
}

#[test]
fn missing_conditions_and_mappings_are_reported() {
    let text = "Mappings: {M: {a: {k: x}}}\nConditions:\n  C: !Not [!Condition Gone]\nResources:\n  \
                It:\n    Type: A::B::C\n    Condition: Lost\n    Properties:\n      \
                A: !If [Away, 1, 2]\n      B: !FindInMap [M, a, z]\n      \
                C: !FindInMap [M, a, z, {DefaultValue: y}]\n";
    assert_eq!(
        template(text).messages(),
        [
            "condition `Gone` is not declared",
            "condition `Lost` is not declared",
            "condition `Away` is not declared",
            "`M.a.z` is in no mapping of this template",
        ]
    );
}

#[test]
fn attributes_in_the_wrong_place_are_reported() {
    let text = "Parameters: {P: {Type: String}}\nResources:\n  Bucket: {Type: 'AWS::S3::Bucket'}\n  \
                It:\n    Type: A::B::C\n    Properties:\n      A: !Ref Bucket.Arn\n      \
                B: !GetAtt P.Arn\n      C: !Sub '${Bucket.Arn}'\n";
    assert_eq!(
        template(text).messages(),
        ["`Ref` takes no attribute", "`P` is a parameter and has no attribute `Arn`"]
    );
}

#[test]
fn nothing_is_missing_where_something_else_may_declare_it() {
    let resources = "Resources:\n  It: {Type: 'A::B::C', Properties: {A: !Ref Gone}}\n";
    for text in [
        format!("Transform: Mine\n{resources}"),
        format!("Transform: AWS::Serverless-2016-10-31\n{resources}"),
        format!("{resources}  Other: {{Type: 'A::B::C::MODULE'}}\n"),
        format!("{resources}  Other: !Rain::Module ./other.yaml\n"),
        format!("{resources}  Other: {{Type: {{'Rain::Module': ./other.yaml}}}}\n"),
        "Resources:\n  It: {Type: 'A::B::C', Metadata: {A: !Ref Gone}}\n".to_owned(),
        "Conditions: {Never: !Equals [a, b]}\nResources:\n  \
         Gone: {Type: 'A::B::C', Condition: Never}\n  \
         It: {Type: 'A::B::C', DependsOn: Gone, Properties: {A: !Ref Gone}}\n"
            .to_owned(),
    ] {
        assert_eq!(template(&text).messages(), [""; 0], "{text}");
    }
}

#[test]
fn a_limit_is_noted_once() {
    let elements: Vec<String> = (0..30).map(|number| format!("\"{number}\"")).collect();
    let elements = elements.join(",");
    let mut body = String::from(r#"{"K${a0}${a1}${a2}${a3}${a4}${a5}": 1}"#);
    for level in 0..6 {
        body = format!(r#"{{"Fn::ForEach::L{level}": ["a{level}", [{elements}], {body}]}}"#);
    }
    let text = format!(r#"{{"Resources": {{"It": {{"Type": "A::B::C", "Properties": {body}}}}}}}"#);
    let template = template(&text);
    assert_eq!(
        template.messages(),
        ["the template expands too far: what lies beyond is taken for unknown"]
    );
    assert_eq!(&*template.diagnostics[0].rule, "template-too-large");
}

#[test]
fn too_few_and_too_many_conditions_are_reported() {
    let many = "!Equals [a, a], ".repeat(11);
    let text = format!(
        "Conditions:\n  A: !And [!Equals [a, a]]\n  B: !Or [{many}]\nResources:\n  \
         It: {{Type: 'A::B::C', Condition: A}}\n"
    );
    assert_eq!(
        template(&text).messages(),
        ["`Fn::And` takes 2 to 10 conditions, not 1", "`Fn::Or` takes 2 to 10 conditions, not 11",]
    );
}
