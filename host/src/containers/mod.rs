//! Files in files: what of a file is a stream of text, be it compressed, a member of an archive, or
//! records that text is made of.
//!
//! A file is walked through from front to back, twice: once to find out what its members are, and
//! once to read those that are logs. Members are streamed; only what must be read from several
//! places (zip and Parquet within something else) is put into a temporary file if it is large.

mod limits;
pub(crate) mod parquet;
mod seekable;
mod tar;
mod yaml;
mod zip;

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use nepho_codec::avro;
use nepho_codec::decompress;
use nepho_codec::notes::Notes;
use nepho_codec::otlp::{Framing, OtlpText};
use nepho_core::Timestamp;

use crate::files;
use limits::{Bounded, Budget, MAX_DEPTH};
pub(crate) use nepho_codec::decompress::Bytes;
pub(crate) use seekable::{STREAM_BYTES, Seekable};

/// Bytes that tell what a stream is.
const HEAD_BYTES: usize = 16 << 10;

/// A file, or a member of an archive: `logs.zip!/checkout/1.log.gz`.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) uri: String,
    /// Bytes as stored.
    pub(crate) size: Option<u64>,
    pub(crate) modified: Option<Timestamp>,
}

/// A stream of text.
pub(crate) struct Leaf<'a> {
    pub(crate) stream: Bytes<'a>,
    /// What was undone to reach it, outermost first: `zip`, `gzip`, `parquet`.
    pub(crate) layers: Vec<&'static str>,
    /// What could not be made into text, once the stream was read.
    pub(crate) notes: Notes,
    /// Whether text is made of records, so that it is no document as somebody wrote it.
    pub(crate) is_made: bool,
}

/// Is shown what a file holds.
pub(crate) trait Visit {
    /// Takes a stream; says whether to go on.
    fn leaf(&mut self, member: &Member, leaf: Leaf<'_>) -> ControlFlow<()>;
    /// Is told of a member that holds no logs by its ending.
    fn skipped(&mut self, uri: String, reason: String);
    /// Is told what cannot be read.
    fn broken(&mut self, uri: &str, reason: String) -> ControlFlow<()>;
}

/// Where the bytes of a file come from.
pub(crate) struct Stored<'a> {
    pub(crate) stream: Bytes<'a>,
    /// The same bytes, where they can be read from any place.
    pub(crate) seekable: Option<Seekable>,
}

/// What a stream is.
enum Kind {
    Text,
    Zip,
    Tar,
    Parquet,
    Avro,
    Otlp(Framing),
    Yaml,
}

impl Kind {
    fn of(head: &[u8]) -> Self {
        if zip::is_zip(head) {
            return Self::Zip;
        }
        if tar::is_tar(head) {
            return Self::Tar;
        }
        if head.starts_with(b"PAR1") {
            return Self::Parquet;
        }
        if avro::is_avro(head) {
            return Self::Avro;
        }
        if yaml::is_events(head) {
            return Self::Yaml;
        }
        Framing::of(head).map_or(Self::Text, Self::Otlp)
    }
}

/// Whether what a stream holds must be read more than once, or from several places.
///
/// # Errors
/// Those of reading its beginning.
pub(crate) fn is_container(stream: Bytes<'_>) -> io::Result<bool> {
    let (mut stream, _) = decompress::open(stream)?;
    let head = read_head(&mut stream, HEAD_BYTES)?;
    Ok(matches!(
        Kind::of(&head),
        Kind::Zip | Kind::Tar | Kind::Parquet
    ))
}

/// A walk through one file.
pub(crate) struct Walk<'v> {
    visit: &'v mut dyn Visit,
    budget: Arc<Budget>,
    /// Whether streams are read to their end, and not only looked at.
    is_whole: bool,
    /// What was undone so far.
    layers: Vec<&'static str>,
    is_archive: bool,
}

impl<'v> Walk<'v> {
    /// A walk through a file of so many bytes. `is_whole` says whether its streams are read to the
    /// end.
    pub(crate) fn new(visit: &'v mut dyn Visit, stored_bytes: u64, is_whole: bool) -> Self {
        Self {
            visit,
            budget: Budget::new(stored_bytes),
            is_whole,
            layers: Vec::new(),
            is_archive: false,
        }
    }

    /// Whether an archive was found.
    pub(crate) fn is_archive(&self) -> bool {
        self.is_archive
    }

    /// Shows what the file holds.
    pub(crate) fn file(&mut self, file: &Member, stored: Stored<'_>) -> ControlFlow<()> {
        self.open(file, stored, 0)
    }

    fn open(&mut self, member: &Member, stored: Stored<'_>, depth: usize) -> ControlFlow<()> {
        let before = self.layers.len();
        let opened = match member.size.filter(|_| self.is_whole) {
            Some(size) => decompress::open_object(stored.stream, size),
            None => decompress::open(stored.stream),
        };
        let flow = match opened {
            Ok((stream, layers)) => {
                let seekable = stored.seekable.filter(|_| layers.is_empty());
                self.layers.extend(layers);
                self.decompressed(member, Stored { stream, seekable }, depth)
            }
            Err(error) => self
                .visit
                .broken(&member.uri, format!("decompress: {error}")),
        };
        self.layers.truncate(before);
        flow
    }

    fn decompressed(
        &mut self,
        member: &Member,
        stored: Stored<'_>,
        depth: usize,
    ) -> ControlFlow<()> {
        let mut stream = stored.stream;
        let head = match read_head(&mut stream, HEAD_BYTES) {
            Ok(head) => head,
            // An error behind some text comes again when the text is read.
            Err(_) if depth == 0 => Vec::new(),
            Err(error) => return self.visit.broken(&member.uri, error.to_string()),
        };
        let kind = Kind::of(&head);
        let is_archive = matches!(kind, Kind::Zip | Kind::Tar);
        self.is_archive |= is_archive;
        let mut stream: Bytes<'_> = Box::new(Cursor::new(head).chain(stream));
        if depth > 0 || is_archive {
            stream = Box::new(Bounded {
                inner: stream,
                budget: Arc::clone(&self.budget),
            });
        }
        if is_archive && depth >= MAX_DEPTH {
            let reason = format!("archives are nested more than {MAX_DEPTH} deep");
            return self.visit.broken(&member.uri, reason);
        }
        let notes = Notes::default();
        let (stream, layer): (Bytes<'_>, _) = match kind {
            Kind::Text => (stream, None),
            Kind::Avro => {
                let text = avro::AvroText::new(stream, notes.clone());
                (Box::new(text), Some("avro"))
            }
            Kind::Otlp(framing) => {
                let text = OtlpText::new(stream, framing, notes.clone());
                (Box::new(text), Some("otlp"))
            }
            Kind::Yaml => {
                let text = yaml::YamlText::new(stream, notes.clone());
                (Box::new(text), Some("yaml"))
            }
            Kind::Tar => return self.tar(member, stream, depth),
            Kind::Zip | Kind::Parquet => {
                let seekable = stored.seekable.map_or_else(|| Seekable::keep(stream), Ok);
                match (seekable, kind) {
                    (Ok(archive), Kind::Zip) => return self.zip(member, &archive, depth),
                    (Ok(file), _) => {
                        let text = parquet::ParquetText::new(file, notes.clone());
                        (Box::new(text), Some("parquet"))
                    }
                    (Err(error), _) => return self.visit.broken(&member.uri, error.to_string()),
                }
            }
        };
        let mut layers = self.layers.clone();
        layers.extend(layer);
        let leaf = Leaf {
            stream,
            layers,
            notes,
            is_made: layer.is_some(),
        };
        self.visit.leaf(member, leaf)
    }

    fn zip(&mut self, archive: &Member, bytes: &Seekable, depth: usize) -> ControlFlow<()> {
        let entries = match zip::entries(bytes) {
            Ok(entries) => entries,
            Err(error) => {
                let reason = format!("the zip archive cannot be read: {error}");
                return self.visit.broken(&archive.uri, reason);
            }
        };
        self.layers.push("zip");
        for entry in entries {
            let member = Member {
                uri: format!("{}!/{}", archive.uri, printable(&entry.name)),
                size: Some(entry.stored_bytes),
                modified: entry.modified.or(archive.modified),
            };
            self.is_next(archive, &member)?;
            if self.is_passed_over(&entry.name, &member.uri) {
                continue;
            }
            match entry.open(bytes) {
                Ok(stream) => {
                    // Its stored size is not that of what it holds.
                    let opened = Member {
                        size: member.size.filter(|_| !entry.is_compressed()),
                        ..member.clone()
                    };
                    let stored = Stored {
                        stream: Box::new(BufReader::with_capacity(STREAM_BYTES, stream)),
                        seekable: None,
                    };
                    self.open(&opened, stored, depth + 1)?;
                }
                Err(error) => self.visit.broken(&member.uri, error.to_string())?,
            }
        }
        self.layers.pop();
        ControlFlow::Continue(())
    }

    fn tar(&mut self, archive: &Member, stream: Bytes<'_>, depth: usize) -> ControlFlow<()> {
        self.layers.push("tar");
        let mut tar = tar::Tar::new(stream);
        loop {
            let entry = match tar.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(error) => {
                    let reason =
                        format!("the tar archive cannot be read beyond this point: {error}");
                    self.visit.broken(&archive.uri, reason)?;
                    break;
                }
            };
            let member = Member {
                uri: format!("{}!/{}", archive.uri, printable(&entry.name)),
                size: Some(entry.size),
                modified: entry.modified.or(archive.modified),
            };
            self.is_next(archive, &member)?;
            if self.is_passed_over(&entry.name, &member.uri) {
                continue;
            }
            let stored = Stored {
                stream: Box::new(&mut tar),
                seekable: None,
            };
            self.open(&member, stored, depth + 1)?;
        }
        self.layers.pop();
        ControlFlow::Continue(())
    }

    /// Counts a member; ends the walk if the archive has cost too much.
    fn is_next(&mut self, archive: &Member, member: &Member) -> ControlFlow<()> {
        let counted = self.budget.member();
        if counted.is_ok() && !self.budget.is_spent() {
            return ControlFlow::Continue(());
        }
        let reason = match counted {
            Err(error) => error.to_string(),
            Ok(()) => "the archive expands to too much".to_owned(),
        };
        let reason = format!("{reason}; `{}` and what follows is not read", member.uri);
        self.visit.broken(&archive.uri, reason)?;
        ControlFlow::Break(())
    }

    /// Whether a member is passed over, as files in folders are.
    fn is_passed_over(&mut self, name: &str, uri: &str) -> bool {
        let mut parts = name.split('/');
        if parts.any(|part| {
            (part.starts_with('.') && part != "." && part != "..") || part == "__MACOSX"
        }) {
            return true;
        }
        match files::ending(name.as_ref()) {
            Some(ending) => {
                let reason = format!("{} (unpack it to read it)", files::why_passed_over(ending));
                self.visit.skipped(uri.to_owned(), reason);
                true
            }
            None => false,
        }
    }
}

/// A name without what a terminal would act upon.
fn printable(name: &str) -> String {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    name.replace(char::is_control, "\u{fffd}")
}

/// The first `bytes` of a stream, or all of it.
///
/// # Errors
/// That of the stream, if nothing can be read.
pub(crate) fn read_head(stream: &mut Bytes<'_>, bytes: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < bytes {
        let piece = match stream.fill_buf() {
            Ok(piece) => piece,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if head.is_empty() => return Err(error),
            // What was read is looked at; the error comes again.
            Err(_) => break,
        };
        if piece.is_empty() {
            break;
        }
        let count = piece.len().min(bytes - head.len());
        head.extend_from_slice(&piece[..count]);
        stream.consume(count);
    }
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a walk found: text, or what is broken.
    #[derive(Default)]
    struct Found(Vec<String>);

    impl Visit for Found {
        fn leaf(&mut self, member: &Member, mut leaf: Leaf<'_>) -> ControlFlow<()> {
            let mut text = Vec::new();
            let result = leaf.stream.read_to_end(&mut text);
            let error = result
                .err()
                .map_or(String::new(), |error| error.to_string());
            self.0
                .push(format!("{} {} {error}", member.uri, text.len()));
            ControlFlow::Continue(())
        }

        fn skipped(&mut self, _uri: String, _reason: String) {}

        fn broken(&mut self, uri: &str, reason: String) -> ControlFlow<()> {
            self.0.push(format!("{uri} {reason}"));
            ControlFlow::Continue(())
        }
    }

    fn tar(sizes: &[usize]) -> Vec<u8> {
        let mut archive = Vec::new();
        for size in sizes {
            let mut header = [0; 512];
            header[..5].copy_from_slice(b"a.log");
            header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
            header[148..156].fill(b' ');
            header[257..263].copy_from_slice(b"ustar\0");
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
            archive.extend_from_slice(&header);
            archive.resize(archive.len() + size.next_multiple_of(512), b'x');
        }
        archive
    }

    fn walk(archive: &[u8], allowed: u64) -> Vec<String> {
        let mut found = Found::default();
        let mut walk = Walk::new(&mut found, 0, true);
        walk.budget = Budget::of(allowed);
        let file = Member {
            uri: "a.tar".to_owned(),
            size: None,
            modified: None,
        };
        let stored = Stored {
            stream: Box::new(Cursor::new(archive.to_vec())),
            seekable: None,
        };
        let _ = walk.file(&file, stored);
        found.0
    }

    #[test]
    fn an_archive_that_expands_to_too_much_is_refused() {
        let archive = tar(&[600, 600, 5000, 600]);
        assert_eq!(walk(&archive, 1 << 20).len(), 4);
        let found = walk(&archive, 8000);
        let told = found.join("\n");
        assert!(
            found.len() < 6 && told.contains("expands to more than 8000 bytes"),
            "{told}"
        );
        assert!(told.contains("a.tar!/a.log 600 \n"), "{told}");
    }
}
