//! Writes of objects that may be states: data events of buckets, which are no changes themselves.
//!
//! docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html,
//! cloud.google.com/storage/docs/audit-logging,
//! learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference (read 2026-11-29).

use std::collections::BTreeSet;

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView, Outcome};

use crate::event::Cloud;
use crate::event::json::Json;

/// Writes held at most, about 6 MB.
const PUTS: usize = 20_000;
/// Longest event that is looked into for its version: 256 KiB.
const LONGEST: usize = 256 << 10;

/// What the lock of a state in S3 has behind the key of the state.
pub(crate) const LOCK: &str = ".tflock";

/// Bucket or container, and key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub cloud: Cloud,
    /// Account of storage, in Azure.
    pub account: Option<String>,
    pub bucket: String,
    pub key: String,
}

/// One write of an object.
#[derive(Clone, Debug)]
pub(crate) struct Put {
    pub time: Timestamp,
    pub place: Place,
    /// Version that it made, where the log tells it.
    pub version: Option<String>,
    pub actor: String,
    pub source_ip: Option<String>,
    pub user_agent: Option<String>,
    /// File of the row.
    pub uri: String,
}

/// Writes of objects, those with the latest times where there are too many.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    puts: Vec<Put>,
    /// Names of files that documents stand in, which need not be called as states are.
    names: BTreeSet<String>,
}

impl Objects {
    /// Remembers the name of a file that tells resources.
    pub(crate) fn add_document(&mut self, uri: &str) {
        let name = file_name(uri);
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// Takes a row of table `logs`, if it tells of such a write.
    pub(crate) fn read(&mut self, view: &LogsView<'_>, row: usize) {
        let Some(action) = view.text(Column::Action, row) else {
            return;
        };
        let cloud = match action {
            "PutObject" | "CopyObject" | "CompleteMultipartUpload" => Cloud::Aws,
            "storage.objects.create" => Cloud::Google,
            "PutBlob" | "PutBlockList" | "PutBlobFromURL" | "CopyBlob" => Cloud::Azure,
            _ => return,
        };
        if view.outcome(row) != Some(Outcome::Success) {
            return;
        }
        let Some(place) = place(cloud, view, row) else {
            return;
        };
        if !is_state(&place.key) && !self.names.contains(file_name(&place.key)) {
            return;
        }
        let text = |column| view.text(column, row).map(str::to_owned);
        let Some(actor) = text(Column::Actor).filter(|actor| actor != "unknown") else {
            return;
        };
        let Some(time) = view.time(row) else {
            return;
        };
        self.puts.push(Put {
            time,
            version: version(cloud, view, row),
            place,
            actor,
            source_ip: text(Column::SourceIp),
            user_agent: text(Column::UserAgent),
            uri: text(Column::Uri).unwrap_or_default(),
        });
        if self.puts.len() > 2 * PUTS {
            self.bound();
        }
    }

    fn bound(&mut self) {
        self.puts.sort_by_key(|put| std::cmp::Reverse(put.time));
        self.puts.truncate(PUTS);
    }

    /// All of them by time.
    pub(crate) fn into_sorted(mut self) -> Vec<Put> {
        self.bound();
        self.puts.reverse();
        self.puts
    }
}

/// Whether an object or a file is called as states are: `orders.tfstate`,
/// `.pulumi/stacks/shop/prod.json`; also the lock beside it.
pub(crate) fn is_state(path: &str) -> bool {
    let name = file_name(path);
    let is_stack = path.contains(".pulumi/stacks/") && name.contains(".json");
    name.contains(".tfstate") || is_stack
}

/// Name of the file at an address, without its version.
fn file_name(uri: &str) -> &str {
    let path = uri.split('?').next().unwrap_or(uri);
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn place(cloud: Cloud, view: &LogsView<'_>, row: usize) -> Option<Place> {
    let (account, path) = match cloud {
        Cloud::Aws => {
            let mut arns = view.resources(row);
            let object = arns.find_map(|id| {
                let (_, object) = id.strip_prefix("arn:")?.split_once(":s3:::")?;
                object.contains('/').then(|| object.to_owned())
            });
            (None, object.or_else(|| requested(view, row))?)
        }
        Cloud::Google => {
            let mut names = view.resources(row);
            let object = names.find_map(|id| {
                let (_, object) = id.split_once("/buckets/")?;
                Some(object.replacen("/objects/", "/", 1))
            });
            (None, object?)
        }
        Cloud::Azure => {
            let host = view.text(Column::Peer, row)?;
            let account = host.split('.').next().unwrap_or(host);
            let path = view.text(Column::Path, row)?.trim_start_matches('/');
            (Some(account.to_owned()), decoded(path))
        }
        Cloud::Kubernetes => return None,
    };
    let (bucket, key) = path.split_once('/')?;
    (!bucket.is_empty() && !key.is_empty()).then(|| Place {
        cloud,
        account,
        bucket: bucket.to_owned(),
        key: key.to_owned(),
    })
}

/// Bucket and key that a record of CloudTrail names as parameters.
fn requested(view: &LogsView<'_>, row: usize) -> Option<String> {
    let raw = view.text(Column::Raw, row)?;
    let json = Json::parse(Some(raw).filter(|raw| raw.len() <= LONGEST)?);
    let request = &crate::event::aws::event(&json)["requestParameters"];
    let (bucket, key) = (request["bucketName"].as_str()?, request["key"].as_str()?);
    Some(format!("{bucket}/{key}"))
}

/// Version that a write to S3 made. Audit logs of Google name no generation, those of Azure no
/// version.
fn version(cloud: Cloud, view: &LogsView<'_>, row: usize) -> Option<String> {
    let raw = view.text(Column::Raw, row)?;
    if cloud != Cloud::Aws || raw.len() > LONGEST {
        return None;
    }
    let json = Json::parse(raw);
    let answer = &crate::event::aws::event(&json)["responseElements"];
    let version = answer["x-amz-version-id"].as_str()?;
    (version != "null").then(|| version.to_owned())
}

/// A path without percent signs; as it is where that gives no text.
pub(crate) fn decoded(path: &str) -> String {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let value = part.get(..2).map(|digits| u8::from_str_radix(digits, 16));
        match value {
            Some(Ok(value)) => {
                bytes.push(value);
                bytes.extend(part.bytes().skip(2));
            }
            _ => return path.to_owned(),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}
