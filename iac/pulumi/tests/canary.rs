//! No secret of a document reaches what the feeds give: values stand in every place that may hold
//! one, in both forms of a secret, and none is in rows, snapshots, comparisons, rejects or errors.
#![expect(clippy::unwrap_used, reason = "helpers of a test may end it")]

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::registry::{Kind, Make, find};
use nepho_iac_pulumi as _;

/// Stands in the documents for what must not be kept.
const CANARY: &str = "canary";

const FEEDS: [&str; 3] = ["pulumi.state", "pulumi.events", "pulumi.updates"];

/// Documents, each with the feed that reads it. All but the webhooks, which carry no values, plant
/// canaries.
const FIXTURES: [(&str, &str); 9] = [
    (
        "pulumi.state",
        include_str!("../src/state/fixtures/export.json"),
    ),
    (
        "pulumi.state",
        include_str!("../src/state/fixtures/checkpoint.json"),
    ),
    (
        "pulumi.events",
        include_str!("../src/events/fixtures/update.jsonl"),
    ),
    (
        "pulumi.events",
        include_str!("../src/events/fixtures/refresh.jsonl"),
    ),
    (
        "pulumi.events",
        include_str!("../src/events/fixtures/preview.json"),
    ),
    (
        "pulumi.events",
        include_str!("../src/events/fixtures/digest.json"),
    ),
    (
        "pulumi.updates",
        include_str!("../src/updates/fixtures/stack-history.json"),
    ),
    (
        "pulumi.updates",
        include_str!("../src/updates/fixtures/api-updates.json"),
    ),
    (
        "pulumi.updates",
        include_str!("../src/updates/fixtures/production-1714557600000000000.history.json"),
    ),
];

/// Properties whose values may not be kept, each with what a message of the provider quotes of
/// them: plain, marked as secrets in both forms, inside lists and maps, in tags that name no owner
/// and in tags that name one.
const SECRETS: [(&str, &str); 8] = [
    (r#"{"password":"canary-a"}"#, "canary-a"),
    (
        r#"{"arn":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"v1:canary-b"}}"#,
        "v1:canary-b",
    ),
    (
        r#"{"arn":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"canary-c\""}}"#,
        "canary-c",
    ),
    (
        r#"{"tags":{"team":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"canary-d\""},"note":"canary-e"}}"#,
        "canary-d",
    ),
    (
        r#"{"privateIps":["10.0.0.9",{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"canary-f\""}]}"#,
        "canary-f",
    ),
    (
        r#"{"settings":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"{\"a\":[\"canary-g\"]}"}}"#,
        "canary-g",
    ),
    (
        r#"{"endpoint":"https://user:canary-h@db.example.com/"}"#,
        "https://user:canary-h@db.example.com/",
    ),
    (
        r#"{"environment":{"variables":{"KEY":"canary-i"}},"userData":"canary-j","connectionString":"canary-k"}"#,
        "canary-i canary-j canary-k",
    ),
];

fn feed(name: &str) -> Box<dyn ChangeFeed> {
    let Make::Feed(make) = find(Kind::Feed, name).unwrap().make else {
        unreachable!("{name} is a feed");
    };
    make()
}

/// Everything that a feed tells of a document, as text: rows, or the error and what came before it.
fn shown(name: &str, texts: &[&str]) -> (FeedOutput, String) {
    let feed = feed(name);
    let mut out = FeedOutput::default();
    let mut errors = String::new();
    for (number, text) in texts.iter().enumerate() {
        let document = Document {
            uri: &format!("document-{number}"),
            text,
            modified: None,
        };
        if let Err(error) = feed.read(&document, &mut out) {
            errors += &format!("{error} {error:?}");
        }
    }
    let (snapshots, known) = (out.snapshots.clone(), out.changes.clone());
    feed.compare(&snapshots, &known, &mut out);
    let shown = format!("{out:?} {errors}");
    (out, shown)
}

fn around(shown: &str) -> Option<&str> {
    let at = shown.find(CANARY)?;
    let start = (0..=at.saturating_sub(150))
        .rev()
        .find(|at| shown.is_char_boundary(*at));
    shown.get(start.unwrap_or(0)..at + CANARY.len())
}

#[test]
fn no_canary_of_a_fixture_is_told() {
    for (name, text) in FIXTURES {
        assert!(text.contains(CANARY), "{name}: the fixture plants canaries");
        let (out, shown) = shown(name, &[text]);
        assert!(!out.runs.is_empty() || !out.resources.is_empty());
        assert_eq!(around(&shown), None, "{name}");
        for other in FEEDS {
            // Made to read what it does not know.
            assert_eq!(around(&self::shown(other, &[text]).1), None, "{other}");
        }
    }
}

#[test]
fn no_secret_of_a_state_is_told_by_two_of_them() {
    let state = |hour: u32, inputs: &str, outputs: &str| {
        format!(
            r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T{hour}:00:00Z","magic":"x"}},
            "secrets_providers":{{"type":"passphrase","state":{{"salt":"v1:canary-salt"}}}},
            "resources":[{{"urn":"urn:pulumi:prod::shop::aws:sns/topic:Topic::a","custom":true,"id":"topic-000{hour}",
            "type":"aws:sns/topic:Topic","inputs":{inputs},"outputs":{outputs},"initErrors":["canary-error"]}}],
            "pending_operations":[{{"type":"updating","resource":{{"urn":"urn:pulumi:prod::shop::aws:sns/topic:Topic::b",
            "custom":true,"id":"topic-0002","type":"aws:sns/topic:Topic","inputs":{inputs},"outputs":{outputs}}}}}]}}}}"#
        )
    };
    for (secret, _) in SECRETS {
        let before = state(10, "{}", "{}");
        for after in [state(11, secret, "{}"), state(11, "{}", secret)] {
            let (out, shown) = shown("pulumi.state", &[&before, &after]);
            assert!(out.rejects.is_empty() && out.changes.len() >= 3, "{secret}");
            assert_eq!(around(&shown), None, "{secret}");
        }
    }
}

#[test]
fn no_secret_of_an_event_is_told_nor_quoted_in_its_message() {
    for (secret, quoted) in SECRETS {
        let events = format!(
            r#"{{"sequence":0,"timestamp":100,"preludeEvent":{{"config":{{"shop:key":"canary-config"}}}}}}
{{"sequence":1,"timestamp":101,"resourcePreEvent":{{"metadata":{{"op":"update","urn":"urn:pulumi:prod::shop::aws:sns/topic:Topic::a","type":"aws:sns/topic:Topic","old":{{"custom":true,"id":"topic-0001","inputs":{secret},"outputs":{secret}}},"new":{{"custom":true,"id":"topic-0001","inputs":{secret},"outputs":{secret},"initErrors":["canary-error"]}},"detailedDiff":null}}}}}}
{{"sequence":2,"timestamp":102,"stdoutEvent":{{"message":"canary-stdout","color":"never"}}}}
{{"sequence":3,"timestamp":102,"policyEvent":{{"message":"canary-policy"}}}}
{{"sequence":4,"timestamp":102,"diagnosticEvent":{{"urn":"urn:pulumi:prod::shop::aws:sns/topic:Topic::a","severity":"error","message":"refused: {quoted}"}}}}
{{"sequence":5,"timestamp":103,"resOpFailedEvent":{{"status":1,"metadata":{{"op":"update","urn":"urn:pulumi:prod::shop::aws:sns/topic:Topic::a","type":"aws:sns/topic:Topic","old":{{"custom":true,"id":"topic-0001","inputs":{secret},"outputs":{secret}}},"new":{{"custom":true,"id":"topic-0001","inputs":{secret},"outputs":{secret},"initErrors":["canary-error"]}},"detailedDiff":null}}}}}}
{{"sequence":6,"timestamp":104,"errorEvent":{{"error":"canary-internal"}}}}
{{"sequence":7,"timestamp":104,"summaryEvent":{{"resourceChanges":{{}},"isPreview":false}}}}"#
        );
        let (out, shown) = shown("pulumi.events", &[&events]);
        assert!(out.rejects.is_empty(), "{:?}", out.rejects);
        assert_eq!((out.changes.len(), out.resources.len()), (1, 1));
        let reason = out.changes[0].reason.as_deref();
        assert!(reason.is_some_and(|reason| reason.starts_with("refused:")));
        assert_eq!(around(&shown), None, "{secret}");
    }
}

#[test]
fn no_canary_of_a_broken_document_is_told() {
    for (name, text) in FIXTURES {
        for end in (0..text.len())
            .step_by(67)
            .filter(|end| text.is_char_boundary(*end))
        {
            let (head, tail) = text.split_at(end);
            for text in [head, tail] {
                assert_eq!(
                    around(&shown(name, &[text]).1),
                    None,
                    "{name}: cut at {end}"
                );
            }
        }
    }
}
