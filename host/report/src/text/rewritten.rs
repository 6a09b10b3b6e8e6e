//! States of infrastructure tools whose history does not fit together.

use nepho_core::findings::StateRewritten;

use super::TextOptions;
use super::canvas::{Canvas, dim, plain, strong, warn};
use crate::model::Report;
use crate::timeline::{RewrittenState, Timeline};

/// A state that was rewritten as one line, with a line break at the end: for what is told as it
/// comes.
pub fn render_rewritten(state: &RewrittenState, options: &TextOptions) -> String {
    let mut canvas = Canvas::line(options);
    let head = format!("alarm: {}.", state.title);
    canvas.paragraph(
        0,
        0,
        &[warn(head), plain(format!(" {}", state.explanation))],
    );
    canvas.finish()
}

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    let states = report.rewritten_states.iter();
    let told = states.map(|state| (&*state.title, &*state.explanation, &state.details));
    write_states(canvas, told);
}

pub(super) fn write_of_timeline(canvas: &mut Canvas, timeline: &Timeline) {
    let states = timeline.rewritten_states.iter();
    let told = states.map(|state| (&*state.title, &*state.explanation, &state.details));
    write_states(canvas, told);
}

fn write_states<'a>(
    canvas: &mut Canvas,
    states: impl Iterator<Item = (&'a str, &'a str, &'a StateRewritten)>,
) {
    let mut states = states.peekable();
    if states.peek().is_some() {
        canvas.heading("Rewritten states", "");
    }
    for (title, explanation, details) in states {
        let head = [strong(title), plain(". "), plain(explanation)];
        canvas.paragraph(2, 4, &head);
        if canvas.is_full() {
            canvas.paragraph(4, 6, &[dim(details.uris.join(", "))]);
        }
    }
}
