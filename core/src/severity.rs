//! Severity of a log row as an OpenTelemetry severity number.
//!
//! Source: OpenTelemetry log data model, "Field: `SeverityNumber`"
//! (opentelemetry.io/docs/specs/otel/logs/data-model, read 2026-11-21).

/// OpenTelemetry severity number: 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error,
/// 21-24 fatal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Severity(pub u8);

/// Words by which security products rank what they find, in any case: one scale for all of them, so
/// that one finding is as severe wherever it is read.
///
/// Firewalls and the formats CEF and LEEF rank all that they log by the same words; theirs are
/// scales of their own.
pub const RANKS: &[(&str, Severity)] = &[
    // A risk that was looked for and not found.
    ("none", Severity::INFO),
    ("informational", Severity::INFO),
    // Labels of findings that nobody has ranked.
    ("untriaged", Severity::INFO),
    ("undefined", Severity::INFO),
    ("low", Severity::WARN),
    ("medium", Severity::ERROR),
    ("high", Severity::FATAL),
    ("critical", Severity::GRAVE),
];

impl Severity {
    /// Finest detail.
    pub const TRACE: Self = Self(1);
    /// For debugging.
    pub const DEBUG: Self = Self(5);
    /// Normal events.
    pub const INFO: Self = Self(9);
    /// Normal but significant, the `notice` of syslog.
    pub const NOTICE: Self = Self(10);
    /// Not an error, yet more important than information.
    pub const WARN: Self = Self(13);
    /// An error.
    pub const ERROR: Self = Self(17);
    /// An error that the service may not survive; syslog `critical`.
    pub const CRITICAL: Self = Self(18);
    /// Immediate action is needed; syslog `alert`.
    pub const ALERT: Self = Self(19);
    /// The service is gone; syslog `emergency`. Findings of high rank.
    pub const FATAL: Self = Self(21);
    /// Findings of the highest rank; see [`RANKS`].
    pub const GRAVE: Self = Self(22);

    /// Severity of a level of syslog, from 0 to 7 (RFC 5424, table 2).
    pub fn from_syslog(level: u8) -> Option<Self> {
        let levels = [
            Self::FATAL,
            Self::ALERT,
            Self::CRITICAL,
            Self::ERROR,
            Self::WARN,
            Self::NOTICE,
            Self::INFO,
            Self::DEBUG,
        ];
        levels.get(usize::from(level)).copied()
    }

    /// Severity of a level word in any case: `warn`, `WARNING`, `E`, `crit`, `notice`.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut lower = [0_u8; 16];
        let bytes = word.as_bytes();
        let lower = lower.get_mut(..bytes.len())?;
        lower.copy_from_slice(bytes);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"trace" | b"trc" | b"trce" | b"finest" | b"finer" | b"verbose" | b"silly" | b"t" => {
                Self::TRACE
            }
            b"debug" | b"dbg" | b"dbug" | b"debu" | b"fine" | b"d" | b"config" | b"debug1"
            | b"debug2" | b"debug3" | b"debug4" | b"debug5" => Self::DEBUG,
            b"info" | b"inf" | b"information" | b"informational" | b"i" | b"default" | b"log"
            | b"normal" | b"statement" => Self::INFO,
            b"notice" | b"note" | b"n" => Self::NOTICE,
            b"warn" | b"warning" | b"wrn" | b"w" => Self::WARN,
            b"error" | b"err" | b"eror" | b"e" | b"severe" | b"failure" => Self::ERROR,
            b"critical" | b"crit" | b"c" => Self::CRITICAL,
            b"alert" | b"a" => Self::ALERT,
            b"fatal" | b"emergency" | b"emerg" | b"panic" | b"f" | b"dpanic" => Self::FATAL,
            _ => return None,
        })
    }

    /// Severity of a word of [`RANKS`], in any case.
    pub fn from_rank(word: &str) -> Option<Self> {
        let mut ranks = RANKS.iter();
        let found = ranks.find(|(rank, _)| rank.eq_ignore_ascii_case(word));
        found.map(|(_, severity)| *severity)
    }

    /// Short lower-case name of the band: `trace`, `debug`, `info`, `warn`, `error`, `fatal`.
    pub fn name(self) -> &'static str {
        match self.0 {
            0..=4 => "trace",
            5..=8 => "debug",
            9..=12 => "info",
            13..=16 => "warn",
            17..=20 => "error",
            _ => "fatal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_have_one_scale() {
        let check = |word: &str, expected: Option<&str>| {
            let found = Severity::from_rank(word).map(Severity::name);
            assert_eq!(found, expected, "{word}");
        };
        check("Informational", Some("info"));
        check("low", Some("warn"));
        check("Medium", Some("error"));
        check("HIGH", Some("fatal"));
        check("CRITICAL", Some("fatal"));
        check("highest", None);
        assert!(Severity::from_rank("critical") > Severity::from_rank("high"));
    }
}
