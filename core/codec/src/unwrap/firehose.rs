//! Events of Firehose: what its transformation calls a Lambda function with, and what it posts to
//! an HTTP endpoint.
//!
//! `{"invocationId":...,"deliveryStreamArn":...,"region":...,"records":[{"recordId":...,"data":...}]}`
//! and `{"requestId":...,"timestamp":...,"records":[{"data":...}]}`.
//!
//! Sources (read 2026-11-21): docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html,
//! docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html.

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::base64_data::{decode, records};
use super::{Inner, Opened, envelope, time, with, with_arn};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let Some(list) = fields.raw("records") else {
        return Opened::No;
    };
    let common = envelope(record).with(Column::Provider, "aws");
    if let Some(stream) = fields.text("deliveryStreamArn") {
        let common = with_arn(common, Some(stream));
        let common = with(common, Column::Region, fields.text("region"));
        // Each is a wrapping of its own, so that a broken one does no harm to the others.
        let inside = elements(list).into_iter();
        let inside = inside.map(|text| Inner {
            text: text.into(),
            envelope: common.clone(),
        });
        return Opened::Inside(inside.collect());
    }
    match (fields.text("requestId"), time(fields, "timestamp")) {
        (Some(_), Some(sent)) => open_request(
            list,
            Envelope {
                time: Some(sent),
                ..common
            },
        ),
        _ => Opened::No,
    }
}

/// Payloads of a request to an endpoint, which have nothing but `data`.
fn open_request<'a>(list: &'a str, common: Envelope) -> Opened<'a> {
    let mut inside = Vec::new();
    for element in elements(list) {
        let data = match JsonFields::parse(element).as_ref().map(JsonFields::members) {
            Ok([("data", data)]) => data.trim_matches('"'),
            _ => return Opened::No,
        };
        match decode(data) {
            Ok(text) => inside.extend(records(text, &common)),
            Err(reason) => return Opened::Broken(reason),
        }
    }
    Opened::Inside(inside)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_record_of_a_request_may_hold_several_lines() {
        let data = STANDARD.encode("2026-05-12 14:00:00 a\n\tat b\n2026-05-12 14:00:01 c\n");
        let list = format!(r#"[{{"data":"{data}"}},{{"data":"e30="}}]"#);
        let Opened::Inside(inside) = open_request(&list, Envelope::default()) else {
            panic!("it is a request");
        };
        let texts: Vec<&str> = inside.iter().map(|inner| &*inner.text).collect();
        let expected = [
            "2026-05-12 14:00:00 a\n\tat b",
            "2026-05-12 14:00:01 c",
            "{}",
        ];
        assert_eq!(texts, expected);
    }
}
