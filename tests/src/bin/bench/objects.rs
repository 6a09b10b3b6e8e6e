//! Many small objects, as the clouds deliver their logs, beside the same bytes in one file.

use std::fs;
use std::path::Path;

use anyhow::Result;
use nepho_tests::generate::Shape;

use crate::child::{self, Job};
use crate::cpu::median;
use crate::{formats, say};

const MEGABYTES: u64 = 32;
const OBJECT_BYTES: usize = 20 << 10;
const ROUNDS: usize = 5;

pub(crate) fn run() -> Result<()> {
    say(&format!(
        "objects: CPU seconds of `parse` over {MEGABYTES} MB, as one file and in objects of about \
         {} KB, median of {ROUNDS} rounds",
        OBJECT_BYTES >> 10
    ));
    say(&format!(
        "{:<18} {:>8} {:>10} {:>10} {:>8} {:>14}",
        "corpus", "objects", "one file", "objects", "ratio", "us per object"
    ));
    for (name, shape) in [
        ("cloudtrail", Shape::CloudTrailLines),
        ("alb", Shape::LoadBalancer),
    ] {
        let file = formats::make("objects", shape, MEGABYTES << 20)?;
        let folder = file.with_extension("d");
        let count = split(&file, &folder)?;
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (path, times) in [&file, &folder].into_iter().zip(&mut times) {
                times.push(child::run(Job::Parse(1), path)?.cpu_seconds);
            }
        }
        let [one, many] = times.map(|mut times| median(&mut times));
        say(&format!(
            "{name:<18} {count:>8} {one:>10.2} {many:>10.2} {:>8.2} {:>14.0}",
            many / one,
            (many - one) / count as f64 * 1e6
        ));
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Writes the lines of a file to objects in a folder; gives how many there are.
fn split(file: &Path, folder: &Path) -> Result<usize> {
    let bytes = fs::read(file)?;
    fs::create_dir_all(folder)?;
    let (mut start, mut count) = (0, 0);
    while start < bytes.len() {
        let from = bytes.len().min(start + OBJECT_BYTES);
        let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at + 1);
        fs::write(folder.join(format!("{count:06}.log")), &bytes[start..end])?;
        (start, count) = (end, count + 1);
    }
    Ok(count)
}
