//! Shows how far a run is, on standard error, when somebody is looking.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nepho::Progress;

/// How a run is shown whose input has a size.
const SIZED: &str = "{spinner} {bytes} of {total_bytes} [{bar:30}] {binary_bytes_per_sec}  {msg}";
/// How one is shown that reads a pipe: it may go on for ever.
const ENDLESS: &str = "{spinner} {bytes}  {binary_bytes_per_sec}  {msg}";

/// A bar that follows a run; it disappears when this is dropped.
pub(crate) struct Bar {
    is_done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    shown: Shown,
}

/// What is shown of a run; others may write lines meanwhile.
#[derive(Clone, Default)]
pub(crate) struct Shown(Option<ProgressBar>);

impl Shown {
    /// Does what writes to standard error while nothing else stands in the line.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Bar {
    /// Bar for a run, if standard error is a terminal and progress is wanted.
    pub(crate) fn start(progress: &Arc<Progress>, is_quiet: bool) -> Self {
        let is_done = Arc::new(AtomicBool::new(false));
        let wanted = !is_quiet && std::io::stderr().is_terminal();
        let bar = wanted.then(ProgressBar::hidden);
        let thread = bar.clone().map(|bar| {
            let progress = Arc::clone(progress);
            let is_done = Arc::clone(&is_done);
            thread::spawn(move || follow(&progress, &bar, &is_done))
        });
        Self {
            is_done,
            thread,
            shown: Shown(bar),
        }
    }

    /// What is shown of the run.
    pub(crate) fn shown(&self) -> Shown {
        self.shown.clone()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn follow(progress: &Progress, bar: &ProgressBar, is_done: &AtomicBool) {
    // A short run shows nothing.
    thread::park_timeout(Duration::from_millis(400));
    if is_done.load(Ordering::Relaxed) {
        return;
    }
    let mut template = "";
    while !is_done.load(Ordering::Relaxed) {
        let bytes = progress.bytes.load(Ordering::Relaxed);
        let total = progress.total_bytes.load(Ordering::Relaxed);
        let wanted = match total {
            0 => ENDLESS,
            _ => SIZED,
        };
        if template != wanted
            && let Ok(style) = ProgressStyle::with_template(wanted)
        {
            bar.set_style(style.progress_chars("=> "));
            bar.set_draw_target(ProgressDrawTarget::stderr());
            template = wanted;
        }
        bar.set_length(total.max(bytes));
        bar.set_position(bytes);
        bar.set_message(message(progress));
        bar.tick();
        thread::park_timeout(Duration::from_millis(150));
    }
    bar.finish_and_clear();
}

/// Files and rows so far.
fn message(progress: &Progress) -> String {
    let rows = progress.rows.load(Ordering::Relaxed);
    match progress.total_files.load(Ordering::Relaxed) {
        0 | 1 => format!("{rows} rows"),
        total => {
            let files = progress.files.load(Ordering::Relaxed);
            format!("{files} of {total} files, {rows} rows")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid_and_files_are_counted_where_there_are_several() {
        for template in [SIZED, ENDLESS] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
        let progress = Progress::default();
        progress.rows.store(7, Ordering::Relaxed);
        assert_eq!(message(&progress), "7 rows");
        progress.total_files.store(3, Ordering::Relaxed);
        assert_eq!(message(&progress), "0 of 3 files, 7 rows");
    }
}
