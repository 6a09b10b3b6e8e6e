//! What somebody who took over an account opens, hides and hands out.

use nepho_core::findings::{Finding, Urgency};
use serde_json::{Value, json};

use crate::scenarios::{conclude, event, outside};

const CLI: &str = "aws-cli/2.15.0 Python/3.11.6 Linux/6.1.0";

fn call(id: usize, api: &str, name: &str, request: Value) -> Value {
    let time = format!("2024-05-01T10:{:02}:00Z", id % 60);
    let api = format!("{api}.amazonaws.com");
    event(&format!("e{id}"), &time, &api, name, "eve", CLI, request)
}

/// The finding on one call.
fn told(api: &str, name: &str, request: &Value) -> Finding {
    let out = conclude(&[call(1, api, name, request.clone())], &[], &[]);
    out.findings.into_iter().next().unwrap()
}

fn check(api: &str, name: &str, request: Value, effect: Option<&str>, urgency: Urgency) {
    let out = conclude(&[call(1, api, name, request.clone())], &[], &[]);
    assert_eq!(
        outside(&out)[0].effect.as_deref(),
        effect,
        "{name} {request}"
    );
    assert_eq!(
        told(api, name, &request).urgency,
        urgency,
        "{name} {request}"
    );
}

#[test]
fn what_is_hidden_opened_or_handed_out_is_told() {
    use Urgency::{Critical, Info, Warning};
    check(
        "cloudtrail",
        "StopLogging",
        json!({"name": "t"}),
        Some("ends the audit log"),
        Critical,
    );
    let off = json!({"detectorId": "d", "enable": false});
    check(
        "guardduty",
        "UpdateDetector",
        off,
        Some("ends threat detection"),
        Critical,
    );
    check(
        "guardduty",
        "UpdateDetector",
        json!({"detectorId": "d", "enable": true}),
        None,
        Info,
    );
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let attach = json!({"userName": "u", "policyArn": admin});
    check(
        "iam",
        "AttachUserPolicy",
        attach,
        Some("grants AdministratorAccess"),
        Critical,
    );
    let read = json!({"userName": "u", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    check("iam", "AttachUserPolicy", read, None, Info);
    let key = json!({"userName": "u"});
    check(
        "iam",
        "CreateAccessKey",
        key,
        Some("makes an access key"),
        Warning,
    );
}

#[test]
fn a_resource_is_shared_with_everyone_or_another_account() {
    use Urgency::{Critical, Info};
    let policy = |whom: Value| {
        json!({"roleName": "r", "policyDocument": json!({"Statement":
            [{"Effect": "Allow", "Principal": whom, "Action": "sts:AssumeRole"}]}).to_string()})
    };
    let other = policy(json!({"AWS": "arn:aws:iam::999988887777:root"}));
    let shares = Some("shares it with account 999988887777");
    check("iam", "UpdateAssumeRolePolicy", other, shares, Critical);
    let own = policy(json!({"AWS": ["arn:aws:iam::111122223333:root"]}));
    check("iam", "UpdateAssumeRolePolicy", own, None, Info);
    let service = policy(json!({"Service": "ec2.amazonaws.com"}));
    check("iam", "UpdateAssumeRolePolicy", service, None, Info);
    let open = json!({"bucketName": "b", "bucketPolicy": {"Statement":
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}}});
    check(
        "s3",
        "PutBucketPolicy",
        open.clone(),
        Some("opens it to everyone"),
        Critical,
    );
    let mut within = open;
    within["bucketPolicy"]["Statement"]["Condition"] = json!({"StringEquals": {}});
    check("s3", "PutBucketPolicy", within, None, Info);
    let restore = json!({"dBSnapshotIdentifier": "s", "attributeName": "restore",
        "valuesToAdd": ["999988887777"]});
    check(
        "rds",
        "ModifyDBSnapshotAttribute",
        restore,
        shares,
        Critical,
    );
    let volume = json!({"snapshotId": "snap-0aabbccddeeff0011",
        "createVolumePermission": {"add": {"items": [{"group": "all"}]}}});
    check(
        "ec2",
        "ModifySnapshotAttribute",
        volume,
        Some("opens it to everyone"),
        Critical,
    );
}

#[test]
fn what_opens_or_hides_things_comes_before_the_rest() {
    let out = conclude(
        &[
            call(1, "ec2", "CreateTags", json!({"resourcesSet": {}})),
            call(2, "iam", "CreateUser", json!({"userName": "u"})),
            call(3, "cloudtrail", "StopLogging", json!({"name": "t"})),
        ],
        &[],
        &[],
    );
    let told: Vec<&str> = outside(&out)
        .iter()
        .map(|one| one.action.as_str())
        .collect();
    assert_eq!(told, ["StopLogging", "CreateUser", "CreateTags"]);
}
