//! Block `changes`: one line per change, written as the documents of the tools that made them.

mod cloudformation;
mod pulumi;
mod terraform;

use anyhow::{Context, Result, bail};
use nepho::core::Timestamp;

use super::audit;
use super::document::Block;
use super::inputs::File;
use super::moment::time;
use super::resources::Resource;
use super::words::{Pairs, words};

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Applied,
    Failed,
    Planned,
}

/// A line `TIME TOOL [failed|planned] ACTION ADDRESS [key=value ...] [by ACTOR] [: text]`.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// When it was complete.
    pub time: Timestamp,
    pub tool: String,
    pub ending: Ending,
    /// `create`, `update`, `replace`, `delete`.
    pub action: String,
    pub address: String,
    /// Who did it, as an audit log tells.
    pub actor: Option<String>,
    /// What the tool says besides: see the README.
    pub text: Option<String>,
    pub pairs: Pairs,
}

/// Documents of a block: one run per tool.
pub(super) fn expand(
    block: &Block<'_>,
    number: usize,
    resources: &[Resource],
) -> Result<Vec<File>> {
    let mut changes = Vec::new();
    for (number, text) in block.lines() {
        changes.push(Change::parse(text).with_context(|| format!("line {number}"))?);
    }
    changes.sort_by_key(|change| change.time);
    let of = |tool: &str| -> Vec<Change> {
        changes
            .iter()
            .filter(|change| change.tool == tool)
            .cloned()
            .collect()
    };
    let name = Some(block.argument).filter(|name| !name.is_empty());
    let mut files = Vec::new();
    let runs = [
        (
            "terraform",
            name.map_or_else(|| format!("infra/apply-{number}.jsonl"), str::to_owned),
        ),
        ("pulumi", format!("pulumi/events-{number}.jsonl")),
        (
            "cloudformation",
            format!("cloudformation/stack-events-{number}.json"),
        ),
    ];
    for (tool, name) in runs {
        let changes = of(tool);
        if changes.is_empty() {
            continue;
        }
        let text = match tool {
            "terraform" => terraform::log(&changes, resources)?,
            "pulumi" => pulumi::log(&changes)?,
            _ => cloudformation::events(&changes)?,
        };
        files.push(File::new(name, text));
    }
    let records = audit::records(&changes, resources)?;
    files.extend(records.map(|text| {
        File::new(
            format!(
                "trail/{number}_CloudTrail_{}.json",
                super::resources::REGION
            ),
            text,
        )
    }));
    Ok(files)
}

impl Change {
    fn parse(text: &str) -> Result<Self> {
        let (head, text) = match text.split_once(" : ") {
            Some((head, text)) => (head, Some(text.trim().to_owned())),
            None => (text, None),
        };
        let mut words = words(head)?;
        let actor = match words.iter().position(|word| word == "by") {
            Some(position) => {
                let mut behind = words.split_off(position);
                if behind.len() != 2 {
                    bail!("one name stands behind `by`");
                }
                behind.pop()
            }
            None => None,
        };
        let ending = match words.get(2).map(String::as_str) {
            Some("failed") => Ending::Failed,
            Some("planned") => Ending::Planned,
            _ => Ending::Applied,
        };
        if ending != Ending::Applied {
            words.remove(2);
        }
        let [moment, tool, action, address, rest @ ..] = words.as_slice() else {
            bail!("a change is `TIME TOOL [failed|planned] ACTION ADDRESS`");
        };
        if !matches!(tool.as_str(), "terraform" | "pulumi" | "cloudformation") {
            bail!("`{tool}` is not a tool");
        }
        if !matches!(action.as_str(), "create" | "update" | "replace" | "delete") {
            bail!("`{action}` is not an action");
        }
        Ok(Self {
            time: time(moment)?,
            tool: tool.clone(),
            ending,
            action: action.clone(),
            address: address.clone(),
            actor,
            text,
            pairs: Pairs::parse(rest)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use nepho::core::feed::{ChangeFeed, Document, FeedOutput};
    use nepho::core::registry::{Make, components};

    use super::*;

    const STORY: &str = "\
        10:00:00 terraform replace aws_security_group_rule.orders\n\
        10:00:05 terraform failed update aws_db_instance.orders : timeout while waiting\n\
        10:00:09 terraform planned create aws_sqs_queue.later\n\
        10:01:00 pulumi update gcp:cloudrunv2/service:Service::invoices \
        id=projects/p/locations/l/services/invoices : template\n\
        10:02:00 cloudformation update Worker type=AWS::ECS::Service \
        id=arn:aws:ecs:eu-west-1:111122223333:service/shop/worker\n\
        10:02:30 cloudformation failed create Queue type=AWS::SQS::Queue : Resource limit exceeded";

    fn feed(name: &str) -> Box<dyn ChangeFeed> {
        let linked = components()
            .into_iter()
            .find(|component| component.name == name)
            .unwrap();
        match linked.make {
            Make::Feed(make) => make(),
            _ => panic!("{name} is no feed"),
        }
    }

    /// Changes as the feed reads them back: address, action, outcome, time.
    fn check(position: usize, name: &str, expected: &[&str]) {
        let block = Block {
            kind: "changes",
            argument: "",
            text: STORY,
            line: 1,
        };
        let files = expand(&block, 1, &[]).unwrap();
        let file = &files[position];
        let mut out = FeedOutput::default();
        let document = Document {
            uri: &file.name,
            text: file.text(),
            modified: None,
        };
        feed(name).read(&document, &mut out).unwrap();
        assert!(out.rejects.is_empty(), "{:?}", out.rejects);
        let told: Vec<String> = out
            .changes
            .iter()
            .map(|change| {
                let time = change.time.map_or("-".to_owned(), |time| time.to_string());
                format!(
                    "{} {} {} {time}",
                    change.address, change.action, change.outcome
                )
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn feeds_read_back_what_the_story_told() {
        check(
            0,
            "terraform.log",
            &[
                "aws_security_group_rule.orders replace applied 2026-05-12T10:00:00Z",
                "aws_db_instance.orders update failed 2026-05-12T10:00:05Z",
                "aws_sqs_queue.later create cancelled -",
            ],
        );
        check(
            1,
            "pulumi.events",
            &[
                "urn:pulumi:production::shop::gcp:cloudrunv2/service:Service::invoices update applied 2026-05-12T10:01:00Z",
            ],
        );
        check(
            2,
            "cloudformation.events",
            &[
                "Worker update applied 2026-05-12T10:02:00Z",
                "Queue create failed 2026-05-12T10:02:30Z",
            ],
        );
    }

    #[test]
    fn a_line_that_is_no_change_is_refused() {
        assert!(Change::parse("10:00:00 terraform destroy aws_db_instance.orders").is_err());
        assert!(Change::parse("10:00:00 ansible update x").is_err());
        assert!(Change::parse("10:00:00 terraform update").is_err());
        assert!(Change::parse("10:00:00 terraform update a.b by").is_err());
    }
}
