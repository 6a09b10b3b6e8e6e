//! Roles that calls give and take away.

use super::*;

const GROUP: &str = "/subscriptions/11112222-3333-4444-5555-666677778888/resourcegroups/shop";
const CHECKOUT: &str = "0a1b2c3d-0000-4000-8000-000000000001";
const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
const DELETE: &str = "Microsoft.Authorization/roleAssignments/delete";

fn assignment(name: &str) -> String {
    format!("{GROUP}/providers/microsoft.authorization/roleassignments/{name}")
}

/// A row of the Activity Log; what was sent stands in that of the beginning only.
fn row<'a>(time: &'a str, operation: &'a str, name: &str, body: Option<Value>) -> Called<'a> {
    let properties = match body {
        Some(body) => json!({"requestbody": body.to_string()}),
        None => json!({"statusCode": "OK"}),
    };
    let request = json!({"resourceId": assignment(name), "properties": properties});
    let api = "Microsoft.Authorization";
    (time, api, operation, request, json!("0f0e0d0c"))
}

fn body(name: &str) -> Option<Value> {
    Some(json!({"Id": name, "Properties": {"PrincipalId": CHECKOUT,
        "PrincipalType": "ServicePrincipal", "Scope": GROUP,
        "RoleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7"}}))
}

#[test]
fn an_assignment_of_azure_holds_until_its_id_is_deleted() {
    let calls = [
        row("2024-05-01T10:00:00Z", WRITE, "one", body("one")),
        row("2024-05-01T10:00:02Z", WRITE, "one", None),
        row("2024-05-01T12:00:00Z", DELETE, "one", None),
        // Another role of the same identity on the same group.
        row("2024-05-01T11:00:00Z", WRITE, "two", body("two")),
        row("2024-05-01T13:00:00Z", DELETE, "two", None),
        row("2024-05-01T14:00:00Z", WRITE, "three", body("three")),
    ];
    let expected = [
        format!("{CHECKOUT} permits_iam shop 10:00-13:00"),
        format!("{CHECKOUT} permits_iam shop 14:00-?"),
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn an_assignment_that_was_refused_and_tried_again_counts_from_then() {
    let failed = format!("{WRITE}!");
    let calls = [
        row("2024-05-01T10:00:00Z", WRITE, "one", body("one")),
        row("2024-05-01T10:01:00Z", &failed, "one", None),
        row("2024-05-01T11:00:00Z", WRITE, "one", body("one")),
    ];
    let expected = [format!("{CHECKOUT} permits_iam shop 11:00-?")];
    assert_eq!(told(&calls), expected);
}

/// A declared role of an identity on the group, as the assignment at an address.
fn declared(name: &str, address: &str) -> (Resource, Relation) {
    let row = Resource {
        key: assignment(name),
        address: Some(address.to_owned()),
        tool: Some("terraform".to_owned()),
        scope: Some("prod".to_owned()),
        ..Resource::default()
    };
    let relation = Relation {
        from: CHECKOUT.to_owned(),
        to: GROUP.to_owned(),
        kind: RelationKind::PermitsIam,
        source: "terraform".to_owned(),
        evidence: format!("Reader in {address}"),
        confidence: 0.9,
        ..Relation::default()
    };
    (row, relation)
}

/// The ends of a permission, by what the audit log tells.
fn ends(out: &Output) -> Vec<Option<String>> {
    let rows = out.relations.iter().filter(|row| row.source == SOURCE);
    rows.map(|row| row.valid_to.map(|time| time.to_string()[11..16].to_owned()))
        .collect()
}

#[test]
fn a_declared_assignment_ends_with_its_id_and_another_one_does_not() {
    let (one, permit) = declared("one", "azurerm_role_assignment.one");
    let (two, also) = declared("two", "azurerm_role_assignment.two");
    let calls = [row("2024-05-01T12:00:00Z", DELETE, "one", None)];
    let rows = [one, two];
    let out = conclude(&calls, &rows, std::slice::from_ref(&permit));
    assert_eq!(ends(&out), [Some("12:00".to_owned())]);
    let out = conclude(&calls, &rows, &[permit, also.clone()]);
    assert_eq!(ends(&out), [None]);
    let out = conclude(&calls, &rows, &[also]);
    assert_eq!(ends(&out), Vec::<Option<String>>::new());
}

const MAILER: &str = "serviceAccount:mailer@shop-prod.iam.gserviceaccount.com";

/// A change of the policy of a bucket: what it does, role, member.
fn policy<'a>(time: &'a str, deltas: &[(&str, &str, &str)]) -> Called<'a> {
    let deltas: Vec<Value> = deltas
        .iter()
        .map(|(action, role, member)| json!({"action": action, "role": role, "member": member}))
        .collect();
    let payload = json!({"resourceName": "projects/_/buckets/orders",
        "serviceData": {"policyDelta": {"bindingDeltas": deltas}}});
    let method = "storage.setIamPermissions";
    (time, "storage.googleapis.com", method, payload, Value::Null)
}

#[test]
fn a_member_of_google_keeps_access_until_the_last_role_is_removed() {
    let (read, write) = ("roles/storage.objectViewer", "roles/storage.objectCreator");
    let calls = [
        policy(
            "2024-05-01T10:00:00Z",
            &[("ADD", read, MAILER), ("ADD", read, "user:eve@example.com")],
        ),
        policy("2024-05-01T11:00:00Z", &[("ADD", write, MAILER)]),
        policy("2024-05-01T12:00:00Z", &[("REMOVE", read, MAILER)]),
        policy("2024-05-01T13:00:00Z", &[("REMOVE", write, MAILER)]),
    ];
    let mailer = "mailer@shop-prod.iam.gserviceaccount.com";
    let expected = [format!("{mailer} permits_iam orders 10:00-13:00")];
    assert_eq!(told(&calls), expected);
    let out = conclude(&calls, &[], &[]);
    let row = out.relations.iter().find(|row| row.source == SOURCE);
    let row = row.unwrap();
    let full = format!("//iam.googleapis.com/projects/shop-prod/serviceAccounts/{mailer}");
    assert_eq!(row.from, full);
    assert_eq!(row.to, "//storage.googleapis.com/orders");
    let call = "`storage.setIamPermissions` in the audit log";
    assert_eq!(row.evidence, format!("{call}: {read}"));
}

#[test]
fn a_role_that_is_taken_away_does_not_end_another_one_that_is_declared() {
    let (read, write) = ("roles/storage.objectViewer", "roles/storage.objectCreator");
    let calls = [policy("2024-05-01T12:00:00Z", &[("REMOVE", read, MAILER)])];
    let permit = |role: &str| Relation {
        from: key::google_service_account("mailer@shop-prod.iam.gserviceaccount.com").unwrap(),
        to: "//storage.googleapis.com/orders".to_owned(),
        kind: RelationKind::PermitsIam,
        source: "terraform".to_owned(),
        evidence: format!("{role} in google_storage_bucket_iam_member.orders"),
        ..Relation::default()
    };
    let out = conclude(&calls, &[], &[permit(read)]);
    assert_eq!(ends(&out), [Some("12:00".to_owned())]);
    let out = conclude(&calls, &[], &[permit(read), permit(write)]);
    assert_eq!(ends(&out), [None]);
}

#[test]
fn a_policy_that_is_told_as_a_whole_ends_what_it_leaves_out() {
    let method = "google.cloud.run.v1.Services.SetIamPolicy";
    let call = |time, members: &[&str]| {
        let bindings = json!([{"role": "roles/run.invoker", "members": members}]);
        let name = "projects/shop-prod/locations/europe-west1/services/pay";
        let payload = json!({"resourceName": name,
            "request": {"policy": {"bindings": bindings}}});
        (time, "run.googleapis.com", method, payload, Value::Null)
    };
    let other = "serviceAccount:web@shop-prod.iam.gserviceaccount.com";
    let calls = [
        call("2024-05-01T10:00:00Z", &[MAILER, other]),
        call("2024-05-01T11:00:00Z", &[other]),
    ];
    let expected = [
        "mailer@shop-prod.iam.gserviceaccount.com permits_iam pay 10:00-11:00",
        "web@shop-prod.iam.gserviceaccount.com permits_iam pay 10:00-?",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn the_policy_of_a_service_account_is_that_of_its_address() {
    let payload = json!({"resourceName": "projects/-/serviceAccounts/105537103139416651075",
        "serviceData": {"policyDelta": {"bindingDeltas": [{"action": "ADD",
            "role": "roles/iam.serviceAccountTokenCreator", "member": MAILER}]}}});
    let record = json!({"protoPayload": payload,
        "resource": {"labels": {"email_id": "web@shop-prod.iam.gserviceaccount.com"}}});
    let place = Place {
        account: "shop-prod",
        region: "",
    };
    let record = record::Record::new(&record, "//iam.googleapis.com/x", place);
    let calls = table::calls("iam.googleapis.com", "google.iam.admin.v1.SetIAMPolicy");
    let named: Vec<Named> = calls.iter().flat_map(|call| call.named(&record)).collect();
    assert_eq!(named.len(), 1);
    let web = key::google_service_account("web@shop-prod.iam.gserviceaccount.com");
    assert_eq!(named[0].to, [web.unwrap()]);
}

#[test]
fn a_policy_of_a_role_permits_what_it_names_until_it_is_put_anew_or_deleted() {
    let put = |name: &str, resources: Value| {
        let statement = json!([{"Effect": "Allow", "Action": "s3:*", "Resource": resources},
            {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::secret"}]);
        let document = json!({"Version": "2012-10-17", "Statement": statement});
        json!({"roleName": "deploy", "policyName": name, "policyDocument": document.to_string()})
    };
    let iam = |time, operation, request| (time, "iam", operation, request, Value::Null);
    let both = json!([
        "arn:aws:s3:::orders/*",
        "arn:aws:s3:::media",
        "arn:aws:s3:::tmp-*"
    ]);
    let one = || json!("arn:aws:s3:::orders");
    let delete = json!({"roleName": "deploy", "policyName": "a"});
    let calls = [
        iam("2024-05-01T10:00:00Z", "PutRolePolicy", put("a", both)),
        iam("2024-05-01T11:00:00Z", "PutRolePolicy", put("a", one())),
        iam("2024-05-01T12:00:00Z", "PutRolePolicy", put("b", one())),
        iam("2024-05-01T13:00:00Z", "DeleteRolePolicy", delete),
    ];
    let expected = [
        "deploy permits_iam media 10:00-11:00",
        "deploy permits_iam orders 10:00-?",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_policy_of_a_bucket_decides_of_its_own_principals_alone() {
    let policy = |principals: Value| {
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": principals}});
        json!({"bucketName": "orders", "bucketPolicy": {"Statement": [statement]}})
    };
    let role = |name: &str| format!("arn:aws:iam::444455556666:role/{name}");
    let own = json!({"roleName": "deploy", "policyName": "a", "policyDocument":
        json!({"Statement": {"Effect": "Allow", "Resource": "arn:aws:s3:::orders"}}).to_string()});
    let both = json!([role("read"), role("write"), "111122223333", "*"]);
    let s3 = |time, operation, request| (time, "s3", operation, request, Value::Null);
    let calls = [
        (
            "2024-05-01T09:00:00Z",
            "iam",
            "PutRolePolicy",
            own,
            Value::Null,
        ),
        s3("2024-05-01T10:00:00Z", "PutBucketPolicy", policy(both)),
        s3(
            "2024-05-01T11:00:00Z",
            "PutBucketPolicy",
            policy(json!(role("write"))),
        ),
        s3(
            "2024-05-01T12:00:00Z",
            "DeleteBucketPolicy",
            json!({"bucketName": "orders"}),
        ),
    ];
    let expected = [
        "deploy permits_iam orders 09:00-?",
        "read permits_iam orders 10:00-11:00",
        "write permits_iam orders 10:00-12:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}
