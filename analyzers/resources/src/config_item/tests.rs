//! Items of one account, in the order in which they were captured.

use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Envelope, LogsBuilder};
use serde_json::json;

use super::*;
use crate::merge;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";

fn item(time: &str, kind: &str, arn: &str, more: &Value) -> String {
    let mut item = json!({
        "configurationItemCaptureTime": time, "configurationItemStatus": "OK",
        "awsAccountId": "111122223333", "awsRegion": "eu-west-1",
        "resourceType": kind, "resourceId": key::short_name(arn), "ARN": arn,
        "relationships": [], "configuration": {},
    });
    for (name, value) in more.as_object().unwrap() {
        item[name] = value.clone();
    }
    item.to_string()
}

fn relations(items: &[String]) -> (Vec<Resource>, Vec<Relation>) {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let (stream, envelope) = (Stream::default(), Envelope::default());
    let lines: Vec<String> = items.to_vec();
    for (line, text) in (1_u32..).zip(&lines) {
        let record = Record {
            text,
            block: BlockId::default(),
            offset: 0,
            line,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        row.constant(Column::Format, FORMAT);
        row.commit();
    }
    let batch = builder.finish().unwrap();
    let mut config = ConfigItems::default();
    config.read(&LogsView::new(&batch).unwrap());
    let rows = config.resources();
    let merged = merge::merge(rows.clone());
    let directory = Directory::new(&merged);
    (rows, config.relations(&directory))
}

fn edges(relations: &[Relation]) -> Vec<(&str, &str, RelationKind)> {
    let edges = relations.iter();
    edges
        .map(|edge| {
            (
                key::short_name(&edge.from),
                key::short_name(&edge.to),
                edge.kind,
            )
        })
        .collect()
}

#[test]
fn relationships_and_configuration_become_edges() {
    let more = json!({
        "relationships": [
            {"resourceId": "subnet-0a1b2c3d", "resourceType": "AWS::EC2::Subnet", "name": "Is contained in Subnet"},
        ],
        "configuration": {
            "kmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k1",
            "vpcConfig": {"securityGroupIds": ["sg-0a1b2c3d"]},
            "deadLetterConfig": {"targetArn": "arn:aws:sqs:eu-west-1:111122223333:dead"},
            "description": "arn:aws:s3:::not-this-one",
        },
    });
    let (_, relations) = relations(&[item(
        "2024-05-01T10:00:00Z",
        "AWS::Lambda::Function",
        FUNCTION,
        &more,
    )]);
    let expected = [
        ("orders", "k1", RelationKind::Uses),
        ("orders", "dead", RelationKind::DataFlow),
        ("orders", "sg-0a1b2c3d", RelationKind::Attached),
        ("orders", "subnet-0a1b2c3d", RelationKind::Contains),
    ];
    assert_eq!(edges(&relations), expected);
}

#[test]
fn messages_flow_to_the_queue_for_what_nobody_could_take() {
    let dead = "arn:aws:sqs:eu-west-1:111122223333:dead";
    let policy = json!({"deadLetterTargetArn": dead, "maxReceiveCount": 5});
    // As an object, and as a text like the API gives it.
    for policy in [policy.clone(), json!(policy.to_string())] {
        let (_, relations) = relations(&[item(
            "2024-05-01T10:00:00Z",
            "AWS::SQS::Queue",
            "arn:aws:sqs:eu-west-1:111122223333:mails",
            &json!({"configuration": {"RedrivePolicy": policy}}),
        )]);
        let expected = [("mails", "dead", RelationKind::DataFlow)];
        assert_eq!(edges(&relations), expected);
    }
}

#[test]
fn whoever_a_role_trusts_depends_on_the_role() {
    let trust = json!({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::444455556666:role/deploy"}}]});
    let more = json!({"configuration": {"assumeRolePolicyDocument": trust.to_string()}});
    let (_, relations) = relations(&[item(
        "2024-05-01T10:00:00Z",
        "AWS::IAM::Role",
        "arn:aws:iam::111122223333:role/orders",
        &more,
    )]);
    let expected = [("deploy", "orders", RelationKind::PermitsIam)];
    assert_eq!(edges(&relations), expected);
}

#[test]
fn a_variable_that_names_the_host_of_a_database_is_an_edge_to_it() {
    let endpoint = json!({"configuration": {"endpoint": {"address": "orders.abc.eu-west-1.rds.amazonaws.com"}}});
    let variables = json!({"configuration": {"environment": {"variables": {
        "DATABASE_URL": "postgres://u:canary@orders.abc.eu-west-1.rds.amazonaws.com:5432/orders",
        "OWNER": "111122223333",
    }}}});
    let (_, relations) = relations(&[
        item(
            "2024-05-01T10:00:00Z",
            "AWS::RDS::DBInstance",
            DATABASE,
            &endpoint,
        ),
        item(
            "2024-05-01T10:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &variables,
        ),
    ]);
    assert_eq!(relations.len(), 1, "{relations:?}");
    assert_eq!(
        (relations[0].from.as_str(), relations[0].to.as_str()),
        (FUNCTION, DATABASE)
    );
    assert!(relations[0].evidence.contains("DATABASE_URL"));
    assert!(!format!("{relations:?}").contains("canary"));
}

#[test]
fn what_the_next_item_does_not_name_has_ended() {
    let with = json!({"configuration": {"kmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k1"}});
    let (_, relations) = relations(&[
        item(
            "2024-05-01T12:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &with,
        ),
        item(
            "2024-05-01T10:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &with,
        ),
        item(
            "2024-05-01T11:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &json!({}),
        ),
    ]);
    let time = |text: &str| Timestamp::parse_rfc3339(text);
    let spans: Vec<_> = relations
        .iter()
        .map(|edge| (edge.valid_from, edge.valid_to))
        .collect();
    let expected = [
        (time("2024-05-01T10:00:00Z"), time("2024-05-01T11:00:00Z")),
        (time("2024-05-01T12:00:00Z"), None),
    ];
    assert_eq!(spans, expected);
}

#[test]
fn a_deleted_resource_has_an_end() {
    let created = json!({"resourceCreationTime": "2024-05-01T09:00:00Z"});
    let gone = json!({"configurationItemStatus": "ResourceDeleted"});
    let (rows, _) = relations(&[
        item(
            "2024-05-01T10:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &created,
        ),
        item(
            "2024-05-01T11:00:00Z",
            "AWS::Lambda::Function",
            FUNCTION,
            &gone,
        ),
    ]);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].valid_from,
        Timestamp::parse_rfc3339("2024-05-01T09:00:00Z")
    );
    assert_eq!(
        rows[0].valid_to,
        Timestamp::parse_rfc3339("2024-05-01T11:00:00Z")
    );
}

#[test]
fn an_item_tells_the_zone_of_what_lies_in_one() {
    let zone = |told: &str| {
        let more = json!({"availabilityZone": told});
        let arn = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0a1b2c3d";
        let one = item("2024-05-01T10:00:00Z", "AWS::EC2::Volume", arn, &more);
        let (rows, _) = relations(&[one]);
        rows[0].zone.clone()
    };
    assert_eq!(zone("eu-west-1a").as_deref(), Some("eu-west-1a"));
    for several in ["Multiple Availability Zones", "Not Applicable", "Regional"] {
        assert_eq!(zone(several), None);
    }
}

#[test]
fn what_the_item_before_did_not_name_begins_with_the_item_that_names_it() {
    let with = |group: &str, created: &str| {
        json!({"resourceCreationTime": created,
            "configuration": {"vpcConfig": {"securityGroupIds": [group]}}})
    };
    let function = |time: &str, more: &Value| item(time, "AWS::Lambda::Function", FUNCTION, more);
    let created = "2024-05-01T09:00:00Z";
    let gone = json!({"configurationItemStatus": "ResourceDeleted"});
    let (_, relations) = relations(&[
        function("2024-05-01T10:00:00Z", &with("sg-0a1b2c3d", created)),
        function("2024-05-01T12:00:00Z", &with("sg-0e1f2a3b", created)),
        function("2024-05-01T13:00:00Z", &gone),
        function(
            "2024-05-01T15:00:00Z",
            &with("sg-0a1b2c3d", "2024-05-01T14:00:00Z"),
        ),
    ]);
    let mut spans: Vec<_> = relations
        .iter()
        .map(|edge| (edge.valid_from, key::short_name(&edge.to), edge.valid_to))
        .collect();
    spans.sort_unstable();
    let time = |hour: u8| Timestamp::parse_rfc3339(&format!("2024-05-01T{hour:02}:00:00Z"));
    let expected = [
        (time(9), "sg-0a1b2c3d", time(12)),
        (time(12), "sg-0e1f2a3b", time(13)),
        // Created anew.
        (time(14), "sg-0a1b2c3d", None),
    ];
    assert_eq!(spans, expected);
}
