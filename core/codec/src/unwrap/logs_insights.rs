//! One result of CloudWatch Logs Insights: `{"@timestamp":...,"@message":...,"@logStream":...}`, as
//! its tables are exported.
//!
//! Source:
//! docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html,
//! as of 2026-11-28.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::cloudwatch_subscription::{cluster_of_group, group_of_function};
use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
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
    if let Some(cluster) = cluster_of_group(group) {
        envelope.cluster = Some(cluster.to_owned());
    }
    envelope.resources.extend(group_of_function(group));
    let envelope = with(envelope, Column::Account, account);
    let envelope = with(envelope, Column::Host, fields.text("@logStream"));
    let envelope = with(envelope, Column::RequestId, fields.text("@requestId"));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}
