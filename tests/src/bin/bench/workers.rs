//! Two decoding threads beside one, by wall time.

use anyhow::Result;

use crate::child::{self, Job};
use crate::cpu::median;
use crate::formats::folder;
use crate::{memory, say};

const MEGABYTES: u64 = 400;
const ROUNDS: usize = 5;

/// Makes the job for a number of workers.
type MakeJob = fn(usize) -> Job<'static>;

pub(crate) fn run() -> Result<()> {
    let folder = folder()?.join("workers");
    memory::write(&folder, MEGABYTES)?;
    say(&format!(
        "workers: wall seconds of `parse` over {MEGABYTES} MB of mixed logs, median of {ROUNDS} \
         rounds; other load on the machine counts"
    ));
    say(&format!(
        "{:<22} {:>10} {:>10} {:>8}",
        "rows are", "1 worker", "2 workers", "ratio"
    ));
    let kinds: [(&str, MakeJob); 2] = [
        ("thrown away", Job::Parse),
        ("written as NDJSON", |workers| {
            Job::Ndjson(workers, "/dev/null")
        }),
    ];
    for (name, job) in kinds {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (workers, times) in (1..).zip(&mut times) {
                times.push(child::run(job(workers), &folder)?.wall_seconds);
            }
        }
        let [one, two] = times.map(|mut times| median(&mut times));
        say(&format!(
            "{name:<22} {one:>10.2} {two:>10.2} {:>8.2}",
            one / two
        ));
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
