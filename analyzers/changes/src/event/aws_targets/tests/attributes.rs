//! Attributes that calls hand over by their names.

use super::*;

fn told(api: &str, operation: &str, request: Json<'_>) -> Vec<String> {
    let event = Json::Object(vec![("requestParameters".into(), request)]);
    let mut nouns = Nouns::default();
    let api = format!("{api}.amazonaws.com");
    subject(
        &mut nouns,
        &api,
        operation,
        &event,
        "111122223333",
        "eu-west-1",
    )
    .attributes
}

#[test]
fn attributes_of_queues_topics_and_balancers_are_told_by_their_names() {
    let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs";
    let request = json!({"queueUrl": url, "attributes": {"VisibilityTimeout": "60"}});
    assert_eq!(
        told("sqs", "SetQueueAttributes", request),
        ["VisibilityTimeout"]
    );
    let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
    let named = json!({"topicArn": topic, "attributeName": "Policy", "attributeValue": "canary"});
    assert_eq!(told("sns", "SetTopicAttributes", named), ["Policy"]);
    let subscription = format!("{topic}:0a1b2c3d-1111-2222-3333-444455556666");
    let named = json!({"subscriptionArn": subscription, "attributeName": "FilterPolicy",
        "attributeValue": "canary"});
    assert_eq!(
        told("sns", "SetSubscriptionAttributes", named),
        ["FilterPolicy"]
    );
    let group = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b";
    let delay = "deregistration_delay.timeout_seconds";
    let listed = json!({"targetGroupArn": group, "attributes": [{"key": delay, "value": "5"}]});
    let api = "elasticloadbalancing";
    assert_eq!(told(api, "ModifyTargetGroupAttributes", listed), [delay]);
    // Where nothing is named, the operation says what it says.
    let bare = json!({"queueUrl": url});
    assert_eq!(told("sqs", "SetQueueAttributes", bare), ["attributes"]);
}
