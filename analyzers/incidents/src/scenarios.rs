//! Stories that a colleague would believe, each with its verdict.

mod accounts;
mod again;
mod azure;
mod begun;
mod callers;
mod chronic;
mod clocks;
mod clusters;
mod disabled;
mod doors;
mod endings;
mod few;
mod flags;
mod flapping;
mod functions;
mod google;
mod hosts;
mod losses;
mod names;
mod order;
mod places;
mod pools;
mod refusals;
mod relations;
mod repairs;
mod rights;
mod severity;
mod sizes;
mod stops;
mod strangers;
mod troubles;
mod warnings;
mod ways;

use nepho_core::Timestamp;
use nepho_core::findings::{ChangeVerdict, Details, FindingKind, WriteClass};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RelationKind};
use nepho_core::time::NANOS;

use crate::testing::{Story, change, time};

const AWS: &str = "aws/111122223333";
const AZURE: &str = "azure/shop";
const GCP: &str = "gcp/shop-prod";

/// A shop on a quiet morning: an hour of normal rows of each service, and who calls whom.
fn shop() -> Story {
    Story::default()
        .every(
            AWS,
            "2024-05-01T09:30:00Z",
            5,
            720,
            "checkout INFO order placed",
        )
        .every(
            AZURE,
            "2024-05-01T09:30:01Z",
            5,
            720,
            "cart INFO item added",
        )
        .every(GCP, "2024-05-01T09:30:02Z", 5, 720, "web INFO GET / 200")
        .every(
            AWS,
            "2024-05-01T09:30:03Z",
            5,
            720,
            "search INFO query answered",
        )
        .calls("web", "cart")
        .calls("cart", "checkout")
        .calls("web", "search")
        .calls("checkout", "arn:aws:rds:eu-west-1:111122223333:db:order-db")
        .resource(
            "arn:aws:rds:eu-west-1:111122223333:db:order-db",
            "aws_db_instance",
            &["order-db"],
        )
        .resource(
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
            "aws_security_group",
            &["sg-1"],
        )
        .resource(
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2",
            "aws_security_group",
            &["sg-2"],
        )
        .edge(
            "arn:aws:rds:eu-west-1:111122223333:db:order-db",
            RelationKind::DependsOn,
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
        )
}

/// From ten o'clock on checkout cannot reach its database.
fn outage(story: Story) -> Story {
    story
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            AZURE,
            "2024-05-01T10:00:09Z",
            5,
            50,
            "cart ERROR 503 from checkout",
        )
        .every(
            GCP,
            "2024-05-01T10:00:10Z",
            6,
            40,
            "web ERROR upstream cart answered 503",
        )
}

fn rule_change() -> nepho_core::tables::Change {
    let mut rule = change(
        "aws_security_group.db",
        "2024-05-01T10:00:00Z",
        "aws_security_group",
        &["ingress"],
    );
    rule.resource = Some("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1".to_owned());
    rule
}

fn innocent_change() -> nepho_core::tables::Change {
    let mut other = change(
        "aws_security_group.search",
        "2024-05-01T10:00:02Z",
        "aws_security_group",
        &["ingress"],
    );
    other.resource = Some("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2".to_owned());
    other
}

#[test]
fn nothing_in_gives_nothing_out() {
    assert!(Story::default().findings().is_empty());
    assert!(shop().findings().is_empty());
}

#[test]
fn the_change_that_cut_off_the_database_is_the_cause() {
    let story = outage(shop())
        .change(rule_change())
        .change(innocent_change());
    assert_eq!(
        story.verdicts(),
        ["checkout < cart,web | aws_security_group.db"]
    );
    let incidents = story.incidents();
    let details = &incidents[0];
    assert_eq!(details.primary.onset, time("2024-05-01T10:00:07Z"));
    assert_eq!(details.primary.via.as_deref(), Some("order-db"));
    assert_eq!(details.secondary[1].via.as_deref(), Some("cart"));
    assert_eq!(details.considered.len(), 2);
    let innocent = &details.considered[1];
    assert_eq!(innocent.verdict, ChangeVerdict::Cleared);
    assert!(
        innocent.why.contains("no path to checkout"),
        "{}",
        innocent.why
    );
    assert!(details.primary.series.len() <= 240);
    let finding = &story.findings()[0];
    assert!(
        finding
            .explanation
            .contains("could not connect to order-db"),
        "{}",
        finding.explanation
    );
}

#[test]
fn the_order_of_rows_and_files_does_not_matter() {
    let story = outage(shop()).change(rule_change());
    let forward = story.findings();
    assert!(
        forward == story.reversed().findings(),
        "the findings differ"
    );
}

#[test]
fn a_failure_without_a_change_has_no_cause() {
    let story = outage(shop());
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    assert!(story.incidents()[0].checked[0].contains("no change at all"));
}

#[test]
fn what_the_database_stood_on_at_another_time_does_not_matter() {
    let check = |from: Option<&str>, to: Option<&str>, expected: &str| {
        let story = outage(shop())
            .edge(
                "arn:aws:rds:eu-west-1:111122223333:db:order-db",
                RelationKind::DependsOn,
                "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2",
            )
            .for_a_time(from, to)
            .change(innocent_change());
        assert_eq!(
            story.verdicts(),
            [format!("checkout < cart,web | {expected}")]
        );
    };
    check(None, None, "aws_security_group.search");
    check(None, Some("2024-05-01T07:00:00Z"), "none");
    check(Some("2024-05-01T11:00:00Z"), None, "none");
    // It was taken off a moment before: that may be what broke it.
    check(
        None,
        Some("2024-05-01T10:00:01Z"),
        "aws_security_group.search",
    );
}

#[test]
fn agents_and_the_cloud_itself_are_never_blamed() {
    for class in [WriteClass::Runtime, WriteClass::Service] {
        let mut background = rule_change();
        background.class = Some(class);
        let story = outage(shop()).change(background);
        assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    }
}

#[test]
fn a_change_that_its_run_never_came_to_did_nothing() {
    let check = |mut change: Change| {
        change.outcome = ChangeOutcome::Cancelled;
        let incidents = outage(shop()).change(change).incidents();
        let considered = &incidents[0].considered[0];
        assert_eq!(considered.verdict, ChangeVerdict::Cleared);
        assert!(
            considered.why.ends_with("it was not begun"),
            "{}",
            considered.why
        );
    };
    check(rule_change());
    check(innocent_change());
}

#[test]
fn a_call_is_told_by_what_it_did_and_the_path_in_words() {
    let mut call = rule_change();
    call.id = "audit:1".to_owned();
    call.tool = "console".to_owned();
    call.address = "RevokeSecurityGroupIngress sg-1".to_owned();
    let story = outage(shop()).change(call);
    let found = story.findings();
    let called = "the console called RevokeSecurityGroupIngress on sg-1";
    assert!(
        found[0].title.ends_with(&format!("; cause: {called}")),
        "{}",
        found[0].title
    );
    assert!(
        found[0]
            .explanation
            .contains(&format!("that {called} by amit")),
        "{}",
        found[0].explanation
    );
    let path = story.incidents()[0].considered[0].path.join("; ");
    assert!(path.contains("order-db depends on "), "{path}");
}

#[test]
fn a_change_of_a_short_interval_is_blamed_and_of_a_long_one_is_not() {
    let check = |not_before: &str, time_of: &str, expected: &str| {
        let mut vague = rule_change();
        vague.not_before = Some(time(not_before));
        vague.time = Some(time(time_of));
        let story = outage(shop()).change(vague);
        assert_eq!(
            story.verdicts(),
            [format!("checkout < cart,web | {expected}")]
        );
    };
    let found = "aws_security_group.db";
    check("2024-05-01T09:59:00Z", "2024-05-01T10:02:00Z", found);
    check("2024-04-30T10:00:00Z", "2024-05-02T10:00:00Z", "none");
    check("2024-05-01T10:30:00Z", "2024-05-01T11:00:00Z", "none");
}

#[test]
fn an_unrelated_change_nearby_is_not_blamed() {
    let mut bucket = change(
        "aws_s3_bucket.images",
        "2024-05-01T10:00:05Z",
        "aws_s3_bucket",
        &["versioning"],
    );
    bucket.resource = Some("arn:aws:s3:::images".to_owned());
    let story = outage(shop()).change(innocent_change()).change(bucket);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    assert!(
        story.incidents()[0]
            .considered
            .iter()
            .all(|change| change.verdict == ChangeVerdict::Cleared)
    );
}

#[test]
fn a_change_after_the_first_failure_is_not_blamed() {
    let mut late = rule_change();
    late.time = Some(time("2024-05-01T10:01:00Z"));
    let story = outage(shop()).change(late);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    assert!(
        story.incidents()[0].considered[0]
            .why
            .contains("after the first failure")
    );
}

#[test]
fn a_planned_change_is_not_blamed() {
    let mut planned = rule_change();
    planned.outcome = ChangeOutcome::Planned;
    let story = outage(shop()).change(planned);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn tags_on_the_right_resource_are_not_blamed() {
    let mut tags = rule_change();
    tags.attributes = vec!["tags".to_owned(), "tags_all".to_owned()];
    let story = outage(shop()).change(tags);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    assert!(story.incidents()[0].considered[0].why.contains("only tags"));
}

#[test]
fn a_dashboard_of_the_failing_service_is_not_blamed() {
    let mut dashboard = change(
        "aws_cloudwatch_dashboard.checkout",
        "2024-05-01T10:00:00Z",
        "aws_cloudwatch_dashboard",
        &["dashboard_body"],
    );
    dashboard.resource = Some("arn:aws:cloudwatch::111122223333:dashboard/checkout".to_owned());
    let mut window = change(
        "aws_db_instance.orders",
        "2024-05-01T09:59:00Z",
        "aws_db_instance",
        &["backup_window"],
    );
    window.resource = Some("arn:aws:rds:eu-west-1:111122223333:db:order-db".to_owned());
    let story = outage(shop())
        .edge(
            "checkout",
            RelationKind::RunsOn,
            "arn:aws:cloudwatch::111122223333:dashboard/checkout",
        )
        .change(dashboard)
        .change(window);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn what_merely_shares_a_group_with_the_database_is_not_blamed() {
    let other = "arn:aws:rds:eu-west-1:111122223333:db:search-db";
    let mut neighbor = change(
        "aws_db_instance.search",
        "2024-05-01T10:00:00Z",
        "aws_db_instance",
        &["instance_class"],
    );
    neighbor.resource = Some(other.to_owned());
    let story = outage(shop())
        .resource(other, "aws_db_instance", &["search-db"])
        .edge(
            other,
            RelationKind::Attached,
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
        )
        .change(neighbor);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn a_rule_that_lets_the_service_in_elsewhere_is_not_blamed() {
    let (own, rule) = (
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-3",
        "terraform:prod:rule.search",
    );
    let mut change = change(
        "aws_security_group_rule.search",
        "2024-05-01T10:00:00Z",
        "aws_security_group_rule",
        &[],
    );
    change.action = ChangeAction::Delete;
    change.resource = Some(rule.to_owned());
    let story = outage(shop())
        .resource(own, "aws_security_group", &["sg-3"])
        .resource(rule, "aws_security_group_rule", &[])
        .resource(
            "arn:aws:lambda:eu-west-1:111122223333:function:checkout-v2",
            "aws_lambda_function",
            &[],
        )
        .edge(
            "checkout",
            RelationKind::RunsOn,
            "arn:aws:lambda:eu-west-1:111122223333:function:checkout-v2",
        )
        .edge(
            "arn:aws:lambda:eu-west-1:111122223333:function:checkout-v2",
            RelationKind::Attached,
            own,
        )
        .edge(rule, RelationKind::DependsOn, own)
        .change(change);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn a_warning_of_something_else_is_left_alone() {
    let story = outage(shop()).calls("search", "checkout").logs(
        AWS,
        "2024-05-01T10:01:00Z search WARN option index_v1 is deprecated",
    );
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn a_few_failures_in_a_short_log_are_an_incident() {
    let story = Story::default()
        .every(
            AWS,
            "2024-05-01T09:55:00Z",
            30,
            10,
            "checkout INFO order placed",
        )
        .every(
            AWS,
            "2024-05-01T10:00:00Z",
            30,
            3,
            "checkout ERROR payment gateway timed out",
        );
    assert_eq!(story.verdicts(), ["checkout <  | none"]);
}

#[test]
fn a_rule_of_the_group_is_a_change_of_the_group() {
    let mut rule = change(
        "aws_vpc_security_group_ingress_rule.db",
        "2024-05-01T10:00:00Z",
        "aws_vpc_security_group_ingress_rule",
        &[],
    );
    rule.action = ChangeAction::Delete;
    rule.parent = Some("sg-1".to_owned());
    let story = outage(shop()).change(rule);
    assert_eq!(
        story.verdicts(),
        ["checkout < cart,web | aws_vpc_security_group_ingress_rule.db"]
    );
}

#[test]
fn a_failed_change_of_the_database_can_be_the_cause() {
    let mut failed = change(
        "aws_db_instance.orders",
        "2024-05-01T10:00:00Z",
        "aws_db_instance",
        &["engine_version"],
    );
    failed.resource = Some("arn:aws:rds:eu-west-1:111122223333:db:order-db".to_owned());
    failed.outcome = ChangeOutcome::Failed;
    let story = outage(shop()).change(failed);
    assert_eq!(
        story.verdicts(),
        ["checkout < cart,web | aws_db_instance.orders"]
    );
}

#[test]
fn a_change_in_the_console_can_be_the_cause() {
    let mut console = rule_change();
    console.id = "audit:e-1".to_owned();
    console.tool = "console".to_owned();
    console.address = "RevokeSecurityGroupIngress sg-1".to_owned();
    let story = outage(shop()).change(console);
    assert_eq!(story.verdicts(), ["checkout < cart,web | audit:e-1"]);
}

#[test]
fn a_deployment_of_the_failing_service_is_the_cause() {
    let mut image = change(
        "aws_ecs_service.search",
        "2024-05-01T10:09:30Z",
        "aws_ecs_service",
        &["task_definition"],
    );
    image.resource = Some("arn:aws:ecs:eu-west-1:111122223333:service/shop/search".to_owned());
    let story = shop()
        .edge(
            "search",
            RelationKind::RunsOn,
            "arn:aws:ecs:eu-west-1:111122223333:service/shop/search",
        )
        .every(
            AWS,
            "2024-05-01T10:10:00Z",
            3,
            40,
            "search ERROR unhandled exception: KeyError 'price'",
        )
        .change(image);
    assert_eq!(story.verdicts(), ["search <  | aws_ecs_service.search"]);
}

#[test]
fn two_unrelated_incidents_at_once_stay_apart() {
    let story = outage(shop())
        .every(
            AWS,
            "2024-05-01T10:02:00Z",
            3,
            40,
            "search ERROR java.lang.OutOfMemoryError: Java heap space",
        )
        .change(rule_change());
    assert_eq!(
        story.verdicts(),
        [
            "checkout < cart,web | aws_security_group.db",
            "search <  | none"
        ]
    );
}

#[test]
fn three_single_rows_of_connected_services_are_an_incident() {
    let story = Story::default()
        .logs(
            "app",
            "2024-05-01T10:00:07Z checkout ERROR could not connect to db:5432: timed out
             2024-05-01T10:00:09Z cart ERROR 503 from checkout
             2024-05-01T10:00:10Z web WARN slow response from cart, 2.1 s",
        )
        .calls("web", "cart")
        .calls("cart", "checkout")
        .calls("checkout", "db")
        .change(change(
            "aws_security_group.db",
            "2024-05-01T10:00:00Z",
            "aws_security_group",
            &["ingress"],
        ));
    assert_eq!(
        story.verdicts(),
        ["checkout < cart,web | aws_security_group.db"]
    );
}

#[test]
fn a_name_alone_does_not_blame_what_does_not_fit() {
    let story = Story::default()
        .every(
            AWS,
            "2024-05-01T09:30:00Z",
            5,
            720,
            "checkout INFO order placed",
        )
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "checkout ERROR unhandled exception: division by zero",
        )
        .change(change(
            "aws_s3_bucket.checkout",
            "2024-05-01T10:00:00Z",
            "aws_s3_bucket",
            &["lifecycle_rule"],
        ));
    assert_eq!(story.verdicts(), ["checkout <  | none"]);
}

#[test]
fn steady_noise_is_no_incident() {
    let story = shop().every(
        AWS,
        "2024-05-01T09:30:10Z",
        60,
        60,
        "checkout ERROR card declined",
    );
    assert!(story.findings().is_empty(), "{:?}", story.verdicts());
    let hopeless = Story::default()
        .every(AWS, "2024-05-01T09:00:00Z", 5, 1440, "web INFO fine")
        .every(
            AWS,
            "2024-05-01T09:00:10Z",
            300,
            24,
            "backup ERROR no space left on device",
        );
    assert!(hopeless.findings().is_empty(), "{:?}", hopeless.verdicts());
}

#[test]
fn an_outage_shows_above_steady_noise() {
    let story = outage(shop().every(
        AWS,
        "2024-05-01T09:30:10Z",
        60,
        60,
        "search ERROR index missing",
    ));
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn a_second_burst_after_recovery_is_a_second_incident() {
    let story = shop()
        .every(
            AWS,
            "2024-05-01T09:45:00Z",
            4,
            20,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            AWS,
            "2024-05-01T10:15:00Z",
            4,
            20,
            "checkout ERROR could not connect to order-db:5432: timed out",
        );
    assert_eq!(
        story.verdicts(),
        ["checkout <  | none", "checkout <  | none"]
    );
    let incidents = story.incidents();
    assert_eq!(incidents[0].primary.last, time("2024-05-01T09:46:16Z"));
    assert_eq!(incidents[1].primary.onset, time("2024-05-01T10:15:00Z"));
}

#[test]
fn a_callee_that_fails_much_later_did_not_break_its_caller() {
    let story = shop()
        .every(
            AZURE,
            "2024-05-01T10:00:00Z",
            4,
            200,
            "cart ERROR unhandled exception: price is undefined",
        )
        .every(
            AWS,
            "2024-05-01T10:10:00Z",
            4,
            60,
            "checkout ERROR too many requests",
        );
    assert_eq!(story.verdicts(), ["cart < checkout | none"]);
}

#[test]
fn in_a_cycle_the_earliest_is_first() {
    let story = shop()
        .calls("checkout", "web")
        .every(
            AWS,
            "2024-05-01T10:00:00Z",
            4,
            60,
            "checkout ERROR internal error",
        )
        .every(
            AZURE,
            "2024-05-01T10:00:05Z",
            4,
            60,
            "cart ERROR internal error",
        )
        .every(
            GCP,
            "2024-05-01T10:00:11Z",
            4,
            60,
            "web ERROR internal error",
        );
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn two_services_that_lost_the_same_database_are_one_incident() {
    let story = shop()
        .calls("search", "arn:aws:rds:eu-west-1:111122223333:db:order-db")
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            AWS,
            "2024-05-01T10:00:12Z",
            4,
            60,
            "search ERROR connection to order-db timed out",
        )
        .change(rule_change());
    assert_eq!(
        story.verdicts(),
        ["checkout < search | aws_security_group.db"]
    );
}

#[test]
fn failure_passes_through_a_service_that_says_nothing() {
    let story = shop()
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            4,
            60,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            GCP,
            "2024-05-01T10:00:10Z",
            6,
            40,
            "web ERROR order page failed",
        );
    assert_eq!(story.verdicts(), ["checkout < web | none"]);
}

#[test]
fn rows_of_cloud_apis_are_no_services() {
    let story = Story::default()
        .every(AWS, "2024-05-01T09:00:00Z", 5, 720, "web INFO fine")
        .every(
            AWS,
            "2024-05-01T09:30:00Z",
            1,
            60,
            "ec2.amazonaws.com ERROR AccessDenied",
        );
    assert!(story.findings().is_empty());
}

#[test]
fn times_at_the_ends_of_the_range_do_no_harm() {
    let story = outage(shop())
        .row(
            AWS,
            Timestamp::MIN,
            "checkout",
            "ERROR",
            "broken clock",
            None,
        )
        .row(
            AWS,
            Timestamp::MAX,
            "checkout",
            "ERROR",
            "broken clock",
            None,
        )
        .change(rule_change());
    assert!(
        story
            .verdicts()
            .contains(&"checkout < cart,web | aws_security_group.db".to_owned()),
        "{:?}",
        story.verdicts()
    );
}
