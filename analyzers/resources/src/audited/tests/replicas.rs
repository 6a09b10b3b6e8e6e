//! Databases that go on from others, until they are promoted.

use super::*;

fn rds<'a>(time: &'a str, operation: &'a str, request: Value) -> Called<'a> {
    (time, "rds", operation, request, Value::Null)
}

#[test]
fn a_replica_goes_on_from_its_source_until_it_is_promoted() {
    let own = "orders-r";
    let made = json!({"dBInstanceIdentifier": own, "sourceDBInstanceIdentifier": "orders"});
    let far = "arn:aws:rds:us-east-1:111122223333:db:orders";
    let other = json!({"dBInstanceIdentifier": "orders-eu", "sourceDBInstanceIdentifier": far});
    let calls = [
        rds("2024-05-01T10:00:00Z", "CreateDBInstanceReadReplica", made),
        rds("2024-05-01T10:30:00Z", "CreateDBInstanceReadReplica", other),
        rds(
            "2024-05-01T12:00:00Z",
            "PromoteReadReplica",
            json!({"dBInstanceIdentifier": own}),
        ),
    ];
    let expected = [
        "orders-eu depends_on orders 10:30-?",
        "orders-r depends_on orders 10:00-12:00",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_declared_replica_is_none_after_its_promotion() {
    let of = |name: &str| format!("arn:aws:rds:eu-west-1:111122223333:{name}");
    let declared = |to: &str| Relation {
        from: of("db:orders-r"),
        to: of(to),
        kind: RelationKind::DependsOn,
        source: "terraform".to_owned(),
        confidence: 1.0,
        ..Relation::default()
    };
    let declared = [declared("db:orders"), declared("subgrp:main")];
    let row = |name: &str| Resource {
        key: of(name),
        ..Resource::default()
    };
    let rows = ["db:orders", "db:orders-r", "subgrp:main"].map(row);
    let promoted = json!({"dBInstanceIdentifier": "orders-r"});
    let calls = [rds("2024-05-01T12:00:00Z", "PromoteReadReplica", promoted)];
    let out = conclude(&calls, &rows, &declared);
    let ended = out.relations.iter().filter(|row| row.source == SOURCE);
    let ended: Vec<_> = ended
        .map(|row| (key::short_name(&row.to), row.valid_to))
        .collect();
    let noon = Timestamp::parse_rfc3339("2024-05-01T12:00:00Z");
    assert_eq!(ended, [("orders", noon)]);
}

#[test]
fn clusters_follow_a_source_or_are_members_of_a_global_one() {
    let source = "arn:aws:rds:us-east-1:111122223333:cluster:shop";
    let follower = json!({"dBClusterIdentifier": "shop-eu", "replicationSourceIdentifier": source});
    let global = json!({"globalClusterIdentifier": "world", "sourceDBClusterIdentifier": source});
    let member = json!({"dBClusterIdentifier": "shop-ap", "globalClusterIdentifier": "world"});
    let cluster = "arn:aws:rds:eu-west-1:111122223333:cluster:shop-ap";
    let left = json!({"globalClusterIdentifier": "world", "dbClusterIdentifier": cluster});
    let calls = [
        rds("2024-05-01T10:00:00Z", "CreateDBCluster", follower),
        rds("2024-05-01T10:10:00Z", "CreateGlobalCluster", global),
        rds("2024-05-01T10:20:00Z", "CreateDBCluster", member),
        rds("2024-05-01T11:00:00Z", "RemoveFromGlobalCluster", left),
        rds(
            "2024-05-01T12:00:00Z",
            "PromoteReadReplicaDBCluster",
            json!({"dBClusterIdentifier": "shop-eu"}),
        ),
    ];
    let expected = [
        "shop-ap attached world 10:20-11:00",
        "shop-eu depends_on shop 10:00-12:00",
        "shop attached world 10:10-?",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn caches_are_members_of_a_global_group_until_they_leave_it() {
    let cache =
        |time, operation, request, answer| (time, "elasticache", operation, request, answer);
    let global = "abcde-world";
    let calls = [
        cache(
            "2024-05-01T10:00:00Z",
            "CreateGlobalReplicationGroup",
            json!({"globalReplicationGroupIdSuffix": "world", "primaryReplicationGroupId": "cart"}),
            json!({"globalReplicationGroupId": global}),
        ),
        cache(
            "2024-05-01T11:00:00Z",
            "CreateReplicationGroup",
            json!({"replicationGroupId": "cart-eu", "globalReplicationGroupId": global}),
            Value::Null,
        ),
        cache(
            "2024-05-01T12:00:00Z",
            "DisassociateGlobalReplicationGroup",
            json!({"replicationGroupId": "cart-eu", "globalReplicationGroupId": global,
                "replicationGroupRegion": "eu-west-1"}),
            Value::Null,
        ),
    ];
    let expected = [
        "cart attached abcde-world 10:00-?",
        "cart-eu attached abcde-world 11:00-12:00",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_server_of_azure_is_a_replica_by_the_mode_it_is_made_with() {
    let server = |name: &str| {
        format!(
            "/subscriptions/s/resourcegroups/r/providers/microsoft.dbforpostgresql/flexibleservers/{name}"
        )
    };
    let api = "Microsoft.DBforPostgreSQL";
    let write = format!("{api}/flexibleServers/write");
    let call = |time, name: &str, body: Value, id: &str| {
        let properties = json!({"requestbody": body.to_string()});
        let request = json!({"resourceId": server(name), "properties": properties});
        (time, api, write.as_str(), request, json!(id))
    };
    let made = |mode: &str| {
        let source = server("orders");
        json!({"properties": {"createMode": mode, "sourceServerResourceId": source}})
    };
    let promoted = json!({"properties": {"replica": {"promoteMode": "standalone"}}});
    let calls = [
        call("2024-05-01T10:00:00Z", "orders-r", made("Replica"), "1"),
        call(
            "2024-05-01T10:10:00Z",
            "orders-2",
            made("PointInTimeRestore"),
            "2",
        ),
        call("2024-05-01T10:20:00Z", "orders-r", json!({"tags": {}}), "3"),
        call("2024-05-01T11:00:00Z", "orders-r", promoted, "4"),
    ];
    let expected = ["orders-r depends_on orders 10:00-11:00"];
    assert_eq!(told(&calls), expected);
}

#[test]
fn an_instance_of_cloud_sql_goes_on_from_its_primary_until_it_is_promoted() {
    let api = "cloudsql.googleapis.com";
    let call = |time, operation, name: &str, body: Value| {
        let id = format!("projects/shop-prod/instances/{name}");
        let request = json!({"resourceName": id, "request": {"body": body}});
        (time, api, operation, request, Value::Null)
    };
    let create = "cloudsql.instances.create";
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            create,
            "orders-r",
            json!({"name": "orders-r", "masterInstanceName": "shop-prod:orders"}),
        ),
        call(
            "2024-05-01T10:10:00Z",
            create,
            "orders-s",
            json!({"name": "orders-s", "masterInstanceName": "orders"}),
        ),
        call(
            "2024-05-01T12:00:00Z",
            "cloudsql.instances.promoteReplica",
            "orders-r",
            json!({}),
        ),
    ];
    let expected = [
        "orders-r depends_on orders 10:00-12:00",
        "orders-s depends_on orders 10:10-?",
    ];
    assert_eq!(told(&calls), expected);
}
