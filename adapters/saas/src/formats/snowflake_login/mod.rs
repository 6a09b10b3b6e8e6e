//! Sign-ins at Snowflake: rows of `LOGIN_HISTORY`.
//!
//! Source: docs.snowflake.com/en/sql-reference/account-usage/login_history, as of 2026-11-28.

use nepho_codec::table::{JsonFormat, Need, Table, outcome_of, source_address, text, time};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "snowflake.audit_login",
    summary: "Sign-ins at Snowflake (LOGIN_HISTORY)",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: &[(&str, Outcome)] = &[("YES", Outcome::Success), ("NO", Outcome::Failure)];

static TABLE: Table = Table {
    name: "snowflake.audit_login",
    needs: &[
        Need::Has("EVENT_TIMESTAMP"),
        Need::Has("USER_NAME"),
        Need::Has("IS_SUCCESS"),
        Need::HasAny(&["CLIENT_IP", "REPORTED_CLIENT_TYPE"]),
    ],
    constants: &[
        (Column::Provider, "snowflake"),
        (Column::Service, "snowflake"),
    ],
    fields: &[
        time(&["EVENT_TIMESTAMP"]),
        text(&["EVENT_TYPE"], Column::Action),
        text(&["USER_NAME"], Column::Actor),
        source_address(&["CLIENT_IP"]),
        outcome_of(&["IS_SUCCESS"], RESULTS),
        text(&["ERROR_MESSAGE"], Column::Body),
        text(&["EVENT_ID"], Column::RequestId),
    ],
    extras: &[
        ("REPORTED_CLIENT_TYPE", "client"),
        ("FIRST_AUTHENTICATION_FACTOR", "auth_method"),
        ("SECOND_AUTHENTICATION_FACTOR", "second_factor"),
        ("ERROR_CODE", "error_code"),
    ],
    finish: None,
};
