//! Audit logs of Amazon Redshift: connections, changes of users, and what users ran.

mod line;

use nepho_codec::table::{To, put_text};
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::delivered::Place;
use line::{Activity, Columns, Line};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.redshift_audit",
    summary: "Redshift audit logs: connection, user and user activity log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(Redshift)),
});

struct Redshift;

impl Format for Redshift {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Line::parse(sample.text) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let letters = bytes_of(b"abcdefghijklmnopqrstuvwxyz");
        vec![
            Marks::beginning(letters).with(&["|"]),
            Marks::beginning(bytes_of(b"0123456789")).with(&["|"]),
            Marks::beginning(bytes_of(b"'")).with(&[" UTC [ "]),
        ]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RedshiftDecoder {
            place: Place::of(stream),
            cluster: cluster_of(stream).to_owned(),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        match Line::parse(raw) {
            Some(Line::Connection(columns)) => {
                for (place, name) in CONNECTION_EXTRAS {
                    if let Some(value) = columns.get(*place) {
                        found(name, value);
                    }
                }
            }
            Some(Line::User(columns)) => {
                if let Some(value) = columns.get(9) {
                    found("transaction", value);
                }
                if let Some(value) = columns.get(8) {
                    found("pid", value);
                }
            }
            Some(Line::Activity(activity)) => {
                for (key, name) in [("db", "database"), ("pid", "pid"), ("xid", "transaction")] {
                    if let Some(value) = activity.get(key) {
                        found(name, value);
                    }
                }
            }
            None => {}
        }
    }
}

/// Places of columns of the connection log that have no column of their own.
const CONNECTION_EXTRAS: &[(usize, &str)] = &[
    (4, "pid"),
    (5, "database"),
    (7, "authentication"),
    (9, "tls_version"),
    (10, "tls_cipher"),
    (15, "application"),
    (16, "operating_system"),
    (17, "driver"),
];

/// Cluster of a delivered file: `orders` of
/// `111122223333_redshift_eu-west-1_orders_connectionlog_2024-05-01T10:00.gz`.
fn cluster_of(stream: &Stream) -> &str {
    let mut parts = stream.file_name().split('_').skip(1);
    match (parts.next(), parts.nth(1), parts.next()) {
        (Some("redshift"), Some(cluster), Some(kind)) if kind.ends_with("log") => cluster,
        _ => "",
    }
}

struct RedshiftDecoder {
    place: Place,
    cluster: String,
}

impl Decoder for RedshiftDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = Line::parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, "aws.redshift_audit")
            .constant(Column::Provider, "aws")
            .constant(Column::Service, "redshift.amazonaws.com")
            .time(line.time());
        match &line {
            Line::Connection(columns) => put_connection(columns, &mut row),
            Line::User(columns) => put_user(columns, &mut row),
            Line::Activity(activity) => put_activity(activity, &mut row),
        }
        row.resource(&self.cluster);
        self.place.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}

/// `event |time|host|port|pid|database|user|method|microseconds|...`
fn put_connection(columns: &Columns<'_>, row: &mut Row<'_>) {
    let event = columns.get(0).unwrap_or_default();
    row.text(Column::Action, event)
        .text(Column::Body, event)
        .text(Column::Actor, columns.get(6).unwrap_or_default());
    for (place, to) in [(2, To::SourceAddress), (3, To::SourcePort)] {
        if let Some(value) = columns.get(place) {
            put_text(value, to, row);
        }
    }
    // What is told while the connection goes on has none yet.
    if let Some(taken) = columns.get(8).filter(|taken| *taken != "0") {
        put_text(taken, To::Duration(1e3), row);
    }
    match event {
        "authenticated" | "initiating session" => {
            row.outcome(Outcome::Success);
        }
        "authentication failure" => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
}

/// `id |user |old name |action |...`: the log does not tell who made the change.
fn put_user(columns: &Columns<'_>, row: &mut Row<'_>) {
    let action = columns.get(3).unwrap_or_default();
    let user = columns.get(1).unwrap_or_default();
    row.text(Column::Action, action)
        .text(Column::Body, &format!("{action} user {user}"))
        .resource(user);
    if let Some(old) = columns.get(2) {
        row.resource(old);
    }
}

fn put_activity(activity: &Activity<'_>, row: &mut Row<'_>) {
    row.text(Column::Actor, activity.get("user").unwrap_or_default())
        .text(Column::Body, activity.sql);
    row.text(Column::Action, &verb(activity.sql).unwrap_or_default());
}

/// What statements begin with; the log has sentences as well.
const VERBS: [&str; 34] = [
    "abort",
    "alter",
    "analyze",
    "begin",
    "call",
    "cancel",
    "close",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "insert",
    "lock",
    "merge",
    "prepare",
    "refresh",
    "reset",
    "revoke",
    "rollback",
    "select",
    "set",
    "show",
    "start",
    "truncate",
    "unload",
];

/// The word that a statement begins with, in small letters; tools put comments before it.
fn verb(statement: &str) -> Option<String> {
    let mut rest = statement.trim_start();
    loop {
        let behind = match rest.as_bytes() {
            [b'/', b'*', ..] => rest.split_once("*/")?.1,
            [b'-', b'-', ..] => rest.split_once('\n')?.1,
            _ => break,
        };
        rest = behind.trim_start();
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = rest.get(..length)?.to_ascii_lowercase();
    let is_one = VERBS.contains(&&*word) || matches!(&*word, "update" | "use" | "vacuum" | "with");
    is_one.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_begin_with_a_verb() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(verb(text).as_deref(), expected, "{text}");
        };
        check("SELECT 1", Some("select"));
        check("COMMIT;", Some("commit"));
        check("/* app: dbt */ -- x\n CREATE TABLE a", Some("create"));
        check("Undoing 1 transactions on table 7", None);
        check("/* open", None);
        check("", None);
    }

    #[test]
    fn files_name_their_cluster() {
        let check = |uri: &str, expected: &str| {
            let stream = Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            };
            assert_eq!(cluster_of(&stream), expected);
        };
        let name =
            "s3://l/111122223333_redshift_eu-west-1_orders_connectionlog_2024-05-01T10:00.gz";
        check(name, "orders");
        check("111122223333_vpcflowlogs_eu-west-1_fl-1_x.gz", "");
        check("", "");
    }
}
