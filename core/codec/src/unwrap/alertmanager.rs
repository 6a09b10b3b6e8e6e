//! Notifications of Prometheus Alertmanager and of Grafana: each is of a group of alerts, which
//! stand in `alerts`.
//!
//! Source: prometheus.io/docs/alerting/latest/configuration, `webhook_config`, and
//! grafana.com/docs/grafana/latest, "Webhook notifier", as of 2026-11-29.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(_), Some(_), Some(alerts)) = (
        fields.raw("receiver"),
        fields.raw("commonLabels"),
        fields.raw("alerts"),
    ) else {
        return Opened::No;
    };
    if !alerts.starts_with('[') {
        return Opened::No;
    }
    let inside = elements(alerts).into_iter().map(|text| Inner {
        text: Cow::Borrowed(text),
        envelope: envelope(record),
    });
    Opened::Inside(inside.collect())
}
