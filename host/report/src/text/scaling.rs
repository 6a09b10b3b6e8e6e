//! Groups that changed their size, or should have.

use nepho_core::findings::{ScalingDetails, ScalingSymptom, Urgency};

use super::canvas::{Canvas, bad, dim, plain, strong, warn};
use crate::model::{Conclusion, Report};
use crate::words;

/// Groups that are shown unless everything is asked for.
const GROUPS_SHOWN: usize = 8;

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    if report.scaling.is_empty() {
        return;
    }
    canvas.heading(
        "Scaling",
        &words::count(report.scaling.len() as u64, "finding", "findings"),
    );
    let shown = if canvas.is_full() {
        report.scaling.len()
    } else {
        GROUPS_SHOWN
    };
    let is_plain = |scaling: &&Conclusion<ScalingDetails>| !canvas.is_full() && is_well(scaling);
    let (well, others): (Vec<_>, Vec<_>) = report.scaling.iter().partition(is_plain);
    for scaling in others.iter().take(shown) {
        write_one(canvas, scaling);
    }
    if others.len() > shown {
        let left = others.len() - shown;
        canvas.paragraph(2, 2, &[dim(format!("and {left} more (-v shows all)"))]);
    }
    write_well(canvas, &well);
}

/// Whether a group only changed its size.
fn is_well(scaling: &Conclusion<ScalingDetails>) -> bool {
    scaling.urgency == Urgency::Info && scaling.details.symptoms == [ScalingSymptom::Scaled]
}

/// `2 groups changed their size, with which nothing is wrong: batch-asg (size 4), web (size 2).`
fn write_well(canvas: &mut Canvas, well: &[&Conclusion<ScalingDetails>]) {
    if well.is_empty() {
        return;
    }
    let names = well.iter().map(|scaling| {
        let details = &scaling.details;
        let mut sizes = details.events.iter().filter_map(|event| event.to);
        let last = sizes.next_back();
        match last {
            Some(last) => format!("{} (size {last})", details.group),
            None => details.group.clone(),
        }
    });
    let names: Vec<String> = names.collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = format!(
        "{} changed size, with which nothing is wrong: {} (-v shows all)",
        words::count(well.len() as u64, "group", "groups"),
        words::list(&names, GROUPS_SHOWN)
    );
    canvas.paragraph(2, 4, &[dim(text)]);
}

fn write_one(canvas: &mut Canvas, scaling: &Conclusion<ScalingDetails>) {
    let details = &scaling.details;
    let name = match scaling.urgency {
        Urgency::Critical => bad(&details.group),
        Urgency::Warning => warn(&details.group),
        Urgency::Info => strong(&details.group),
    };
    let symptoms: Vec<&str> = details
        .symptoms
        .iter()
        .map(|symptom| in_words(*symptom))
        .collect();
    let mut spans = vec![
        name,
        plain(owner(details)),
        plain(": "),
        plain(symptoms.join(", ")),
    ];
    if let Some(size) = size(details) {
        spans.push(plain(format!("; {size}")));
    }
    canvas.paragraph(2, 4, &spans);
    let explanation = if scaling.explanation.is_empty() {
        &scaling.title
    } else {
        &scaling.explanation
    };
    for text in [explanation, &details.recommendation] {
        if !text.is_empty() {
            canvas.paragraph(4, 4, &[plain(text)]);
        }
    }
    if canvas.is_full() {
        for event in &details.events {
            let reason = event
                .reason
                .as_ref()
                .map(|reason| format!(": {reason}"))
                .unwrap_or_default();
            canvas.paragraph(
                4,
                6,
                &[dim(format!(
                    "{} {}{reason}",
                    words::date_time(event.time),
                    event.action
                ))],
            );
        }
    }
    let evidence = if canvas.is_full() {
        scaling.evidence.len()
    } else {
        1
    };
    for row in scaling.evidence.iter().take(evidence) {
        canvas.evidence(4, row);
    }
}

/// ` (aws, service web)`.
fn owner(details: &ScalingDetails) -> String {
    let service = details
        .service
        .as_ref()
        .filter(|service| **service != details.group);
    match (&details.provider, service) {
        (Some(provider), Some(service)) => format!(" ({provider}, service {service})"),
        (Some(provider), None) => format!(" ({provider})"),
        (None, Some(service)) => format!(" (service {service})"),
        (None, None) => String::new(),
    }
}

/// `size 2 to 6, at the end 4, 2 to 6 allowed, 4 events, 14:35:00 to 14:41:00`.
fn size(details: &ScalingDetails) -> Option<String> {
    let (first, last) = (details.events.first()?, details.events.last()?);
    let sizes = details
        .events
        .iter()
        .flat_map(|event| [event.from, event.to])
        .flatten();
    let sizes: Vec<u64> = sizes.collect();
    let sizes = span(&sizes);
    let allowed = match (details.minimum, details.maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum} allowed, "),
        (None, Some(maximum)) => format!("at most {maximum} allowed, "),
        (Some(minimum), None) => format!("at least {minimum} allowed, "),
        (None, None) => String::new(),
    };
    let events = words::count(details.events.len() as u64, "event", "events");
    Some(format!(
        "{sizes}{allowed}{events}, {}",
        words::time_range(first.time, last.time)
    ))
}

/// `size 2 to 6, at the end 4, `.
fn span(sizes: &[u64]) -> String {
    match (sizes.iter().min(), sizes.iter().max(), sizes.last()) {
        (Some(least), Some(most), Some(end)) if end != most => {
            format!("size {least} to {most}, at the end {end}, ")
        }
        (Some(least), Some(most), _) if least == most => format!("size {most}, "),
        (Some(least), Some(most), _) => format!("size {least} to {most}, "),
        _ => String::new(),
    }
}

fn in_words(symptom: ScalingSymptom) -> &'static str {
    match symptom {
        ScalingSymptom::Scaled => "changed its size",
        ScalingSymptom::AtMaximum => "at its maximum",
        ScalingSymptom::Flapping => "flapping",
        ScalingSymptom::Ineffective => "growth did not help",
        ScalingSymptom::Failed => "a scaling activity failed",
        ScalingSymptom::Blind => "gets no metrics to scale by",
        ScalingSymptom::CpuHigh => "CPU above 70 %",
        ScalingSymptom::CpuLow => "CPU below 20 %",
        ScalingSymptom::ErrorRate => "more than 5 % of requests fail",
        ScalingSymptom::Slow => "more than 10 % of requests are slower than 1000 ms",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_size_is_no_span() {
        assert_eq!(span(&[6]), "size 6, ");
        assert_eq!(span(&[2, 6]), "size 2 to 6, ");
        assert_eq!(span(&[2, 6, 4]), "size 2 to 6, at the end 4, ");
        assert_eq!(span(&[]), "");
    }
}
