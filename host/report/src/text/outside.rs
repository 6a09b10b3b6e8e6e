//! Changes made outside infrastructure code. What opens, hides or hands out things comes first, as
//! one entry for each who did so.

use std::collections::BTreeMap;

use nepho_core::findings::{OutsideChange, Urgency, WriteClass};

use super::canvas::{Canvas, bad, dim, plain, strong, warn};
use crate::model::{Conclusion, Report};
use crate::words;

/// Changes that are shown unless everything is asked for.
const CHANGES_SHOWN: usize = 10;

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    let changes = &report.outside_changes;
    if changes.is_empty() {
        return;
    }
    let managed = changes
        .iter()
        .filter(|change| !change.details.managed.is_empty())
        .count() as u64;
    let aside = match managed {
        0 => words::count(changes.len() as u64, "finding", "findings"),
        _ => format!(
            "{} of {} on managed resources",
            words::number(managed),
            words::number(changes.len() as u64)
        ),
    };
    canvas.heading("Changed outside infrastructure code", &aside);
    let shown = if canvas.is_full() {
        changes.len()
    } else {
        CHANGES_SHOWN
    };
    for (actor, deeds) in grave(report) {
        write_actor(canvas, actor, &deeds);
    }
    let is_told = |change: &&Conclusion<OutsideChange>| !is_of_grave(report, change);
    let others: Vec<_> = changes.iter().filter(is_told).collect();
    for change in others.iter().take(shown) {
        write_one(canvas, change);
    }
    if others.len() > shown {
        canvas.paragraph(
            2,
            2,
            &[dim(format!(
                "and {} more (-v shows all)",
                others.len() - shown
            ))],
        );
    }
}

/// What each did who opened, hid or handed out something in a way that is critical, by time; who
/// did so first comes first.
pub(crate) fn grave(report: &Report) -> Vec<(&str, Vec<&Conclusion<OutsideChange>>)> {
    let mut by_actor: BTreeMap<&str, Vec<&Conclusion<OutsideChange>>> = BTreeMap::new();
    for change in report.outside_changes.iter().filter(|one| has_effect(one)) {
        by_actor
            .entry(&change.details.actor)
            .or_default()
            .push(change);
    }
    let mut found: Vec<_> = by_actor.into_iter().collect();
    found.retain(|(_, deeds)| deeds.iter().any(|one| one.urgency == Urgency::Critical));
    for (_, deeds) in &mut found {
        deeds.sort_by_key(|one| (one.details.first, &one.id));
    }
    found.sort_by_key(|(actor, deeds)| (deeds.first().map(|one| one.details.first), *actor));
    found
}

fn has_effect(change: &Conclusion<OutsideChange>) -> bool {
    change.details.effect.is_some()
}

/// Whether a change is told with the others of somebody who did something critical.
fn is_of_grave(report: &Report, change: &Conclusion<OutsideChange>) -> bool {
    let mut others = report.outside_changes.iter();
    has_effect(change)
        && others.any(|other| {
            other.urgency == Urgency::Critical && other.details.actor == change.details.actor
        })
}

/// Deeds of one who did something critical that are shown unless everything is asked for.
const DEEDS_SHOWN: usize = 12;

/// One entry: who, from where, and what in the order in which it was done.
fn write_actor(canvas: &mut Canvas, actor: &str, deeds: &[&Conclusion<OutsideChange>]) {
    let mut addresses: Vec<&str> = Vec::new();
    for address in deeds.iter().flat_map(|one| &one.details.addresses) {
        if !addresses.contains(&address.as_str()) {
            addresses.push(address);
        }
    }
    let from = match addresses.is_empty() {
        true => String::new(),
        false => format!(" from {}", words::list(&addresses, 3)),
    };
    let count = words::count(deeds.len() as u64, "thing", "things");
    let head = format!(" did {count} that open, hide or hand out something{from}");
    canvas.paragraph(2, 4, &[bad("critical: "), strong(actor), plain(head)]);
    let shown = if canvas.is_full() {
        deeds.len()
    } else {
        DEEDS_SHOWN
    };
    for deed in deeds.iter().take(shown) {
        let details = &deed.details;
        let named = details.resources.first();
        let on = named.map(|id| format!(" on {}", short(id)));
        let effect = details.effect.as_deref().unwrap_or_default();
        let text = format!(": {effect}{}", on.unwrap_or_default());
        canvas.paragraph(
            4,
            6,
            &[
                plain(format!("{} ", words::time_of_day(details.first))),
                strong(&details.action),
                plain(text),
            ],
        );
    }
    if deeds.len() > shown {
        let more = format!("and {} more (-v shows all)", deeds.len() - shown);
        canvas.paragraph(4, 4, &[dim(more)]);
    }
}

fn write_one(canvas: &mut Canvas, change: &Conclusion<OutsideChange>) {
    let details = &change.details;
    let times = match details.count {
        1 => String::new(),
        count => format!(" {} times", words::number(count)),
    };
    let failed = match details.failed {
        0 => String::new(),
        failed if failed == details.count => ", refused".to_owned(),
        failed => format!(", {} of them refused", words::number(failed)),
    };
    let head = format!(
        " by {} ({})",
        means(details.class),
        words::time_range(details.first, details.last)
    );
    let mut spans = vec![strong(&details.actor), plain(": "), strong(&details.action)];
    spans.push(plain(format!("{times}{failed}{head}")));
    canvas.paragraph(2, 4, &spans);
    if let Some(effect) = &details.effect {
        canvas.paragraph(4, 6, &[warn(format!("it {effect}"))]);
    }
    if !details.managed.is_empty() {
        let names: Vec<&str> = details.managed.iter().map(String::as_str).collect();
        let most = if canvas.is_full() { usize::MAX } else { 4 };
        canvas.paragraph(
            4,
            6,
            &[warn(format!(
                "managed by code: {}",
                words::list(&names, most)
            ))],
        );
    } else if !details.resources.is_empty() {
        let is_full = canvas.is_full();
        let whole = |id: &'_ String| {
            if is_full {
                id.clone()
            } else {
                short(id).to_owned()
            }
        };
        let names: Vec<String> = details.resources.iter().map(whole).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let most = if is_full { usize::MAX } else { 2 };
        canvas.paragraph(4, 6, &[dim(format!("on {}", words::list(&names, most)))]);
    }
    let evidence = if canvas.is_full() {
        change.evidence.len()
    } else {
        0
    };
    for row in change.evidence.iter().take(evidence) {
        canvas.evidence(4, row);
    }
}

/// What tells a resource of one account from others: `user/ops` of
/// `arn:aws:iam::111122223333:user/ops`, `microsoft.web/sites/web` of the id of an Azure resource.
fn short(id: &str) -> &str {
    if let Some((_, rest)) = id.rsplit_once("/providers/") {
        return rest;
    }
    let rest = id
        .strip_prefix("arn:")
        .and_then(|arn| arn.splitn(5, ':').nth(4));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(id)
}

fn means(class: WriteClass) -> &'static str {
    match class {
        WriteClass::Iac => "an infrastructure tool",
        WriteClass::IacUnregistered => {
            "an infrastructure tool in a run that the input does not tell of"
        }
        WriteClass::Console => "the web console",
        WriteClass::Script => "a script or command line",
        WriteClass::Runtime => "an agent on the resource",
        WriteClass::Service => "the cloud itself",
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ids_are_told_without_account_and_region() {
        let check = |id: &str, expected: &str| assert_eq!(short(id), expected);
        check("arn:aws:iam::111122223333:user/ops", "user/ops");
        check("arn:aws:s3:::shop-logs", "shop-logs");
        check(
            "/subscriptions/s/resourceGroups/g/providers/microsoft.web/sites/web",
            "microsoft.web/sites/web",
        );
        check("projects/shop/topics/orders", "projects/shop/topics/orders");
    }
}
