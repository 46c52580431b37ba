//! Functions, in their short and long form.

use trilith_graph::{Flags, Tri};

use crate::template::{show, template, with_parameters};

/// The value of an expression in YAML, and of the same expression in JSON.
#[track_caller]
fn both(yaml: &str, json: &str, expected: &str) {
    let indented = yaml.replace('\n', "\n      ");
    let text = format!(
        "Parameters:\n  Name: {{Type: String}}\n  Env: {{Type: String, Default: dev}}\n  \
         Zones: {{Type: CommaDelimitedList, Default: 'a, b,c'}}\n\
         Resources:\n  Bucket: {{Type: 'AWS::S3::Bucket'}}\n  Queue:\n    \
         Type: AWS::SQS::Queue\n    Properties:\n      It: {indented}\n"
    );
    let short = template(&text);
    assert_eq!(show(short.get("Queue/It")), expected, "{yaml}");
    let text = format!(
        r#"{{"Parameters": {{"Name": {{"Type": "String"}},
             "Env": {{"Type": "String", "Default": "dev"}},
             "Zones": {{"Type": "CommaDelimitedList", "Default": "a, b,c"}}}},
            "Resources": {{"Bucket": {{"Type": "AWS::S3::Bucket"}},
             "Queue": {{"Type": "AWS::SQS::Queue", "Properties": {{"It": {json}}}}}}}}}"#
    );
    let long = template(&text);
    assert_eq!(show(long.get("Queue/It")), expected, "{json}");
    if expected != "absent" {
        let written = long.written("Queue/It");
        assert!(json.contains(written), "the span is in the expression");
    }
    assert_eq!(short.messages(), long.messages());
}

#[test]
fn references_are_parameters_resources_or_nothing() {
    both("!Ref Env", r#"{"Ref": "Env"}"#, "dev");
    both("!Ref Name", r#"{"Ref": "Name"}"#, "?NoDefault(Name)");
    both("!Ref Bucket", r#"{"Ref": "Bucket"}"#, "${Bucket}");
    both("!Ref Zones", r#"{"Ref": "Zones"}"#, "[a, b, c]");
    both("!Ref AWS::Region", r#"{"Ref": "AWS::Region"}"#, "?Pseudo(AWS::Region)");
    both("!Ref Nothing", r#"{"Ref": "Nothing"}"#, "?Undeclared(Nothing)");
    both("!Ref AWS::NoValue", r#"{"Ref": "AWS::NoValue"}"#, "absent");
}

#[test]
fn attributes_may_be_dotted_or_listed() {
    both("!GetAtt Bucket.Arn", r#"{"Fn::GetAtt": "Bucket.Arn"}"#, "${Bucket.Arn}");
    both("!GetAtt [Bucket, Arn]", r#"{"Fn::GetAtt": ["Bucket", "Arn"]}"#, "${Bucket.Arn}");
    both(
        "!GetAtt Bucket.Outputs.Deep.Name",
        r#"{"Fn::GetAtt": ["Bucket", "Outputs.Deep.Name"]}"#,
        "${Bucket.Outputs.Deep.Name}",
    );
    both("!GetAtt Gone.Arn", r#"{"Fn::GetAtt": ["Gone", "Arn"]}"#, "?Undeclared(Gone)");
}

#[test]
fn substitution_leaves_holes_for_what_is_unknown() {
    both("!Sub 'a-${Env}-b'", r#"{"Fn::Sub": "a-${Env}-b"}"#, "a-dev-b");
    both("!Sub 'x${!Literal}y'", r#"{"Fn::Sub": "x${!Literal}y"}"#, "x${Literal}y");
    both(
        "!Sub 'arn:${AWS::Partition}:s3:::${Bucket}/${Name}'",
        r#"{"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/${Name}"}"#,
        "arn:${AWS::Partition}:s3:::${Bucket}/${Name}",
    );
    both("!Sub '${Bucket.Arn}/*'", r#"{"Fn::Sub": "${Bucket.Arn}/*"}"#, "${Bucket.Arn}/*");
    both("!Sub '${Bucket.Arn}'", r#"{"Fn::Sub": "${Bucket.Arn}"}"#, "${Bucket.Arn}");
    // A name of the map hides the parameter.
    both(
        "!Sub ['${Env}-${Other}', {Env: prod, Other: !Ref Bucket}]",
        r#"{"Fn::Sub": ["${Env}-${Other}", {"Env": "prod", "Other": {"Ref": "Bucket"}}]}"#,
        "prod-${Bucket}",
    );
}

#[test]
fn join_split_and_select_work_on_texts_with_holes() {
    both("!Join [':', [a, !Ref Env]]", r#"{"Fn::Join": [":", ["a", {"Ref": "Env"}]]}"#, "a:dev");
    both("!Join ['-', !Ref Zones]", r#"{"Fn::Join": ["-", {"Ref": "Zones"}]}"#, "a-b-c");
    both(
        "!Join ['', ['arn:aws:s3:::', !Ref Bucket, '/*']]",
        r#"{"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Bucket"}, "/*"]]}"#,
        "arn:aws:s3:::${Bucket}/*",
    );
    both(
        "!Join [',', [a, !Ref AWS::NoValue, b]]",
        r#"{"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}, "b"]]}"#,
        "a,b",
    );
    both("!Split [',', 'a,b']", r#"{"Fn::Split": [",", "a,b"]}"#, "[a, b]");
    both(
        "!Split [':', !Sub 'arn:${AWS::Partition}:s3:::x']",
        r#"{"Fn::Split": [":", {"Fn::Sub": "arn:${AWS::Partition}:s3:::x"}]}"#,
        "[arn, ?Pseudo(AWS::Partition), s3, , , x]",
    );
    both(
        "!Select [0, !Split ['/', !Sub 'a/${Name}/c']]",
        r#"{"Fn::Select": [0, {"Fn::Split": ["/", {"Fn::Sub": "a/${Name}/c"}]}]}"#,
        "a",
    );
    both(
        "!Select [2, !Split ['/', !Sub 'a/${Name}/c']]",
        r#"{"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::Sub": "a/${Name}/c"}]}]}"#,
        "?OpenMap",
    );
    both("!Select ['1', !Ref Zones]", r#"{"Fn::Select": ["1", {"Ref": "Zones"}]}"#, "b");
    both("!Select [1, [x, y]]", r#"{"Fn::Select": [1, ["x", "y"]]}"#, "y");
    both(
        "!Select [0, !GetAtt Bucket.Names]",
        r#"{"Fn::Select": [0, {"Fn::GetAtt": ["Bucket", "Names"]}]}"#,
        "${Bucket.Names.0}",
    );
}

#[test]
fn the_remaining_functions_have_a_value_or_a_reason() {
    both("!Base64 text", r#"{"Fn::Base64": "text"}"#, "text");
    both("!Length [1, 2]", r#"{"Fn::Length": [1, 2]}"#, "2");
    both("!Length {Ref: Zones}", r#"{"Fn::Length": {"Ref": "Zones"}}"#, "3");
    both(
        "!Cidr ['10.0.0.0/16', 2, 8]",
        r#"{"Fn::Cidr": ["10.0.0.0/16", 2, 8]}"#,
        "[10.0.0.0/24, 10.0.1.0/24]",
    );
    both(
        "!Select [1, !Cidr [!Ref Name, 2, 8]]",
        r#"{"Fn::Select": [1, {"Fn::Cidr": [{"Ref": "Name"}, 2, 8]}]}"#,
        "?ComputedAfterApply",
    );
    both("!Select [5, !GetAZs '']", r#"{"Fn::Select": [5, {"Fn::GetAZs": ""}]}"#, "?OpenMap");
    both("!ImportValue shared", r#"{"Fn::ImportValue": "shared"}"#, "?Import(shared)");
    both(
        "!ImportValue\n  Fn::Sub: '${Env}-vpc'",
        r#"{"Fn::ImportValue": {"Fn::Sub": "${Env}-vpc"}}"#,
        "?Import(dev-vpc)",
    );
    both(
        "!Transform {Name: Upper, Parameters: {}}",
        r#"{"Fn::Transform": {"Name": "Upper", "Parameters": {}}}"#,
        "?Transform(Upper)",
    );
    both(
        "!GetStackOutput {StackName: net, OutputName: Vpc}",
        r#"{"Fn::GetStackOutput": {"StackName": "net", "OutputName": "Vpc"}}"#,
        "?Import(net.Vpc)",
    );
}

#[test]
fn what_text_a_json_string_holds_stays_a_tree() {
    let yaml = "Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      Text:\n        \
                Fn::ToJsonString: {Action: '*', Who: !Ref It}\n";
    let template = template(yaml);
    assert_eq!(show(template.get("It/Text")), "{Action: *, Who: ${It}}");
    assert!(template.get("It/Text").flags.has(Flags::EMBEDDED));
    assert_eq!(template.written("It/Text/Action"), "'*'");
}

#[test]
fn base64_text_is_kept_readable() {
    let yaml = "Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      UserData:\n        \
                Fn::Base64: !Sub |\n          #!/bin/sh\n          echo ${AWS::StackName}\n";
    let template = template(yaml);
    assert_eq!(show(template.get("It/UserData")), "#!/bin/sh\necho ${AWS::StackName}\n");
    assert!(template.get("It/UserData").flags.has(Flags::BASE64));
}

#[test]
fn dynamic_references_are_no_plain_text() {
    both(
        "'{{resolve:secretsmanager:db:SecretString:password}}'",
        r#""{{resolve:secretsmanager:db:SecretString:password}}""#,
        "?Secret(db:SecretString:password)",
    );
    both("'{{resolve:ssm:/ami:1}}'", r#""{{resolve:ssm:/ami:1}}""#, "?SsmParameter(/ami:1)");
    both(
        "!Sub 'user:{{resolve:secretsmanager:${Bucket}}}'",
        r#"{"Fn::Sub": "user:{{resolve:secretsmanager:${Bucket}}}"}"#,
        "user:${...}",
    );
    let yaml =
        "Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      P: '{{resolve:ssm:x}}'\n";
    assert_eq!(template(yaml).get("It/P").is("x"), Tri::Unknown);
}

#[test]
fn unknown_functions_and_tags_are_harmless() {
    both("!And [a]", r#"{"Fn::And": ["a"]}"#, "?UnsupportedFunction(Fn::And)");
    let yaml = "Resources:\n  It:\n    Type: A::B::C\n    Properties: {A: !Other x, B: {'Fn::Other': x}}\n";
    let template = template(yaml);
    assert_eq!(show(template.get("It/A")), "?UnsupportedFunction(Other)");
    assert_eq!(show(template.get("It/B")), "?UnsupportedFunction(Fn::Other)");
    assert!(template.messages().is_empty());
}

#[test]
fn spans_are_those_of_the_use_and_ways_lead_to_the_definition() {
    let yaml = "Parameters:\n  Cidr:\n    Type: String\n    Default: 0.0.0.0/0\nResources:\n  \
                Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      A: !Ref Cidr\n      \
                B:\n        Ref: Cidr\n      C: !Sub 'x ${Cidr}'\n      D: !Ref   Cidr # why\n";
    let template = template(yaml);
    assert_eq!(template.written("Group/A"), "!Ref Cidr");
    assert_eq!(template.written("Group/B"), "Ref: Cidr");
    assert_eq!(template.written("Group/C"), "!Sub 'x ${Cidr}'");
    assert_eq!(template.written("Group/D"), "!Ref   Cidr");
    assert!(template.get("Group/A").flags.has(Flags::ASSUMED));
    assert!(template.get("Group/C").flags.has(Flags::ASSUMED));
    let json = r#"{"Parameters": {"P": {"Type": "String", "Default": "v"}}, "Resources": {"It":
        {"Type": "A::B::C", "Properties": {"A": {"Ref": "P"}, "B": {"Fn::Join": ["", ["x", {"Ref": "P"}]]}}}}}"#;
    let long = crate::template::template(json);
    assert_eq!(long.written("It/A"), r#"{"Ref": "P"}"#);
    assert_eq!(long.way("It/A")[1].0, r#""v""#);
    assert_eq!(long.written("It/B"), r#"{"Fn::Join": ["", ["x", {"Ref": "P"}]]}"#);
    let steps = template.way("Group/A");
    assert_eq!(steps[0], ("!Ref Cidr", "reference to parameter `Cidr`".into()));
    assert_eq!(steps[1], ("0.0.0.0/0", "default of parameter `Cidr`".into()));
    let steps = template.way("Group/C");
    assert_eq!(steps[0].0, "${Cidr}", "the reference inside the text");
    assert_eq!(steps[1].0, "0.0.0.0/0");
}

#[test]
fn a_given_value_leads_to_the_parameter() {
    let yaml = "Parameters:\n  Cidr: {Type: String, Default: x}\nResources:\n  G:\n    \
                Type: A::B::C\n    Properties: {A: !Ref Cidr, R: !Ref 'AWS::Region'}\n";
    let template = with_parameters(yaml, &[("Cidr", "10.0.0.0/8"), ("AWS::Region", "eu-west-1")]);
    assert_eq!(show(template.get("G/A")), "10.0.0.0/8");
    assert!(!template.get("G/A").flags.has(Flags::ASSUMED));
    assert_eq!(template.way("G/A")[1].0, "Cidr");
    assert_eq!(show(template.get("G/R")), "eu-west-1");
}

#[test]
fn mistakes_in_arguments_are_reported_where_they_are() {
    let yaml = "Resources:\n  It:\n    Type: A::B::C\n    Metadata: {X: !Select [1]}\n    \
                Properties:\n      A: !Join [',']\n      B: !Select [7, [x]]\n      C: !If [Only]\n      \
                D: !Ref [x]\n      E: !GetAtt Alone\n      F: !Sub {a: b}\n      G: !Split ['', x]\n      \
                H: !FindInMap [A, B]\n      I: !Cidr [x]\n";
    let template = template(yaml);
    assert_eq!(
        template.messages(),
        [
            "`Fn::Join` needs a delimiter and a list",
            "the index 7 of `Fn::Select` is outside its list of 1",
            "`Fn::If` needs the name of a condition and two values",
            "`Ref` needs a name",
            "`Fn::GetAtt` needs a resource and an attribute",
            "`Fn::Sub` needs a text",
            "the delimiter of `Fn::Split` is empty",
            "`Fn::FindInMap` needs a map and two keys",
            "`Fn::Cidr` needs a block and a count",
        ]
    );
    assert_eq!(template.text(template.diagnostics[1].primary.span), "!Select [7, [x]]");
    for property in ["A", "B", "C", "D", "E", "F", "G", "H", "I"] {
        assert_eq!(show(template.get(&format!("It/{property}"))), "?Malformed");
    }
}
