//! The demo as it looks while it happens: who looks at two sees nothing, who looks during the
//! outage sees who broke first and why, and who looks after it sees no other cause.

#![expect(clippy::expect_used, reason = "a test")]

use std::path::Path;

use nepho::core::Timestamp;
use nepho::core::findings::{Details, IncidentDetails};
use nepho::core::time::NANOS;
use nepho::{Options, TimeRange};

const STEP: i64 = 600 * NANOS;
/// How far an onset may be from the true one.
const TOLERANCE: i64 = 5 * NANOS;

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a time")
}

/// Incidents of the demo, of rows before a time.
fn until(end: Timestamp) -> Vec<IncidentDetails> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/cli/demo/data");
    let explanation = nepho::explain(&Options {
        paths: vec![folder.to_string_lossy().into_owned()],
        range: TimeRange {
            until: Some(end),
            ..TimeRange::default()
        },
        ..Options::default()
    })
    .expect("the demo can be read");
    let findings = explanation.conclusions.findings.into_iter();
    let incidents = findings.filter_map(|finding| match finding.details {
        Details::Incident(details) => Some(details),
        _ => None,
    });
    incidents.collect()
}

#[test]
fn the_demo_is_understood_whenever_one_looks() {
    let onset = time("2026-05-12T14:31:53Z");
    let first_seconds = [time("2026-05-12T14:32:00Z"), time("2026-05-12T14:33:00Z")];
    let hours = (0..18).map(|step| Timestamp(time("2026-05-12T13:10:00Z").0 + step * STEP));
    for cut in hours.chain(first_seconds) {
        let incidents = until(cut);
        let causes: Vec<&str> = incidents
            .iter()
            .filter_map(|incident| incident.cause.as_deref())
            .collect();
        if cut < onset {
            assert!(incidents.is_empty(), "{cut}: {incidents:?}");
        } else {
            assert_eq!(causes.len(), 1, "{cut}: {causes:?}");
            let first = &incidents[0];
            assert_eq!(first.primary.service, "checkout", "{cut}");
            let distance = first.primary.onset.0 - onset.0;
            assert!(
                distance.abs() <= TOLERANCE,
                "{cut}: {}",
                first.primary.onset
            );
            let cause = first
                .considered
                .iter()
                .find(|one| Some(&one.id) == first.cause.as_ref());
            let address = cause.map(|cause| cause.address.as_str());
            assert_eq!(
                address,
                Some("aws_security_group_rule.orders_from_checkout")
            );
        }
    }
}
