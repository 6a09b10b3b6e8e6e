//! Less of what a service calls, and more.

use nepho_core::findings::incident::ChangeVerdict;

use super::*;

const PAY: &str = "arn:aws:ecs:eu-west-1:111122223333:service/shop/pay";

/// What is thought of a call that set the number of tasks of `pay`, after which checkout complains.
fn scaled(remark: Option<&str>, complaint: &str) -> ChangeVerdict {
    let told = ["cluster", "desiredCount"].into_iter().chain(remark);
    let told: Vec<&str> = told.collect();
    let kind = "AWS::ECS::Service";
    let mut call = change("UpdateService pay", "2024-05-01T10:00:00Z", kind, &told);
    call.id = "audit:1".to_owned();
    call.resource = Some(PAY.to_owned());
    let failing = format!("checkout ERROR {complaint}");
    let story = Story::default()
        .resource(PAY, "aws_ecs_service", &["pay.shop.internal"])
        .edge("checkout", RelationKind::Calls, PAY)
        .every(AWS, "2024-05-01T09:30:00Z", 5, 360, "checkout INFO placed")
        .every(AWS, "2024-05-01T10:00:20Z", 4, 60, &failing)
        .change(call);
    let considered = story.incidents().remove(0).considered;
    considered.into_iter().next().unwrap().verdict
}

#[test]
fn fewer_of_what_is_called_may_be_too_few() {
    let check = |remark: &str, complaint: &str, expected: ChangeVerdict| {
        assert_eq!(scaled(Some(remark), complaint), expected, "{remark}");
    };
    let lost = "connect ETIMEDOUT pay.shop.internal:8080";
    let busy = "429 Too Many Requests from pay.shop.internal";
    check(Change::TO_FEWER, lost, ChangeVerdict::Possible);
    check(Change::TO_FEWER, busy, ChangeVerdict::Cause);
    check(Change::TO_MORE, lost, ChangeVerdict::Cleared);
    check(Change::TO_NONE, lost, ChangeVerdict::Cause);
    let program = "TypeError: pay.shop.internal is not a function";
    check(Change::TO_FEWER, program, ChangeVerdict::Cleared);
}

#[test]
fn an_update_of_which_nothing_is_told_is_blamed_with_less_confidence() {
    let told = |attributes: &[&str]| {
        let at = "2024-05-01T10:00:00Z";
        let mut update = change("aws_ecs_service.pay", at, "aws_ecs_service", attributes);
        update.resource = Some(PAY.to_owned());
        let story = Story::default()
            .resource(PAY, "aws_ecs_service", &[])
            .edge("pay", RelationKind::RunsOn, PAY)
            .every(AWS, "2024-05-01T09:30:00Z", 5, 360, "pay INFO paid")
            .every(
                AWS,
                "2024-05-01T10:00:20Z",
                4,
                60,
                "pay ERROR NullPointerException at Price.add",
            )
            .change(update);
        story.findings().remove(0)
    };
    let (task, nothing, size) = (
        told(&["task_definition"]),
        told(&[]),
        told(&["desired_count"]),
    );
    assert!(task.change.is_some() && nothing.change.is_some());
    assert!(nothing.confidence < 0.65, "{}", nothing.confidence);
    assert!(task.confidence > nothing.confidence + 0.1);
    assert!(
        nothing
            .explanation
            .contains("nothing tells what it changed")
    );
    assert_eq!(size.change, None);
}
