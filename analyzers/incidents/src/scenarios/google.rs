//! Rights that are taken away in Google Cloud, and rules of its networks.

use super::*;
use crate::testing::Call;

const HOME: &str = "gcp/shop-prod";
const AT: &str = "2024-05-01T10:00:00Z";
const WEB: &str = "web@shop-prod.iam.gserviceaccount.com";
const PROJECT: &str = "//cloudresourcemanager.googleapis.com/projects/shop-prod";
const BUCKET: &str = "//storage.googleapis.com/orders";
const REFUSED: &str = "web@shop-prod.iam.gserviceaccount.com does not have storage.objects.get \
                       access to the object. Permission 'storage.objects.get' denied on resource";

/// A call on the policy of `id` by which somebody loses a role.
fn taking(member: &str, role: &str, id: &str) -> Call {
    let (api, name) = id.trim_start_matches('/').split_once('/').unwrap();
    let (api, action) = match api {
        "storage.googleapis.com" => ("storage.googleapis.com", "storage.setIamPermissions"),
        _ => ("cloudresourcemanager.googleapis.com", "SetIamPolicy"),
    };
    Call {
        format: "gcp.audit",
        api,
        action: action.to_owned(),
        actor: "eve@shop.example".to_owned(),
        resource: "project".to_owned(),
        raw: format!(
            r#"{{"protoPayload": {{"resourceName": "{name}", "serviceData": {{"policyDelta":
            {{"bindingDeltas": [{{"action": "REMOVE", "role": "{role}",
            "member": "{member}"}}]}}}}}}}}"#
        ),
        ..Call::default()
    }
}

/// A call on a service account.
fn on_account(verb: &str, mail: &str) -> Call {
    Call {
        format: "gcp.audit",
        api: "iam.googleapis.com",
        action: format!("google.iam.admin.v1.{verb}ServiceAccount"),
        actor: "eve@shop.example".to_owned(),
        resource: "iam.v1".to_owned(),
        raw: format!(
            r#"{{"protoPayload": {{"resourceName": "projects/-/serviceAccounts/1099"}},
            "resource": {{"labels": {{"email_id": "{mail}"}}}}}}"#
        ),
        ..Call::default()
    }
}

/// The account reads a bucket for an hour and is refused after ten.
fn caller(deed: &Call, id: &str) -> Story {
    let get = Call {
        format: "gcp.audit",
        api: "storage.googleapis.com",
        action: "storage.objects.get".to_owned(),
        actor: WEB.to_owned(),
        resource: "projects/_/buckets/orders/objects/a".to_owned(),
        ..Call::default()
    };
    Story::default()
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &get, None)
        .calls_of(HOME, "2024-05-01T10:00:20Z", 40, &get, Some(REFUSED))
        .deed(HOME, AT, deed, id)
}

#[test]
fn who_loses_a_role_is_refused() {
    let check = |member: &str, role: &str, id: &str, expected: usize| {
        let story = caller(&taking(member, role, id), id);
        assert_eq!(story.findings().len(), expected, "{member} {role} {id}");
    };
    let web = format!("serviceAccount:{WEB}");
    check(&web, "roles/storage.objectViewer", PROJECT, 1);
    check(&web, "roles/editor", PROJECT, 1);
    check(&web, "projects/shop-prod/roles/reader", PROJECT, 1);
    check(&web, "roles/pubsub.publisher", PROJECT, 0);
    let other = "serviceAccount:mail@shop-prod.iam.gserviceaccount.com";
    check(other, "roles/storage.objectViewer", PROJECT, 0);
    let elsewhere = "//cloudresourcemanager.googleapis.com/projects/shop-dev";
    check(&web, "roles/storage.objectViewer", elsewhere, 0);
    let folder = "//cloudresourcemanager.googleapis.com/folders/123";
    check(&web, "roles/storage.objectViewer", folder, 1);
    // The policy of a bucket is about that bucket.
    check(&web, "roles/storage.objectViewer", BUCKET, 1);
    let bucket = "//storage.googleapis.com/invoices";
    check(&web, "roles/storage.objectViewer", bucket, 0);
}

#[test]
fn an_account_that_is_disabled_is_refused() {
    let check = |verb: &str, mail: &str, expected: usize| {
        let id = format!("//iam.googleapis.com/projects/shop-prod/serviceAccounts/{mail}");
        let story = caller(&on_account(verb, mail), &id);
        assert_eq!(story.findings().len(), expected, "{verb} {mail}");
    };
    check("Disable", WEB, 1);
    check("Delete", WEB, 1);
    check("Enable", WEB, 0);
    check("Disable", "mail@shop-prod.iam.gserviceaccount.com", 0);
}

/// A service on Cloud Run that runs as an account complains from ten o'clock on.
fn service(complaint: &str, deed: &Call, id: &str) -> Vec<String> {
    let run = "//run.googleapis.com/projects/shop-prod/locations/eu/services/web";
    let account = format!("//iam.googleapis.com/projects/shop-prod/serviceAccounts/{WEB}");
    Story::default()
        .every(HOME, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
        .every(
            HOME,
            "2024-05-01T10:00:20Z",
            4,
            60,
            &format!("web ERROR {complaint}"),
        )
        .resource(run, "google_cloud_run_v2_service", &[])
        .resource(&account, "google_service_account", &[WEB])
        .edge("web", RelationKind::RunsOn, run)
        .edge(run, RelationKind::DependsOn, &account)
        .deed(HOME, AT, deed, id)
        .verdicts()
}

#[test]
fn a_service_fails_by_no_right_that_is_given_or_of_somebody_else() {
    let check = |deed: &Call, expected: bool| {
        let account = format!("//iam.googleapis.com/projects/shop-prod/serviceAccounts/{WEB}");
        let found = service(REFUSED, deed, &account);
        let cause = match expected {
            true => format!("audit:{}", deed.action),
            false => "none".to_owned(),
        };
        assert_eq!(found, [format!("web <  | {cause}")], "{}", deed.raw);
    };
    let own = format!("serviceAccount:{WEB}");
    let viewer = "roles/storage.objectViewer";
    let taking = |member: &str| taking(member, viewer, BUCKET);
    let giving = |member: &str| {
        let taken = taking(member);
        let raw = taken.raw.replace("REMOVE", "ADD");
        Call { raw, ..taken }
    };
    check(&taking(&own), true);
    check(&taking("user:bob@shop.example"), false);
    // Who is in a group nobody tells.
    check(&taking("group:readers@shop.example"), true);
    check(&giving(&own), false);
    check(&giving("user:bob@shop.example"), false);
}

#[test]
fn a_service_fails_when_its_account_loses_a_role() {
    let check = |complaint: &str, member: &str, role: &str, expected: bool| {
        let found = service(complaint, &taking(member, role, PROJECT), PROJECT);
        let cause = if expected {
            "audit:SetIamPolicy"
        } else {
            "none"
        };
        assert_eq!(found, [format!("web <  | {cause}")], "{complaint} {member}");
    };
    let web = format!("serviceAccount:{WEB}");
    let viewer = "roles/storage.objectViewer";
    check(REFUSED, &web, viewer, true);
    check(REFUSED, &web, "roles/pubsub.publisher", false);
    check(
        REFUSED,
        "serviceAccount:mail@shop-prod.iam.gserviceaccount.com",
        viewer,
        false,
    );
    // Whoever is refused is not told; it is the account that the service has.
    let bare = "Error 403: Permission 'storage.objects.get' denied on resource, forbidden";
    check(bare, &web, viewer, true);
    check(bare, "user:mona@shop.example", viewer, false);
    check(
        "could not connect to orders: timed out",
        &web,
        viewer,
        false,
    );
}

#[test]
fn an_account_that_is_called_as_the_service_may_be_its_own() {
    let bare = "Error 403: Permission 'storage.objects.get' denied on resource, forbidden";
    let check = |member: &str, complaint: &str, expected: &str| {
        let deed = taking(
            &format!("serviceAccount:{member}@shop-prod.iam.gserviceaccount.com"),
            "roles/storage.objectViewer",
            PROJECT,
        );
        let story = Story::default()
            .every(HOME, "2024-05-01T09:00:00Z", 5, 1440, "cart INFO GET /")
            .every(
                HOME,
                "2024-05-01T10:00:20Z",
                5,
                60,
                &format!("cart ERROR {complaint}"),
            )
            .deed(HOME, AT, &deed, PROJECT);
        let found = story.verdicts();
        assert_eq!(
            found,
            [format!("cart <  | {expected}")],
            "{member} {complaint}"
        );
    };
    check("cart", bare, "audit:SetIamPolicy");
    check("cart-batch", bare, "none");
    check("mail", bare, "none");
    check("cart", REFUSED, "none");
}

/// A service in a network loses its database, which lies in another unless `is_within`, after a
/// firewall rule was made.
fn cut_off(words: &[&str], is_within: bool, holder: &str) -> Vec<String> {
    let run = "//run.googleapis.com/projects/shop-prod/locations/eu/services/web";
    let db = "//compute.googleapis.com/projects/shop-prod/zones/eu-b/instances/order-db";
    let networks = "//compute.googleapis.com/projects/shop-prod/global/networks";
    let [main, other, holder] = ["main", "other", holder].map(|name| format!("{networks}/{name}"));
    let mut rule = change("deny", AT, "compute.firewalls", words);
    rule.id = "audit:1".to_owned();
    rule.address = "v1.compute.firewalls.insert deny".to_owned();
    rule.action = ChangeAction::Create;
    rule.resource =
        Some("//compute.googleapis.com/projects/shop-prod/global/firewalls/deny".to_owned());
    rule.parent = Some(holder);
    Story::default()
        .every(HOME, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
        .every(
            HOME,
            "2024-05-01T10:00:20Z",
            4,
            60,
            "web ERROR could not connect to order-db:5432: i/o timeout",
        )
        .resource(run, "google_cloud_run_v2_service", &[])
        .resource(db, "google_compute_instance", &["order-db"])
        .resource(&main, "google_compute_network", &["main"])
        .resource(&other, "google_compute_network", &["other"])
        .edge("web", RelationKind::RunsOn, run)
        .edge("web", RelationKind::Calls, db)
        .edge(run, RelationKind::Contains, &main)
        .edge(
            db,
            RelationKind::Contains,
            if is_within { &main } else { &other },
        )
        .change(rule)
        .verdicts()
}

#[test]
fn a_rule_for_a_network_cuts_off_what_lies_in_it() {
    let check = |words: &[&str], is_within: bool, holder: &str, expected: &str| {
        let found = cut_off(words, is_within, holder);
        assert_eq!(
            found,
            [format!("web <  | {expected}")],
            "{words:?} {holder}"
        );
    };
    let (incoming, port, other_port) = ("ingress rule", "port 5432", "port 25");
    check(&[], false, "main", "audit:1");
    check(&[port], false, "main", "audit:1");
    check(&[other_port], false, "main", "none");
    check(&[], false, "third", "none");
    // What comes in is cut off where the database is.
    check(&[incoming], false, "main", "none");
    check(&[incoming], false, "other", "audit:1");
    check(&[incoming], true, "main", "audit:1");
}

#[test]
fn a_user_of_a_database_whose_password_was_changed_is_not_let_in() {
    let check = |instance: &str, user: &str, expected: &str| {
        let databases = "//cloudsql.googleapis.com/projects/shop-prod/instances";
        let [orders, changed] = ["orders", instance].map(|name| format!("{databases}/{name}"));
        let words = format!("{}{user}", Change::DATABASE_USER);
        let address = "cloudsql.users.update x";
        let mut update = change(address, AT, "cloudsql.users", &[words.as_str()]);
        update.id = "audit:1".to_owned();
        update.resource = Some(changed);
        let found = Story::default()
            .every(HOME, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
            .every(
                HOME,
                "2024-05-01T10:00:20Z",
                4,
                60,
                "web ERROR host=10.20.0.3: FATAL: password authentication failed for user \"app\"",
            )
            .resource(&orders, "google_sql_database_instance", &["10.20.0.3"])
            .change(update)
            .verdicts();
        assert_eq!(found, [format!("web <  | {expected}")], "{instance} {user}");
    };
    check("orders", "app", "audit:1");
    check("orders", "bob", "none");
    check("invoices", "app", "none");
}
