//! What functions, and the host that runs them, write.

use nepho_codec::table::{Event, Table, keep, severity_of, text};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, LEVELS, details, extras::Values};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Functions: what functions and their host write",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.functions";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("eventName", "event"),
        ("exceptionType", "exception"),
        ("hostVersion", "version"),
        ("processId", "process_id"),
    ],
    more: Some(more),
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 1] = ["FunctionAppLogs"];

const EXCEPTION: usize = 20;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["functionName"], Column::Process),
        text(
            &["roleInstance", "hostInstanceId", "HostInstanceId"],
            Column::Host,
        ),
        text(&["functionInvocationId", "activityId"], Column::RequestId),
        severity_of(&["level"], LEVELS),
        keep(&["message", "exceptionMessage"], details::MESSAGE),
        keep(&["appName"], details::APPLICATION),
        keep(&["exceptionType", "exceptionMessage"], EXCEPTION),
    ],
    extras: &[],
    finish: Some(finish),
};

/// The logger, whose name is that of the category of the record.
fn more(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    if let Some(logger) = values.inside(&["category"]) {
        found("logger", &logger);
    }
}

/// The host tells how a function ended in words: `Executed 'f' (Failed, Id=1, Duration=12ms)`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(EXCEPTION).is_some() {
        row.outcome(Outcome::Failure);
    }
    let Some(message) = event.kept(details::MESSAGE) else {
        return;
    };
    let Some((_, ending)) = message
        .strip_prefix("Executed '")
        .and_then(|rest| rest.split_once("' ("))
    else {
        return;
    };
    if ending.starts_with("Succeeded") {
        row.outcome(Outcome::Success);
    } else if ending.starts_with("Failed") {
        row.outcome(Outcome::Failure);
    }
    let taken = ending.split_once("Duration=").map(|(_, rest)| rest);
    let taken = taken.and_then(|rest| rest.split([')', ',']).next());
    if let Some(nanos) = taken.and_then(|text| nepho_codec::time::duration(text, 1e6)) {
        row.duration(nanos);
    }
}
