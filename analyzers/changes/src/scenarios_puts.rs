//! Stories of deployments of Azure that put what was there, and what was not.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Table};
use serde_json::json;

use crate::Changes;
use crate::scenarios_drift::azure;

const GROUP: &str = "/subscriptions/s/resourcegroups/g";
const SITE: &str = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/shop";
const WRITE: &str = "Microsoft.Web/sites/write";
const DELETE: &str = "Microsoft.Web/sites/delete";

/// The site as a deployment put it at ten o'clock; the deployment itself knows an interval only.
fn put(action: ChangeAction, is_exact: bool) -> Change {
    let started = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z");
    Change {
        id: format!("arm:run:{SITE}"),
        started,
        not_before: started.filter(|_| !is_exact),
        time: Timestamp::parse_rfc3339("2024-05-01T10:02:00Z"),
        tool: "bicep".to_owned(),
        scope: "main".to_owned(),
        run: "run".to_owned(),
        action,
        outcome: ChangeOutcome::Applied,
        address: SITE.to_owned(),
        resource: Some(SITE.to_owned()),
        ..Change::default()
    }
}

/// What became of the put, by rows of the Activity Log: time, operation, resource, status.
fn settled(changes: &[Change], log: &[(&str, &str, &str, &str)]) -> (ChangeAction, bool) {
    let times: Vec<String> = log
        .iter()
        .map(|(time, ..)| format!("2024-05-01T{time}Z"))
        .collect();
    let rows: Vec<_> = (0..)
        .zip(times.iter().zip(log))
        .map(|(number, (time, (_, operation, resource, status)))| {
            let raw = json!({"operationId": format!("o-{number}"), "correlationId": format!("c-{number}"),
                "properties": {"statusCode": status}});
            (time.as_str(), *operation, *resource, raw)
        })
        .collect();
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &azure(&rows)).unwrap();
    let batch = Change::to_batch(changes).unwrap();
    analyzer.update(Table::Changes, &batch).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let change = out.changes.iter().find(|one| one.id == changes[0].id);
    let change = change.unwrap();
    (change.action, change.reason.is_some())
}

#[test]
fn an_update_that_answers_201_is_an_update() {
    use ChangeAction::{Create, Update};
    let created = put(Create, true);
    let own = ("10:01:00", WRITE, SITE, "Created");
    assert_eq!(
        settled(std::slice::from_ref(&created), &[own]),
        (Create, false)
    );
    let before = ("09:00:00", "Microsoft.Web/sites/restart/action", SITE, "OK");
    let log = [before, own];
    assert_eq!(
        settled(std::slice::from_ref(&created), &log),
        (Update, true)
    );
    // What was done to it later tells nothing.
    let later = ("11:00:00", WRITE, SITE, "OK");
    assert_eq!(settled(&[created], &[own, later]), (Create, false));
}

#[test]
fn a_creation_that_answers_200_is_a_creation() {
    use ChangeAction::{Create, Update};
    let updated = [put(Update, true)];
    let own = ("10:01:00", WRITE, SITE, "OK");
    assert_eq!(settled(&updated, &[own]), (Update, false));
    let made = ("08:00:00", WRITE, SITE, "Created");
    let deleted = ("09:00:00", DELETE, SITE, "OK");
    assert_eq!(settled(&updated, &[made, deleted, own]), (Create, true));
    let operation = "Microsoft.Resources/subscriptions/resourceGroups/delete";
    let group = ("09:00:00", operation, GROUP, "OK");
    assert_eq!(settled(&updated, &[made, group, own]), (Create, true));
    let again = ("09:30:00", WRITE, SITE, "Created");
    assert_eq!(settled(&updated, &[deleted, again, own]), (Update, false));
}

#[test]
fn the_answer_counts_where_nothing_else_is_known() {
    use ChangeAction::{Create, Update};
    let own = ("10:01:00", WRITE, SITE, "Created");
    let open = put(Update, false);
    assert_eq!(settled(std::slice::from_ref(&open), &[own]), (Create, true));
    // An operation told that it was there.
    assert_eq!(settled(&[put(Update, true)], &[own]), (Update, false));
    // So did a what-if, and a deployment before.
    let planned = Change {
        id: "plan".to_owned(),
        outcome: ChangeOutcome::Planned,
        ..put(Update, false)
    };
    assert_eq!(settled(&[open.clone(), planned], &[own]), (Update, false));
    let earlier = Change {
        id: "earlier".to_owned(),
        time: Timestamp::parse_rfc3339("2024-05-01T09:00:00Z"),
        ..put(Create, true)
    };
    assert_eq!(settled(&[open, earlier], &[own]), (Update, false));
}
