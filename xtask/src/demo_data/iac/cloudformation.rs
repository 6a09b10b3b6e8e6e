//! Output of `aws cloudformation describe-stack-events` for the update of the search stack.
//!
//! Source: docs.aws.amazon.com/cli/latest/reference/cloudformation/describe-stack-events.html
//! (read 2026-11-21). Newest first, as the API gives them.

use crate::demo_data::clock::{DAY, Micros, SECOND, time_of_day};
use crate::demo_data::formats::File;
use crate::demo_data::json::{Json, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{ACCOUNT, CANARIES, REGION, SEARCH_UPDATE, SEED};

const STACK: &str = "shop-search";

/// An event of a resource: seconds after the start, logical id, type, physical id, status, reason.
type Event = (
    u64,
    &'static str,
    &'static str,
    String,
    &'static str,
    Option<&'static str>,
);

/// The events of the update.
pub(crate) fn file() -> File {
    let mut rng = Rng::for_part(SEED, "cloudformation");
    let mut events: Vec<Json> = events()
        .iter()
        .map(|event| entry(event, &mut rng))
        .collect();
    events.reverse();
    let document = object! { "StackEvents" => events };
    File::document(
        "iac/cloudformation/shop-search-stack-events.json",
        document.pretty(),
    )
}

fn stack_id() -> String {
    format!(
        "arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/\
         2b7e1516-28ae-11f0-9c3d-0a2c4e6f8b1d"
    )
}

fn events() -> Vec<Event> {
    let task = "AWS::ECS::TaskDefinition";
    let service = "AWS::ECS::Service";
    let board = "AWS::CloudWatch::Dashboard";
    let stack = "AWS::CloudFormation::Stack";
    let revision =
        |number: u64| format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/search:{number}");
    let running = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/search");
    let replacing = Some(
        "Requested update requires the creation of a new physical resource; hence creating one.",
    );
    let (going, done) = ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE");
    vec![
        (0, STACK, stack, stack_id(), going, Some("User Initiated")),
        (3, "SearchTask", task, revision(60), going, replacing),
        (
            4,
            "SearchTask",
            task,
            revision(61),
            going,
            Some("Resource creation Initiated"),
        ),
        (5, "SearchTask", task, revision(61), done, None),
        (8, "SearchService", service, running.clone(), going, None),
        (131, "SearchService", service, running, done, None),
        (133, "SearchDashboard", board, STACK.to_owned(), going, None),
        (140, "SearchDashboard", board, STACK.to_owned(), done, None),
        (
            142,
            STACK,
            stack,
            stack_id(),
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            None,
        ),
        (
            144,
            "SearchTask",
            task,
            revision(60),
            "DELETE_IN_PROGRESS",
            None,
        ),
        (
            145,
            "SearchTask",
            task,
            revision(60),
            "DELETE_COMPLETE",
            None,
        ),
        (146, STACK, stack, stack_id(), done, None),
    ]
}

fn entry(event: &Event, rng: &mut Rng) -> Json {
    let (seconds, logical, kind, physical, status, reason) = event;
    let time: Micros = SEARCH_UPDATE.0 + seconds * SECOND;
    let event_id = if *logical == STACK {
        rng.uuid()
    } else {
        format!("{logical}-{status}-{DAY}T{}.511Z", time_of_day(time))
    };
    let mut entry = object! {
        "StackId" => stack_id(),
        "EventId" => event_id,
        "StackName" => STACK,
        "LogicalResourceId" => *logical,
        "PhysicalResourceId" => physical,
        "ResourceType" => *kind,
        "Timestamp" => format!("{DAY}T{}.511000+00:00", time_of_day(time)),
        "ResourceStatus" => *status,
    };
    if let Some(reason) = reason {
        entry = entry.with("ResourceStatusReason", *reason);
    }
    if *logical == "SearchTask" {
        let variable = object! { "Name" => "INDEX_PASSWORD", "Value" => CANARIES[4] };
        let container = object! { "Name" => "search", "Environment" => vec![variable] };
        let properties =
            object! { "Family" => "search", "ContainerDefinitions" => vec![container] };
        entry = entry.with("ResourceProperties", properties.to_string());
    }
    entry.with("ClientRequestToken", "ci-search-482")
}
