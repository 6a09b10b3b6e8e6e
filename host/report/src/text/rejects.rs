//! Input that could not be read: how much, why, and where.

use super::canvas::{Canvas, Tone, dim, plain, warn};
use crate::words;
use nepho_core::rejects::{Rejects, first_line};
use nepho_core::tables::Reject;

/// Reasons that are shown unless everything is asked for.
const SHOWN: usize = 5;

/// Each reason with the first place that it stands for; all places where everything is asked for.
pub(super) fn write(canvas: &mut Canvas, rejects: &Rejects) {
    let shown = match canvas.is_full() {
        true => rejects.by_reason.len(),
        false => SHOWN,
    };
    for reason in rejects.by_reason.iter().take(shown) {
        let head = words::count(reason.count, "reject", "rejects");
        let Some(first) = &reason.first else {
            canvas.paragraph(2, 4, &[warn(head), plain(format!(": {}", reason.reason))]);
            continue;
        };
        // What one quotes is told; of several only what they have in common.
        let own = first_line(&first.reason);
        let text = if reason.count == 1 {
            own
        } else {
            &reason.reason
        };
        canvas.paragraph(2, 4, &[warn(head), plain(format!(": {text}"))]);
        let place = place(canvas, first);
        let where_first = match reason.count {
            1 => place,
            _ if text == own => format!("first {place}"),
            _ => format!("first {place}  {own}"),
        };
        canvas.paragraph(4, 6, &[dim(where_first)]);
    }
    more(canvas, rejects.by_reason.len(), shown);
    let listed = rejects.first.iter().filter(|_| canvas.is_full());
    let lines: Vec<String> = listed
        .map(|reject| format!("{}  {}", place(canvas, reject), first_line(&reject.reason)))
        .collect();
    for line in lines {
        canvas.paragraph(4, 6, &[dim(line)]);
    }
}

fn place(canvas: &Canvas, reject: &Reject) -> String {
    match reject.line {
        0 => format!("{} byte {}", canvas.path(&reject.uri), reject.start),
        line => format!("{}:{line}", canvas.path(&reject.uri)),
    }
}

/// Says how many of a list are not shown.
pub(super) fn more(canvas: &mut Canvas, all: usize, shown: usize) {
    if all > shown {
        let text = format!("and {} more (-v shows all)", all - shown);
        canvas.labelled("", Tone::Plain, &[dim(text)]);
    }
}
