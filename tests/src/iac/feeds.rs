//! The linked feeds over the documents of a folder, each read as the program reads it.

use std::fs;
use std::path::{Path, PathBuf};

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::registry::{Make, components};

/// A document, and what became of it.
pub(super) struct Read {
    /// Path of the file.
    pub(super) path: PathBuf,
    /// What stands in it.
    pub(super) text: String,
    /// The feed that took it.
    pub(super) feed: Option<&'static str>,
    /// What it told; of a document that nobody took, nothing.
    pub(super) out: FeedOutput,
    /// Why it was refused: by the feed that took it, or by the feeds of its kind when they are made
    /// to read it.
    pub(super) refused: Option<String>,
}

/// The folder with data beside the repository, if it is there.
pub(super) fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/iac")
        .join(name);
    folder.is_dir().then_some(folder)
}

/// Reads every file below `folder`, in the order of the paths. `kind` is the beginning of the names
/// of the feeds that are made to refuse what nobody took.
pub(super) fn read_all(folder: &Path, kind: &str) -> Vec<Read> {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    paths.sort();
    let feeds: Vec<(&'static str, Box<dyn ChangeFeed>)> = components()
        .into_iter()
        .filter_map(|one| match one.make {
            Make::Feed(make) => Some((one.name, make())),
            _ => None,
        })
        .collect();
    let texts = paths
        .into_iter()
        .filter_map(|path| Some((fs::read_to_string(&path).ok()?, path)));
    texts
        .map(|(text, path)| read(path, text, &feeds, kind))
        .collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn read(
    path: PathBuf,
    text: String,
    feeds: &[(&'static str, Box<dyn ChangeFeed>)],
    kind: &str,
) -> Read {
    let uri = path.display().to_string();
    let name = uri.rsplit('/').next().unwrap_or_default();
    let document = Document {
        uri: &uri,
        text: &text,
        modified: None,
    };
    let surest = feeds
        .iter()
        .map(|(name_of, feed)| (feed.sniff(name, &text), *name_of, feed))
        .filter(|(confidence, ..)| *confidence >= Confidence::LIKELY)
        .max_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
    let mut out = FeedOutput::default();
    let in_words = |error: nepho_core::Error| {
        // A refusal without its place does not count.
        let line = error.origin().and_then(|origin| origin.line);
        line.map(|_| error.to_string())
    };
    let (feed, refused) = match surest {
        Some((_, name, feed)) => {
            let refused = feed.read(&document, &mut out).err().and_then(in_words);
            (Some(name), refused)
        }
        None => {
            let own = feeds.iter().filter(|(name, _)| name.starts_with(kind));
            let reasons: Option<Vec<String>> = own
                .map(|(_, feed)| {
                    let result = feed.read(&document, &mut FeedOutput::default());
                    result.err().and_then(in_words)
                })
                .collect();
            (None, reasons.and_then(|reasons| reasons.into_iter().next()))
        }
    };
    Read {
        path,
        text,
        feed,
        out,
        refused,
    }
}
