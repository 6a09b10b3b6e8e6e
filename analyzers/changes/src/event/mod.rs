//! Audit rows of three clouds as one kind of event: a write, by whom, by what means, to what.

pub(crate) mod aws;
mod aws_attributes;
mod aws_nouns;
mod aws_table;
mod aws_targets;
mod azure;
mod class;
mod controllers;
mod effects;
mod given;
mod google;
pub(crate) mod json;
mod kubernetes;
mod marks;
mod networks;
mod pairs;
pub(crate) mod pending;
mod phrase;
mod priorities;
pub(crate) mod rules;
mod sizes;
mod tags;
mod undo;
mod uses;
mod waits;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::owner::Owner;
use nepho_core::role;
use nepho_core::tables::{Change, ChangeAction, Column, LogsView, Outcome};

use aws_nouns::Nouns;
use json::Json;

pub(crate) use effects::Effect;
pub(crate) use given::Given;
pub(crate) use marks::{Marks, normal};
pub(crate) use pairs::{Keyed, State};
pub(crate) use phrase::ANYTHING;
pub(crate) use priorities::Priority;
pub(crate) use sizes::Size;
use tags::Tags;
pub(crate) use undo::Reversal;

/// Longest event that is looked into: 1 MiB.
const LONGEST: usize = 1 << 20;
/// Format of audit events of clusters that Azure runs.
const AKS_AUDIT: &str = "azure.kube_audit";
/// Names of attributes that are kept of a write.
const ATTRIBUTES: usize = 12;
/// Formats and APIs of which is remembered whether they are audits.
const REMEMBERED: usize = 10_000;

/// Cloud of an audit row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cloud {
    /// CloudTrail.
    Aws,
    /// Activity Log.
    Azure,
    /// Cloud Audit Logs.
    Google,
    /// Audit events of a Kubernetes API server.
    Kubernetes,
}

/// What a write does, to what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Subject {
    /// Id of the resource that it changes.
    pub target: Option<String>,
    /// Ids of further resources that it changes in the same way.
    pub also: Vec<String>,
    /// Type of that resource in the cloud's words.
    pub resource_type: String,
    /// Ids of resources that it only names.
    pub references: Vec<String>,
    /// What happens to the target.
    pub action: Option<ChangeAction>,
    /// Names of what it changes; never values.
    pub attributes: Vec<String>,
    /// Id of what the target is a rule for, where the call tells it.
    pub holder: Option<String>,
    /// Members that it gives roles of the target, or takes them from.
    pub granted: Vec<Granted>,
}

/// A member of a policy of Google Cloud that was added or removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Granted {
    /// `roles/viewer`.
    pub role: String,
    /// `serviceAccount:app@shop.iam.gserviceaccount.com`.
    pub member: String,
    /// Whether it was added.
    pub adds: bool,
    /// Title, description and expression of its condition, with slashes between them.
    pub condition: Option<String>,
}

impl Subject {
    /// Whether the target is deleted, now or on a day that is fixed.
    pub(crate) fn is_ended(&self) -> bool {
        self.action == Some(ChangeAction::Delete) || self.attributes == [pending::DELETION]
    }
}

/// Who makes a write and by what means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Means {
    /// Class by tool and principal, as far as the event alone tells.
    pub class: WriteClass,
    /// `terraform`, `console`, `aws-cli`; or the first word of the user agent.
    pub tool: String,
}

/// One write as one audit row tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Cloud.
    pub cloud: Cloud,
    /// Account, subscription or project.
    pub account: String,
    /// Region that it was made in, where the log tells one.
    pub region: String,
    /// `ec2.amazonaws.com`.
    pub api: String,
    /// Operation in the cloud's words.
    pub operation: String,
    /// Who; `unknown` when the event does not tell.
    pub actor: String,
    /// Address that it came from, where the log tells one.
    pub source_ip: Option<String>,
    /// By what means.
    pub means: Means,
    /// To what.
    pub subject: Subject,
    /// Id that the target has from then on, of a call that renames it.
    pub renamed: Option<String>,
    /// How it ended, when this row tells.
    pub outcome: Option<Outcome>,
    /// Code of the error, of a write that failed.
    pub error: Option<String>,
    /// Rows with the same id and operation tell of the same write.
    pub id: Option<String>,
    /// Id that the cloud gave the request, which documents of tools quote.
    pub request: Option<String>,
    /// Id that all writes of a run share, where the cloud has one.
    pub correlation: Option<String>,
    /// What it tells of its run.
    pub marks: Marks,
    /// Whose its targets are, as tags tell that it gives them.
    pub owner: Option<Box<Owner>>,
    /// What takes it back, of writes by people, scripts and tools.
    pub reversal: Option<Reversal>,
    /// The thing that it is on, and how that is after it, where a table tells that.
    pub keyed: Option<Keyed>,
    /// Plain settings that it gives, where these are all that it gives.
    pub given: Given,
    /// The rule that it puts, of a network security group of Azure.
    pub priority: Option<Box<Priority>>,
    /// How many of its target run after it, where it sets that.
    pub size: Option<Size>,
    /// What it opens, hides or hands out.
    pub effect: Option<Box<Effect>>,
}

// By what tells most events apart.
impl Hash for Event {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.api, &self.operation, &self.subject).hash(state);
        (&self.actor, &self.account, &self.source_ip).hash(state);
    }
}

/// Reads rows, and remembers what many of them have in common.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    nouns: Nouns,
    /// Whether rows of a format and an API are audit rows.
    audits: HashMap<String, HashMap<String, bool>>,
    remembered: usize,
    /// Writes to clusters whose records are too long to be read, so that nothing tells what of.
    pub(crate) too_long: u64,
}

impl Reader {
    /// The write that a row of table `logs` tells of; `None` for reads, use of data and rows that
    /// are no audit.
    pub(crate) fn read(&mut self, view: &LogsView<'_>, row: usize) -> Option<Event> {
        let api = view.text(Column::Service, row)?;
        let operation = view.text(Column::Action, row)?;
        if !self.is_audit(view.text(Column::Format, row), api) {
            return None;
        }
        let event = read(view, row, api, operation, &mut self.nouns);
        let is_long = || {
            let raw = view.text(Column::Raw, row);
            raw.is_some_and(|raw| raw.len() > LONGEST)
        };
        if event.is_none() && kubernetes::may_write(operation) && is_long() {
            self.too_long += 1;
        }
        event
    }

    fn is_audit(&mut self, format: Option<&str>, api: &str) -> bool {
        let format = format.unwrap_or_default();
        if let Some(known) = self.audits.get(format).and_then(|apis| apis.get(api)) {
            return *known;
        }
        // EventBridge tells that something happened (`aws.autoscaling`: an instance was launched),
        // not who asked for it.
        let is_audit = role::is_call(Some(format), Some(api)) && !api.starts_with("aws.");
        if self.remembered < REMEMBERED {
            self.remembered += 1;
            let apis = self.audits.entry(format.to_owned()).or_default();
            apis.insert(api.to_owned(), is_audit);
        }
        is_audit
    }
}

fn read(
    view: &LogsView<'_>,
    row: usize,
    api: &str,
    operation: &str,
    nouns: &mut Nouns,
) -> Option<Event> {
    let is_of_aks = view.text(Column::Format, row) == Some(AKS_AUDIT);
    let cloud = match is_of_aks {
        true => Cloud::Kubernetes,
        false => cloud(api, view.text(Column::Provider, row))?,
    };
    let raw = view.text(Column::Raw, row).unwrap_or_default();
    let is_write = match cloud {
        Cloud::Aws => aws::is_write(api, operation, raw),
        Cloud::Azure => azure::is_write(operation),
        Cloud::Google => google::is_write(operation, raw),
        Cloud::Kubernetes => !matches!(operation, "get" | "list" | "watch" | ""),
    };
    if !is_write || uses::is_use(cloud, api, operation) {
        return None;
    }
    let json = if raw.len() <= LONGEST {
        Json::parse(raw)
    } else {
        Json::Null
    };
    if is_dry(cloud, &json) {
        return None;
    }
    let text = |column| view.text(column, row).unwrap_or_default().to_owned();
    let mut event = Event {
        cloud,
        account: text(Column::Account),
        region: text(Column::Region),
        api: api.to_owned(),
        operation: operation.to_owned(),
        actor: text(Column::Actor),
        source_ip: view.text(Column::SourceIp, row).map(str::to_owned),
        means: Means {
            class: WriteClass::Script,
            tool: String::new(),
        },
        subject: Subject::default(),
        renamed: None,
        outcome: view.outcome(row),
        error: None,
        id: None,
        request: view.text(Column::RequestId, row).map(str::to_owned),
        correlation: None,
        marks: Marks::default(),
        owner: None,
        reversal: None,
        keyed: None,
        given: Given::default(),
        priority: None,
        size: None,
        effect: None,
    };
    let agent = view.text(Column::UserAgent, row).unwrap_or_default();
    let first = view.resources(row).next();
    match cloud {
        Cloud::Aws => {
            of_aws(&mut event, nouns, aws::event(&json), agent);
        }
        Cloud::Azure => of_azure(&mut event, &json, agent, first),
        Cloud::Google => of_google(&mut event, &json, agent, first)?,
        Cloud::Kubernetes if is_of_aks => {
            let inner = kubernetes::of_azure(&json);
            of_kubernetes(&mut event, &inner, agent, first.unwrap_or_default())?;
        }
        Cloud::Kubernetes => {
            let object = view.resources(row).find_map(key::kubernetes_cluster);
            let cluster = object.map(|(cluster, _)| cluster).unwrap_or_default();
            of_kubernetes(&mut event, &json, agent, cluster)?;
        }
    }
    settle(&mut event, view, row);
    if rules::allows(cloud, &event.operation, event.subject.action, &json) {
        let attributes = &mut event.subject.attributes;
        attributes.push(Change::ALLOWING_RULE.to_owned());
    }
    let told = rules::told(cloud, &event.operation, &json);
    event.subject.attributes.extend(told);
    tell_content(&mut event, &json);
    Some(event)
}

/// Tells what a write does to what, so that others can be found that undo it, and what it opens.
fn tell_content(event: &mut Event, json: &Json<'_>) {
    event.effect = effects::of(event, json).map(Box::new);
    event.keyed = Keyed::of(event, json);
    let is_background = matches!(event.means.class, WriteClass::Service | WriteClass::Runtime);
    if !is_background && event.keyed.is_none() {
        event.reversal = Reversal::of(event, json);
        event.given = given::settings(event, json);
    }
}

/// Whether a call only asks what it would do. Of clusters, [`kubernetes::is_write`] tells.
fn is_dry(cloud: Cloud, json: &Json<'_>) -> bool {
    match cloud {
        Cloud::Aws => aws::is_dry(aws::event(json)),
        Cloud::Google => google::is_dry(json),
        Cloud::Azure | Cloud::Kubernetes => false,
    }
}

fn of_aws(event: &mut Event, nouns: &mut Nouns, json: &Json<'_>, agent: &str) {
    event.subject = aws_targets::subject(
        nouns,
        &event.api,
        &event.operation,
        json,
        &event.account,
        &event.region,
    );
    let target = event.subject.target.as_deref();
    event.renamed = target.and_then(|target| aws::renamed(target, json));
    event.means = class::aws(json, agent);
    if waits::waits(&event.api, &event.operation, json) {
        let attributes = &mut event.subject.attributes;
        attributes.push(Change::WAITING.to_owned());
    }
    event.size = sizes::of_aws(event, json);
    sizes::tell_none(event.size, &mut event.subject);
    event.error = aws::error(json);
    event.id = aws::id(json);
    let own = json["userAgent"].as_str().unwrap_or_default();
    event.marks = Marks::of_aws(json, if agent.is_empty() { own } else { agent });
    let tags = Tags::of(&event.operation, &json["requestParameters"]);
    event.owner = tags.owner();
    event.marks.add_tags(tags);
}

fn of_azure(event: &mut Event, json: &Json<'_>, agent: &str, first: Option<&str>) {
    // Some exports write all names in capitals.
    if !event
        .operation
        .bytes()
        .any(|byte| byte.is_ascii_lowercase())
    {
        event.operation.make_ascii_lowercase();
    }
    let resource = first.or_else(|| azure::scope(json));
    event.subject = azure::subject(&event.operation, resource, json);
    event.means = class::azure(json, agent, &event.actor);
    event.priority = priorities::of(&event.operation, json);
    event.error = azure::error(json);
    event.id = azure::id(json);
    event.correlation = azure::correlation(json);
    event.marks = Marks::of_azure(json, agent);
    event.marks.add_maybe(event.correlation.as_deref());
    event.owner = azure::owner(&event.operation, json);
}

/// `None` for what changes no object of a cluster.
fn of_google(event: &mut Event, json: &Json<'_>, agent: &str, first: Option<&str>) -> Option<()> {
    event.subject = google::subject(&event.api, &event.operation, first, &event.account, json);
    if event.api == "dns.googleapis.com" && event.operation.ends_with("dns.changes.create") {
        google::records(json, &mut event.subject);
    }
    event.means = class::google(agent, &event.actor, (&event.api, &event.operation));
    if event.api == "k8s.io" {
        let name = json["protoPayload"]["resourceName"].as_str()?;
        let (object, part) = kubernetes::of_google(name, &event.account, json)?;
        event.subject.target = Some(object);
        kubernetes::on_part(part, &mut event.subject);
        let call = &json["protoPayload"];
        event.size = sizes::of_object(&call["request"], &call["response"]);
        // Whoever acts in a cluster is told by its own words; Google's own agents by Google's.
        let means = kubernetes::means(json, agent, &event.actor);
        let is_told = means.class != WriteClass::Script || event.means.class == WriteClass::Script;
        if is_told {
            event.means = means;
        }
    }
    event.error = google::error(json);
    event.id = google::id(json);
    event.marks = Marks::of_google(json, agent);
    let method = key::short_name(&event.operation);
    let method = method.rsplit('.').next().unwrap_or(method);
    let tags = Tags::of(method, &json["protoPayload"]["request"]);
    let is_made = event.subject.action == Some(ChangeAction::Create);
    if tags.is_by_terraform && is_made && event.means.class == WriteClass::Script {
        event.means = Means {
            class: WriteClass::Iac,
            tool: "terraform".to_owned(),
        };
    }
    event.owner = tags.owner();
    event.marks.add_tags(tags);
    Some(())
}

/// `None` for what changes no object.
fn of_kubernetes(event: &mut Event, json: &Json<'_>, agent: &str, cluster: &str) -> Option<()> {
    if !kubernetes::is_write(&event.operation, json) {
        return None;
    }
    event.subject = kubernetes::subject(cluster, &event.operation, json);
    event.size = sizes::of_object(&json["requestObject"], &json["responseObject"]);
    event.means = kubernetes::means(json, agent, &event.actor);
    event.error = json["responseStatus"]["reason"].as_str().map(str::to_owned);
    event.id = json["auditID"].as_str().map(str::to_owned);
    event.marks = Marks::of_agent(agent);
    // `delete` of what: the verb alone does not say it.
    let verb = match json["objectRef"]["subresource"].as_str() {
        Some("eviction") => "evict",
        _ => &event.operation,
    };
    event.operation = format!("{verb} {}", event.subject.resource_type);
    Some(())
}

/// Fills in what the row has besides, and bounds what is kept.
fn settle(event: &mut Event, view: &LogsView<'_>, row: usize) {
    let subject = &mut event.subject;
    let is_creation = subject.action == Some(ChangeAction::Create);
    // A creation that failed has no target, whatever it names.
    if subject.target.is_none()
        && event.cloud != Cloud::Kubernetes
        && !(is_creation && event.outcome == Some(Outcome::Failure))
    {
        // A model of a vendor is named and not changed: `anthropic.claude-3-sonnet-20240229-v1:0`.
        let is_model = |id: &&str| event.api.starts_with("bedrock") && !id.starts_with("arn:");
        let id = view.resources(row).next().filter(|id| !is_model(id));
        let full = id
            .filter(|_| event.cloud == Cloud::Aws)
            .and_then(|id| aws_targets::full(id, &event.account, &event.region));
        subject.target = full.or_else(|| id.map(key::canonical));
    }
    if event.cloud != Cloud::Kubernetes {
        subject
            .references
            .extend(view.resources(row).map(key::canonical));
    }
    let target = subject.target.clone();
    subject
        .references
        .retain(|id| Some(id) != target.as_ref() && !subject.also.contains(id));
    subject.references.sort();
    subject.references.dedup();
    subject.references.truncate(ATTRIBUTES);
    subject.attributes.truncate(ATTRIBUTES);
    if event.actor.is_empty() {
        "unknown".clone_into(&mut event.actor);
    }
    if event.outcome == Some(Outcome::Success) {
        event.error = None;
    }
    if event.id.is_none() {
        event.id.clone_from(&event.request);
    }
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
        "kubernetes" if api == "kube-apiserver" => Some(Cloud::Kubernetes),
        _ => None,
    }
}

/// Words of an operation: `AuthorizeSecurityGroupIngress` gives `Authorize`, `Security`, `Group`,
/// `Ingress`.
pub(crate) fn words(operation: &str) -> Vec<&str> {
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
