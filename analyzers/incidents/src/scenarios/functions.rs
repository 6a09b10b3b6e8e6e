//! Functions of Lambda: their versions and aliases, and the same function in several regions.

use super::*;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
const GROUP: &str = "/aws/lambda/orders";

/// Orders fails in code from ten on. Its rows are from its log group, which tells no region, and
/// from a log stream.
fn story(stream: &str, call: &str, attributes: &[&str]) -> Story {
    let mut change = change(
        &format!("{call} orders"),
        "2024-05-01T10:00:00Z",
        "lambda.function",
        attributes,
    );
    change.id = "audit:1".to_owned();
    change.resource = Some(FUNCTION.to_owned());
    Story::default()
        .resource(FUNCTION, "aws_lambda_function", &["orders"])
        .edge("orders", RelationKind::RunsOn, FUNCTION)
        .every(AWS, "2024-05-01T09:00:00Z", 4, 900, "orders INFO done")
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "orders ERROR TypeError: x is undefined",
        )
        .in_place("", GROUP)
        .in_stream(stream)
        .change(change)
}

/// The cause, and what is said of the change.
fn verdict(story: &Story) -> (Option<String>, ChangeVerdict, String) {
    let incidents = story.incidents();
    let incident = incidents.first().unwrap();
    let change = &incident.considered[0];
    (incident.cause.clone(), change.verdict, change.why.clone())
}

#[test]
fn an_alias_breaks_only_what_is_of_the_version_that_it_leads_to() {
    let version = format!("{}9", Change::VERSION);
    let check = |stream: &str, expected: ChangeVerdict, words: &str| {
        let attributes = ["alias", "functionVersion", version.as_str()];
        let story = story(stream, "UpdateAlias", &attributes);
        let (_, found, why) = verdict(&story);
        assert_eq!(found, expected, "{stream}: {why}");
        assert!(why.contains(words), "{stream}: {why}");
    };
    let lies = "lies on the path to orders";
    check("2024/05/01/[9]0a1b2c3d", ChangeVerdict::Cause, lies);
    check("2024/05/01/orders[9]0a1b2c3d", ChangeVerdict::Cause, lies);
    let other = "it is of another version of the function";
    check("2024/05/01/[8]0a1b2c3d", ChangeVerdict::Cleared, other);
    check("2024/05/01/[$LATEST]0a1b", ChangeVerdict::Cleared, other);
    let unknown = "nothing tells of which version of the function";
    check("app-1", ChangeVerdict::Possible, unknown);
}

#[test]
fn a_region_that_nothing_tells_is_a_doubt() {
    let code = || story("2024/05/01/[$LATEST]0a1b", "UpdateFunctionCode", &["code"]);
    let (cause, _, why) = verdict(&code());
    assert_eq!(cause.as_deref(), Some("audit:1"));
    assert!(
        why.contains("in which region the failing rows are"),
        "{why}"
    );
    // The same function elsewhere may be the one that fails.
    let twice = code().resource(
        &FUNCTION.replace("eu-west-1", "us-east-1"),
        "aws_lambda_function",
        &["orders"],
    );
    let (cause, found, why) = verdict(&twice);
    assert_eq!((cause, found), (None, ChangeVerdict::Possible), "{why}");
    assert!(why.contains("regions that have this function"), "{why}");
    // Rows that tell their region leave no doubt.
    let mut told = code();
    told.rows.clear();
    let told = told
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "orders ERROR TypeError: x is undefined",
        )
        .in_place("eu-west-1", GROUP);
    let (cause, _, why) = verdict(&told);
    assert_eq!(cause.as_deref(), Some("audit:1"));
    assert!(!why.contains("in which region"), "{why}");
}

#[test]
fn what_has_the_name_of_the_service_in_its_own_is_possible_and_never_the_cause() {
    let check = |name: &str, is_guess: bool, expected: ChangeVerdict| {
        let ecs = format!("arn:aws:ecs:eu-west-1:111122223333:service/shop/{name}");
        let mut change = change(
            &format!("UpdateService {name}"),
            "2024-05-01T10:00:00Z",
            "ecs.service",
            &["taskDefinition"],
        );
        change.id = "audit:1".to_owned();
        change.resource = Some(ecs.clone());
        let mut story = Story::default()
            .resource(&ecs, "aws_ecs_service", &[])
            .edge("checkout", RelationKind::RunsOn, &ecs);
        if is_guess {
            story = story.guessed();
        }
        let failing = "checkout ERROR TypeError: x is undefined";
        let story = story
            .every(AWS, "2024-05-01T10:00:07Z", 4, 60, failing)
            .change(change);
        let (_, found, why) = verdict(&story);
        assert_eq!(found, expected, "{name}: {why}");
    };
    check("checkout-worker", true, ChangeVerdict::Possible);
    check("checkout-stage", true, ChangeVerdict::Possible);
    check("prod-checkout", true, ChangeVerdict::Cause);
    check("checkout", true, ChangeVerdict::Cause);
    // A tag or rows that name it tell more.
    check("checkout-worker", false, ChangeVerdict::Cause);
}
