//! What a run tells on standard error.

use nepho::{InputSummary, LeftOut};
use nepho_core::rejects::{Rejects, first_line};

/// Reasons of rejects that are told where there is no list of them.
const REASONS: usize = 8;

/// Tells what could not be read, each reason with the first place.
pub(crate) fn rejects(rejects: &Rejects) {
    for reason in rejects.by_reason.iter().take(REASONS) {
        let more = match reason.count {
            1 => String::new(),
            count => format!(" (and {} more like it)", count - 1),
        };
        match &reason.first {
            Some(first) => anstream::eprintln!(
                "nepho: {}:{}: {}{more}",
                first.uri,
                first.line,
                first_line(&first.reason)
            ),
            None => anstream::eprintln!("nepho: {} {}", reason.count, reason.reason),
        }
    }
    let others: u64 = rejects
        .by_reason
        .iter()
        .skip(REASONS)
        .map(|reason| reason.count)
        .sum();
    if others > 0 {
        anstream::eprintln!("nepho: {others} more pieces could not be read, for other reasons");
    }
}

/// Tells where the rows lie, if none is in the range of times that was asked for.
pub(crate) fn left_out(inputs: &[InputSummary]) {
    let mut all = LeftOut::default();
    inputs.iter().for_each(|input| all.add(input.left_out));
    if inputs.iter().any(|input| input.rows > 0) {
        return;
    }
    if let (Some(first), Some(last)) = (all.first, all.last) {
        anstream::eprintln!(
            "nepho: none of {} rows lies in the times asked for: the first is of {first}, the \
             last of {last}",
            all.rows
        );
    }
}
