//! Standard and real-time logs of CloudFront: values in the order of the header.

mod layout;

use nepho_codec::table::{To, put_status, put_text};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::access::broken;
use crate::url::decoded;
use layout::{Field, Layout, values_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudfront",
    summary: "CloudFront standard and real-time logs",
    permissions: &["s3:GetObject", "s3:ListBucket", "kinesis:GetRecords"],
    make: Make::Format(|| Box::new(CloudFront)),
});

struct CloudFront;

impl Format for CloudFront {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let text = sample.text;
        if sample.json.is_some() {
            return Confidence::NO;
        }
        if text.starts_with('#') {
            return match Layout::of_header(text) {
                Some(header) => confidence(&header),
                None if text.starts_with("#Version: 1.0") => Confidence::LIKELY,
                None => Confidence::NO,
            };
        }
        let header = header_of(sample.stream).filter(|header| is_under(header, text));
        match header.or_else(|| Layout::of_line(text)) {
            Some(layout) => confidence(&layout),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        // Under a header a line begins with any of its fields, and the delimiter can be chosen.
        vec![Marks::beginning([true; 256])]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CloudFrontDecoder {
            header: header_of(stream),
            distribution: distribution_of(stream).to_owned(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let header = header_of(stream).filter(|header| is_under(header, raw));
        let Some(layout) = header.or_else(|| Layout::of_line(raw)) else {
            return;
        };
        let values: Vec<&str> = values_of(raw).collect();
        let named = [
            (Field::Host, "host"),
            (Field::SentBytes, "bytes"),
            (Field::ReceivedBytes, "bytes_received"),
            (Field::EdgeLocation, "edge_location"),
            (Field::ResultType, "result_type"),
            (Field::DetailedResult, "detailed_result_type"),
            (Field::Referer, "referer"),
            (Field::Country, "country"),
            (Field::Protocol, "protocol"),
        ];
        for (field, name) in named {
            if let Some(value) = layout.get(field, &values) {
                found(name, value);
            }
        }
    }
}

/// Other servers write files of the W3C as well, IIS among them, and know their own lines better.
fn confidence(layout: &Layout) -> Confidence {
    match layout.is_sure {
        true => Confidence::CERTAIN,
        false => Confidence::LIKELY,
    }
}

/// Layout that the header of the stream names.
fn header_of(stream: &Stream) -> Option<Layout> {
    Layout::of_header(stream.header.as_deref()?)
}

/// Whether a line may stand under a header: it has about as many values.
fn is_under(header: &Layout, line: &str) -> bool {
    let count = values_of(line).count();
    count > 1 && count * 2 > header.count && !line.starts_with('#')
}

/// Distribution that a file is of: `E2EXAMPLE` of `E2EXAMPLE.2024-05-01-10.0123abcd.gz`.
fn distribution_of(stream: &Stream) -> &str {
    let mut parts = stream.file_name().split('.');
    let (Some(id), Some(hour)) = (parts.next(), parts.next()) else {
        return "";
    };
    let is_id = id.starts_with('E') && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_hour = hour.len() == 13 && hour.get(..10).is_some_and(layout::is_date);
    if is_id && is_hour { id } else { "" }
}

struct CloudFrontDecoder {
    header: Option<Layout>,
    distribution: String,
}

impl Decoder for CloudFrontDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = record.text;
        if let Some(header) = Layout::of_header(text) {
            // Files that were put together have a header each.
            self.header = Some(header);
            return Verdict::Structure;
        }
        if text.starts_with("#Version: 1.0") {
            return Verdict::Structure;
        }
        let known = match self.header.as_ref().filter(|header| is_under(header, text)) {
            Some(header) => {
                let count = values_of(text).count();
                if count < header.count {
                    return Verdict::Reject(format!(
                        "the line has {count} fields, the header names {}",
                        header.count
                    ));
                }
                Some(header.clone())
            }
            None => Layout::of_line(text),
        };
        let Some(layout) = known else {
            return Verdict::NotMine;
        };
        let values: Vec<&str> = values_of(text).collect();
        let mut row = out.row(record);
        match self.put(&layout, &values, &mut row) {
            Ok(()) => row.commit(),
            Err(reason) => return Verdict::Reject(reason),
        }
        Verdict::Rows
    }
}

impl CloudFrontDecoder {
    fn put(&self, layout: &Layout, values: &[&str], row: &mut Row<'_>) -> Result<(), String> {
        let get = |field: Field| layout.get(field, values);
        row.constant(Column::Format, "aws.cloudfront")
            .constant(Column::Provider, "aws");
        if let Some(time) = time_of(layout, values)? {
            row.time(time);
        }
        for (field, to) in [
            (Field::Client, To::SourceAddress),
            (Field::ClientPort, To::SourcePort),
            (Field::EdgeAddress, To::PeerAddress),
            (Field::Method, To::Text(Column::Method)),
            (Field::Path, To::Url),
            (Field::RequestId, To::Text(Column::RequestId)),
            (Field::TimeTaken, To::Duration(1e9)),
            (Field::Host, To::Text(Column::Service)),
            (Field::HostHeader, To::Text(Column::Service)),
        ] {
            if let Some(value) = get(field) {
                put_text(value, to, row);
            }
        }
        row.text(
            Column::UserAgent,
            &decoded(get(Field::UserAgent).unwrap_or_default()),
        );
        row.resource(get(Field::Distribution).unwrap_or(&self.distribution))
            .resource(get(Field::Host).unwrap_or_default());
        if let Some(status) = get(Field::Status) {
            let status: i32 = status
                .parse()
                .map_err(|_| broken("sc-status", status, "a status"))?;
            put_status(status, row);
            put_result(status, get(Field::ResultType), row);
        }
        put_body(get(Field::Method), get(Field::Path), row);
        Ok(())
    }
}

/// Time of the two fields `date` and `time`, or of a real-time record.
fn time_of(layout: &Layout, values: &[&str]) -> Result<Option<Timestamp>, String> {
    if let Some(text) = layout.get(Field::Timestamp, values) {
        let time = time::parse(text).ok_or_else(|| broken("timestamp", text, "a time"))?;
        return Ok(Some(time));
    }
    let (Some(date), Some(clock)) = (
        layout.get(Field::Date, values),
        layout.get(Field::Time, values),
    ) else {
        return Ok(None);
    };
    let text = format!("{date}T{clock}Z");
    let time = Timestamp::parse_rfc3339(&text).ok_or_else(|| broken("date", &text, "a time"))?;
    Ok(Some(time))
}

/// Says how a request ended where the status alone does not: 000 is a viewer that went away before
/// it was answered, and a refusal of CloudFront itself stands in the type of the result.
fn put_result(status: i32, result: Option<&str>, row: &mut Row<'_>) {
    let is_own = matches!(
        result,
        Some("Error" | "LimitExceeded" | "CapacityExceeded" | "FunctionGeneratedResponse")
    );
    if status == 0 || (is_own && status >= 400) {
        row.outcome(Outcome::Failure);
    }
}

fn put_body(method: Option<&str>, path: Option<&str>, row: &mut Row<'_>) {
    if let (Some(method), Some(path)) = (method, path) {
        row.text(Column::Body, &format!("{method} {path}"));
    }
}

#[cfg(test)]
mod tests {
    use nepho_codec::detect::decode_text;
    use nepho_core::tables::LogsView;

    use super::*;

    #[test]
    fn parts_of_a_file_are_read_by_its_header() {
        let check = |header: &str, text: &str| {
            let stream = Stream {
                header: Some(header.to_owned()),
                ..Stream::default()
            };
            let mut out = LogsBuilder::new(Timestamp(0));
            decode_text(text.as_bytes(), stream, None, &mut out).expect("decoding");
            assert!(out.take_rejects().is_empty(), "{text}");
            let batch = out.finish().expect("a batch");
            let view = LogsView::new(&batch).expect("a view");
            assert_eq!(view.len(), 1, "{text}");
            let of = |column| view.text(column, 0);
            assert_eq!(of(Column::Format), Some("aws.cloudfront"), "{text}");
            assert_eq!(of(Column::SourceIp), Some("203.0.113.7"), "{text}");
            assert_eq!(of(Column::Path), Some("/cart"), "{text}");
            assert_eq!(view.status(0), Some(502), "{text}");
        };
        let header = "#Fields: cs-method c-ip x-edge-location cs-uri-stem sc-status";
        check(header, "GET\t203.0.113.7\tFRA56-P1\t/cart\t502\n");
        check(header, "GET 203.0.113.7 FRA56-P1 /cart 502\n");
        let header = "#Fields: cs-uri-stem c-ip x-edge-location sc-status";
        check(header, "/cart\t203.0.113.7\tFRA56-P1\t502\n");
    }

    #[test]
    fn files_of_other_servers_are_left_to_them() {
        let check = |header: &str, line: &str, expected: Confidence| {
            let stream = Stream {
                header: Some(header.to_owned()),
                ..Stream::default()
            };
            for text in [header, line] {
                let sample = Sample {
                    text,
                    json: None,
                    stream: &stream,
                };
                assert_eq!(CloudFront.sniff(&sample), expected, "{text}");
            }
        };
        check(
            "#Fields: date time s-ip cs-method cs-uri-stem s-port cs-username c-ip sc-status",
            "2024-05-01 10:00:00 10.0.0.80 GET /cart 443 - 203.0.113.7 200",
            Confidence::NO,
        );
        check(
            "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
            "2024-05-01 10:00:00 203.0.113.7 GET /cart 200",
            Confidence::LIKELY,
        );
        check(
            "#Fields: date time x-edge-location c-ip cs-uri-stem sc-status",
            "2024-05-01 10:00:00 FRA56-P1 203.0.113.7 /cart 200",
            Confidence::CERTAIN,
        );
    }

    #[test]
    fn files_name_their_distribution() {
        let check = |uri: &str, expected: &str| {
            let stream = Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            };
            assert_eq!(distribution_of(&stream), expected);
        };
        check(
            "s3://logs/cf/E2EXAMPLE1.2024-05-01-10.0123abcd.gz",
            "E2EXAMPLE1",
        );
        check("Events.2024-05-01.gz", "");
        check("", "");
    }
}
