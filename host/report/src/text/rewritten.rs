//! States of infrastructure tools whose history does not fit together.

use super::canvas::{Canvas, dim, plain, strong};
use crate::model::Report;

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    if report.rewritten_states.is_empty() {
        return;
    }
    canvas.heading("Rewritten states", "");
    for state in &report.rewritten_states {
        let head = [strong(&state.title), plain(". "), plain(&state.explanation)];
        canvas.paragraph(2, 4, &head);
        if canvas.is_full() {
            canvas.paragraph(4, 6, &[dim(state.details.uris.join(", "))]);
        }
    }
}
