//! EventBridge events that carry an event of another format in `detail`.
//!
//! Only those are opened; others (auto scaling, alarms) are events in their own right.
//! Sources: docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html, read
//! 2026-11-21; docs.aws.amazon.com/eventbridge/latest/userguide/eb-saas.html, as of 2026-11-27.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::fields::{elements, pick};
use crate::json::{JsonFields, unescape};

/// Sources of the events of partners that carry what the partner's own log does.
const PARTNERS: [&str; 1] = ["aws.partner/okta.com/"];

/// Type of an event of Security Hub, which carries findings of OCSF.
///
/// Source: docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-eventbridge.html
const FINDINGS: &str = "Findings Imported V2";

/// Whether an event of this type and source, with this `detail`, is opened, as it carries one of
/// another format. Formats for events of EventBridge leave these alone.
pub fn event_is_opened(kind: &str, source: &str, detail: &str) -> bool {
    let is_partners = PARTNERS.iter().any(|partner| source.starts_with(partner));
    let has_findings = || {
        let found = pick(detail, ["findings"]).and_then(|[findings]| findings);
        found.is_some_and(|findings| !elements(findings).is_empty())
    };
    detail.starts_with('{')
        && (is_partners || kind.ends_with("via CloudTrail") || kind == FINDINGS && has_findings())
}

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(detail)) = (fields.text("detail-type"), fields.raw("detail")) else {
        return Opened::No;
    };
    let source = fields.text("source").map(unescape).unwrap_or_default();
    if !event_is_opened(kind, &source, detail) {
        return Opened::No;
    }
    if PARTNERS.iter().any(|partner| source.starts_with(partner)) {
        // The account and region are those of the event bus, not of the partner's service.
        let mut envelope = envelope(record);
        envelope.time = time(fields, "time");
        return Opened::Inside(vec![Inner {
            text: detail.into(),
            envelope,
        }]);
    }
    let inner = |text: &'a str| {
        let mut envelope = envelope(record).with(Column::Provider, "aws");
        envelope.time = time(fields, "time");
        let envelope = with(envelope, Column::Account, fields.text("account"));
        let envelope = with(envelope, Column::Region, fields.text("region"));
        let text = text.into();
        Inner { text, envelope }
    };
    if kind == FINDINGS {
        let findings = fields.raw("detail.findings").map(elements);
        let findings: Vec<_> = findings
            .unwrap_or_default()
            .into_iter()
            .map(inner)
            .collect();
        return match findings.is_empty() {
            true => Opened::No,
            false => Opened::Inside(findings),
        };
    }
    Opened::Inside(vec![inner(detail)])
}
