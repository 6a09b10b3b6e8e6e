//! Events with which AWS Config calls the function of a rule: what is to be judged stands as a
//! string in `invokingEvent`.
//!
//! Source: docs.aws.amazon.com/config/latest/developerguide/
//! evaluate-config_develop-rules_example-events.html, read 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(event), Some(_)) = (fields.text("invokingEvent"), fields.text("configRuleName"))
    else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    let rule = fields.text("configRuleArn").unwrap_or_default();
    if !rule.is_empty() {
        envelope.resources.push(unescape(rule).into_owned());
    }
    Opened::Inside(vec![Inner {
        text: unescape(event),
        envelope: with(envelope, Column::Account, fields.text("accountId")),
    }])
}
