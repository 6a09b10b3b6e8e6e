//! Shows how far a run is, on standard error, when somebody is looking.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nepho::Progress;

/// How a run is shown whose input has a size; in MB, as the report counts.
const SIZED: &str = "{spinner} {percent:>3} %  {decimal_bytes} of {decimal_total_bytes} [{bar:20}] \
                     {decimal_bytes_per_sec}  {msg}";
/// How one is shown that reads a pipe: it may go on for ever.
const ENDLESS: &str = "{spinner} {decimal_bytes}  {decimal_bytes_per_sec}  {msg}";

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
        if draw(progress, bar, &mut template) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.tick();
        thread::park_timeout(Duration::from_millis(150));
    }
    bar.finish_and_clear();
}

/// Sets what the bar shows; gives whether that is of another kind than before.
fn draw(progress: &Progress, bar: &ProgressBar, template: &mut &str) -> bool {
    let bytes = progress.bytes.load(Ordering::Relaxed);
    let total = progress.total_bytes.load(Ordering::Relaxed);
    let wanted = match total {
        0 => ENDLESS,
        _ => SIZED,
    };
    let style = ProgressStyle::with_template(wanted).ok();
    let style = style.filter(|_| *template != wanted);
    let is_other = style.is_some();
    if let Some(style) = style {
        bar.set_style(style.progress_chars("=> "));
        *template = wanted;
    }
    bar.set_length(total.max(bytes));
    bar.set_position(bytes);
    bar.set_message(message(progress));
    is_other
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
    use std::io::Result;
    use std::sync::Mutex;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what is written.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            120
        }
        fn move_cursor_up(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> Result<()> {
            Ok(())
        }
        fn flush(&self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn megabytes_are_counted_and_of_a_known_total_the_percentage() {
        let check = |total: u64, expected: &str| {
            let progress = Progress::default();
            progress.bytes.store(2_500_000, Ordering::Relaxed);
            progress.total_bytes.store(total, Ordering::Relaxed);
            let screen = Screen::default();
            let bar = ProgressBar::hidden();
            assert!(draw(&progress, &bar, &mut ""));
            let terminal = Box::new(screen.clone());
            bar.set_draw_target(ProgressDrawTarget::term_like(terminal));
            bar.tick();
            let shown = screen.0.lock().unwrap().clone();
            assert!(shown.contains(expected) && shown.contains("B/s"), "{shown}");
            assert_eq!(shown.contains('%'), total > 0, "{shown}");
        };
        check(10_000_000, " 25 %  2.50 MB of 10.00 MB [");
        check(0, " 2.50 MB  ");
    }

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
