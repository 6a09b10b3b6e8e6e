//! Failures of one service that come again with the same messages: one incident that repeats.

use std::collections::BTreeMap;

use super::roots::Case;
use super::scene::{MESSAGES, Scene};
use crate::bursts::Burst;

/// Times that a failure comes from which it repeats; of two the second may be another.
const FEWEST: usize = 3;
/// Times that it must have come before a change for the change to have nothing to do with it.
const BEFORE: usize = 2;
/// How much longer, or how much more of the rows, one time may be than the time before.
const ALIKE: f64 = 4.0;
/// Share of the messages of either time that the most frequent of the other has at least.
const SHARED: f64 = 0.25;
/// Words of a message that are compared.
const WORDS: usize = 12;

/// A failure, and the times that it came again, as places in the list of cases.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    /// The first time.
    pub first: usize,
    /// The later ones, by time.
    pub again: Vec<usize>,
}

/// Puts together what repeats. `causes` are the changes held responsible for each of the cases,
/// which are in order of time.
///
/// What failed alike twice before a change did not need the change; a single time before may be
/// something else.
pub(crate) fn series(scene: &Scene<'_>, cases: &[Case], causes: &[Option<String>]) -> Vec<Series> {
    let shapes: Vec<BTreeMap<String, f64>> = cases
        .iter()
        .map(|case| shapes(scene, case.primary))
        .collect();
    let cause = |index: usize| causes.get(index).and_then(Option::as_deref);
    let mut found: Vec<Series> = Vec::new();
    for index in 0..cases.len() {
        let is_same = |series: &&mut Series| {
            let last = series.again.last().copied().unwrap_or(series.first);
            let own = cause(index).filter(|own| cause(series.first) != Some(*own));
            let is_free = cause(series.first).is_none() && series.again.len() + 1 >= BEFORE;
            (own.is_none() || is_free)
                && are_alike(scene, &cases[last], &cases[index])
                && share(&shapes[last], &shapes[index])
        };
        match found.iter_mut().rev().find(is_same) {
            Some(series) => series.again.push(index),
            None => found.push(Series {
                first: index,
                again: Vec::new(),
            }),
        }
    }
    let single = |first: usize| Series {
        first,
        again: Vec::new(),
    };
    let mut kept: Vec<Series> = Vec::new();
    for series in found {
        if series.again.len() + 1 >= FEWEST {
            kept.push(series);
            continue;
        }
        kept.push(single(series.first));
        kept.extend(series.again.into_iter().map(single));
    }
    kept.sort_by_key(|series| series.first);
    kept
}

/// Whether two cases are of the same service, one after the other, and much of a size.
fn are_alike(scene: &Scene<'_>, earlier: &Case, later: &Case) -> bool {
    let (Some(first), Some(second)) = (
        scene.bursts.get(earlier.primary),
        scene.bursts.get(later.primary),
    ) else {
        return false;
    };
    let near = |one: f64, other: f64| one <= other * ALIKE && other <= one * ALIKE;
    let length = |burst: &Burst| burst.last.saturating_sub(burst.onset).max(1) as f64;
    let failing = |burst: &Burst| burst.failures as f64 / burst.rows.max(1) as f64;
    first.timeline == second.timeline
        && first.last < second.onset
        && near(length(first), length(second))
        && near(failing(first), failing(second))
}

/// What the failing rows of a burst say without what differs from row to row, each with its share.
fn shapes(scene: &Scene<'_>, burst: usize) -> BTreeMap<String, f64> {
    let mut shapes: BTreeMap<String, f64> = BTreeMap::new();
    let Some(burst) = scene.bursts.get(burst) else {
        return shapes;
    };
    let samples: Vec<_> = scene.samples(burst).take(MESSAGES).collect();
    for (_, sample) in &samples {
        *shapes.entry(shape(&sample.evidence.text)).or_default() += 1.0 / samples.len() as f64;
    }
    shapes
}

/// The first words of a message; those with digits are what differs.
fn shape(text: &str) -> String {
    let words = text.split_whitespace().take(WORDS);
    let words = words.map(|word| match word.contains(|c: char| c.is_ascii_digit()) {
        true => "#",
        false => word,
    });
    words.collect::<Vec<&str>>().join(" ")
}

/// Whether what is said most at one time is said at the other as well.
fn share(first: &BTreeMap<String, f64>, second: &BTreeMap<String, f64>) -> bool {
    let most = |shapes: &BTreeMap<String, f64>| {
        let best = shapes.iter().max_by(|one, other| one.1.total_cmp(other.1));
        best.map(|(shape, _)| shape.clone())
    };
    let has = |shapes: &BTreeMap<String, f64>, shape: Option<String>| {
        let share = shape.and_then(|shape| shapes.get(&shape).copied());
        share.is_some_and(|share| share >= SHARED)
    };
    has(second, most(first)) && has(first, most(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_row_to_row_is_no_part_of_the_shape() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(shape(one) == shape(other), expected, "{one}");
        };
        check("order ord-17 failed: 502", "order ord-9 failed: 503", true);
        check("order ord-17 failed: 502", "charge of ord-9 failed", false);
    }
}
