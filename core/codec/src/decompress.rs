//! Undoes compression of a stream, told by its first bytes: gzip (with several members) and zstd,
//! also nested.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// How often compression is undone before a stream is taken as it is.
const MAX_LAYERS: usize = 4;

/// Reader of the decompressed stream, and the names of the layers that were undone, outermost
/// first.
///
/// # Errors
/// Those of reading the first bytes.
pub fn open<'a>(
    stream: Box<dyn Read + Send + 'a>,
) -> io::Result<(Box<dyn Read + Send + 'a>, Vec<&'static str>)> {
    let mut stream = stream;
    let mut layers = Vec::new();
    while layers.len() < MAX_LAYERS {
        let (head, whole) = peek(stream, 4)?;
        stream = whole;
        match head.as_slice() {
            [0x1f, 0x8b, 8, ..] => {
                layers.push("gzip");
                stream = Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                    128 << 10,
                    stream,
                )));
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                layers.push("zstd");
                stream = Box::new(zstd::stream::read::Decoder::new(stream)?);
            }
            _ => break,
        }
    }
    Ok((stream, layers))
}

/// The first bytes of a stream, and the stream with them still in front.
type Peeked<'a> = (Vec<u8>, Box<dyn Read + Send + 'a>);

fn peek<'a>(mut stream: Box<dyn Read + Send + 'a>, count: usize) -> io::Result<Peeked<'a>> {
    let mut head = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match stream.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(filled);
    let whole = Cursor::new(head.clone()).chain(stream);
    Ok((head, Box::new(whole)))
}

/// Text of a small gzip payload within a record, at most `limit` bytes.
///
/// # Errors
/// Those of the decoder, and one for a payload that is larger.
pub fn gunzip(payload: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    MultiGzDecoder::new(payload)
        .take(limit + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the payload is larger than the limit",
        ));
    }
    Ok(text)
}
