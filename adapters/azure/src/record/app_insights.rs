//! Telemetry of Application Insights as diagnostic settings and Log Analytics export it.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/reference/tables/apprequests,
//! .../appdependencies, .../apptraces, .../appexceptions, read 2026-11-21.

use nepho_codec::message::json::url_path;
use nepho_codec::table::{Field, Table, To};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome};

use super::{keep, parts, text};

pub(super) const APPLICATION: usize = 0;
pub(super) const MESSAGE: usize = 1;

/// `SeverityLevel` of traces and exceptions.
const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::DEBUG),
    ("1", Severity::INFO),
    ("2", Severity::WARN),
    ("3", Severity::ERROR),
    ("4", Severity::FATAL),
];

const SUCCESS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

/// What the tables of Application Insights have in common.
pub(super) static TABLE: Table = Table {
    name: "azure",
    needs: &[],
    constants: &[],
    fields: &[
        Field {
            from: &["SeverityLevel"],
            to: To::SeverityOf(SEVERITIES),
        },
        text(&["OperationId"], Column::TraceId),
        text(&["Id", "ParentId"], Column::SpanId),
        text(&["AppRoleInstance"], Column::Host),
        Field {
            from: &["ResultCode"],
            to: To::Status,
        },
        Field {
            from: &["Success"],
            to: To::OutcomeOf(SUCCESS),
        },
        Field {
            from: &["DurationMs"],
            to: To::Duration(1e6),
        },
        Field {
            from: &["Url"],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &["Target"],
            to: To::Part(Column::Peer, parts::target),
        },
        Field {
            from: &["ClientIP"],
            to: To::Part(Column::SourceIp, parts::address),
        },
        text(&["UserAuthenticatedId", "UserId"], Column::Actor),
        keep(&["AppRoleName"], APPLICATION),
        keep(
            &["OuterMessage", "InnermostMessage", "Message", "Name"],
            MESSAGE,
        ),
    ],
    extras: &[],
    finish: None,
};
