//! Shapes of Google Cloud.

use super::{Random, SERVICES, fill, time};

pub(super) fn entry(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let service = random.pick(&SERVICES);
    let insert = random.hex(20);
    let trace = random.hex(32);
    let span = random.hex(16);
    let time = time(number);
    let (severity, status) = if random.below(50) == 0 {
        ("ERROR", 500)
    } else {
        ("INFO", 200)
    };
    let revision = random.hex(3);
    let instance = format!("00f8b3{:034x}", random.below(500));
    let template = match random.below(4) {
        0..2 => include_str!("templates/gcp_entry.json"),
        2 => include_str!("templates/gcp_text.json"),
        _ => include_str!("templates/gcp_json.json"),
    };
    fill(
        template,
        &[
            ("insert", &insert),
            ("number", &number),
            ("items", &(random.below(9))),
            ("service", &service),
            ("status", &status),
            ("address", &(random.below(250))),
            ("latency", &(random.below(999))),
            ("revision", &revision),
            ("instance", &instance),
            ("time", &time),
            ("severity", &severity),
            ("span", &span),
            ("trace", &trace),
        ],
        text,
    );
    1
}
