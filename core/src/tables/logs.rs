//! Table `logs`: one row per event. The columns follow the OpenTelemetry log data model.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `time` | `Timestamp(ns, UTC)`, null | when it happened, as the source's clock says; null if the event does not tell |
//! | `observed_time` | `Timestamp(ns, UTC)` | when it arrived, where the envelope tells; else when its file was last modified, and of standard input when it was read |
//! | `severity` | `UInt8`, null | OpenTelemetry severity number 1 to 24 |
//! | `outcome` | `UInt8`, null | 1 success, 2 failure; null unknown |
//! | `status` | `Int32`, null | protocol status (HTTP, gRPC) |
//! | `duration` | `Duration(ns)`, null | latency of the operation |
//! | `source_port`, `peer_port` | `UInt16`, null | ports of the two ends |
//! | `value` | `Float64`, null | reading of `metric`, where the row is one |
//! | `bytes` | `UInt32` | size as received, what the bill counts |
//! | `offset` | `UInt64` | first byte of the record in the decompressed stream |
//! | `line` | `UInt32` | line of that byte, from one |
//! | `resources` | `List<Utf8View>` | resource ids it touches, the target first |
//! | the [`Column`]s | `Utf8View`, null | see there |
//!
//! A text view points into the block that was read, so a batch keeps its block alive; whoever
//! keeps a value for long copies it out.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::rows::time_type;

/// Text columns of table `logs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Column {
    /// Whose log it is: `aws`, `azure`, `gcp`, `kubernetes`, or a vendor as `okta` or `github`;
    /// null for what says nothing of one.
    Provider,
    /// Account, subscription or project.
    Account,
    /// Region, as the provider writes it.
    Region,
    /// Decoder that read the row: `aws.cloudtrail`.
    Format,
    /// Service that the event is of: the workload for application logs, the API for audit logs.
    Service,
    /// Operation: event name, method name, verb, `ACCEPT`.
    Action,
    /// Who did it: ARN, user name, principal, e-mail address.
    Actor,
    /// Address of the client.
    SourceIp,
    /// User agent of the client.
    UserAgent,
    /// The other end: callee, upstream, destination address or host.
    Peer,
    /// HTTP method, or the protocol of a flow.
    Method,
    /// URL path, without the query.
    Path,
    /// Trace id.
    TraceId,
    /// Span id.
    SpanId,
    /// Request, event, correlation or insert id.
    RequestId,
    /// Machine, node, pod or container that wrote it.
    Host,
    /// Process or logger that wrote it.
    Process,
    /// Deployment environment: `production`.
    Environment,
    /// Team that owns the writer.
    Team,
    /// Name of the metric that `value` is a reading of: `CPUUtilization`.
    Metric,
    /// The message a person reads.
    Body,
    /// The whole event as received.
    Raw,
    /// The record as received that the event stood inside of and that another format reads, such as
    /// the line of a container's runtime or of syslog; `raw` is the part that is the event.
    Outer,
    /// File path or object address that the row came from.
    Uri,
}

impl Column {
    /// All text columns in schema order.
    pub const ALL: [Self; 24] = [
        Self::Provider,
        Self::Account,
        Self::Region,
        Self::Format,
        Self::Service,
        Self::Action,
        Self::Actor,
        Self::SourceIp,
        Self::UserAgent,
        Self::Peer,
        Self::Method,
        Self::Path,
        Self::TraceId,
        Self::SpanId,
        Self::RequestId,
        Self::Host,
        Self::Process,
        Self::Environment,
        Self::Team,
        Self::Metric,
        Self::Body,
        Self::Raw,
        Self::Outer,
        Self::Uri,
    ];

    /// Whether it holds events as they were received.
    pub fn is_original(self) -> bool {
        matches!(self, Self::Raw | Self::Outer)
    }

    /// Name of the column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Account => "account",
            Self::Region => "region",
            Self::Format => "format",
            Self::Service => "service",
            Self::Action => "action",
            Self::Actor => "actor",
            Self::SourceIp => "source_ip",
            Self::UserAgent => "user_agent",
            Self::Peer => "peer",
            Self::Method => "method",
            Self::Path => "path",
            Self::TraceId => "trace_id",
            Self::SpanId => "span_id",
            Self::RequestId => "request_id",
            Self::Host => "host",
            Self::Process => "process",
            Self::Environment => "environment",
            Self::Team => "team",
            Self::Metric => "metric",
            Self::Body => "body",
            Self::Raw => "raw",
            Self::Outer => "outer",
            Self::Uri => "uri",
        }
    }
}

/// How an operation ended, as far as the event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// It did what was asked.
    Success = 1,
    /// It did not.
    Failure = 2,
}

impl Outcome {
    /// `success` or `failure`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// Position of the first text column in the schema.
pub(super) const FIRST_TEXT: usize = 12;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields = vec![
        Field::new("time", time_type(), true),
        Field::new("observed_time", time_type(), false),
        Field::new("severity", DataType::UInt8, true),
        Field::new("outcome", DataType::UInt8, true),
        Field::new("status", DataType::Int32, true),
        Field::new("duration", DataType::Duration(TimeUnit::Nanosecond), true),
        Field::new("source_port", DataType::UInt16, true),
        Field::new("peer_port", DataType::UInt16, true),
        Field::new("value", DataType::Float64, true),
        Field::new("bytes", DataType::UInt32, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("line", DataType::UInt32, false),
    ];
    fields.extend(Column::ALL.map(|column| Field::new(column.name(), DataType::Utf8View, true)));
    let item = Arc::new(Field::new("item", DataType::Utf8View, true));
    fields.push(Field::new("resources", DataType::List(item), false));
    Arc::new(Schema::new(fields))
});

/// Arrow schema of the table.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}
