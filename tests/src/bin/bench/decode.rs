//! The product's way from a stream to batches, on one thread.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use arrow_buffer::Buffer;
use nepho_codec::decompress::{self, Bytes};
use nepho_codec::detect::{Decoding, Formats};
use nepho_codec::frame::{Framer, Piece};
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::LogsBuilder;

use crate::cpu::timed;
use crate::peers::{self, Run};
use crate::say;

/// A decoder of one file, which may read it several times.
pub(crate) struct Product {
    decoding: Decoding,
    out: LogsBuilder,
}

impl Product {
    /// Decoder of a file.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let stream = Stream {
            uri: path.to_string_lossy().into_owned(),
            ..Stream::default()
        };
        let decoding = Decoding::new(Formats::linked(), Arc::new(stream), None)?;
        let out = LogsBuilder::new(Timestamp(0));
        Ok(Self { decoding, out })
    }

    /// Reads a stream to its end; gives the number of rows. A reject is an error.
    pub(crate) fn read(&mut self, stream: impl Read) -> Result<u64> {
        self.decode(Framer::new(stream))
    }

    fn decode(&mut self, mut framer: Framer<impl Read>) -> Result<u64> {
        let mut rows = 0;
        let mut blocks = 0;
        let mut take = |out: &mut LogsBuilder| -> Result<()> {
            let batch = out.take()?;
            rows += batch.num_rows() as u64;
            std::hint::black_box(&batch);
            Ok(())
        };
        while let Some(piece) = framer.next() {
            match piece {
                Piece::Block(block) => {
                    self.decoding.block(block, &mut self.out);
                    blocks += 1;
                    // As the pipeline of the host does.
                    if blocks >= self.decoding.blocks_of_batch() {
                        take(&mut self.out)?;
                        blocks = 0;
                    }
                }
                Piece::Skipped(skipped) => anyhow::bail!("skipped: {}", skipped.reason),
            }
        }
        take(&mut self.out)?;
        let counts = self.decoding.take_counts();
        anyhow::ensure!(counts.rejects == 0, "{} rejects", counts.rejects);
        Ok(rows)
    }
}

/// Rows of a file that is not compressed.
pub(crate) fn plain(path: &Path) -> Result<u64> {
    let read = || Product::new(path)?.read(File::open(path)?);
    read().with_context(|| format!("decode `{}`", path.display()))
}

/// First argument of a process that decodes one file, as the peers do.
pub(crate) const CHILD: &str = "decode";

/// Reads a file in a process of its own.
pub(crate) fn run(how: &str, path: &Path) -> Result<Run> {
    let program = std::env::current_exe()?;
    peers::measured(Command::new(program).args([CHILD, how]).arg(path))
}

/// The process itself: prints rows and CPU seconds, those of `memory` without reading the file.
/// Starting up is not counted, as for the peers.
pub(crate) fn child(how: &str, path: &Path) -> Result<()> {
    // As `nepho::parse` does.
    nepho::keep_blocks();
    // Formats are put together once in a process.
    let mut product = Product::new(path)?;
    let (seconds, rows) = match how {
        "file" => timed(|| product.read(File::open(path)?)),
        "memory" => {
            let text = Buffer::from(fs::read(path)?);
            timed(|| product.decode(Framer::<File>::in_memory(text)))
        }
        other => bail!("a file is not decoded in `{other}`"),
    };
    say(&format!("{} {seconds}", rows?));
    Ok(())
}

/// Rows of a compressed file, which is opened as the host opens one.
pub(crate) fn packed(path: &Path) -> Result<u64> {
    Product::new(path)?.decode(Framer::buffered(opened(path)?))
}

/// Bytes of the text of a compressed file, which nobody decodes.
pub(crate) fn inflated(path: &Path) -> Result<u64> {
    let mut stream = opened(path)?;
    let mut bytes = 0;
    loop {
        match stream.fill_buf()?.len() {
            0 => return Ok(bytes),
            held => {
                stream.consume(held);
                bytes += held as u64;
            }
        }
    }
}

fn opened(path: &Path) -> Result<Bytes<'static>> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let file = BufReader::with_capacity(64 << 10, file);
    let (stream, _) = decompress::open_object(Box::new(file), bytes)?;
    Ok(stream)
}

/// Decodes one file several times, for a profiler.
pub(crate) fn passes(count: &str, path: &str) -> Result<()> {
    for _ in 0..count.parse::<u32>().context("how many passes?")? {
        plain(path.as_ref())?;
    }
    Ok(())
}
