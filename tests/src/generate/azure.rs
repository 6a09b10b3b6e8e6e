//! Shapes of Azure.

use super::{Random, SERVICES, fill, time};

pub(super) fn records(number: u64, random: &mut Random, text: &mut String) -> u64 {
    text.push_str("{\"records\":[");
    let events = 25;
    for position in 0..events {
        if position > 0 {
            text.push(',');
        }
        record(number + position, random, text);
    }
    text.push_str("]}");
    events
}

fn record(number: u64, random: &mut Random, text: &mut String) {
    let service = random.pick(&SERVICES);
    let correlation = random.uuid();
    let event = random.uuid();
    let user = random.uuid();
    let (level, result) = if random.below(40) == 0 {
        ("Error", "Failure")
    } else {
        ("Information", "Success")
    };
    let template = match random.below(4) {
        0..2 => include_str!("templates/azure_record.json"),
        2 => include_str!("templates/azure_vault.json"),
        _ => include_str!("templates/azure_console.json"),
    };
    fill(
        template,
        &[
            ("time", &(time(number))),
            ("service", &service),
            ("result", &result),
            ("duration", &(random.below(900))),
            ("address", &(random.below(250))),
            ("correlation", &correlation),
            ("user", &user),
            ("level", &level),
            ("event", &event),
        ],
        text,
    );
}
