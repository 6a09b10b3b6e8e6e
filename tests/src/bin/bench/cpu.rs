//! CPU time of this process, and peaks of memory.

use std::fs;

use cpu_time::ThreadTime;

/// Largest resident set of this process so far, in bytes (`VmHWM` of proc(5)).
pub(crate) fn peak_resident_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// CPU seconds that `work` takes on this thread, and what it gives.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = ThreadTime::now();
    let result = work();
    (before.elapsed().as_secs_f64(), result)
}

/// The middle one of an odd number of values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
