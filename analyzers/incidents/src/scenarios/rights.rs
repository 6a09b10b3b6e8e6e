//! What services may use, and what they do use.

use super::*;
use crate::testing::Call;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:checkout";
const ROLE: &str = "arn:aws:iam::111122223333:role/checkout";
const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";
const BUCKET: &str = "arn:aws:s3:::shop-exports";

/// Checkout acts as a role that may read a bucket, which was changed just before it complained.
fn story(complaint: &str, changed: &str, kind: &str) -> Story {
    let mut change = change(
        "resource.changed",
        "2024-05-01T10:00:00Z",
        kind,
        &["policy"],
    );
    change.resource = Some(changed.to_owned());
    Story::default()
        .resource(FUNCTION, "aws_lambda_function", &["checkout"])
        .resource(ROLE, "aws_iam_role", &[])
        .resource(ADMIN, "aws_iam_role", &[])
        .resource(BUCKET, "aws_s3_bucket", &[])
        .edge("checkout", RelationKind::RunsOn, FUNCTION)
        .edge(FUNCTION, RelationKind::DependsOn, ROLE)
        .edge(ROLE, RelationKind::PermitsIam, BUCKET)
        .edge(ROLE, RelationKind::PermitsIam, ADMIN)
        .every(
            "aws/111122223333",
            "2024-05-01T10:00:07Z",
            4,
            60,
            &format!("checkout ERROR {complaint}"),
        )
        .change(change)
}

#[test]
fn what_a_role_may_use_is_a_cause_only_where_access_is_denied() {
    let check = |complaint: &str, cause: &str| {
        let story = story(complaint, BUCKET, "aws_s3_bucket");
        assert_eq!(story.verdicts(), [format!("checkout <  | {cause}")]);
    };
    check(
        "AccessDenied: not authorized to perform",
        "resource.changed",
    );
    check("could not connect: connection timed out", "none");
}

#[test]
fn a_role_that_is_taken_on_may_be_the_cause() {
    let denied = "AccessDenied: not authorized to perform";
    let story = story(denied, ADMIN, "aws_iam_role");
    assert_eq!(story.verdicts(), ["checkout <  | resource.changed"]);
}

#[test]
fn a_role_whose_session_messages_tell_of_needs_no_map() {
    let check = |role: &str, kind: &str, complaint: &str, cause: &str| {
        let attributes = &["inline_policy"];
        let mut change = change("role.changed", "2024-05-01T10:00:00Z", kind, attributes);
        change.resource = Some(format!("arn:aws:iam::111122223333:role/{role}"));
        let line = format!("invoice ERROR AccessDenied: User: {complaint}");
        let story = Story::default()
            .every("aws/111122223333", "2024-05-01T10:00:07Z", 4, 60, &line)
            .change(change);
        assert_eq!(
            story.verdicts(),
            [format!("invoice <  | {cause}")],
            "{role}"
        );
    };
    let role = "aws_iam_role";
    let refused = "arn:aws:sts::111122223333:assumed-role/invoice-task/9f1 is not authorized to \
                   perform: s3:PutObject on resource: arn:aws:s3:::shop-invoices/1.pdf";
    check("invoice-task", role, refused, "role.changed");
    check("ecs/invoice-task", role, refused, "role.changed");
    check("invoice", role, refused, "none");
    check("task", role, refused, "none");
    // Who is refused is somebody else.
    let other = "arn:aws:sts::111122223333:assumed-role/web/1 is not authorized to perform: \
                 sts:AssumeRole on arn:aws:sts::111122223333:assumed-role/invoice-task/9f1";
    check("invoice-task", role, other, "none");
}

#[test]
fn a_policy_of_others_that_names_what_was_lost_is_not_the_cause() {
    let policy = "arn:aws:iam::111122223333:policy/reports";
    let story = story(
        "AccessDenied: not authorized to perform",
        policy,
        "aws_iam_policy",
    );
    let story = story.resource(policy, "aws_iam_policy", &[]).edge(
        policy,
        RelationKind::PermitsIam,
        BUCKET,
    );
    assert_eq!(story.verdicts(), ["checkout <  | none"]);
}

#[test]
fn a_rule_that_only_allows_cuts_no_connection() {
    let group = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1";
    let check = |call: &str, cause: &str| {
        let mut change = change(
            &format!("{call} sg-1"),
            "2024-05-01T10:00:00Z",
            "aws_security_group",
            &["ipPermissions"],
        );
        change.id = "audit:1".to_owned();
        change.resource = Some(group.to_owned());
        let story = Story::default()
            .resource(FUNCTION, "aws_lambda_function", &["checkout"])
            .resource(group, "aws_security_group", &[])
            .edge("checkout", RelationKind::RunsOn, FUNCTION)
            .edge(FUNCTION, RelationKind::DependsOn, group)
            .every(
                "aws/111122223333",
                "2024-05-01T10:00:07Z",
                4,
                60,
                "checkout ERROR could not connect: connection timed out",
            )
            .change(change);
        assert_eq!(story.verdicts(), [format!("checkout <  | {cause}")]);
    };
    check("AuthorizeSecurityGroupIngress", "none");
    check("RevokeSecurityGroupIngress", "audit:1");
}

#[test]
fn a_policy_of_the_role_is_the_cause_if_it_may_take_what_is_missing() {
    let check = |action: &str, request: &str, cause: &str| {
        let call = Call {
            format: "aws.cloudtrail",
            api: "iam.amazonaws.com",
            action: action.to_owned(),
            actor: "arn:aws:iam::111122223333:user/eve".to_owned(),
            resource: "iam.role".to_owned(),
            raw: format!(r#"{{"requestParameters": {request}}}"#),
            ..Call::default()
        };
        let story = Story::default()
            .resource(FUNCTION, "aws_lambda_function", &["checkout"])
            .resource(ROLE, "aws_iam_role", &[])
            .edge("checkout", RelationKind::RunsOn, FUNCTION)
            .edge(FUNCTION, RelationKind::DependsOn, ROLE)
            .every(
                "aws/111122223333",
                "2024-05-01T10:00:07Z",
                4,
                60,
                "checkout ERROR AccessDenied: User: \
                 arn:aws:sts::111122223333:assumed-role/checkout/x is not authorized to perform: \
                 s3:GetObject on resource: arn:aws:s3:::shop-exports/a",
            )
            .deed("aws/111122223333", "2024-05-01T10:00:00Z", &call, ROLE);
        assert_eq!(
            story.verdicts(),
            [format!("checkout <  | {cause}")],
            "{request}"
        );
    };
    let put = |effect: &str, verb: &str| {
        let document = format!(
            r#"{{\"Statement\": [{{\"Effect\": \"{effect}\", \"Action\": \"{verb}\", \"Resource\": \"*\"}}]}}"#
        );
        format!(r#"{{"roleName": "checkout", "policyName": "p", "policyDocument": "{document}"}}"#)
    };
    let policy = |name: &str| {
        format!(r#"{{"roleName": "checkout", "policyArn": "arn:aws:iam::aws:policy/{name}"}}"#)
    };
    let named = "audit:PutRolePolicy";
    check("PutRolePolicy", &put("Allow", "logs:PutLogEvents"), "none");
    check("PutRolePolicy", &put("Allow", "s3:*"), "none");
    check("PutRolePolicy", &put("Allow", "s3:PutObject"), named);
    check("PutRolePolicy", &put("Deny", "s3:*"), named);
    check("PutRolePolicy", &put("Deny", "sqs:*"), "none");
    let attach = "AttachRolePolicy";
    check(attach, &policy("AdministratorAccess"), "none");
    check(attach, &policy("AWSDenyAll"), "audit:AttachRolePolicy");
    let taken = "audit:DetachRolePolicy";
    check("DetachRolePolicy", &policy("AmazonS3ReadOnlyAccess"), taken);
    let bounded = r#"{"roleName": "checkout", "permissionsBoundary": "arn:aws:iam::1:policy/b"}"#;
    let boundary = "PutRolePermissionsBoundary";
    check(boundary, bounded, "audit:PutRolePermissionsBoundary");
    check("DeleteRolePermissionsBoundary", bounded, "none");
}

#[test]
fn a_policy_of_the_organization_is_the_cause_where_messages_tell_of_one() {
    let check = |target: &str, reason: &str, expected: &str| {
        let call = Call {
            format: "aws.cloudtrail",
            api: "organizations.amazonaws.com",
            action: "AttachPolicy".to_owned(),
            actor: "arn:aws:iam::999900001111:user/eve".to_owned(),
            resource: "organizations.policy".to_owned(),
            raw: format!(
                r#"{{"requestParameters": {{"policyId": "p-1", "targetId": "{target}"}}}}"#
            ),
            ..Call::default()
        };
        let policy = "arn:aws:organizations::aws:policy/service_control_policy/p-1";
        let refused = format!(
            "checkout ERROR AccessDenied: User: arn:aws:sts::111122223333:assumed-role/checkout/x \
             is not authorized to perform: s3:GetObject on resource: a {reason}"
        );
        let story = Story::default()
            .resource(FUNCTION, "aws_lambda_function", &["checkout"])
            .edge("checkout", RelationKind::RunsOn, FUNCTION)
            .every("aws/111122223333", "2024-05-01T10:00:07Z", 4, 60, &refused)
            .deed("aws/999900001111", "2024-05-01T10:00:00Z", &call, policy);
        let found = story.verdicts();
        assert_eq!(
            found,
            [format!("checkout <  | {expected}")],
            "{target} {reason}"
        );
    };
    let denies = "with an explicit deny in a service control policy";
    let own = "with an explicit deny in an identity-based policy";
    let named = "audit:AttachPolicy";
    check("111122223333", denies, named);
    check("444455556666", denies, "none");
    check("111122223333", own, "none");
    check("111122223333", "", "none");
}

#[test]
fn a_table_is_named_by_its_bare_name() {
    let check = |region: &str, name: &str, expected: &str| {
        let id = format!("arn:aws:dynamodb:{region}:111122223333:table/{name}");
        let words = ["provisionedThroughput"];
        let at = "2024-05-01T10:00:00Z";
        let mut changed = change("UpdateTable x", at, "aws_dynamodb_table", &words);
        changed.id = "audit:1".to_owned();
        changed.resource = Some(id.clone());
        let story = Story::default()
            .resource(FUNCTION, "aws_lambda_function", &["checkout"])
            .resource(&id, "aws_dynamodb_table", &[])
            .edge("checkout", RelationKind::RunsOn, FUNCTION)
            .every(
                "aws/111122223333",
                "2024-05-01T10:00:07Z",
                4,
                60,
                "checkout ERROR ProvisionedThroughputExceededException: The level of configured \
                 provisioned throughput for the table Carts was exceeded",
            )
            .in_place("eu-west-1", FUNCTION)
            .change(changed);
        let found = story.verdicts();
        assert_eq!(
            found,
            [format!("checkout <  | {expected}")],
            "{region} {name}"
        );
    };
    check("eu-west-1", "Carts", "audit:1");
    check("us-east-1", "Carts", "none");
    check("eu-west-1", "Carts-archive", "none");
}

#[test]
fn a_policy_that_nobody_saw_before_is_possible_where_the_refusal_follows_at_once() {
    let document =
        r#"{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sqs:*\", \"Resource\": \"*\"}]}"#;
    let put = |name: &str| Call {
        format: "aws.cloudtrail",
        api: "iam.amazonaws.com",
        action: "PutRolePolicy".to_owned(),
        actor: "arn:aws:iam::111122223333:user/eve".to_owned(),
        resource: "iam.role".to_owned(),
        raw: format!(
            r#"{{"requestParameters": {{"roleName": "checkout", "policyName": "{name}", "policyDocument": "{document}"}}}}"#
        ),
        ..Call::default()
    };
    let check = |from: &str, reason: &str, expected: ChangeVerdict| {
        let refused = format!(
            "checkout ERROR AccessDenied: User: arn:aws:sts::111122223333:assumed-role/checkout/x \
             is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::shop-exports/a \
             {reason}"
        );
        let story = Story::default()
            .resource(FUNCTION, "aws_lambda_function", &["checkout"])
            .resource(ROLE, "aws_iam_role", &[])
            .edge("checkout", RelationKind::RunsOn, FUNCTION)
            .edge(FUNCTION, RelationKind::DependsOn, ROLE)
            .every(AWS, from, 4, 60, &refused)
            .deed(AWS, "2024-05-01T10:00:00Z", &put("use"), ROLE);
        let incidents = story.incidents();
        let (incident, change) = (&incidents[0], &incidents[0].considered[0]);
        assert_eq!(incident.cause, None, "{from} {reason}");
        assert_eq!(change.verdict, expected, "{from} {reason}: {}", change.why);
        let is_told = change
            .why
            .contains("nothing tells what this policy said before");
        assert_eq!(
            is_told,
            expected == ChangeVerdict::Possible,
            "{}",
            change.why
        );
    };
    let lacks = "because no identity-based policy allows the s3:GetObject action";
    let soon = "2024-05-01T10:00:07Z";
    check(soon, lacks, ChangeVerdict::Possible);
    check(soon, "", ChangeVerdict::Possible);
    let denied = "with an explicit deny in an identity-based policy";
    check(soon, denied, ChangeVerdict::Cleared);
    check("2024-05-01T10:20:00Z", lacks, ChangeVerdict::Cleared);
}
