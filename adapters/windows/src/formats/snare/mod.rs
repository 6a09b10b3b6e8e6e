//! Events of Windows as the Snare agent sends them, with tabs between their fields.
//!
//! Source: prophecyinternational.atlassian.net/wiki/spaces/WADOC/pages/1233224043 ("Windows Event
//! Output Format", SNARE format), as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, outcome_of, severity_of, text, time};
use nepho_codec::windows::{PROVIDER, known, sentence};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::security_text::{self, Told};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.snare",
    summary: "Events of Windows as the Snare agent sends them",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const ID: usize = 0;
const SOURCE: usize = 1;
const USER: usize = 2;
const TEXT: usize = 3;
const TYPE: usize = 4;

/// Types of events; those of audits are no severities.
const TYPES: &[(&str, Severity)] = &[
    ("Critical", Severity::CRITICAL),
    ("Error", Severity::ERROR),
    ("Warning", Severity::WARN),
    ("Information", Severity::INFO),
    ("Verbose", Severity::TRACE),
    ("Success Audit", Severity::INFO),
    ("Failure Audit", Severity::INFO),
];

const OUTCOMES: &[(&str, Outcome)] = &[
    ("Success Audit", Outcome::Success),
    ("Failure Audit", Outcome::Failure),
];

static LINES: Lines = Lines {
    name: "windows.snare",
    patterns: &[
        "{?<{_:int}>}{?{_:time} {?{_:word} }}MSWinEventLog\t{criticality:int}\t{channel}\t\
         {count:int}\t{time:time}\t{id:int}\t{source}\t{user}\t{sid}\t{type}\t{computer}\t{category}\t{data}\t{text:rest}",
        // rsyslog writes control characters so.
        "{?<{_:int}>}{?{_:time} {?{_:word} }}MSWinEventLog#011{criticality:int}#011{channel}\
         #011{count:int}#011{time}#011{id:int}#011{source}#011{user}#011{sid}#011{type}#011{computer}#011{category}#011{data}#011{text:rest}",
    ],
    confidence: 96,
    constants: &[],
    fields: &[
        time(&["time"]),
        severity_of(&["type"], TYPES),
        outcome_of(&["type"], OUTCOMES),
        text(&["computer"], Column::Host),
        text(&["source"], Column::Process),
        keep(&["id"], ID),
        keep(&["source"], SOURCE),
        keep(&["user"], USER),
        keep(&["text"], TEXT),
        keep(&["type"], TYPE),
    ],
    extras: &[
        ("id", "event_id"),
        ("channel", "channel"),
        ("count", "record"),
        ("category", "category"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let (id, user, message) = (kept(ID), kept(USER), kept(TEXT));
    // `SHOP\mona`
    let user = known(user.rsplit('\\').next().unwrap_or_default());
    let body = without_checksum(&message);
    row.text(Column::Body, body);
    if kept(SOURCE) != PROVIDER {
        security_text::fill_source(body, row);
        row.text(Column::Actor, user);
        return;
    }
    let told = Told {
        id: &id,
        user,
        outcome: match &*kept(TYPE) {
            "Success Audit" => Some(Outcome::Success),
            "Failure Audit" => Some(Outcome::Failure),
            _ => None,
        },
    };
    security_text::fill(body, &told, row);
    if !row.has(Column::Body)
        && let Some(sentence) = sentence(&id)
    {
        row.constant(Column::Body, sentence);
    }
}

/// A message without the number behind it, by which the agent lets tampering be found.
fn without_checksum(message: &str) -> &str {
    let message = message.trim_end();
    for tab in ["\t", "#011"] {
        if let Some((text, sum)) = message.rsplit_once(tab)
            && !sum.is_empty()
            && sum.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return text.trim_end();
        }
    }
    message
}
