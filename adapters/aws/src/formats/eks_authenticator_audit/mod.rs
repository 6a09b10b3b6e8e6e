//! The authenticator of EKS: which role of AWS became which user of a cluster.
//!
//! Source: docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html,
//! github.com/kubernetes-sigs/aws-iam-authenticator, `pkg/server/server.go`, read 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, To, keep, put_text, severity, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::account_of;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.eks_authenticator_audit",
    summary: "EKS authenticator logs: roles that a cluster let in or refused",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;
const FIELDS: usize = 1;

static LINES: Lines = Lines {
    name: "aws.eks_authenticator_audit",
    patterns: &[
        "time=\"{time:quoted}\" level={level:level} msg=\"{message:access granted|access denied}\" \
         {fields:rest}",
    ],
    confidence: 92,
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "eks.amazonaws.com"),
        (Column::Process, "aws-iam-authenticator"),
    ],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message"], Column::Action),
        keep(&["message"], MESSAGE),
        keep(&["fields"], FIELDS),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    let fields = event.kept(FIELDS).unwrap_or_default();
    let arn = value(&fields, "arn").unwrap_or_default();
    row.text(Column::Actor, arn)
        .text(Column::Account, account_of(arn));
    if let Some(client) = value(&fields, "client") {
        put_text(client, To::SourceAddress, row);
    }
    row.outcome(match &*message {
        "access granted" => Outcome::Success,
        _ => Outcome::Failure,
    });
    let reason = value(&fields, "error").or_else(|| value(&fields, "username"));
    match reason {
        Some(reason) => row.text_of(Column::Body, &[&message, ": ", reason]),
        None => row.text(Column::Body, &message),
    };
}

/// Value of `key="value"` or `key=value`.
fn value<'a>(fields: &'a str, key: &str) -> Option<&'a str> {
    for (at, _) in fields.match_indices(key) {
        let is_start = at == 0 || fields.get(..at)?.ends_with(' ');
        let behind = fields.get(at + key.len()..)?.strip_prefix('=');
        if let Some(behind) = behind.filter(|_| is_start) {
            return Some(match behind.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or(quoted),
                None => behind.split(' ').next().unwrap_or(behind),
            });
        }
    }
    None
}
