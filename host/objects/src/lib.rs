//! Objects in S3, Azure Blob Storage and Google Cloud Storage as a source, read-only.
//!
//! An address is a folder or an object: `s3://bucket/prefix`, `gs://bucket/prefix`,
//! `az://container/prefix` (also `abfs://`, `abfss://` and the `https://` addresses of the three).
//! Credentials, regions and endpoints come from the variables that the tools of the clouds use
//! (`AWS_ACCESS_KEY_ID`, `AWS_REGION`, `AWS_ENDPOINT`, `AZURE_STORAGE_ACCOUNT_NAME`,
//! `GOOGLE_APPLICATION_CREDENTIALS`, ...; docs.rs/object_store names all) or from the identity of
//! the machine. Needed are the permissions to list and to read: `s3:ListBucket` and `s3:GetObject`,
//! `Storage Blob Data Reader`, `roles/storage.objectViewer`. Nothing is ever written.
//!
//! Of a state (`*.tfstate`, `.pulumi/stacks/*.json`), the latest 20 older versions are read as well
//! where the bucket keeps them, so that two versions become changes; S3 asks for the permissions
//! `s3:ListBucketVersions` and `s3:GetObjectVersion`. Of any other object an address may name one:
//! `s3://bucket/key?versionId=ID`, `gs://bucket/key?generation=NUMBER`,
//! `az://container/key?versionId=TIME`.
//!
//! An object is read in pieces that must all be of the version that was found; one that is
//! replaced meanwhile gives an error instead of a mixture.

mod reader;
mod versions;
mod watch;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use nepho_core::source::{Partition, PartitionId, Position, Reader, Source};
use nepho_core::{Error, ErrorKind, Result, Timestamp};
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use reader::ObjectReader;
pub use watch::Watch;

/// Schemes of addresses that this source reads.
const SCHEMES: [&str; 8] = ["s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss"];

/// Whether a path is the address of objects rather than of files.
pub fn is_address(path: &str) -> bool {
    path.split_once("://")
        .is_some_and(|(scheme, _)| SCHEMES.contains(&scheme) || scheme == "https")
}

/// The objects below some addresses.
pub struct ObjectSource {
    runtime: Arc<Runtime>,
    objects: HashMap<String, Object>,
    partitions: Vec<Partition>,
    skipped: Vec<(String, String)>,
    /// Whether each address could be listed.
    is_complete: bool,
}

impl fmt::Debug for ObjectSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectSource").finish_non_exhaustive()
    }
}

/// An object that was found.
#[derive(Clone)]
struct Object {
    store: Arc<dyn ObjectStore>,
    meta: ObjectMeta,
    /// Which version it is, where that is not the current one.
    version: Option<String>,
}

impl ObjectSource {
    /// Finds the objects below `addresses`, in the order of their names below each.
    ///
    /// `settings` are names and values as in the environment; those that are of no cloud are passed
    /// over. An address that cannot be listed is in [`ObjectSource::skipped`] with the reason.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if no thread can be started.
    pub fn new(addresses: &[String], settings: &[(String, String)]) -> Result<Self> {
        let mut source = Self {
            runtime: runtime("nepho-objects")?,
            objects: HashMap::new(),
            partitions: Vec::new(),
            skipped: Vec::new(),
            is_complete: true,
        };
        for address in addresses {
            match source.find(address, settings) {
                Ok(0) => source.skip(address, "there is no object below this address"),
                Ok(_) => {}
                Err(error) => {
                    source.is_complete = false;
                    source.skip(address, &error.to_string());
                }
            }
        }
        Ok(source)
    }

    /// Addresses that gave no object, with the reason.
    pub fn skipped(&self) -> &[(String, String)] {
        &self.skipped
    }

    /// The objects, in the order in which they are read.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    fn skip(&mut self, address: &str, reason: &str) {
        self.skipped.push((address.to_owned(), reason.to_owned()));
    }

    /// Adds the objects below an address; gives their number.
    fn find(&mut self, address: &str, settings: &[(String, String)]) -> Result<usize> {
        let (address, named) = without_version(address);
        let (store, prefix, root) = open_store(&address, settings)?;
        let listing = Arc::clone(&store);
        let version = named.clone();
        let found = self.runtime.block_on(async move {
            if version.is_some() {
                let options = GetOptions {
                    head: true,
                    version,
                    ..GetOptions::default()
                };
                return Ok(vec![listing.get_opts(&prefix, options).await?.meta]);
            }
            // A name that is an object is read alone; any other is that of a folder.
            let alone = match prefix.as_ref().is_empty() {
                true => None,
                false => Some(listing.head(&prefix).await),
            };
            if let Some(Ok(meta)) = alone {
                return Ok(vec![meta]);
            }
            let found = listing.list(Some(&prefix)).try_collect::<Vec<_>>().await?;
            match alone {
                // It is not told whether there is one.
                Some(Err(error)) if found.is_empty() && !is_absent(&error) => Err(error),
                _ => Ok(found),
            }
        });
        let mut found = found.map_err(|error| failed("list objects", &address, &error))?;
        found.sort_by(|a, b| a.location.cmp(&b.location));
        // Objects of no size are the folders of consoles.
        found.retain(|meta| meta.size > 0);
        let count = found.len();
        let mut lists_versions = named.is_none();
        for meta in found {
            if lists_versions && versions::is_state(&meta.location) {
                let older = self.older(&address, &meta.location, settings);
                let older = older.unwrap_or_else(|error| {
                    // What holds for one holds for all.
                    lists_versions = false;
                    self.skip(&address, &error.to_string());
                    Vec::new()
                });
                for meta in older {
                    let version = meta.version.clone();
                    self.add(&root, &store, meta, version);
                }
            }
            self.add(&root, &store, meta, named.clone());
        }
        Ok(count)
    }

    /// Older versions of an object, the oldest first.
    fn older(
        &self,
        address: &str,
        key: &Path,
        settings: &[(String, String)],
    ) -> Result<Vec<ObjectMeta>> {
        let url = Url::parse(address).map_err(|error| {
            let operation = format!("open `{address}`");
            Error::new(ErrorKind::InvalidConfig, operation, error.to_string())
        })?;
        let lower = |(name, value): &(String, String)| (name.to_lowercase(), value.clone());
        let settings: Vec<(String, String)> = settings.iter().map(lower).collect();
        self.runtime.block_on(versions::older(&url, key, &settings))
    }

    fn add(
        &mut self,
        root: &str,
        store: &Arc<dyn ObjectStore>,
        meta: ObjectMeta,
        version: Option<String>,
    ) {
        let named = version
            .as_deref()
            .map(|version| versions::named(root, version));
        let uri = format!("{root}/{}{}", meta.location, named.unwrap_or_default());
        if self.objects.contains_key(&uri) {
            return;
        }
        let nanos = meta.last_modified.timestamp_nanos_opt();
        self.partitions.push(Partition {
            id: PartitionId(uri.clone()),
            size: Some(meta.size),
            modified: nanos.map(Timestamp),
        });
        let object = Object {
            store: Arc::clone(store),
            meta,
            version,
        };
        self.objects.insert(uri, object);
    }
}

/// An address without the version that it names, and that version.
fn without_version(address: &str) -> (String, Option<String>) {
    let url = Url::parse(address).ok();
    let version = url.as_ref().and_then(versions::of_address);
    let (place, is_version) = match address.split_once('?') {
        // Addresses of HTTP may have a signature there.
        Some((place, _)) if !address.starts_with("https:") => (place, version.is_some()),
        _ => (address, false),
    };
    match is_version {
        true => (place.to_owned(), version),
        false => (address.to_owned(), None),
    }
}

/// Store of an address, the path in it, and the address of its root.
fn open_store(
    address: &str,
    settings: &[(String, String)],
) -> Result<(Arc<dyn ObjectStore>, Path, String)> {
    let wrong = |message: String| {
        Error::new(
            ErrorKind::InvalidConfig,
            format!("open `{address}`"),
            message,
        )
    };
    let url = Url::parse(address).map_err(|error| wrong(error.to_string()))?;
    let settings = settings
        .iter()
        .map(|(name, value)| (name.to_lowercase(), value.clone()));
    let (store, path) =
        object_store::parse_url_opts(&url, settings).map_err(|error| wrong(in_words(&error)))?;
    let text = url.as_str().trim_end_matches('/');
    let below = path.as_ref();
    let root = text.strip_suffix(below).unwrap_or(text);
    let root = root.trim_end_matches('/').to_owned();
    Ok((Arc::from(store), path, root))
}

fn is_absent(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
}

fn failed(operation: &str, address: &str, error: &object_store::Error) -> Error {
    use object_store::Error as Cause;
    let kind = match error {
        Cause::NotFound { .. } => ErrorKind::NotFound,
        Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. } => {
            ErrorKind::PermissionDenied
        }
        Cause::Precondition { .. } => ErrorKind::InvalidData,
        _ => ErrorKind::Unavailable,
    };
    let message = match error {
        Cause::Precondition { .. } => "the object was replaced while it was read".to_owned(),
        error => in_words(error),
    };
    Error::new(kind, format!("{operation} at `{address}`"), message)
}

/// A thread of this name that requests are made on, for callers that have no runtime.
///
/// # Errors
/// [`ErrorKind::Internal`] if it cannot be started.
pub fn runtime(name: &str) -> Result<Arc<Runtime>> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name(name)
        .enable_all()
        .build();
    runtime
        .map(Arc::new)
        .map_err(|error| Error::new(ErrorKind::Internal, "start a thread", error.to_string()))
}

/// Characters of an error that are told: the address in it may be long.
const REASON_CHARACTERS: usize = 1000;

/// An error in one line, without what is secret, and cut.
pub fn in_words(error: &object_store::Error) -> String {
    nepho_core::secret::told(&error.to_string(), REASON_CHARACTERS)
}

#[async_trait]
impl Source for ObjectSource {
    async fn discover(&self) -> Result<Vec<Partition>> {
        Ok(self.partitions.clone())
    }

    async fn open(&self, partition: &PartitionId, from: Position) -> Result<Box<dyn Reader>> {
        let object = self.objects.get(&partition.0).ok_or_else(|| {
            let operation = format!("open `{}`", partition.0);
            Error::new(ErrorKind::NotFound, operation, "there is no such object")
        })?;
        let runtime = Arc::clone(&self.runtime);
        Ok(Box::new(ObjectReader::new(
            runtime,
            partition.0.clone(),
            object.clone(),
            from,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files() {
        for address in [
            "s3://b/p",
            "gs://b",
            "az://c/p",
            "https://a.blob.core.windows.net/c",
        ] {
            assert!(is_address(address), "{address}");
        }
        for file in ["logs/app.log", "-", "s3", "C:\\logs", "ftp://x"] {
            assert!(!is_address(file), "{file}");
        }
    }

    #[test]
    fn an_address_has_a_root_and_a_path() {
        let settings = [("AWS_REGION".to_owned(), "eu-west-1".to_owned())];
        let (_, path, root) = open_store("s3://bucket/a/b/", &settings).expect("a store");
        assert_eq!((path.as_ref(), root.as_str()), ("a/b", "s3://bucket"));
        let (_, path, root) = open_store("s3://bucket", &settings).expect("a store");
        assert_eq!((path.as_ref(), root.as_str()), ("", "s3://bucket"));
    }

    #[test]
    fn a_wrong_address_is_told() {
        let source = ObjectSource::new(&["s3://".to_owned()], &[]).expect("a source");
        assert_eq!(source.partitions().len(), 0);
        assert_eq!(source.skipped().len(), 1);
    }
}
