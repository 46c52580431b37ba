use trilith_graph::{Reason, Tri, Value};

use crate::support::{Expanded, expand, reference, texts};

fn with_event(kind: &str, properties: &str) -> Expanded {
    expand(&format!(
        "Resources:
  Files: {{Type: AWS::S3::Bucket}}
  News: {{Type: AWS::SNS::Topic}}
  Users: {{Type: AWS::Cognito::UserPool}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        On: {{Type: {kind}, Properties: {properties}}}
"
    ))
}

fn managed(template: &Expanded) -> Vec<String> {
    texts(template.get("WorkRole").properties.get("ManagedPolicyArns"))
}

#[test]
fn a_bucket_notifies_and_may_invoke() {
    let template = with_event("S3", "{Bucket: !Ref Files, Events: 's3:ObjectCreated:*'}");
    let permission = template.get("WorkOnPermission");
    assert_eq!(template.text(permission.span), "On", "the place of the event");
    let properties = &permission.properties;
    assert_eq!(properties.get("Principal").as_str(), Some("s3.amazonaws.com"));
    let account = properties.get("SourceAccount").unknown_reason();
    assert_eq!(account, Some(&Reason::Pseudo("AWS::AccountId".into())));
    let files = &template.get("Files").properties;
    let function = files.path("NotificationConfiguration/LambdaConfigurations/0/Function");
    assert_eq!(reference(function), "Work.Arn");
}

#[test]
fn a_topic_is_subscribed_to() {
    let template = with_event("SNS", "{Topic: !Ref News}");
    let subscription = &template.get("WorkOn").properties;
    assert_eq!(subscription.get("Protocol").as_str(), Some("lambda"));
    let permission = &template.get("WorkOnPermission").properties;
    assert_eq!(reference(permission.get("SourceArn")), "News");
}

#[test]
fn a_topic_may_fill_a_queue_first() {
    let template = with_event("SNS", "{Topic: !Ref News, SqsSubscription: true}");
    let queue = template.get("WorkOnQueue");
    let key = queue.properties.get("KmsMasterKeyId").is_present();
    assert_eq!(key, Tri::Unknown, "nothing can be written about it in SAM");
    let policy = &template.get("WorkOnQueuePolicy").properties;
    let statement = policy.path("PolicyDocument/Statement/0");
    assert_eq!(reference(statement.path("Condition/ArnEquals/aws:SourceArn")), "News");
    let mapping = &template.get("WorkOnEventSourceMapping").properties;
    assert_eq!(reference(mapping.get("EventSourceArn")), "WorkOnQueue.Arn");
    assert!(managed(&template)[1].ends_with("AWSLambdaSQSQueueExecutionRole"));
    assert!(!template.has("WorkOnPermission"));
}

#[test]
fn streams_and_queues_are_polled_with_the_role() {
    for (kind, source, policy) in [
        ("Kinesis", "Stream", "AWSLambdaKinesisExecutionRole"),
        ("DynamoDB", "Stream", "AWSLambdaDynamoDBExecutionRole"),
        ("SQS", "Queue", "AWSLambdaSQSQueueExecutionRole"),
        ("MSK", "Stream", "AWSLambdaMSKExecutionRole"),
    ] {
        let template = with_event(kind, &format!("{{{source}: 'arn:aws:x', BatchSize: 5}}"));
        let mapping = &template.get("WorkOn").properties;
        assert_eq!(mapping.get("EventSourceArn").as_str(), Some("arn:aws:x"), "{kind}");
        assert_eq!(mapping.get("BatchSize").as_int(), Some(5), "{kind}");
        assert!(managed(&template)[1].ends_with(policy), "{kind}");
    }
}

#[test]
fn brokers_and_clusters_need_their_secret() {
    let secret = "SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: 'arn:aws:secret'}]";
    for (kind, more) in [
        ("MQ", "Broker: 'arn:aws:mq', Queues: [q]"),
        ("DocumentDB", "Cluster: 'arn:aws:docdb', DatabaseName: d"),
        ("SelfManagedKafka", "KafkaBootstrapServers: [h:9092], Topics: [t]"),
    ] {
        let template = with_event(kind, &format!("{{{more}, {secret}}}"));
        let statements =
            template.get("WorkRole").properties.path("Policies/0/PolicyDocument/Statement");
        let read = &statements.items()[0];
        assert_eq!(texts(read.get("Action")), ["secretsmanager:GetSecretValue"], "{kind}");
        assert_eq!(read.get("Resource").as_str(), Some("arn:aws:secret"), "{kind}");
        assert!(template.has("WorkOn"), "{kind}");
    }
}

#[test]
fn schedules_and_patterns_are_rules() {
    for (kind, properties, key) in [
        ("Schedule", "{Schedule: rate(1 day)}", "ScheduleExpression"),
        ("EventBridgeRule", "{Pattern: {source: [aws.ec2]}}", "EventPattern"),
        ("CloudWatchEvent", "{Pattern: {source: [aws.ec2]}}", "EventPattern"),
    ] {
        let template = with_event(kind, properties);
        let rule = &template.get("WorkOn").properties;
        assert!(rule.get(key).is_present().is_true(), "{kind}");
        assert_eq!(reference(rule.path("Targets/0/Arn")), "Work.Arn");
        let permission = &template.get("WorkOnPermission").properties;
        assert_eq!(reference(permission.get("SourceArn")), "WorkOn.Arn");
    }
}

#[test]
fn a_rule_may_have_a_queue_made_for_it() {
    let template = with_event("Schedule", "{Schedule: rate(1 day), DeadLetterConfig: {Type: SQS}}");
    let policy = &template.get("WorkOnQueuePolicy").properties;
    let principal = policy.path("PolicyDocument/Statement/0/Principal/Service");
    assert_eq!(principal.as_str(), Some("events.amazonaws.com"));
    let target = template.get("WorkOn").properties.path("Targets/0/DeadLetterConfig/Arn").clone();
    assert_eq!(reference(&target), "WorkOnQueue.Arn");
}

#[test]
fn a_schedule_of_the_scheduler_has_its_own_role() {
    let template = with_event("ScheduleV2", "{ScheduleExpression: rate(1 day)}");
    let schedule = &template.get("WorkOn").properties;
    assert_eq!(reference(schedule.path("Target/RoleArn")), "WorkOnRole.Arn");
    let role = &template.get("WorkOnRole").properties;
    let statement = role.path("Policies/0/PolicyDocument/Statement/0");
    assert_eq!(texts(statement.get("Action")), ["lambda:InvokeFunction"]);
    assert_eq!(reference(statement.get("Resource")), "Work.Arn");
}

#[test]
fn other_services_get_permissions() {
    for (kind, properties, principal) in [
        ("CloudWatchLogs", "{LogGroupName: /a, FilterPattern: ''}", "logs.amazonaws.com"),
        ("IoTRule", "{Sql: 'SELECT *'}", "iot.amazonaws.com"),
        ("AlexaSkill", "{}", "alexa-appkit.amazon.com"),
    ] {
        let template = with_event(kind, properties);
        let permission = &template.get("WorkOnPermission").properties;
        assert_eq!(permission.get("Principal").as_str(), Some(principal));
    }
    let template = with_event("Cognito", "{UserPool: !Ref Users, Trigger: PreSignUp}");
    let permission = &template.get("WorkCognitoPermission").properties;
    assert_eq!(reference(permission.get("SourceArn")), "Users.Arn");
    let trigger = template.get("Users").properties.path("LambdaConfig/PreSignUp").clone();
    assert_eq!(reference(&trigger), "Work.Arn");
}

#[test]
fn an_event_of_a_new_type_leaves_the_template_open() {
    let template = with_event("Quantum", "{}");
    assert!(template.root.open);
    let none: &Value = template.get("Work").properties.get("Events");
    assert!(none.is_absent());
}
