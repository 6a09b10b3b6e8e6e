//! Which writes leave more or fewer running than before.

use std::collections::HashMap;
use std::sync::Arc;

use nepho_core::tables::{Change, Outcome};

use crate::store::Write;

/// Tells writes that set how many of something run whether that is more or less than before.
///
/// How many there were tell the write before on the same thing, by whomever, or else the answer to
/// the call. Both lists are in order of time.
pub(crate) fn tell(writes: &mut [Write], background: &[Write]) {
    let mut last: HashMap<Arc<str>, u64> = HashMap::new();
    let mut others = background.iter().filter(|one| sets(one)).peekable();
    for write in writes.iter_mut().filter(|one| sets(one)) {
        while let Some(other) = others.next_if(|other| other.time <= write.time) {
            learn(&mut last, other);
        }
        let [only] = &*write.identities else {
            continue;
        };
        let size = write.size;
        let before = last.get(only).copied();
        let before = before.or_else(|| size.and_then(|size| size.before));
        write.resized = size.zip(before).and_then(|(size, before)| {
            let is_some = size.after > 0;
            match size.after.cmp(&before) {
                std::cmp::Ordering::Less => is_some.then_some(Change::TO_FEWER),
                std::cmp::Ordering::Greater => Some(Change::TO_MORE),
                std::cmp::Ordering::Equal => None,
            }
        });
        learn(&mut last, write);
    }
}

fn sets(write: &Write) -> bool {
    write.size.is_some() && write.event.outcome != Some(Outcome::Failure)
}

fn learn(last: &mut HashMap<Arc<str>, u64>, write: &Write) {
    if let (Some(size), [only]) = (write.size, &*write.identities) {
        last.insert(Arc::clone(only), size.after);
    }
}
