//! Service that writes a file, from its name.

use std::sync::Arc;

use nepho_core::format::Stream;
use nepho_core::uuid::is_uuid;

use crate::pod;

/// Names of files and folders that say nothing of who writes them.
const GENERAL: [&str; 36] = [
    "app",
    "application",
    "apps",
    "log",
    "logs",
    "out",
    "output",
    "stdout",
    "stderr",
    "error",
    "errors",
    "access",
    "messages",
    "syslog",
    "events",
    "event",
    "data",
    "console",
    "server",
    "current",
    "main",
    "all",
    "tmp",
    "temp",
    "var",
    "mixed",
    "raw",
    "input",
    "sample",
    "samples",
    "test",
    "tests",
    "json",
    "text",
    "txt",
    "service",
];

/// What files are called that only tell which one of many they are, as those of Azure Monitor are.
///
/// Source: learn.microsoft.com/azure/azure-monitor/essentials/resource-logs, as of 2026-12-01.
const NUMBERED: [&str; 3] = ["PT1H", "part", "object"];

/// Keys of folders such as `service=checkout` that name who writes what is in them.
const NAMING: [&str; 6] = [
    "service",
    "app",
    "application",
    "container",
    "function",
    "job",
];

/// Ways of the compass in names of regions.
const WAYS: [&str; 9] = [
    "north",
    "northeast",
    "east",
    "southeast",
    "south",
    "southwest",
    "west",
    "northwest",
    "central",
];

/// Letters of a UUID.
const UUID: usize = 36;

/// Folders above a file that are looked at for a name.
const FOLDERS: usize = 8;

/// Service that the stream was told to be of, or else by the name of the file or of the folder it
/// stands in: `checkout` for `/var/log/checkout.log`, `checkout-2026-05-12.log.gz`,
/// `checkout/app.log` and, of a pod, `checkout-7d9f8b6c5-x2x4z.log`. `None` for names that do not
/// look like one.
pub fn service(stream: &Stream) -> Option<&str> {
    if let Some(told) = &stream.service {
        return Some(told);
    }
    let mut parts = stream.uri.rsplit(['/', '\\']);
    let file = parts.next()?;
    let stem = file.split('.').next().unwrap_or(file);
    let has_log_ending = [".log", ".json", ".ndjson", ".jsonl", ".txt", ".out"]
        .iter()
        .any(|ending| file.contains(ending));
    if let Some(name) = name(stem).filter(|_| has_log_ending) {
        return Some(name);
    }
    // Only a general file name (`app.log`) leaves the word to its folder.
    let is_general = is_general(trim_date(stem));
    parts
        .next()
        .filter(|_| is_general && has_log_ending)
        .and_then(name)
}

/// Service for rows that nothing else names one for: that of [`service`], or else whatever the file
/// is called, or the nearest folder with a name, so that the rows can be spoken of: `checkout` for
/// `exports/checkout/<id>/<stream>/000000.gz`, `checkout-1-2026-05-12-14-00-00-<uuid>` and
/// `service=checkout/dt=2026-05-12/00.log`.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasks.html,
/// docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html, as of 2026-12-01.
pub fn service_or_name(stream: &Stream) -> Option<&str> {
    let stem = stream.file_name().split('.').next().unwrap_or_default();
    match stem {
        "" => None,
        "-" => service(stream).or(Some("stdin")),
        stem => service(stream)
            .or_else(|| {
                let name = trim_date(stem);
                let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic());
                let is_own = is_word && !NUMBERED.contains(&name);
                (is_own && name.len() <= 40).then_some(name)
            })
            .or_else(|| container(stream.file_name()))
            .or_else(|| folder(&stream.uri)),
    }
}

/// Name of the nearest folder that has one. What AWS delivers lies in folders that it names.
fn folder(uri: &str) -> Option<&str> {
    if uri.split('/').any(|part| part == "AWSLogs") {
        return None;
    }
    let folders = uri.rsplit(['/', '\\']).skip(1).take(FOLDERS);
    folders
        .filter_map(|folder| match folder.split_once('=') {
            Some((key, value)) => NAMING.contains(&key).then_some(value),
            None => Some(folder),
        })
        .filter(|folder| !is_region(folder))
        .find_map(name)
}

/// Whether a folder is called as a region of AWS, `eu-west-1`, or of Google Cloud, `europe-west1`.
fn is_region(folder: &str) -> bool {
    let place = folder.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut words = place.trim_end_matches('-').rsplit('-');
    let way = words.next().unwrap_or_default();
    place.len() < folder.len() && words.next().is_some() && WAYS.contains(&way)
}

/// The stream with what stands in for services that its records do not tell.
pub(crate) fn with_stand_in(stream: Arc<Stream>) -> Arc<Stream> {
    if stream.stand_in.is_some() {
        return stream;
    }
    let stand_in = service_or_name(&stream).map(str::to_owned);
    Arc::new(Stream {
        stand_in,
        ..Arc::unwrap_or_clone(stream)
    })
}

/// Short id of the container of a log of Docker, `<id>-json.log`.
///
/// Source: docs.docker.com/engine/logging/drivers/json-file, as of 2026-12-01.
fn container(file: &str) -> Option<&str> {
    let (id, rest) = file.split_at_checked(64)?;
    let is_id = id.bytes().all(|byte| byte.is_ascii_hexdigit()) && rest.starts_with("-json.log");
    is_id.then(|| id.get(..12)).flatten()
}

fn name(stem: &str) -> Option<&str> {
    let name = trim_date(stem);
    let looks_like_one = (2..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && name.bytes().filter(u8::is_ascii_digit).count() <= 3;
    (looks_like_one && !is_general(name)).then_some(name)
}

/// Whether a name says nothing of who writes the file; `app2` is one of several such.
fn is_general(name: &str) -> bool {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    GENERAL.contains(&word.to_ascii_lowercase().as_str()) || NUMBERED.contains(&name)
}

/// Digits of the shortest date that stands right behind a name: `u_ex260512`.
const DATE_DIGITS: usize = 6;

/// A name without the date or number behind it, `checkout` of `checkout-2026-05-12`, and without
/// what Kubernetes adds to the name of a deployment. The digits of `s3` and `payments-v2` are part
/// of the name.
fn trim_date(stem: &str) -> &str {
    let mut name = trim_uuid(stem).trim_end_matches(['-', '_']);
    loop {
        let rest = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_apart = rest.is_empty() || rest.ends_with(['-', '_']);
        if rest.len() == name.len() || !is_apart && name.len() - rest.len() < DATE_DIGITS {
            return pod::deployment(name).unwrap_or(name);
        }
        name = rest.trim_end_matches(['-', '_']);
    }
}

/// A name without the UUID behind it.
fn trim_uuid(stem: &str) -> &str {
    let start = stem.len().checked_sub(UUID);
    match start.and_then(|start| stem.split_at_checked(start)) {
        Some((name, id)) if name.ends_with(['-', '_']) && is_uuid(id) => name,
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_of_the_service_that_it_was_told_to_be_of() {
        let mut stream = Stream {
            uri: "-".to_owned(),
            ..Stream::default()
        };
        assert_eq!(service(&stream), None);
        assert_eq!(service_or_name(&stream), Some("stdin"));
        stream.service = Some("checkout".to_owned());
        assert_eq!(service(&stream), Some("checkout"));
        assert_eq!(service_or_name(&stream), Some("checkout"));
    }

    #[test]
    fn what_stands_in_for_a_service() {
        let check = |uri: &str, expected: Option<&str>| {
            let stream = with_stand_in(Arc::new(Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            }));
            assert_eq!(stream.stand_in.as_deref(), expected, "{uri}");
        };
        check("/var/log/nginx/access.log", Some("nginx"));
        check("/var/log/access.log", Some("access"));
        check("-", Some("stdin"));
        let id = "0123456789abcdef".repeat(4);
        let docker = format!("/var/lib/docker/containers/{id}/{id}-json.log");
        check(&docker, Some("0123456789ab"));
        check(&format!("{docker}.1"), Some("0123456789ab"));
        check(&format!("{id}.log"), None);
        check("2026-05-12.log", None);
        check("", None);
        let uuid = "2f7b9d1e-1a2b-4c3d-8e4f-0123456789ab";
        let exported = format!("exports/checkout/{uuid}/2026-05-12-[$LATEST]0f1e2d3c/000000.gz");
        check(&exported, Some("checkout"));
        let delivered =
            format!("s3://shop-logs/2026/05/12/14/checkout-1-2026-05-12-14-00-00-{uuid}");
        check(&delivered, Some("checkout"));
        check(
            &format!("s3://shop-logs/2026/05/12/{uuid}"),
            Some("shop-logs"),
        );
        check(
            "dumps/service=checkout/dt=2026-05-12/00.log",
            Some("checkout"),
        );
        check(
            "dumps/region=eu-west-1/y=2026/m=05/PT1H.json",
            Some("dumps"),
        );
        check("checkout/eu-west-1/2026/05/000.gz", Some("checkout"));
        let delivered = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/05/12";
        check(
            &format!("shop/{delivered}/111122223333_vpcflowlogs.log.gz"),
            None,
        );
        check("checkout/europe-west10/2026/05/000.gz", Some("checkout"));
    }

    #[test]
    fn services_are_found_in_file_names() {
        let check = |uri: &str, expected: Option<&str>| {
            let stream = Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            };
            assert_eq!(service(&stream), expected, "{uri}");
        };
        check("/var/log/checkout.log", Some("checkout"));
        check("checkout-2026-05-12.log.gz", Some("checkout"));
        check("shop/checkout/app.log", Some("checkout"));
        check("/var/log/app.log", None);
        check("shop/checkout/app2.log", Some("checkout"));
        check("checkout_20260512-3.log", Some("checkout"));
        check("W3SVC1/u_ex260512.log", Some("u_ex"));
        check("checkout-7d9f8b6c5-x2x9p.log", Some("checkout"));
        for name in ["s3", "oauth2", "payments-v2", "utf16", "order-worker-check"] {
            check(&format!("{name}.log"), Some(name));
            check(&format!("logs/{name}-2026-05-12.log.gz"), Some(name));
        }
        check("2026-05-12.log", None);
        check("-", None);
        check(
            "111122223333_CloudTrail_eu-west-1_20260512T1400Z_AbC.json.gz",
            None,
        );
    }
}
