//! The source of files: paths, folders, globs and standard input.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use async_trait::async_trait;
use nepho_core::source::{Chunk, Partition, PartitionId, Position, Reader, Source};
use nepho_core::{Error, ErrorKind, Result, Timestamp};
use walkdir::WalkDir;

use crate::input::SkippedInput;
use crate::names::{file_name, file_path, odd_names};
use crate::store::is_store;

/// Name of standard input among paths and in messages.
pub const STANDARD_INPUT: &str = "-";

/// Bytes that a reader hands out at a time, at most; less of a file that is smaller.
const CHUNK_BYTES: usize = 256 << 10;
const MIN_CHUNK_BYTES: usize = 4 << 10;

/// Endings of files in a folder that hold no logs: sources, documents, pictures. A file that is
/// named itself is read whatever its ending.
const NO_LOGS: [&str; 41] = [
    "md", "rst", "adoc", "tf", "tfvars", "hcl", "py", "go", "rs", "js", "ts", "tsx", "jsx", "java",
    "kt", "rb", "php", "c", "h", "cpp", "cs", "sh", "ps1", "bat", "html", "css", "scss", "svg",
    "png", "jpg", "jpeg", "gif", "ico", "pdf", "lock", "toml", "ipynb", "pem", "crt", "key",
    PARTIAL,
];

/// Ending of a file that is not whole yet, as the command calls what it writes.
const PARTIAL: &str = "partial";

/// Why a stored map gives no files.
const STORED_MAP: &str = "a stored map: map, explain and changes read it when it is named itself";

/// Why a link to a folder within a folder gives no files: it may lead in a circle, or out of it.
const LINKED_FOLDER: &str =
    "a link to a folder is not followed (name the folder itself to read it)";

/// What is told of something that is not read since it may never end, unless it is named itself.
const NAME_IT: &str = "is not read (name it itself to read it)";

/// Files that were found for a list of paths.
pub struct FileSource {
    partitions: Vec<Partition>,
    skipped: Vec<SkippedInput>,
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSource")
            .field("partitions", &self.partitions.len())
            .field("skipped", &self.skipped.len())
            .finish_non_exhaustive()
    }
}

impl FileSource {
    /// Finds the files of `paths`: a file, a folder (with all below it), a glob, or `-` for
    /// standard input.
    ///
    /// A path that is no UTF-8 is named as [`crate::file_name`] does. What cannot be found is in
    /// [`FileSource::skipped`]. In folders, hidden entries and files
    /// that hold no logs by their ending are passed over. The order is that of the paths, sorted by
    /// name within each.
    pub fn new(paths: &[String]) -> Self {
        let mut source = Self {
            partitions: Vec::new(),
            skipped: Vec::new(),
        };
        for path in paths {
            source.add(path);
        }
        // A file may be named twice, and by links.
        let mut seen = HashSet::new();
        source.partitions.retain(|partition| {
            let name = file_path(&partition.id.0);
            seen.insert(fs::canonicalize(&name).unwrap_or_else(|_| name.into_owned()))
        });
        let mut told = HashSet::new();
        source
            .skipped
            .retain(|skipped| told.insert(skipped.uri.clone()));
        source
    }

    /// Paths that gave no file, and files that were passed over, with the reason.
    pub fn skipped(&self) -> &[SkippedInput] {
        &self.skipped
    }

    /// The files, in the order in which they are read.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    fn add(&mut self, path: &str) {
        if path == STANDARD_INPUT {
            self.partitions.push(Partition {
                id: PartitionId(STANDARD_INPUT.to_owned()),
                size: None,
                modified: None,
            });
        } else if is_store(&file_path(path)) {
            self.skip(path, STORED_MAP);
        } else if file_path(path).is_dir() {
            self.add_folder(&file_path(path));
        } else if file_path(path).exists() {
            self.add_file(&file_path(path));
        } else if path.contains(['*', '?', '[']) {
            self.add_glob(path);
        } else {
            self.skip(path, &why_absent(path));
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let before = self.partitions.len();
        let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
        let mut stores = Vec::new();
        let entries = entries.filter_entry(|entry| {
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type().is_dir() && is_store(entry.path()) {
                stores.push(entry.path().to_owned());
                return false;
            }
            entry.depth() == 0 || !is_hidden
        });
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.path().is_dir() => {
                    // The folder itself may be named by a link, which is followed.
                    if entry.depth() > 0 {
                        self.pass_over(entry.path(), LINKED_FOLDER);
                    }
                }
                Ok(entry) => match ending(entry.path()) {
                    Some(ending) => {
                        let reason = why_passed_over(ending);
                        self.pass_over(
                            entry.path(),
                            &format!("{reason} (name the file itself to read it)"),
                        );
                    }
                    None => self.add_found(entry.path()),
                },
                Err(error) => {
                    let path = error.path().map(file_name);
                    let path = path.unwrap_or_else(|| file_name(folder));
                    // The error of the system; the other one names the path again.
                    let reason = error.io_error().map(ToString::to_string);
                    self.skip(&path, &reason.unwrap_or_else(|| error.to_string()));
                }
            }
        }
        for store in stores {
            self.pass_over(&store, STORED_MAP);
        }
        if self.partitions.len() == before {
            self.skip(&file_name(folder), "the folder has no files to read");
        }
    }

    fn add_glob(&mut self, pattern: &str) {
        let before = self.partitions.len();
        match glob::glob(pattern) {
            Ok(found) => {
                for path in found {
                    match path {
                        Ok(path) if path.is_dir() => self.add_folder(&path),
                        Ok(path) => self.add_found(&path),
                        Err(error) => {
                            self.skip(&file_name(error.path()), &error.error().to_string())
                        }
                    }
                }
            }
            Err(error) => return self.skip(pattern, &format!("not a valid pattern: {error}")),
        }
        for path in odd_names(pattern) {
            match path.is_dir() {
                true => self.add_folder(&path),
                false => self.add_found(&path),
            }
        }
        if self.partitions.len() == before {
            self.skip(pattern, "no file matches the pattern");
        }
    }

    /// Adds what was found in a folder or by a pattern. Pipes, sockets and devices are never
    /// opened: nobody may write to the one, and another has no end.
    fn add_found(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => {
                let what = special(metadata.file_type());
                self.pass_over(path, &format!("{what} {NAME_IT}"));
            }
            _ => self.add_file(path),
        }
    }

    fn add_file(&mut self, path: &Path) {
        let metadata = fs::metadata(path).ok();
        // A pipe or a device tells no size.
        let sized = metadata.as_ref().filter(|metadata| metadata.is_file());
        self.partitions.push(Partition {
            id: PartitionId(file_name(path)),
            size: sized.map(fs::Metadata::len),
            modified: metadata.and_then(|metadata| modified(&metadata)),
        });
    }

    fn skip(&mut self, uri: &str, reason: &str) {
        self.skipped.push(SkippedInput::unread(uri, reason));
    }

    fn pass_over(&mut self, path: &Path, reason: &str) {
        let passed_over = SkippedInput::passed_over(file_name(path), reason);
        self.skipped.push(passed_over);
    }
}

/// What something is that is neither a file nor a folder.
fn special(kind: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;

        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    let _ = kind;
    "what is no file"
}

/// Why a path gives no file: it is not there, or it cannot be looked at.
fn why_absent(path: &str) -> String {
    match fs::metadata(file_path(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => error.to_string(),
        _ => "there is no such file or folder".to_owned(),
    }
}

/// Why a file with such an ending is passed over.
pub(crate) fn why_passed_over(ending: &str) -> String {
    match ending {
        PARTIAL => {
            "a `.partial` file is not whole, as what a run that was stopped has left".to_owned()
        }
        _ => format!("a `.{ending}` file holds no logs"),
    }
}

/// The ending of a file that holds no logs.
pub(crate) fn ending(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    NO_LOGS.iter().find(|held| **held == ending).copied()
}

fn modified(metadata: &fs::Metadata) -> Option<Timestamp> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok().map(Timestamp)
}

#[async_trait]
impl Source for FileSource {
    async fn discover(&self) -> Result<Vec<Partition>> {
        Ok(self.partitions.clone())
    }

    async fn open(&self, partition: &PartitionId, from: Position) -> Result<Box<dyn Reader>> {
        let path = partition.0.as_str();
        let mut chunk_bytes = CHUNK_BYTES;
        let mut is_file = false;
        let mut passed_over = from.0;
        let mut stream: Box<dyn Read + Send> = if path == STANDARD_INPUT {
            Box::new(io::stdin())
        } else {
            let mut file =
                File::open(file_path(path)).map_err(|error| io_error("open", path, error))?;
            if let Ok(metadata) = file.metadata()
                && metadata.is_file()
            {
                // Room for a small file is soon made, and there are many.
                let size = usize::try_from(metadata.len()).unwrap_or(CHUNK_BYTES);
                chunk_bytes = size.saturating_add(1).clamp(MIN_CHUNK_BYTES, CHUNK_BYTES);
                is_file = true;
                file.seek(SeekFrom::Start(from.0))
                    .map_err(|error| io_error("read", path, error))?;
                passed_over = 0;
            }
            Box::new(file)
        };
        io::copy(&mut stream.by_ref().take(passed_over), &mut io::sink())
            .map_err(|error| io_error("read", path, error))?;
        Ok(Box::new(FileReader {
            path: path.to_owned(),
            stream,
            position: from,
            chunk_bytes,
            is_file,
        }))
    }
}

struct FileReader {
    path: String,
    stream: Box<dyn Read + Send>,
    position: Position,
    chunk_bytes: usize,
    /// Whether bytes that are missing are at hand, and nobody types them.
    is_file: bool,
}

impl FileReader {
    /// The next bytes: of a file a whole chunk, otherwise what is there.
    fn read(&mut self) -> io::Result<Vec<u8>> {
        if self.is_file {
            let mut bytes = Vec::with_capacity(self.chunk_bytes);
            let limit = self.chunk_bytes as u64;
            self.stream.by_ref().take(limit).read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
        let mut bytes = vec![0; self.chunk_bytes];
        loop {
            match self.stream.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    bytes.truncate(read?);
                    return Ok(bytes);
                }
            }
        }
    }
}

#[async_trait]
impl Reader for FileReader {
    async fn next(&mut self) -> Result<Option<Chunk>> {
        let bytes = self.read();
        let bytes = bytes.map_err(|error| io_error("read", &self.path, error))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let position = self.position;
        self.position.0 += bytes.len() as u64;
        Ok(Some(Chunk { bytes, position }))
    }
}

/// Error of reading a file, in words.
fn io_error(verb: &str, path: &str, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, format!("files: {verb} `{path}`"), error.to_string())
}
