//! CPU time of this process, and peaks of memory.

use std::fs;

/// Seconds that the main thread has been on a CPU (`/proc/self/schedstat`, Linux).
pub(crate) fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos: f64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
    nanos / 1e9
}

/// Largest resident set of this process so far, in bytes (`VmHWM` of proc(5)).
pub(crate) fn peak_resident_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// CPU seconds that `work` takes, and what it gives.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = seconds();
    let result = work();
    (seconds() - before, result)
}

/// The middle one of an odd number of values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
