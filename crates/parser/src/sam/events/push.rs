//! Events of services that invoke a function themselves: they need its permission.

use trilith_graph::{Flags, Formula, Reference, Value, ValueKind};

use super::invoked::{Event, Invoked};
use super::pull;
use crate::sam::choice::{given, or_else, when_any};
use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::Place;
use crate::sam::policies::Grants;

/// The permission for a service to invoke the function.
pub(super) fn permission(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    address: String,
    principal: &str,
    limits: Vec<(&str, Value)>,
    generated: &mut Generated,
) {
    let place = event.place;
    let members = [
        ("Action", place.text("lambda:InvokeFunction")),
        ("FunctionName", invoked.name.clone()),
        ("Principal", place.text(principal)),
    ];
    let properties = place.map(members.into_iter().chain(limits));
    let (guard, kind) = (event.guard.clone(), "AWS::Lambda::Permission");
    generated.add(invoked.sam, address, kind, guard, properties);
}

fn own_permission(event: &Event<'_>) -> String {
    format!("{}Permission", event.id)
}

/// `S3`: the bucket notifies the function.
pub(super) fn bucket(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let account = place.arn("${AWS::AccountId}");
    let limits = vec![("SourceAccount", account)];
    permission(invoked, event, own_permission(event), "s3.amazonaws.com", limits, generated);
    let Some(Reference { address, .. }) = event.get("Bucket").as_reference() else { return };
    for name in event.get("Events").items() {
        let notification = place.map([
            ("Event", name.clone()),
            ("Function", invoked.arn.clone()),
            ("Filter", event.get("Filter").clone()),
        ]);
        let path = ["NotificationConfiguration", "LambdaConfigurations"];
        generated.append(address.clone(), &path, notification);
    }
}

/// `SNS`: the function subscribes, or a queue between the topic and the function does.
pub(super) fn topic(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    grants: &mut Grants,
    generated: &mut Generated,
) {
    let place = event.place;
    let (topic, queued) = (event.get("Topic"), event.get("SqsSubscription"));
    let is_queued = when_any(queued, |value| !value.is_false().is_true());
    let mut properties =
        kept(event.properties, &["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"]);
    put(&mut properties, "TopicArn", topic.clone());
    if is_queued == Formula::False {
        let limits = vec![("SourceArn", topic.clone())];
        permission(invoked, event, own_permission(event), "sns.amazonaws.com", limits, generated);
        put(&mut properties, "Protocol", place.text("lambda"));
        put(&mut properties, "Endpoint", invoked.arn.clone());
    } else {
        let (arn, url) = queue_of(invoked, event, queued, generated);
        let statement = place.map([
            ("Effect", place.text("Allow")),
            ("Principal", place.text("*")),
            ("Action", place.text("sqs:SendMessage")),
            ("Resource", arn.clone()),
            ("Condition", source_is(place, topic)),
        ]);
        let policy = place.map([
            ("PolicyDocument", place.document(vec![statement])),
            ("Queues", place.list(vec![url])),
        ]);
        let named = queued.get("QueuePolicyLogicalId").as_str();
        let address = named.map_or(format!("{}QueuePolicy", event.id), str::to_owned);
        let guard = event.guard.clone();
        generated.add(invoked.sam, address, "AWS::SQS::QueuePolicy", guard, policy);
        pull::queue_mapping(invoked, event, &arn, queued, grants, generated);
        put(&mut properties, "Protocol", place.text("sqs"));
        put(&mut properties, "Endpoint", arn);
    }
    let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
    let (kind, guard) = ("AWS::SNS::Subscription", event.guard.clone());
    generated.add(invoked.sam, &*event.id, kind, guard, properties);
}

/// ARN and URL of the queue of a subscription: the one that is named, or a new one.
fn queue_of(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    queued: &Value,
    generated: &mut Generated,
) -> (Value, Value) {
    if let ValueKind::Map(_) = &queued.kind {
        return (queued.get("QueueArn").clone(), queued.get("QueueUrl").clone());
    }
    let place = event.place;
    let address = format!("{}Queue", event.id);
    let urls = (place.attribute(&address, "Arn"), place.reference(&address));
    // Nothing can be written about the queue, so nothing is missing.
    let properties = place.map([]).with(Flags::OPEN);
    generated.add(invoked.sam, address, "AWS::SQS::Queue", event.guard.clone(), properties);
    urls
}

fn source_is(place: Place, arn: &Value) -> Value {
    place.map([("ArnEquals", place.map([("aws:SourceArn", arn.clone())]))])
}

/// `CloudWatchLogs`: the log group sends what it records.
pub(super) fn log_group(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let group = event.get("LogGroupName");
    let arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:*";
    let limits = vec![("SourceArn", place.with(arn, "Group", group))];
    permission(invoked, event, own_permission(event), "logs.amazonaws.com", limits, generated);
    let properties = place.map([
        ("LogGroupName", group.clone()),
        ("FilterPattern", event.get("FilterPattern").clone()),
        ("DestinationArn", invoked.arn.clone()),
    ]);
    let (kind, guard) = ("AWS::Logs::SubscriptionFilter", event.guard.clone());
    generated.add(invoked.sam, &*event.id, kind, guard, properties);
}

/// `IoTRule`: a rule sends what it matches.
pub(super) fn iot_rule(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let place = event.place;
    let arn = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${Rule}";
    let limits = vec![
        ("SourceArn", place.with(arn, "Rule", &place.reference(&event.id))),
        ("SourceAccount", place.arn("${AWS::AccountId}")),
    ];
    permission(invoked, event, own_permission(event), "iot.amazonaws.com", limits, generated);
    let action = place.map([("Lambda", place.map([("FunctionArn", invoked.arn.clone())]))]);
    let payload = place.map([
        ("Sql", event.get("Sql").clone()),
        ("AwsIotSqlVersion", event.get("AwsIotSqlVersion").clone()),
        ("RuleDisabled", place.bool(false)),
        ("Actions", place.list(vec![action])),
    ]);
    let properties = place.map([("TopicRulePayload", payload)]);
    let (kind, guard) = ("AWS::IoT::TopicRule", event.guard.clone());
    generated.add(invoked.sam, &*event.id, kind, guard, properties);
}

/// `AlexaSkill`: any skill, unless one is named.
pub(super) fn alexa_skill(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let limits = vec![("EventSourceToken", event.get("SkillId").clone())];
    let address = own_permission(event);
    permission(invoked, event, address, "alexa-appkit.amazon.com", limits, generated);
}

/// `Cognito`: triggers of a user pool.
pub(super) fn user_pool(invoked: &Invoked<'_>, event: &Event<'_>, generated: &mut Generated) {
    let pool = event.get("UserPool");
    let address = format!("{}CognitoPermission", invoked.sam.address);
    let reference = pool.as_reference().map(|reference| reference.address.clone());
    let arn = reference.as_ref().map(|address| event.place.attribute(address, "Arn"));
    let limits = vec![("SourceArn", arn.unwrap_or_else(|| pool.clone()))];
    permission(invoked, event, address, "cognito-idp.amazonaws.com", limits, generated);
    let Some(address) = reference else { return };
    for trigger in event.get("Trigger").items() {
        if let Some(name) = trigger.as_str() {
            generated.set(address.clone(), &["LambdaConfig", name], invoked.arn.clone());
        }
    }
}

/// The queue to which a rule or schedule sends what it could not deliver: the one that is named,
/// or a new one. Nothing without `DeadLetterConfig`.
pub(super) fn dead_letter_queue(
    invoked: &Invoked<'_>,
    event: &Event<'_>,
    rule: Option<&Value>,
    generated: &mut Generated,
) -> Value {
    let config = event.get("DeadLetterConfig");
    let place = Place(config.span);
    let named = config.get("Arn");
    let wanted = Formula::all([event.guard.clone(), given(config), given(named).negate()]);
    if config.is_absent() || wanted == Formula::False {
        return named.clone();
    }
    let queue = config.get("QueueLogicalId").as_str();
    let queue = queue.map_or(format!("{}Queue", event.id), str::to_owned);
    let arn = place.attribute(&queue, "Arn");
    if let Some(rule) = rule {
        let service = place.map([("Service", place.text("events.amazonaws.com"))]);
        let statement = place.map([
            ("Effect", place.text("Allow")),
            ("Principal", service),
            ("Action", place.text("sqs:SendMessage")),
            ("Resource", arn.clone()),
            ("Condition", source_is(place, rule)),
        ]);
        let policy = place.map([
            ("PolicyDocument", place.document(vec![statement])),
            ("Queues", place.list(vec![place.reference(&queue)])),
        ]);
        let address = format!("{}QueuePolicy", event.id);
        generated.add(invoked.sam, address, "AWS::SQS::QueuePolicy", wanted.clone(), policy);
    }
    // Nothing can be written about the queue, so nothing is missing.
    let properties = place.map([]).with(Flags::OPEN);
    generated.add(invoked.sam, queue, "AWS::SQS::Queue", wanted, properties);
    or_else(named, arn)
}
