//! Says in plain sentences what happened and what to do.

use nepho_core::Timestamp;
use nepho_core::findings::ScalingSymptom;

use super::Case;
use crate::health::cpu::Load;
use crate::symptoms::{AtMaximum, Blind, Flapping, Ineffective, Trouble};

/// One line for a list.
pub(super) fn title(case: &Case<'_>, symptoms: &[ScalingSymptom]) -> String {
    let name = &case.name;
    if let Some(found) = &case.ineffective {
        return format!(
            "{name} grew from {} to {} and it did not help",
            found.from, found.to
        );
    }
    if let Some(found) = &case.at_maximum {
        return match found.size {
            Some(size) => format!("{name} is at its maximum of {size}"),
            None => format!("{name} is at its maximum"),
        };
    }
    if let Some(found) = &case.flapping {
        return format!("{name} grew and shrank in turns, {} times", found.turns);
    }
    if symptoms.contains(&ScalingSymptom::Failed) {
        return format!("{name} could not change its size");
    }
    if case.blind.is_some() {
        return format!("{name} is not scaled, for its autoscaler gets no metrics");
    }
    if let Some(found) = &case.error_rate {
        return format!("{} of the requests of {name} failed", percent(found.share));
    }
    if let Some(found) = &case.slow {
        return format!(
            "{} of the requests of {name} took longer than 1000 ms",
            percent(found.share)
        );
    }
    if symptoms.contains(&ScalingSymptom::CpuHigh) {
        return format!("{name} has CPU above 70 %");
    }
    if symptoms.contains(&ScalingSymptom::CpuLow) {
        return format!("{name} has CPU below 20 %");
    }
    match sizes(case) {
        Some((_, to)) if is_start_untold(case) => format!("{name} was set to {to} instances"),
        Some((from, to)) => format!("{name} went from {from} to {to} instances"),
        None => format!("{name} changed its size"),
    }
}

/// Size before the first change and after the last.
fn sizes(case: &Case<'_>) -> Option<(u64, u64)> {
    let first = case
        .changes
        .iter()
        .find_map(|change| change.from.or(change.to))?;
    let last = case
        .changes
        .iter()
        .rev()
        .find_map(|change| change.to.or(change.from))?;
    Some((first, last))
}

/// Whether a single size is all that is told.
fn is_start_untold(case: &Case<'_>) -> bool {
    matches!(&case.changes[..], [only] if only.from.is_none() || only.to.is_none())
}

/// What was seen, in sentences.
pub(super) fn explanation(case: &Case<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    if let Some(found) = &case.ineffective {
        let service = case.service.as_deref().unwrap_or(&case.name);
        told.push(without_effect(found, service));
    }
    told.extend(case.at_maximum.as_ref().map(reached));
    told.extend(case.flapping.as_ref().map(turned));
    told.extend(failed(case));
    told.extend(case.blind.as_ref().map(unseen));
    told.extend(case.loads.iter().map(loaded));
    for (found, what) in [
        (&case.error_rate, "failed"),
        (&case.slow, "took longer than 1000 ms"),
    ] {
        told.extend(found.as_ref().map(|found| {
            format!(
                "In the worst 5 minutes {} of {} requests {what}; such minutes lie between {} and {}.",
                percent(found.share),
                found.requests,
                found.start,
                found.end
            )
        }));
    }
    if told.is_empty() {
        told.push(scaled(case));
    }
    if case.changes.iter().any(|change| change.is_counted) {
        let text = "Some sizes are counted from launches and terminations, since the log does not tell them.";
        told.push(text.to_owned());
    }
    if case.beyond > 0 {
        told.push(format!("{} later rows on it were not kept.", case.beyond));
    }
    told.join(" ")
}

fn reached(found: &AtMaximum) -> String {
    let size = found
        .size
        .map(|size| format!(" of {size}"))
        .unwrap_or_default();
    let wishes = match found.wishes {
        0 => String::new(),
        1 => ", and once more was wanted".to_owned(),
        wishes => format!(", and {wishes} times more was wanted"),
    };
    format!("It reached its maximum{size} at {}{wishes}.", found.since)
}

fn turned(found: &Flapping) -> String {
    let range = match (found.smallest, found.largest) {
        (Some(smallest), Some(largest)) => format!(" between {smallest} and {largest}"),
        _ => String::new(),
    };
    format!(
        "From {} to {} it changed its size {} times{range} and turned {} times.",
        found.start, found.end, found.changes, found.turns
    )
}

fn failed(case: &Case<'_>) -> Option<String> {
    let first = case.failures().next()?;
    let why = first.reason.as_ref();
    let why = why
        .map(|reason| format!(": {}", sentence_part(reason)))
        .unwrap_or_default();
    Some(format!(
        "{} failed, the first at {}{why}.",
        activities(case),
        first.time
    ))
}

fn unseen(found: &Blind) -> String {
    format!(
        "Its autoscaler got no metrics from {} to {} ({} times told) and could not change its size.",
        found.start, found.end, found.times
    )
}

/// `1 activity`, `3 activities`: those that failed.
fn activities(case: &Case<'_>) -> String {
    match case.failures().map(|change| change.count).sum::<u64>() {
        1 => "1 activity".to_owned(),
        count => format!("{count} activities"),
    }
}

fn loaded(load: &Load) -> String {
    let (word, count) = if load.is_high {
        ("above 70 %", load.readings.high)
    } else {
        ("below 20 %", load.readings.low)
    };
    format!(
        "CPU was {word} in {count} of {} readings from {} to {}.",
        load.readings.all, load.start, load.end
    )
}

fn without_effect(found: &Ineffective, service: &str) -> String {
    let what = trouble(found.trouble);
    format!(
        "From {} to {} it grew from {} to {}. In the 5 minutes before, {} of {service}'s {what}; in the 10 minutes after the new \
         instances were there, {}.",
        found.start,
        found.end,
        found.from,
        found.to,
        percent(found.before),
        percent(found.after)
    )
}

fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Failing => "rows were failures",
        Trouble::Slow => "requests took longer than 1000 ms",
    }
}

fn scaled(case: &Case<'_>) -> String {
    let times = match (case.changes.first(), case.changes.last()) {
        (Some(first), Some(last)) if first.time != last.time => {
            format!("from {} to {}", first.time, last.time)
        }
        (Some(only), _) => format!("at {}", only.time),
        _ => return String::new(),
    };
    let changes = case.changes.len();
    let word = if changes == 1 { "change" } else { "changes" };
    match sizes(case) {
        Some((_, to)) if is_start_untold(case) => {
            format!("It was set to {to} instances {times}; nothing is wrong with that.")
        }
        Some((from, to)) => format!(
            "It went from {from} to {to} instances in {changes} {word} {times}; nothing is wrong with that."
        ),
        None => format!("It changed its size {times}; nothing is wrong with that."),
    }
}

/// What to do, in one sentence.
pub(super) fn recommendation(case: &Case<'_>, symptoms: &[ScalingSymptom]) -> String {
    if let Some(found) = &case.ineffective {
        return find_the_cause(case, found);
    }
    if let Some(first) = case.failures().next() {
        let why = first.reason.as_ref();
        let why = why
            .map(|reason| format!(" ({})", sentence_part(reason)))
            .unwrap_or_default();
        return format!(
            "Find out why {} of scaling failed{why}: without other zones, other machine types, a higher quota or the missing \
             permission the group cannot grow.",
            activities(case)
        );
    }
    if case.blind.is_some() && case.at_maximum.is_none() {
        return "Find out why the autoscaler gets no metrics: whether the metrics server (or adapter) runs, and whether all \
                containers request CPU; until then set the size by hand."
            .to_owned();
    }
    if let Some(found) = &case.at_maximum {
        return raise(case, found.size, found.since, found.wishes);
    }
    if let Some(found) = &case.flapping {
        let minutes = found.end.since(found.start) / 60_000_000_000;
        let keep = found
            .largest
            .map(|size| format!(" and keep {size} instances for that long"))
            .unwrap_or_default();
        return format!(
            "Hold back scaling in: {} changes in {minutes} minutes undid each other, so set the cooldown (or stabilization window) of \
             scaling in to at least {} minutes{keep}, or move the two thresholds further apart.",
            found.changes,
            pause(minutes, found.turns)
        );
    }
    if let Some(found) = &case.error_rate {
        return format!(
            "Find out why {} of {} requests failed within 5 minutes before changing the size: failures are rarely a lack of instances \
             unless CPU is high as well.",
            percent(found.share),
            found.requests
        );
    }
    if let Some(load) = case.load(true) {
        return format!(
            "Add instances or let the group grow earlier: CPU was above 70 % in {} of {} readings.",
            load.readings.high, load.readings.all
        );
    }
    if let Some(found) = &case.slow {
        return format!(
            "Find out what {} of {} requests waited for longer than 1000 ms; more instances help only if they waited for CPU.",
            percent(found.share),
            found.requests
        );
    }
    if let (true, Some(load)) = (symptoms.contains(&ScalingSymptom::CpuLow), case.load(false)) {
        return format!(
            "Try fewer or smaller instances: CPU was below 20 % in {} of {} readings.",
            load.readings.low, load.readings.all
        );
    }
    "Nothing to do: it changed its size as it should.".to_owned()
}

fn find_the_cause(case: &Case<'_>, found: &Ineffective) -> String {
    let more = found.to.saturating_sub(found.from);
    let word = if more == 1 { "instance" } else { "instances" };
    let first = match (
        case.at_maximum.as_ref().and_then(|one| one.size),
        case.limits.1,
    ) {
        (Some(maximum), _) | (None, Some(maximum)) => {
            format!("Raise the maximum above {maximum} only after the cause is found")
        }
        (None, None) => "Add no more instances before the cause is found".to_owned(),
    };
    let what = match found.trouble {
        Trouble::Failing => "of the rows were failures",
        Trouble::Slow => "of the requests were slow",
    };
    format!(
        "{first}: {more} more {word} changed nothing ({} {what} before, {} after).",
        percent(found.before),
        percent(found.after)
    )
}

fn raise(case: &Case<'_>, size: Option<u64>, since: Timestamp, wishes: u64) -> String {
    let above = size
        .map(|size| format!(" above {size}"))
        .unwrap_or_default();
    let is_short = case.error_rate.is_some() || case.slow.is_some() || case.load(true).is_some();
    let why = match (wishes, is_short) {
        (_, true) => "the service is in trouble and the group cannot grow",
        (0, false) => "the group has no room left for the next rise of load",
        (_, false) => "the group wanted more and could not have it",
    };
    format!("Raise the maximum{above}: {why} since {since}.")
}

/// Minutes between two turns, and half as many again.
fn pause(minutes: i64, turns: usize) -> i64 {
    let turns = i64::try_from(turns).unwrap_or(i64::MAX).max(1);
    (minutes.saturating_mul(3) / turns.saturating_mul(2)).max(5)
}

/// The words of a log as part of a sentence.
fn sentence_part(words: &str) -> &str {
    words.trim().trim_end_matches('.')
}

/// `43 %`; one decimal below ten.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 9.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}
