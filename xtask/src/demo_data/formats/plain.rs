//! Plain files of services that ship nothing: text, logfmt.

use super::File;
use crate::demo_data::clock::{DAY, MILLI, iso_millis, time_of_day};
use crate::demo_data::story::Service;
use crate::demo_data::traffic::{Entry, FILE_WRITER, Ledger};

/// The file of the one instance of checkout that writes text: a line for each answered request.
pub(crate) fn checkout_text(ledger: &Ledger) -> File {
    let lines: Vec<String> = ledger
        .lines_of(Service::Checkout)
        .into_iter()
        .filter(|line| line.host == FILE_WRITER)
        .filter_map(text_line)
        .collect();
    File::of_lines("hosts/checkout.log.zst", &lines)
}

fn text_line(line: &Entry) -> Option<String> {
    let (status, took) = line.answer?;
    Some(format!(
        "[{DAY} {}.{:03}] {} - {} {} - status: {status} - response_time: {}.{:02}ms - {}",
        time_of_day(line.time),
        line.time / MILLI % 1000,
        line.level.upper(),
        line.method,
        line.path,
        took / MILLI,
        took % MILLI / 10,
        line.message,
    ))
}

/// The file of the catalog in logfmt.
pub(crate) fn catalog_logfmt(ledger: &Ledger) -> File {
    let lines: Vec<String> = ledger
        .lines_of(Service::Catalog)
        .into_iter()
        .map(logfmt_line)
        .collect();
    File::of_lines("hosts/catalog.logfmt.zst", &lines)
}

fn logfmt_line(line: &Entry) -> String {
    let (status, took) = line.answer.unwrap_or_default();
    format!(
        "ts={} level={} service={} team={} env=production msg=\"{}\" method={} path={} \
         status={status} \
         duration={}ms trace_id={}",
        iso_millis(line.time),
        line.level.lower(),
        line.service.name(),
        line.service.team(),
        line.message,
        line.method,
        line.path,
        took / MILLI,
        line.trace.as_deref().unwrap_or("-"),
    )
}
