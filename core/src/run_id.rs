//! The id that people give a run of an infrastructure tool, as `docs/guides/run-ids.md` says:
//! behind a mark in what the run's calls carry, or in the name of the run's log.

/// Words before the id in user agents, names of sessions, tags.
const MARKS: [&str; 2] = ["nepho/run/", "nepho-run-"];
/// First words of the names of logs.
const LOGS: [&str; 6] = ["apply", "destroy", "events", "plan", "run", "up"];
/// Longest id.
const LONGEST: usize = 128;

/// Id behind a mark: `gh-4711.2` of `Terraform/1.9.0 nepho/run/gh-4711.2`.
pub fn marked(text: &str) -> Option<String> {
    MARKS.iter().find_map(|mark| {
        let (_, rest) = text.split_once(mark)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._:-/".contains(c)));
        let id = rest[..end.unwrap_or(rest.len())].trim_matches(['/', '.', ':', '-']);
        (!id.is_empty() && id.len() <= LONGEST).then(|| id.to_owned())
    })
}

/// Id in the name of a run's log: `gh-4711.2` of `runs/apply-gh-4711.2.jsonl`. A date is none.
pub fn of_log(uri: &str) -> Option<String> {
    let mut name = uri.rsplit(['/', '\\']).next()?;
    // Endings begin with a letter: that of `gh-4711.2` is none.
    while let Some((front, ending)) = name.rsplit_once('.') {
        if !ending.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        name = front;
    }
    let (kind, id) = name.split_once(['-', '_'])?;
    let is_log = LOGS.iter().any(|log| kind.eq_ignore_ascii_case(log));
    let is_id =
        id.bytes().any(|byte| byte.is_ascii_digit()) && !id.starts_with("20") && id.len() >= 4;
    (is_log && is_id).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_behind_its_mark() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(marked(text).as_deref(), expected, "{text}");
        };
        let agent = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 nepho/run/gh-9 m/x";
        check(agent, Some("gh-9"));
        check("aws-cli/2.13 app/nepho-run-88", Some("88"));
        check("nepho/run/", None);
        check("Terraform/1.11.4", None);
    }

    #[test]
    fn an_id_stands_in_the_name_of_a_log() {
        let check = |uri: &str, expected: Option<&str>| {
            assert_eq!(of_log(uri).as_deref(), expected, "{uri}");
        };
        check("runs/apply-gh-4711.2.jsonl", Some("gh-4711.2"));
        check("s3://logs/apply-gh-4711.2.jsonl.gz", Some("gh-4711.2"));
        check("apply-2026-05-12T143054Z.jsonl", None);
        check("prod/apply.jsonl", None);
        check("prod/trail-4711.json", None);
    }
}
