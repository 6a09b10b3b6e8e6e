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

/// CPU seconds that `work` takes on a thread of its own, and what it gives.
///
/// The product decodes on such threads as well, whose memory the allocator keeps. That of the first
/// thread is given back to the system after each batch, and then faulted in anew.
pub(crate) fn timed<T: Send>(work: impl FnOnce() -> T + Send) -> (f64, T) {
    let on_thread = || {
        let before = ThreadTime::now();
        let result = work();
        (before.elapsed().as_secs_f64(), result)
    };
    std::thread::scope(|scope| match scope.spawn(on_thread).join() {
        Ok(timed) => timed,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// The middle one of an odd number of values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
