//! Stories of what is a difference of what, and of what is none.

use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::Drift;
use nepho_core::tables::{ChangeAction, Outcome, Resource, Table};
use nepho_core::{Timestamp, key};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{applied, conclude, event, group, outside, rows, trail};

const TIME: &str = "2024-05-01T10:00:00Z";
const PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

fn managed(key: &str, address: &str) -> Resource {
    Resource {
        key: key.to_owned(),
        tool: Some("terraform".to_owned()),
        address: Some(address.to_owned()),
        ..Resource::default()
    }
}

/// Addresses and resources of the drift that rows of logs open.
fn drift(logs: &arrow_array::RecordBatch, resources: &[Resource]) -> Vec<(String, String)> {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, logs).unwrap();
    let resources = Resource::to_batch(resources).unwrap();
    analyzer.update(Table::Resources, &resources).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
    let told = |one: &Drift| (one.address.clone(), one.resource.clone());
    drifts.map(told).collect()
}

/// Rows of the Activity Log: time, operation, resource, and the row itself.
pub(crate) fn azure(list: &[(&str, &str, &str, Value)]) -> arrow_array::RecordBatch {
    let told = list.iter().map(|(time, operation, resource, raw)| {
        let service = operation.split('/').next().unwrap_or_default();
        let agent = raw["agent"].as_str().unwrap_or_default();
        let columns = [
            "azure.activity",
            "azure",
            service,
            operation,
            "eve@example.com",
            agent,
            resource,
        ];
        (*time, columns, Some(Outcome::Success), raw.clone())
    });
    rows(&told.collect::<Vec<_>>())
}

#[test]
fn a_role_is_attached_by_its_name_without_its_path() {
    let role = "arn:aws:iam::111122223333:role/service/orders";
    let request =
        json!({"roleName": "orders", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let (api, call) = ("iam.amazonaws.com", "AttachRolePolicy");
    let logs = trail(&[event("a", TIME, api, call, "eve", "aws-cli/2", request)]);
    let found = drift(&logs, &[managed(role, "aws_iam_role.orders")]);
    assert_eq!(found, [("aws_iam_role.orders".to_owned(), role.to_owned())]);
}

#[test]
fn a_group_of_another_account_is_not_the_one_of_this_name() {
    let group =
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:u:autoScalingGroupName/web";
    let declared = Resource {
        aliases: vec!["web".to_owned()],
        resource_type: "aws_autoscaling_group".to_owned(),
        ..managed(group, "aws_autoscaling_group.web")
    };
    let call = |account: &str, name: &str| {
        let request = json!({"autoScalingGroupName": "web", "maxSize": 4});
        let api = "autoscaling.amazonaws.com";
        let mut record = event(name, TIME, api, name, "eve", "aws-cli/2", request);
        record["recipientAccountId"] = json!(account);
        record
    };
    let check = |account: &str, drifts: usize, resource: &str| {
        let calls = ["UpdateAutoScalingGroup", "DeleteAutoScalingGroup"];
        let records = calls.map(|name| call(account, name));
        let declared = std::slice::from_ref(&declared);
        let found = drift(&trail(&records), declared);
        assert_eq!(found.len(), drifts, "{found:?}");
        let out = conclude(&records, declared, &[]);
        let told = out.changes.iter().filter_map(|one| one.resource.as_deref());
        assert!(told.into_iter().all(|id| id == resource));
    };
    check("111122223333", 2, group);
    let kind = "AWS::AutoScaling::AutoScalingGroup";
    let other = format!("name://aws/444455556666/eu-west-1/{kind}/web");
    check("444455556666", 0, &other);
}

fn by_hand() -> Value {
    json!({"correlationId": "A-B", "claims": {"appid": PORTAL}})
}

#[test]
fn a_container_deleted_by_hand_is_drift() {
    let container = "/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/a/blobservices/default/containers/c";
    let delete = "microsoft.storage/storageaccounts/blobservices/containers/delete";
    let logs = azure(&[(TIME, delete, container, by_hand())]);
    let found = drift(&logs, &[managed(container, "azurerm_storage_container.c")]);
    let expected = (
        "azurerm_storage_container.c".to_owned(),
        container.to_owned(),
    );
    assert_eq!(found, [expected]);
}

#[test]
fn what_an_operation_of_aws_sets_is_drift_and_a_restart_is_none() {
    let database = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    let stream = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders";
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf";
    let check = |api: &str, name: &str, request: Value, resource: &str, expected: usize| {
        let mut record = event(
            "e-1",
            TIME,
            api,
            name,
            "eve",
            "console.amazonaws.com",
            request,
        );
        record["resources"] = json!([{"ARN": resource}]);
        let found = drift(&trail(&[record]), &[managed(resource, "the.one")]);
        assert_eq!(found.len(), expected, "{name}: {found:?}");
    };
    let instance = || json!({"dBInstanceIdentifier": "orders"});
    for name in ["RebootDBInstance", "StopDBInstance", "StartDBInstance"] {
        check("rds.amazonaws.com", name, instance(), database, 0);
    }
    check(
        "rds.amazonaws.com",
        "ModifyDBInstance",
        instance(),
        database,
        1,
    );
    let name = "StopDBInstanceAutomatedBackupsReplication";
    check("rds.amazonaws.com", name, instance(), database, 1);
    let encryption = || json!({"streamName": "orders", "encryptionType": "KMS"});
    for name in ["StartStreamEncryption", "StopStreamEncryption"] {
        check("kinesis.amazonaws.com", name, encryption(), stream, 1);
    }
    let rotation = |rules: Value| {
        let mut request = json!({"secretId": secret});
        if let (Some(held), Some(more)) = (request.as_object_mut(), rules.as_object()) {
            held.extend(more.clone());
        }
        request
    };
    let api = "secretsmanager.amazonaws.com";
    check(api, "RotateSecret", rotation(json!({})), secret, 0);
    let rules = json!({"rotationRules": {"automaticallyAfterDays": 30}});
    check(api, "RotateSecret", rotation(rules), secret, 1);
}

#[test]
fn what_sets_nothing_of_what_it_names_is_no_drift() {
    let of = |rest: &str| format!("arn:aws:{rest}");
    let check = |api: &str, name: &str, resource: &str, request: Value| {
        let mut record = event("e-1", TIME, api, name, "eve", "aws-cli/2", request);
        record["resources"] = json!([{"ARN": resource}]);
        let found = drift(&trail(&[record]), &[managed(resource, "the.one")]);
        assert_eq!(found, [], "{name}");
    };
    let site = of("cloudfront::111122223333:distribution/E1ABCDEF234567");
    let request = json!({"distributionId": "E1ABCDEF234567", "invalidationBatch": {}});
    check(
        "cloudfront.amazonaws.com",
        "CreateInvalidation",
        &site,
        request,
    );
    let images = of("ecr:eu-west-1:111122223333:repository/orders");
    let request = json!({"repositoryName": "orders", "imageTag": "v7"});
    check("ecr.amazonaws.com", "PutImage", &images, request);
    let function = of("lambda:eu-west-1:111122223333:function:orders");
    let request = || json!({"functionName": "orders"});
    for name in ["PublishVersion20150331", "AddPermission20150331v2"] {
        check("lambda.amazonaws.com", name, &function, request());
    }
    let machine = of("ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0");
    let request =
        json!({"instanceIds": ["i-0123456789abcdef0"], "documentName": "AWS-RunShellScript"});
    check("ssm.amazonaws.com", "SendCommand", &machine, request);
    let key = of("kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555");
    let request = json!({"keyId": "0a1b2c3d-0000-1111-2222-333344445555"});
    check("kms.amazonaws.com", "CreateGrant", &key, request);
}

#[test]
fn a_value_set_by_hand_is_drift_of_the_version_that_code_manages() {
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf";
    let of = |name: &str, request: Value| {
        let api = "secretsmanager.amazonaws.com";
        let mut record = event("e-1", TIME, api, name, "eve", "aws-cli/2", request);
        record["resources"] = json!([{"ARN": secret}]);
        trail(&[record])
    };
    let whole = managed(secret, "aws_secretsmanager_secret.orders");
    let version = Resource {
        parent: Some(secret.to_owned()),
        resource_type: "aws_secretsmanager_secret_version".to_owned(),
        ..managed("terraform:s:v", "aws_secretsmanager_secret_version.orders")
    };
    let both = [whole.clone(), version];
    let check = |name: &str, request: Value, declared: &[Resource], expected: &[&str]| {
        let found = drift(&of(name, request), declared);
        let found: Vec<&str> = found.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(found, expected, "{name}");
    };
    let request = || json!({"secretId": secret});
    let whole = std::slice::from_ref(&whole);
    for name in ["PutSecretValue", "UpdateSecret"] {
        check(name, request(), whole, &[]);
        let version = ["aws_secretsmanager_secret_version.orders"];
        check(name, request(), &both, &version);
    }
    let described = json!({"secretId": secret, "description": "of orders"});
    let own = ["aws_secretsmanager_secret.orders"];
    check("UpdateSecret", described, &both, &own);
}

#[test]
fn a_deletion_that_is_taken_back_is_no_difference_any_more() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555";
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf";
    let call = |hour: u8, name: &str, request: Value| {
        let time = format!("2024-05-01T{hour}:00:00Z");
        let api = match name.contains("Secret") {
            true => "secretsmanager.amazonaws.com",
            false => "kms.amazonaws.com",
        };
        event(name, &time, api, name, "eve", "aws-cli/2", request)
    };
    let declared = [
        managed(key, "aws_kms_key.k"),
        managed(secret, "aws_secretsmanager_secret.s"),
    ];
    let check = |records: &[Value], expected: &[Option<&str>], actions: &[ChangeAction]| {
        let out = conclude(records, &declared, &[]);
        let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
        let closed: Vec<_> = drifts.map(|drift| drift.closed).collect();
        let at = |time: &Option<&str>| time.and_then(Timestamp::parse_rfc3339);
        assert_eq!(closed, expected.iter().map(at).collect::<Vec<_>>());
        let told: Vec<_> = out.changes.iter().map(|change| change.action).collect();
        assert_eq!(told, actions);
    };
    use ChangeAction::{Delete, Update};
    let of_key = || json!({"keyId": key, "pendingWindowInDays": 7});
    let mut calls = vec![call(10, "ScheduleKeyDeletion", of_key())];
    check(&calls, &[None], &[Update]);
    calls.push(call(11, "CancelKeyDeletion", json!({"keyId": key})));
    // The key is there and disabled.
    check(&calls, &[None], &[Update, Update]);
    calls.push(call(12, "EnableKey", json!({"keyId": key})));
    check(&calls, &[Some("2024-05-01T12:00:00Z")], &[Update; 3]);
    let of_secret = |rest: Value| {
        let mut request = json!({"secretId": secret});
        if let (Some(held), Some(more)) = (request.as_object_mut(), rest.as_object()) {
            held.extend(more.clone());
        }
        request
    };
    let days = of_secret(json!({"recoveryWindowInDays": 7}));
    let calls = [
        call(10, "DeleteSecret", days),
        call(11, "RestoreSecret", of_secret(json!({}))),
    ];
    check(&calls, &[Some("2024-05-01T11:00:00Z")], &[Update, Update]);
    let force = of_secret(json!({"forceDeleteWithoutRecovery": true}));
    check(&[call(10, "DeleteSecret", force)], &[None], &[Delete]);
}

#[test]
fn node_groups_of_two_clusters_are_told_apart_by_their_clusters() {
    let of = |cluster: &str| {
        format!(
            "arn:aws:eks:eu-west-1:111122223333:nodegroup/{cluster}/blue/0a1b2c3d-0000-1111-2222-333344445555"
        )
    };
    let declared = [managed(&of("shop"), "aws_eks_node_group.blue")];
    let call = |cluster: &str| {
        let request = json!({"name": cluster, "nodegroupName": "blue"});
        let api = "eks.amazonaws.com";
        event(
            "e-1",
            TIME,
            api,
            "UpdateNodegroupConfig",
            "eve",
            "aws-cli/2",
            request,
        )
    };
    let found = drift(&trail(&[call("shop")]), &declared);
    assert_eq!(found, [("aws_eks_node_group.blue".to_owned(), of("shop"))]);
    assert_eq!(drift(&trail(&[call("stage")]), &declared), []);
    // The answer of a call that ends one tells its ARN.
    let mut ended = call("stage");
    ended["eventID"] = json!("e-2");
    ended["eventName"] = json!("DeleteNodegroup");
    ended["responseElements"] =
        json!({"nodegroup": {"nodegroupArn": of("stage"), "clusterName": "stage"}});
    let out = conclude(&[call("stage"), ended], &declared, &[]);
    let told: Vec<_> = out.changes.iter().map(|one| one.resource.clone()).collect();
    assert_eq!(told, [Some(of("stage")), Some(of("stage"))]);
}

#[test]
fn a_member_taken_out_of_a_policy_is_drift_of_what_code_gives_it() {
    let app = "serviceAccount:app@shop.iam.gserviceaccount.com";
    let project = "//cloudresourcemanager.googleapis.com/projects/shop";
    let part = |name: &str, alias: String| Resource {
        aliases: vec![alias],
        parent: Some(project.to_owned()),
        resource_type: format!("google_project_iam_{name}"),
        ..managed(
            &format!("terraform:s:{name}"),
            &format!("google_project_iam_{name}.it"),
        )
    };
    let declared = [
        managed(project, "google_project.shop"),
        part("member", format!("shop/roles/cloudsql.client/{app}")),
        part("binding", "shop/roles/viewer".to_owned()),
    ];
    let check = |action: &str, role: &str, member: &str, expected: &[&str]| {
        let delta = json!([{"action": action, "role": role, "member": member}]);
        let raw = json!({"insertId": "i-1", "protoPayload": {
            "resourceName": "projects/shop", "serviceData": {"policyDelta": {"bindingDeltas": delta}}}});
        let (api, call) = ("cloudresourcemanager.googleapis.com", "SetIamPolicy");
        let agent = "Mozilla/5.0";
        let columns = [
            "gcp.audit",
            "gcp",
            api,
            call,
            "eve@example.com",
            agent,
            "projects/shop",
        ];
        let logs = rows(&[(TIME, columns, Some(Outcome::Success), raw)]);
        let found = drift(&logs, &declared);
        let found: Vec<&str> = found.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(found, expected, "{action} {role} {member}");
    };
    let (client, viewer) = ("roles/cloudsql.client", "roles/viewer");
    check("REMOVE", client, app, &["google_project_iam_member.it"]);
    check("REMOVE", client, "user:mona@example.com", &[]);
    check("ADD", client, app, &[]);
    let binding = ["google_project_iam_binding.it"];
    check("ADD", viewer, "user:mona@example.com", &binding);
    check("REMOVE", viewer, app, &binding);
}

#[test]
fn a_member_with_a_condition_is_another_than_without() {
    let app = "serviceAccount:app@shop.iam.gserviceaccount.com";
    let project = "//cloudresourcemanager.googleapis.com/projects/shop";
    let condition = "only media/until May/resource.name.startsWith(\"//storage/media\")";
    let part = |name: &str, end: &str| Resource {
        aliases: vec![format!("shop/roles/storage.admin/{app}{end}")],
        parent: Some(project.to_owned()),
        resource_type: "google_project_iam_member".to_owned(),
        ..managed(
            &format!("terraform:s:{name}"),
            &format!("google_project_iam_member.{name}"),
        )
    };
    let declared = [
        managed(project, "google_project.shop"),
        part("always", ""),
        part("media", &format!("/{condition}")),
    ];
    let check = |told: Value, expected: &str| {
        let mut delta = json!({"action": "REMOVE", "role": "roles/storage.admin", "member": app});
        delta["condition"] = told;
        let raw = json!({"insertId": "i-1", "protoPayload": {
            "resourceName": "projects/shop", "serviceData": {"policyDelta": {"bindingDeltas": [delta]}}}});
        let columns = [
            "gcp.audit",
            "gcp",
            "cloudresourcemanager.googleapis.com",
            "SetIamPolicy",
            "eve@example.com",
            "Mozilla/5.0",
            "projects/shop",
        ];
        let logs = rows(&[(TIME, columns, Some(Outcome::Success), raw)]);
        let found = drift(&logs, &declared);
        let found: Vec<&str> = found.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(found, [expected]);
    };
    check(Value::Null, "google_project_iam_member.always");
    let told = json!({"title": "only media", "description": "until May",
        "expression": "resource.name.startsWith(\"//storage/media\")"});
    check(told, "google_project_iam_member.media");
}

#[test]
fn actions_of_azure_that_set_something_are_drift() {
    let site = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop";
    let address = "azurerm_linux_web_app.shop";
    for (action, expected) in [
        ("microsoft.web/sites/restart/action", 0),
        ("Microsoft.Web/sites/stop/Action", 0),
        ("Microsoft.Web/sites/slotsswap/action", 1),
        ("Microsoft.Web/sites/applySlotConfig/action", 1),
    ] {
        let logs = azure(&[(TIME, action, site, by_hand())]);
        let found = drift(&logs, &[managed(site, address)]);
        assert_eq!(found.len(), expected, "{action}: {found:?}");
    }
}

#[test]
fn what_the_whole_does_not_declare_is_no_difference_of_it() {
    let account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a";
    let check = |part: &str, operation: &str, expected: usize| {
        let resource = format!("{account}/{part}");
        let logs = azure(&[(TIME, operation, &resource, by_hand())]);
        let found = drift(&logs, &[managed(account, "azurerm_storage_account.a")]);
        assert_eq!(found.len(), expected, "{operation}: {found:?}");
    };
    check(
        "providers/Microsoft.Authorization/roleAssignments/r",
        "Microsoft.Authorization/roleAssignments/delete",
        0,
    );
    check(
        "privateEndpointConnections/e",
        "Microsoft.Storage/storageAccounts/privateEndpointConnections/delete",
        0,
    );
    check(
        "blobServices/default",
        "Microsoft.Storage/storageAccounts/blobServices/write",
        1,
    );
    check(
        "fileServices/default",
        "Microsoft.Storage/storageAccounts/fileServices/write",
        1,
    );
}

#[test]
fn a_part_that_a_tool_made_drifts_by_itself() {
    let group =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n";
    let rule = format!("{group}/securityRules/r");
    let operation = "Microsoft.Network/networkSecurityGroups/securityRules/write";
    let mut made = by_hand();
    made["claims"]["appid"] = json!("11111111-2222-3333-4444-555555555555");
    made["correlationId"] = json!("C-D");
    made["properties"] = json!({"statusCode": "Created"});
    made["agent"] = json!("HashiCorp Terraform/1.5.0 terraform-provider-azurerm/3.0");
    let mut logs = vec![(TIME, operation, rule.as_str(), made)];
    logs.push(("2024-05-01T11:00:00Z", operation, rule.as_str(), by_hand()));
    let unmanaged = Resource {
        key: group.to_owned(),
        ..Resource::default()
    };
    let found = drift(&azure(&logs), &[unmanaged]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, key::canonical(&rule));
}

#[test]
fn what_is_taken_back_by_hand_is_no_difference_any_more() {
    let group = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd";
    let rule = |port: u16| {
        json!({"groupId": "sg-0123abcd", "ipPermissions": {"items": [
            {"ipProtocol": "tcp", "fromPort": port, "ipRanges": {"items": [{"cidrIp": "203.0.113.7/32"}]}}]}})
    };
    let call = |id: &str, time: &str, name: &str, port: u16| {
        let api = "ec2.amazonaws.com";
        event(id, time, api, name, "eve", "Mozilla/5.0 (X11)", rule(port))
    };
    let told = |records: &[Value]| {
        let mut analyzer = Changes::default();
        analyzer.update(Table::Logs, &trail(records)).unwrap();
        let resources = Resource::to_batch(&[managed(group, "aws_security_group.db")]).unwrap();
        analyzer.update(Table::Resources, &resources).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
        drifts.map(|drift| drift.closed).collect::<Vec<_>>()
    };
    let later = "2024-05-01T11:00:00Z";
    let opened = call("e-1", TIME, "AuthorizeSecurityGroupIngress", 22);
    let revoked = call("e-2", later, "RevokeSecurityGroupIngress", 22);
    let closed = Timestamp::parse_rfc3339(later);
    assert_eq!(told(&[opened.clone(), revoked.clone()]), [closed]);
    assert_eq!(told(&[revoked, opened.clone()]), [closed]);
    let other = call("e-2", later, "RevokeSecurityGroupIngress", 443);
    assert_eq!(told(&[opened, other]), [None, None]);
}

#[test]
fn what_is_taken_back_by_hand_after_code_set_it_again_is_a_difference() {
    let range = json!({"items": [{"cidrIp": "10.0.0.0/8"}]});
    let rule = json!({"ipProtocol": "tcp", "fromPort": 5432, "ipRanges": range});
    let request = json!({"groupId": "sg-0123abcd", "ipPermissions": {"items": [rule]}});
    let call = |hour: u8, name: &str| {
        let (api, agent) = ("ec2.amazonaws.com", "console.amazonaws.com");
        let time = format!("2024-05-01T{hour}:00:00Z");
        let id = format!("e-{hour}");
        event(&id, &time, api, name, "eve", agent, request.clone())
    };
    let told = |records: &[Value], sets: &str| {
        let mut apply = applied("2024-05-01T12:00:00Z");
        apply.attributes = vec![sets.to_owned()];
        let out = conclude(records, &[group()], &[apply]);
        let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
        let hour = |time: Timestamp| time.to_string()[11..13].to_owned();
        let mut told: Vec<(String, Option<String>)> = drifts
            .map(|drift| (hour(drift.opened), drift.closed.map(hour)))
            .collect();
        told.sort();
        told
    };
    let is = |open: &str, close: Option<&str>| (open.to_owned(), close.map(str::to_owned));
    let opened = call(10, "AuthorizeSecurityGroupIngress");
    let revoked = call(14, "RevokeSecurityGroupIngress");
    let pair = [opened, revoked];
    assert_eq!(
        told(&pair, "ingress"),
        [is("10", Some("12")), is("14", None)]
    );
    // Setting something else leaves the rule as it was.
    assert_eq!(told(&pair, "tags"), [is("10", Some("14"))]);
    let [opened, revoked] = pair;
    let again = call(16, "AuthorizeSecurityGroupIngress");
    let expected = [is("10", Some("12")), is("14", Some("16"))];
    assert_eq!(told(&[opened, revoked, again], "ingress"), expected);
}

#[test]
fn what_was_renamed_by_hand_is_still_what_code_declares() {
    let arn = |name: &str| format!("arn:aws:rds:eu-west-1:111122223333:db:{name}");
    let call = |minute: u8, name: &str, request: Value, answer: &str| {
        let time = format!("2024-05-01T10:0{minute}:00Z");
        let api = "rds.amazonaws.com";
        let mut record = event(&time, &time, api, name, "eve", "aws-cli/2", request);
        record["responseElements"] = json!({"dBInstanceArn": arn(answer)});
        record
    };
    let from = |minute: u8, was: &str, now: &str, told: &str| {
        let request = json!({"dBInstanceIdentifier": was, "newDBInstanceIdentifier": now});
        call(minute, "ModifyDBInstance", request, told)
    };
    let rename = |minute: u8, now: &str, told: &str| from(minute, "orders", now, told);
    let delete = |minute: u8, name: &str| {
        let request = json!({"dBInstanceIdentifier": name});
        call(minute, "DeleteDBInstance", request, name)
    };
    let declared = [managed(&arn("orders"), "aws_db_instance.orders")];
    let told = |records: &[Value], declared: &[Resource]| drift(&trail(records), declared).len();
    assert_eq!(
        told(&[rename(0, "old", "old"), delete(1, "old")], &declared),
        2
    );
    // Another one, one that waits for its window, and one of that name before.
    assert_eq!(
        told(&[rename(0, "old", "old"), delete(1, "other")], &declared),
        1
    );
    assert_eq!(
        told(&[rename(0, "old", "orders"), delete(1, "old")], &declared),
        1
    );
    assert_eq!(
        told(&[delete(0, "old"), rename(1, "old", "old")], &declared),
        1
    );
    // Back by hand: the first is closed, and the second opens none.
    let back = [rename(0, "old", "old"), from(1, "old", "orders", "orders")];
    let out = conclude(&back, &declared, &[]);
    let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
    let closed: Vec<bool> = drifts.map(|drift| drift.closed.is_some()).collect();
    assert_eq!(closed, [true]);
    let both = [
        managed(&arn("orders"), "aws_db_instance.orders"),
        managed(&arn("old"), "aws_db_instance.old"),
    ];
    let found = drift(&trail(&[rename(0, "old", "old"), delete(1, "old")]), &both);
    assert_eq!(found[1], ("aws_db_instance.old".to_owned(), arn("old")));
}

#[test]
fn an_entry_of_a_cluster_is_one_with_and_without_its_uuid() {
    let entry = "arn:aws:eks:eu-west-1:111122223333:access-entry/prod/role/111122223333/orders";
    let full = format!("{entry}/0a1b2c3d-0000-1111-2222-333344445555");
    let role = "arn:aws:iam::111122223333:role/orders";
    let call = |time: &str, name: &str| {
        let request = json!({"name": "prod", "principalArn": role});
        let api = "eks.amazonaws.com";
        event(time, time, api, name, "eve", "aws-cli/2", request)
    };
    let mut create = call("2024-05-01T10:00:00Z", "CreateAccessEntry");
    create["responseElements"] =
        json!({"accessEntry": {"clusterName": "prod", "accessEntryArn": full}});
    let delete = call("2024-05-01T11:00:00Z", "DeleteAccessEntry");
    let out = conclude(&[create, delete], &[], &[]);
    let told = out.changes.iter().map(|one| one.resource.as_deref());
    assert_eq!(told.collect::<Vec<_>>(), [Some(full.as_str()); 2]);
}
