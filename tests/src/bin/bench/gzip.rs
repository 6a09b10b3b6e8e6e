//! Whole gzip objects: reading and decoding them beside what inflating alone takes libdeflate.

use std::fs::File;
use std::io;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::corpora::Corpus;
use crate::cpu::{median, timed};
use crate::formats::{make, shape};
use crate::peers::Peers;
use crate::{decode, say};

const FILE_BYTES: u64 = 16 << 20;
const ROUNDS: usize = 5;

pub(crate) fn run() -> Result<()> {
    let peers = Peers::prepare();
    say("gzip: megabytes of text per CPU second of one core, from a .gz file to batches");
    say(&format!(
        "{:<22} {:>11} {:>11} {:>9} {:>14}",
        "", "nephoscope", "libdeflate", "percent", "without gzip"
    ));
    for corpus in Corpus::ALL {
        let path = make("gzip", shape(corpus), FILE_BYTES)?;
        let packed = path.with_extension("gz");
        let mut encoder = GzEncoder::new(File::create(&packed)?, Compression::new(6));
        io::copy(&mut File::open(&path)?, &mut encoder)?;
        encoder.finish()?;
        let bytes = path.metadata()?.len() as f64;
        let (mut ours, mut plain, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (seconds, rows) = timed(|| decode::packed(&packed));
            rows?;
            ours.push(seconds);
            let (seconds, rows) = timed(|| decode::plain(&path));
            rows?;
            plain.push(seconds);
            theirs.extend(peers.inflate(&packed)?.map(|(_, seconds)| seconds));
        }
        let (ours, plain) = (median(&mut ours), median(&mut plain));
        let rate = |seconds: f64| format!("{:.1}", bytes / seconds / 1e6);
        let (their_rate, percent) = match theirs.is_empty() {
            true => ("-".to_owned(), "-".to_owned()),
            false => {
                let theirs = median(&mut theirs);
                (rate(theirs), format!("{:.1} %", theirs / ours * 100.0))
            }
        };
        say(&format!(
            "{:<22} {:>11} {their_rate:>11} {percent:>9} {:>14}",
            corpus.name(),
            rate(ours),
            rate(plain)
        ));
    }
    Ok(())
}
