//! What the logs cost: by team, service and environment, with what nobody owns, and what rose.

use std::collections::BTreeMap;

use nepho_core::findings::{CostDetails, CostLine};

use super::canvas::{Align, Canvas, Span, cut, dim, plain, strong, warn};
use crate::model::Report;
use crate::words;

/// Owners of one kind that are shown unless everything is asked for.
const OWNERS_SHOWN: usize = 6;

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    for cost in &report.cost {
        let details = &cost.details;
        let has_price = has_price(details);
        let price = match has_price {
            true => words::money(details.total_cost, &details.currency),
            false => "no price known".to_owned(),
        };
        let total = format!("{}, {price}", words::bytes(details.total_bytes));
        canvas.heading("Cost of the logs (list price)", &total);
        // The share is that of the price, where there is one.
        let heads = match has_price {
            true => ["", "", "volume", "price", "share", "", "in 30 days"],
            false => ["", "", "volume", "", "share", "", ""],
        };
        let mut rows = vec![heads.map(dim).to_vec()];
        for (kind, owner) in OWNERS {
            rows.extend(owner_rows(canvas, details, kind, *owner));
        }
        let columns = [
            Align::Left,
            Align::Left,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Left,
            Align::Right,
        ];
        canvas.table(2, &columns, &rows);
        if details.unlabelled_bytes > 0 {
            let share = words::percent(details.unlabelled_bytes as f64, details.total_bytes as f64);
            let text = format!(
                "{} ({share}) of the volume has no team.",
                words::bytes(details.unlabelled_bytes)
            );
            canvas.paragraph(2, 2, &[warn(text)]);
        }
        write_spikes(canvas, report, details);
        if canvas.is_full() {
            for price in &details.prices {
                canvas.paragraph(2, 4, &[dim(price)]);
            }
        }
    }
}

type Owner = fn(&CostLine) -> Option<&str>;

const OWNERS: &[(&str, Owner)] = &[
    ("team", |line| line.team.as_deref()),
    ("service", |line| line.service.as_deref()),
    ("environment", |line| line.environment.as_deref()),
];

/// Volume and price of one owner.
#[derive(Clone, Copy, Default)]
struct Share {
    bytes: u64,
    cost: f64,
    monthly: Option<f64>,
    has_price: bool,
}

impl Share {
    fn add(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.cost += other.cost;
        self.has_price |= other.has_price;
        if let Some(monthly) = other.monthly {
            *self.monthly.get_or_insert(0.0) += monthly;
        }
    }
}

fn owner_rows(canvas: &Canvas, details: &CostDetails, kind: &str, owner: Owner) -> Vec<Vec<Span>> {
    let mut shares = BTreeMap::<Option<&str>, Share>::new();
    for line in &details.lines {
        let share = Share {
            bytes: line.bytes,
            cost: line.cost,
            monthly: line.monthly_cost,
            has_price: line.has_price(),
        };
        shares.entry(owner(line)).or_default().add(share);
    }
    let mut shares: Vec<_> = shares.into_iter().collect();
    shares.sort_by(|(a_name, a), (b_name, b)| {
        b.cost
            .total_cmp(&a.cost)
            .then(b.bytes.cmp(&a.bytes))
            .then(a_name.cmp(b_name))
    });
    let mut rest = Share::default();
    let most = if canvas.is_full() {
        usize::MAX
    } else {
        OWNERS_SHOWN
    };
    let hidden = if shares.len() > most {
        shares.split_off(most - 1)
    } else {
        Vec::new()
    };
    for (_, share) in &hidden {
        rest.add(*share);
    }
    let mut rows = Vec::new();
    for (index, (name, share)) in shares.iter().enumerate() {
        let name = match name {
            Some(name) => plain(cut(&words::clean(name), canvas.width() / 3 - 6)),
            None => warn(format!("(no {kind})")),
        };
        rows.push(row(
            canvas,
            details,
            if index == 0 { kind } else { "" },
            name,
            *share,
        ));
    }
    if !hidden.is_empty() {
        rows.push(row(
            canvas,
            details,
            "",
            dim(format!("{} others", hidden.len())),
            rest,
        ));
    }
    rows
}

fn row(canvas: &Canvas, details: &CostDetails, kind: &str, name: Span, share: Share) -> Vec<Span> {
    let bar_width = canvas.width().saturating_sub(74).min(16);
    let volume = plain(words::bytes(share.bytes));
    let is_by_price = details.total_cost > 0.0;
    if is_by_price && !share.has_price {
        // Of the price it has no share, which is not to be read as nothing.
        let mut row = vec![strong(kind), name, volume, dim("no price")];
        row.resize(7, plain(""));
        return row;
    }
    let (part, whole) = match is_by_price {
        true => (share.cost, details.total_cost),
        false => (share.bytes as f64, details.total_bytes as f64),
    };
    let money = |price: f64| words::money(price, &details.currency);
    let price = match (has_price(details), share.has_price) {
        (false, _) => plain(""),
        (true, false) => dim("no price"),
        (true, true) => plain(money(share.cost)),
    };
    vec![
        strong(kind),
        name,
        volume,
        price,
        plain(words::percent(part, whole)),
        dim(canvas.bar(if whole > 0.0 { part / whole } else { 0.0 }, bar_width)),
        dim(share.monthly.map(money).unwrap_or_default()),
    ]
}

/// Whether any of the logs is of a cloud, which has a price for it, be it nothing.
fn has_price(details: &CostDetails) -> bool {
    details.lines.iter().any(CostLine::has_price)
}

fn write_spikes(canvas: &mut Canvas, report: &Report, details: &CostDetails) {
    for spike in &details.spikes {
        let team = spike
            .team
            .as_ref()
            .map(|team| format!(" (team {team})"))
            .unwrap_or_default();
        let times = match spike.ratio > 0.0 {
            true => format!("{:.1} times", spike.ratio),
            false => "more than".to_owned(),
        };
        let text = format!(
            " logged {times} what it did before: {} per minute instead of {}, {}",
            words::bytes_of(spike.bytes_per_minute),
            words::bytes_of(spike.bytes_per_minute_before),
            words::time_range(spike.start, spike.end)
        );
        let severity = spike.severity.as_ref();
        let severity = severity.map(|severity| format!("; most of it is {severity}"));
        canvas.paragraph(
            2,
            4,
            &[
                warn("Spike: "),
                strong(&spike.service),
                plain(team),
                plain(text),
                plain(severity.unwrap_or_default()),
            ],
        );
        let change = report
            .changes
            .iter()
            .find(|known| Some(&known.id) == spike.change.as_ref());
        if let Some(change) = change {
            let actor = change.actor.as_ref();
            let actor = actor.map(|actor| format!(" by {actor}"));
            let before = match change.time {
                Some(time) => format!(" at {}", words::time_near(time, spike.start)),
                None => String::new(),
            };
            let text = format!("{}{}{before}", change.address, actor.unwrap_or_default());
            canvas.paragraph(4, 6, &[strong("right before: "), plain(text)]);
        }
    }
}
