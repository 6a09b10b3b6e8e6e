//! sonic-rs: structs that are derived for the fields of each corpus, text borrowed.

use std::borrow::Cow;

use anyhow::Result;
use serde::Deserialize;
use sonic_rs::{LazyValue, from_str};

use crate::columns::{Columns, lines};
use crate::corpora::Corpus;
use crate::value::words;

/// Text that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

type Field<'a> = Option<Text<'a>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloudTrail<'a> {
    #[serde(borrow, default)]
    event_time: Field<'a>,
    #[serde(borrow, default)]
    recipient_account_id: Field<'a>,
    #[serde(borrow, default)]
    aws_region: Field<'a>,
    #[serde(borrow, default)]
    event_source: Field<'a>,
    #[serde(borrow, default)]
    event_name: Field<'a>,
    #[serde(borrow, default)]
    user_identity: Option<Identity<'a>>,
    #[serde(borrow, default, rename = "sourceIPAddress")]
    source_ip_address: Field<'a>,
    #[serde(borrow, default)]
    user_agent: Field<'a>,
    #[serde(borrow, default, rename = "requestID")]
    request_id: Field<'a>,
    #[serde(borrow, default)]
    error_code: Field<'a>,
    #[serde(borrow, default)]
    error_message: Field<'a>,
    #[serde(borrow, default)]
    resources: Option<Vec<Resource<'a>>>,
}

#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow, default)]
    arn: Field<'a>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow, default, rename = "ARN")]
    arn: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Azure<'a> {
    #[serde(borrow, default)]
    time: Field<'a>,
    #[serde(borrow, default)]
    resource_id: Field<'a>,
    #[serde(borrow, default)]
    operation_name: Field<'a>,
    #[serde(borrow, default)]
    category: Field<'a>,
    #[serde(borrow, default)]
    result_type: Field<'a>,
    #[serde(borrow, default)]
    caller_ip_address: Field<'a>,
    #[serde(borrow, default)]
    correlation_id: Field<'a>,
    #[serde(borrow, default)]
    level: Field<'a>,
    #[serde(borrow, default)]
    duration_ms: Field<'a>,
    #[serde(borrow, default)]
    location: Field<'a>,
    #[serde(borrow, default)]
    identity: Option<AzureIdentity<'a>>,
    #[serde(borrow, default)]
    properties: Option<Properties<'a>>,
}

#[derive(Deserialize)]
struct AzureIdentity<'a> {
    #[serde(borrow, default)]
    claims: Option<Claims<'a>>,
}

#[derive(Deserialize)]
struct Claims<'a> {
    #[serde(
        borrow,
        default,
        rename = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
    )]
    upn: Field<'a>,
}

#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(borrow, default)]
    message: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Google<'a> {
    #[serde(borrow, default)]
    timestamp: Field<'a>,
    #[serde(borrow, default)]
    receive_timestamp: Field<'a>,
    #[serde(borrow, default)]
    severity: Field<'a>,
    #[serde(borrow, default)]
    insert_id: Field<'a>,
    #[serde(borrow, default)]
    trace: Field<'a>,
    #[serde(borrow, default)]
    span_id: Field<'a>,
    #[serde(borrow, default)]
    log_name: Field<'a>,
    #[serde(borrow, default)]
    resource: Option<Monitored<'a>>,
    #[serde(borrow, default)]
    labels: Option<Labels<'a>>,
    #[serde(borrow, default)]
    http_request: Option<Request<'a>>,
    #[serde(borrow, default)]
    json_payload: Option<Properties<'a>>,
    #[serde(borrow, default)]
    text_payload: Field<'a>,
}

#[derive(Deserialize)]
struct Monitored<'a> {
    #[serde(borrow, default)]
    labels: Option<ResourceLabels<'a>>,
}

#[derive(Deserialize)]
struct ResourceLabels<'a> {
    #[serde(borrow, default)]
    project_id: Field<'a>,
    #[serde(borrow, default)]
    location: Field<'a>,
    #[serde(borrow, default)]
    service_name: Field<'a>,
}

#[derive(Deserialize)]
struct Labels<'a> {
    #[serde(borrow, default, rename = "instanceId")]
    instance: Field<'a>,
    #[serde(borrow, default)]
    env: Field<'a>,
    #[serde(borrow, default)]
    team: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow, default)]
    request_method: Field<'a>,
    #[serde(borrow, default)]
    request_url: Field<'a>,
    #[serde(default)]
    status: Option<i64>,
    #[serde(borrow, default)]
    user_agent: Field<'a>,
    #[serde(borrow, default)]
    remote_ip: Field<'a>,
    #[serde(borrow, default)]
    server_ip: Field<'a>,
    #[serde(borrow, default)]
    latency: Field<'a>,
}

#[derive(Deserialize)]
struct Application<'a> {
    #[serde(borrow, default)]
    time: Field<'a>,
    #[serde(borrow, default)]
    level: Field<'a>,
    #[serde(borrow, default)]
    service: Field<'a>,
    #[serde(borrow, default)]
    msg: Field<'a>,
    #[serde(borrow, default)]
    http: Option<Http<'a>>,
    #[serde(default)]
    duration_ms: Option<f64>,
    #[serde(borrow, default)]
    trace_id: Field<'a>,
    #[serde(borrow, default)]
    env: Field<'a>,
    #[serde(borrow, default)]
    team: Field<'a>,
}

#[derive(Deserialize)]
struct Http<'a> {
    #[serde(borrow, default)]
    method: Field<'a>,
    #[serde(borrow, default)]
    path: Field<'a>,
    #[serde(default)]
    status_code: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow, default)]
    owner: Field<'a>,
    #[serde(borrow, default)]
    log_group: Field<'a>,
    #[serde(borrow, default)]
    log_stream: Field<'a>,
    #[serde(borrow)]
    log_events: Vec<LogEvent<'a>>,
}

#[derive(Deserialize)]
struct LogEvent<'a> {
    #[serde(borrow, default)]
    id: Field<'a>,
    timestamp: i64,
    #[serde(borrow)]
    message: Text<'a>,
}

#[derive(Deserialize)]
struct Array<'a> {
    #[serde(borrow, alias = "Records")]
    records: Vec<LazyValue<'a>>,
}

/// Reads the file of a corpus; gives the number of rows.
pub(crate) fn read(corpus: Corpus, text: &str) -> Result<u64> {
    let mut columns = Columns::new(text, 24);
    for line in lines(text) {
        match corpus {
            Corpus::CloudTrail => cloudtrail(line, &mut columns)?,
            Corpus::Google => google(line, &mut columns)?,
            Corpus::CloudTrailRecords => {
                for record in from_str::<Array<'_>>(line)?.records {
                    cloudtrail(record.as_raw_str(), &mut columns)?;
                }
            }
            Corpus::Azure => {
                for record in from_str::<Array<'_>>(line)?.records {
                    azure(record.as_raw_str(), &mut columns)?;
                }
            }
            Corpus::CloudWatch => envelope(line, &mut columns)?,
            Corpus::VpcFlow => words(line, &mut columns),
        }
    }
    Ok(columns.rows)
}

fn put(columns: &mut Columns<'_>, values: &[Option<&Text<'_>>]) {
    for (column, value) in values.iter().enumerate() {
        columns.text(column, value.map(|text| &*text.0));
    }
}

fn cloudtrail(raw: &str, columns: &mut Columns<'_>) -> Result<()> {
    let event: CloudTrail<'_> = from_str(raw)?;
    let resources = event.resources.as_deref().unwrap_or_default();
    let resource = |place: usize| resources.get(place).and_then(|found| found.arn.as_ref());
    let values = [
        event.event_time.as_ref(),
        event.recipient_account_id.as_ref(),
        event.aws_region.as_ref(),
        event.event_source.as_ref(),
        event.event_name.as_ref(),
        event
            .user_identity
            .as_ref()
            .and_then(|identity| identity.arn.as_ref()),
        event.source_ip_address.as_ref(),
        event.user_agent.as_ref(),
        event.request_id.as_ref(),
        event.error_code.as_ref(),
        event.error_message.as_ref(),
        resource(0),
        resource(1),
    ];
    put(columns, &values);
    columns.text(values.len(), Some(raw));
    columns.end_row();
    Ok(())
}

fn azure(raw: &str, columns: &mut Columns<'_>) -> Result<()> {
    let event: Azure<'_> = from_str(raw)?;
    let claims = event
        .identity
        .as_ref()
        .and_then(|identity| identity.claims.as_ref());
    let values = [
        event.time.as_ref(),
        event.resource_id.as_ref(),
        event.operation_name.as_ref(),
        event.category.as_ref(),
        event.result_type.as_ref(),
        event.caller_ip_address.as_ref(),
        event.correlation_id.as_ref(),
        event.level.as_ref(),
        event.duration_ms.as_ref(),
        event.location.as_ref(),
        claims.and_then(|claims| claims.upn.as_ref()),
        event
            .properties
            .as_ref()
            .and_then(|properties| properties.message.as_ref()),
    ];
    put(columns, &values);
    columns.text(values.len(), Some(raw));
    columns.end_row();
    Ok(())
}

fn google(raw: &str, columns: &mut Columns<'_>) -> Result<()> {
    let event: Google<'_> = from_str(raw)?;
    let resource = event
        .resource
        .as_ref()
        .and_then(|resource| resource.labels.as_ref());
    let labels = event.labels.as_ref();
    let request = event.http_request.as_ref();
    let values = [
        event.timestamp.as_ref(),
        event.receive_timestamp.as_ref(),
        event.severity.as_ref(),
        event.insert_id.as_ref(),
        event.trace.as_ref(),
        event.span_id.as_ref(),
        event.log_name.as_ref(),
        resource.and_then(|labels| labels.project_id.as_ref()),
        resource.and_then(|labels| labels.location.as_ref()),
        resource.and_then(|labels| labels.service_name.as_ref()),
        labels.and_then(|labels| labels.instance.as_ref()),
        labels.and_then(|labels| labels.env.as_ref()),
        labels.and_then(|labels| labels.team.as_ref()),
        request.and_then(|request| request.request_method.as_ref()),
        request.and_then(|request| request.request_url.as_ref()),
        request.and_then(|request| request.user_agent.as_ref()),
        request.and_then(|request| request.remote_ip.as_ref()),
        request.and_then(|request| request.server_ip.as_ref()),
        request.and_then(|request| request.latency.as_ref()),
        event
            .json_payload
            .as_ref()
            .and_then(|payload| payload.message.as_ref()),
        event.text_payload.as_ref(),
    ];
    put(columns, &values);
    let status = request.and_then(|request| request.status);
    columns.display(values.len(), status.unwrap_or_default());
    columns.text(values.len() + 1, Some(raw));
    columns.end_row();
    Ok(())
}

fn envelope(line: &str, columns: &mut Columns<'_>) -> Result<()> {
    let envelope: Envelope<'_> = from_str(line)?;
    for event in &envelope.log_events {
        if event.message.0.starts_with('{') {
            application(&event.message.0, columns)?;
        }
        let outer = [
            &envelope.owner,
            &envelope.log_group,
            &envelope.log_stream,
            &event.id,
        ];
        for (place, value) in outer.into_iter().enumerate() {
            columns.text(11 + place, value.as_ref().map(|text| &*text.0));
        }
        columns.display(15, event.timestamp);
        columns.text(16, Some(&event.message.0));
        columns.end_row();
    }
    Ok(())
}

fn application(text: &str, columns: &mut Columns<'_>) -> Result<()> {
    let event: Application<'_> = from_str(text)?;
    let http = event.http.as_ref();
    let values = [
        event.time.as_ref(),
        event.level.as_ref(),
        event.service.as_ref(),
        event.msg.as_ref(),
        http.and_then(|http| http.method.as_ref()),
        http.and_then(|http| http.path.as_ref()),
        event.trace_id.as_ref(),
        event.env.as_ref(),
        event.team.as_ref(),
    ];
    put(columns, &values);
    let status = http.and_then(|http| http.status_code);
    columns.display(values.len(), status.unwrap_or_default());
    columns.display(values.len() + 1, event.duration_ms.unwrap_or_default());
    Ok(())
}
