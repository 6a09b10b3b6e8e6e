//! Block `logs`: one line of shorthand per log line, or per row of equal ones.

use anyhow::{Context, Result, bail};
use nepho::core::Timestamp;
use serde_json::{Map, Value};

use super::document::Block;
use super::moment::{span, time};
use super::words::{Pairs, words};

/// JSON lines of a block, in the order of their times.
///
/// A line that begins with `!` is copied as it is, behind the line before it.
pub(super) fn expand(block: &Block<'_>) -> Result<String> {
    let mut lines: Vec<(Timestamp, String)> = Vec::new();
    for (number, text) in block.lines() {
        if let Some(verbatim) = text.strip_prefix('!') {
            let after = lines.last().map_or(Timestamp::MIN, |(time, _)| *time);
            lines.push((after, verbatim.trim_start().to_owned()));
            continue;
        }
        let line = Line::parse(text).with_context(|| format!("line {number}"))?;
        lines.extend((0..line.count).map(|index| line.at(index)));
    }
    lines.sort_by_key(|(time, _)| *time);
    Ok(lines.into_iter().map(|(_, line)| line + "\n").collect())
}

/// A line of shorthand: `TIME [xN/STEP] [provider/account] service LEVEL message {key=value ...}`.
struct Line {
    time: Timestamp,
    count: i64,
    step: i64,
    cloud: Option<(String, String)>,
    service: String,
    level: String,
    message: String,
    pairs: Vec<(String, String)>,
}

impl Line {
    fn parse(text: &str) -> Result<Self> {
        let (text, pairs) = match text
            .strip_suffix('}')
            .and_then(|text| text.rsplit_once('{'))
        {
            Some((text, pairs)) => (text.trim_end(), Pairs::parse(&words(pairs)?)?.rest()),
            None => (text, Vec::new()),
        };
        let (moment, mut rest) = word(text);
        let (mut count, mut step) = (1, 0);
        let (next, behind) = word(rest);
        if let Some((times, every)) = next.strip_prefix('x').and_then(|next| next.split_once('/')) {
            count = times
                .parse()
                .with_context(|| format!("`{times}` is not a number of lines"))?;
            step = span(every)?;
            rest = behind;
        }
        let mut cloud = None;
        let (next, behind) = word(rest);
        if let Some((provider, account)) = next.split_once('/') {
            cloud = Some((provider.to_owned(), account.to_owned()));
            rest = behind;
        }
        let (service, rest) = word(rest);
        let (level, message) = word(rest);
        if message.is_empty() {
            bail!("the line has no message");
        }
        if !matches!(level, "-" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL") {
            bail!("`{level}` is not a level");
        }
        Ok(Self {
            time: time(moment)?,
            count,
            step,
            cloud,
            service: service.to_owned(),
            level: level.to_owned(),
            message: message.to_owned(),
            pairs,
        })
    }

    /// Time and JSON of the repetition `index`; `%n` stands for its number, from one, `%x` for
    /// sixteen hexadecimal digits of it.
    fn at(&self, index: i64) -> (Timestamp, String) {
        let time = self.time.plus(index * self.step);
        let number = index + 1;
        let numbered = |text: &str| {
            text.replace("%n", &number.to_string())
                .replace("%x", &format!("{number:016x}"))
        };
        let mut json = Map::new();
        json.insert("time".to_owned(), time.to_string().into());
        if self.level != "-" {
            json.insert("level".to_owned(), self.level.as_str().into());
        }
        json.insert("service".to_owned(), self.service.as_str().into());
        json.insert("msg".to_owned(), numbered(&self.message).into());
        if let Some((provider, account)) = &self.cloud {
            json.insert("cloud.provider".to_owned(), provider.as_str().into());
            json.insert("cloud.account.id".to_owned(), account.as_str().into());
        }
        for (key, value) in &self.pairs {
            json.insert(key.clone(), value_of(key, numbered(value)));
        }
        (time, Value::Object(json).to_string())
    }
}

/// Numbers are numbers in JSON, but for ids.
fn value_of(key: &str, text: String) -> Value {
    match serde_json::from_str::<serde_json::Number>(&text) {
        Ok(number) if !key.ends_with("id") => number.into(),
        _ => text.into(),
    }
}

/// First word of a text, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text
        .trim_start()
        .split_once(' ')
        .unwrap_or((text.trim(), ""));
    (word, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let block = Block {
            kind: "logs",
            argument: "",
            text,
            line: 1,
        };
        assert_eq!(expand(&block).unwrap(), expected);
    }

    #[test]
    fn a_line_becomes_json() {
        check(
            "10:00:07 gcp/shop-prod cart ERROR 503 from checkout {trace_id=7 status=503}",
            "{\"cloud.account.id\":\"shop-prod\",\"cloud.provider\":\"gcp\",\"level\":\"ERROR\",\"msg\":\"503 from checkout\",\
             \"service\":\"cart\",\"status\":503,\"time\":\"2026-05-12T10:00:07Z\",\"trace_id\":\"7\"}\n",
        );
    }

    #[test]
    fn repeated_lines_are_numbered_and_sorted_with_others() {
        check(
            "10:00:00 x2/1500ms web INFO order %n\n! {\"cut\n10:00:00.5 web - slow",
            "{\"level\":\"INFO\",\"msg\":\"order 1\",\"service\":\"web\",\"time\":\"2026-05-12T10:00:00Z\"}\n\
             {\"msg\":\"slow\",\"service\":\"web\",\"time\":\"2026-05-12T10:00:00.500Z\"}\n\
             {\"level\":\"INFO\",\"msg\":\"order 2\",\"service\":\"web\",\"time\":\"2026-05-12T10:00:01.500Z\"}\n\
             {\"cut\n",
        );
    }

    #[test]
    fn a_line_that_is_no_shorthand_is_refused() {
        assert!(Line::parse("10:00:00 web hello world").is_err());
        assert!(Line::parse("10:00:00 web INFO").is_err());
        assert!(Line::parse("noon web INFO hello").is_err());
    }
}
