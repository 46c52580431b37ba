//! `Fn::ForEach`, transforms and macros.

use trilith_graph::{Flags, Tri};

use crate::template::{show, template, with_parameters};

#[test]
fn a_loop_gives_one_resource_per_element() {
    let text = "Transform: AWS::LanguageExtensions\nParameters:\n  \
                Names: {Type: CommaDelimitedList, Default: 'a,b-1'}\nResources:\n  \
                Fn::ForEach::Buckets:\n    - Name\n    - !Ref Names\n    - 'Bucket&{Name}':\n        \
                Type: AWS::S3::Bucket\n        Properties:\n          BucketName: !Sub '${Name}-x'\n          \
                Plain: 'p-${Name}'\n          Direct: !Ref Name\n          \
                Tags: {'k${Name}': !GetAtt 'Bucket&{Name}.Arn'}\n";
    let template = template(text);
    assert_eq!(show(template.get("Bucketa/BucketName")), "a-x");
    assert_eq!(show(template.get("Bucketb1/BucketName")), "b-1-x");
    assert_eq!(show(template.get("Bucketb1/Plain")), "p-b-1");
    assert_eq!(show(template.get("Bucketb1/Direct")), "b-1");
    assert_eq!(show(template.get("Bucketb1/Tags")), "{kb-1: ${Bucketb1.Arn}}");
    assert_eq!(template.resource("Bucketa").span, template.resource("Bucketb1").span);
    assert!(!template.root.open);
}

#[test]
fn loops_nest_and_run_inside_properties_and_conditions() {
    let text = "Parameters:\n  Env: {Type: String}\nConditions:\n  Fn::ForEach::C:\n    \
                - E\n    - [dev, prod]\n    - 'Is${E}': !Equals [!Ref Env, !Ref E]\nResources:\n  \
                Fn::ForEach::Outer:\n    - A\n    - [x, y]\n    - Fn::ForEach::Inner:\n        - B\n        \
                - ['1', '2']\n        - 'Q${A}${B}':\n            Type: AWS::SQS::Queue\n            \
                Condition: Isprod\n            Properties:\n              Fn::ForEach::P:\n                \
                - K\n                - [m, n]\n                - 'Key${K}': '${A}${B}${K}'\n";
    let template = template(text);
    for queue in ["Qx1", "Qx2", "Qy1", "Qy2"] {
        let element = &queue[1..];
        let expected = format!("{{Keym: {element}m, Keyn: {element}n}}");
        assert_eq!(show(&template.resource(queue).properties), expected);
    }
    assert_eq!(template.exists("Qx1").len(), 2);
}

#[test]
fn a_loop_over_the_unknown_is_one_resource_with_holes() {
    let text = "Parameters:\n  Names: {Type: CommaDelimitedList}\nResources:\n  Fn::ForEach::B:\n    \
                - Name\n    - !Ref Names\n    - 'B${Name}':\n        Type: AWS::S3::Bucket\n        \
                Properties: {BucketName: 'x-${Name}'}\n";
    let unknown = template(text);
    assert_eq!(show(unknown.get("B${Name}/BucketName")), "x-${Names}");
    assert!(unknown.root.open, "there may be more");
    let known = with_parameters(text, &[("Names", "a,b")]);
    assert_eq!(show(known.get("Bb/BucketName")), "x-b");
    assert!(!known.root.open);
}

#[test]
fn a_loop_with_the_wrong_arguments_is_reported() {
    let text = "Resources:\n  Fn::ForEach::B: [a, b]\n  It: {Type: 'A::B::C'}\n";
    let template = template(text);
    assert_eq!(template.messages(), ["`Fn::ForEach` needs three arguments"]);
    assert!(template.root.open);
    assert_eq!(template.root.resources.len(), 1);
}

#[test]
fn a_transform_leaves_its_map_open() {
    let text = "Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      Known: 1\n      \
                Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: s3://x/y}}\n      \
                Only: {'Fn::Transform': {Name: Mine}}\n";
    let template = template(text);
    let properties = &template.resource("It").properties;
    assert!(properties.flags.has(Flags::OPEN));
    assert_eq!(show(template.get("It/Known")), "1");
    assert_eq!(template.get("It/Missing").is_present(), Tri::Unknown);
    assert_eq!(show(template.get("It/Only")), "?Transform(Mine)");
    assert!(!template.root.open);
}

#[test]
fn a_macro_opens_the_template_but_known_transforms_do_not() {
    let resources = "Resources:\n  It: {Type: 'A::B::C', Properties: {A: !Ref Gone}}\n";
    for known in [
        "AWS::Serverless-2016-10-31",
        "[AWS::LanguageExtensions, AWS::CodeDeployBlueGreen]",
        "AWS::SecretsManager-2020-07-23",
        "AWS::Include",
    ] {
        let template = template(&format!("Transform: {known}\n{resources}"));
        assert!(!template.root.open, "{known}");
        assert_eq!(show(template.get("It/A")), "?Undeclared(Gone)");
    }
    for open in ["Mine", "[AWS::LanguageExtensions, Mine]", "{Name: Mine, Parameters: {}}"] {
        let template = template(&format!("Transform: {open}\n{resources}"));
        assert!(template.root.open, "{open}");
        assert_eq!(show(template.get("It/A")), "?Transform(Mine)");
        assert_eq!(template.get("It/B").is_present(), Tri::Unknown);
    }
    let include = "Transform: {Name: 'AWS::Include', Parameters: {Location: s3://x/y}}\n";
    assert!(template(&format!("{include}{resources}")).root.open);
    let inside = "Resources:\n  Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: x}}\n";
    assert!(template(inside).root.open);
}
