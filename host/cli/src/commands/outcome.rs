//! How a run ends: what could be read decides on the exit code.

use std::process::ExitCode;

use nepho::{InputSummary, SkippedInput};

use crate::commands::told;

/// Whether nothing was read; tells it, behind what was not read and is not told yet.
pub(crate) fn is_nothing(inputs: &[InputSummary], untold: &[SkippedInput]) -> bool {
    if inputs.is_empty() {
        told::skipped(untold);
        told::say("nepho: nothing could be read");
    }
    inputs.is_empty()
}

/// Whether something of the input could be read.
pub(crate) fn is_any_whole(inputs: &[InputSummary]) -> bool {
    !inputs.iter().all(InputSummary::is_all_broken)
}

/// The exit code of a run that read these files.
pub(crate) fn code(inputs: &[InputSummary]) -> ExitCode {
    match is_any_whole(inputs) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
