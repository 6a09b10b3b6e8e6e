//! Finds the deployment in the shapes that a state may have, and refuses versions that cannot be
//! read.

use std::collections::BTreeMap;

use nepho_core::error::excerpt;
use nepho_core::{ErrorKind, Result, Timestamp};
use nepho_iac_common::place::{Places, stop};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Newest version of the deployment schema that is understood.
const NEWEST: u64 = 4;

/// Features of version 4 that do not change what is read here (`pkg/resource/stack/deployment.go`
/// of pulumi/pulumi, read 2026-11-21).
const FEATURES: [&str; 4] = ["refreshBeforeUpdate", "views", "hooks", "taint"];

const FEED: &str = "pulumi.state";

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Parts of a deployment, not yet read.
#[derive(Default)]
pub(super) struct Deployment<'a> {
    /// Resources, as JSON text.
    pub(super) resources: Vec<&'a str>,
    /// Operations that were under way, as JSON text.
    pub(super) pending_operations: Vec<&'a str>,
    /// When it was written.
    pub(super) written: Option<Timestamp>,
    /// Whether the engine holds it for broken.
    pub(super) is_broken: bool,
}

/// Deployment of `stack export` (`deployment`), of a file backend (`checkpoint.latest`) or of old
/// (`latest`).
pub(super) fn deployment<'a>(text: &'a str, places: &Places<'a>) -> Result<Deployment<'a>> {
    let body = text.trim_start_matches('\u{feff}');
    let root = fields(body, places)?;
    refuse_what_is_too_new(&root, places)?;
    let checkpoint = match root.get("checkpoint") {
        Some(checkpoint) => Some(fields(checkpoint.get(), places)?),
        None => None,
    };
    let latest = checkpoint.as_ref().unwrap_or(&root).get("latest");
    let Some(deployment) = root.get("deployment").or(latest) else {
        if checkpoint.is_some() {
            return Ok(Deployment::default());
        }
        let message = "no `deployment`, `checkpoint` or `latest`";
        return Err(places.error(FEED, message, places.offset_of(body)));
    };
    if deployment.get() == "null" {
        return Ok(Deployment::default());
    }
    let fields = fields(deployment.get(), places)?;
    Ok(Deployment {
        written: written(&fields),
        is_broken: is_broken(&fields),
        resources: elements(&fields, "resources", places)?,
        pending_operations: elements(&fields, "pending_operations", places)?,
    })
}

/// Time of the manifest, or of the deployment itself where it is of old. Year 1 stands for none.
fn written(deployment: &Fields<'_>) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Manifest {
        time: Option<String>,
    }
    let manifest = deployment.get("manifest");
    let manifest: Option<Manifest> =
        manifest.and_then(|manifest| serde_json::from_str(manifest.get()).ok());
    let of_old = || serde_json::from_str(deployment.get("time")?.get()).ok();
    let time = manifest.and_then(|manifest| manifest.time).or_else(of_old);
    Timestamp::parse_rfc3339(&time?).filter(|time| time.0 > 0)
}

fn is_broken(deployment: &Fields<'_>) -> bool {
    let metadata = deployment.get("metadata");
    let fields: Option<Fields<'_>> =
        metadata.and_then(|metadata| serde_json::from_str(metadata.get()).ok());
    let error = fields
        .as_ref()
        .and_then(|fields| fields.get("integrity_error"));
    error.is_some_and(|error| error.get() != "null")
}

fn fields<'a>(text: &'a str, places: &Places<'a>) -> Result<Fields<'a>> {
    serde_json::from_str(text).map_err(|error| {
        let offset = places.offset_of(text) + stop(text, &error);
        places.error(FEED, "not a JSON object, or broken off", offset)
    })
}

fn elements<'a>(fields: &Fields<'a>, name: &str, places: &Places<'a>) -> Result<Vec<&'a str>> {
    let Some(list) = fields.get(name).filter(|list| list.get() != "null") else {
        return Ok(Vec::new());
    };
    let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| {
        let message = format!("`{name}` is not a list");
        places.error(FEED, message, places.offset_of(list.get()))
    })?;
    Ok(list.into_iter().map(RawValue::get).collect())
}

fn refuse_what_is_too_new(root: &Fields<'_>, places: &Places<'_>) -> Result<()> {
    let Some(version) = root.get("version") else {
        return Ok(());
    };
    let refuse = |message: String| {
        Err(places.error_of(
            ErrorKind::Unsupported,
            FEED,
            message,
            places.offset_of(version.get()),
        ))
    };
    match serde_json::from_str::<u64>(version.get()) {
        Ok(number) if number <= NEWEST => {}
        _ => {
            return refuse(format!(
                "version `{}` is none of 0 to {NEWEST}",
                excerpt(version.get())
            ));
        }
    }
    let features = root
        .get("features")
        .and_then(|list| serde_json::from_str::<Vec<String>>(list.get()).ok());
    match features
        .iter()
        .flatten()
        .find(|feature| !FEATURES.contains(&feature.as_str()))
    {
        Some(feature) => refuse(format!("feature `{}` is unknown", excerpt(feature))),
        None => Ok(()),
    }
}
