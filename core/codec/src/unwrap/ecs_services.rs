//! Events of services of ECS as `DescribeServices` answers: they stand in `events` of each
//! service, `{"services":[{"serviceArn":"...","events":[{"createdAt":"...","message":"..."}]}]}`.
//!
//! Source: docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceEvent.html, as of
//! 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, with, with_arn};
use crate::json::fields::{JsonFields, elements, pick, text_of};
use crate::time;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut inside = Vec::new();
    match fields.raw("services") {
        Some(services) => {
            for service in elements(services) {
                add(record, service, &mut inside);
            }
        }
        // The elements of a document that is such an answer alone.
        None => add(record, record.text.trim(), &mut inside),
    }
    match inside.is_empty() {
        true => Opened::No,
        false => Opened::Inside(inside),
    }
}

fn add<'a>(record: &Record<'_>, service: &'a str, inside: &mut Vec<Inner<'a>>) {
    let keys = ["serviceArn", "serviceName", "events"];
    let Some([Some(arn), Some(name), Some(events)]) = pick(service, keys) else {
        return;
    };
    let (arn, name) = (text_of(arn), text_of(name));
    let mut common = with_arn(envelope(record).with(Column::Provider, "aws"), arn);
    common = with(common, Column::Service, name);
    common.resources.extend(arn.map(str::to_owned));
    for event in elements(events) {
        let Some([Some(created), Some(_)]) = pick(event, ["createdAt", "message"]) else {
            continue;
        };
        let mut envelope = common.clone();
        envelope.time = text_of(created).and_then(time::parse);
        inside.push(Inner {
            text: event.into(),
            envelope,
        });
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::format::Stream;
    use nepho_core::tables::{BlockId, Envelope};

    use super::*;

    #[test]
    fn events_of_services_are_taken_out() {
        let check = |text: &str, expected: &[&str]| {
            let (stream, envelope) = (Stream::default(), Envelope::default());
            let record = Record {
                text,
                block: BlockId::default(),
                offset: 0,
                line: 1,
                bytes: 0,
                envelope: &envelope,
                stream: &stream,
            };
            let fields = JsonFields::parse(text).expect("an object");
            let inside = match open(&record, &fields) {
                Opened::Inside(inside) => inside,
                _ => Vec::new(),
            };
            let texts: Vec<_> = inside.iter().map(|inner| &*inner.text).collect();
            assert_eq!(texts, expected, "{text}");
            for inner in &inside {
                assert_eq!(inner.envelope.get(Column::Service), Some("shop"));
                assert_eq!(inner.envelope.get(Column::Region), Some("eu-west-1"));
            }
        };
        let event = r#"{"createdAt":"2026-05-12T14:00:00Z","message":"a"}"#;
        let arn = "arn:aws:ecs:eu-west-1:111122223333:service/web/shop";
        let service =
            format!(r#"{{"serviceArn":"{arn}","serviceName":"shop","events":[{event},{{}}]}}"#);
        check(
            &format!(r#"{{"services":[{service}],"failures":[]}}"#),
            &[event],
        );
        check(&service, &[event]);
        check(r#"{"services":["a"],"events":[]}"#, &[]);
        check(r#"{"serviceName":"shop","events":[{"message":"a"}]}"#, &[]);
    }
}
