//! Calls of IAM, which tell names without paths.

use super::*;

const POLICY: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

fn role(id: &str) -> Resource {
    Resource {
        key: format!("arn:aws:iam::111122223333:role/{id}"),
        ..Resource::default()
    }
}

/// The roles that a policy is attached to by name, between two calls.
fn roles(rows: &[Resource]) -> Vec<(String, bool)> {
    let request = || json!({"roleName": "deploy", "policyArn": POLICY});
    let call = |time, operation| (time, "iam", operation, request(), Value::Null);
    let calls = [
        call("2024-05-01T10:00:00Z", "AttachRolePolicy"),
        call("2024-05-01T11:00:00Z", "DetachRolePolicy"),
    ];
    let out = conclude(&calls, rows, &[]);
    let told = out.relations.iter().filter(|row| row.source == SOURCE);
    told.map(|row| (row.from.clone(), row.valid_to.is_some()))
        .collect()
}

#[test]
fn a_name_is_that_of_the_only_role_that_is_called_so() {
    let bare = role("deploy").key;
    let check = |rows: &[Resource], expected: &str| {
        assert_eq!(roles(rows), [(expected.to_owned(), true)]);
    };
    let deep = role("service/shop/deploy");
    check(&[], &bare);
    check(std::slice::from_ref(&deep), &deep.key);
    check(&[role("service/redeploy"), role("deploy/other")], &bare);
    check(&[deep.clone(), role("deploy")], &deep.key);
}

#[test]
fn a_role_with_a_path_is_trusted_until_a_call_tells_its_name() {
    let own = "arn:aws:iam::111122223333";
    let trust = |who: &str| {
        let who = json!({"AWS": format!("{own}:user/{who}")});
        json!({"Statement": [{"Effect": "Allow", "Principal": who}]}).to_string()
    };
    let made = json!({"roleName": "deploy", "path": "/service/",
        "assumeRolePolicyDocument": trust("maria")});
    let answer = json!({"role": {"arn": format!("{own}:role/service/deploy")}});
    let set = json!({"roleName": "deploy", "policyDocument": trust("ivan")});
    let calls = [
        ("2024-05-01T10:00:00Z", "iam", "CreateRole", made, answer),
        (
            "2024-05-01T11:00:00Z",
            "iam",
            "UpdateAssumeRolePolicy",
            set,
            Value::Null,
        ),
    ];
    let expected = [
        "ivan permits_iam deploy 11:00-?",
        "maria permits_iam deploy 10:00-11:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}
