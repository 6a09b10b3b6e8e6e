//! The page beside the files that tells the story.

use super::clock::time_of_day;
use super::expected::Facts;
use super::formats::File;

/// The file `README.md`.
pub(crate) fn text(facts: &Facts, files: &[File], packed: usize) -> String {
    let unpacked: usize = files.iter().map(|file| file.bytes.len()).sum();
    let onsets: String = facts
        .failures
        .iter()
        .map(|(service, first, _, errors)| {
            format!(
                "| {} | {} | {errors} |\n",
                service.name(),
                time_of_day(*first)
            )
        })
        .collect();
    let counts = format!(
        "{} files, {} events, {:.1} MB ({:.1} MB compressed)",
        files.len(),
        facts.rows,
        unpacked as f64 / 1e6,
        packed as f64 / 1e6,
    );
    TEXT.replace("{counts}", &counts)
        .replace("{onsets}", &onsets)
        .replace("{ratio}", &format!("{:.1}", facts.storm_ratio))
}

const TEXT: &str = include_str!("readme.md");
