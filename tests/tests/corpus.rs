//! Scores on the corpus that lies beside the repository (`../shared/corpus`), by its own script:
//! how many of the expected fields are right, on average and for each format. Skipped where the
//! corpus or Python is not there.

#![expect(
    clippy::print_stderr,
    clippy::expect_used,
    reason = "helpers of a test tell what is passed over, and may end it"
)]

use std::path::Path;
use std::process::Command;

use nepho_conformance::inputs::corpus;

/// Least percentage of fields, on average over the formats of the corpus.
const MACRO_AVERAGE: f64 = 97.0;
/// Least percentage of fields of any format.
const ANY_FORMAT: f64 = 85.0;
/// Least percentage of fields of the formats of the three clouds.
const CLOUD_FORMAT: f64 = 93.0;

/// Formats of the corpus that stay below, with the percentage that they must reach, and why.
const EXCEPTIONS: [(&str, f64, &str); 6] = [
    (
        "aws/firehose_routed",
        77.0,
        "the stream's account and region, where the record tells others",
    ),
    (
        "aws/security_lake_ocsf",
        86.0,
        "the provider `aws` is asked for where the record names another one, or none",
    ),
    (
        "azure/frontdoor_waf",
        92.0,
        "the tenant is asked for; the account is the subscription that the resource is in",
    ),
    (
        "azure/nsg_flow",
        83.0,
        "the time of the record is asked for; a row has that of its flow",
    ),
    (
        "azure/vnet_flow",
        83.0,
        "the time of the record is asked for; a row has that of its flow",
    ),
    (
        "proxy/apache_error",
        72.9,
        "a zone is asked for that stands neither in the input nor in the context",
    ),
];

#[test]
fn fields_of_the_corpus_are_right() {
    let (Some(corpus), true) = (corpus(), has_python()) else {
        return;
    };
    let cases = corpus.join("cases.jsonl");
    let answers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("answers.jsonl");
    let file = std::fs::File::create(&answers).expect("a file");
    let answered = Command::new(env!("CARGO_BIN_EXE_answers"))
        .arg(&cases)
        .stdout(file)
        .status();
    assert!(answered.is_ok_and(|status| status.success()));
    let score = Command::new("python3")
        .args([&corpus.join("score.py"), &cases, &answers])
        .output()
        .expect("a score");
    let score = String::from_utf8_lossy(&score.stdout).into_owned();
    let low = low(&score);
    assert!(low.is_empty(), "{}\n\n{score}", low.join("\n"));
}

fn has_python() -> bool {
    let version = Command::new("python3").arg("--version").output();
    let is_there = version.is_ok_and(|version| version.status.success());
    if !is_there {
        eprintln!("python3 is not there: scores are skipped");
    }
    is_there
}

/// What is below its threshold, of what the script prints.
fn low(score: &str) -> Vec<String> {
    let mut low = Vec::new();
    let mut shares = Vec::new();
    for line in score.lines() {
        let [name, _, fields] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let fields = fields.strip_prefix("fields ").unwrap_or_default();
        let (right, all) = fields.split_once('/').expect("a fraction");
        let (right, all): (f64, f64) = (right.parse().expect("right"), all.parse().expect("all"));
        if all == 0.0 {
            continue;
        }
        let share = 100.0 * right / all;
        shares.push(share);
        let least = threshold(name);
        if share < least {
            low.push(format!(
                "{name}: {share:.1} % of fields, {least} are asked for"
            ));
        }
    }
    assert!(
        shares.len() > 100,
        "the script printed {} formats",
        shares.len()
    );
    let average = shares.iter().sum::<f64>() / shares.len() as f64;
    if average < MACRO_AVERAGE {
        low.push(format!(
            "average: {average:.2} %, {MACRO_AVERAGE} are asked for"
        ));
    }
    low
}

fn threshold(name: &str) -> f64 {
    let exception = EXCEPTIONS.iter().find(|(held, _, _)| *held == name);
    let is_cloud = ["aws/", "azure/", "gcp/"]
        .iter()
        .any(|cloud| name.starts_with(cloud));
    match (exception, is_cloud) {
        (Some((_, least, _)), _) => *least,
        (None, true) => CLOUD_FORMAT,
        (None, false) => ANY_FORMAT,
    }
}
