//! Parameters: defaults, allowed values, secrets, lists.

use trilith_graph::{Flags, Resource};

use crate::template::{show, template, with_parameters};

#[test]
fn allowed_values_without_a_default_are_a_choice() {
    let text = "Parameters:\n  Env: {Type: String, AllowedValues: [dev, prod]}\nResources:\n  \
                It: {Type: 'A::B::C', Properties: {Env: !Ref Env, Name: !Sub 'x-${Env}'}}\n";
    let template = template(text);
    assert_eq!(
        template.cases("It/Env"),
        [
            (Some("`Env` is `dev`".into()), "dev".into()),
            (Some("`Env` is `prod`".into()), "prod".into())
        ]
    );
    let cases = template.cases("It/Name");
    let texts: Vec<&str> = cases.iter().map(|case| case.1.as_str()).collect();
    assert_eq!(texts, ["x-dev", "x-prod"]);
}

#[test]
fn values_read_from_parameter_store_are_not_the_default() {
    let text = "Parameters:\n  Image:\n    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>\n    \
                Default: /aws/service/ami\nResources:\n  It:\n    Type: A::B::C\n    \
                Properties: {Image: !Ref Image, Text: !Sub 'x${Image}'}\n";
    let template = template(text);
    assert_eq!(show(template.get("It/Image")), "?SsmParameter(/aws/service/ami)");
    assert_eq!(show(template.get("It/Text")), "x${...}");
    let given = with_parameters(text, &[("Image", "/other")]);
    assert_eq!(show(given.get("It/Image")), "?SsmParameter(/other)");
}

#[test]
fn secrets_are_sensitive_everywhere() {
    let text = "Parameters:\n  Password: {Type: String, NoEcho: true, Default: hunter2}\n  \
                Empty: {Type: String, NoEcho: 'true', Default: ''}\nResources:\n  It:\n    \
                Type: A::B::C\n    Properties: {A: !Ref Password, B: !Sub 'x:${Password}'}\n";
    let template = template(text);
    assert!(template.get("It/A").flags.has(Flags::SENSITIVE));
    assert_eq!(show(template.get("It/B")), "x:(sensitive)");
    assert_eq!(template.get("It/A").as_str(), Some("hunter2"));
    let spans = &template.root.sensitive;
    assert_eq!(spans.len(), 1);
    assert_eq!(template.text(spans[0]), "hunter2");
}

#[test]
fn lists_are_split_and_trimmed() {
    let text = "Parameters:\n  Ports: {Type: List<Number>, Default: 22}\n  \
                Names: {Type: CommaDelimitedList, Default: ' a, b'}\n  \
                Nets: {Type: 'List<AWS::EC2::Subnet::Id>'}\nResources:\n  It:\n    Type: A::B::C\n    \
                Properties: {P: !Ref Ports, N: !Select [1, !Ref Names], S: !Ref Nets, O: !Select [9, !Ref Names]}\n";
    let template = template(text);
    assert_eq!(show(template.get("It/P")), "[22]");
    assert_eq!(show(template.get("It/N")), "b");
    assert_eq!(template.way("It/N")[1].1, "default of parameter `Names`");
    assert_eq!(show(template.get("It/S")), "?NoDefault(Nets)");
    assert_eq!(template.messages(), ["the index 9 of `Fn::Select` is outside its list of 2"]);
    let given = with_parameters(text, &[("Nets", "x,y")]);
    assert_eq!(show(given.get("It/S")), "[x, y]");
}

#[test]
fn parameters_and_outputs_are_resources() {
    let text = "Parameters:\n  Secret: {Type: String, NoEcho: true, Default: abc}\nResources:\n  \
                Bucket: {Type: 'AWS::S3::Bucket'}\nOutputs:\n  Bucket:\n    Value: !Ref Bucket\n    \
                Export: {Name: shared}\n";
    let template = template(text);
    let parameter = template.resource("Parameters.Secret");
    assert_eq!(&*parameter.resource_type, Resource::PARAMETER);
    assert_eq!(&*parameter.name, "Secret");
    assert_eq!(template.written("Parameters.Secret/Default"), "abc");
    assert!(template.get("Parameters.Secret/Default").flags.has(Flags::SENSITIVE));
    assert!(template.get("Parameters.Secret/NoEcho").is_true().is_true());
    assert_eq!(template.text(parameter.span), "Secret");
    let output = template.resource("Outputs.Bucket");
    assert_eq!(&*output.resource_type, Resource::OUTPUT);
    assert_eq!(show(template.get("Outputs.Bucket/Value")), "${Bucket}");
    assert_eq!(show(template.get("Outputs.Bucket/Export/Name")), "shared");
    let order: Vec<&str> = template.root.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(order, ["Bucket", "Parameters.Secret", "Outputs.Bucket"]);
}
