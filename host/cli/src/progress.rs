//! Shows how far a run is, on standard error, when somebody is looking.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use nepho::Progress;

/// A bar that follows a run; it disappears when this is dropped.
pub(crate) struct Bar {
    is_done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// Bar for a run, if standard error is a terminal and progress is wanted.
    pub(crate) fn start(progress: &Arc<Progress>, is_quiet: bool) -> Self {
        let is_done = Arc::new(AtomicBool::new(false));
        let wanted = !is_quiet && std::io::stderr().is_terminal();
        let thread = wanted.then(|| {
            let progress = Arc::clone(progress);
            let is_done = Arc::clone(&is_done);
            thread::spawn(move || follow(&progress, &is_done))
        });
        Self { is_done, thread }
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

fn follow(progress: &Progress, is_done: &AtomicBool) {
    // A short run shows nothing.
    thread::park_timeout(Duration::from_millis(400));
    if is_done.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::new(0);
    let template = "{spinner} {bytes} of {total_bytes} [{bar:30}] {binary_bytes_per_sec}  {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    while !is_done.load(Ordering::Relaxed) {
        let bytes = progress.bytes.load(Ordering::Relaxed);
        bar.set_length(progress.total_bytes.load(Ordering::Relaxed).max(bytes));
        bar.set_position(bytes);
        bar.set_message(format!(
            "{} of {} files, {} rows",
            progress.files.load(Ordering::Relaxed),
            progress.total_files.load(Ordering::Relaxed),
            progress.rows.load(Ordering::Relaxed)
        ));
        bar.tick();
        thread::park_timeout(Duration::from_millis(150));
    }
    bar.finish_and_clear();
}
