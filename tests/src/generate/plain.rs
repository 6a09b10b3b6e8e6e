//! Lines of containers and of applications.

use std::fmt::Write;

use super::{Random, SERVICES, time};

pub(super) fn container(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let trace = random.hex(32);
    let status = if random.below(50) == 0 { 503 } else { 200 };
    let time = time(number);
    let _ = write!(
        text,
        r#"{time} stdout F {{"level":"info","ts":"{time}","logger":"http","msg":"request done","method":"GET","path":"/api/orders/{number}","status":{status},"duration_ms":{},"trace_id":"{trace}"}}"#,
        random.below(400),
    );
    1
}

pub(super) fn text(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let service = random.pick(&SERVICES);
    let time = time(number);
    let level = if random.below(50) == 0 {
        "ERROR"
    } else {
        "INFO"
    };
    let _ = write!(
        text,
        "[{}] {level} - POST /api/{service}/orders - status: {} - response_time: {}.56ms - order {number} accepted",
        time.trim_end_matches('Z').replace('T', " "),
        if level == "ERROR" { 500 } else { 200 },
        random.below(2000),
    );
    1
}
