//! One result of CloudWatch Logs Insights: `{"@timestamp":...,"@message":...,"@logStream":...}`, as
//! its tables are exported, or all results of a query, each a list of fields:
//! `{"results":[[{"field":"@timestamp","value":...},...]],"statistics":...,"status":"Complete"}`.
//!
//! Source:
//! docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html,
//! as of 2026-11-28;
//! docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html, read
//! 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::cloudwatch_subscription::group_envelope;
use super::{Inner, Opened, envelope, time, with};
use crate::json::fields::{elements, pick};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if let Some(results) = fields.raw("results").and_then(results) {
        let inside = results.into_iter().map(|text| Inner {
            text: text.into(),
            envelope: envelope(record).with(Column::Provider, "aws"),
        });
        return Opened::Inside(inside.collect());
    }
    let (Some(message), Some(_)) = (fields.text("@message"), fields.text("@timestamp")) else {
        return Opened::No;
    };
    // What go-hclog writes (Vault, Consul, Nomad) has a level and a module by the same mark.
    if fields.text("@level").is_some() || fields.text("@module").is_some() {
        return Opened::No;
    }
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    // In UTC, without saying so.
    envelope.time = time(fields, "@timestamp");
    // `111122223333:/aws/lambda/checkout`
    let log = fields.text("@log").unwrap_or_default();
    let account = log.split_once(':').map(|(account, _)| account);
    let group = log.split_once(':').map_or(log, |(_, group)| group);
    let stream = fields.text("@logStream");
    let envelope = match group {
        "" => with(envelope, Column::Host, stream),
        group => group_envelope(envelope, group, stream),
    };
    let envelope = with(envelope, Column::Account, account);
    let envelope = with(envelope, Column::RequestId, fields.text("@requestId"));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}

/// The results of a query, each as an object of its fields; `None` if it is something else.
fn results(list: &str) -> Option<Vec<String>> {
    if !list.starts_with('[') {
        return None;
    }
    let results: Option<Vec<_>> = elements(list).into_iter().map(object).collect();
    results.filter(|results| !results.is_empty())
}

/// `{"@timestamp":...}` of `[{"field":"@timestamp","value":...}]`, without the pointer by which a
/// result is asked for again.
fn object(list: &str) -> Option<String> {
    if !list.starts_with('[') {
        return None;
    }
    let mut text = String::from("{");
    for field in elements(list) {
        let [Some(name), Some(value)] = pick(field, ["field", "value"])? else {
            return None;
        };
        if name == "\"@ptr\"" {
            continue;
        }
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(name);
        text.push(':');
        text.push_str(value);
    }
    text.push('}');
    (text.len() > 2).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn the_log_group_tells_the_service() {
        let check = |log: &str, expected: Option<&str>| {
            let text = format!(
                r#"{{"@timestamp":"2026-05-12 14:00:00.000","@message":"paid","@log":"{log}"}}"#
            );
            let found = inside(open, &text);
            let service = found
                .first()
                .and_then(|one| one.envelope.get(Column::Service));
            assert_eq!(service.filter(|name| !name.is_empty()), expected, "{log}");
        };
        check("111122223333:/aws/lambda/checkout", Some("checkout"));
        check("111122223333:/ecs/shop/cart", Some("cart"));
        check("111122223333:/aws/eks/shop/cluster", None);
        check("", None);
    }

    #[test]
    fn results_of_a_query_become_objects() {
        let check = |list: &str, expected: Option<&[&str]>| {
            let found = results(list);
            let found: Option<Vec<_>> = found
                .as_ref()
                .map(|found| found.iter().map(String::as_str).collect());
            assert_eq!(found.as_deref(), expected, "{list}");
        };
        check(
            r#"[[{"field":"@message","value":"a \"b\""},{"field":"@ptr","value":"x"}],[{"field":"n","value":"1"}]]"#,
            Some(&[r#"{"@message":"a \"b\""}"#, r#"{"n":"1"}"#]),
        );
        check(r#"[{"field":"@message","value":"a"}]"#, None);
        check(r#"[["a"]]"#, None);
        check("[]", None);
        check(r#""text""#, None);
    }
}
