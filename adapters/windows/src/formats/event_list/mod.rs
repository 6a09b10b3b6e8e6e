//! Events of Windows as its tools list them: `wevtutil qe /f:text`, `Get-WinEvent | Format-List`,
//! and the text that the Event Viewer copies.
//!
//! Source: learn.microsoft.com/windows-server/administration/windows-commands/wevtutil,
//! learn.microsoft.com/powershell/module/microsoft.powershell.diagnostics/get-winevent, and output
//! in learn.microsoft.com, as of 2026-11-30.

use nepho_codec::time;
use nepho_codec::windows::{PROVIDER, known, listed};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

use crate::security_text::{self, Told};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Events of Windows as wevtutil, PowerShell and the Event Viewer list them",
    permissions: &[],
    make: Make::Format(|| Box::new(EventList)),
});

const NAME: &str = "windows.event_list";

const LEVELS: [(&str, Severity); 5] = [
    ("Critical", Severity::CRITICAL),
    ("Error", Severity::ERROR),
    ("Warning", Severity::WARN),
    ("Information", Severity::INFO),
    ("Verbose", Severity::TRACE),
];

/// How the first line of an event begins, unless PowerShell lists it.
const HEADS: [&str; 2] = ["Event[", "Log Name:"];

/// Names of a value: those of `wevtutil` and the Event Viewer, and those of PowerShell.
const TIME: &[&str] = &["Date", "TimeCreated"];
const CHANNEL: &[&str] = &["Log Name", "LogName"];
const SOURCE: &[&str] = &["Source", "ProviderName"];
const ID: &[&str] = &["Event ID", "Id"];
const LEVEL: &[&str] = &["LevelDisplayName", "Level"];
const KEYWORDS: &[&str] = &["KeywordsDisplayNames", "Keyword", "Keywords"];
const COMPUTER: &[&str] = &["Computer", "MachineName"];
const USER: &[&str] = &["User Name", "User"];
const RECORD: &[&str] = &["RecordId"];
const MESSAGE: &[&str] = &["Description", "Message"];

/// Reads what the tools list.
struct EventList;

impl Format for EventList {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text, sample.stream.reference()) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let mut marks = Vec::from(HEADS.map(Marks::of_start));
        // What PowerShell lists may begin with any property.
        let letters = nepho_core::format::bytes_of(b"ABCIKLMOPQRTUV");
        marks.push(Marks::beginning(letters).with(&["TimeCreated ", "ProviderName ", "Id "]));
        marks
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EventListDecoder)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(event) = parse(raw, stream.reference()) else {
            return;
        };
        for (name, names) in [("event_id", ID), ("channel", CHANNEL), ("record", RECORD)] {
            if let Some(value) = event.value(names) {
                found(name, value);
            }
        }
    }
}

/// An event, taken apart.
struct Event<'a> {
    values: Vec<(&'a str, &'a str)>,
    time: nepho_core::Timestamp,
    /// With the line ends that it has, without the blanks before its lines.
    message: String,
}

impl<'a> Event<'a> {
    /// The value with the first of these names that has one.
    fn value(&self, names: &[&str]) -> Option<&'a str> {
        let of_name = |name: &&str| {
            let mut values = self.values.iter();
            let found = values.find(|(held, value)| held == name && !known(value).is_empty());
            found.map(|(_, value)| *value)
        };
        names.iter().find_map(of_name)
    }
}

fn parse(text: &str, reference: Reference) -> Option<Event<'_>> {
    let (values, message) = match HEADS.iter().any(|head| text.starts_with(head)) {
        true => told(text),
        false => properties(text)?,
    };
    let mut event = Event {
        values,
        time: nepho_core::Timestamp(0),
        message: message.trim().to_owned(),
    };
    event.time = time::parse_near(event.value(TIME)?, reference)?;
    event.value(SOURCE)?;
    let id = event.value(ID)?;
    id.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(event)
}

/// Names and values.
type Values<'a> = Vec<(&'a str, &'a str)>;

/// Values and message of an event as `wevtutil` and the Event Viewer write it: the message is last.
fn told(text: &str) -> (Values<'_>, String) {
    let mut values = Vec::new();
    let mut message = String::new();
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    for line in lines.by_ref().take(40) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        if MESSAGE.contains(&name) {
            message.push_str(value);
            break;
        }
        values.push((name, value));
    }
    for line in lines {
        message.push('\n');
        message.push_str(line.trim_start_matches(' '));
    }
    (values, message)
}

/// Values and message of an event as PowerShell lists it: in any order, with their colons in one
/// column; what does not fit on a line goes on below it, indented.
fn properties(text: &str) -> Option<(Values<'_>, String)> {
    let (_, column) = listed(text.as_bytes())?;
    let mut values = Vec::new();
    let mut message = String::new();
    let mut in_message = false;
    for line in text.split('\n').map(|line| line.trim_end_matches('\r')) {
        match (property(line, column), in_message) {
            (Some((name, value)), _) => {
                in_message = MESSAGE.contains(&name);
                match in_message {
                    true => message.push_str(value),
                    false => values.push((name, value)),
                }
            }
            (None, true) => {
                message.push('\n');
                message.push_str(line.trim_start_matches(' '));
            }
            (None, false) => {}
        }
    }
    Some((values, message))
}

/// Name and value of a property whose colon stands in this column. Whoever lists them may name some
/// as they like, so any word does.
fn property(line: &str, column: usize) -> Option<(&str, &str)> {
    let (name, value) = line.split_at_checked(column)?;
    let name = name.strip_suffix(' ')?.trim_end();
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let value = value.strip_prefix(':').filter(|_| is_word)?;
    Some((name, value.trim()))
}

struct EventListDecoder;

impl Decoder for EventListDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(event) = parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME).time(event.time);
        fill(&event, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn fill(event: &Event<'_>, row: &mut Row<'_>) {
    let value = |names| event.value(names).unwrap_or_default();
    row.text(Column::Process, value(SOURCE))
        .text(Column::Host, value(COMPUTER))
        .text(Column::Body, &event.message);
    let mut levels = LEVELS.iter();
    if let Some((_, severity)) = levels.find(|(word, _)| *word == value(LEVEL)) {
        row.severity(*severity);
    }
    // `SHOP\mona`, or the id of an account, which is no name.
    let user = value(USER);
    let user = user
        .rsplit('\\')
        .next()
        .filter(|user| !user.starts_with("S-1-"));
    if value(SOURCE) != PROVIDER {
        security_text::fill_source(&event.message, row);
        row.text(Column::Actor, user.unwrap_or_default());
        return;
    }
    let keywords = value(KEYWORDS);
    let told = Told {
        id: value(ID),
        user: user.unwrap_or_default(),
        outcome: match (keywords.contains("Failure"), keywords.contains("Success")) {
            (true, false) => Some(Outcome::Failure),
            (false, true) => Some(Outcome::Success),
            _ => None,
        },
    };
    security_text::fill(&event.message, &told, row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_stand_in_any_order() {
        let text = "Message          : It failed.\n\n                   \tAccount Name : mona\nId               \
                    : 153\nLevel            : 3\nLevelDisplayName : Warning\nProviderName     : \
                    disk\n\
                    TimeCreated      : 5/12/2026 2:00:00 PM";
        let event = parse(text, Reference::ANY).expect("an event");
        assert_eq!(event.message, "It failed.\n\n\tAccount Name : mona");
        assert_eq!(event.value(LEVEL), Some("Warning"));
        assert_eq!(event.value(ID), Some("153"));
        let check = |text: &str| assert!(parse(text, Reference::ANY).is_none(), "{text}");
        check("Message : It failed.\nId      : 153");
        check("TimeCreated : 5/12/2026 2:00:00 PM\nId : 1\nProviderName : disk");
    }
}
