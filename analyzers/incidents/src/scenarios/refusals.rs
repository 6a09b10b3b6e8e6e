//! Refused calls and what policies, boundaries, groups and organizations have to do with it.

use super::*;
use crate::testing::Call;

const HOME: &str = "aws/111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/orders";
const USER: &str = "arn:aws:iam::111122223333:user/mona";
const GROUP: &str = "arn:aws:iam::111122223333:group/readers";
const REFUSED: &str = "AccessDenied: User: x is not authorized to perform: s3:GetObject on \
                       resource: arn:aws:s3:::orders/a.csv";

/// What the API of IAM, or of organizations, was asked for.
fn call(api: &'static str, action: &str, request: &str, response: &str, kind: &str) -> Call {
    let response = if response.is_empty() {
        "null"
    } else {
        response
    };
    Call {
        format: "aws.cloudtrail",
        api,
        action: action.to_owned(),
        actor: "arn:aws:iam::999900001111:user/eve".to_owned(),
        resource: kind.to_owned(),
        raw: format!(r#"{{"requestParameters": {request}, "responseElements": {response}}}"#),
        ..Call::default()
    }
}

fn iam(action: &str, request: &str) -> Call {
    call("iam.amazonaws.com", action, request, "", "iam.role")
}

/// Somebody reads a bucket for an hour, and is refused for some minutes after ten.
fn reader(actor: &str, reason: &str) -> Story {
    let read = Call {
        format: "aws.cloudtrail",
        api: "s3.amazonaws.com",
        action: "GetObject".to_owned(),
        actor: actor.to_owned(),
        resource: "arn:aws:s3:::orders/a.csv".to_owned(),
        ..Call::default()
    };
    let refused = format!("{REFUSED} {reason}");
    Story::default()
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &read, None)
        .calls_of(HOME, "2024-05-01T10:00:20Z", 40, &read, Some(&refused))
}

fn role() -> &'static str {
    "arn:aws:sts::111122223333:assumed-role/orders/i-1"
}

const AT: &str = "2024-05-01T10:00:00Z";
const LACKS: &str = "because no identity-based policy allows the s3:GetObject action";
const DENIES: &str = "with an explicit deny in an identity-based policy";

#[test]
fn a_policy_that_denies_takes_rights_away() {
    let check = |action: &str, request: &str, reason: &str, expected: usize| {
        let story = reader(role(), reason).deed(HOME, AT, &iam(action, request), ROLE);
        let found = story.findings();
        assert_eq!(found.len(), expected, "{action} {request} {reason}");
    };
    let attach = |policy: &str| format!(r#"{{"roleName": "orders", "policyArn": "{policy}"}}"#);
    let own = attach("arn:aws:iam::111122223333:policy/limits");
    let all = attach("arn:aws:iam::aws:policy/AWSDenyAll");
    let audit = attach("arn:aws:iam::aws:policy/SecurityAudit");
    // The name of the role is none of the policy.
    let named = r#"{"roleName": "deny-orders", "policyArn": "arn:aws:iam::1:policy/reports"}"#;
    check("AttachRolePolicy", &all, "", 1);
    check("AttachRolePolicy", &all, DENIES, 1);
    check("AttachRolePolicy", &all, LACKS, 0);
    check("AttachRolePolicy", &own, DENIES, 1);
    check("AttachRolePolicy", &own, "", 0);
    check("AttachRolePolicy", &audit, DENIES, 0);
    check("AttachRolePolicy", named, "", 0);
    let put = |effect: &str, verb: &str| {
        let document = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"{effect}\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        format!(r#"{{"roleName": "orders", "policyName": "p", "policyDocument": "{document}"}}"#)
    };
    check("PutRolePolicy", &put("Deny", "s3:Get*"), DENIES, 1);
    check("PutRolePolicy", &put("Deny", "sqs:*"), DENIES, 0);
    // A policy of another service is more likely one beside that which permitted it.
    check("PutRolePolicy", &put("Allow", "sqs:*"), LACKS, 0);
    check("PutRolePolicy", &put("Allow", "s3:Put*"), LACKS, 1);
    check("PutRolePolicy", &put("Allow", "s3:*"), LACKS, 0);
    check("PutRolePolicy", &put("Allow", "sqs:*"), DENIES, 0);
}

#[test]
fn a_policy_that_is_put_again_takes_what_it_said_before() {
    let put = |name: &str, verb: &str| {
        let document = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        let request = format!(
            r#"{{"roleName": "orders", "policyName": "{name}", "policyDocument": "{document}"}}"#
        );
        iam("PutRolePolicy", &request)
    };
    let check = |before: &str, expected: usize| {
        let story = reader(role(), LACKS)
            .calls_of(HOME, "2024-05-01T08:00:00Z", 1, &put(before, "s3:*"), None)
            .deed(HOME, AT, &put("use", "sqs:*"), ROLE);
        assert_eq!(story.findings().len(), expected, "{before}");
    };
    check("use", 1);
    check("read", 0);
}

#[test]
fn what_a_policy_says_is_known_from_when_it_was_made() {
    let document =
        r#"{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}"#;
    let arn = "arn:aws:iam::111122223333:policy/limits";
    let made = call(
        "iam.amazonaws.com",
        "CreatePolicy",
        &format!(r#"{{"policyName": "limits", "policyDocument": "{document}"}}"#),
        &format!(r#"{{"policy": {{"arn": "{arn}"}}}}"#),
        "iam.policy",
    );
    let request = format!(r#"{{"roleName": "orders", "policyArn": "{arn}"}}"#);
    let attach = iam("AttachRolePolicy", &request);
    let story = reader(role(), "").deed(HOME, AT, &attach, ROLE);
    assert!(story.findings().is_empty());
    let story = reader(role(), "")
        .calls_of(HOME, "2024-05-01T08:00:00Z", 1, &made, None)
        .deed(HOME, AT, &attach, ROLE);
    assert_eq!(story.findings().len(), 1);
}

#[test]
fn only_what_a_policy_allowed_is_taken_with_it() {
    let check = |calls: &[(&str, &str, String)], action: &str, request: &str, expected: usize| {
        let mut story = reader(role(), LACKS);
        for (at, action, request) in calls {
            story = story.calls_of(HOME, at, 1, &iam(action, request), None);
        }
        let story = story.deed(HOME, AT, &iam(action, request), ROLE);
        assert_eq!(story.findings().len(), expected, "{action} {request}");
    };
    let detach = |policy: &str| format!(r#"{{"roleName": "orders", "policyArn": "{policy}"}}"#);
    let of_aws = |name: &str| detach(&format!("arn:aws:iam::aws:policy/{name}"));
    check(
        &[],
        "DetachRolePolicy",
        &of_aws("AmazonS3ReadOnlyAccess"),
        1,
    );
    check(&[], "DetachRolePolicy", &of_aws("AmazonSQSFullAccess"), 0);
    check(&[], "DetachRolePolicy", &of_aws("AdministratorAccess"), 1);
    let mut both = reader(role(), LACKS);
    for (at, name) in [
        ("09:59:50", "AmazonS3FullAccess"),
        ("10:00:00", "AmazonSQSFullAccess"),
    ] {
        let at = format!("2024-05-01T{at}Z");
        both = both.deed(HOME, &at, &iam("DetachRolePolicy", &of_aws(name)), ROLE);
        if let Some(change) = both.changes.last_mut() {
            change.id = format!("audit:{name}");
        }
    }
    let incidents = both.incidents();
    let listed = incidents[0].considered.iter();
    let verdicts: Vec<_> = listed.map(|one| (one.id.as_str(), one.verdict)).collect();
    let expected = [
        ("audit:AmazonS3FullAccess", ChangeVerdict::Cause),
        ("audit:AmazonSQSFullAccess", ChangeVerdict::Cleared),
    ];
    assert_eq!(verdicts, expected);
    let put = |verb: &str| {
        let document = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        format!(r#"{{"roleName": "orders", "policyName": "use", "policyDocument": "{document}"}}"#)
    };
    let first = |verb: &str| ("2024-05-01T08:00:00Z", "PutRolePolicy", put(verb));
    let name = r#"{"roleName": "orders", "policyName": "use"}"#;
    check(&[first("sqs:*")], "DeleteRolePolicy", name, 0);
    check(&[first("s3:*")], "DeleteRolePolicy", name, 1);
    check(&[], "DeleteRolePolicy", name, 1);
    let hidden = r#"{"roleName": "orders", "policyName": "use", "policyDocument": "HIDDEN"}"#;
    let later = ("2024-05-01T09:00:00Z", "PutRolePolicy", hidden.to_owned());
    check(&[first("sqs:*"), later], "DeleteRolePolicy", name, 1);
    let again = put("sns:*");
    check(&[first("sqs:*")], "PutRolePolicy", &again, 0);
    check(&[first("s3:Get*")], "PutRolePolicy", &again, 1);
}

#[test]
fn a_policy_that_a_state_tells_of_took_no_more_than_it_allowed() {
    let (kind, own) = (
        "aws_iam_role_policy",
        "terraform:prod:aws_iam_role_policy.use",
    );
    let (named, arn) = ("aws_iam_policy", "arn:aws:iam::111122223333:policy/use");
    let check = |action: &str, stated: (&str, &str), service: &str, expected: usize| {
        let policy =
            format!(r#"{{"roleName": "orders", "policyName": "use", "policyArn": "{arn}"}}"#);
        let mut ended = iam(action, &policy);
        ended.raw = ended
            .raw
            .replacen('{', r#"{"recipientAccountId": "111122223333", "#, 1);
        let told = nepho_core::setting::hash(nepho_core::setting::POLICY, service).unwrap();
        let story = reader(role(), LACKS)
            .resource(stated.1, stated.0, &[])
            .part_of("use", ROLE)
            .with_settings(&[(nepho_core::setting::POLICY, told)])
            .deed(HOME, AT, &ended, ROLE);
        assert_eq!(story.findings().len(), expected, "{action} {service}");
    };
    check("DeleteRolePolicy", (kind, own), "sqs", 0);
    check("DeleteRolePolicy", (kind, own), "s3", 1);
    check("DeleteRolePolicy", (kind, own), "*", 1);
    check("DetachRolePolicy", (named, arn), "sqs", 0);
    check("DetachRolePolicy", (named, arn), "s3", 1);
    // It is another policy.
    check("DetachRolePolicy", (kind, own), "sqs", 1);
}

#[test]
fn a_boundary_limits_and_its_end_does_not() {
    let check = |action: &str, reason: &str, expected: usize| {
        let request = r#"{"roleName": "orders", "permissionsBoundary": "arn:aws:iam::111122223333:policy/b"}"#;
        let story = reader(role(), reason).deed(HOME, AT, &iam(action, request), ROLE);
        assert_eq!(story.findings().len(), expected, "{action} {reason}");
    };
    let bounded = "because no permissions boundary allows the s3:GetObject action";
    check("PutRolePermissionsBoundary", bounded, 1);
    check("PutRolePermissionsBoundary", "", 1);
    check("PutRolePermissionsBoundary", LACKS, 0);
    check("DeleteRolePermissionsBoundary", bounded, 0);
}

#[test]
fn a_boundary_that_permits_it_is_not_to_blame() {
    let check = |verb: &str, expected: usize| {
        let arn = "arn:aws:iam::111122223333:policy/b";
        let document = format!(
            r#"{{\"Statement\": {{\"Effect\": \"Allow\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}}}"#
        );
        let made = call(
            "iam.amazonaws.com",
            "CreatePolicy",
            &format!(r#"{{"policyName": "b", "policyDocument": "{document}"}}"#),
            &format!(r#"{{"policy": {{"arn": "{arn}"}}}}"#),
            "iam.policy",
        );
        let request = format!(r#"{{"roleName": "orders", "permissionsBoundary": "{arn}"}}"#);
        let story = reader(role(), "")
            .calls_of(HOME, "2024-05-01T08:00:00Z", 1, &made, None)
            .deed(HOME, AT, &iam("PutRolePermissionsBoundary", &request), ROLE);
        assert_eq!(story.findings().len(), expected, "{verb}");
    };
    check("sqs:*", 1);
    check("s3:*", 0);
}

#[test]
fn who_was_taken_out_of_a_group_loses_what_it_permits() {
    let check = |action: &str, user: &str, expected: usize| {
        let request = format!(r#"{{"groupName": "readers", "userName": "{user}"}}"#);
        let story = reader(USER, LACKS)
            .edge(USER, RelationKind::Attached, GROUP)
            .deed(HOME, AT, &iam(action, &request), GROUP);
        assert_eq!(story.findings().len(), expected, "{action} {user}");
    };
    check("RemoveUserFromGroup", "mona", 1);
    check("RemoveUserFromGroup", "adam", 0);
    check("AddUserToGroup", "mona", 0);
}

#[test]
fn a_group_that_lost_a_policy_is_followed_to_its_users() {
    let request =
        r#"{"groupName": "readers", "policyArn": "arn:aws:iam::111122223333:policy/read"}"#;
    let detach = iam("DetachGroupPolicy", request);
    let story = || reader(USER, LACKS).deed(HOME, AT, &detach, GROUP);
    assert!(story().findings().is_empty());
    let member = story().edge(USER, RelationKind::Attached, GROUP);
    assert_eq!(member.findings().len(), 1);
}

#[test]
fn a_new_member_takes_on_what_a_group_denies() {
    let request = r#"{"groupName": "readers", "policyArn": "arn:aws:iam::aws:policy/AWSDenyAll"}"#;
    let check = |denies: bool, expected: usize| {
        let join = r#"{"groupName": "readers", "userName": "mona"}"#;
        let mut story = reader(USER, "").deed(HOME, AT, &iam("AddUserToGroup", join), GROUP);
        if denies {
            let attach = iam("AttachGroupPolicy", request);
            story = story.calls_of(HOME, "2024-05-01T07:00:00Z", 1, &attach, None);
        }
        assert_eq!(story.findings().len(), expected, "{denies}");
    };
    check(true, 1);
    check(false, 0);
}

/// Calls of the account that manages an organization.
fn organization(action: &str, request: &str, response: &str) -> Call {
    call(
        "organizations.amazonaws.com",
        action,
        request,
        response,
        "AWS::Organizations::Account",
    )
}

const MANAGER: &str = "aws/999900001111";
const BY_ORGANIZATION: &str = "with an explicit deny in a service control policy";

#[test]
fn a_policy_of_an_organization_holds_for_its_accounts() {
    let check = |target: &str, reason: &str, expected: usize| {
        let request = format!(r#"{{"policyId": "p-1", "targetId": "{target}"}}"#);
        let attach = organization("AttachPolicy", &request, "");
        let moved = r#"{"accountId": "111122223333", "sourceParentId": "r-1", "destinationParentId": "ou-a"}"#;
        let moved = organization("MoveAccount", moved, "");
        let story = reader(role(), reason)
            .calls_of(MANAGER, "2024-05-01T07:00:00Z", 1, &moved, None)
            .deed(MANAGER, AT, &attach, target);
        assert_eq!(story.findings().len(), expected, "{target} {reason}");
    };
    check("111122223333", BY_ORGANIZATION, 1);
    check("ou-a", BY_ORGANIZATION, 1);
    check("r-1", BY_ORGANIZATION, 1);
    check("ou-b", BY_ORGANIZATION, 0);
    check("444455556666", BY_ORGANIZATION, 0);
    check("111122223333", DENIES, 0);
    check("111122223333", LACKS, 0);
}

#[test]
fn a_policy_that_is_rewritten_holds_where_it_is_attached() {
    let check = |verb: &str, target: &str, expected: usize| {
        let content = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"Deny\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        let update = format!(r#"{{"policyId": "p-1", "content": "{content}"}}"#);
        let update = organization("UpdatePolicy", &update, "");
        let attach = format!(r#"{{"policyId": "p-1", "targetId": "{target}"}}"#);
        let attach = organization("AttachPolicy", &attach, "");
        let mut story = reader(role(), BY_ORGANIZATION).deed(MANAGER, AT, &update, "p-1");
        if !target.is_empty() {
            story = story.calls_of(MANAGER, "2024-05-01T07:00:00Z", 1, &attach, None);
        }
        assert_eq!(story.findings().len(), expected, "{verb} {target}");
    };
    check("s3:Get*", "111122223333", 1);
    check("s3:Put*", "111122223333", 0);
    check("s3:Get*", "444455556666", 0);
    // Nobody tells where it is attached, but it denies just that.
    check("s3:Get*", "", 1);
    check("*", "", 0);
}

#[test]
fn the_account_that_manages_is_subject_to_nothing() {
    let request = r#"{"policyId": "p-1", "targetId": "r-1"}"#;
    let attach = organization("AttachPolicy", request, "");
    let story = reader(role(), BY_ORGANIZATION).deed(HOME, AT, &attach, "r-1");
    assert!(story.findings().is_empty());
}

#[test]
fn a_policy_of_azure_is_the_cause_where_the_refusal_names_it() {
    let scope = "/subscriptions/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab";
    let check = |assigned: &str, expected: usize| {
        let id = |name: &str| {
            format!("{scope}/providers/microsoft.authorization/policyassignments/{name}")
        };
        let put = Call {
            format: "azure.activity",
            api: "Microsoft.Network",
            action: "Microsoft.Network/publicIPAddresses/write".to_owned(),
            actor: "deployer@shop.example".to_owned(),
            resource: format!(
                "{scope}/resourcegroups/shop/providers/microsoft.network/publicipaddresses/a"
            ),
            ..Call::default()
        };
        let assign = Call {
            api: "Microsoft.Authorization",
            action: "Microsoft.Authorization/policyAssignments/write".to_owned(),
            actor: "eve@shop.example".to_owned(),
            resource: id(assigned),
            raw: "{}".to_owned(),
            ..put.clone()
        };
        let refused = format!(
            "RequestDisallowedByPolicy: Resource 'a' was disallowed by policy. Policy identifiers: \
             '[{{\"policyAssignment\":{{\"name\":\"none\",\"id\":\"{}\"}}}}]'.",
            id("no-addresses")
        );
        let home = "azure/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab";
        let found = Story::default()
            .calls_of(home, "2024-05-01T09:00:00Z", 300, &put, None)
            .calls_of(home, "2024-05-01T10:01:00Z", 12, &put, Some(&refused))
            .deed(home, AT, &assign, &id(assigned))
            .findings();
        assert_eq!(found.len(), expected, "{assigned}");
    };
    check("no-addresses", 1);
    check("no-tags", 0);
}

#[test]
fn trust_in_a_role_decides_who_takes_it_on_alone() {
    let request = r#"{"roleName": "orders", "policyDocument": "{}"}"#;
    let trust = iam("UpdateAssumeRolePolicy", request);
    let own = reader(role(), "").deed(HOME, AT, &trust, ROLE);
    assert!(own.findings().is_empty());
    let assume = Call {
        format: "aws.cloudtrail",
        api: "sts.amazonaws.com",
        action: "AssumeRole".to_owned(),
        actor: USER.to_owned(),
        resource: ROLE.to_owned(),
        ..Call::default()
    };
    let refused = format!(
        "AccessDenied: User: {USER} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    );
    let story = Story::default()
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &assume, None)
        .calls_of(HOME, "2024-05-01T10:01:00Z", 12, &assume, Some(&refused))
        .deed(HOME, AT, &trust, ROLE);
    assert_eq!(story.findings().len(), 1);
}

#[test]
fn a_policy_of_google_that_denies_takes_rights_away() {
    let check = |principal: &str, permission: &str, except: &str, expected: usize| {
        let get = Call {
            format: "gcp.audit",
            api: "storage.googleapis.com",
            action: "storage.objects.get".to_owned(),
            actor: "web@shop-prod.iam.gserviceaccount.com".to_owned(),
            resource: "projects/_/buckets/orders/objects/a".to_owned(),
            ..Call::default()
        };
        let request = format!(
            r#"{{"policy": {{"rules": [{{"denyRule": {{"deniedPrincipals": ["{principal}"],
            "exceptionPrincipals": ["{except}"], "deniedPermissions": ["{permission}"]}}}}]}}}}"#
        );
        let deny = Call {
            api: "iam.googleapis.com",
            action: "google.iam.v2.Policies.CreatePolicy".to_owned(),
            actor: "eve@shop.example".to_owned(),
            resource: "iam.googleapis.com/policies".to_owned(),
            raw: format!(r#"{{"protoPayload": {{"request": {request}}}}}"#),
            ..get.clone()
        };
        let home = "gcp/shop-prod";
        let refused = "PERMISSION_DENIED: Permission 'storage.objects.get' denied on resource";
        let id = "policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fshop-prod/denypolicies/guard";
        let mut story = Story::default()
            .calls_of(home, "2024-05-01T09:00:00Z", 300, &get, None)
            .calls_of(home, "2024-05-01T10:01:00Z", 12, &get, Some(refused))
            .deed(home, AT, &deny, id);
        if let Some(change) = story.changes.last_mut() {
            change.action = ChangeAction::Create;
        }
        assert_eq!(story.findings().len(), expected, "{principal} {permission}");
    };
    let own = "principal://iam.googleapis.com/projects/-/serviceAccounts/web@shop-prod.iam.gserviceaccount.com";
    let other = "principal://goog/subject/mona@shop.example";
    let all = "principalSet://goog/public:all";
    let get = "storage.googleapis.com/objects.get";
    check(own, get, other, 1);
    check(other, get, "", 0);
    check(all, get, "", 1);
    check(all, get, own, 0);
    check(all, "storage.googleapis.com/buckets.delete", "", 0);
}

#[test]
fn the_record_of_a_call_by_a_tool_decides_as_well() {
    let check = |verb: &str, expected: usize| {
        let document = format!(
            r#"{{\"Statement\": {{\"Effect\": \"Deny\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}}}"#
        );
        let request = format!(
            r#"{{"roleName": "orders", "policyName": "limits", "policyDocument": "{document}"}}"#
        );
        let mut apply = change(
            "aws_iam_role_policy.limits",
            "2024-05-01T10:00:02Z",
            "aws_iam_role_policy",
            &["policy"],
        );
        apply.resource = Some(ROLE.to_owned());
        let put = iam("PutRolePolicy", &request);
        let story = reader(role(), DENIES).calls_of(HOME, AT, 1, &put, None);
        assert_eq!(story.change(apply).findings().len(), expected, "{verb}");
    };
    check("s3:Get*", 1);
    check("sqs:*", 0);
}

#[test]
fn s3_names_no_bucket_where_it_refuses_and_the_record_does() {
    let check = |bucket: &str, expected: usize| {
        let put = Call {
            format: "aws.cloudtrail",
            api: "s3.amazonaws.com",
            action: "PutObject".to_owned(),
            actor: role().to_owned(),
            resource: "arn:aws:s3:::orders/a.csv".to_owned(),
            ..Call::default()
        };
        let at = "2024-05-01T10:00:00Z";
        let mut changed = change("PutBucketPolicy x", at, "s3.bucket", &["bucketPolicy"]);
        changed.id = "audit:1".to_owned();
        changed.resource = Some(format!("arn:aws:s3:::{bucket}"));
        let story = Story::default()
            .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &put, None)
            .calls_of(
                HOME,
                "2024-05-01T10:00:20Z",
                40,
                &put,
                Some("AccessDenied: Access Denied"),
            )
            .change(changed);
        assert_eq!(story.findings().len(), expected, "{bucket}");
    };
    check("orders", 1);
    check("invoices", 0);
}

#[test]
fn the_policy_of_an_endpoint_refuses_those_who_call_through_it() {
    const ENDPOINT: &str = "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0123456789abcdef0";
    let read = |endpoint: &str| Call {
        format: "aws.cloudtrail",
        api: "s3.amazonaws.com",
        action: "GetObject".to_owned(),
        actor: role().to_owned(),
        resource: "arn:aws:s3:::orders/a.csv".to_owned(),
        raw: format!(r#"{{"vpcEndpointId": "{endpoint}"}}"#),
        ..Call::default()
    };
    let check = |endpoint: &str, message: &str, told: &str, expected: usize| {
        let request = format!(
            r#"{{"ModifyVpcEndpointRequest": {{"VpcEndpointId": "vpce-0123456789abcdef0", {told}}}}}"#
        );
        let kind = "AWS::EC2::VPCEndpoint";
        let call = call("ec2.amazonaws.com", "ModifyVpcEndpoint", &request, "", kind);
        let story = Story::default()
            .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &read(endpoint), None)
            .calls_of(
                HOME,
                "2024-05-01T10:00:20Z",
                40,
                &read(endpoint),
                Some(message),
            )
            .deed(HOME, AT, &call, ENDPOINT);
        let found = story.findings();
        assert_eq!(found.len(), expected, "{endpoint} {message} {told}");
        let named = found.iter().all(|one| one.change.is_some());
        assert!(named, "{endpoint} {message} {told}");
    };
    let policy = |effect: &str, verb: &str| {
        let document = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"{effect}\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        format!(r#""PolicyDocument": "{document}""#)
    };
    let lacks = format!("{REFUSED} because no VPC endpoint policy allows the s3:GetObject action");
    let denies = format!("{REFUSED} with an explicit deny in a VPC endpoint policy");
    let own = "vpce-0123456789abcdef0";
    check(own, &lacks, r#""PolicyDocument": "{}""#, 1);
    check(own, &lacks, &policy("Allow", "s3:PutObject"), 1);
    check(own, &lacks, &policy("Allow", "*"), 0);
    check(own, &lacks, r#""ResetPolicy": true"#, 0);
    check(own, &lacks, r#""AddSubnetId": ["subnet-1"]"#, 0);
    check(own, &denies, &policy("Deny", "s3:Get*"), 1);
    check(
        own,
        "AccessDenied: Access Denied",
        &policy("Allow", "sqs:*"),
        1,
    );
    check("vpce-ffffffff", &lacks, &policy("Allow", "sqs:*"), 0);
    check(
        "vpce-ffffffff",
        "AccessDenied: Access Denied",
        &policy("Allow", "sqs:*"),
        0,
    );
    let identity = format!("{REFUSED} {LACKS}");
    check(own, &identity, &policy("Allow", "sqs:*"), 0);
}

#[test]
fn logs_that_tell_of_the_policy_of_an_endpoint_lead_to_it() {
    let check = |account: &str, reason: &str, expected: &str| {
        let endpoint =
            format!("arn:aws:ec2:eu-west-1:{account}:vpc-endpoint/vpce-0123456789abcdef0");
        let request = r#"{"ModifyVpcEndpointRequest": {"VpcEndpointId": "vpce-0123456789abcdef0",
            "PolicyDocument": "{}"}}"#;
        let kind = "AWS::EC2::VPCEndpoint";
        let call = call("ec2.amazonaws.com", "ModifyVpcEndpoint", request, "", kind);
        let refused = format!("checkout ERROR {REFUSED} {reason}");
        let story = Story::default()
            .resource(
                "arn:aws:lambda:eu-west-1:111122223333:function:checkout",
                "aws_lambda_function",
                &["checkout"],
            )
            .edge(
                "checkout",
                RelationKind::RunsOn,
                "arn:aws:lambda:eu-west-1:111122223333:function:checkout",
            )
            .every(HOME, "2024-05-01T10:00:07Z", 4, 60, &refused)
            .deed(&format!("aws/{account}"), AT, &call, &endpoint);
        let found = story.verdicts();
        assert_eq!(
            found,
            [format!("checkout <  | {expected}")],
            "{account} {reason}"
        );
    };
    let lacks = "because no VPC endpoint policy allows the s3:GetObject action";
    check("111122223333", lacks, "audit:ModifyVpcEndpoint");
    check("444455556666", lacks, "none");
    check("111122223333", LACKS, "none");
}

#[test]
fn a_role_of_the_same_name_in_another_account_lost_nothing_here() {
    let check = |account: &str, expected: usize| {
        let request =
            r#"{"roleName": "orders", "policyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}"#;
        let detach = iam("DetachRolePolicy", request);
        let of = format!("arn:aws:iam::{account}:role/orders");
        let story = reader(role(), LACKS).deed(&format!("aws/{account}"), AT, &detach, &of);
        assert_eq!(story.findings().len(), expected, "{account}");
    };
    check("111122223333", 1);
    check("444455556666", 0);
}
