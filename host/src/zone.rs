//! Zones of clocks, for times that are written without one.

use std::str::FromStr;

use nepho_core::time::zone_offset;
use nepho_core::{Error, ErrorKind};

use crate::for_files;

/// The zone that the clock of some files is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Which files it is for; `None` for all.
    pub files: Option<glob::Pattern>,
    /// Seconds ahead of UTC.
    pub seconds: i32,
}

impl FromStr for Zone {
    type Err = Error;

    /// Reads `+02:00`, or `**/web-*.log=+02:00` for some files.
    fn from_str(text: &str) -> Result<Self, Error> {
        let what = "read a zone";
        let (files, zone) = for_files::parse(text, what)?;
        let seconds = zone_offset(zone.as_bytes()).filter(|_| !zone.is_empty());
        let seconds = seconds.and_then(|seconds| i32::try_from(seconds).ok());
        let seconds = seconds.ok_or_else(|| {
            let message =
                format!("`{zone}` is no zone; write an offset such as +02:00 or -0530, or UTC");
            Error::new(ErrorKind::InvalidConfig, what, message)
        })?;
        Ok(Self { files, seconds })
    }
}

/// Seconds ahead of UTC of the clock that wrote the file `uri`: as the last zone that is for it
/// says.
pub(crate) fn zone_of(zones: &[Zone], uri: &str) -> i32 {
    let found = for_files::last(zones, uri, |zone| &zone.files);
    found.map_or(0, |zone| zone.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_zone_that_is_for_a_file_counts() {
        let zones = ["+02:00", "**/tokyo/*=+0900", "*.utc=UTC"];
        let zones: Vec<Zone> = zones.iter().filter_map(|zone| zone.parse().ok()).collect();
        assert_eq!(zones.len(), 3);
        assert_eq!(zone_of(&zones, "web.log"), 7_200);
        assert_eq!(zone_of(&zones, "logs/tokyo/web.log"), 32_400);
        assert_eq!(zone_of(&zones, "web.utc"), 0);
        assert_eq!(zone_of(&[], "web.log"), 0);
    }

    #[test]
    fn a_wrong_zone_is_told() {
        for text in ["", "Berlin", "x=", "+2", "[=+02:00"] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }
}
