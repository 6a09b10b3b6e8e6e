//! One row of table `logs` with everything that is known of it, each value with its entry of the
//! mapping table.

use nepho_codec::detect::Formats;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::role::Role;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsView, Outcome};

use super::class::{Class, Signs};
use super::convert::{Protocol, is_http_method, is_instance, is_logger, protocol};
use super::{Mapping, RawColumn, dns, table};

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Text of a column.
    Text(&'a str),
    /// Text that was read again from the event.
    Owned(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
}

impl Value<'_> {
    /// The value as text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Owned(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
        }
    }

    /// The value as a whole number.
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Float(_) => None,
            Self::Text(text) => text.parse().ok(),
            Self::Owned(text) => text.parse().ok(),
        }
    }

    /// The value as a number; None for one that JSON has no word for.
    pub(super) fn float(&self) -> Option<f64> {
        let number = match self {
            Self::Int(_) => return self.text().parse().ok(),
            Self::Float(number) => *number,
            Self::Text(text) => text.parse().ok()?,
            Self::Owned(text) => text.parse().ok()?,
        };
        number.is_finite().then_some(number)
    }
}

/// A value, what it is called here, and its entry of the table.
pub(super) struct Found<'a> {
    pub(super) name: String,
    pub(super) value: Value<'a>,
    pub(super) mapping: Option<&'static Mapping>,
}

/// A row.
pub(super) struct SchemaRow<'a> {
    pub(super) class: Class,
    pub(super) time: Option<Timestamp>,
    pub(super) observed: Timestamp,
    pub(super) severity: Option<Severity>,
    /// Level in the words of the source, where the format tells them.
    pub(super) severity_text: Option<String>,
    pub(super) outcome: Option<Outcome>,
    pub(super) status: Option<i32>,
    pub(super) duration: Option<i64>,
    pub(super) peer_port: Option<u16>,
    pub(super) offset: u64,
    pub(super) resources: Vec<&'a str>,
    /// All other values, columns first.
    pub(super) found: Vec<Found<'a>>,
    texts: [Option<&'a str>; Column::ALL.len()],
    raw: RawColumn,
}

/// Ids without those that stand there already.
fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for id in ids {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// Columns whose values schemas ask for by name.
const OWN: [Column; 9] = [
    Column::Provider,
    Column::Format,
    Column::Action,
    Column::TraceId,
    Column::SpanId,
    Column::Body,
    Column::Raw,
    Column::Outer,
    Column::Uri,
];

impl<'a> SchemaRow<'a> {
    /// Reads a row, and from its event what the format tells beyond the columns, also where the
    /// event itself is not written.
    pub(super) fn read(
        view: &LogsView<'a>,
        number: usize,
        formats: &Formats,
        stream: &Stream,
        raw: RawColumn,
    ) -> Self {
        let texts = Column::ALL.map(|column| view.text(column, number));
        let mut row = Self {
            class: Class::Other,
            time: view.time(number),
            observed: view.observed(number),
            severity: view.severity(number),
            severity_text: None,
            outcome: view.outcome(number),
            status: view.status(number),
            duration: view.duration(number),
            peer_port: view.peer_port(number),
            offset: view.offset(number),
            resources: distinct(view.resources(number)),
            found: Vec::with_capacity(24),
            texts,
            raw,
        };
        row.class = Class::of(row.signs());
        if let Some(port) = view.source_port(number) {
            row.column("source_port", Value::Int(port.into()));
        }
        if let Some(value) = view.value(number) {
            row.column("value", Value::Float(value));
        }
        row.column("bytes", Value::Int(view.bytes(number).into()));
        let offset = i64::try_from(row.offset).unwrap_or(i64::MAX);
        row.column("offset", Value::Int(offset));
        row.column("line", Value::Int(view.line(number).into()));
        for column in Column::ALL {
            let is_own =
                OWN.contains(&column) && !(column == Column::Action && row.class == Class::Api);
            if let Some(text) = row.text(column).filter(|_| !is_own) {
                row.column(column.name(), Value::Text(text));
            }
        }
        row.read_extras(formats, stream);
        row
    }

    /// Value of a text column.
    pub(super) fn text(&self, column: Column) -> Option<&'a str> {
        self.texts.get(column as usize).copied().flatten()
    }

    /// What was done; not the type of records that a name server was asked for, which formats of
    /// its questions have in this place.
    pub(super) fn action(&self) -> Option<&'a str> {
        let is_of_names = self.class == Class::Dns || self.format().contains("dns");
        self.text(Column::Action)
            .filter(|action| !(is_of_names && dns::is_record_type(action)))
    }

    /// Type of records that stands in the place of an action.
    pub(super) fn asked_for(&self) -> Option<&'a str> {
        self.text(Column::Action)
            .filter(|_| self.action().is_none())
    }

    /// The event as it was received, unless it is left out.
    pub(super) fn original(&self) -> Option<&'a str> {
        let is_kept = self.raw == RawColumn::Kept;
        let whole = self.text(Column::Outer).or_else(|| self.text(Column::Raw));
        whole.filter(|_| is_kept)
    }

    /// Name of the value that stands at a path of OCSF.
    pub(super) fn name_of(&self, path: &str) -> Option<String> {
        if path == "dst_endpoint.port" {
            return Some("peer_port".to_owned());
        }
        let is_it = |found: &&Found<'_>| found.mapping.is_some_and(|held| held.ocsf == path);
        self.found
            .iter()
            .find(is_it)
            .map(|found| found.name.clone())
    }

    /// Name of the format.
    pub(super) fn format(&self) -> &'a str {
        self.text(Column::Format).unwrap_or_default()
    }

    /// Name of the cloud, if it is one that the schemas know.
    pub(super) fn cloud(&self) -> Option<&'a str> {
        self.text(Column::Provider)
            .filter(|provider| ["aws", "azure", "gcp"].contains(provider))
    }

    /// Status of a reply over HTTP. That of a connection is none, whatever its number.
    pub(super) fn http_status(&self) -> Option<i32> {
        let method = self.text(Column::Method).map(protocol);
        let is_connection =
            self.class == Class::Network || matches!(method, Some(Protocol::Transport(..)));
        let status = self.status.filter(|status| (100..=599).contains(status));
        status.filter(|_| !is_connection)
    }

    /// Name of the function that a row of Lambda is of.
    pub(super) fn function(&self) -> Option<&'a str> {
        let is_told = ["aws.lambda", "aws.lambda_platform"].contains(&self.format())
            || self.text(Column::Host).is_some_and(is_instance);
        self.text(Column::Service).filter(|_| is_told)
    }

    /// Whether the name of the process is that of a logger, which programs of their own have.
    pub(super) fn is_of_logger(&self) -> bool {
        let name = self.text(Column::Process).unwrap_or_default();
        let is_host = ["linux.", "windows."]
            .iter()
            .any(|group| self.format().starts_with(group));
        self.class == Class::Other && !is_host && is_logger(name)
    }

    /// Whether the service is the one that a connection or request went to: not the name of an API
    /// or of a firewall, and not a balancer of a cloud beside the address behind it.
    pub(super) fn names_destination(&self) -> bool {
        let role = Role::of(Some(self.format()), self.text(Column::Service));
        let is_balancer = self.cloud().is_some() && self.text(Column::Peer).is_some();
        role.names_a_service() && !is_balancer
    }

    /// Whether the row is a record of operations or findings, not one of what its writer did
    /// itself, as the programs of a Linux host do.
    pub(super) fn is_about_others(&self) -> bool {
        let role = Role::of(Some(self.format()), self.text(Column::Service));
        let is_host = self.format().starts_with("linux.");
        self.class == Class::Finding || role == Role::Audit && !is_host
    }

    /// Whether the row says that something failed.
    pub(super) fn is_failure(&self) -> bool {
        self.outcome == Some(Outcome::Failure)
    }

    fn signs(&self) -> Signs<'a> {
        let has = |column| self.text(column).is_some();
        let method = self.text(Column::Method);
        let transport = method.map(protocol);
        let is_transport = matches!(transport, Some(Protocol::Transport(..)));
        Signs {
            format: self.format(),
            service: self.text(Column::Service),
            action: self.text(Column::Action),
            method,
            has_request: !is_transport
                && (has(Column::Path)
                    || method.is_some_and(is_http_method)
                    || self.status.is_some()),
            has_path: has(Column::Path),
            has_actor: has(Column::Actor),
            has_end: has(Column::SourceIp) || has(Column::Peer),
            has_both_ends: has(Column::SourceIp) && has(Column::Peer),
            has_host: has(Column::Host),
        }
    }

    fn column(&mut self, name: &str, value: Value<'a>) {
        self.add(name, value, true);
    }

    fn add(&mut self, name: &str, value: Value<'a>, is_column: bool) {
        let mapping = table::entry(name, is_column, self.class, self.format());
        self.found.push(Found {
            name: name.to_owned(),
            value,
            mapping,
        });
    }

    fn read_extras(&mut self, formats: &Formats, stream: &Stream) {
        let Some(raw) = self.text(Column::Raw) else {
            return;
        };
        let outer = self.text(Column::Outer);
        let first = self.found.len();
        formats.extras(self.format(), raw, outer, stream, &mut |name, value| {
            if value.is_empty() {
                return;
            }
            // A number in the source's own scale would be taken for another here.
            let is_word = !value.bytes().all(|byte| byte.is_ascii_digit());
            if name == "severity_text" && is_word {
                self.severity_text.get_or_insert_with(|| value.to_owned());
                return;
            }
            let told = self.found.get(first..).unwrap_or_default();
            // Two paths of a table may lead to one name: the first value counts.
            if !told.iter().any(|found| found.name == name) {
                self.add(name, Value::Owned(value.to_owned()), false);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn an_id_is_told_once() {
        assert_eq!(distinct(["a", "b", "a"].into_iter()), ["a", "b"]);
    }
}
