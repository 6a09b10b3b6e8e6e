//! Lines that stand within others.

/// Whether a line stands behind a header of RFC 5424 (`<134>1 `), in JSON, or behind what a
/// container runtime writes (`2026-05-12T14:00:00Z stdout F `): it is found inside, with what is
/// told around it.
pub(crate) fn is_enclosed(line: &str) -> bool {
    match line.as_bytes() {
        [b'{', ..] => true,
        [b'<', ..] => {
            let header = line.strip_prefix('<').unwrap_or_default();
            let rest = header.trim_start_matches(|sign: char| sign.is_ascii_digit());
            rest.starts_with(">1 ")
        }
        [b'0'..=b'9', ..] if line.as_bytes().get(10) == Some(&b'T') => {
            let stream = line.split(' ').nth(1);
            matches!(stream, Some("stdout" | "stderr"))
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
    }
}
