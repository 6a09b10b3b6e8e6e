//! The id that people gave a run, as the guide to run ids says: in its user agent, or in the name
//! of its log.

/// What stands in front of an id in a user agent or a session.
const MARKS: [&str; 2] = ["nepho/run/", "nepho-run-"];
/// First words of the names of logs.
const LOGS: [&str; 6] = ["apply", "destroy", "events", "plan", "run", "up"];

/// The id of a run by what it called with, else by the name of its file.
pub(super) fn told(user_agent: Option<&str>, id: &str, uri: &str) -> Option<String> {
    let marked = user_agent.and_then(|agent| {
        let mark = MARKS.iter().find_map(|mark| agent.split_once(mark));
        let (_, rest) = mark?;
        let is_of_id = |c: char| c.is_ascii_alphanumeric() || "._:-/".contains(c);
        let end = rest.find(|c| !is_of_id(c)).unwrap_or(rest.len());
        Some(rest[..end].to_owned()).filter(|id| !id.is_empty())
    });
    // What the tool itself calls a run is no time.
    let is_time = id.get(..5).is_none_or(|year| {
        year.ends_with('-') && year.bytes().take(4).all(|byte| byte.is_ascii_digit())
    });
    marked.or_else(|| of_file(uri).filter(|_| is_time))
}

/// `gh-4711.2` of `runs/apply-gh-4711.2.jsonl`.
fn of_file(uri: &str) -> Option<String> {
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
    fn the_id_stands_in_the_user_agent_or_the_name_of_the_file() {
        let check = |agent: Option<&str>, id: &str, uri: &str, expected: Option<&str>| {
            assert_eq!(told(agent, id, uri).as_deref(), expected, "{uri}");
        };
        let time = "2026-05-12T14:00:00Z";
        check(None, time, "runs/apply-gh-4711.2.jsonl", Some("gh-4711.2"));
        check(
            None,
            time,
            "s3://logs/apply-gh-4711.2.jsonl.gz",
            Some("gh-4711.2"),
        );
        check(None, time, "apply-2026-05-12T143054Z.jsonl", None);
        check(None, time, "prod/apply.jsonl", None);
        check(None, "run-CZcmD7eagjhyX0vN", "apply-gh-4711.jsonl", None);
        let agent = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 nepho/run/gh-9 m/x";
        check(Some(agent), time, "prod/apply.jsonl", Some("gh-9"));
    }
}
