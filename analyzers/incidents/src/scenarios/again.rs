//! Failures that come again.

use nepho_core::findings::IncidentDetails;

use super::*;

/// A service that cannot reach its search for two minutes at each of these times, with a deployment
/// of the search at ten past ten.
fn failing(times: &[&str]) -> Vec<IncidentDetails> {
    let mut story = Story::default()
        .every(AWS, "2024-05-01T08:30:00Z", 5, 1_800, "web INFO GET / 200")
        .every(AWS, "2024-05-01T08:30:02Z", 5, 1_800, "find INFO found")
        .calls("web", "find");
    for at in times {
        story = story.every(AWS, at, 3, 40, "web ERROR GET /q failed: find answered 502");
    }
    let at = "2024-05-01T10:10:00Z";
    let mut deploy = change("find", at, "aws_ecs_service", &["task_definition"]);
    deploy.resource = Some("arn:aws:ecs:eu-west-1:111122223333:service/shop/find".to_owned());
    let service = "arn:aws:ecs:eu-west-1:111122223333:service/shop/find";
    let story = story
        .resource(service, "aws_ecs_service", &["find"])
        .edge("find", RelationKind::RunsOn, service)
        .change(deploy);
    story.incidents()
}

#[test]
fn a_failure_that_comes_again_is_one_incident_and_older_than_a_change() {
    let found = failing(&[
        "2024-05-01T09:10:00Z",
        "2024-05-01T09:40:00Z",
        "2024-05-01T10:12:00Z",
        "2024-05-01T10:30:00Z",
    ]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let starts = found[0].recurrences.iter();
    let starts: Vec<Timestamp> = starts.map(|one| one.start).collect();
    let expected = ["09:40:00", "10:12:00", "10:30:00"];
    let expected = expected.map(|clock| time(&format!("2024-05-01T{clock}Z")));
    assert_eq!(starts, expected);
    assert_eq!(found[0].cause, None);
    assert_eq!(found[0].primary.errors, 160);
    assert!(found[0].primary.rows < 300, "{}", found[0].primary.rows);
    let deploy = &found[0].considered[0];
    assert_eq!(deploy.verdict, ChangeVerdict::Cleared);
    let why = "the same failure came before it as well, at 09:10:00 and 09:40:00";
    assert_eq!(deploy.why, why);
}

#[test]
fn a_failure_that_came_once_before_may_have_another_cause() {
    let found = failing(&["2024-05-01T09:10:00Z", "2024-05-01T10:12:00Z"]);
    let causes: Vec<bool> = found.iter().map(|one| one.cause.is_some()).collect();
    assert_eq!(causes, [false, true]);
}
