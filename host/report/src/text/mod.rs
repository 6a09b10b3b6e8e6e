//! The report for a terminal: verdict first, then what it rests on.

mod address;
mod canvas;
mod cost;
mod incident;
mod inputs;
mod map;
mod namesakes;
pub(crate) mod outside;
mod rejects;
mod rewritten;
mod scaling;
mod timeline;

use std::time::Duration;

use crate::model::Report;
use crate::words;
use canvas::{Canvas, Tone, bad, plain, strong};
pub use map::render_map;

pub use rewritten::render_rewritten;
pub use timeline::{render_change, render_timeline};

/// Whether the text is colored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences at all.
    #[default]
    Plain,
    /// ANSI colors, of the sixteen that every terminal has.
    Color,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// What one needs at three in the morning.
    #[default]
    Short,
    /// All evidence, every input file, and how each change was scored.
    Full,
}

/// How [`render_text`] writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Columns of the terminal; held between 72 and 160.
    pub width: usize,
    /// Colors or none.
    pub style: Style,
    /// Whether lines and bars may be drawn with characters outside ASCII.
    pub unicode: bool,
    /// How much is shown.
    pub verbosity: Verbosity,
    /// How long reading and analyzing took, for the last line. Not part of the report, which is the
    /// same each time.
    pub elapsed: Option<Duration>,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            width: 100,
            style: Style::default(),
            unicode: false,
            verbosity: Verbosity::default(),
            elapsed: None,
        }
    }
}

/// Incidents whose verdict stands at the top; those of further ones stand with them below.
const VERDICTS_ON_TOP: usize = 5;

/// The report as text, with a line break at the end. Times are UTC.
///
/// Text from logs is shown with control characters made visible, so that it cannot command the
/// terminal.
pub fn render_text(report: &Report, options: &TextOptions) -> String {
    let uris = report.inputs.files.iter().map(|file| file.uri.as_str());
    let mut canvas = Canvas::new(options, words::common_folder(uris));
    for sentence in report.verdict.iter().take(VERDICTS_ON_TOP) {
        canvas.paragraph(0, 0, &[verdict_span(report, sentence)]);
    }
    if let Some(more @ 1..) = report.verdict.len().checked_sub(VERDICTS_ON_TOP) {
        canvas.paragraph(0, 0, &[strong(format!("And {more} more, below."))]);
    }
    for incident in &report.incidents {
        incident::write(&mut canvas, report, incident);
    }
    scaling::write(&mut canvas, report);
    cost::write(&mut canvas, report);
    outside::write(&mut canvas, report);
    rewritten::write(&mut canvas, report);
    inputs::write(&mut canvas, report);
    if !report.notes.is_empty() {
        canvas.heading("Notes", "");
        for note in &report.notes {
            canvas.paragraph(2, 4, &[plain("- "), plain(note)]);
        }
    }
    if let Some(elapsed) = options.elapsed {
        canvas.blank();
        let text = format!(
            "{} in {:.2} s",
            words::bytes(report.inputs.totals.bytes),
            elapsed.as_secs_f64()
        );
        canvas.paragraph(0, 0, &[canvas::dim(format!("Read {text}."))]);
    }
    canvas.finish()
}

fn verdict_span(report: &Report, sentence: &str) -> canvas::Span {
    let mut span = if report.incidents.is_empty() {
        strong(sentence)
    } else {
        bad(sentence)
    };
    if report.incidents.is_empty() && report.inputs.totals.rows > 0 {
        span.tone = Tone::Good;
    }
    span
}
