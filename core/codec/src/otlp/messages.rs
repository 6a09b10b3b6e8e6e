//! The messages of OTLP as tables: number, name and kind of each field.
//!
//! Source: github.com/open-telemetry/opentelemetry-proto, `common.proto`, `resource.proto`,
//! `logs.proto`, `trace.proto` and `metrics.proto` (v1), as of 2026-11-28. Fields that are not
//! listed are skipped, such as events and links of spans and exemplars of data points.

use crate::wire::Shape;

/// A kind of message.
pub(super) struct Message {
    /// Its name, for errors.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// A field that is read.
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// How a value is written as JSON (opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding:
/// 64-bit numbers are strings, ids are hexadecimal, enumerations are numbers).
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Hex,
    Base64,
    /// A 32-bit number, or an enumeration.
    Number,
    /// A 32-bit number that is zigzag-encoded.
    Signed,
    /// A 64-bit number.
    Long,
    Bool,
    Fixed64,
    SignedFixed64,
    Fixed32,
    Double,
    One(&'static Message),
    Many(&'static Message),
    ManyFixed64,
    ManyDouble,
}

impl Kind {
    /// Shape that a value of this kind has on the wire.
    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Number | Self::Signed | Self::Long | Self::Bool => Shape::Varint,
            Self::Fixed64 | Self::SignedFixed64 | Self::Double => Shape::Fixed64,
            Self::Fixed32 => Shape::Fixed32,
            Self::Text | Self::Hex | Self::Base64 | Self::One(_) | Self::Many(_) => Shape::Bytes,
            // Packed, as proto3 does it.
            Self::ManyFixed64 | Self::ManyDouble => Shape::Bytes,
        }
    }
}

const fn field(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind }
}

const ATTRIBUTES: Kind = Kind::Many(&KEY_VALUE);

/// One kind of telemetry: what stands under a resource, and under a scope.
pub(super) struct Signal {
    pub(super) resources: &'static str,
    pub(super) scopes: &'static str,
    pub(super) items: &'static str,
    pub(super) item: &'static Message,
}

pub(super) static LOGS: Signal = Signal {
    resources: "resourceLogs",
    scopes: "scopeLogs",
    items: "logRecords",
    item: &LOG_RECORD,
};

pub(super) static TRACES: Signal = Signal {
    resources: "resourceSpans",
    scopes: "scopeSpans",
    items: "spans",
    item: &SPAN,
};

pub(super) static METRICS: Signal = Signal {
    resources: "resourceMetrics",
    scopes: "scopeMetrics",
    items: "metrics",
    item: &METRIC,
};

pub(super) static RESOURCE: Message = Message {
    name: "Resource",
    fields: &[field(1, "attributes", ATTRIBUTES)],
};

pub(super) static SCOPE: Message = Message {
    name: "InstrumentationScope",
    fields: &[
        field(1, "name", Kind::Text),
        field(2, "version", Kind::Text),
        field(3, "attributes", ATTRIBUTES),
    ],
};

static KEY_VALUE: Message = Message {
    name: "KeyValue",
    fields: &[
        field(1, "key", Kind::Text),
        field(2, "value", Kind::One(&ANY_VALUE)),
    ],
};

static ANY_VALUE: Message = Message {
    name: "AnyValue",
    fields: &[
        field(1, "stringValue", Kind::Text),
        field(2, "boolValue", Kind::Bool),
        field(3, "intValue", Kind::Long),
        field(4, "doubleValue", Kind::Double),
        field(5, "arrayValue", Kind::One(&ARRAY_VALUE)),
        field(6, "kvlistValue", Kind::One(&KEY_VALUES)),
        field(7, "bytesValue", Kind::Base64),
    ],
};

static ARRAY_VALUE: Message = Message {
    name: "ArrayValue",
    fields: &[field(1, "values", Kind::Many(&ANY_VALUE))],
};

static KEY_VALUES: Message = Message {
    name: "KeyValueList",
    fields: &[field(1, "values", Kind::Many(&KEY_VALUE))],
};

static LOG_RECORD: Message = Message {
    name: "LogRecord",
    fields: &[
        field(1, "timeUnixNano", Kind::Fixed64),
        field(11, "observedTimeUnixNano", Kind::Fixed64),
        field(2, "severityNumber", Kind::Number),
        field(3, "severityText", Kind::Text),
        field(12, "eventName", Kind::Text),
        field(5, "body", Kind::One(&ANY_VALUE)),
        field(6, "attributes", ATTRIBUTES),
        field(7, "droppedAttributesCount", Kind::Number),
        field(8, "flags", Kind::Fixed32),
        field(9, "traceId", Kind::Hex),
        field(10, "spanId", Kind::Hex),
    ],
};

static SPAN: Message = Message {
    name: "Span",
    fields: &[
        field(1, "traceId", Kind::Hex),
        field(2, "spanId", Kind::Hex),
        field(3, "traceState", Kind::Text),
        field(4, "parentSpanId", Kind::Hex),
        field(5, "name", Kind::Text),
        field(6, "kind", Kind::Number),
        field(7, "startTimeUnixNano", Kind::Fixed64),
        field(8, "endTimeUnixNano", Kind::Fixed64),
        field(9, "attributes", ATTRIBUTES),
        field(15, "status", Kind::One(&STATUS)),
        field(16, "flags", Kind::Fixed32),
    ],
};

static STATUS: Message = Message {
    name: "Status",
    fields: &[
        field(2, "message", Kind::Text),
        field(3, "code", Kind::Number),
    ],
};

static METRIC: Message = Message {
    name: "Metric",
    fields: &[
        field(1, "name", Kind::Text),
        field(2, "description", Kind::Text),
        field(3, "unit", Kind::Text),
        field(5, "gauge", Kind::One(&NUMBERS)),
        field(7, "sum", Kind::One(&NUMBERS)),
        field(9, "histogram", Kind::One(&HISTOGRAMS)),
        field(10, "exponentialHistogram", Kind::One(&EXPONENTIALS)),
        field(11, "summary", Kind::One(&SUMMARIES)),
    ],
};

static NUMBERS: Message = Message {
    name: "Sum",
    fields: &[
        field(1, "dataPoints", Kind::Many(&NUMBER)),
        field(2, "aggregationTemporality", Kind::Number),
        field(3, "isMonotonic", Kind::Bool),
    ],
};

static NUMBER: Message = Message {
    name: "NumberDataPoint",
    fields: &[
        field(7, "attributes", ATTRIBUTES),
        field(2, "startTimeUnixNano", Kind::Fixed64),
        field(3, "timeUnixNano", Kind::Fixed64),
        field(4, "asDouble", Kind::Double),
        field(6, "asInt", Kind::SignedFixed64),
        field(8, "flags", Kind::Number),
    ],
};

static HISTOGRAMS: Message = Message {
    name: "Histogram",
    fields: &[
        field(1, "dataPoints", Kind::Many(&HISTOGRAM)),
        field(2, "aggregationTemporality", Kind::Number),
    ],
};

static HISTOGRAM: Message = Message {
    name: "HistogramDataPoint",
    fields: &[
        field(9, "attributes", ATTRIBUTES),
        field(2, "startTimeUnixNano", Kind::Fixed64),
        field(3, "timeUnixNano", Kind::Fixed64),
        field(4, "count", Kind::Fixed64),
        field(5, "sum", Kind::Double),
        field(6, "bucketCounts", Kind::ManyFixed64),
        field(7, "explicitBounds", Kind::ManyDouble),
        field(10, "flags", Kind::Number),
        field(11, "min", Kind::Double),
        field(12, "max", Kind::Double),
    ],
};

static EXPONENTIALS: Message = Message {
    name: "ExponentialHistogram",
    fields: &[
        field(1, "dataPoints", Kind::Many(&EXPONENTIAL)),
        field(2, "aggregationTemporality", Kind::Number),
    ],
};

static EXPONENTIAL: Message = Message {
    name: "ExponentialHistogramDataPoint",
    fields: &[
        field(1, "attributes", ATTRIBUTES),
        field(2, "startTimeUnixNano", Kind::Fixed64),
        field(3, "timeUnixNano", Kind::Fixed64),
        field(4, "count", Kind::Fixed64),
        field(5, "sum", Kind::Double),
        field(6, "scale", Kind::Signed),
        field(7, "zeroCount", Kind::Fixed64),
        field(10, "flags", Kind::Number),
        field(12, "min", Kind::Double),
        field(13, "max", Kind::Double),
    ],
};

static SUMMARIES: Message = Message {
    name: "Summary",
    fields: &[field(1, "dataPoints", Kind::Many(&SUMMARY))],
};

static SUMMARY: Message = Message {
    name: "SummaryDataPoint",
    fields: &[
        field(7, "attributes", ATTRIBUTES),
        field(2, "startTimeUnixNano", Kind::Fixed64),
        field(3, "timeUnixNano", Kind::Fixed64),
        field(4, "count", Kind::Fixed64),
        field(5, "sum", Kind::Double),
        field(6, "quantileValues", Kind::Many(&QUANTILE)),
        field(8, "flags", Kind::Number),
    ],
};

static QUANTILE: Message = Message {
    name: "ValueAtQuantile",
    fields: &[
        field(1, "quantile", Kind::Double),
        field(2, "value", Kind::Double),
    ],
};
