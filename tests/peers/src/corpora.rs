//! The corpora that all peers read, the fields that they pick, and the queries that do so.
//!
//! This file is part of two programs: the benchmark, and the peers that are Rust libraries.

use std::fmt::Write;

/// A generated file that every peer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corpus {
    /// CloudTrail, one record a line.
    CloudTrail,
    /// CloudTrail, objects with an array `Records`.
    CloudTrailRecords,
    /// CloudWatch Logs subscription envelopes, half escaped JSON, half text.
    CloudWatch,
    /// VPC flow logs, version 2.
    VpcFlow,
    /// Azure objects with an array `records`.
    Azure,
    /// Google Cloud log entries, one a line.
    Google,
}

/// A field: name of its column, and the keys that lead to it; a number is a place in an array.
pub(crate) type Field = (&'static str, &'static [&'static str]);

const CLOUDTRAIL: &[Field] = &[
    ("time", &["eventTime"]),
    ("account", &["recipientAccountId"]),
    ("region", &["awsRegion"]),
    ("service", &["eventSource"]),
    ("action", &["eventName"]),
    ("actor", &["userIdentity", "arn"]),
    ("source_ip", &["sourceIPAddress"]),
    ("user_agent", &["userAgent"]),
    ("request_id", &["requestID"]),
    ("error_code", &["errorCode"]),
    ("error_message", &["errorMessage"]),
    ("resource_0", &["resources", "0", "ARN"]),
    ("resource_1", &["resources", "1", "ARN"]),
];

const AZURE: &[Field] = &[
    ("time", &["time"]),
    ("resource", &["resourceId"]),
    ("action", &["operationName"]),
    ("category", &["category"]),
    ("result", &["resultType"]),
    ("source_ip", &["callerIpAddress"]),
    ("request_id", &["correlationId"]),
    ("severity", &["level"]),
    ("duration", &["durationMs"]),
    ("region", &["location"]),
    (
        "actor",
        &[
            "identity",
            "claims",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        ],
    ),
    ("body", &["properties", "message"]),
];

const GOOGLE: &[Field] = &[
    ("time", &["timestamp"]),
    ("observed_time", &["receiveTimestamp"]),
    ("severity", &["severity"]),
    ("request_id", &["insertId"]),
    ("trace_id", &["trace"]),
    ("span_id", &["spanId"]),
    ("log", &["logName"]),
    ("account", &["resource", "labels", "project_id"]),
    ("region", &["resource", "labels", "location"]),
    ("service", &["resource", "labels", "service_name"]),
    ("host", &["labels", "instanceId"]),
    ("method", &["httpRequest", "requestMethod"]),
    ("path", &["httpRequest", "requestUrl"]),
    ("status", &["httpRequest", "status"]),
    ("user_agent", &["httpRequest", "userAgent"]),
    ("source_ip", &["httpRequest", "remoteIp"]),
    ("peer", &["httpRequest", "serverIp"]),
    ("duration", &["httpRequest", "latency"]),
    ("environment", &["labels", "env"]),
    ("team", &["labels", "team"]),
    ("body", &["jsonPayload", "message"]),
    ("text", &["textPayload"]),
];

/// Further fields that the product has columns for, where Parquet files with the same columns are
/// compared.
const CLOUDTRAIL_MORE: &[Field] = &[
    ("invoked_by", &["userIdentity", "invokedBy"]),
    ("resource_2", &["requestParameters", "roleArn"]),
    ("resource_3", &["requestParameters", "bucketName"]),
    ("resource_4", &["requestParameters", "cluster"]),
    ("resource_5", &["requestParameters", "taskDefinition"]),
    ("resource_6", &["responseElements", "service", "serviceArn"]),
];

const AZURE_MORE: &[Field] = &[
    ("caller", &["identity", "claim", "appid"]),
    ("resource_1", &["properties", "id"]),
    ("user_agent", &["properties", "clientInfo"]),
    ("path", &["properties", "requestUri"]),
    ("status", &["properties", "httpStatusCode"]),
    ("host", &["Host"]),
    ("text", &["resultDescription"]),
];

const GOOGLE_MORE: &[Field] = &[
    ("container", &["resource", "labels", "container_name"]),
    ("cluster", &["resource", "labels", "cluster_name"]),
    ("namespace", &["resource", "labels", "namespace_name"]),
    ("pod", &["resource", "labels", "pod_name"]),
    ("pod_team", &["labels", "k8s-pod/team"]),
    ("process", &["jsonPayload", "logger"]),
    ("elapsed", &["jsonPayload", "elapsed_ms"]),
];

/// Fields of the JSON messages in the CloudWatch envelopes.
const APPLICATION: &[Field] = &[
    ("time", &["time"]),
    ("severity", &["level"]),
    ("service", &["service"]),
    ("body", &["msg"]),
    ("method", &["http", "method"]),
    ("path", &["http", "path"]),
    ("status", &["http", "status_code"]),
    ("duration", &["duration_ms"]),
    ("trace_id", &["trace_id"]),
    ("environment", &["env"]),
    ("team", &["team"]),
];

/// Columns of a flow log, version 2, in the order of its fields.
const FLOW: &[&str] = &[
    "version",
    "account",
    "interface",
    "source_ip",
    "peer",
    "source_port",
    "peer_port",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end_time",
    "action",
    "log_status",
];

/// Which form of DuckDB's query is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The fields as text, and each event as received.
    Raw,
    /// Typed columns that DuckDB's reader makes itself, without the event.
    Typed,
    /// As `Raw`, with all fields of the Parquet files.
    Copied,
}

impl Corpus {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::CloudTrail,
        Self::CloudTrailRecords,
        Self::CloudWatch,
        Self::VpcFlow,
        Self::Azure,
        Self::Google,
    ];

    /// Name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CloudTrail => "cloudtrail",
            Self::CloudTrailRecords => "cloudtrail-records",
            Self::CloudWatch => "cloudwatch",
            Self::VpcFlow => "vpcflow",
            Self::Azure => "azure",
            Self::Google => "gcp",
        }
    }

    /// The corpus of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|corpus| corpus.name() == name)
    }

    /// Fields that are picked from each event, or from the message in it.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::CloudTrail | Self::CloudTrailRecords => CLOUDTRAIL,
            Self::CloudWatch => APPLICATION,
            Self::Azure => AZURE,
            Self::Google => GOOGLE,
            Self::VpcFlow => &[],
        }
    }

    /// Fields of the Parquet files: those, and the others that the product has columns for.
    fn copied_fields(self) -> impl Iterator<Item = Field> {
        let more = match self {
            Self::CloudTrail | Self::CloudTrailRecords => CLOUDTRAIL_MORE,
            Self::Azure => AZURE_MORE,
            Self::Google => GOOGLE_MORE,
            Self::CloudWatch | Self::VpcFlow => &[],
        };
        self.fields().iter().chain(more).copied()
    }

    /// Key of the array that the events stand in.
    fn array(self) -> Option<&'static str> {
        match self {
            Self::CloudTrailRecords => Some("Records"),
            Self::Azure => Some("records"),
            _ => None,
        }
    }

    /// Key of the array that a line is split at before the program for the `vrl` crate runs, as
    /// Vector splits an event that a program made an array of. Mapping the elements within one
    /// program copies each of them, and takes up to four times as long.
    pub(crate) fn remap_split(self) -> Option<&'static str> {
        match self {
            Self::CloudWatch => Some("logEvents"),
            other => other.array(),
        }
    }

    /// Program for the `vrl` crate, run on `{"message": LINE}`, or on each element where lines are
    /// [split](Self::remap_split). The event as received is not copied.
    pub(crate) fn remap_program(self) -> String {
        let picks = |from: &str| -> String {
            let fields = self.fields().iter();
            fields.fold(String::new(), |mut text, (column, keys)| {
                let _ = writeln!(text, ".{column} = {from}{}", remap_path(keys));
                text
            })
        };
        match self {
            Self::CloudTrail | Self::Google => {
                format!("event = parse_json!(string!(.message))\n{}", picks("event"))
            }
            Self::CloudTrailRecords | Self::Azure => picks(""),
            Self::CloudWatch => format!(
                "text = string!(.message)\nif starts_with(text, \"{{\") {{\n\
                 inner = parse_json!(text)\n{}}}\n",
                picks("inner")
            ),
            Self::VpcFlow => {
                let mut text = "parts = split(string!(.message), \" \")\n".to_owned();
                for (place, column) in FLOW.iter().enumerate() {
                    let _ = writeln!(text, ".{column} = parts[{place}]");
                }
                text
            }
        }
    }

    /// Query for DuckDB over a file, in the fastest form that was found for it.
    ///
    /// Lines are read whole by the CSV reader, which is faster than `read_json_objects`, and one
    /// call with a list of paths is faster than a call for each. Arrays are opened with
    /// `json_extract(..., '$.Records[*]')`: a typed `STRUCT(...)[]` with `unnest` is ten times as
    /// slow. Only for subscription envelopes the typed reader is the fastest. All words of a
    /// flow record are columns, so that the line as received is left out there.
    pub(crate) fn duckdb_query(self, form: Form, path: &str) -> String {
        let line = format!(
            "read_csv('{path}', columns={{'line': 'VARCHAR'}}, delim='\\x01', quote='', \
             escape='', header=false, auto_detect=false, max_line_size=16777216)"
        );
        let picks = |from: &str| {
            let paths = match form {
                Form::Copied => json_paths(self.copied_fields()),
                Form::Raw | Form::Typed => json_paths(self.fields().iter().copied()),
            };
            format!("json_extract_string({from}, [{paths}])")
        };
        match (self, form) {
            (Self::CloudTrail | Self::Google, Form::Raw | Form::Copied) => {
                format!("SELECT line AS raw, {} AS v FROM {line}", picks("line"))
            }
            (Self::CloudTrailRecords | Self::Azure, Form::Raw | Form::Copied) => format!(
                "SELECT e AS raw, {} AS v FROM (SELECT unnest(json_extract(line, '$.{}[*]')) AS e \
                 FROM {line})",
                picks("e"),
                self.array().unwrap_or_default()
            ),
            (Self::CloudWatch, _) => format!(
                "SELECT *, CASE WHEN starts_with(message, '{{') THEN {} END AS v FROM (SELECT \
                 owner, logGroup, logStream, unnest(logEvents, recursive := true) FROM \
                 read_ndjson('{path}', columns={{'owner': 'VARCHAR', 'logGroup': 'VARCHAR', \
                 'logStream': 'VARCHAR', 'logEvents': 'STRUCT(id VARCHAR, timestamp BIGINT, \
                 message VARCHAR)[]'}}))",
                picks("message")
            ),
            (Self::VpcFlow, form) => {
                let kind = |column: &str| match column {
                    "source_port" | "peer_port" | "protocol" | "packets" | "bytes" | "start"
                    | "end_time"
                        if form == Form::Typed =>
                    {
                        "BIGINT"
                    }
                    _ => "VARCHAR",
                };
                let columns = FLOW
                    .iter()
                    .map(|name| format!("'{name}': '{}'", kind(name)));
                format!(
                    "SELECT * FROM read_csv('{path}', delim=' ', quote='', escape='', \
                     header=true, auto_detect=false, columns={{{}}})",
                    columns.collect::<Vec<_>>().join(", ")
                )
            }
            (Self::CloudTrail | Self::Google, Form::Typed) => {
                let tree = Tree::of(self.fields());
                let columns = tree.members(|name, kind| format!("'{name}': '{kind}'"));
                let picks = self.fields().iter().map(|(_, keys)| typed_path(keys));
                format!(
                    "SELECT {} FROM read_ndjson('{path}', columns={{{columns}}})",
                    picks.collect::<Vec<_>>().join(", ")
                )
            }
            (Self::CloudTrailRecords | Self::Azure, Form::Typed) => {
                format!("SELECT v FROM ({})", self.duckdb_query(Form::Raw, path))
            }
        }
    }

    /// Query that writes the fields as columns, and the event and its size, to a Parquet file.
    ///
    /// The product has more columns still: those that are the same in all rows, the position of the
    /// event, the outcome, the ids that it makes of names. Of the lines of text in the CloudWatch
    /// envelopes the words that the product has columns for are columns as well; splitting at
    /// blanks is the fastest form that was found for it.
    pub(crate) fn duckdb_copy(self, path: &str, to: &str) -> String {
        let fields = self.copied_fields().enumerate();
        let picks = fields.map(|(place, (name, _))| (name, format!("v[{}]", place + 1)));
        let named = |(name, value): (&str, String)| format!("{value} AS \"{name}\"");
        let raw = self.duckdb_query(Form::Copied, path);
        let (from, columns) = match self {
            Self::CloudWatch => {
                let from = format!(
                    "SELECT *, CASE WHEN v IS NULL THEN string_split(message, ' ') END AS w FROM \
                     ({raw})"
                );
                let columns = "owner, logGroup, logStream, timestamp, message, substr(w[5], 12) AS \
                               request_id";
                let picks = picks.map(|(name, value)| (name, of_text(name, value)));
                let mut columns = vec![columns.to_owned()];
                columns.extend(picks.map(named));
                (from, columns)
            }
            Self::VpcFlow => (raw, vec!["concat_ws(' ', COLUMNS(*)) AS raw, *".to_owned()]),
            _ => {
                let mut columns = vec!["raw, strlen(raw::VARCHAR) AS bytes".to_owned()];
                columns.extend(picks.map(named));
                (raw, columns)
            }
        };
        let columns = columns.join(", ");
        format!(
            "COPY (SELECT {columns} FROM ({from})) TO '{to}' (FORMAT parquet, COMPRESSION zstd, \
             COMPRESSION_LEVEL 1)"
        )
    }
}

/// Value of a field of an application's message, from the words `w` of one that is text:
/// `2026-05-12T13:00:00.000Z INFO  [worker-1] request_id=... status=200 ... latency=174ms`.
fn of_text(name: &str, of_json: String) -> String {
    let of_text = match name {
        "time" => "w[1]",
        "severity" => "w[2]",
        "body" => "message",
        "status" => "substr(w[6], 8)",
        "duration" => "substr(w[-1], strpos(w[-1], '=') + 1)",
        _ => return of_json,
    };
    format!("coalesce({of_json}, {of_text})")
}

/// Keys of the fields of a corpus, for DuckDB's typed reader.
#[derive(Default)]
struct Tree {
    children: Vec<(&'static str, Tree)>,
}

impl Tree {
    fn of(fields: &[Field]) -> Self {
        let mut tree = Self::default();
        for (_, keys) in fields {
            keys.iter().fold(&mut tree, |node, key| node.child(key));
        }
        tree
    }

    fn child(&mut self, key: &'static str) -> &mut Self {
        let found = self.children.iter().position(|(held, _)| *held == key);
        let place = found.unwrap_or_else(|| {
            self.children.push((key, Self::default()));
            self.children.len() - 1
        });
        &mut self.children[place].1
    }

    fn members(&self, write: impl Fn(&str, &str) -> String) -> String {
        let members = self
            .children
            .iter()
            .map(|(name, tree)| write(name, &tree.kind()));
        members.collect::<Vec<_>>().join(", ")
    }

    fn kind(&self) -> String {
        match self.children.first() {
            None => "VARCHAR".to_owned(),
            Some((key, element)) if key.parse::<u32>().is_ok() => format!("{}[]", element.kind()),
            Some(_) => format!(
                "STRUCT({})",
                self.members(|name, kind| format!("\"{name}\" {kind}"))
            ),
        }
    }
}

fn json_paths(fields: impl Iterator<Item = Field>) -> String {
    let paths = fields.map(|(_, keys)| {
        let steps = keys.iter().map(|key| match key.parse::<u32>() {
            Ok(place) => format!("[{place}]"),
            Err(_) => format!(".\"{key}\""),
        });
        format!("'${}'", steps.collect::<String>())
    });
    paths.collect::<Vec<_>>().join(", ")
}

/// Expression of DuckDB for a field of typed columns; its arrays begin at one.
fn typed_path(keys: &[&str]) -> String {
    let mut path = String::new();
    for key in keys {
        let _ = match key.parse::<u32>() {
            Ok(place) => write!(path, "[{}]", place + 1),
            Err(_) if path.is_empty() => write!(path, "\"{key}\""),
            Err(_) => write!(path, ".\"{key}\""),
        };
    }
    path
}

fn remap_path(keys: &[&str]) -> String {
    keys.iter().fold(String::new(), |mut path, key| {
        let _ = if key.parse::<u32>().is_ok() {
            write!(path, "[{key}]")
        } else if key.contains(['/', '.']) {
            write!(path, ".\"{key}\"")
        } else {
            write!(path, ".{key}")
        };
        path
    })
}
