//! In a stream of many formats, a record reads as it does alone, whatever stood before it.

#![expect(clippy::expect_used, reason = "a test")]

use std::collections::HashMap;
use std::path::Path;

use nepho as _;
use nepho_codec::detect::decode_text;
use nepho_conformance::inputs::{all_fixtures, corpus_cases, fixtures};
use nepho_conformance::told::told;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// Crates whose records come mixed: streams of Azure and Google are of many formats.
const CRATES: [&str; 4] = [
    "adapters/azure",
    "adapters/gcp",
    "adapters/generic",
    "adapters/microsoft365",
];

const CARRIER: &str = r#"{"specversion":"1.0","type":"google.cloud.audit.log.v1.written","source":"//cloudaudit.googleapis.com/projects/shop/logs/activity","id":"1","time":"2026-05-12T14:00:00Z","data":{"protoPayload":{"authenticationInfo":{"principalEmail":"mona@example.com"},"requestMetadata":{"callerIp":"203.0.113.9"},"serviceName":"compute.googleapis.com","methodName":"v1.compute.instances.delete","resourceName":"projects/shop/zones/z/instances/i","status":{}},"insertId":"x","resource":{"type":"gce_instance","labels":{"project_id":"shop"}},"timestamp":"2026-05-12T13:59:59Z","severity":"NOTICE","logName":"projects/shop/logs/cloudaudit.googleapis.com%2Factivity"}}"#;

/// The records of all fixtures that have one in each line.
fn records() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a root");
    let files = CRATES.iter().flat_map(|folder| {
        let folder = root.join(folder);
        fixtures(folder.to_str().expect("a path"))
    });
    let is_wanted = |path: &Path| {
        let text = path.to_str().unwrap_or_default();
        text.ends_with(".jsonl") && (!text.contains("generic") || text.contains("cloudevent"))
    };
    // What carries another event, which the fixtures have only as whole documents.
    let mut records = vec![CARRIER.to_owned()];
    for path in files.filter(|path| is_wanted(path)) {
        let text = std::fs::read_to_string(path).expect("a fixture");
        let lines = text.lines().filter(|line| line.starts_with('{'));
        records.extend(lines.map(str::to_owned));
    }
    records
}

/// Rows by the line that they stand in, each as text of what its columns hold.
fn rows(text: &str) -> HashMap<u32, Vec<String>> {
    let mut rows = HashMap::<u32, Vec<String>>::new();
    for row in told(text.as_bytes(), &[]) {
        rows.entry(row.line).or_default().push(row.text);
    }
    rows
}

/// The same records in another order, which is the same each time.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for place in (1..count).rev() {
        // Knuth, MMIX.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap_or_default() % (place + 1);
        order.swap(place, other);
    }
    order
}

/// Checks that each record reads in a stream of all of them, in so many orders, as it does alone.
fn check(records: &[String], orders: u64) {
    let alone: Vec<_> = records
        .iter()
        .map(|record| rows(record).into_values().flatten().collect::<Vec<_>>())
        .collect();
    let mut wrong = Vec::new();
    for seed in 1..=orders {
        let order = shuffled(records.len(), seed);
        let text: String = order
            .iter()
            .flat_map(|place| [records[*place].as_str(), "\n"])
            .collect();
        let mixed = rows(&text);
        for (line, place) in (1..).zip(&order) {
            let found = mixed.get(&line).cloned().unwrap_or_default();
            if found != alone[*place] {
                wrong.push(format!("alone {:?}\nmixed {found:?}\n", alone[*place]));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_record_reads_the_same_in_any_order() {
    let records = records();
    assert!(records.len() > 200, "only {} records", records.len());
    check(&records, 4);
}

#[test]
fn cases_of_the_corpus_read_the_same_in_any_order() {
    let cases = corpus_cases().unwrap_or_default().into_iter();
    let lines = cases.filter_map(|case| {
        let text = case["input"].as_str()?.trim_end_matches(['\r', '\n']);
        let is_line = text.starts_with('{') && !text.contains('\n');
        is_line.then(|| text.to_owned())
    });
    check(&lines.collect::<Vec<_>>(), 4);
}

/// Lines of text of all fixtures, some of each format, that are a row alone.
fn lines() -> Vec<String> {
    let mut lines = HashMap::<String, Vec<String>>::new();
    for input in all_fixtures() {
        let text = String::from_utf8_lossy(&input.text);
        for line in text.lines().filter(|line| is_whole(line)) {
            let rows = told(line.as_bytes(), &[]);
            let format = match &rows[..] {
                [row] => row.text.split('"').find(|part| part.starts_with("format=")),
                _ => None,
            };
            let Some(format) = format.filter(|name| !name.starts_with("format=generic.")) else {
                continue;
            };
            let held = lines.entry(format.to_owned()).or_default();
            if held.len() < 40 {
                held.push(line.to_owned());
            }
        }
    }
    let mut lines: Vec<String> = lines.into_values().flatten().collect();
    lines.sort();
    lines
}

/// Whether a line is one of text to which no other line belongs: heads of reports and of entries
/// of `WebLogic`, Db2, `CloudHSM` and MySQL go before others, lines that are indented, those of
/// traces, of containers and of event streams go on with others.
fn is_whole(line: &str) -> bool {
    let is_json = line.starts_with('{') || line.starts_with("[{");
    let parts = ["Traceback", "\tat ", "|   ", " F ", "data: ", "\u{1e}"];
    let is_part = parts.iter().any(|part| line.contains(part));
    let is_db2 = matches!(
        line.as_bytes(),
        [_, _, _, _, b'-', _, _, b'-', _, _, b'-', _, _, b'.', ..]
    );
    // Slow queries are told by the first lines of a log, and go on up to the next.
    let is_slow_query = line.starts_with("# ");
    let is_head = is_db2 || is_slow_query || line.starts_with("####<") || line.contains(", usecs:");
    let is_whole = !line.starts_with(['=', ' ', '\t']) && line.len() < 4_000;
    !is_json && !is_part && !is_head && is_whole
}

#[test]
fn lines_of_text_read_the_same_in_any_order() {
    let lines = lines();
    assert!(lines.len() > 300, "only {} lines", lines.len());
    check(&lines, 12);
}

#[test]
fn lines_of_containers_read_the_same_in_any_order() {
    let lines = lines();
    let wrapped = |before: &str| -> Vec<String> {
        let lines = lines.iter();
        lines.map(|line| format!("{before}{line}")).collect()
    };
    check(&wrapped("2026-05-12T14:00:00.1Z stdout F "), 4);
    check(&wrapped("2026-05-12T14:00:00.1Z "), 4);
    check(&wrapped("<134>1 2026-05-12T14:00:00Z web-1 app 7 - - "), 4);
}

#[test]
fn firewalls_and_auditd_read_the_same_behind_a_logger() {
    let logger = "time=\"2026-05-12T14:00:00Z\" level=info msg=started module=shop";
    let lines = [
        "type=SYSCALL msg=audit(1778594400.123:7): arch=c000003e syscall=59 success=yes exit=0 \
         ppid=1 pid=2 auid=1000 uid=0 comm=\"ls\" exe=\"/bin/ls\" key=\"x\"",
        "date=2026-05-12 time=14:00:00 devname=\"fw\" devid=\"FGT60\" logid=\"0000000013\" \
         type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip=10.0.0.7 \
         srcport=50000 dstip=203.0.113.7 dstport=443 action=\"accept\" proto=6",
        "IN=eth0 OUT= MAC=00:11 SRC=203.0.113.7 DST=10.0.0.7 LEN=40 TOS=0x00 PREC=0x00 TTL=240 \
         ID=1 PROTO=TCP SPT=50000 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0",
    ];
    let all = std::iter::once(logger).chain(lines);
    for before in ["", "2026-05-12T14:00:00.1Z stdout F "] {
        let lines: Vec<_> = all.clone().map(|line| format!("{before}{line}")).collect();
        check(&lines, 12);
    }
}

#[test]
fn a_batch_among_lines_is_split_for_a_format_that_is_told_too() {
    let text = "{\"message\":\"one\"}\n[{\"message\":\"two\"},{\"message\":\"three\"}]\n";
    let mut out = LogsBuilder::new(Timestamp(0));
    let forced = Some("generic.json");
    decode_text(text.as_bytes(), Stream::default(), forced, &mut out).expect("decodes");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let bodies: Vec<_> = (0..view.len())
        .map(|row| view.text(Column::Body, row))
        .collect();
    assert_eq!(bodies, [Some("one"), Some("two"), Some("three")]);
}

#[test]
fn values_behind_each_other_in_a_line_among_lines_are_records() {
    let values = ["{\"message\":\"one\"}", "{\"message\":\"two\"}"];
    let text = format!("{}\n{} {}\n", values[0], values[0], values[1]);
    let rows = told(text.as_bytes(), &[]);
    let bodies: Vec<_> = rows
        .iter()
        .map(|row| (row.line, row.text.contains("body=two")))
        .collect();
    assert_eq!(bodies, [(1, false), (2, false), (2, true)]);
}
