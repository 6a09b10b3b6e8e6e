//! Takes the lines of a run out of what runners write around each of them.
//!
//! | who | form |
//! |---|---|
//! | GitHub Actions, an export of CloudWatch Logs | `TIME {...}` |
//! | GitLab (`FF_TIMESTAMPS`) | `TIME 01O {...}`; `+` for the blank: the line before goes on |
//! | containerd, CRI-O | `TIME stdout F {...}`; `P` for `F`: it goes on in the next line |
//! | Docker (`json-file`) | `{"log":"{...}\n",...}`; without the line end it goes on |
//! | CloudWatch Logs | `{"logEvents":[{"message":"{...}"}]}`, `{"events":[...]}` |
//! | Terragrunt | `TIME STDOUT [unit] terraform: {...}`, `... prefix=unit ... msg="{...}"`, JSON |
//!
//! Sources, read 2026-11-29: docs.gitlab.com/ci/yaml/ci_job_log_timestamps,
//! github.com/kubernetes/design-proposals-archive (node/kubelet-cri-logging.md),
//! docs.docker.com/engine/logging/drivers/json-file, docs.aws.amazon.com (CloudWatch Logs,
//! SubscriptionFilters), terragrunt.gruntwork.io/docs/reference/log-formatting.

use std::borrow::Cow;

use serde::Deserialize;

/// Wrappings within each other that are opened: Terragrunt in a container in CloudWatch Logs.
const LAYERS: usize = 4;

/// A line of a run.
pub(super) struct Line<'a> {
    /// Where it stands in the document.
    pub place: &'a str,
    /// The unit of Terragrunt that wrote it, if many write to one log.
    pub unit: Option<String>,
    pub text: Cow<'a, str>,
    /// Whether it goes on in the next one.
    goes_on: bool,
    /// Whether it goes on with the one before.
    continues: bool,
}

/// The lines of `text` without what is around them.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let is_one = text.starts_with('{') && is_of_events(text.lines().take(8));
    let parts: Vec<&str> = match is_one && !text.lines().next().unwrap_or("").ends_with('}') {
        true => vec![text],
        false => text.lines().collect(),
    };
    for part in parts {
        let part = part.trim_matches(['\u{2}', '\u{3}', ' ', '\t']);
        match part.starts_with('{') && is_of_events(std::iter::once(part)) {
            true => messages(part, &mut lines),
            false => add(part, Cow::Borrowed(part), &mut lines),
        }
    }
    lines
}

/// Whether a document is of several log groups, of which a run is only one.
pub(super) fn is_of_many(text: &str) -> bool {
    let groups = text.split("\"logGroup\"").skip(1);
    let mut names = groups.filter_map(|rest| rest.split('"').nth(1));
    let first = names.next();
    names.any(|name| Some(name) != first)
}

fn is_of_events<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    let keys = ["\"logEvents\"", "\"events\""];
    lines.any(|line| !line.contains("\"@message\":") && keys.iter().any(|key| line.contains(key)))
}

/// Messages of log events. The last may be cut.
fn messages<'a>(text: &'a str, lines: &mut Vec<Line<'a>>) {
    let key = "\"message\"";
    for (at, _) in text.match_indices(key) {
        let rest = text[at + key.len()..].trim_start();
        let place = rest.strip_prefix(':').unwrap_or_default().trim_start();
        let mut stream = serde_json::Deserializer::from_str(place).into_iter::<String>();
        if let Some(Ok(message)) = stream.next() {
            for line in message.lines() {
                add(place, Cow::Owned(line.to_owned()), lines);
            }
        }
    }
}

fn add<'a>(place: &'a str, text: Cow<'a, str>, lines: &mut Vec<Line<'a>>) {
    let line = opened(place, text);
    match lines.last_mut() {
        Some(last) if last.goes_on || line.continues => {
            last.text.to_mut().push_str(&line.text);
            last.goes_on = line.goes_on;
        }
        _ => lines.push(line),
    }
}

fn opened<'a>(place: &'a str, text: Cow<'a, str>) -> Line<'a> {
    let mut line = Line {
        place,
        unit: None,
        text,
        goes_on: false,
        continues: false,
    };
    for _ in 0..LAYERS {
        let inner = match &line.text {
            Cow::Borrowed(text) => inner(text),
            Cow::Owned(text) => inner(text).map(|inner| Inner {
                text: Cow::Owned(inner.text.into_owned()),
                ..inner
            }),
        };
        let Some(inner) = inner else { break };
        line.unit = inner.unit.or(line.unit);
        line.goes_on |= inner.goes_on;
        line.continues |= inner.continues;
        line.text = inner.text;
    }
    line
}

/// What stands in one wrapping.
#[derive(Default)]
struct Inner<'a> {
    text: Cow<'a, str>,
    unit: Option<String>,
    goes_on: bool,
    continues: bool,
}

fn inner(line: &str) -> Option<Inner<'_>> {
    match line.bytes().next()? {
        // A message of a run itself.
        b'{' if line.contains("\"@message\":") => None,
        b'{' => of_json(line),
        b'0'..=b'9' => of_container(line).or_else(|| of_terragrunt(line)),
        b'[' => of_unit(line),
        b't' => of_pairs(line),
        _ => None,
    }
}

/// A record with the line as a text.
#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow, alias = "msg", alias = "message")]
    log: Cow<'a, str>,
    #[serde(borrow)]
    stream: Option<Cow<'a, str>>,
    #[serde(borrow)]
    prefix: Option<Cow<'a, str>>,
}

fn of_json(line: &str) -> Option<Inner<'_>> {
    let outer: Outer<'_> = serde_json::from_str(line).ok()?;
    let is_docker = outer.stream.is_some() && line.contains("\"log\"");
    let goes_on = is_docker && !outer.log.ends_with('\n');
    let text = match outer.log {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches(['\r', '\n']).to_owned()),
    };
    Some(Inner {
        text,
        unit: outer.prefix.map(Cow::into_owned),
        goes_on,
        continues: false,
    })
}

/// A line behind a time, and behind what container runtimes and GitLab write there.
fn of_container(line: &str) -> Option<Inner<'_>> {
    let (time, rest) = line.split_once(' ')?;
    if !time.contains('T') || time.len() < "2026-05-12T14:00:00Z".len() {
        return None;
    }
    let (text, goes_on, continues) = behind_stream(rest);
    Some(Inner {
        text: Cow::Borrowed(text),
        goes_on,
        continues,
        ..Inner::default()
    })
}

/// The line behind the name of a stream, whether it goes on, and whether it goes on with the one
/// before.
pub(super) fn behind_stream(rest: &str) -> (&str, bool, bool) {
    for stream in ["stdout ", "stderr "] {
        let tagged = rest.strip_prefix(stream);
        let Some((tag, text)) = tagged.and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        let is_partial = tag.split(':').next() == Some("P");
        return (text, is_partial, false);
    }
    match rest.as_bytes() {
        [a, b, b'O' | b'E', sign @ (b' ' | b'+'), ..]
            if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() =>
        {
            (rest.get(4..).unwrap_or_default(), false, *sign == b'+')
        }
        _ => (rest, false, false),
    }
}

/// `14:31:00.123 STDOUT [live/vpc] terraform: {...}`
fn of_terragrunt(line: &str) -> Option<Inner<'_>> {
    let (time, rest) = line.split_once(' ')?;
    let (level, rest) = rest.trim_start().split_once(' ')?;
    let is_output = matches!(level, "STDOUT" | "STDERR" | "INFO");
    let is_time = time.len() >= 8 && time.as_bytes().get(2) == Some(&b':');
    if !is_output || !is_time {
        return None;
    }
    let rest = rest.trim_start();
    of_unit(rest).or_else(|| {
        let text = Cow::Borrowed(behind_program(rest)?);
        Some(Inner {
            text,
            ..Inner::default()
        })
    })
}

/// `[live/vpc] terraform: {...}`
fn of_unit(line: &str) -> Option<Inner<'_>> {
    let (unit, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let is_path = !unit.is_empty() && !unit.contains(['"', '{', '[']);
    let text = behind_program(rest).unwrap_or(rest);
    (is_path && text.starts_with('{')).then(|| Inner {
        text: Cow::Borrowed(text),
        unit: Some(unit.to_owned()),
        ..Inner::default()
    })
}

/// What stands behind the name of the program that wrote it.
fn behind_program(rest: &str) -> Option<&str> {
    let (program, text) = rest.split_once(": ")?;
    (!program.contains([' ', '{'])).then_some(text)
}

/// `time=... level=stdout prefix=live/vpc tf-path=terraform msg="{...}"`
fn of_pairs(line: &str) -> Option<Inner<'_>> {
    let (before, message) = line.split_once(" msg=")?;
    let mut stream = serde_json::Deserializer::from_str(message).into_iter::<String>();
    let text = match message.starts_with('"') {
        true => Cow::Owned(stream.next()?.ok()?),
        false => Cow::Borrowed(message),
    };
    let mut words = before.split(' ');
    let unit = words.find_map(|word| word.strip_prefix("prefix="));
    line.starts_with("time=").then(|| Inner {
        text,
        unit: unit.map(|unit| unit.trim_matches('"').to_owned()),
        ..Inner::default()
    })
}
