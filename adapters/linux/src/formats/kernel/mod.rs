//! Messages of the kernel as `dmesg` shows them: `[   12.345678] usb 1-1: new device`.
//!
//! Source: dmesg(1) of util-linux (`--ctime`, `--decode`, `--raw`) and `kernel/printk/printk.c` of
//! github.com/torvalds/linux, as of 2026-11-27.

use std::borrow::Cow;

use nepho_codec::time::prefix;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, TimeMark, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use crate::header;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Messages of the kernel as dmesg shows them",
    permissions: &[],
    make: Make::Format(|| Box::new(Kernel)),
});

const NAME: &str = "linux.kernel";

/// Reads messages of the kernel.
#[derive(Debug)]
pub struct Kernel;

impl Format for Kernel {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(line) if line.time.is_some() || line.severity.is_some() => Confidence(70),
            Some(_) => Confidence::LIKELY,
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let clock = bytes_of(b" \t.0123456789");
        vec![
            // Seconds since the start, at least six places wide.
            Marks {
                then: vec![clock; 5],
                ..Marks::beginning(bytes_of(b"["))
            },
            // A date that begins with a name.
            Marks {
                then: vec![std::array::from_fn(|byte| {
                    byte == usize::from(b' ') || (byte as u8).is_ascii_alphabetic()
                })],
                ..Marks::beginning(bytes_of(b"["))
            },
            Marks::beginning(bytes_of(b"<")).with(&[">["]),
            // A facility and a level.
            Marks::beginning(bytes_of(b"kumdaslncf")).with(&[":", "["]),
            Marks {
                time: Some(TimeMark::between("", " ")),
                ..Marks::beginning(bytes_of(b"0123456789")).with(&[",", ":"])
            },
        ]
    }

    /// The message, which may be of the audit system or of the packet filter.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = parse(record.text)?;
        let is_known = line.message.contains("audit(") || is_packet(line.message);
        if !is_known {
            return None;
        }
        let mut envelope = record.envelope.clone();
        for column in [Column::Process, Column::Service] {
            envelope = envelope.with(column, "kernel");
        }
        envelope.time = line.time.or(envelope.time);
        envelope.severity = line.severity.or(envelope.severity);
        Some(Inside {
            text: Cow::Borrowed(line.message),
            envelope,
        })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(KernelDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = parse(raw).filter(|line| !line.uptime.is_empty()) {
            found("uptime_seconds", line.uptime);
        }
    }
}

struct Line<'a> {
    severity: Option<Severity>,
    time: Option<Timestamp>,
    /// Seconds since the machine was started.
    uptime: &'a str,
    message: &'a str,
}

fn parse(text: &str) -> Option<Line<'_>> {
    if let Some(line) = dated(text) {
        return Some(line);
    }
    // The journal shows the host as well.
    if header::of_monotonic(text).is_some() {
        return None;
    }
    let (severity, rest) = match decoded(text) {
        Some((severity, rest)) => (Some(severity), rest),
        None => {
            let (priority, rest) = header::priority(text);
            (
                priority.and_then(|priority| Severity::from_syslog(priority & 7)),
                rest,
            )
        }
    };
    let (padded, rest) = rest.strip_prefix('[')?.split_once(']')?;
    let clock = padded.trim();
    // What `--human` shows instead of it is the minute, or how long after the message before.
    let is_human = is_minute(padded) || is_delta(padded);
    let is_uptime = clock.split_once('.').is_some_and(|(seconds, micros)| {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // More are seconds since 1970, which other programs write so.
        is_number(seconds) && seconds.len() < 10 && is_number(micros) && micros.len() == 6
    });
    let time = match is_uptime || is_human {
        true => None,
        // `[Tue May 12 14:00:00 2026]`
        false => {
            let is_named = clock.len() == 24 && clock.as_bytes().get(3) == Some(&b' ');
            is_named.then_some(())?;
            let (time, length) = prefix(clock, Reference::default())?;
            (length == clock.len()).then_some(time)?;
            Some(time)
        }
    };
    let rest = without_caller(rest);
    let message = rest.strip_prefix(' ')?;
    let message = match without_caller(message) {
        inner if inner.len() < message.len() => inner.trim_start(),
        message => message,
    };
    // `[Tue May 12 14:00:00 2026] [error] ...` is of Apache, and other programs write a level
    // behind a minute.
    let is_framed = message.starts_with('[') && !is_packet(message);
    let is_leveled = || {
        let word = message.split([' ', ':']).next().unwrap_or_default();
        is_minute(padded) && word.len() > 2 && Severity::from_word(word).is_some()
    };
    if !is_uptime && !is_delta(padded) && (is_framed || is_leveled()) {
        return None;
    }
    if time.is_some() && is_of_others(message) {
        return None;
    }
    Some(Line {
        severity,
        time,
        uptime: if is_uptime { clock } else { "" },
        message,
    })
}

/// Whether a message behind a date is one of programs that write it as dmesg does: the development
/// server of PHP, which names PHP, or a client with its port; `Carp` of Perl, which names the
/// line; and those that write a level in capitals.
fn is_of_others(message: &str) -> bool {
    let first = message.split(' ').next().unwrap_or_default();
    let is_level = first.strip_suffix(':').is_some_and(|word| {
        word.len() > 3
            && word.bytes().all(|byte| byte.is_ascii_uppercase())
            && Severity::from_word(word).is_some()
    });
    let is_client = || first.contains(':') && nepho_codec::table::address(first).is_some();
    let is_of_perl = || {
        let (_, line) = message.rsplit_once(" line ").unwrap_or_default();
        let number = line.strip_suffix('.').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    first == "PHP" || is_level || is_client() || is_of_perl()
}

/// Whether a text is a minute as `dmesg --human` shows it, `May12 14:00` or `May 2 14:00`.
fn is_minute(clock: &str) -> bool {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let is_month = |month: &[u8]| MONTHS.chunks(3).any(|held| held == month);
    match clock.as_bytes() {
        [month @ .., a, b, b' ', c, d, b':', e, f] => {
            let digits = [b, c, d, e, f];
            is_month(month)
                && matches!(a, b' ' | b'1'..=b'3')
                && digits.iter().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// Whether a text is how long after the message before one came as `dmesg --human` shows it, within
/// the same minute: `  +0.000123` or ` +12.345678`.
fn is_delta(clock: &str) -> bool {
    match clock.as_bytes() {
        [b' ', b' ', b'+', a, b'.', micros @ ..] => {
            micros.len() == 6 && a.is_ascii_digit() && micros.iter().all(u8::is_ascii_digit)
        }
        [b' ', b'+', a, b, b'.', micros @ ..] => {
            let digits = [a, b];
            micros.len() == 6 && digits.into_iter().chain(micros).all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// A line of `dmesg --time-format iso`, which alone writes microseconds behind a comma:
/// `2026-05-12T14:00:00,123456+02:00 usb 1-1: new device`.
fn dated(text: &str) -> Option<Line<'_>> {
    const LENGTH: usize = 32;
    let bytes = text.as_bytes();
    let is_it = bytes.get(10) == Some(&b'T')
        && bytes.get(19) == Some(&b',')
        && matches!(bytes.get(26), Some(b'+' | b'-'))
        && bytes.get(LENGTH) == Some(&b' ');
    if !is_it {
        return None;
    }
    let (time, length) = prefix(text, Reference::default())?;
    let message = text.get(length + 1..).filter(|_| length == LENGTH)?;
    Some(Line {
        severity: None,
        time: Some(time),
        uptime: "",
        message: without_caller(message).trim_start(),
    })
}

/// What follows `[    T1]`, the thread or the processor that wrote it; newer versions of dmesg put
/// blanks around.
fn without_caller(text: &str) -> &str {
    let caller = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match caller {
        Some((caller, rest)) if is_caller(caller.trim_start()) => rest,
        _ => text,
    }
}

fn is_caller(text: &str) -> bool {
    let number = text.strip_prefix(['T', 'C']).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a message is of the packet filter.
fn is_packet(message: &str) -> bool {
    message.contains("IN=") && message.contains(" OUT=")
}

/// Whether a text is a line of dmesg.
pub(super) fn knows(text: &str) -> bool {
    parse(text).is_some()
}

/// `kern  :warn  : ` as `dmesg --decode` puts it before a line.
fn decoded(text: &str) -> Option<(Severity, &str)> {
    let (facility, rest) = text.split_once(':')?;
    // The longest is `authpriv`, with blanks behind it.
    if facility.len() > 10 {
        return None;
    }
    let (level, rest) = rest.split_once(':')?;
    let is_facility = (0..24).any(|number| header::facility(number) == Some(facility.trim()));
    let severity = Severity::from_word(level.trim()).filter(|_| is_facility)?;
    Some((severity, rest.trim_start()))
}

struct KernelDecoder;

impl Decoder for KernelDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Service, "kernel")
            .constant(Column::Process, "kernel")
            .text(Column::Body, line.message);
        if let Some(time) = line.time {
            row.time(time);
        }
        if let Some(severity) = line.severity {
            row.severity(severity);
        }
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn minutes_and_delays_are_those_of_dmesg() {
        for text in [
            "[May12 14:00] a",
            "[May 2 14:00] a",
            "[  +0.000123] a",
            "[ +12.345678] a",
            "[   12.345678] a",
            "[Mon Jan 15 10:30:47 2024] usb 1-1: new device",
            "[Mon Jan 15 10:30:47 2024] EXT4-fs (sda1): mounted",
            "[Mon Jan 15 10:30:47 2024] BUG: soft lockup",
            "[Mon Jan 15 10:30:47 2024] ACPI: LAPIC_NMI on line 3",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "[Run12 14:30] test failed",
            "[abc12 14:00] hello",
            "[+12.345678] profit update",
            "[  +12.345678] profit update",
            "[May12 14:00:01] a",
            "[May12 14:00] ERROR order failed status=500",
            "[May12 14:00] [error] job failed",
            "[Fri Sep  4 21:05:05 2020] PHP 7.4.9 Development Server started",
            "[Fri Sep  4 21:05:14 2020] 127.0.0.1:51158 Accepted",
            "[Mon Jan 15 10:30:47 2024] ERROR: order 7 was refused",
            "[Mon Jan 15 10:30:48 2024] cart.pl: no room at cart.pl line 12.",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
