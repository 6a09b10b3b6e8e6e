//! What a run tells on standard error.

use nepho::{InputSummary, LeftOut};

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
