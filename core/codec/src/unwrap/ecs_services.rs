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
    let is_whole = match fields.raw("services") {
        Some(services) => elements(services).into_iter().all(|service| {
            let found = pick(service, KEYS).unwrap_or_default();
            add(record, found, &mut inside)
        }),
        // The elements of a document that is such an answer alone.
        None if fields.raw("serviceArn").is_none() => return Opened::No,
        None => add(record, KEYS.map(|key| fields.raw(key)), &mut inside),
    };
    match is_whole && !inside.is_empty() {
        true => Opened::Inside(inside),
        false => Opened::No,
    }
}

/// What is looked at of a service.
const KEYS: [&str; 3] = ["serviceArn", "serviceName", "events"];

/// Adds the events of a service; gives whether all of them are whole.
fn add<'a>(record: &Record<'_>, found: [Option<&'a str>; 3], inside: &mut Vec<Inner<'a>>) -> bool {
    let [Some(arn), Some(name), Some(events)] = found else {
        return true;
    };
    let (arn, name) = (text_of(arn), text_of(name));
    let mut common = with_arn(envelope(record).with(Column::Provider, "aws"), arn);
    common = with(common, Column::Service, name);
    common.resources.extend(arn.map(str::to_owned));
    for event in elements(events) {
        let Some([Some(created), Some(_)]) = pick(event, ["createdAt", "message"]) else {
            return false;
        };
        let mut envelope = common.clone();
        envelope.time = text_of(created).and_then(time::parse);
        inside.push(Inner {
            text: event.into(),
            envelope,
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwrap::tests::inside;

    #[test]
    fn events_of_services_are_taken_out() {
        let check = |text: &str, expected: &[&str]| {
            let inside = inside(open, text);
            let texts: Vec<_> = inside.iter().map(|inner| &*inner.text).collect();
            assert_eq!(texts, expected, "{text}");
            for inner in &inside {
                assert_eq!(inner.envelope.get(Column::Service), Some("shop"));
                assert_eq!(inner.envelope.get(Column::Region), Some("eu-west-1"));
            }
        };
        let event = r#"{"createdAt":"2026-05-12T14:00:00Z","message":"a"}"#;
        let arn = "arn:aws:ecs:eu-west-1:111122223333:service/web/shop";
        let service = |events: &str| {
            format!(r#"{{"serviceArn":"{arn}","serviceName":"shop","events":[{events}]}}"#)
        };
        let broken = service(&format!("{event},{{}}"));
        let service = service(event);
        check(
            &format!(r#"{{"services":[{service}],"failures":[]}}"#),
            &[event],
        );
        check(&service, &[event]);
        // What has no time or message would be lost.
        check(&broken, &[]);
        check(r#"{"services":["a"],"events":[]}"#, &[]);
        check(r#"{"serviceName":"shop","events":[{"message":"a"}]}"#, &[]);
    }
}
