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

/// Templates of a large application.
const TEMPLATES: u64 = 4000;

/// Words that messages are made of.
const WORDS: [&str; 40] = [
    "accepted",
    "after",
    "allocated",
    "attempt",
    "batch",
    "block",
    "cache",
    "closed",
    "committed",
    "connection",
    "consumer",
    "created",
    "expired",
    "failed",
    "fetched",
    "file",
    "for",
    "from",
    "group",
    "in",
    "job",
    "loaded",
    "lock",
    "message",
    "node",
    "of",
    "offset",
    "partition",
    "peer",
    "queue",
    "removed",
    "replica",
    "request",
    "retry",
    "session",
    "started",
    "state",
    "to",
    "user",
    "with",
];

/// What a template has besides words.
#[derive(Clone, Copy)]
enum Part {
    Number,
    Amount,
    Uuid,
    Id,
    Path,
    Address,
    Name,
}

/// A line of one of many templates. Few of these are met often, and most are rare, as in any
/// application: their words follow from the number of the template, their values do not.
pub(super) fn of_template(number: u64, random: &mut Random, text: &mut String) -> u64 {
    use Part::{Address, Amount, Id, Name, Number, Path, Uuid};
    let limit = random.below(TEMPLATES) + 1;
    let limit = random.below(limit) + 1;
    let mut template = Random::new(random.below(limit));
    let time = time(number).trim_end_matches('Z').replace('T', " ");
    let level = template.pick(&["INFO ", "INFO ", "INFO ", "DEBUG", "WARN ", "ERROR"]);
    let (logger, class) = (template.pick(&SERVICES), template.pick(&WORDS));
    let _ = write!(
        text,
        "{} {level} [pool-{}-thread-{}] com.example.{logger}.{class}Handler:",
        time.replace('.', ","),
        random.below(20),
        random.below(200),
    );
    for _ in 0..4 + template.below(8) {
        let _ = write!(text, " {}", template.pick(&WORDS));
        if template.below(3) > 0 {
            continue;
        }
        let (before, after) = template.pick(&[
            (" ", ""),
            (" ", ""),
            ("=", ""),
            (": ", ""),
            (" [", "]"),
            (" (", ")"),
        ]);
        text.push_str(before);
        let digits = u32::try_from(random.below(12)).unwrap_or(0);
        let long = random.below(10_u64.pow(digits));
        let name = random.pick(&WORDS);
        let _ = match template.pick(&[
            Number, Number, Number, Amount, Uuid, Id, Path, Address, Name,
        ]) {
            Number => write!(text, "{long}"),
            Amount => write!(text, "{}.{} ms", long % 100_000, random.below(1000)),
            Uuid => write!(text, "{}", random.uuid()),
            Id => write!(text, "{name}_{}_{long}", random.hex(12)),
            Path => write!(text, "/var/lib/{logger}/{name}/{long}.log"),
            Address => write!(
                text,
                "10.{}.{}.{}:{}",
                random.below(256),
                random.below(256),
                random.below(256),
                random.below(65_536),
            ),
            Name => write!(text, "{name}-{}", random.pick(&WORDS)),
        };
        text.push_str(after);
    }
    1
}
