//! Decodes records with the envelope of Azure into rows.

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, quotes, unescape};
use nepho_codec::message::{Describer, logfmt_like};
use nepho_codec::table::{Event, JointDecoder, Picked, TableDecoder, To, put_text};
use nepho_codec::{pod, time};
use nepho_core::format::{Decoder, Record, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use super::family::{Family, Naming, Place};
use super::joint::{Apart, BESIDE, ENVELOPE, inside_part};
use super::kind::{Head, Kind, is_early_sign_in, is_one_of, kind};
use super::line::Unusual;
use super::origin::{Origin, Origins};
use super::seen::Seen;
use super::{actor, common, details, flat, joint, kube_event, outcome, parts, workload};
use crate::formats::kube_component::CATEGORIES;
use crate::formats::{OF_SHAPE, family_of_table};

/// Decoder of one kind of record.
pub(crate) struct RecordDecoder {
    name: &'static str,
    wanted: Kind,
    family: Option<&'static Family>,
    place: Place,
    /// Envelope, what stands beside it and what stands in `properties`, in one pass.
    joint: JointDecoder,
    /// What stands in properties that are written in other ways.
    details: Apart,
    nested: Option<TableDecoder>,
    describer: Describer,
    origins: Origins,
    seen: Seen,
    /// Address and length of the record that was scanned and is decoded next, and whether it was
    /// read.
    scanned: Option<(usize, usize, bool)>,
    /// Shape of the line in the same record.
    shape: u64,
}

/// What the details say that is judged together with the envelope.
#[derive(Default)]
struct Details<'a> {
    message: Option<Cow<'a, str>>,
    application: Option<Cow<'a, str>>,
    pod: Option<Cow<'a, str>>,
    pod_namespace: Option<Cow<'a, str>>,
    result: Option<Cow<'a, str>>,
    failure: Option<String>,
    description: Option<Cow<'a, str>>,
    backend: Option<Cow<'a, str>>,
}

impl RecordDecoder {
    /// Decoder of the records of the kind `wanted`, for the format called `name`.
    pub(crate) fn new(name: &'static str, wanted: Kind) -> Self {
        Self::with(name, wanted, None)
    }

    /// Decoder of the records of a family.
    pub(crate) fn of(family: &'static Family) -> Self {
        Self::with(family.name, Kind::Family(family.name), Some(family))
    }

    fn with(name: &'static str, wanted: Kind, family: Option<&'static Family>) -> Self {
        let table = family.map_or(&details::TABLE, |family| family.table);
        let place = family.map_or(Place::Inside, |family| family.place);
        Self {
            name,
            wanted,
            family,
            place,
            joint: JointDecoder::new(&joint::parts(place, table)),
            details: Apart::new(table),
            nested: family
                .and_then(|family| family.nested)
                .map(TableDecoder::new),
            describer: Describer::default(),
            origins: Origins::default(),
            seen: Seen::default(),
            scanned: None,
            shape: 0,
        }
    }

    /// Scans a record for all parts; gives whether it was read.
    fn scan(&mut self, record: &str) -> bool {
        match self.scanned.take() {
            Some((start, length, is_read))
                if (start, length) == (record.as_ptr().addr(), record.len()) =>
            {
                is_read
            }
            _ => self.joint.scan(record),
        }
    }

    /// Fills `row` from a record; `false` if it is of another kind.
    fn fill(&mut self, record: &str, row: &mut Row<'_>) -> bool {
        if !self.scan(record) {
            return false;
        }
        let flat = self.joint.picked(ENVELOPE, record);
        let flat = flat.and_then(|common| flattened(&common.event(), record));
        let text = flat.as_deref().unwrap_or(record);
        if flat.is_some() && !self.joint.scan(text) {
            return false;
        }
        let Some(common) = self.joint.picked(ENVELOPE, text) else {
            return false;
        };
        let event = common.event();
        let table = table_of(&event).unwrap_or_default();
        let category = category_of(&event, &table);
        let operation = event.kept(common::OPERATION).unwrap_or_default();
        let resource = event.kept(common::RESOURCE).unwrap_or_default();
        let head = Head {
            table: &table,
            ..head(&event, &category, &operation, &resource)
        };
        let origin = self.origins.of(&head);
        if kind_of(origin, head, &event) != self.wanted {
            return false;
        }
        self.seen.note(&category, record);
        let is_log = origin.is_application || origin.is_component;
        let properties = properties(&event);
        let (inside, beside) = self.place.texts(properties.as_deref(), text);
        let inside = inside.and_then(|inside| {
            let part = inside_part(self.place);
            match self.joint.is_of(part, inside, text) {
                true => self.joint.picked(part, text),
                false => self.details.scan(inside),
            }
        });
        let beside = beside.and_then(|beside| self.joint.picked(BESIDE, beside));
        let mut details = take_details(&[&inside, &beside], &resource);
        if inside.is_none() && self.place != Place::Beside && properties.is_some() {
            // Properties that are no JSON are still what the record has to say.
            details.message = properties.as_deref().map(Cow::Borrowed);
        }
        let result = event.kept(common::RESULT);
        let mut description = event.kept(common::DESCRIPTION);
        if tells_status(result.as_deref()) {
            // That is nothing to read.
            let description = description.take();
            let is_it = |message: &mut Cow<'_, str>| Some(&*message) == description.as_ref();
            details.message.take_if(is_it);
        }
        if self.family.is_none() {
            fill_from([None, inside], row);
        }
        let message = description.as_ref().or(details.message.as_ref());
        if let Some(message) = message.filter(|_| is_log) {
            describe(&mut self.describer, message, row);
        }
        common.fill(row);
        if self.family.is_some() {
            fill_from([beside, inside], row);
        }
        put_sign_in(&event, row);
        level(&event, is_log || self.family.is_some(), row);
        name(self.family, &event, &head, &details, origin, row);
        put_pod(&details, &resource, row);
        actor::name(&event, row);
        if !row.has(Column::Action) {
            row.text(Column::Action, &operation);
        }
        conclude(&event, result.as_deref(), &details, &resource, row);
        if let Some(nested) = &mut self.nested
            && take_nested(nested, &mut details, &resource, row)
        {
            return true;
        }
        body(&details, description.as_deref(), is_log, row);
        true
    }
}

impl Decoder for RecordDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut row = out.row(record);
        row.constant(Column::Format, self.name)
            .constant(Column::Provider, "azure");
        if !self.fill(record.text, &mut row) {
            return Verdict::NotMine;
        }
        row.commit();
        Verdict::Rows
    }

    fn is_likely(&self, record: &Record<'_>) -> bool {
        self.seen.may_be_of(record.text)
    }

    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        self.shape = 0;
        let Some(family) = self.family.filter(|family| family.line.is_some()) else {
            return false;
        };
        let Some(quick) = &family.quick_line else {
            return true;
        };
        let text = record.text;
        let is_read = self.joint.scan(text);
        self.scanned = Some((text.as_ptr().addr(), text.len(), is_read));
        match is_read.then(|| quick.shape(&self.joint, self.place, text)) {
            Some(Ok(None)) => false,
            Some(Ok(Some(shape))) => {
                self.shape = shape;
                true
            }
            Some(Err(Unusual)) | None => true,
        }
    }

    fn shape_inside(&self) -> u64 {
        self.shape
    }
}

/// Kind of a record that was scanned. Only where the category of a tenant's record tells none is
/// there a look into the properties.
fn kind_of(origin: &Origin, head: Head<'_>, event: &Event<'_>) -> Kind {
    let found = origin.kind();
    if !matches!(found, Kind::Activity | Kind::Resource) || !origin.is_of_tenant {
        return found;
    }
    let has_shape = properties(event).is_some_and(|inside| is_of_shape(&inside));
    kind(&Head { has_shape, ..head })
}

/// Whether properties have a member that tells a change to the directory of a tenant.
pub(super) fn is_of_shape(properties: &str) -> bool {
    JsonFields::parse(properties)
        .is_ok_and(|inside| OF_SHAPE.shape.iter().any(|name| inside.raw(name).is_some()))
}

/// What tells the kind of a record that was scanned.
fn head<'a>(
    event: &Event<'_>,
    category: &'a str,
    operation: &'a str,
    resource: &'a str,
) -> Head<'a> {
    let has_tenant = [common::BESIDE_TENANT, common::PROPERTIES]
        .iter()
        .any(|number| event.kept_value(*number).is_some());
    Head {
        category,
        operation,
        resource,
        table: "",
        is_early_sign_in: is_early_sign_in(category, operation, has_tenant),
        has_activity_fields: event.kept_value(common::ACTIVITY).is_some(),
        has_metric: event.kept(common::METRIC).is_some() && event.kept(common::READING).is_some(),
        has_event_fields: event.kept_value(common::EVENT).is_some(),
        has_shape: false,
        has_line: event
            .kept(common::LINE)
            .is_some_and(|line| !line.is_empty()),
    }
}

/// Table of Log Analytics that a record is a row of; not the one of all kinds of resource logs.
fn table_of<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    event.kept_value(common::ROW_TIME)?;
    let table = event.kept(common::TABLE_NAME);
    table.filter(|table| table != "AzureDiagnostics")
}

/// Category of a record, or the table of Log Analytics that stands for one: in its rows the
/// category is another one, if any.
fn category_of<'a>(event: &Event<'a>, table: &Cow<'a, str>) -> Cow<'a, str> {
    match family_of_table(table) {
        Some(_) => table.clone(),
        None => event.kept(common::CATEGORY).unwrap_or_default(),
    }
}

/// The address that the caller signed in from, where nothing tells where the call came from.
fn put_sign_in(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has(Column::SourceIp)
        && let Some(address) = event.kept(common::SIGNED_IN)
    {
        row.text(Column::SourceIp, parts::address(&address));
    }
}

/// Names the service that a row is of.
fn name(
    family: Option<&Family>,
    event: &Event<'_>,
    head: &Head<'_>,
    details: &Details<'_>,
    origin: &Origin,
    row: &mut Row<'_>,
) {
    match family.map(|family| family.naming) {
        Some(Naming::Backend) => name_backend(event, head.resource, details, row),
        _ => name_service(event, head, details, origin, row),
    }
    if let Some(family) = family.filter(|family| !family.api.is_empty())
        && !row.has(Column::Service)
    {
        row.constant(Column::Service, family.api);
    }
}

/// The object in `properties`, which may stand there as a string; `None` if there is nothing.
fn properties<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    match event.kept_container(common::PROPERTIES) {
        // An empty one has nothing to say, though what stands beside it may.
        Some("{}") => None,
        Some(object) if object.starts_with("{'") => Some(quotes::undone(object.into())),
        Some(object) => Some(Cow::Borrowed(object)),
        None => event.kept(common::PROPERTIES).map(|text| {
            quotes::undone(match text {
                Cow::Borrowed(text) => Cow::Borrowed(parts::trimmed(text)),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            })
        }),
    }
}

/// Puts what was picked into a row; the last counts most.
fn fill_from(picked: [Option<Picked<'_>>; 2], row: &mut Row<'_>) {
    for picked in picked.into_iter().flatten() {
        picked.fill(row);
    }
}

/// What is told in the properties of a record of `resource`, and else beside the envelope.
fn take_details<'a>(picked: &[&Option<Picked<'a>>; 2], resource: &str) -> Details<'a> {
    let has_numbers = || parts::is_of_provider(resource, "Microsoft.AnalysisServices");
    let events = picked.map(|picked| picked.as_ref().map(Picked::event));
    let first = |number| events.iter().flatten().find_map(|event| event.kept(number));
    let result = |event: &Event<'a>| {
        let word = event.kept(details::RESULT);
        // A word tells more than a flag, which may be of a part only.
        let tells = word
            .as_deref()
            .is_some_and(|word| outcome::of_word(word).is_some() || is_begun(Some(word)));
        let flag = event.kept(details::SUCCEEDED).filter(|_| !tells);
        let flag = flag.and_then(|flag| truth(&flag, has_numbers));
        flag.map(Cow::Borrowed).or(word).or_else(|| {
            let status = event.kept(details::STATUS);
            status.filter(|status| is_result(status))
        })
    };
    Details {
        // Application Gateway says so of every request that went well.
        message: first(details::MESSAGE).filter(|text| text != "ERRORINFO_NO_ERROR"),
        application: first(details::APPLICATION),
        pod: first(details::POD),
        pod_namespace: first(details::POD_NAMESPACE),
        result: events.iter().flatten().find_map(result),
        failure: first(details::STATUS_MESSAGE).map(|text| failure(&text)),
        // Names of events are objects in some exports.
        description: first(details::DESCRIPTION).filter(|text| !text.starts_with('{')),
        backend: first(details::BACKEND),
    }
}

/// The word for a flag that tells whether something succeeded. Analysis Services has 1 and 0; of
/// others these are counts.
fn truth(flag: &str, has_numbers: impl Fn() -> bool) -> Option<&'static str> {
    match flag {
        "1" if has_numbers() => Some("true"),
        "0" if has_numbers() => Some("false"),
        _ if flag.eq_ignore_ascii_case("true") => Some("true"),
        _ if flag.eq_ignore_ascii_case("false") => Some("false"),
        _ => None,
    }
}

/// Whether a status tells how something ended: a word, or the number of a status of HTTP. Each
/// service has its own meanings for other numbers.
fn is_result(status: &str) -> bool {
    match status.trim().parse::<i64>() {
        Ok(number) => (100..=599).contains(&number),
        Err(_) => true,
    }
}

/// Code and message of the error that a status message holds as JSON text, or the text itself.
fn failure(text: &str) -> String {
    let Ok(fields) = JsonFields::parse(text) else {
        return text.to_owned();
    };
    let first = |paths: [&str; 3]| {
        paths
            .iter()
            .find_map(|path| fields.text(path))
            .map(unescape)
    };
    let code = first(["error.code", "Error.Code", "code"]);
    let message = first(["error.message", "Error.Message", "message"]);
    match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(only), None) | (None, Some(only)) => only.into_owned(),
        (None, None) => text.to_owned(),
    }
}

/// Logs of the components of a managed cluster, and of the services of Spring Apps: text of
/// programs, though not of the user's.
pub(super) fn is_component_log(category: &str) -> bool {
    const OF_SPRING: [&str; 2] = ["SystemLogs", "AppPlatformSystemLogs"];
    CATEGORIES
        .iter()
        .chain(&OF_SPRING)
        .any(|name| name.eq_ignore_ascii_case(category))
}

/// The record with its properties at the top, where it has to be written anew.
fn flattened(event: &Event<'_>, record: &str) -> Option<String> {
    match table_of(event) {
        Some(_) => flat::opened(record),
        None => match event.kept(common::TABLE_NAME) {
            // Queries that choose columns leave out the name of the table.
            None if event.kept_value(common::ROW_TIME).is_some() => flat::undone_if_typed(record),
            table => flat::undone(table, record),
        },
    }
}

/// Names the pod that a record is of.
fn put_pod(details: &Details<'_>, resource: &str, row: &mut Row<'_>) {
    if let Some((pod, namespace)) = details.pod.as_ref().zip(details.pod_namespace.as_ref()) {
        let told = row.record().stream.cluster.as_deref();
        row.resource(&workload::pod(told, resource, namespace, pod));
    }
}

/// Reads an application's message. Of text, the body is all of it as it was written.
fn describe(describer: &mut Describer, message: &str, row: &mut Row<'_>) {
    describer.describe(message, row);
    let trimmed = parts::trimmed(message);
    if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
        row.text(Column::Body, trimmed);
    }
}

/// The level of the envelope. For a program's output it only tells stdout from stderr, so its own
/// level wins, and so does what a family tells.
fn level(event: &Event<'_>, has_own: bool, row: &mut Row<'_>) {
    if has_own && row.has_severity() {
        return;
    }
    if let Some(level) = event.kept(common::LEVEL) {
        // Exporters that pass numbers through a float write `4.0`.
        let plain = parts::trimmed(&level);
        let plain = plain.strip_suffix(".0").unwrap_or(plain);
        let is_known = put_text(plain, To::SeverityOf(common::LEVELS), row);
        if !is_known {
            put_text(&level, To::Severity, row);
        }
    }
}

/// Service: the application for its own logs, the provider namespace for all else.
fn name_service(
    event: &Event<'_>,
    head: &Head<'_>,
    details: &Details<'_>,
    origin: &Origin,
    row: &mut Row<'_>,
) {
    if row.has(Column::Service) && !origin.is_application {
        return;
    }
    if origin.is_application {
        let pod = details.pod.as_deref().map(pod::workload);
        let name = details
            .application
            .as_deref()
            .or(pod)
            .map(workload::without_capitals);
        if let Some(name) = name {
            row.text(Column::Service, &name);
            return;
        }
        if let Some(name) = origin.application(head.resource) {
            row.text(Column::Service, name);
            return;
        }
    }
    if let Some(namespace) = event.kept(common::NAMESPACE) {
        // Events of Resource Health write the operation there.
        let namespace = namespace.split('/').next().unwrap_or(&namespace);
        row.text(Column::Service, namespace);
        return;
    }
    let namespace = origin.namespace(head.resource);
    if let Some(namespace) = namespace.or_else(|| parts::namespace("", head.operation)) {
        row.text(Column::Service, namespace);
    }
}

/// Service of a gateway's request: the backend it was for, or the gateway where it was for none.
fn name_backend(event: &Event<'_>, resource: &str, details: &Details<'_>, row: &mut Row<'_>) {
    let backend = event.kept(common::BACKEND);
    let backend = backend
        .as_ref()
        .or(details.backend.as_ref())
        .filter(|name| !name.is_empty() && *name != "N/A");
    let name = match backend {
        Some(backend) => parts::host(backend).into(),
        None => workload::last_name(resource),
    };
    row.text(Column::Service, &name);
}

/// Outcome by what the envelope says of it, then the details, then the protocol status.
///
/// The 4xx of a web request is most often the fault of the client, so it says nothing of the
/// service.
fn conclude(
    event: &Event<'_>,
    result: Option<&str>,
    details: &Details<'_>,
    resource: &str,
    row: &mut Row<'_>,
) {
    let signature = event.kept(match tells_status(result) {
        true => common::DESCRIPTION,
        false => common::SIGNATURE,
    });
    let signature = signature.as_deref();
    let status = signature
        .and_then(|text| text.parse::<i32>().ok())
        .filter(|status| (100..=599).contains(status));
    if let Some(status) = status
        && row.status_so_far().is_none()
    {
        row.status(status);
    }
    if row.has_outcome() {
        return;
    }
    // A request that was answered with 503 succeeded for the one who took it; `Success` with
    // `Forbidden` is none.
    let signed = signature.and_then(outcome::of_word);
    if signed == Some(Outcome::Failure)
        || (row.has(Column::Method) && row.status_so_far().is_some_and(|status| status >= 500))
    {
        row.outcome(Outcome::Failure);
        return;
    }
    let outcome = result.and_then(outcome::of_word).or(signed);
    let outcome = outcome.or_else(|| details.result.as_deref().and_then(outcome::of_word));
    let is_request = row.has(Column::Method);
    let status = row
        .status_so_far()
        .filter(|status| !(is_request && (400..500).contains(status)));
    let outcome = outcome.or_else(|| status.and_then(outcome::of_status));
    let outcome = outcome.or_else(|| {
        let message = details.message.as_deref().unwrap_or_default();
        outcome::of_category(&event.kept(common::CATEGORY)?, resource, message)
    });
    if let Some(outcome) = outcome.filter(|_| !is_begun(result)) {
        row.outcome(outcome);
    }
}

/// Whether the description is the status, as registries of containers write it.
fn tells_status(result: Option<&str>) -> bool {
    result == Some("HttpStatusCode")
}

/// Whether the record only says that the operation has begun.
fn is_begun(result: Option<&str>) -> bool {
    const BEGUN: [&str; 6] = [
        "Start",
        "Started",
        "Accept",
        "Accepted",
        "InProgress",
        "Running",
    ];
    is_one_of(result.unwrap_or_default(), &BEGUN)
}

/// What a person reads: the error if there is one, a description, the message.
fn body(details: &Details<'_>, description: Option<&str>, is_log: bool, row: &mut Row<'_>) {
    if is_log && row.has(Column::Body) {
        return;
    }
    let candidates = [
        details.failure.as_deref(),
        details.message.as_deref(),
        details.description.as_deref(),
        description,
    ];
    if let Some(text) = candidates
        .into_iter()
        .flatten()
        .map(parts::trimmed)
        .find(|text| !text.is_empty())
    {
        row.text(Column::Body, text);
    }
}

/// Reads the event that the message is; gives whether it told the body as well. Once it is read,
/// its text is no message.
fn take_nested(
    table: &mut TableDecoder,
    details: &mut Details<'_>,
    cluster: &str,
    row: &mut Row<'_>,
) -> bool {
    let log = details.message.take();
    let is_read = log
        .as_deref()
        .is_some_and(|log| kubernetes(table, log, cluster, row));
    if !is_read {
        details.message = log;
    }
    is_read && row.has(Column::Body)
}

/// Takes operation, actor and outcome from the audit event of a cluster; gives whether it is one.
fn kubernetes(table: &mut TableDecoder, log: &str, cluster: &str, row: &mut Row<'_>) -> bool {
    if !table.apply(log, row) {
        return false;
    }
    kube_event::put_object(&table.event(log), cluster, row);
    // The envelope tells seconds, or when it was collected.
    if let Some(at) = table.event(log).kept(kube_event::TIME)
        && let Some(at) = time::parse(&at)
    {
        row.time(at);
    }
    let outcome = row.status_so_far().and_then(outcome::of_status);
    if let Some(outcome) = outcome {
        row.outcome(outcome);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_message_gives_its_error() {
        let text = r#"{"error":{"code":"Conflict","message":"the name \"a\" is taken"}}"#;
        assert_eq!(failure(text), r#"Conflict: the name "a" is taken"#);
        assert_eq!(failure("plain"), "plain");
    }

    #[test]
    fn a_status_is_a_word_or_one_of_http() {
        let check = |status: &str, expected: bool| assert_eq!(is_result(status), expected);
        check("Failed", true);
        check("503", true);
        check("0", false);
        check("1", false);
        check("4096", false);
    }

    #[test]
    fn flags_are_truths() {
        assert_eq!(truth("True", || false), Some("true"));
        assert_eq!(truth("1", || true), Some("true"));
        assert_eq!(truth("0", || true), Some("false"));
        assert_eq!(truth("0", || false), None);
        assert_eq!(truth("partial", || true), None);
    }

    #[test]
    fn what_has_begun_has_no_outcome() {
        assert!(is_begun(Some("Started")));
        assert!(!is_begun(Some("Succeeded")) && !is_begun(None));
    }
}
