//! Logs as they are sent to New Relic, `[{"common":{"attributes":{...}},"logs":[{...}]}]`, and rows
//! that a query gives back (`data.actor.account.nrql.results`).
//!
//! What a log tells itself counts more than what is common to all.
//!
//! Sources: docs.newrelic.com/docs/logs/log-api/introduction-log-api, "Detailed JSON body";
//! docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial, as of 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::JsonFields;
use crate::json::fields::elements;

/// Where the answer of a query has its rows: one account, or several.
const RESULTS: [&str; 2] = ["data.actor.account.nrql.results", "data.actor.nrql.results"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut envelope = envelope(record);
    let is_sent = |(key, _): &(&str, &str)| matches!(*key, "common" | "logs");
    let logs = if fields.members().iter().all(is_sent) {
        envelope.time = time(fields, "common.timestamp").or(envelope.time);
        for (column, names) in COMMON {
            let names = names.iter().map(|name| format!("common.attributes.{name}"));
            let value = names.into_iter().find_map(|name| fields.text(&name));
            envelope = with(envelope, column, value);
        }
        fields.raw("logs")
    } else {
        RESULTS.iter().find_map(|path| fields.raw(path))
    };
    let logs = logs.filter(|logs| logs.starts_with('['));
    let logs = logs.map(elements).unwrap_or_default();
    if logs.is_empty() || !logs.iter().all(|log| log.starts_with('{')) {
        return Opened::No;
    }
    let inside = logs.into_iter().map(|text| Inner {
        text: text.into(),
        envelope: envelope.clone(),
    });
    Opened::Inside(inside.collect())
}

/// Attributes that are common to all logs, by the column that they are of.
const COMMON: [(Column, [&str; 3]); 2] = [
    (Column::Service, ["service.name", "service", "entity.name"]),
    (Column::Host, ["host.name", "hostname", "host"]),
];

#[cfg(test)]
mod tests {
    use nepho_core::tables::Column;

    use super::open;
    use crate::unwrap::tests::inside;

    #[test]
    fn logs_stand_beside_what_they_have_in_common() {
        let log = r#"{"message":"x"}"#;
        let found = inside(
            open,
            &format!(
                r#"{{"common":{{"attributes":{{"service.name":"shop"}}}},"logs":[{log},{log}]}}"#
            ),
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].text, log);
        assert_eq!(found[1].envelope.get(Column::Service), Some("shop"));
        let answer = r#"{"data":{"actor":{"account":{"nrql":{"results":[{"message":"x"}]}}}}}"#;
        assert_eq!(inside(open, answer)[0].text, log);
        for other in [
            r#"{"logs":["x"]}"#,
            r#"{"logs":[]}"#,
            r#"{"logs":[{"a":1}],"page":2}"#,
        ] {
            assert!(inside(open, other).is_empty(), "{other}");
        }
    }
}
