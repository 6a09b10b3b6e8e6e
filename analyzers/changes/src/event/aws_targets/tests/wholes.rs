//! Calls that make and end what is a part of another: subscriptions, mappings of event sources.

use super::*;
use serde_json::{Value, json};

const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:orders";
const SUBSCRIPTION: &str =
    "arn:aws:sns:eu-west-1:111122223333:orders:0a1b2c3d-1111-2222-3333-444455556666";
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:worker";
const MAPPING: &str = "arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:11111111-2222-3333-4444-555555555555";

/// What a call is on, what it does to it, and of what that is a part.
fn told(api: &str, operation: &str, event: Value) -> (Option<String>, ChangeAction, Subject) {
    let mut nouns = Nouns::default();
    let api = format!("{api}.amazonaws.com");
    let told = subject(
        &mut nouns,
        &api,
        operation,
        &Json::from(event),
        "111122223333",
        "eu-west-1",
    );
    (told.target.clone(), told.action.unwrap(), told)
}

#[test]
fn a_subscription_is_made_and_ended_and_is_of_its_topic() {
    let request = json!({"topicArn": TOPIC, "protocol": "sqs", "endpoint": QUEUE});
    let event = json!({"requestParameters": request.clone(),
        "responseElements": {"subscriptionArn": SUBSCRIPTION}});
    let (target, action, subject) = told("sns", "Subscribe", event);
    assert_eq!(target.as_deref(), Some(SUBSCRIPTION));
    assert_eq!(action, ChangeAction::Create);
    assert_eq!(subject.holder.as_deref(), Some(TOPIC));
    assert_eq!(subject.resource_type, "AWS::SNS::Subscription");
    assert_eq!(subject.references, [TOPIC, QUEUE]);
    let own = json!({"requestParameters": {"subscriptionArn": SUBSCRIPTION}});
    let (target, action, subject) = told("sns", "Unsubscribe", own.clone());
    assert_eq!(target.as_deref(), Some(SUBSCRIPTION));
    assert_eq!(action, ChangeAction::Delete);
    assert_eq!(subject.holder.as_deref(), Some(TOPIC));
    let (target, action, _) = told("sns", "SetSubscriptionAttributes", own);
    assert_eq!(target.as_deref(), Some(SUBSCRIPTION));
    assert_eq!(action, ChangeAction::Update);
}

#[test]
fn a_subscription_is_made_when_it_is_confirmed() {
    let request = json!({"topicArn": TOPIC, "protocol": "https", "endpoint": "****"});
    let waits = json!({"requestParameters": request.clone(),
        "responseElements": {"subscriptionArn": "pending confirmation"}});
    for event in [waits, json!({"requestParameters": request})] {
        let (target, action, _) = told("sns", "Subscribe", event);
        assert_eq!(target.as_deref(), Some(TOPIC));
        assert_eq!(action, ChangeAction::Update);
    }
    let confirmed = json!({"requestParameters": {"topicArn": TOPIC, "token": "****"},
        "responseElements": {"subscriptionArn": SUBSCRIPTION}});
    let (target, action, _) = told("sns", "ConfirmSubscription", confirmed);
    assert_eq!(target.as_deref(), Some(SUBSCRIPTION));
    assert_eq!(action, ChangeAction::Create);
}

#[test]
fn a_mapping_is_made_and_ended_and_is_of_its_function() {
    let answer = json!({"uUID": "11111111-2222-3333-4444-555555555555",
        "functionArn": format!("{FUNCTION}:live"), "eventSourceArn": QUEUE});
    let request = json!({"eventSourceArn": QUEUE, "functionName": "worker"});
    let event = json!({"requestParameters": request.clone(), "responseElements": answer.clone()});
    let (target, action, subject) = told("lambda", "CreateEventSourceMapping20150331", event);
    assert_eq!(target.as_deref(), Some(MAPPING));
    assert_eq!(action, ChangeAction::Create);
    assert_eq!(subject.holder.as_deref(), Some(FUNCTION));
    let own = json!({"uUID": "11111111-2222-3333-4444-555555555555"});
    let event = json!({"requestParameters": own, "responseElements": answer});
    let (target, action, subject) = told("lambda", "DeleteEventSourceMapping20150331", event);
    assert_eq!(target.as_deref(), Some(MAPPING));
    assert_eq!(action, ChangeAction::Delete);
    assert_eq!(subject.holder.as_deref(), Some(FUNCTION));
    // What was refused made nothing.
    let refused = json!({"requestParameters": request});
    let (target, action, _) = told("lambda", "CreateEventSourceMapping20150331", refused);
    assert_eq!(target.as_deref(), Some(FUNCTION));
    assert_eq!(action, ChangeAction::Update);
}

#[test]
fn a_part_of_a_stream_or_a_cluster_tells_the_whole() {
    let stream = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks";
    let consumer = format!("{stream}/consumer/audit:1714557600");
    let event = json!({"requestParameters": {"streamARN": stream, "consumerName": "audit"},
        "responseElements": {"consumer": {"consumerARN": consumer.clone()}}});
    let (target, action, subject) = told("kinesis", "RegisterStreamConsumer", event);
    assert_eq!((target, action), (Some(consumer), ChangeAction::Create));
    assert_eq!(subject.holder.as_deref(), Some(stream));
    let own = "arn:aws:eks:eu-west-1:111122223333:podidentityassociation/shop/a-0a1b2c3d4e5f60718";
    let event = json!({"requestParameters": {"name": "shop", "serviceAccount": "web"},
        "responseElements": {"association": {"clusterName": "shop", "associationArn": own,
            "associationId": "a-0a1b2c3d4e5f60718"}}});
    let (target, action, subject) = told("eks", "CreatePodIdentityAssociation", event);
    assert_eq!(target.as_deref(), Some(own));
    assert_eq!(action, ChangeAction::Create);
    let cluster = "arn:aws:eks:eu-west-1:111122223333:cluster/shop";
    assert_eq!(subject.holder.as_deref(), Some(cluster));
}

#[test]
fn calls_of_other_names_make_and_end_things_as_well() {
    let check = |api: &str, operation: &str, event: Value, expected: (&str, ChangeAction)| {
        let (target, action, _) = told(api, operation, event);
        assert_eq!(
            (target.as_deref().unwrap(), action),
            expected,
            "{operation}"
        );
    };
    let (made, ended) = (ChangeAction::Create, ChangeAction::Delete);
    let vpc = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d";
    let answer = json!({"responseElements": {"vpc": {"vpcId": "vpc-0a1b2c3d"}}});
    check("ec2", "CreateDefaultVpc", answer, (vpc, made));
    let domain = "arn:aws:es:eu-west-1:111122223333:domain/search";
    let request = json!({"requestParameters": {"domainName": "search"}});
    check("es", "DeleteElasticsearchDomain", request, (domain, ended));
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts-2";
    let restored = json!({"requestParameters": {"sourceTableName": "carts"},
        "responseElements": {"tableDescription": {"tableName": "carts-2"}}});
    check(
        "dynamodb",
        "RestoreTableToPointInTime",
        restored,
        (table, made),
    );
    let alerts = "arn:aws:redshift:eu-west-1:111122223333:eventsubscription:alerts";
    let request = json!({"requestParameters": {"subscriptionName": "alerts"}});
    check(
        "redshift",
        "DeleteEventSubscription",
        request,
        (alerts, ended),
    );
}
