//! Keys and secrets that are there still, and not to be used.

use nepho_core::findings::Finding;

use super::*;
use crate::testing::Call;

const HOME: &str = "aws/111122223333";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-12ab-34cd-56ef-1234567890ab";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-a1b2c3";
const MARKED: &str = "InvalidRequestException: You can't perform this operation on the secret \
                      because it was marked for deletion.";

/// A role uses `used` for an hour, and from ten on is told that it can not; `id` is changed.
fn findings(verb: &str, id: &str, used: &str, message: &str) -> usize {
    let (api, action) = match used.contains(":kms:") {
        true => ("kms.amazonaws.com", "Decrypt"),
        false => ("secretsmanager.amazonaws.com", "GetSecretValue"),
    };
    let call = Call {
        format: "aws.cloudtrail",
        api,
        action: action.to_owned(),
        actor: "arn:aws:sts::111122223333:assumed-role/orders/i-1".to_owned(),
        resource: used.to_owned(),
        ..Call::default()
    };
    let mut disable = change(
        &format!("{verb} x"),
        "2024-05-01T10:00:00Z",
        "AWS::KMS::Key",
        &[],
    );
    disable.id = "audit:1".to_owned();
    disable.resource = Some(id.to_owned());
    if verb == "DeleteSecret" {
        disable.attributes = vec!["deletion".to_owned()];
    }
    Story::default()
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &call, None)
        .calls_of(HOME, "2024-05-01T10:00:20Z", 40, &call, Some(message))
        .change(disable)
        .findings()
        .len()
}

#[test]
fn calls_with_a_key_fail_when_it_is_disabled() {
    let message = format!("DisabledException: {KEY} is disabled.");
    let check = |verb: &str, id: &str, expected: usize| {
        assert_eq!(findings(verb, id, KEY, &message), expected, "{verb} {id}");
    };
    check("DisableKey", KEY, 1);
    check("ScheduleKeyDeletion", KEY, 1);
    check("EnableKey", KEY, 0);
    check("DisableKeyRotation", KEY, 0);
    let other = KEY.replace("0a1b2c3d", "9a9b9c9d");
    check("DisableKey", &other, 0);
}

#[test]
fn a_secret_that_is_marked_for_deletion_can_not_be_read() {
    let check = |verb: &str, id: &str, expected: usize| {
        assert_eq!(findings(verb, id, SECRET, MARKED), expected, "{verb} {id}");
    };
    check("DeleteSecret", SECRET, 1);
    check("RotateSecret", SECRET, 0);
    check("DeleteSecret", &SECRET.replace("orders", "invoices"), 0);
    // Calls may name it alone.
    let by_name = |id: &str, expected: usize| {
        let found = findings("DeleteSecret", id, "orders/db", MARKED);
        assert_eq!(found, expected, "{id}");
    };
    by_name(SECRET, 1);
    by_name(&SECRET.replace("orders", "invoices"), 0);
    by_name(&SECRET.replace("111122223333", "444455556666"), 0);
}

#[test]
fn a_service_that_names_a_disabled_key_has_its_cause() {
    let check = |verb: &str, expected: &str| {
        let mut disable = change(
            &format!("{verb} x"),
            "2024-05-01T10:00:00Z",
            "AWS::KMS::Key",
            &[],
        );
        disable.id = "audit:1".to_owned();
        disable.resource = Some(KEY.to_owned());
        let failing = format!("web ERROR DisabledException: {KEY} is disabled.");
        let story = Story::default()
            .every(HOME, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
            .every(HOME, "2024-05-01T10:00:20Z", 4, 60, &failing)
            .change(disable);
        assert_eq!(story.verdicts(), [format!("web <  | {expected}")]);
    };
    check("DisableKey", "audit:1");
    check("DisableKeyRotation", "none");
}

/// A call on a secret that has no more than its name.
fn by_name() -> Call {
    Call {
        format: "aws.cloudtrail",
        api: "secretsmanager.amazonaws.com",
        action: "GetSecretValue".to_owned(),
        actor: "arn:aws:sts::111122223333:assumed-role/orders/i-1".to_owned(),
        resource: "orders/db".to_owned(),
        ..Call::default()
    }
}

const DENIED: &str = "AccessDeniedException: User: \
                      arn:aws:sts::111122223333:assumed-role/orders/i-1 is not authorized to \
                      perform: secretsmanager:GetSecretValue with an explicit deny in a \
                      resource-based policy";

/// The role `orders` is refused the secret that it names by its name in Ireland, after the one of
/// the same name in `region` was changed by `verb`. Both are known, or none.
fn of_region(verb: &str, region: &str, are_known: bool, message: &str) -> Vec<Finding> {
    let call = by_name();
    let mut made = change(
        &format!("{verb} orders/db"),
        "2024-05-01T10:00:00Z",
        "AWS::SecretsManager::Secret",
        &[if verb == "DeleteSecret" {
            "deletion"
        } else {
            "policy"
        }],
    );
    made.id = "audit:1".to_owned();
    made.resource = Some(SECRET.replace("eu-west-1", region));
    let mut story = Story::default();
    for known in ["eu-west-1", "us-east-1"].iter().filter(|_| are_known) {
        let id = SECRET.replace("eu-west-1", known);
        story = story.resource(&id, "aws_secretsmanager_secret", &["orders/db"]);
    }
    story
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &call, None)
        .calls_of(HOME, "2024-05-01T10:00:20Z", 40, &call, Some(message))
        .in_place("eu-west-1", "")
        .change(made)
        .findings()
}

#[test]
fn a_secret_of_another_region_is_not_the_one_that_is_called() {
    let check = |verb: &str, region: &str, message: &str, expected: usize| {
        for are_known in [true, false] {
            let found = of_region(verb, region, are_known, message);
            assert_eq!(found.len(), expected, "{verb} {region} {are_known}");
        }
    };
    check("DeleteSecret", "eu-west-1", MARKED, 1);
    check("DeleteSecret", "us-east-1", MARKED, 0);
    check("PutResourcePolicy", "eu-west-1", DENIED, 1);
    check("PutResourcePolicy", "us-east-1", DENIED, 0);
    // Its end takes the copies in other regions along.
    check("RemoveRegionsFromReplication", "us-east-1", DENIED, 1);
    let named = format!("{DENIED}: {}", SECRET.replace("eu-west-1", "us-east-1"));
    check("PutResourcePolicy", "us-east-1", &named, 1);
}

#[test]
fn what_was_allowed_in_another_region_was_not_lost() {
    let check = |region: &str, expected: usize| {
        let kind = "AWS::SecretsManager::Secret";
        let mut made = change(
            "PutResourcePolicy x",
            "2024-05-01T10:00:00Z",
            kind,
            &["policy"],
        );
        made.id = "audit:1".to_owned();
        made.resource = Some(SECRET.to_owned());
        let found = Story::default()
            .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &by_name(), None)
            .in_place(region, "")
            .calls_of(HOME, "2024-05-01T10:01:00Z", 1, &by_name(), Some(DENIED))
            .in_place("eu-west-1", "")
            .change(made)
            .findings();
        assert_eq!(found.len(), expected, "{region}");
    };
    check("eu-west-1", 1);
    check("us-east-1", 0);
}
