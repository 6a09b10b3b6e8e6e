//! Reading states, joining audit logs to them, and the graph of resources; beside the same work in
//! Python. Each in a process of its own, for what it takes of memory.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use cpu_time::ProcessTime;
use nepho::{Analysis, Options, RowSink};
use nepho_analyzer_resources::graph::{Direction, Facts, Interval, Statement, View};
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::format::Stream;
use nepho_core::registry::{Make, components};
use nepho_core::tables::{LogsBuilder, Reject, RelationKind, Resource};
use nepho_tests::generate::Random;

use crate::formats::folder;
use crate::{cpu, peers, say};

/// First argument of the processes that are measured.
pub(crate) const CHILD: &str = "iac-child";

const STATE_BYTES: usize = 100_000_000;
const RESOURCES: usize = 100_000;
const VERSIONS: usize = 1_000_000;
const EVENTS: usize = 300_000;
const QUESTIONS: usize = 10_000;
/// The time that the graph is asked about; edges begin and end around it.
const NOW: i64 = 1_000_000;

/// What a job must reach: at least this many a second, in at most this many megabytes, and what
/// only the graph is asked for.
struct Goal {
    job: &'static str,
    unit: &'static str,
    amount: f64,
    per_second: f64,
    megabytes: f64,
    /// Microseconds of a question at the 99th percentile.
    question: f64,
}

const GOALS: [Goal; 3] = [
    Goal {
        job: "state",
        unit: "MB",
        amount: STATE_BYTES as f64 / 1e6,
        per_second: 200.0,
        megabytes: 64.0,
        question: f64::INFINITY,
    },
    Goal {
        job: "changes",
        unit: "events",
        amount: EVENTS as f64,
        per_second: 300_000.0,
        megabytes: f64::INFINITY,
        question: f64::INFINITY,
    },
    Goal {
        job: "graph",
        unit: "versions",
        amount: VERSIONS as f64,
        per_second: VERSIONS as f64,
        megabytes: 150.0,
        question: 100.0,
    },
];

impl Goal {
    /// Says which of the goals are missed.
    fn compare(&self, took: &Took) {
        let question = took.more.get(1).copied().unwrap_or_default();
        let missed: Vec<&str> = [
            ("speed", self.amount / took.cpu >= self.per_second),
            ("memory", took.peak_bytes / 1e6 <= self.megabytes),
            ("questions", question <= self.question),
        ]
        .into_iter()
        .filter_map(|(what, holds)| (!holds).then_some(what))
        .collect();
        let told = match missed.as_slice() {
            [] => "holds".to_owned(),
            missed => format!("missed: {}", missed.join(", ")),
        };
        say(&format!("{:<34} {told}", "  goal"));
    }
}

pub(crate) fn run() -> Result<()> {
    let folder = folder()?.join("iac");
    fs::create_dir_all(&folder)?;
    let state = folder.join("large.tfstate");
    write_state(&state)?;
    let trail = folder.join("trail.ndjson");
    write_trail(&trail)?;
    let python = peers::python();
    say("iac: CPU seconds and peak memory, each in a process of its own");
    say(&format!(
        "{:<34} {:>12} {:>10} {:>10}",
        "", "per second", "CPU s", "peak MB"
    ));
    for goal in GOALS {
        let (job, amount) = (goal.job, goal.amount);
        let path = if job == "state" { &state } else { &trail };
        let ours = measure(
            Command::new(std::env::current_exe()?)
                .args([CHILD, job])
                .arg(path),
        )?;
        tell(&format!("{job} ({})", goal.unit), amount, &ours);
        goal.compare(&ours);
        if let Some(python) = &python {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/iac.py");
            match measure(Command::new(python).arg(script).arg(job).arg(path)) {
                Ok(theirs) => {
                    tell("  in Python", amount, &theirs);
                    let ratio = theirs.cpu / ours.cpu;
                    say(&format!("{:<34} {ratio:>12.1}", "  ratio"));
                }
                Err(error) => say(&format!("  Python is left out: {error:#}")),
            }
        }
    }
    Ok(())
}

/// What a process took.
struct Took {
    cpu: f64,
    peak_bytes: f64,
    /// Of the graph: microseconds of a question at the 50th and the 99th percentile; edges that
    /// held at a time, and milliseconds to list them.
    more: Vec<f64>,
}

fn measure(command: &mut Command) -> Result<Took> {
    let text = peers::text(command)?;
    let words: Vec<f64> = text.split_whitespace().flat_map(str::parse).collect();
    match words.as_slice() {
        [cpu, peak_bytes, more @ ..] => Ok(Took {
            cpu: *cpu,
            peak_bytes: *peak_bytes,
            more: more.to_vec(),
        }),
        _ => bail!("the process told `{text}`"),
    }
}

fn tell(name: &str, amount: f64, took: &Took) {
    let rate = amount / took.cpu;
    say(&format!(
        "{name:<34} {rate:>12.0} {:>10.2} {:>10.1}",
        took.cpu,
        took.peak_bytes / 1e6
    ));
    if let [half, most, edges, millis] = took.more.as_slice() {
        say(&format!(
            "{:<34} {half:.1} us in the middle, {most:.1} us at the 99th percentile",
            "  three steps as of a time"
        ));
        say(&format!(
            "{:<34} {edges:.0} edges in {millis:.1} ms",
            "  all that held at a time"
        ));
    }
}

/// The process itself.
pub(crate) fn child(job: &str, path: &str) -> Result<()> {
    let path = PathBuf::from(path);
    let (cpu, more) = match job {
        "state" => (read_state(&path)?, Vec::new()),
        "changes" => (join(&path)?, Vec::new()),
        "graph" => graph(),
        other => bail!("no job is called `{other}`"),
    };
    let more: Vec<String> = more.iter().map(f64::to_string).collect();
    let peak = cpu::peak_resident_bytes();
    say(&format!("{cpu} {peak} {}", more.join(" ")));
    Ok(())
}

/// Throws rows away.
struct Nothing;

impl RowSink for Nothing {
    fn rows(&mut self, _batch: &arrow_array::RecordBatch) -> nepho_core::Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> nepho_core::Result<()> {
        say(&format!("reject: {}", reject.reason));
        Ok(())
    }
}

fn read_state(path: &Path) -> Result<f64> {
    let options = Options {
        paths: vec![path.to_string_lossy().into_owned()],
        ..Options::default()
    };
    let before = ProcessTime::now();
    let told = nepho::parse(&options, &mut Nothing)?;
    let took = before.elapsed().as_secs_f64();
    let resources: u64 = told.inputs.iter().map(|input| input.resources).sum();
    anyhow::ensure!(resources > 10_000, "{resources} resources were read");
    Ok(took)
}

/// CPU seconds of the analyzer of changes over a trail, with all resources known.
fn join(path: &Path) -> Result<f64> {
    let analyzer = components()
        .into_iter()
        .find_map(|component| match component.make {
            Make::Analyzer(make) if component.name == "changes" => Some(make()),
            _ => None,
        })
        .context("the analyzer of changes is not linked")?;
    let mut analysis = Analysis::with(vec![("changes", analyzer)])?;
    let resources = (0..RESOURCES).map(|number| Resource {
        key: format!(
            "arn:aws:ec2:eu-west-1:111122223333:security-group/{}",
            group(number)
        ),
        aliases: vec![group(number)],
        resource_type: "aws_security_group".to_owned(),
        tool: Some("terraform".to_owned()),
        scope: Some("prod".to_owned()),
        address: Some(format!("aws_security_group.g{number}")),
        ..Resource::default()
    });
    analysis.feed(FeedOutput {
        resources: resources.collect(),
        ..FeedOutput::default()
    })?;
    // Decoding is measured elsewhere.
    let text = fs::read(path)?;
    let mut batches = Vec::new();
    for lines in text
        .split_inclusive(|byte| *byte == b'\n')
        .collect::<Vec<_>>()
        .chunks(8_192)
    {
        let mut out = LogsBuilder::new(Timestamp(0));
        decode_text(
            &lines.concat(),
            Stream::default(),
            Some("aws.cloudtrail"),
            &mut out,
        )?;
        batches.push(out.finish()?);
    }
    let rows: usize = batches.iter().map(arrow_array::RecordBatch::num_rows).sum();
    anyhow::ensure!(rows == EVENTS, "{rows} events");
    let before = ProcessTime::now();
    for batch in &batches {
        analysis.logs(batch)?;
    }
    let concluded = analysis.finish()?;
    let took = before.elapsed().as_secs_f64();
    anyhow::ensure!(!concluded.changes.is_empty(), "no change was found");
    Ok(took)
}

/// CPU seconds of building the graph, and microseconds of questions.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn graph() -> (f64, Vec<f64>) {
    let mut random = Random::new(11);
    let keys: Vec<String> = (0..RESOURCES)
        .map(|number| format!("arn:aws:ec2:eu-west-1:111122223333:instance/i-{number:017x}"))
        .collect();
    let edges: Vec<(usize, usize, i64)> = (0..VERSIONS)
        .map(|_| {
            let below = |random: &mut Random, limit: usize| random.below(limit as u64) as usize;
            let from = below(&mut random, RESOURCES);
            let to = below(&mut random, RESOURCES);
            (from, to, random.below(NOW as u64) as i64)
        })
        .collect();
    let before = ProcessTime::now();
    let mut facts = Facts::with_capacity(VERSIONS);
    let source = facts.source("terraform");
    let nodes: Vec<_> = keys.iter().map(|key| facts.node(key)).collect();
    for (from, to, begin) in &edges {
        let mut statement = Statement::new(nodes[*from], nodes[*to], RelationKind::DependsOn);
        let end = Timestamp(begin + NOW / 3);
        statement.interval = Interval::of(Some(Timestamp(*begin)), Some(end), None, None);
        facts.tell(source, &statement);
    }
    let graph = facts.build();
    let took = before.elapsed().as_secs_f64();
    let view = View::at(Timestamp(NOW / 2));
    let mut walk = graph.walk();
    let mut times = Vec::with_capacity(QUESTIONS);
    for _ in 0..QUESTIONS {
        let start = nodes[random.below(RESOURCES as u64) as usize];
        let began = Instant::now();
        std::hint::black_box(walk.reach(&[start], &view, 3, Direction::Needs).len());
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    let began = Instant::now();
    let held = graph.versions().iter();
    let snapshot: Vec<_> = held
        .filter(|version| version.interval.holds(&view))
        .map(|version| (version.from, version.to))
        .collect();
    let snapshot = (snapshot.len() as f64, began.elapsed().as_secs_f64() * 1e3);
    let (half, most) = (times[QUESTIONS / 2], times[QUESTIONS * 99 / 100]);
    (took, vec![half, most, snapshot.0, snapshot.1])
}

fn group(number: usize) -> String {
    format!("sg-{number:017x}")
}

fn write_trail(path: &Path) -> Result<()> {
    let mut random = Random::new(5);
    let mut file = BufWriter::new(fs::File::create(path)?);
    for number in 0..EVENTS {
        // One in ten changes something; the others read.
        let (name, reads) = match random.below(10) {
            0 => ("AuthorizeSecurityGroupIngress", false),
            _ => ("DescribeSecurityGroups", true),
        };
        let agent = ["Terraform/1.9.0", "aws-cli/2.15", "console.amazonaws.com"];
        let agent = agent[random.below(3) as usize];
        let group = group(random.below(RESOURCES as u64) as usize);
        let second = number / 40;
        writeln!(
            file,
            "{{\"eventVersion\":\"1.09\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE:ci\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/deploy/ci\",\"accountId\":\"111122223333\"}},\"eventTime\":\"2026-05-12T{:02}:{:02}:{:02}Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"{name}\",\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"203.0.113.7\",\"userAgent\":\"{agent}\",\"requestParameters\":{{\"groupId\":\"{group}\"}},\"responseElements\":null,\"requestID\":\"{number:08x}-0000-4000-8000-000000000000\",\"eventID\":\"{number:08x}-0000-4000-8000-000000000001\",\"readOnly\":{reads},\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"111122223333\"}}",
            10 + second / 3600,
            second / 60 % 60,
            second % 60
        )?;
    }
    Ok(file.flush()?)
}

fn write_state(path: &Path) -> Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    let mut written = 0;
    let head = "{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.0\",\n  \"serial\": 7,\n  \"lineage\": \"0b7c9d7e-0000-4000-8000-000000000001\",\n  \"outputs\": {},\n  \"resources\": [\n";
    file.write_all(head.as_bytes())?;
    let mut number = 0_u64;
    while written < STATE_BYTES {
        let mut text = String::new();
        if number > 0 {
            text.push_str(",\n");
        }
        let _ = write!(
            text,
            "    {{\n      \"mode\": \"managed\",\n      \"type\": \"aws_instance\",\n      \"name\": \"web_{number}\",\n      \"provider\": \"provider[\\\"registry.opentofu.org/hashicorp/aws\\\"]\",\n      \"instances\": [\n        {{\n          \"schema_version\": 1,\n          \"attributes\": {{\n            \"ami\": \"ami-0123456789abcdef0\",\n            \"arn\": \"arn:aws:ec2:eu-west-1:111122223333:instance/i-{number:017x}\",\n            \"id\": \"i-{number:017x}\",\n            \"private_ip\": \"10.{}.{}.{}\",\n            \"subnet_id\": \"subnet-{:017x}\",\n            \"vpc_security_group_ids\": [\n              \"sg-{:017x}\"\n            ],\n            \"tags\": {{\n              \"service\": \"web-{}\",\n              \"team\": \"payments\"\n            }},\n            \"user_data\": \"{}\"\n          }},\n          \"sensitive_attributes\": [],\n          \"private\": \"eyJzY2hlbWFfdmVyc2lvbiI6IjEifQ==\",\n          \"dependencies\": [\n            \"aws_security_group.web\",\n            \"aws_subnet.a\"\n          ]\n        }}\n      ]\n    }}",
            number >> 16 & 255,
            number >> 8 & 255,
            number & 255,
            number % 64,
            number % 512,
            number % 300,
            "0123456789abcdef".repeat(60),
        );
        file.write_all(text.as_bytes())?;
        written += text.len();
        number += 1;
    }
    file.write_all(b"\n  ],\n  \"check_results\": null\n}\n")?;
    Ok(file.flush()?)
}
