//! System events of Azure Event Grid: what changed in a subscription, and what services tell of
//! themselves (a blob was created, a secret will expire, ...).

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, keep, outcome_of, part, resource, source_address,
    text, time, url,
};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::record::{outcome, parts};

register!(Component {
    kind: Kind::Format,
    name: "azure.event_grid",
    summary: "System events of Azure Event Grid, in its own schema and as CloudEvents",
    permissions: &["Microsoft.EventGrid/eventSubscriptions/read"],
    make: Make::Format(|| Box::new(EventGrid)),
});

const KIND: usize = 0;
const CLAIMS: usize = 1;
const REQUEST: usize = 2;
const PROVIDER: usize = 3;
const STATUS: usize = 4;

static TABLE: Table = Table {
    name: "azure.event_grid",
    needs: &[
        Need::HasAny(&["eventType", "type"]),
        Need::HasAny(&["eventTime", "specversion"]),
        Need::HasAny(&["topic", "source", "subject"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["eventTime", "time"]),
        text(&["data.operationName", "eventType", "type"], Column::Action),
        resource(&["data.resourceUri", "data.resourceInfo.id"]),
        resource(&["topic", "source"]),
        part(
            &["data.resourceUri", "topic", "source", "subject"],
            Column::Account,
            parts::subscription,
        ),
        text(&["data.subscriptionId"], Column::Account),
        text(
            &[
                "data.correlationId",
                "data.requestId",
                "data.clientRequestId",
                "id",
            ],
            Column::RequestId,
        ),
        url(&["data.url"]),
        part(&["data.identity"], Column::Actor, parts::plain),
        source_address(&["data.httpRequest.clientIpAddress"]),
        // Registries of containers.
        text(&["data.actor.name"], Column::Actor),
        source_address(&["data.request.addr"]),
        text(&["data.request.method"], Column::Method),
        text(&["data.request.useragent"], Column::UserAgent),
        outcome_of(&["data.status"], OUTCOMES),
        keep(&["eventType", "type"], KIND),
        keep(&["data.claims"], CLAIMS),
        keep(&["data.httpRequest"], REQUEST),
        keep(&["data.resourceProvider"], PROVIDER),
        keep(&["data.status"], STATUS),
    ],
    extras: &[
        ("eventType", "event"),
        ("type", "event"),
        ("subject", "subject"),
        ("data.api", "api"),
        ("data.contentLength", "bytes"),
        ("data.resourceProvider", "provider_namespace"),
        ("data.request.host", "registry"),
        ("data.target.repository", "repository"),
        ("data.target.tag", "tag"),
        ("data.target.digest", "digest"),
    ],
    finish: Some(finish),
};

const OUTCOMES: &[(&str, Outcome)] = &[
    ("Succeeded", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("Canceled", Outcome::Failure),
];

/// What the kinds of events of Microsoft's own services begin with.
const SYSTEM: &str = "Microsoft.";

/// Reads the events of both schemas.
struct EventGrid;

impl Format for EventGrid {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let kind = |path| sample.json.and_then(|fields| fields.get(path));
        let is_system = kind("eventType")
            .or_else(|| kind("type").filter(|_| kind("specversion").is_some()))
            .is_some_and(|kind| kind.starts_with(SYSTEM));
        match is_system {
            true => JsonFormat(&TABLE).sniff(sample),
            false => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EventGridDecoder(TableDecoder::new(&TABLE)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
    }
}

/// Reads events that are Microsoft's own: everybody's have the same fields.
struct EventGridDecoder(TableDecoder);

impl Decoder for EventGridDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.0.scan(record.text) {
            return Verdict::NotMine;
        }
        let kind = self.0.event(record.text).kept(KIND);
        if !kind.is_some_and(|kind| kind.starts_with(SYSTEM)) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.0.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    match event.kept(PROVIDER) {
        Some(provider) => row.text(Column::Service, &provider),
        None => row.text(Column::Service, service(&kind)),
    };
    // Claims and the request are objects, or text that holds them.
    if let Some(claims) = event.kept(CLAIMS)
        && !row.has(Column::Actor)
        && let Ok(claims) = JsonFields::parse(&claims)
        && let Some(name) = NAMES.iter().find_map(|name| claims.text(name))
    {
        row.text(Column::Actor, &unescape(name));
    }
    if let Some(request) = event.kept(REQUEST)
        && let Ok(request) = JsonFields::parse(&request)
    {
        if let Some(method) = request.text("method") {
            row.text(Column::Method, method);
        }
        if let Some(address) = request.text("clientIpAddress") {
            row.text(Column::SourceIp, parts::address(address));
        }
    }
    if row.has_outcome() {
        return;
    }
    let told = event.kept(STATUS).and_then(|word| outcome::of_word(&word));
    let ending = match () {
        () if kind.ends_with("Success") => Some(Outcome::Success),
        () if kind.ends_with("Failure") || kind.ends_with("Cancel") => Some(Outcome::Failure),
        () => None,
    };
    if let Some(outcome) = told.or(ending) {
        row.outcome(outcome);
    }
}

/// Claims that name a caller, the most readable first.
const NAMES: [&str; 6] = [
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "name",
    "appid",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
];

/// Service of an event: `Microsoft.Storage` of `Microsoft.Storage.BlobCreated`.
fn service(kind: &str) -> &str {
    let mut points = kind.match_indices('.').map(|(at, _)| at);
    match (points.next(), points.next()) {
        (Some(_), Some(second)) => kind.split_at(second).0,
        _ => kind,
    }
}
