//! Edges that only the inside of documents, or the look from both sides, shows.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{check_edge, kinds, read, resource};
use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind::{DataFlow, Routes};

const DEAD_LETTERS: &str = include_str!("../src/state/fixtures/dead-letters.tfstate");

fn state(text: &str) -> FeedOutput {
    read("terraform.state", "shop.tfstate", text)
}

#[test]
fn messages_flow_to_the_queue_for_what_nobody_could_take() {
    let out = state(DEAD_LETTERS);
    let flows = |from: &str, to: &str| check_edge(&out, from, to, DataFlow);
    flows("aws_sqs_queue.orders", "aws_sqs_queue.orders_dead");
    // Told by the queue that takes them.
    let refunds = "arn:aws:sqs:eu-west-1:111122223333:refunds";
    flows(refunds, "aws_sqs_queue.orders_dead");
    // Told by a resource that stands for an attribute of the queue.
    let shared = "arn:aws:sqs:eu-west-1:111122223333:shared-dead";
    flows("aws_sqs_queue.mails", shared);
    let letters = "arn:aws:sqs:eu-west-1:111122223333:letters";
    flows(letters, "aws_sqs_queue.mails");
    let subscription = "aws_sns_topic_subscription.placed";
    flows(subscription, "aws_sqs_queue.orders_dead");
    check_edge(&out, "aws_sns_topic.placed", "aws_sqs_queue.orders", Routes);
    let function = "aws_lambda_function.invoice";
    flows(function, "aws_sqs_queue.orders_dead");
    let failed = "arn:aws:sqs:eu-west-1:111122223333:failed-invoices";
    flows(function, failed);
    flows(function, "aws_sns_topic.placed");
    let pull = "google_pubsub_subscription.billing";
    flows(pull, "google_pubsub_topic.orders_dead");
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn what_is_no_document_names_nothing() {
    let out = state(DEAD_LETTERS);
    let broken = &resource(&out, "aws_sqs_queue.broken").key;
    assert!(!out.relations.iter().any(|edge| edge.from == *broken));
    assert_eq!(out.rejects, []);
    let dead = "aws_sqs_queue.orders_dead";
    assert_eq!(kinds(&out, "aws_sqs_queue.secret", dead), []);
}

#[test]
fn flat_states_tell_of_redrive_policies_too() {
    let queue = |name: &str, more: &str| {
        format!(
            r#""aws_sqs_queue.{name}":{{"type":"aws_sqs_queue","primary":{{"id":"q","attributes":{{"id":"https://sqs.eu-west-1.amazonaws.com/111122223333/{name}"{more}}}}}}}"#
        )
    };
    let policy = r#","redrive_policy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:111122223333:b\",\"maxReceiveCount\":3}""#;
    let out = state(&format!(
        r#"{{"version":3,"terraform_version":"0.11.14","serial":1,"lineage":"l","modules":[{{"path":["root"],"resources":{{{},{}}}}}]}}"#,
        queue("a", policy),
        queue("b", "")
    ));
    check_edge(&out, "aws_sqs_queue.a", "aws_sqs_queue.b", DataFlow);
}
