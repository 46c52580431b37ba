//! Resources: what stands beside the properties, names, spans.

use trilith_graph::{Flags, Format};

use crate::template::{show, template};

#[test]
fn a_resource_has_its_parts_in_place() {
    let text = "Resources:\n  Data:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    \
                UpdateReplacePolicy: Delete\n    DependsOn: [Other]\n    Metadata:\n      \
                aws:cdk:path: Stack/Data/Resource\n    Properties:\n      BucketName: data\n  \
                Other:\n    Type: AWS::S3::Bucket\n";
    let template = template(text);
    let data = template.resource("Data");
    assert_eq!(data.format, Format::CloudFormation);
    assert_eq!(&*data.resource_type, "AWS::S3::Bucket");
    assert_eq!(&*data.source_type, "AWS::S3::Bucket");
    assert_eq!(&*data.name, "Stack/Data/Resource");
    assert_eq!(template.text(data.span), "Data");
    assert_eq!(data.attributes.get("DeletionPolicy").as_str(), Some("Retain"));
    assert_eq!(show(data.attributes.get("DependsOn")), "[Other]");
    assert!(data.attributes.get("Type").is_absent());
    assert_eq!(show(&data.properties), "{BucketName: data}");
    let other = template.resource("Other");
    assert_eq!(show(&other.properties), "{}");
    assert_eq!(template.text(other.properties.span), "Other");
}

#[test]
fn scalars_keep_their_kind() {
    let text = "Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      A: true\n      B: yes\n      \
                C: 'yes'\n      D: 8080\n      E: 012345678901\n      F: 2012-10-17\n      G: ~\n      H: 1.5\n";
    let template = template(text);
    assert!(template.get("It/A").is_true().is_true());
    assert!(template.get("It/B").is_true().is_true(), "plain, so a boolean if one is due");
    assert!(template.get("It/B").flags.has(Flags::PLAIN));
    assert!(template.get("It/C").is_true().is_false());
    assert_eq!(template.get("It/D").as_int(), Some(8080));
    assert_eq!(template.get("It/E").as_str(), Some("012345678901"));
    assert_eq!(template.get("It/F").as_str(), Some("2012-10-17"));
    assert_eq!(show(template.get("It/G")), "null");
    assert!(template.get("It/H").is("1.5").is_true());
}

#[test]
fn resources_that_are_none_are_reported_and_left_out() {
    let text = "Resources:\n  A: text\n  B: {Properties: {X: 1}}\n  C: {Type: 'A::B::C', \
                Properties: [1]}\n  D: {Type: [x]}\n  E: {Type: 'A::B::C', Properties: }\n";
    let template = template(text);
    assert_eq!(
        template.messages(),
        [
            "resource `A` has no type",
            "resource `B` has no type",
            "the properties of `C` are no map",
            "resource `D` has no type"
        ]
    );
    let addresses: Vec<&str> = template.root.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(addresses, ["C", "E"]);
    assert!(template.resource("C").properties.is_unknown());
    assert_eq!(show(&template.resource("E").properties), "{}");
}

#[test]
fn an_alias_is_written_where_it_is_used() {
    let text = "Resources:\n  A:\n    Type: A::B::C\n    Properties:\n      X: &x\n        K: v\n  \
                B:\n    Type: A::B::C\n    Properties:\n      X: *x\n      Y:\n        <<: *x\n        L: w\n";
    let template = template(text);
    assert_eq!(show(template.get("B/X")), "{K: v}");
    assert_eq!(template.written("B/X"), "*x");
    assert_eq!(template.way("B/X")[1].1, "its anchor");
    assert_eq!(show(template.get("B/Y")), "{L: w, K: v}");
}

#[test]
fn module_types_and_foreign_tags_do_no_harm() {
    let text = "Resources:\n  A:\n    Type: My::Own::Thing::MODULE\n  B: !Rain::Module thing\n  C:\n    \
                Type: A::B::C\n    Properties: {X: !Rain::Embed file.txt, Y: !!str 5}\n";
    let template = template(text);
    assert_eq!(&*template.resource("A").resource_type, "My::Own::Thing::MODULE");
    assert_eq!(show(template.get("C/X")), "?UnsupportedFunction(Rain::Embed)");
    assert_eq!(template.get("C/Y").as_str(), Some("5"));
}

#[test]
fn an_empty_document_is_an_empty_root() {
    for text in ["Description: nothing\n", "- a list\n", "Resources:\n", "Resources: []\n"] {
        let template = template(text);
        assert!(template.root.resources.is_empty(), "{text}");
    }
}

#[test]
fn a_cluster_of_the_cdk_is_a_cluster() {
    let text = "Resources:\n  Role: {Type: AWS::IAM::Role}\n  Main:\n    Type: Custom::AWSCDK-EKS-Cluster\n    \
                Properties:\n      ServiceToken: arn\n      Config:\n        version: '1.33'\n        \
                roleArn: !GetAtt Role.Arn\n        Version: none\n        resourcesVpcConfig:\n          \
                endpointPublicAccess: false\n          subnetIds: [a, b]\n        encryptionConfig:\n        - \
                provider: {keyArn: key}\n          resources: [secrets]\n        logging:\n          \
                clusterLogging:\n          - {enabled: true, types: [api, audit]}\n          - {enabled: false, \
                types: [scheduler]}\n        tags: {team: orders}\n";
    let template = template(text);
    let main = template.resource("Main");
    assert_eq!(&*main.resource_type, "AWS::EKS::Cluster");
    assert_eq!(&*main.source_type, "Custom::AWSCDK-EKS-Cluster");
    assert_eq!(
        show(&main.properties),
        "{Version: 1.33, RoleArn: ${Role.Arn}, ResourcesVpcConfig: {EndpointPublicAccess: false, \
         SubnetIds: [a, b]}, EncryptionConfig: [{Provider: {KeyArn: key}, Resources: [secrets]}], \
         Logging: {ClusterLogging: {EnabledTypes: [{Type: api}, {Type: audit}]}}, \
         Tags: [{Key: team, Value: orders}]}"
    );
    assert_eq!(
        template.text(template.get("Main/ResourcesVpcConfig/EndpointPublicAccess").span),
        "false"
    );
    assert_eq!(main.raw.get("ServiceToken").as_str(), Some("arn"));
}

#[test]
fn what_a_custom_resource_does_is_not_guessed() {
    let text = "Resources:\n  A: {Type: Custom::AWSCDK-EKS-Cluster, Properties: {ServiceToken: arn}}\n  \
                B: {Type: Custom::Cluster, Properties: {Config: {version: '1.33'}}}\n";
    let template = template(text);
    assert_eq!(&*template.resource("A").resource_type, "Custom::AWSCDK-EKS-Cluster");
    assert_eq!(show(&template.resource("B").properties), "{Config: {version: 1.33}}");
}
