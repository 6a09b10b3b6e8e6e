//! Audit rows of three clouds as one kind of event: a write, by whom, by what means, to what.

mod aws;
mod aws_targets;
mod azure;
mod class;
mod google;

use nepho_core::findings::WriteClass;
use nepho_core::role::Role;
use nepho_core::tables::{ChangeAction, Column, LogsView, Outcome};
use serde_json::Value;

/// Longest event that is looked into: 1 MiB.
const LONGEST: usize = 1 << 20;
/// Names of attributes that are kept of a write.
const ATTRIBUTES: usize = 12;

/// Cloud of an audit row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cloud {
    /// CloudTrail.
    Aws,
    /// Activity Log.
    Azure,
    /// Cloud Audit Logs.
    Google,
}

/// What a write does, to what.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Subject {
    /// Id of the resource that it changes.
    pub target: Option<String>,
    /// Type of that resource in the cloud's words.
    pub resource_type: String,
    /// Ids of resources that it only names.
    pub references: Vec<String>,
    /// What happens to the target.
    pub action: Option<ChangeAction>,
    /// Names of what it changes; never values.
    pub attributes: Vec<String>,
}

/// Who makes a write and by what means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Means {
    /// Class by tool and principal, as far as the event alone tells.
    pub class: WriteClass,
    /// `terraform`, `console`, `aws-cli`; or the first word of the user agent.
    pub tool: String,
}

/// One write as one audit row tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// Cloud.
    pub cloud: Cloud,
    /// Account, subscription or project.
    pub account: String,
    /// `ec2.amazonaws.com`.
    pub api: String,
    /// Operation in the cloud's words.
    pub operation: String,
    /// Who; `unknown` when the event does not tell.
    pub actor: String,
    /// By what means.
    pub means: Means,
    /// To what.
    pub subject: Subject,
    /// How it ended, when this row tells.
    pub outcome: Option<Outcome>,
    /// Rows with the same id and operation tell of the same write.
    pub id: Option<String>,
}

/// The write that a row of table `logs` tells of; `None` for reads, use of data and rows that are
/// no audit.
pub(crate) fn read(view: &LogsView<'_>, row: usize) -> Option<Event> {
    let api = view.text(Column::Service, row)?;
    let operation = view.text(Column::Action, row)?;
    if Role::of(view.text(Column::Format, row), Some(api)) != Role::Audit {
        return None;
    }
    // EventBridge tells that something happened (`aws.autoscaling`: an instance was launched), not
    // who asked for it.
    if api.starts_with("aws.") {
        return None;
    }
    let cloud = cloud(api, view.text(Column::Provider, row))?;
    let raw = view.text(Column::Raw, row).unwrap_or_default();
    let is_write = match cloud {
        Cloud::Aws => aws::is_write(operation, raw),
        Cloud::Azure => azure::is_write(operation),
        Cloud::Google => google::is_write(operation, raw),
    };
    if !is_write {
        return None;
    }
    let json: Value = if raw.len() <= LONGEST {
        serde_json::from_str(raw).unwrap_or_default()
    } else {
        Value::Null
    };
    let agent = view.text(Column::UserAgent, row).unwrap_or_default();
    let actor = view.text(Column::Actor, row).unwrap_or_default();
    let account = view.text(Column::Account, row).unwrap_or_default();
    let region = view.text(Column::Region, row).unwrap_or_default();
    let first = view.resources(row).next();
    let (means, mut subject, id) = match cloud {
        Cloud::Aws => {
            let event = aws::event(&json);
            let subject = aws_targets::subject(api, operation, event, account, region);
            (class::aws(event, agent), subject, aws::id(event))
        }
        Cloud::Azure => (
            class::azure(&json, agent, actor),
            azure::subject(operation, first),
            azure::id(&json),
        ),
        Cloud::Google => (
            class::google(agent, actor),
            google::subject(api, operation, first, account),
            google::id(&json),
        ),
    };
    if subject.target.is_none() {
        subject.target = first.map(nepho_core::key::canonical);
    }
    subject
        .references
        .extend(view.resources(row).map(nepho_core::key::canonical));
    let target = subject.target.clone();
    subject.references.retain(|id| Some(id) != target.as_ref());
    subject.references.sort();
    subject.references.dedup();
    subject.references.truncate(ATTRIBUTES);
    subject.attributes.truncate(ATTRIBUTES);
    Some(Event {
        cloud,
        account: account.to_owned(),
        api: api.to_owned(),
        operation: operation.to_owned(),
        actor: if actor.is_empty() {
            "unknown".to_owned()
        } else {
            actor.to_owned()
        },
        means,
        subject,
        outcome: view.outcome(row),
        id: id.or_else(|| view.text(Column::RequestId, row).map(str::to_owned)),
    })
}

fn cloud(api: &str, provider: Option<&str>) -> Option<Cloud> {
    if api.ends_with(".amazonaws.com") {
        return Some(Cloud::Aws);
    }
    if api.ends_with(".googleapis.com") {
        return Some(Cloud::Google);
    }
    if api
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("microsoft."))
    {
        return Some(Cloud::Azure);
    }
    match provider? {
        "aws" => Some(Cloud::Aws),
        "azure" => Some(Cloud::Azure),
        "gcp" => Some(Cloud::Google),
        _ => None,
    }
}

/// Words of an operation: `AuthorizeSecurityGroupIngress` gives `Authorize`, `Security`, `Group`,
/// `Ingress`.
fn words(operation: &str) -> Vec<&str> {
    let bytes = operation.as_bytes();
    let mut words = Vec::new();
    let mut start = 0;
    for index in 1..bytes.len() {
        let is_upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
        let begins = is_upper(index)
            && (!is_upper(index - 1) || bytes.get(index + 1).is_some_and(u8::is_ascii_lowercase));
        if begins {
            words.extend(operation.get(start..index));
            start = index;
        }
    }
    words.extend(operation.get(start..));
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn operations_are_cut_into_words() {
        assert_eq!(
            super::words("ModifyDBInstance"),
            ["Modify", "DB", "Instance"]
        );
        assert_eq!(super::words("insert"), ["insert"]);
        assert_eq!(super::words(""), [""]);
    }
}
