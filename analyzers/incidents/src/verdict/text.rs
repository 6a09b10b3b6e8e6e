//! The title and the explanation of an incident.

use nepho_core::findings::incident::ServiceFailure;
use nepho_core::findings::{ConsideredChange, Recurrence, Trouble};

use super::weigh::Weighed;
use crate::words;

/// One line for a list.
pub(crate) fn title(
    primary: &ServiceFailure,
    others: &[ServiceFailure],
    cause: Option<&ConsideredChange>,
    again: usize,
) -> String {
    let names: Vec<String> = others.iter().map(|other| other.service.clone()).collect();
    let followed = if names.is_empty() {
        String::new()
    } else {
        format!("; {} followed", words::list(&names, 4))
    };
    let because = match cause {
        Some(change) => format!(
            "; cause: {}",
            change.called().unwrap_or_else(|| done(change))
        ),
        None => "; no change explains it".to_owned(),
    };
    let times = match again {
        0 => String::new(),
        again => format!(" {} times", again + 1),
    };
    format!("{} broke first{times}{followed}{because}", primary.service)
}

/// Why, in sentences.
pub(crate) fn explanation(
    primary: &ServiceFailure,
    others: &[ServiceFailure],
    cause: Option<&ConsideredChange>,
    weighed: &Weighed,
    trouble: Option<&Trouble>,
    again: &[Recurrence],
) -> String {
    let mut text = format!(
        "{} failed first, at {}",
        primary.service,
        words::moment(primary.onset)
    );
    if let Some(evidence) = primary.evidence.first() {
        text.push_str(&format!(": \"{}\"", evidence.text.trim()));
    }
    text.push_str(&format!(
        ". It is held to be the first because {}.",
        primary.reason
    ));
    if let Some(trouble) = trouble {
        text.push_str(&format!(" Its messages tell of {}.", trouble.text));
    }
    if let (Some(last), count) = (again.last(), again.len()) {
        let times = words::count(count as u64, "time", "times");
        text.push_str(&format!(
            " The same failure came {times} more, the last at {}.",
            words::clock(last.start)
        ));
    }
    if !others.is_empty() {
        let named: Vec<String> = others
            .iter()
            .map(|other| format!("{} at {}", other.service, words::clock(other.onset)))
            .collect();
        text.push_str(&format!(" Then followed {}.", words::list(&named, 8)));
    }
    if let Some(ending) = &weighed.ending {
        text.push_str(&format!(" It ended {}.", ending.text));
    }
    match cause {
        Some(change) => {
            let actor = change
                .actor
                .as_ref()
                .map_or_else(String::new, |actor| format!(" by {actor}"));
            let what = match change.called() {
                Some(called) => format!("that {called}"),
                None => format!("the {}", done(change)),
            };
            text.push_str(&format!(
                " Held responsible is {what}{actor} ({}): {}.",
                change.what, change.why
            ));
            if weighed.is_close {
                text.push_str(" Another change explains it nearly as well.");
            }
        }
        None => {
            text.push_str(" No change explains this. ");
            text.push_str(&weighed.checked.join(" "));
        }
    }
    text
}

/// `terraform update of aws_security_group.db`.
fn done(change: &ConsideredChange) -> String {
    format!("{} {} of {}", change.tool, change.action, change.address)
}
