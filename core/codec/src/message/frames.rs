//! Lines of a message that are the frames of a stack trace, or the source quoted in one: what looks
//! like a named value there, `call(args, env=env)`, tells nothing. The exceptions themselves do.

use std::ops::Range;

use super::marks::{LINE_END, Within};

/// Ranges of a message, in order.
#[derive(Default)]
pub(super) struct Frames(Vec<Range<usize>>);

impl Frames {
    /// Finds them in a message, of which `places` are.
    pub(super) fn find(&mut self, body: &str, places: Within<'_>) {
        self.0.clear();
        // Column of the place of Python under which source stands.
        let mut column = None;
        let mut ends = places.places(LINE_END).peekable();
        while let Some(end) = ends.next() {
            let start = end + 1;
            let next = ends.peek().copied().unwrap_or(body.len());
            let line = body.get(start..next).unwrap_or_default();
            // Groups of exceptions have bars at their side, and Lambda blanks that do not break.
            let text = line.trim_start_matches([' ', '\t', '|', '\u{a0}']);
            let indent = line.len() - text.len();
            let is_place = text.starts_with("File \"") && text.contains("\", line ");
            if is_place {
                column = Some(indent);
            } else if column.is_some_and(|column| indent <= column) {
                column = None;
            }
            // .NET writes the file behind the call.
            let ends_as_call = || text.trim_end().ends_with(')') || text.contains(") in ");
            let is_call =
                indent > 0 && text.starts_with("at ") && text.contains('(') && ends_as_call();
            if is_place || is_call || column.is_some() {
                self.0.push(start..start + line.len());
            }
        }
    }

    /// Whether a place of the message is within one.
    #[inline]
    pub(super) fn hold(&self, place: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= place);
        let range = after.checked_sub(1).and_then(|last| self.0.get(last));
        range.is_some_and(|range| range.contains(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::Marks;
    use super::*;

    fn frames(body: &str) -> Frames {
        let (mut marks, mut frames) = (Marks::default(), Frames::default());
        marks.find(body);
        frames.find(body, marks.within(0, body.len()));
        frames
    }

    #[test]
    fn only_frames_and_their_source_are_found() {
        let check = |body: &str, expected: &[&str]| {
            let frames = frames(body);
            let found: Vec<_> = frames.0.iter().map(|range| &body[range.clone()]).collect();
            assert_eq!(found, expected, "{body}");
        };
        let place = "  File \"/app/a.py\", line 1, in pay";
        let source = "    charge(order, env=env)";
        check(
            &format!("x\nTraceback (most recent call last):\n{place}\n{source}\nE: a=1\n  b=2"),
            &[place, source],
        );
        check(
            &format!("x\n  | T:\n  | {place}\n  | {source}\n  | E: a=1"),
            &[&*format!("  | {place}"), &format!("  | {source}")],
        );
        let call = "\tat com.shop.Cart.add(Cart.java:12)";
        check(
            &format!("x\n{call}\nCaused by: java.lang.X: status=503\n{call}"),
            &[call, call],
        );
        check("x\n  at Handler (step 3): status=503", &[]);
        check("x\n  at step=3\nat f(a=1)\n  b=2\n\n", &[]);
    }

    #[test]
    fn many_empty_lines_are_passed_quickly() {
        let body = format!("x{}\tat a.B.c(B.java:1)", "\n".repeat(500_000));
        let frames = frames(&body);
        assert!(!frames.hold(7) && frames.hold(body.len() - 1));
    }
}
