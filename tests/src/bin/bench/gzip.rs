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
        "{:<22} {:>11} {:>11} {:>9} {:>14} {:>11} {:>9}",
        "", "nephoscope", "libdeflate", "percent", "without gzip", "inflating", "percent"
    ));
    for corpus in Corpus::ALL {
        let path = make("gzip", shape(corpus), FILE_BYTES)?;
        let packed = path.with_extension("gz");
        let mut encoder = GzEncoder::new(File::create(&packed)?, Compression::new(6));
        io::copy(&mut File::open(&path)?, &mut encoder)?;
        encoder.finish()?;
        let bytes = path.metadata()?.len() as f64;
        let (mut ours, mut plain, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        let mut inflating = Vec::new();
        for _ in 0..ROUNDS {
            let (seconds, rows) = timed(|| decode::packed(&packed));
            rows?;
            ours.push(seconds);
            let (seconds, rows) = timed(|| decode::plain(&path));
            rows?;
            plain.push(seconds);
            let (seconds, text) = timed(|| decode::inflated(&packed));
            text?;
            inflating.push(seconds);
            theirs.extend(peers.inflate(&packed)?.map(|run| run.seconds));
        }
        let (ours, plain) = (median(&mut ours), median(&mut plain));
        let inflating = median(&mut inflating);
        let rate = |seconds: f64| format!("{:.1}", bytes / seconds / 1e6);
        let theirs = (!theirs.is_empty()).then(|| median(&mut theirs));
        let percent = |seconds: f64| {
            let percent = theirs.map(|theirs| format!("{:.1} %", theirs / seconds * 100.0));
            percent.unwrap_or_else(|| "-".to_owned())
        };
        say(&format!(
            "{:<22} {:>11} {:>11} {:>9} {:>14} {:>11} {:>9}",
            corpus.name(),
            rate(ours),
            theirs.map_or_else(|| "-".to_owned(), rate),
            percent(ours),
            rate(plain),
            rate(inflating),
            percent(inflating)
        ));
    }
    Ok(())
}
