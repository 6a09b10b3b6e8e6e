//! `cargo xtask accuracy`: how right the decoders are on the corpus beside the repository, and what
//! is detected as what, as docs/accuracy.md.
//!
//! Scores are those of the corpus's own script; nothing of the corpus itself is written but names
//! of formats and counts.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{output, root, say, status};

const PAGE: &str = "docs/accuracy.md";
const ANSWERS: &str = "target/accuracy/answers.jsonl";
/// Why answers differ from what is expected: `FORMAT | FIELD | WHY` a line.
const REASONS: &str = include_str!("accuracy/reasons.txt");

/// Counts of something by its name.
type Counted = BTreeMap<String, usize>;

/// Answers the corpus, scores the answers, and writes the page.
pub(crate) fn run() -> Result<()> {
    let corpus = root().join("../shared/corpus");
    if !corpus.is_dir() {
        bail!("../shared/corpus is not there; {PAGE} is left as it is");
    }
    let cases = corpus.join("cases.jsonl").display().to_string();
    answer(&cases)?;
    let script = corpus.join("score.py").display().to_string();
    let answers = root().join(ANSWERS).display().to_string();
    let score = output("python3", &[&script, &cases, &answers, "--fails", "100000"])?;
    let score = Score::parse(&score)?;
    let confusion = confusion(&cases, &answers)?;
    let mut page = page(&score, &confusion);
    page.push_str(&infrastructure()?);
    fs::write(root().join(PAGE), page).with_context(|| format!("write `{PAGE}`"))?;
    say(&format!("{}; {PAGE} is written", score.head));
    Ok(())
}

/// How right the feeds of infrastructure tools, the keys and the map are.
fn infrastructure() -> Result<String> {
    let print = [
        "run",
        "--quiet",
        "-p",
        "nepho-tests",
        "--bin",
        "iac_accuracy",
    ];
    let told = output("cargo", &print)?;
    let explained = output("cargo", &[&print[..], &["--", "explained"]].concat())?;
    let unsettled = output("cargo", &[&print[..], &["--", "unsettled"]].concat())?;
    let mut section = String::from(
        "\n## Infrastructure\n\nFeeds, keys, the map and the classes of writes on the data that \
         lies in `../shared/iac`, each against what others expect of it or what is labelled by \
         hand (`tests/src/iac`). `cargo run -p nepho-tests --bin iac_accuracy` prints the same \
         with each case that is wrong.\n\n| what | right / of |\n|---|---|\n",
    );
    for row in told.lines().filter(|row| !row.starts_with("| - wrong")) {
        let _ = writeln!(section, "{row}");
    }
    section.push_str(EXPLAINED);
    section.push_str(&explained);
    section.push_str(UNSETTLED);
    section.push_str(&unsettled);
    Ok(section)
}

/// What stands before the table of reasons.
const EXPLAINED: &str = "\nWhy figures are below their totals:\n\n| cases | why |\n|---|---|\n";

/// What stands before the table of disagreements.
const UNSETTLED: &str = "\n## What could not be settled\n\n\
     Writes of the real account in `../shared/iac/cloudtrail`, where what comes out differs from \
     what `../shared/iac/SPEC.md` says of the whole data set. \
     `cargo run -p nepho-tests --bin iac_accuracy -- unsettled` prints it, and \
     `tests/tests/iac_provenance.rs` holds it.\n\n\
     | what | specified | here | why |\n|---|---|---|---|\n";

fn answer(cases: &str) -> Result<()> {
    let path = root().join(ANSWERS);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("make `{}`", folder.display()))?;
    let file = fs::File::create(&path).with_context(|| format!("write `{}`", path.display()))?;
    let mut command = Command::new("cargo");
    command.stdout(file);
    let bin = [
        "--quiet",
        "-p",
        "nepho-tests",
        "--bin",
        "answers",
        "--",
        cases,
    ];
    status(&mut command, &[&["run"][..], &bin].concat())
}

/// What the script of the corpus prints.
struct Score {
    /// The average over all formats.
    head: String,
    formats: Vec<FormatScore>,
    /// Wrong fields by format.
    wrong: BTreeMap<String, Counted>,
}

struct FormatScore {
    name: String,
    cases: (usize, usize),
    fields: (usize, usize),
}

impl Score {
    fn parse(text: &str) -> Result<Self> {
        let mut score = Self {
            head: String::new(),
            formats: Vec::new(),
            wrong: BTreeMap::new(),
        };
        for line in text.lines() {
            if line.starts_with("macro average") {
                line.clone_into(&mut score.head);
            } else if let Some(fail) = line.strip_prefix("FAIL ") {
                score.add_fail(fail);
            } else if let [name, cases, fields] = line.split('\t').collect::<Vec<_>>()[..] {
                score.formats.push(FormatScore {
                    name: name.to_owned(),
                    cases: fraction(cases).with_context(|| format!("read `{line}`"))?,
                    fields: fraction(fields).with_context(|| format!("read `{line}`"))?,
                });
            }
        }
        if score.formats.is_empty() {
            bail!("the script of the corpus printed no formats");
        }
        Ok(score)
    }

    /// Adds a line `FORMAT FILE NUMBER ['field', ...]`.
    fn add_fail(&mut self, line: &str) {
        let (Some((format, _)), Some((_, fields))) = (line.split_once(' '), line.rsplit_once('['))
        else {
            return;
        };
        let counts = self.wrong.entry(format.to_owned()).or_default();
        for field in fields.trim_end_matches(']').split(", ") {
            *counts
                .entry(field.trim_matches('\'').to_owned())
                .or_default() += 1;
        }
    }
}

/// `3` and `4` of `fields 3/4`.
fn fraction(text: &str) -> Option<(usize, usize)> {
    let (right, all) = text.split_once(' ')?.1.split_once('/')?;
    Some((right.parse().ok()?, all.parse().ok()?))
}

/// For each format of the corpus, how many of its cases were detected as what.
fn confusion(cases: &str, answers: &str) -> Result<BTreeMap<String, Counted>> {
    let mut detected: HashMap<String, String> = HashMap::new();
    for answer in lines(answers)? {
        let format = match &answer["events"][0] {
            Value::Null if answer["error"].is_null() => "nothing (no event)",
            Value::Null => "nothing (refused)",
            event => event["format"].as_str().unwrap_or("nothing (no format)"),
        };
        detected.insert(answer["id"].to_string(), format.to_owned());
    }
    let mut confusion: BTreeMap<String, Counted> = BTreeMap::new();
    for case in lines(cases)? {
        let format = case["format"].as_str().unwrap_or_default().to_owned();
        let found = detected.get(&case["id"].to_string());
        let found = found.map_or("nothing (not answered)", String::as_str);
        let counts = confusion.entry(format).or_default();
        *counts.entry(found.to_owned()).or_default() += 1;
    }
    Ok(confusion)
}

fn lines(path: &str) -> Result<Vec<Value>> {
    let text = fs::read_to_string(path).with_context(|| format!("read `{path}`"))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    let values = lines.map(|line| serde_json::from_str(line).context("an answer is no JSON"));
    values.collect()
}

fn page(score: &Score, confusion: &BTreeMap<String, Counted>) -> String {
    let mut page = format!(
        "# How right the decoders are\n\n\
         Written by `cargo xtask accuracy`, which answers the cases of a corpus of public logs \
         beside the repository\n(`../shared/corpus`, not part of it) without telling their \
         formats, and scores them with the corpus's own script.\n\
         Names of formats in the first column are the corpus's.\n\n\
         {}.\n\n\
         ## Fields right\n\n\
         | format | cases | fields | % | wrong, with the number of cases |\n\
         |---|--:|--:|--:|---|\n",
        score.head
    );
    for format in &score.formats {
        let (right, all) = format.fields;
        let wrong = score.wrong.get(&format.name).map(told).unwrap_or_default();
        let _ = writeln!(
            page,
            "| {} | {}/{} | {right}/{all} | {:.1} | {wrong} |",
            format.name,
            format.cases.0,
            format.cases.1,
            100.0 * right as f64 / all.max(1) as f64
        );
    }
    page.push_str("\nWhy they are wrong:\n\n| format | field | why |\n|---|---|---|\n");
    for (format, counts) in &score.wrong {
        for field in counts.keys() {
            let why = reason(format, field).unwrap_or("not looked into yet");
            let _ = writeln!(page, "| {format} | {field} | {why} |");
        }
    }
    page.push_str(
        "\n## What is detected as what\n\n\
         By the first event of each case. The corpus counts some formats by what wraps them, so \
         that several of ours under one\nof its names need not be a mistake.\n\n\
         | format of the corpus | detected |\n|---|---|\n",
    );
    for (format, counts) in confusion {
        let _ = writeln!(page, "| {format} | {} |", told(counts));
    }
    page
}

/// Why a field of a format differs, if somebody found out.
fn reason(format: &str, field: &str) -> Option<&'static str> {
    let lines = REASONS.lines().filter(|line| !line.starts_with('#'));
    let mut parts = lines.map(|line| line.splitn(3, " | "));
    parts.find_map(|mut parts| {
        let is_this = parts.next() == Some(format) && parts.next() == Some(field);
        parts.next().filter(|_| is_this)
    })
}

/// `a 3, b 1`, the most frequent first.
fn told(counts: &Counted) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let parts = counts.iter().map(|(name, count)| format!("{name} {count}"));
    parts.collect::<Vec<_>>().join(", ")
}
