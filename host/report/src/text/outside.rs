//! Changes made outside infrastructure code.

use nepho_core::findings::{OutsideChange, WriteClass};

use super::canvas::{Canvas, dim, plain, strong, warn};
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
    for change in changes.iter().take(shown) {
        write_one(canvas, change);
    }
    if changes.len() > shown {
        canvas.paragraph(
            2,
            2,
            &[dim(format!(
                "and {} more (-v shows all)",
                changes.len() - shown
            ))],
        );
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
