//! A whole text at once.

use std::sync::Arc;

use nepho_core::Result;
use nepho_core::format::Stream;
use nepho_core::tables::{LogsBuilder, Reject};
use nepho_core::time::DateOrder;

use super::{Counts, Decoding, Formats};
use crate::frame::{Framer, Piece};

/// Decodes a whole text, as a stream of its own, into one batch builder; for tests, tools and
/// embedding.
///
/// # Errors
/// As [`Formats::position`].
pub fn decode_text(
    text: &[u8],
    stream: Stream,
    forced: Option<&str>,
    out: &mut LogsBuilder,
) -> Result<Counts> {
    let mut framer = Framer::new(text);
    let header = stream.header.clone().or_else(|| framer.header());
    let date_order = match stream.date_order {
        DateOrder::Untold => framer.date_order(),
        told => told,
    };
    let stream = Arc::new(Stream {
        header,
        date_order,
        ..stream
    });
    let mut decoding = Decoding::new(Formats::linked(), Arc::clone(&stream), forced)?;
    while let Some(piece) = framer.next() {
        match piece {
            Piece::Block(block) => decoding.block(block, out),
            Piece::Skipped(skipped) => {
                decoding.counts.rejects += 1;
                out.reject(Reject {
                    uri: stream.uri.clone(),
                    start: skipped.range.start,
                    end: skipped.range.end,
                    line: u64::from(skipped.line),
                    reason: skipped.reason,
                });
            }
        }
    }
    Ok(decoding.take_counts())
}
