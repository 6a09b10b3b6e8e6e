//! Zones by their abbreviations.

/// Offset in seconds of a zone abbreviation at the start of `bytes`, and its length.
///
/// The abbreviations of the time zone database (iana.org/time-zones, as of 2026-11-27) that stand
/// for one offset only. `CST` stands for several; RFC 5322, section 4.3, decides for that of
/// Chicago, unless the clock of the stream is known to be in China. `IST` (India, Israel, Ireland)
/// is not read. Those that the database no longer has (`SGT`, `BRT`) are still written by Java and
/// ICU (cldr.unicode.org, as of 2026-11-29); `GET`, `ART` and others that are words are not read.
pub(crate) fn named_zone(bytes: &[u8], zone_seconds: i32) -> Option<(i64, usize)> {
    let length = bytes
        .iter()
        .take(6)
        .position(|byte| !byte.is_ascii_alphabetic())
        .unwrap_or(bytes.len());
    let is_end = bytes
        .get(length)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let name = bytes.get(..length).filter(|_| is_end)?;
    let minutes = match name {
        b"WET" => 0,
        b"CET" | b"WEST" | b"BST" | b"WAT" => 60,
        b"EET" | b"CEST" | b"CAT" | b"SAST" => 120,
        b"EEST" | b"MSK" | b"EAT" | b"IDT" => 180,
        b"TRT" => 180,
        b"IRST" => 210,
        b"MSD" | b"SAMT" => 240,
        b"IRDT" => 270,
        b"PKT" | b"YEKT" => 300,
        b"NPT" => 345,
        b"OMST" => 360,
        b"MMT" => 390,
        b"WIB" | b"ICT" | b"NOVT" | b"KRAT" => 420,
        b"CST" if zone_seconds == 8 * 3600 => 480,
        b"AWST" | b"HKT" | b"WITA" | b"SGT" | b"MYT" | b"PHT" | b"IRKT" => 480,
        b"JST" | b"KST" | b"WIT" | b"YAKT" => 540,
        b"ACST" => 570,
        b"AEST" | b"ChST" | b"VLAT" => 600,
        b"ACDT" => 630,
        b"AEDT" | b"MAGT" => 660,
        b"NZST" | b"PETT" => 720,
        b"NZDT" => 780,
        b"BRST" => -120,
        b"NDT" => -150,
        b"ADT" | b"BRT" | b"UYT" | b"CLST" => -180,
        b"NST" => -210,
        b"AST" | b"EDT" | b"CLT" => -240,
        b"EST" | b"CDT" | b"COT" => -300,
        b"CST" | b"MDT" => -360,
        b"MST" | b"PDT" => -420,
        b"PST" | b"AKDT" => -480,
        b"AKST" | b"HDT" => -540,
        b"HST" => -600,
        b"SST" => -660,
        _ => return None,
    };
    Some((minutes * 60, length))
}
