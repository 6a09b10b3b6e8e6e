//! Health check log of an Application Load Balancer: one line for each check of a target.

use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, keep, outcome_of, peer_address, resource, text, time,
};
use nepho_core::key::Arn;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::alb::workload;
use crate::access;
use crate::delivered::Place;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.alb_health",
    summary: "Application Load Balancer health check log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const TARGET: usize = 0;
const GROUP: usize = 1;
const CODE: usize = 2;
const BALANCER: usize = 3;
const RESULT: usize = 4;

static TABLE: Lines = Lines {
    name: "aws.alb_health",
    patterns: &[concat!(
        "{kind:http|https|h2|grpc|lambda} {time:time} {latency:word} {target:word} {group:word} {status:name} ",
        "{code:word} {reason:word}{? {balancer:word}{? {node:word}{? {_:rest}}}}",
    )],
    confidence: 95,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        duration(&["latency"], 1e9),
        peer_address(&["target"]),
        resource(&["group"]),
        outcome_of(
            &["status"],
            &[("PASS", Outcome::Success), ("FAIL", Outcome::Failure)],
        ),
        text(&["reason"], Column::Body),
        keep(&["status"], RESULT),
        keep(&["target"], TARGET),
        keep(&["group"], GROUP),
        keep(&["code"], CODE),
        keep(&["balancer"], BALANCER),
    ],
    extras: &[("kind", "protocol"), ("status", "health")],
    finish: Some(finish),
};

/// Whether a line has a kind of check at its beginning, and a result where that belongs.
fn is_mine(line: &str) -> bool {
    let mut words = line.split(' ');
    matches!(
        words.next(),
        Some("http" | "https" | "h2" | "grpc" | "lambda")
    ) && matches!(words.nth(4), Some("PASS" | "FAIL"))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let status = event.kept(CODE).and_then(|code| code.parse().ok());
    if let Some(status) = status {
        row.status(status);
    }
    if event.kept(RESULT).as_deref() == Some("FAIL") {
        row.severity(Severity::ERROR);
    }
    let target = event.kept(TARGET).unwrap_or_default();
    if let Some(arn) = Arn::parse(&target) {
        row.resource(&target)
            .text(Column::Account, arn.account)
            .text(Column::Region, arn.region);
    }
    if let Some(balancer) = event.kept(BALANCER) {
        row.resource(&balancer);
    }
    let group = event.kept(GROUP).unwrap_or_default();
    row.text(Column::Service, workload(access::balancer_name(&group)));
    Place::of(row.record().stream).fill(row);
}

#[cfg(test)]
mod tests {
    use super::is_mine;

    #[test]
    fn results_tell_checks_from_requests() {
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        check(
            "http 2025-10-31T12:44:59.875678Z 0.01 10.0.0.9:80 web PASS 200 -",
            true,
        );
        check(
            "http 2025-10-31T12:44:59.875678Z app/shop/01 10.0.0.1:1 -",
            false,
        );
        check("lambda was here", false);
    }
}
