//! Records of Helm: Secrets and ConfigMaps that hold a release, and releases as JSON.
//!
//! helm.sh/docs/topics/kubernetes_apis and pkg/storage/driver of github.com/helm/helm (base64 of
//! gzip of JSON, in a Secret once more base64), read 2026-11-28.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::tables::{Change, ChangeAction};
use serde::Deserialize;
use serde_json::Value;

use super::{Told, manifest, updated};
use crate::edges;
use crate::object::{Object, Place};
use crate::objects::describe;
use crate::reason::{leaves, redact};
use crate::value::text;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Releases beyond this are refused: a Secret holds at most a megabyte, of compressed text.
const LARGEST: u64 = 64 << 20;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
struct Release {
    name: String,
    info: Info,
    #[serde(default)]
    chart: Option<Chart>,
    /// Values given by the user: read to be masked, never kept.
    #[serde(default)]
    config: Value,
    #[serde(default)]
    manifest: Option<String>,
    #[serde(default)]
    version: u64,
    #[serde(default)]
    namespace: Option<String>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    last_deployed: Option<String>,
    #[serde(default)]
    deleted: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    rollback_revision: Option<u64>,
}

#[derive(Deserialize)]
struct Chart {
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

/// Whether the object is a record of Helm.
pub(crate) fn is_record(object: &Object<'_>) -> bool {
    let is_kept = matches!(object.kind, "Secret" | "ConfigMap") && object.group.is_empty();
    let is_helm = text(object.value, &["type"]) == Some("helm.sh/release.v1")
        || object.label("owner") == Some("helm");
    is_kept && is_helm && object.name.starts_with("sh.helm.release.v1.")
}

const WITHOUT_RELEASE: &str = "a record of Helm without its release, so its objects are not known; run `kubectl get secret NAME -o json` and read that file, or `helm history` for the revisions alone";
const NO_BASE64: &str = "the release is not base64 of compressed JSON, so its objects are not known; run `kubectl get secret NAME -o json` and read that file, or `helm history` for the revisions alone";

/// Adds what a record tells. Of one that cannot be decoded, its labels tell the revision.
///
/// # Errors
/// What is wrong with the record.
pub(crate) fn record(object: &Object<'_>, out: &mut FeedOutput) -> Result<(), &'static str> {
    let held = ["data", "stringData"]
        .iter()
        .find_map(|name| text(object.value, &[name, "release"]));
    let result = match held.map(decode) {
        Some(Ok(json)) => release_in(&json, object.namespace, object.place, out),
        Some(Err(reason)) => Err(reason),
        None => Err(WITHOUT_RELEASE),
    };
    if result.is_err() {
        by_labels(object, out);
    }
    result
}

/// JSON of a release.
fn decode(text: &str) -> Result<String, &'static str> {
    let mut bytes = text.trim().as_bytes().to_vec();
    // A Secret is base64 of base64, a ConfigMap base64 alone.
    for _ in 0..3 {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            bytes = nepho_codec::decompress::gunzip(&bytes, LARGEST)
                .map_err(|_| "the release cannot be decompressed")?;
        }
        if bytes.first() == Some(&b'{') {
            return String::from_utf8(bytes).map_err(|_| "the release is not text");
        }
        bytes.retain(|byte| !byte.is_ascii_whitespace());
        bytes = BASE64.decode(&bytes).map_err(|_| NO_BASE64)?;
    }
    Err(NO_BASE64)
}

fn by_labels(object: &Object<'_>, out: &mut FeedOutput) {
    let rest = object.name.strip_prefix("sh.helm.release.v1.");
    let named = rest.and_then(|rest| rest.rsplit_once(".v"));
    let name = object.label("name").or(named.map(|(name, _)| name));
    let number = object.label("version").or(named.map(|(_, number)| number));
    if let (Some(name), Some(Ok(number))) = (name, number.map(str::parse)) {
        let told = Told {
            scope: &format!("{}/{name}", object.namespace),
            number,
            status: object.label("status").unwrap_or_default(),
            description: String::new(),
            rollback_to: None,
            deployed: object.created(),
            deleted: None,
            chart: None,
        };
        told.tell(object.place, out);
    }
}

/// Adds what a release tells, as Helm keeps it and as `helm status -o json` prints it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn release(
    json: &str,
    place: Place<'_>,
    out: &mut FeedOutput,
) -> Result<(), &'static str> {
    release_in(json, "", place, out)
}

fn release_in(
    json: &str,
    namespace: &str,
    place: Place<'_>,
    out: &mut FeedOutput,
) -> Result<(), &'static str> {
    // The words of the parser are not used, for they quote values.
    let release: Release =
        serde_json::from_str(json).map_err(|_| "a release that is not as Helm writes it")?;
    let namespace = release.namespace.as_deref().unwrap_or(namespace);
    let scope = format!("{namespace}/{}", release.name);
    let info = &release.info;
    let chart = release.chart.and_then(|chart| chart.metadata);
    let chart = chart.and_then(|chart| Some((chart.name?, chart.version.unwrap_or_default())));
    let description = info.description.as_deref().unwrap_or_default();
    let sensitive = leaves(&release.config);
    let told = Told {
        scope: &scope,
        number: release.version,
        status: info.status.as_deref().unwrap_or_default(),
        description: redact(description, &sensitive),
        rollback_to: info.rollback_revision,
        deployed: info.last_deployed.as_deref().and_then(updated),
        deleted: info.deleted.as_deref().and_then(updated),
        chart: chart.map(|(name, version)| format!("{name}-{version}")),
    };
    let (change, removal) = told.tell(place, out);
    let Some(text) = &release.manifest else {
        return Ok(());
    };
    let manifest = manifest::read(text, namespace);
    let members = manifest::members(&manifest.objects);
    if release.version == 1 {
        let created = members.iter();
        out.changes.extend(created.map(|(address, member)| {
            member_change(
                &change,
                address,
                member.resource.clone(),
                &member.resource_type,
                ChangeAction::Create,
            )
        }));
    }
    if let Some(removal) = &removal {
        let gone = members.iter();
        out.changes.extend(gone.map(|(address, member)| {
            member_change(
                removal,
                address,
                member.resource.clone(),
                &member.resource_type,
                ChangeAction::Delete,
            )
        }));
    }
    if told.status == "deployed" {
        declared(&manifest.objects, &scope, place, out);
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    out.snapshots.push(Snapshot {
        tool: "helm".to_owned(),
        lineage: release.name,
        serial: release.version,
        time: told.deployed,
        digest: hasher.finish(),
        is_complete: manifest.broken == 0,
        members,
        uri: place.uri.to_owned(),
        scope: scope.clone(),
    });
    if manifest.broken > 0 {
        return Err("objects of the manifest of a release cannot be read");
    }
    Ok(())
}

/// Adds the objects that a deployed release declares, and their edges.
fn declared(values: &[Value], scope: &str, place: Place<'_>, out: &mut FeedOutput) {
    let objects: Vec<Object<'_>> = values
        .iter()
        .filter_map(|value| Object::of(value, place).ok())
        .collect();
    let (namespace, name) = scope.split_once('/').unwrap_or(("", scope));
    let key = super::release_key(namespace, name);
    for object in &objects {
        let mut row = describe::row(object);
        row.tool = Some("helm".to_owned());
        row.scope = Some(scope.to_owned());
        out.resources.push(row);
        let evidence = "manifest of the release";
        object.edge(
            nepho_core::tables::RelationKind::ManagedBy,
            &key,
            evidence,
            out,
        );
    }
    edges::relate(&objects, out);
}

/// Change of an object by the run that changed the release.
pub(super) fn member_change(
    release: &Change,
    address: &str,
    resource: Option<String>,
    kind: &str,
    action: ChangeAction,
) -> Change {
    Change {
        id: format!("{}:{address}", release.run),
        address: address.to_owned(),
        resource,
        resource_type: kind.to_owned(),
        action,
        ..release.clone()
    }
}
