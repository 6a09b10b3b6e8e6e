//! How a run ends: what could be read decides on the exit code.

use std::process::ExitCode;

use nepho::{Explanation, InputSummary, SkipKind, SkippedInput};

use crate::args::InputArgs;
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

/// The exit code of a run that read something. With `--strict` it tells what the code is for.
pub(crate) fn code(args: &InputArgs, read: &Explanation) -> ExitCode {
    let lost = lost(read).filter(|_| args.strict);
    if let Some(lost) = &lost {
        told::say(&format!("nepho: --strict: {lost}"));
    }
    match lost.is_none() && is_any_whole(&read.inputs) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// What of the input was lost.
fn lost(read: &Explanation) -> Option<String> {
    let unread = read.skipped.iter();
    let unread = unread.filter(|one| one.kind == SkipKind::Unread).count() as u64;
    let parts = [(unread, "path"), (read.reject_count, "record")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| told::counted(count, what))
        .collect();
    (!parts.is_empty()).then(|| format!("{} could not be read", parts.join(" and ")))
}

/// Whether whoever read the output went away (`nepho parse ... | head`), which is no error.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
