//! Lines that stand within others.

/// Whether a line stands behind a header of RFC 5424 (`<134>1 `), in JSON, behind what a container
/// runtime writes (`2026-05-12T14:00:00Z stdout F `), or behind what whoever prints it puts before
/// it (a time, `web-1  | `, `[pod/web-1/app] `): it is found inside, with what is told around it.
pub(crate) fn is_enclosed(line: &str) -> bool {
    match line.as_bytes() {
        [b'{' | b'"', ..] => true,
        [b'[', ..] => line.starts_with("[pod/"),
        [b'<', ..] => {
            let header = line.strip_prefix('<').unwrap_or_default();
            let rest = header.trim_start_matches(|sign: char| sign.is_ascii_digit());
            rest.starts_with(">1 ")
        }
        [b'0'..=b'9', ..] if line.as_bytes().get(10) == Some(&b'T') => {
            // The time of syslog has a host and a process behind it, or the process alone.
            let mut words = line.split(' ').skip(1).take(2);
            !words.any(|word| word.ends_with(':'))
        }
        [b'a'..=b'z', ..] => {
            let (name, rest) = line.split_once(' ').unwrap_or_default();
            !name.ends_with(':') && rest.trim_start().starts_with("| ")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_enclosed;

    #[test]
    fn lines_within_others_are_told() {
        assert!(is_enclosed(
            "<134>1 2026-05-12T14:00:00Z lb haproxy 7 - - x"
        ));
        assert!(!is_enclosed("<134>May  1 10:00:00 lb haproxy[7]: x"));
        assert!(!is_enclosed("haproxy[7]: <134>1 x"));
        assert!(is_enclosed("{\"log\":\"haproxy[7]: x\"}"));
        assert!(is_enclosed("2026-05-12T14:00:00.1Z stdout F haproxy[7]: x"));
        assert!(!is_enclosed(
            "2026-05-12T14:00:00.1Z lb haproxy[7]: stdout x"
        ));
        assert!(!is_enclosed("2026-05-12T14:00:00.1Z haproxy[7]: x"));
        assert!(is_enclosed(
            "2026-05-12T14:00:00.1Z May 12 14:00:00 lb haproxy[7]: x"
        ));
        assert!(is_enclosed(
            "2026-05-12T14:00:00.1Z 10.0.0.1:2 [12/May/2026:14:00:00.1] x"
        ));
        assert!(is_enclosed("web-1  | haproxy[7]: x"));
        assert!(!is_enclosed("haproxy[7]: | x"));
        assert!(is_enclosed("[pod/web-1/app] haproxy[7]: x"));
        assert!(is_enclosed("\"haproxy[7]: x\""));
    }
}
