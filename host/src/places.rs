//! Where input lies: files, and objects and APIs of the clouds if the program was built to read
//! them.

use std::collections::HashMap;
#[cfg(feature = "live")]
use std::ffi::OsString;
use std::io;
use std::sync::Arc;

use nepho_core::source::{Partition, Source};
use nepho_core::{Result, Timestamp};

use crate::files::{FileSource, STANDARD_INPUT};
use crate::follow::unfit;
use crate::input::SkippedInput;
use crate::names::file_path;

/// A piece of input and the source that opens it.
pub(crate) type Place = (Arc<dyn Source>, Partition);

/// Finds what is at some paths: files first, then objects, then answers of APIs. What cannot be
/// found is added to `skipped`.
///
/// # Errors
/// Those of starting to read what is no file.
pub(crate) fn find(paths: &[String], skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
    let (addresses, paths): (Vec<String>, Vec<String>) =
        paths.iter().cloned().partition(|path| is_address(path));
    let files = FileSource::new(&paths);
    skipped.extend_from_slice(files.skipped());
    let partitions = files.partitions().to_vec();
    let files: Arc<dyn Source> = Arc::new(files);
    let mut places: Vec<Place> = partitions
        .into_iter()
        .map(|partition| (Arc::clone(&files), partition))
        .collect();
    if !addresses.is_empty() {
        places.extend(live(&addresses, skipped)?);
    }
    Ok(places)
}

/// Files and buckets that are looked at again and again.
pub(crate) struct Watched {
    files: Vec<String>,
    /// When each file was written last, and its size.
    versions: HashMap<String, (Option<Timestamp>, Option<u64>)>,
    /// What was there before and is no longer, as of the last look.
    gone: Vec<String>,
    #[cfg(feature = "live")]
    objects: Option<nepho_objects::Watch>,
    #[cfg(not(feature = "live"))]
    addresses: Vec<String>,
}

impl Watched {
    /// Watches these paths; settings of clouds are names and values as in the environment.
    ///
    /// # Errors
    /// [`nepho_core::ErrorKind::InvalidConfig`] for standard input and for addresses of APIs.
    pub(crate) fn new(paths: &[String], settings: Vec<(String, String)>) -> Result<Self> {
        let (addresses, files): (Vec<String>, Vec<String>) =
            paths.iter().cloned().partition(|path| is_address(path));
        if files.iter().any(|path| path == STANDARD_INPUT) {
            return Err(unfit(STANDARD_INPUT, "standard input is read once"));
        }
        #[cfg(feature = "live")]
        if let Some(api) = addresses.iter().find(|path| nepho_apis::is_address(path)) {
            return Err(unfit(api, "files, folders and buckets can be followed"));
        }
        #[cfg(not(feature = "live"))]
        drop(settings);
        Ok(Self {
            files,
            versions: HashMap::new(),
            gone: Vec::new(),
            #[cfg(feature = "live")]
            objects: (!addresses.is_empty())
                .then(|| nepho_objects::Watch::new(addresses, settings)),
            #[cfg(not(feature = "live"))]
            addresses,
        })
    }

    /// What is new or was written again since the last look.
    ///
    /// # Errors
    /// Those of starting to read what is no file.
    pub(crate) fn look(&mut self, skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
        let mut places: Vec<Place> = Vec::new();
        if !self.files.is_empty() {
            let files = FileSource::new(&self.files);
            skipped.extend_from_slice(files.skipped());
            let partitions = files.partitions().to_vec();
            self.gone = self
                .versions
                .keys()
                .filter(|name| is_gone(name))
                .cloned()
                .collect();
            for name in &self.gone {
                self.versions.remove(name);
            }
            let files: Arc<dyn Source> = Arc::new(files);
            for partition in partitions {
                let version = (partition.modified, partition.size);
                let before = self.versions.insert(partition.id.0.clone(), version);
                if before != Some(version) {
                    places.push((Arc::clone(&files), partition));
                }
            }
        }
        #[cfg(feature = "live")]
        if let Some(watch) = &mut self.objects {
            let (source, changed) = watch.look()?;
            skip(source.skipped(), skipped);
            self.gone.extend_from_slice(watch.gone());
            add(Arc::new(source), changed, &mut places);
        }
        #[cfg(not(feature = "live"))]
        if !self.addresses.is_empty() {
            places.extend(live(&self.addresses, skipped)?);
        }
        Ok(places)
    }

    /// Names of what was there at an earlier look and is not any more.
    pub(crate) fn gone(&mut self) -> Vec<String> {
        std::mem::take(&mut self.gone)
    }

    /// Forgets a version that could not be read, so that the next look gives it again.
    pub(crate) fn forget(&mut self, uri: &str) {
        self.versions.remove(uri);
        #[cfg(feature = "live")]
        if let Some(watch) = &mut self.objects {
            watch.forget(uri);
        }
    }
}

/// Whether a file is no longer there. One that cannot be looked at, or that was not listed since
/// its folder could not be, may be.
fn is_gone(path: &str) -> bool {
    std::fs::symlink_metadata(file_path(path))
        .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// What input is called in all its versions: an address names one behind a question mark.
pub(crate) fn name_of(uri: &str) -> &str {
    match uri.split_once('?') {
        Some((name, _)) if is_address(uri) => name,
        _ => uri,
    }
}

/// Whether a path is the address of objects or of an API.
pub(crate) fn is_address(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(feature = "live")]
fn live(addresses: &[String], skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
    // Credentials stand in the environment, as for the tools of the clouds.
    let settings = in_unicode(std::env::vars_os());
    let (apis, objects): (Vec<String>, Vec<String>) = addresses
        .iter()
        .cloned()
        .partition(|address| nepho_apis::is_address(address));
    let mut places = Vec::new();
    if !objects.is_empty() {
        let source = nepho_objects::ObjectSource::new(&objects, &settings)?;
        skip(source.skipped(), skipped);
        let partitions = source.partitions().to_vec();
        add(Arc::new(source), partitions, &mut places);
    }
    if !apis.is_empty() {
        let source = nepho_apis::ApiSource::new(&apis, &settings)?;
        skip(source.skipped(), skipped);
        let partitions = source.partitions().to_vec();
        add(Arc::new(source), partitions, &mut places);
    }
    Ok(places)
}

/// The variables that are text: no setting of a cloud is anything else.
#[cfg(feature = "live")]
fn in_unicode(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<(String, String)> {
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

#[cfg(feature = "live")]
fn add(source: Arc<dyn Source>, partitions: Vec<Partition>, places: &mut Vec<Place>) {
    let partitions = partitions.into_iter();
    places.extend(partitions.map(|partition| (Arc::clone(&source), partition)));
}

#[cfg(feature = "live")]
fn skip(passed_over: &[(String, String)], skipped: &mut Vec<SkippedInput>) {
    let unread = passed_over.iter();
    skipped.extend(unread.map(|(uri, reason)| SkippedInput::unread(uri, reason)));
}

#[cfg(not(feature = "live"))]
fn live(addresses: &[String], skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
    let reason = "this build reads files only; build it with the feature `live` to read objects and \
                  APIs of the clouds";
    let unread = addresses.iter();
    skipped.extend(unread.map(|address| SkippedInput::unread(address, reason)));
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[cfg(all(unix, feature = "live"))]
    #[test]
    fn variables_that_are_no_text_are_passed_over() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;

        let odd = || OsString::from_vec(vec![b'a', 0xff]);
        let variables = [
            (odd(), "x".into()),
            ("x".into(), odd()),
            ("AWS_REGION".into(), "eu-west-1".into()),
        ];
        let found = super::in_unicode(variables.into_iter());
        assert_eq!(found, [("AWS_REGION".to_owned(), "eu-west-1".to_owned())]);
    }

    #[test]
    fn addresses_are_told_from_files() {
        assert!(is_address("s3://bucket/prefix"));
        assert!(is_address("https://account.blob.core.windows.net/logs"));
        for file in ["logs/app.log", "-", "a:b", "logs/s3://x", "://x"] {
            assert!(!is_address(file), "{file}");
        }
    }
}
