//! Entries of the systemd journal as `journalctl -o verbose` shows them: a time with the cursor,
//! and below it a field a line.
//!
//! Source: journalctl(1) (`-o verbose`), `src/shared/logs-show.c` of github.com/systemd/systemd
//! (`output_verbose`), as of 2026-11-30.

use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use crate::journal::{EXTRAS, Entries, Entry};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Entries of the systemd journal as journalctl -o verbose shows them",
    permissions: &[],
    make: Make::Format(|| Box::new(JournalVerbose)),
});

const NAME: &str = "linux.journal_verbose";
/// Blanks before a field; the lines of a value have more.
const INDENT: &str = "    ";

struct JournalVerbose;

impl Format for JournalVerbose {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match head(sample.text, sample.stream.reference()) {
            Some(_) => Confidence(95),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"MTWFS")).with(&[" [s=", "\n    "])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(VerboseDecoder(Entries::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        for (key, value) in fields(raw) {
            if let Some((_, name)) = EXTRAS.iter().find(|(held, _)| *held == key) {
                found(name, value);
            }
        }
    }
}

struct VerboseDecoder(Entries);

impl Decoder for VerboseDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(time) = head(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut entry = Entry::default();
        fields(record.text).for_each(|(key, value)| entry.set(key, value));
        let mut row = out.row(record);
        row.constant(Column::Format, NAME).time(time);
        self.0.fill(&entry, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Time of an entry: of `Tue 2026-05-12 14:00:00.250000 UTC [s=...;i=...]` above its fields.
fn head(text: &str, reference: Reference) -> Option<Timestamp> {
    let (line, rest) = text.split_once('\n')?;
    // Behind the day of the week.
    let line = line.get(4..)?;
    let (time, end) = time::prefix(line, reference)?;
    let cursor = line.get(end..)?.trim();
    let is_entry = cursor.starts_with("[s=") && cursor.ends_with(']') && rest.starts_with(INDENT);
    is_entry.then_some(time)
}

/// Fields of an entry. What goes on over several lines is indented further.
fn fields(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        loop {
            let field = rest.strip_prefix(INDENT)?;
            let ends = field.match_indices('\n');
            let mut ends = ends.map(|(at, _)| at);
            let end = ends.find(|at| is_field(field.get(at + 1..).unwrap_or_default()));
            let (field, behind) = field.split_at(end.unwrap_or(field.len()));
            rest = behind.strip_prefix('\n').unwrap_or(behind);
            if let Some((key, value)) = field.split_once('=') {
                return Some((key, value.trim_end()));
            }
        }
    })
}

/// Whether a line begins a field: a name behind the blanks.
fn is_field(line: &str) -> bool {
    let name = line
        .strip_prefix(INDENT)
        .and_then(|line| line.split('=').next());
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_on_over_lines() {
        let text = "x\n    MESSAGE=one\n            two=2\n    _PID=42\n";
        let found: Vec<_> = fields(text).collect();
        assert_eq!(
            found,
            [("MESSAGE", "one\n            two=2"), ("_PID", "42")]
        );
    }
}
