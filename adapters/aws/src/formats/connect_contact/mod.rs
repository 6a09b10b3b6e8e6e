//! Connect: the steps that a contact takes through a flow.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, resource, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.connect_contact",
    summary: "Amazon Connect flow logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: usize = 0;

static TABLE: Table = Table {
    name: "aws.connect_contact",
    needs: &[
        Need::Has("ContactId"),
        Need::Has("ContactFlowId"),
        Need::Has("ContactFlowModuleType"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Timestamp"]),
        part(&["ContactFlowId"], Column::Account, account_of),
        part(&["ContactFlowId"], Column::Region, region_of),
        text(&["ContactFlowModuleType"], Column::Action),
        text(&["ContactId"], Column::RequestId),
        resource(&["ContactFlowId"]),
        text(&["ContactFlowName"], Column::Body),
        keep(&["Results"], RESULTS),
    ],
    extras: &[("ContactFlowName", "flow"), ("Identifier", "block")],
    finish: Some(finish),
};

/// What callers typed and said stands in the parameters, and in the results of what went well.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(results) = event.kept(RESULTS).filter(|text| text.starts_with("Error")) {
        row.text(Column::Body, &results)
            .outcome(Outcome::Failure)
            .severity(Severity::ERROR);
    }
}
