//! Where input lies: files, and objects in the clouds if the program was built to read them.

use std::sync::Arc;

use nepho_core::Result;
use nepho_core::source::{Partition, Source};

use crate::files::FileSource;
use crate::input::SkippedInput;

/// A piece of input and the source that opens it.
pub(crate) type Place = (Arc<dyn Source>, Partition);

/// Finds what is at some paths: files first, then objects. What cannot be found is added to
/// `skipped`.
///
/// # Errors
/// Those of starting to read objects.
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
        places.extend(objects(&addresses, skipped)?);
    }
    Ok(places)
}

/// Whether a path is the address of objects.
pub(crate) fn is_address(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(feature = "live")]
#[expect(
    clippy::disallowed_methods,
    reason = "credentials stand in the environment, as for the tools of the clouds"
)]
fn objects(addresses: &[String], skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
    let settings: Vec<(String, String)> = std::env::vars().collect();
    let source = nepho_objects::ObjectSource::new(addresses, &settings)?;
    let passed_over = source.skipped().iter();
    skipped.extend(passed_over.map(|(uri, reason)| SkippedInput {
        uri: uri.clone(),
        reason: reason.clone(),
    }));
    let partitions = source.partitions().to_vec();
    let source: Arc<dyn Source> = Arc::new(source);
    let places = partitions.into_iter();
    Ok(places
        .map(|partition| (Arc::clone(&source), partition))
        .collect())
}

#[cfg(not(feature = "live"))]
fn objects(addresses: &[String], skipped: &mut Vec<SkippedInput>) -> Result<Vec<Place>> {
    skipped.extend(addresses.iter().map(|address| {
        SkippedInput {
            uri: address.clone(),
            reason:
                "this build reads files only; build it with the feature `live` to read objects in \
                 the clouds"
                    .to_owned(),
        }
    }));
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_told_from_files() {
        assert!(is_address("s3://bucket/prefix"));
        assert!(is_address("https://account.blob.core.windows.net/logs"));
        for file in ["logs/app.log", "-", "a:b", "logs/s3://x", "://x"] {
            assert!(!is_address(file), "{file}");
        }
    }
}
