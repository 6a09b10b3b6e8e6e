//! Lines of styled words, wrapped to the width of the terminal, and tables.

use anstyle::{AnsiColor, Effects};
use nepho_core::findings::Evidence;

use super::{Style, TextOptions, Verbosity};
use crate::words::{self, clean};

/// What a piece of text is; decides its color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Dim,
    Heading,
    Bad,
    Warn,
    Good,
}

/// A piece of text of one tone, free of control characters.
#[derive(Clone, Debug)]
pub(super) struct Span {
    text: String,
    pub(super) tone: Tone,
}

impl Span {
    /// Columns that it takes.
    pub(super) fn length(&self) -> usize {
        length(&self.text)
    }
}

/// Text of a tone.
pub(super) fn span(text: impl AsRef<str>, tone: Tone) -> Span {
    Span {
        text: clean(text.as_ref()),
        tone,
    }
}

/// Running text.
pub(super) fn plain(text: impl AsRef<str>) -> Span {
    span(text, Tone::Plain)
}

/// Names.
pub(super) fn strong(text: impl AsRef<str>) -> Span {
    span(text, Tone::Strong)
}

/// What may be skipped.
pub(super) fn dim(text: impl AsRef<str>) -> Span {
    span(text, Tone::Dim)
}

/// What is broken.
pub(super) fn bad(text: impl AsRef<str>) -> Span {
    span(text, Tone::Bad)
}

/// What needs a look.
pub(super) fn warn(text: impl AsRef<str>) -> Span {
    span(text, Tone::Warn)
}

/// Side on which a column of a table is flush.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Columns that labels take: `  Primary    `.
const LABEL_WIDTH: usize = 15;

/// Collects the text.
pub(super) struct Canvas {
    out: String,
    width: usize,
    style: Style,
    unicode: bool,
    verbosity: Verbosity,
    folder: String,
}

impl Canvas {
    /// Empty canvas; `folder` is left out where a path begins with it.
    pub(super) fn new(options: &TextOptions, folder: &str) -> Self {
        Self {
            out: String::new(),
            width: options.width.clamp(72, 160),
            style: options.style,
            unicode: options.unicode,
            verbosity: options.verbosity,
            folder: folder.to_owned(),
        }
    }

    /// Empty canvas on which nothing is wrapped.
    pub(super) fn line(options: &TextOptions) -> Self {
        Self {
            width: usize::MAX,
            ..Self::new(options, "")
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn is_full(&self) -> bool {
        self.verbosity == Verbosity::Full
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn blank(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Title of a section, with what belongs beside it at the right, or below where there is no
    /// room.
    pub(super) fn heading(&mut self, title: &str, aside: &str) {
        self.blank();
        let (title, aside) = (span(title, Tone::Heading), dim(aside));
        let blanks = if aside.text.is_empty() { 1 } else { 2 };
        let taken = length(&title.text) + length(&aside.text) + blanks;
        if taken + 3 > self.width {
            self.paragraph(0, 2, &[title]);
            if !aside.text.is_empty() {
                self.paragraph(2, 2, &[aside]);
            }
            return;
        }
        let line = if self.unicode { "\u{2500}" } else { "-" };
        let rule = dim(line.repeat(self.width - taken));
        self.paragraph(0, 0, &[title, plain(" "), rule, plain(" "), aside]);
    }

    /// Words, wrapped; the first line begins at column `first`, the others at `rest`.
    pub(super) fn paragraph(&mut self, first: usize, rest: usize, spans: &[Span]) {
        self.out.push_str(&" ".repeat(first));
        self.wrap(first, rest, spans);
    }

    /// A label at the left and words beside it, wrapped within their column.
    pub(super) fn labelled(&mut self, label: &str, tone: Tone, spans: &[Span]) {
        let padded = format!("  {label:<width$}", width = LABEL_WIDTH - 2);
        self.push(&padded, tone);
        self.wrap(LABEL_WIDTH.max(length(&padded)), LABEL_WIDTH, spans);
    }

    /// `uri` without the folder that all files are in.
    pub(super) fn path(&self, uri: &str) -> String {
        uri.strip_prefix(&self.folder).unwrap_or(uri).to_owned()
    }

    /// A row of input, quoted with its place.
    pub(super) fn evidence(&mut self, indent: usize, evidence: &Evidence) {
        let place = match evidence.line {
            0 => self.path(&evidence.uri),
            line => format!("{}:{line}", self.path(&evidence.uri)),
        };
        let quoted = format!("\"{}\"", evidence.text);
        let mut spans = vec![dim(place), plain("  "), plain(quoted)];
        let measures = words::measures(evidence);
        if !measures.is_empty() {
            spans.push(plain(format!("  {measures}")));
        }
        self.paragraph(indent, indent + 2, &spans);
    }

    /// As [`Canvas::evidence`], in the column beside the labels; equal rows (one line may hold many
    /// records) once.
    pub(super) fn evidence_list(&mut self, evidence: &[Evidence], short: usize) {
        let most = if self.is_full() {
            evidence.len()
        } else {
            short
        };
        let mut shown: Vec<&Evidence> = Vec::new();
        for row in evidence {
            let is_known = shown.iter().any(|known| {
                (&known.uri, known.line, &known.text) == (&row.uri, row.line, &row.text)
            });
            if shown.len() < most && !is_known {
                shown.push(row);
                self.evidence(LABEL_WIDTH, row);
            }
        }
    }

    /// Writes words and wraps them; `column` is where the first line stands already.
    fn wrap(&mut self, mut column: usize, rest: usize, spans: &[Span]) {
        let mut blanks = 0;
        let mut at_start = true;
        // Words of one tone on one line are written at once, so that they share their escape
        // sequences.
        let mut run = String::new();
        for span in spans {
            for (index, word) in span.text.split(' ').enumerate() {
                blanks += usize::from(index > 0);
                if word.is_empty() {
                    continue;
                }
                if at_start {
                    blanks = 0;
                } else if blanks > 0 && column + blanks + length(word) > self.width {
                    self.push(&std::mem::take(&mut run), span.tone);
                    self.out.push('\n');
                    self.out.push_str(&" ".repeat(rest));
                    (column, blanks) = (rest, 0);
                }
                let gap = " ".repeat(std::mem::take(&mut blanks));
                let target = if run.is_empty() {
                    &mut self.out
                } else {
                    &mut run
                };
                target.push_str(&gap);
                run.push_str(word);
                column += gap.len() + length(word);
                at_start = false;
            }
            self.push(&std::mem::take(&mut run), span.tone);
        }
        self.end_line();
    }

    /// Rows with columns as wide as their widest cell; the last column takes what is left and is
    /// wrapped.
    pub(super) fn table(&mut self, indent: usize, columns: &[Align], rows: &[Vec<Span>]) {
        let mut widths = vec![0; columns.len()];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(length(&cell.text));
            }
        }
        for row in rows {
            self.out.push_str(&" ".repeat(indent));
            let mut column = indent;
            let cells = row.iter().zip(columns).zip(&widths);
            for (index, ((cell, align), width)) in cells.enumerate() {
                let is_last = index + 1 == row.len();
                if is_last && *align == Align::Left {
                    self.wrap(
                        column,
                        column.min(self.width / 2),
                        std::slice::from_ref(cell),
                    );
                    break;
                }
                let padding = " ".repeat(width.saturating_sub(length(&cell.text)));
                if *align == Align::Right {
                    self.out.push_str(&padding);
                }
                self.push(&cell.text, cell.tone);
                if *align == Align::Left {
                    self.out.push_str(&padding);
                }
                self.out.push_str("  ");
                column += width + 2;
                if is_last {
                    self.end_line();
                }
            }
        }
    }

    /// Bar of `width` columns, filled for `share` from 0 to 1.
    pub(super) fn bar(&self, share: f64, width: usize) -> String {
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        let filled = ((share * width as f64).round() as usize)
            .max(usize::from(share > 0.0))
            .min(width);
        let (full, empty) = if self.unicode {
            ("\u{2588}", "\u{2591}")
        } else {
            ("#", ".")
        };
        format!(
            "{}{}",
            full.repeat(filled),
            empty.repeat(width.saturating_sub(filled))
        )
    }

    fn end_line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
    }

    fn push(&mut self, text: &str, tone: Tone) {
        if text.is_empty() {
            return;
        }
        let style = match self.style {
            Style::Plain => anstyle::Style::new(),
            Style::Color => color_of(tone),
        };
        self.out.push_str(&format!("{style}{text}{style:#}"));
    }
}

fn color_of(tone: Tone) -> anstyle::Style {
    let style = anstyle::Style::new();
    match tone {
        Tone::Plain => style,
        Tone::Strong => style.bold(),
        Tone::Dim => style.effects(Effects::DIMMED),
        Tone::Heading => style.bold().fg_color(Some(AnsiColor::Cyan.into())),
        Tone::Bad => style.bold().fg_color(Some(AnsiColor::Red.into())),
        Tone::Warn => style.fg_color(Some(AnsiColor::Yellow.into())),
        Tone::Good => style.fg_color(Some(AnsiColor::Green.into())),
    }
}

/// `text`, or its beginning if it is longer than `most` characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{kept}...")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(width: usize, style: Style) -> Canvas {
        Canvas::new(
            &TextOptions {
                width,
                style,
                ..TextOptions::default()
            },
            "",
        )
    }

    #[test]
    fn words_are_wrapped_at_the_width_and_never_cut() {
        let mut canvas = canvas(72, Style::Plain);
        let long = "x".repeat(90);
        canvas.paragraph(
            2,
            4,
            &[plain("word ".repeat(20)), plain(&long), plain(" end")],
        );
        let text = canvas.finish();
        assert!(text.contains(&long));
        assert_eq!(text.matches("word").count(), 20);
        for line in text.lines() {
            assert!(line.len() <= 72 || line.trim() == long, "{line}");
            assert_eq!(line, line.trim_end());
        }
    }

    #[test]
    fn color_only_comes_when_asked_for() {
        let write = |style| {
            let mut canvas = canvas(80, style);
            canvas.paragraph(0, 0, &[bad("down"), plain(" and "), span("up", Tone::Good)]);
            canvas.finish()
        };
        assert_eq!(write(Style::Plain), "down and up\n");
        assert_eq!(
            write(Style::Color),
            "\u{1b}[1m\u{1b}[31mdown\u{1b}[0m and \u{1b}[32mup\u{1b}[0m\n"
        );
    }

    #[test]
    fn columns_of_a_table_line_up() {
        let mut canvas = canvas(80, Style::Plain);
        let rows = [
            vec![plain("a"), plain("1,000"), plain("first")],
            vec![plain("long"), plain("2"), plain("second")],
        ];
        canvas.table(2, &[Align::Left, Align::Right, Align::Left], &rows);
        assert_eq!(
            canvas.finish(),
            "  a     1,000  first\n  long      2  second\n"
        );
    }
}
