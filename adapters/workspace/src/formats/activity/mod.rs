//! Activities of the Reports API: what users and administrators did in an application of
//! Workspace. One row per event.
//!
//! Source: developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list, read
//! 2026-11-27.

mod event;
mod exported;

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::elements;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, keep, source_address, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

register!(Component {
    kind: Kind::Format,
    name: "workspace.activity",
    summary: "Google Workspace activities: admin, login, token, saml, drive, groups, chat, meet and others",
    permissions: &["https://www.googleapis.com/auth/admin.reports.audit.readonly"],
    make: Make::Format(|| Box::new(Activity)),
});

const EVENTS: usize = 0;

/// What all events of an activity have in common.
static TABLE: Table = Table {
    name: "workspace.activity",
    needs: &[
        Need::HasAny(&["id.applicationName", "id.uniqueQualifier"]),
        // Collectors that put each event of an activity beside its head leave some out.
        Need::HasAny(&["id.time", "id.customerId", "kind", "type"]),
        Need::HasAny(&["events", "name"]),
        Need::HasAny(&["actor", "kind", "ipAddress"]),
    ],
    constants: &[(Column::Provider, "workspace")],
    fields: &[
        time(&["id.time"]),
        text(&["id.customerId"], Column::Account),
        text(&["id.applicationName"], Column::Service),
        text(
            &["id.uniqueQualifier", "id.uniqQualifier"],
            Column::RequestId,
        ),
        text(
            &[
                "actor.email",
                // Somebody without an account of the customer, or a program.
                "actor.key",
                "actor.applicationInfo.applicationName",
                "actor.profileId",
            ],
            Column::Actor,
        ),
        source_address(&["ipAddress"]),
        keep(&["events"], EVENTS),
    ],
    extras: &[
        ("ownerDomain", "domain"),
        ("actor.callerType", "caller_type"),
        ("actor.applicationInfo.oauthClientId", "client_id"),
        ("networkInfo.regionCode", "country"),
        ("networkInfo.ipAsn[0]", "asn"),
    ],
    finish: None,
};

/// Reads activities of any application.
#[derive(Debug)]
pub struct Activity;

impl Format for Activity {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let has = |key: &str| sample.json.is_some_and(|fields| fields.get(key).is_some());
        if exported::is_one(&has) {
            return Confidence::CERTAIN;
        }
        let confidence = JsonFormat(&TABLE).sniff(sample);
        let kind = sample.json.and_then(|fields| fields.get("kind"));
        match kind {
            Some("admin#reports#activity") if confidence > Confidence::NO => Confidence::CERTAIN,
            _ => confidence,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key) || exported::is_one(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ActivityDecoder {
            table: TableDecoder::new(&TABLE),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let exported = exported::activity(raw);
        let raw = exported.as_deref().unwrap_or(raw);
        JsonFormat(&TABLE).extras(raw, stream, found);
        let fields = JsonFields::parse(raw);
        let Ok(fields) = fields else {
            return;
        };
        // Rows of several events share the text of the record, which does not tell them apart.
        if let [event] = *events(fields.raw("events"), raw)
            && let Ok(event) = JsonFields::parse(event)
        {
            event::extras(&event, found);
        }
    }
}

/// Texts of the events: of a list, of a single one, or of a record that is itself one event, as
/// tools keep it that take lists apart.
fn events<'a>(list: Option<&'a str>, record: &'a str) -> Vec<&'a str> {
    match list {
        Some(list) if list.starts_with('[') => elements(list),
        Some(single) => vec![single],
        None => vec![record],
    }
}

struct ActivityDecoder {
    table: TableDecoder,
}

impl Decoder for ActivityDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let exported;
        let text = match self.table.scan(record.text) {
            true => record.text,
            false => {
                exported = exported::activity(record.text);
                match exported.as_deref().filter(|text| self.table.scan(text)) {
                    Some(text) => text,
                    None => return Verdict::NotMine,
                }
            }
        };
        let kept: Event<'_> = self.table.event(text);
        let events = events(kept.kept_container(EVENTS), text);
        // An activity without events still tells who, when and from where.
        let mut is_empty = true;
        for event in events {
            let Ok(fields) = JsonFields::parse(event) else {
                continue;
            };
            is_empty = false;
            self.add(text, record, Some(&fields), out);
        }
        if is_empty {
            self.add(text, record, None, out);
        }
        Verdict::Rows
    }
}

impl ActivityDecoder {
    /// Adds the row of an event of the record, of which `text` was scanned.
    fn add(
        &self,
        text: &str,
        record: &Record<'_>,
        event: Option<&JsonFields<'_>>,
        out: &mut LogsBuilder,
    ) {
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.table.fill(text, &mut row);
        if let Some(event) = event {
            event::describe(event, &mut row);
        }
        row.commit();
    }
}
