//! What functions of AWS Lambda log as JSON, where the runtime or Powertools names the function.
//!
//! The runtimes of Python and Node.js write a level, a message and a `requestId`, as any program
//! may: their records are told by the order of their keys and the shapes of the values. Others are
//! left to the formats that take anything.

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::text_of;
use nepho_codec::table::{
    JsonFormat, Need, Table, TableDecoder, part, resource, severity, source_address, text, time,
    url,
};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder};

use crate::rules::{account_of, last_step, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda_application",
    summary: "Lambda function logs as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(Application(JsonFormat(&TABLE)))),
});

static TABLE: Table = Table {
    name: "aws.lambda_application",
    needs: &[
        Need::HasAny(&[
            "AWSRequestId",
            "aws_request_id",
            "awsRequestId",
            "function_request_id",
        ]),
        Need::HasAny(&["level", "Level", "log_level"]),
        Need::HasAny(&["message", "Message", "msg", "errorMessage"]),
        Need::HasAny(&["timestamp", "time", "Timestamp"]),
        // A record with metrics is one of `aws.emf`.
        Need::Lacks("_aws"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp", "time"]),
        severity(&["level", "log_level"]),
        part(&["function_arn"], Column::Account, account_of),
        part(&["function_arn"], Column::Region, region_of),
        part(&["function_arn"], Column::Service, last_step),
        text(&["service", "function_name"], Column::Service),
        text(&["message", "msg", "errorMessage"], Column::Body),
        text(&["logger", "location"], Column::Process),
        text(
            &[
                "AWSRequestId",
                "aws_request_id",
                "awsRequestId",
                "function_request_id",
            ],
            Column::RequestId,
        ),
        text(&["xray_trace_id", "traceId"], Column::TraceId),
        resource(&["function_arn"]),
    ],
    extras: &[
        ("cold_start", "cold_start"),
        ("correlation_id", "correlation"),
        ("exception_name", "error_type"),
        ("errorType", "error_type"),
    ],
    finish: None,
};

/// What the runtimes write by themselves.
///
/// Source: `JsonFormatter` and `log_error` of github.com/aws/aws-lambda-python-runtime-interface-
/// client, `formatter.ts` of github.com/aws/aws-lambda-nodejs-runtime-interface-client,
/// docs.aws.amazon.com/lambda/latest/dg/python-logging.html and .../nodejs-logging.html,
/// "Using Lambda advanced logging controls", as of 2026-11-28.
static RUNTIME: Table = Table {
    name: "aws.lambda_application",
    needs: &[
        Need::Has("timestamp"),
        Need::Has("level"),
        Need::Has("requestId"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp"]),
        severity(&["level"]),
        text(
            &["message.errorMessage", "message", "errorMessage"],
            Column::Body,
        ),
        text(&["logger"], Column::Process),
        text(&["requestId"], Column::RequestId),
        // The request that a function was called with.
        text(
            &["message.requestContext.http.method", "message.httpMethod"],
            Column::Method,
        ),
        url(&[
            "message.requestContext.http.path",
            "message.rawPath",
            "message.path",
        ]),
        source_address(&[
            "message.requestContext.http.sourceIp",
            "message.requestContext.identity.sourceIp",
            "message.headers.x-forwarded-for",
        ]),
        text(
            &[
                "message.requestContext.http.userAgent",
                "message.requestContext.identity.userAgent",
                "message.headers.user-agent",
            ],
            Column::UserAgent,
        ),
    ],
    extras: &[
        ("message.errorType", "error_type"),
        ("errorType", "error_type"),
        ("location", "source_file"),
    ],
    finish: None,
};

struct Application(JsonFormat);

impl Format for Application {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match self.0.sniff(sample) {
            Confidence::NO if sample.json.is_some() && is_of_runtime(sample.text) => Confidence(85),
            confidence => confidence,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key) || JsonFormat(&RUNTIME).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ApplicationDecoder {
            named: TableDecoder::new(&TABLE),
            runtime: TableDecoder::new(&RUNTIME),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        match is_of_runtime(raw) {
            true => JsonFormat(&RUNTIME).extras(raw, stream, found),
            false => self.0.extras(raw, stream, found),
        }
    }
}

struct ApplicationDecoder {
    named: TableDecoder,
    runtime: TableDecoder,
}

impl Decoder for ApplicationDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match self.named.decode(record, out) {
            Verdict::NotMine if is_of_runtime(record.text) => self.runtime.decode(record, out),
            verdict => verdict,
        }
    }
}

/// Whether a record begins with `timestamp` and `level`, in the shapes that the runtimes write, and
/// has the id of an invocation before or behind the message.
fn is_of_runtime(text: &str) -> bool {
    if !text.trim_start().starts_with("{\"timestamp\"") {
        return false;
    }
    let Ok(fields) = JsonFields::parse(text) else {
        return false;
    };
    let members = fields.members();
    let keys = |place: usize| members.get(place).map_or("", |(key, _)| *key);
    let is_python = keys(2) == "message" && keys(3) == "logger";
    // What ends an invocation is told in another order, and in UTC without saying so.
    let is_python_error =
        keys(2) == "errorMessage" && keys(3) == "errorType" && keys(4) == "requestId";
    let is_node = keys(2) == "requestId"
        && matches!(keys(3), "message" | "tenantId")
        && members.iter().all(|(key, _)| NODE.contains(key));
    let value = |key: &str| {
        let found = members.iter().find(|(held, _)| *held == key);
        found.and_then(|(_, raw)| text_of(raw)).unwrap_or_default()
    };
    keys(1) == "level"
        && (is_python || is_python_error || is_node)
        && matches!(
            value("level"),
            "TRACE" | "DEBUG" | "INFO" | "WARN" | "WARNING" | "ERROR" | "FATAL" | "CRITICAL"
        )
        && (is_python_error || value("timestamp").ends_with('Z'))
        && (is_invocation(value("requestId")) || is_python_error && value("requestId").is_empty())
}

/// All that the runtime of Node.js writes; records with other members are those of a program.
const NODE: [&str; 8] = [
    "timestamp",
    "level",
    "requestId",
    "tenantId",
    "message",
    "errorType",
    "errorMessage",
    "stackTrace",
];

/// Whether text has the shape of the id of an invocation: `0f1e2d3c-0000-4000-8000-000000000001`.
fn is_invocation(id: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    id.len() == 36
        && id
            .bytes()
            .enumerate()
            .all(|(at, byte)| match dashes.contains(&at) {
                true => byte == b'-',
                false => byte.is_ascii_hexdigit(),
            })
}

#[cfg(test)]
mod tests {
    use super::is_of_runtime;

    #[test]
    fn the_order_of_keys_tells_the_runtimes_from_other_programs() {
        let check =
            |text: &str, expected: bool| assert_eq!(is_of_runtime(text), expected, "{text}");
        let id = "0f1e2d3c-0000-4000-8000-000000000001";
        let python = format!(
            r#"{{"timestamp":"2024-05-01T10:00:00Z","level":"INFO","message":"a","logger":"root","requestId":"{id}"}}"#
        );
        check(&python, true);
        check(&python.replace("INFO", "info"), false);
        check(&python.replace(id, "7"), false);
        let node = format!(
            r#"{{"timestamp":"2024-05-01T10:00:00.1Z","level":"WARN","requestId":"{id}","message":{{"a":1}}}}"#
        );
        check(&node, true);
        check(
            &node.replace("\"message\"", "\"tenantId\":\"t\",\"message\""),
            true,
        );
        check(&node.replace("}}", "},\"service\":\"pay\"}"), false);
        let error = format!(
            r#"{{"timestamp":"2024-05-01T10:00:02","level":"ERROR","errorMessage":"boom","errorType":"ValueError","requestId":"{id}","stackTrace":["x"]}}"#
        );
        check(&error, true);
        check(&error.replace(id, ""), true);
        check(&error.replace("errorType", "kind"), false);
        let other = format!(
            r#"{{"level":"INFO","timestamp":"2024-05-01T10:00:00.1Z","requestId":"{id}","message":"a"}}"#
        );
        check(&other, false);
        check("", false);
    }
}
