//! Service that writes a file, from its name.

use nepho_core::format::Stream;

/// Names of files and folders that say nothing of who writes them.
const GENERAL: [&str; 36] = [
    "app",
    "application",
    "apps",
    "log",
    "logs",
    "out",
    "output",
    "stdout",
    "stderr",
    "error",
    "errors",
    "access",
    "messages",
    "syslog",
    "events",
    "event",
    "data",
    "console",
    "server",
    "current",
    "main",
    "all",
    "tmp",
    "temp",
    "var",
    "mixed",
    "raw",
    "input",
    "sample",
    "samples",
    "test",
    "tests",
    "json",
    "text",
    "txt",
    "service",
];

/// Service by the name of the file, or of the folder it stands in: `checkout` for
/// `/var/log/checkout.log`, `checkout-2026-05-12.log.gz` and `checkout/app.log`. `None` for names
/// that do not look like one.
pub fn service(stream: &Stream) -> Option<&str> {
    let mut parts = stream.uri.rsplit(['/', '\\']);
    let file = parts.next()?;
    let stem = file.split('.').next().unwrap_or(file);
    let has_log_ending = [".log", ".json", ".ndjson", ".jsonl", ".txt", ".out"]
        .iter()
        .any(|ending| file.contains(ending));
    if let Some(name) = name(stem).filter(|_| has_log_ending) {
        return Some(name);
    }
    // Only a general file name (`app.log`) leaves the word to its folder.
    let is_general = GENERAL.contains(&trim_date(stem).to_ascii_lowercase().as_str());
    parts
        .next()
        .filter(|_| is_general && has_log_ending)
        .and_then(name)
}

/// Service for rows that nothing else names one for: that of [`service`], or else whatever the file
/// is called, so that the rows can be spoken of.
pub fn service_or_name(stream: &Stream) -> Option<&str> {
    let stem = stream.file_name().split('.').next().unwrap_or_default();
    match stem {
        "" => None,
        "-" => Some("stdin"),
        stem => service(stream).or_else(|| {
            let name = trim_date(stem);
            let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= 40;
            is_word.then_some(name)
        }),
    }
}

fn name(stem: &str) -> Option<&str> {
    let name = trim_date(stem);
    let looks_like_one = (2..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && name.bytes().filter(u8::is_ascii_digit).count() <= 3;
    (looks_like_one && !GENERAL.contains(&name.to_ascii_lowercase().as_str())).then_some(name)
}

/// A name without the date or number behind it: `checkout` of `checkout-2026-05-12`.
fn trim_date(stem: &str) -> &str {
    stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_found_in_file_names() {
        let check = |uri: &str, expected: Option<&str>| {
            let stream = Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            };
            assert_eq!(service(&stream), expected, "{uri}");
        };
        check("/var/log/checkout.log", Some("checkout"));
        check("checkout-2026-05-12.log.gz", Some("checkout"));
        check("shop/checkout/app.log", Some("checkout"));
        check("/var/log/app.log", None);
        check("-", None);
        check(
            "111122223333_CloudTrail_eu-west-1_20260512T1400Z_AbC.json.gz",
            None,
        );
    }
}
