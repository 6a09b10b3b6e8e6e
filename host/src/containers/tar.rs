//! Members of a tar archive, one after the other, from a stream.
//!
//! A reader of our own: that of the crate `tar` reads names beyond 100 bytes into memory whatever
//! length the archive says they have, which an archive of some kilobytes can use to fill it.
//!
//! Source: pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar and pax formats),
//! gnu.org/software/tar/manual/html_node/Standard.html, as of 2026-11-28.

use std::io::{self, BufRead, Read};

use nepho_codec::decompress::read_held;
use nepho_core::Timestamp;

const BLOCK_BYTES: usize = 512;
/// Extended headers may not be longer: names have at most some kilobytes.
const MAX_EXTENDED_BYTES: u64 = 1 << 20;

/// A member.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) modified: Option<Timestamp>,
}

/// Reads the members of an archive.
pub(super) struct Tar<R> {
    stream: R,
    /// Bytes of the member that are not read yet, and the padding behind it.
    left: u64,
    padding: u64,
}

/// Whether an archive begins so: a header whose checksum is right.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK_BYTES>()
        .is_some_and(|header| header[257..262] == *b"ustar" && is_sound(header))
}

impl<R: BufRead> Tar<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            left: 0,
            padding: 0,
        }
    }

    /// The next file; what is left of the one before is passed over. `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        let mut extended = Extended::default();
        loop {
            self.pass_over()?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let size = number(&header[124..136])
                .ok_or_else(|| broken("the size of a member is no number"))?;
            let kind = header[156];
            self.enter(match kind {
                0 | b'0' | b'7' => extended.size.unwrap_or(size),
                _ => size,
            })?;
            match kind {
                b'L' => extended.name = Some(self.extended(size)?.trim_matches('\0').to_owned()),
                b'x' => extended.add(&self.extended(size)?),
                // Of the whole archive; names do not stand there.
                b'g' | b'K' => {}
                0 | b'0' | b'7' => {
                    let modified = number(&header[136..148])
                        .and_then(|seconds| i64::try_from(seconds).ok())
                        .and_then(Timestamp::from_seconds);
                    return Ok(Some(Entry {
                        name: extended.name.unwrap_or_else(|| name(&header)),
                        size: self.left,
                        modified,
                    }));
                }
                b'S' => {
                    return Err(broken(&format!(
                        "`{}` is a sparse file, which is not read",
                        extended.name.unwrap_or_else(|| name(&header))
                    )));
                }
                // Folders, links, devices.
                _ => extended = Extended::default(),
            }
        }
    }

    /// The next header; `None` at the end.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK_BYTES]>> {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        self.stream
            .by_ref()
            .take(BLOCK_BYTES as u64)
            .read_to_end(&mut block)?;
        match block.first_chunk::<BLOCK_BYTES>() {
            Some(header) if header.iter().all(|byte| *byte == 0) => Ok(None),
            Some(header) if is_sound(header) => Ok(Some(*header)),
            Some(_) => Err(broken("the checksum of a header is wrong")),
            None if block.is_empty() => Ok(None),
            None => Err(broken("the archive is cut off")),
        }
    }

    fn enter(&mut self, size: u64) -> io::Result<()> {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK_BYTES as u64;
        match size.checked_add(self.padding) {
            Some(_) => Ok(()),
            None => Err(broken("the size of a member is no number")),
        }
    }

    fn pass_over(&mut self) -> io::Result<()> {
        let count = self.left + self.padding;
        let passed = io::copy(&mut self.stream.by_ref().take(count), &mut io::sink())?;
        (self.left, self.padding) = (0, 0);
        // The padding of the last member may be left out.
        match passed == count || count - passed < BLOCK_BYTES as u64 {
            true => Ok(()),
            false => Err(broken("the archive is cut off")),
        }
    }

    fn extended(&mut self, size: u64) -> io::Result<String> {
        if size > MAX_EXTENDED_BYTES {
            return Err(broken("the name of a member is too long"));
        }
        let mut text = Vec::new();
        self.read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// Bytes of the member.
impl<R: BufRead> Read for Tar<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl<R: BufRead> BufRead for Tar<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let held = self.stream.fill_buf()?;
        let count = usize::try_from(self.left).unwrap_or(usize::MAX);
        match held.len().min(count) {
            0 => Err(broken("the archive is cut off")),
            count => Ok(&held[..count]),
        }
    }

    fn consume(&mut self, count: usize) {
        self.stream.consume(count);
        self.left = self.left.saturating_sub(count as u64);
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// What extended headers say of the member behind them.
#[derive(Default)]
struct Extended {
    name: Option<String>,
    size: Option<u64>,
}

impl Extended {
    /// Reads records of `length key=value`.
    fn add(&mut self, text: &str) {
        let mut rest = text;
        while let Some((length, _)) = rest.split_once(' ') {
            let Some((record, after)) = length
                .parse()
                .ok()
                .and_then(|length| rest.split_at_checked(length))
            else {
                return;
            };
            rest = after;
            let pair = record.get(length.len() + 1..).unwrap_or_default();
            match pair.trim_end_matches('\n').split_once('=') {
                Some(("path", value)) => self.name = Some(value.to_owned()),
                Some(("size", value)) => self.size = value.parse().ok(),
                _ => {}
            }
        }
    }
}

/// Whether the checksum of a header is right: the sum of its bytes, with blanks in its own place.
fn is_sound(header: &[u8; BLOCK_BYTES]) -> bool {
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    let own: u64 = header[148..156].iter().map(|byte| u64::from(*byte)).sum();
    number(&header[148..156]) == Some(sum - own + 8 * u64::from(b' '))
}

/// A number in octal digits, or in binary behind a byte 0x80.
fn number(field: &[u8]) -> Option<u64> {
    if field.first() == Some(&0x80) {
        let mut value = 0_u64;
        for byte in &field[1..] {
            value = value.checked_mul(256)?.checked_add(u64::from(*byte))?;
        }
        return Some(value);
    }
    let text = std::str::from_utf8(field).ok()?;
    let text = text.trim_matches([' ', '\0']);
    match text.is_empty() {
        true => Some(0),
        false => u64::from_str_radix(text, 8).ok(),
    }
}

fn name(header: &[u8; BLOCK_BYTES]) -> String {
    let text = |field: &[u8]| {
        let end = field.iter().position(|byte| *byte == 0);
        String::from_utf8_lossy(&field[..end.unwrap_or(field.len())]).into_owned()
    };
    let name = text(&header[..100]);
    // GNU's older headers have times in the place of the prefix.
    let prefix = text(&header[345..500]);
    match prefix.is_empty() || header[257..263] != *b"ustar\0" {
        true => name,
        false => format!("{prefix}/{name}"),
    }
}
