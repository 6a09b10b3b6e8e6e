//! What drains of Cloud Foundry tell in the header of RFC 5424:
//! `host=org.space.app`, the id of the app for the program, `[APP/PROC/WEB/0]` for the process, and
//! elements `tags@47450`, `gauge@47450`, `counter@47450`, `timer@47450` and `event@47450`.
//!
//! Source: `ToRFC5424` of the `Converter` of the syslog agent
//! (github.com/cloudfoundry/loggregator-agent-release), and
//! docs.cloudfoundry.org/devguide/deploy-apps/streaming-logs.html, as of 2026-11-30.

use nepho_core::tables::{Column, Row};

use crate::header::Header;

/// The element with this id and the enterprise number of Cloud Foundry, behind its id.
fn element<'a>(structured: &'a str, id: &str) -> Option<&'a str> {
    let at = structured.find(&format!("[{id}@47450 "))?;
    structured.get(at + id.len() + "[@47450".len()..)
}

/// Value of a parameter of the element that begins here.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let at = element.find(&format!(" {name}=\""))?;
    let value = element.get(at + name.len() + 3..)?;
    // An element ends where none of its values is open.
    let is_of_element = !element.get(..at)?.contains("\"]");
    value.split('"').next().filter(|_| is_of_element)
}

/// Whether a line is one of a drain: the process, or the number of an instance, stands in brackets.
fn is_drained(header: &Header<'_>) -> bool {
    header.pid.starts_with('[') && header.pid.ends_with(']')
}

/// Name of the app that a line is of.
pub(crate) fn app<'a>(header: &Header<'a>) -> Option<&'a str> {
    if !is_drained(header) {
        return None;
    }
    let tags = element(header.structured, "tags");
    let tagged = tags.and_then(|tags| parameter(tags, "app_name"));
    tagged.or_else(|| {
        // Lines without tags tell the app behind its organization and its space.
        let is_id = header.process.len() == 36 && header.process.matches('-').count() == 4;
        let mut parts = header.host.split('.');
        let (_, _, app) = (parts.next()?, parts.next()?, parts.next()?);
        (is_id && parts.next().is_none()).then_some(app)
    })
}

/// What of an app wrote a line: `APP/PROC/WEB/0`; readings tell a number alone.
pub(crate) fn process<'a>(header: &Header<'a>) -> Option<&'a str> {
    let source = header.pid.strip_prefix('[')?.strip_suffix(']')?;
    (source.contains('/') && app(header).is_some()).then_some(source)
}

/// Puts the reading or the event that a line is of into the row.
pub(crate) fn fill_reading(header: &Header<'_>, row: &mut Row<'_>) {
    if !is_drained(header) {
        return;
    }
    if let Some(text) = event(header.structured) {
        row.text(Column::Body, &text);
    }
    let kinds = [("gauge", "value"), ("counter", "total")];
    for (kind, value) in kinds {
        let Some(element) = element(header.structured, kind) else {
            continue;
        };
        let value = parameter(element, value).and_then(|value| value.parse().ok());
        if let (Some(name), Some(value)) = (parameter(element, "name"), value) {
            row.text(Column::Metric, name).value(value);
        }
    }
    let Some(timer) = element(header.structured, "timer") else {
        return;
    };
    let nanos = |name: &str| parameter(timer, name)?.parse::<i64>().ok();
    if let (Some(start), Some(stop)) = (nanos("start"), nanos("stop"))
        && let Some(nanos) = stop.checked_sub(start).filter(|nanos| *nanos >= 0)
    {
        row.duration(nanos);
    }
}

/// Title and body of an event, which has no message.
fn event(structured: &str) -> Option<String> {
    let element = element(structured, "event")?;
    let (title, body) = (parameter(element, "title"), parameter(element, "body"));
    let parts = [title, body].into_iter().flatten();
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

#[cfg(test)]
mod tests {
    use nepho_core::time::Reference;

    use super::{app, event, process};
    use crate::header::parse;

    #[test]
    fn tags_or_the_host_name_the_app() {
        let check = |rest: &str, expected: (Option<&str>, Option<&str>)| {
            let text = format!("<14>1 2026-05-12T14:00:00.123+00:00 {rest}");
            let header = parse(&text, Reference::ANY).expect("a header");
            assert_eq!((app(&header), process(&header)), expected, "{rest}");
        };
        let id = "9534d542-d3a4-4c2c-b207-cbaa6aa174c0";
        check(
            &format!("shop.prod.checkout {id} [APP/PROC/WEB/0] - - x"),
            (Some("checkout"), Some("APP/PROC/WEB/0")),
        );
        check(
            &format!("a.b.c {id} [RTR/1] - [tags@47450 app_id=\"7\" app_name=\"checkout\"] x"),
            (Some("checkout"), Some("RTR/1")),
        );
        check(
            "cf doppler [1] - [counter@47450 name=\"a\" total=\"3\"][tags@47450 app_name=\"b\"] ",
            (Some("b"), None),
        );
        check("a.b.c shop [APP/PROC/WEB/0] - - x", (None, None));
        check(&format!("a.b.c {id} 7 - - x"), (None, None));
    }

    #[test]
    fn events_have_a_title_and_a_body() {
        let check = |text: &str, expected| assert_eq!(event(text).as_deref(), expected, "{text}");
        check(
            "[event@47450 title=\"disk\" body=\"is full\"][tags@47450 title=\"x\"]",
            Some("disk: is full"),
        );
        check("[event@47450 title=\"disk\" body=\"\"]", Some("disk"));
        check("[gauge@47450 name=\"a\" value=\"1\"]", None);
    }
}
