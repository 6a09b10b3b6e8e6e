//! Members of a zip archive, by its directory.
//!
//! A reader of our own: the crate `zip` brings a second zstd and seven more crates, and takes as
//! many members as an archive says it has.
//!
//! Source: pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (6.3.10), as of 2026-11-28.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use nepho_core::Timestamp;
use nepho_core::time::Civil;

use super::limits::MAX_MEMBERS;
use super::seekable::Seekable;

/// The directory ends with a comment of at most 64 KiB.
const MAX_TAIL_BYTES: u64 = 22 + 65_535;
/// A directory may not be larger: it is held. 64 MiB are some 600,000 members.
const MAX_DIRECTORY_BYTES: u64 = 64 << 20;

/// A member.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) stored_bytes: u64,
    pub(super) modified: Option<Timestamp>,
    size: u64,
    checksum: u32,
    method: u16,
    flags: u16,
    header_at: u64,
}

/// Whether an archive begins so: with a member, or with the directory of an empty one.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// The files of an archive, in the order of its directory.
pub(super) fn entries(archive: &Seekable) -> io::Result<Vec<Entry>> {
    let (start, size, count) = directory(archive)?;
    if count > MAX_MEMBERS {
        return Err(broken(&format!(
            "the archive has {count} members, more than {MAX_MEMBERS}"
        )));
    }
    if size > MAX_DIRECTORY_BYTES {
        return Err(broken("the directory is too large"));
    }
    let mut bytes = Vec::new();
    archive.from(start).take(size).read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    let mut entries = Vec::new();
    for number in 0..count {
        let (entry, after) = entry(rest)
            .ok_or_else(|| broken(&format!("entry {} of the directory is broken", number + 1)))?;
        rest = after;
        if !entry.name.ends_with('/') {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Place, size, and number of entries of the directory.
fn directory(archive: &Seekable) -> io::Result<(u64, u64, u64)> {
    let length = archive.length();
    let tail_at = length.saturating_sub(MAX_TAIL_BYTES);
    let mut tail = Vec::new();
    archive.from(tail_at).read_to_end(&mut tail)?;
    let ends = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06");
    let mut ends = ends.filter_map(|at| Some((at, tail.get(at..at + 22)?)));
    // The comment reaches to the end of the file.
    let (at, end) = ends
        .find(|(at, end)| at + 22 + usize::from(u16_at(end, 20)) == tail.len())
        .ok_or_else(|| broken("there is no directory at its end; it may be cut off"))?;
    let (count, size, start) = (u16_at(end, 10), u32_at(end, 12), u32_at(end, 16));
    if count != u16::MAX && size != u32::MAX && start != u32::MAX {
        return Ok((u64::from(start), u64::from(size), u64::from(count)));
    }
    // The end of an archive of 64 bits stands somewhere before, and a pointer to it just before.
    let pointer = at.checked_sub(20).and_then(|at| tail.get(at..at + 20));
    let pointer = pointer.filter(|pointer| pointer.starts_with(b"PK\x06\x07"));
    let Some(pointer) = pointer else {
        return Ok((u64::from(start), u64::from(size), u64::from(count)));
    };
    let mut end = Vec::new();
    archive
        .from(u64_at(pointer, 8))
        .take(56)
        .read_to_end(&mut end)?;
    match end.starts_with(b"PK\x06\x06") && end.len() == 56 {
        true => Ok((u64_at(&end, 48), u64_at(&end, 40), u64_at(&end, 32))),
        false => Err(broken("the end of its directory is broken")),
    }
}

/// The entry at the beginning of some bytes, and what follows it.
fn entry(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (fixed, rest) = bytes.split_at_checked(46)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name, rest) = rest.split_at_checked(u16_at(fixed, 28).into())?;
    let (extra, rest) = rest.split_at_checked(u16_at(fixed, 30).into())?;
    let (_, rest) = rest.split_at_checked(u16_at(fixed, 32).into())?;
    let mut entry = Entry {
        name: String::from_utf8_lossy(name).replace('\\', "/"),
        stored_bytes: u64::from(u32_at(fixed, 20)),
        modified: modified(u16_at(fixed, 14), u16_at(fixed, 12)),
        size: u64::from(u32_at(fixed, 24)),
        checksum: u32_at(fixed, 16),
        method: u16_at(fixed, 10),
        flags: u16_at(fixed, 8),
        header_at: u64::from(u32_at(fixed, 42)),
    };
    // The sizes that do not fit stand in the extra field with number 1, in this order.
    let mut extra = extra;
    while let Some((head, after)) = extra.split_at_checked(4) {
        let (mut values, after) = after.split_at_checked(u16_at(head, 2).into())?;
        extra = after;
        if u16_at(head, 0) != 1 {
            continue;
        }
        for place in [
            &mut entry.size,
            &mut entry.stored_bytes,
            &mut entry.header_at,
        ] {
            if *place == u64::from(u32::MAX) {
                let (value, after) = values.split_at_checked(8)?;
                *place = u64_at(value, 0);
                values = after;
            }
        }
    }
    Some((entry, rest))
}

/// A date and a time of MS-DOS, which have no zone and are taken for UTC.
fn modified(date: u16, time: u16) -> Option<Timestamp> {
    Timestamp::from_civil(Civil {
        year: 1980 + i64::from(date >> 9),
        month: u32::from(date >> 5 & 15),
        day: u32::from(date & 31),
        hour: u32::from(time >> 11),
        minute: u32::from(time >> 5 & 63),
        second: u32::from(time & 31) * 2,
        nanos: 0,
    })
}

impl Entry {
    /// Whether the archive compresses the member.
    pub(super) fn is_compressed(&self) -> bool {
        self.method != 0
    }

    /// Reader of the text of the member, which fails at its end if the checksum is wrong.
    pub(super) fn open(&self, archive: &Seekable) -> io::Result<Box<dyn Read + Send>> {
        if self.flags & 1 != 0 {
            return Err(broken("the member is encrypted"));
        }
        let mut stream = archive.from(self.header_at);
        let mut header = Vec::new();
        stream.by_ref().take(30).read_to_end(&mut header)?;
        if header.len() < 30 || !header.starts_with(b"PK\x03\x04") {
            return Err(broken("the header of the member is broken"));
        }
        let skipped = i64::from(u16_at(&header, 26)) + i64::from(u16_at(&header, 28));
        stream.seek(SeekFrom::Current(skipped))?;
        let stored = io::BufReader::with_capacity(64 << 10, stream.take(self.stored_bytes));
        let text: Box<dyn Read + Send> = match self.method {
            0 => Box::new(stored),
            8 => Box::new(DeflateDecoder::new(stored)),
            93 => Box::new(zstd::stream::read::Decoder::with_buffer(stored)?),
            other => {
                return Err(broken(&format!(
                    "the member is compressed with method {other}, which is not read \
                     (stored, deflate and zstd are)"
                )));
            }
        };
        Ok(Box::new(Checked {
            text,
            checksum: Crc::new(),
            expected: (self.checksum, self.size),
            read: 0,
        }))
    }
}

/// Text of a member whose checksum is compared at its end.
struct Checked {
    text: Box<dyn Read + Send>,
    checksum: Crc,
    expected: (u32, u64),
    read: u64,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.checksum.update(&buffer[..read]);
        self.read += read as u64;
        let is_end = read == 0 && !buffer.is_empty();
        match is_end && (self.checksum.sum(), self.read) != self.expected {
            true => Err(broken("the checksum of the member is wrong")),
            false => Ok(read),
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The number at a place, 0 where there are too few bytes.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk());
    chunk.map_or(0, |chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk());
    chunk.map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk());
    chunk.map_or(0, |chunk| u64::from_le_bytes(*chunk))
}
