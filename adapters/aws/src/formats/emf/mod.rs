//! Embedded metric format: readings of metrics as JSON lines, of functions, agents and Container
//! Insights.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, To, keep, part, resource, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::tables::{Column, Row};

use crate::rules::trace_root;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.emf",
    summary: "CloudWatch embedded metric format and Container Insights",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(Emf)),
});

const DIRECTIVES: usize = 0;
const POD: usize = 1;
const NAMESPACE: usize = 2;

const BASE: Table = Table {
    name: "aws.emf",
    needs: &[],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["_aws.Timestamp", "Timestamp"]),
        part(
            &[
                "service",
                "ServiceName",
                "service_name",
                "function_name",
                // Of tasks that no service runs.
                "TaskDefinitionFamily",
                "ContainerName",
            ],
            Column::Service,
            named,
        ),
        text(&["NodeName"], Column::Host),
        Field {
            from: &["level", "severity"],
            to: To::Level,
        },
        text(&["message", "msg"], Column::Body),
        text(
            &[
                "requestId",
                "request_id",
                "aws_request_id",
                "awsRequestId",
                "function_request_id",
            ],
            Column::RequestId,
        ),
        part(
            &["xray_trace_id", "traceId", "trace_id"],
            Column::TraceId,
            trace_root,
        ),
        resource(&["function_arn"]),
        resource(&["TaskArn", "TaskId"]),
        resource(&["InstanceId", "EC2InstanceId"]),
        keep(&["_aws.CloudWatchMetrics", "CloudWatchMetrics"], DIRECTIVES),
        keep(&["kubernetes.pod_name"], POD),
        keep(&["kubernetes.namespace_name"], NAMESPACE),
    ],
    extras: &[("Type", "type"), ("ClusterName", "cluster")],
    finish: Some(finish),
};

/// Records that say so under `_aws`.
static EMBEDDED: Table = Table {
    needs: &[
        Need::Has("_aws.CloudWatchMetrics"),
        Need::Number("_aws.Timestamp"),
    ],
    ..BASE
};

/// Records of Container Insights, which have the same at the top.
static INSIGHTS: Table = Table {
    needs: &[
        Need::Has("CloudWatchMetrics"),
        Need::Number("Timestamp"),
        Need::HasAny(&["Type", "Version", "ClusterName"]),
        Need::Lacks("_aws"),
    ],
    ..BASE
};

/// Those of Amazon ECS that CloudWatch makes its metrics from without being told which.
static PERFORMANCE: Table = Table {
    needs: &[
        Need::IsAny(
            "Type",
            &["Container", "Task", "Service", "Cluster", "Instance"],
        ),
        Need::Has("ClusterName"),
        Need::Number("Timestamp"),
        Need::HasAny(&[
            "CpuUtilized",
            "MemoryUtilized",
            "RunningTaskCount",
            "TaskCount",
        ]),
        Need::Lacks("CloudWatchMetrics"),
        Need::Lacks("_aws"),
    ],
    ..BASE
};

const SHAPES: JsonFormats = JsonFormats(&[&EMBEDDED, &INSIGHTS, &PERFORMANCE]);

struct Emf;

impl Format for Emf {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        SHAPES.sniff(sample)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        SHAPES.decoder(stream)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        SHAPES.may_fit(has_key)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        SHAPES.extras(raw, stream, found);
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        let directives = fields.raw("_aws.CloudWatchMetrics");
        let directives = directives.or_else(|| fields.raw("CloudWatchMetrics"));
        let mut told: Vec<&str> = OWN.to_vec();
        for directive in Directive::all(directives.unwrap_or_default()) {
            found("namespace", &unescape(directive.namespace));
            for metric in &directive.metrics {
                if let Some(value) = member(&fields, metric.name) {
                    found(
                        &format!("metric.{}", unescape(metric.name)),
                        &unescape(value),
                    );
                }
            }
            told.extend(directive.metrics.iter().map(|metric| metric.name));
            told.extend(&directive.dimensions);
            for name in &directive.dimensions {
                if let Some(value) = member(&fields, name) {
                    found(&format!("dimension.{}", unescape(name)), &unescape(value));
                }
            }
        }
        // Whatever else stands there are properties: context that is searched, not counted.
        let members = fields.members().iter();
        for (name, _) in members.filter(|(name, _)| !told.contains(name)) {
            if let Some(value) = member(&fields, name) {
                found(&format!("property.{}", unescape(name)), &unescape(value));
            }
        }
    }
}

/// Members that have columns or names of their own.
const OWN: [&str; 15] = [
    "ClusterName",
    "NodeName",
    "ServiceName",
    "Timestamp",
    "Type",
    "Version",
    "function_arn",
    "level",
    "message",
    "msg",
    "service",
    "service_name",
    "severity",
    "trace_id",
    "xray_trace_id",
];

/// What one of `CloudWatchMetrics` says of the members beside it.
struct Directive<'a> {
    namespace: &'a str,
    metrics: Vec<Metric<'a>>,
    dimensions: Vec<&'a str>,
}

/// A member that is a reading.
struct Metric<'a> {
    name: &'a str,
}

impl<'a> Directive<'a> {
    fn all(array: &'a str) -> impl Iterator<Item = Self> {
        elements(array).into_iter().filter_map(Self::of)
    }

    fn of(directive: &'a str) -> Option<Self> {
        let fields = JsonFields::parse(directive).ok()?;
        let metrics = elements(fields.raw("Metrics").unwrap_or_default());
        let metrics = metrics.into_iter().filter_map(|metric| {
            let name = JsonFields::parse(metric).ok()?.text("Name")?;
            Some(Metric { name })
        });
        let mut dimensions = Vec::new();
        for set in elements(fields.raw("Dimensions").unwrap_or_default()) {
            for name in elements(set).into_iter().filter_map(text_of) {
                if !dimensions.contains(&name) {
                    dimensions.push(name);
                }
            }
        }
        Some(Self {
            namespace: fields.text("Namespace").unwrap_or_default(),
            metrics: metrics.collect(),
            dimensions,
        })
    }
}

/// Text of the member with this name, whose dots are no path. Several readings in a list are none.
fn member<'a>(fields: &JsonFields<'a>, name: &str) -> Option<&'a str> {
    let held = fields.members().iter().find(|(held, _)| *held == name);
    let (_, raw) = held?;
    text_of(raw).filter(|value| !value.is_empty() && !value.starts_with(['[', '{']))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(pod), Some(namespace)) = (event.kept(POD), event.kept(NAMESPACE)) {
        row.resource(&format!("{namespace}/{pod}"));
    }
    let directives = event.kept_container(DIRECTIVES).unwrap_or_default();
    let mut metrics = Directive::all(directives).flat_map(|directive| directive.metrics);
    // A row has one reading; where a record has several, they are extras.
    if let (Some(metric), None) = (metrics.next(), metrics.next())
        && let Ok(fields) = JsonFields::parse(event.text)
        && let Some(value) = member(&fields, metric.name).and_then(|text| text.parse().ok())
        && f64::is_finite(value)
    {
        row.text(Column::Metric, metric.name).value(value);
    }
}

/// A service that has been given a name. Libraries put these words where nobody gave it one.
fn named(service: &str) -> &str {
    match service {
        "service_undefined" | "Unknown" => "",
        service => service,
    }
}
