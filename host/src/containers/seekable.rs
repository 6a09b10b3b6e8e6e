//! Bytes that can be read from any place: a file, or what a stream held.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Bytes;

/// Bytes of a stream that are read at once.
pub(crate) const STREAM_BYTES: usize = 64 << 10;
/// What is held in memory; more goes to a temporary file.
const MAX_HELD_BYTES: u64 = 4 << 20;

/// Bytes that can be read from any place. Clones share the bytes and have places of their own.
#[derive(Clone)]
pub(crate) struct Seekable {
    held: Held,
    at: u64,
    length: u64,
}

#[derive(Clone)]
enum Held {
    Memory(Arc<Vec<u8>>),
    File(Arc<File>),
    Temporary(Arc<Temporary>),
}

/// A file that goes when nobody needs it any more.
struct Temporary {
    file: File,
    path: PathBuf,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // There is nobody to tell, and the system cleans up its folder of temporary files.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Seekable {
    /// The file at a path.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            held: Held::File(Arc::new(file)),
            at: 0,
            length,
        })
    }

    /// All of it as a stream.
    pub(crate) fn stream(&self) -> Bytes<'static> {
        Box::new(BufReader::with_capacity(STREAM_BYTES, self.clone()))
    }

    /// All that a stream holds. What is large is put into a temporary file that nobody else can
    /// read.
    pub(crate) fn keep(mut stream: impl Read) -> io::Result<Self> {
        let mut held = Vec::new();
        stream
            .by_ref()
            .take(MAX_HELD_BYTES + 1)
            .read_to_end(&mut held)?;
        let mut length = held.len() as u64;
        if length <= MAX_HELD_BYTES {
            let held = Held::Memory(Arc::new(held));
            return Ok(Self {
                held,
                at: 0,
                length,
            });
        }
        let mut temporary = Temporary::new()?;
        temporary.file.write_all(&held)?;
        length += io::copy(&mut stream, &mut temporary.file)?;
        Ok(Self {
            held: Held::Temporary(Arc::new(temporary)),
            at: 0,
            length,
        })
    }

    /// Number of bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The same bytes, read from a place on.
    pub(crate) fn from(&self, at: u64) -> Self {
        Self { at, ..self.clone() }
    }

    fn read_at(&self, file: &File, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_at(file, buffer, self.at);
        #[cfg(not(unix))]
        {
            let mut file = file;
            file.seek(SeekFrom::Start(self.at))?;
            file.read(buffer)
        }
    }
}

impl Temporary {
    fn new() -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("nepho-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(file) => return Ok(Self { file, path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &self.held {
            Held::Memory(bytes) => {
                let mut cursor = Cursor::new(bytes.as_slice());
                cursor.set_position(self.at);
                cursor.read(buffer)
            }
            Held::File(file) => self.read_at(file, buffer),
            Held::Temporary(temporary) => self.read_at(&temporary.file, buffer),
        }?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let negative = || io::Error::new(io::ErrorKind::InvalidInput, "before the beginning");
        self.at = at.ok_or_else(negative)?;
        Ok(self.at)
    }
}

impl parquet::file::reader::Length for Seekable {
    fn len(&self) -> u64 {
        self.length
    }
}

impl parquet::file::reader::ChunkReader for Seekable {
    type T = io::BufReader<Self>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(io::BufReader::new(self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<bytes::Bytes> {
        let mut held = Vec::new();
        // As much as is there, whatever length the file tells.
        self.from(start)
            .take(length as u64)
            .read_to_end(&mut held)?;
        match held.len() == length {
            true => Ok(held.into()),
            false => Err(parquet::errors::ParquetError::EOF(format!(
                "{length} bytes from {start} on, of which {} are there",
                held.len()
            ))),
        }
    }
}
