//! What calls do to the rights of others, as audit logs tell it.
//!
//! A change tells what it is of, and the names of what it sets; the record that it was read from
//! tells what the policy says, and whom it is for. Nothing of a policy is kept but which actions it
//! speaks of.

mod azure;
mod document;
mod endpoint;
mod google;
mod groups;
mod identity;
pub(super) mod kubernetes;
mod managed;
mod organization;
mod stated;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::{Change, Column, LogsView, Outcome, Resource};
use nepho_core::time::NANOS;
use serde_json::Value;

use super::principal::Principal;
use super::refusal::{Layer, Refusal};
pub(crate) use document::is_denial;
use document::{Document, Statement};
use kubernetes::Bindings;
use organization::Units;
use stated::{Services, Stated};

/// Calls that are remembered; those beyond are counted only.
pub(super) const DEEDS: usize = 20_000;
/// Longest record that is looked into: 1 MiB.
const LONGEST: usize = 1 << 20;
/// Records of one change are this near to each other: 5 seconds.
const SAME: i64 = 5 * NANOS;

/// What a policy denies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Denies {
    #[default]
    Nothing,
    /// Nobody tells what it says.
    Perhaps,
    Told(Vec<Statement>),
}

impl Denies {
    fn of(document: Document) -> Self {
        match document.denies.is_empty() {
            true => Self::Nothing,
            false => Self::Told(document.denies),
        }
    }
}

/// Whose rights a call is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whom {
    /// Of those whom the map leads to from what was changed.
    Led,
    /// Of those whose refusal names it.
    Refused,
    /// Of these.
    These(Vec<String>),
    /// Of all in these accounts and units of an organization, but for the account that manages it.
    Within {
        targets: Vec<String>,
        except: String,
    },
    /// Of all who call through an endpoint of a VPC, which lies in this account.
    Through {
        endpoint: String,
        account: String,
    },
    /// Of each of these what stands with it; wholly, or as far as what was called goes.
    Taken {
        from: Vec<(String, Statement)>,
        is_whole: bool,
    },
    /// Of all but these, as far as the map leads to what was changed.
    Others(Vec<String>),
    /// Of everybody who is refused what it names.
    All,
    /// Of the subjects of a binding, or of all bindings of a role.
    Bound(String),
    OfRole(String),
}

/// What a call did to rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    time: i64,
    layer: Option<Layer>,
    /// Whether it may have taken rights that somebody had.
    takes: bool,
    /// What is permitted after it.
    keeps: Vec<Statement>,
    /// All that it can have taken, where that is told.
    took: Option<Vec<Statement>>,
    /// Policy whose text, as it was before, is what it took.
    ends: Option<String>,
    /// Whether that stands no longer, and not another in its place.
    is_end: bool,
    /// What states say that the policy allowed something of, where no call tells what it said.
    stated: Option<Services>,
    /// All that a policy says that may be new, and then takes nothing.
    says: Option<Vec<Statement>>,
    denies: Denies,
    whom: Whom,
    /// Those who keep what they had.
    but: Vec<String>,
    /// Policy that it puts somewhere.
    policy: Option<String>,
    /// Policy that it holds wherever it is attached.
    attached: Option<String>,
    /// Group that somebody was put in.
    group: Option<String>,
}

impl Deed {
    /// A call that does nothing to these.
    fn new(time: i64, whom: Whom) -> Self {
        Self {
            time,
            layer: None,
            takes: false,
            keeps: Vec::new(),
            took: None,
            ends: None,
            is_end: false,
            stated: None,
            says: None,
            denies: Denies::Nothing,
            whom,
            but: Vec::new(),
            policy: None,
            attached: None,
            group: None,
        }
    }

    /// Whether it explains that a call was refused like this.
    pub(crate) fn fits(&self, refusal: &Refusal) -> bool {
        let is_other = self.layer.is_some_and(|own| {
            let told = refusal.layer;
            told.is_some_and(|told| told != own)
        });
        if is_other || self.whom == Whom::Refused && refusal.policy != self.policy {
            return false;
        }
        if let Whom::Through { endpoint, .. } = &self.whom
            && !refusal.is_through(endpoint)
        {
            return false;
        }
        let action = refusal.action.as_deref();
        // A policy that speaks of nothing of the kind stands beside the one that permitted it.
        let is_beside = |one| {
            let said = self.says.as_ref();
            said.is_some_and(|said| !document::are_of_service(said, one))
        };
        let had = |one| {
            let took = self.took.as_ref();
            let stated = self.stated.as_ref();
            took.is_none_or(|took| document::have(took, one))
                && stated.is_none_or(|stated| stated.may_have(one))
        };
        let is_left = |one| document::have(&self.keeps, one) || is_beside(one) || !had(one);
        let took = self.takes && !action.is_some_and(is_left);
        let denies = match (&self.denies, action) {
            (Denies::Told(said), Some(action)) => document::have(said, action),
            (Denies::Told(_), None) => true,
            // That it denies something else is as likely, unless the message tells.
            (Denies::Perhaps, _) => refusal.is_explicit == Some(true),
            (Denies::Nothing, _) => false,
        };
        match refusal.is_explicit {
            Some(true) => denies,
            Some(false) => took,
            None => took || denies,
        }
    }

    /// Whether it explains that a call was refused like this, if the policy that it put stood in
    /// the place of what permitted the call, which nothing tells.
    pub(crate) fn may_fit(&self, refusal: &Refusal) -> bool {
        let unsaid = || Self {
            says: None,
            ..self.clone()
        };
        self.says.is_some() && unsaid().fits(refusal)
    }

    /// Whether it is about a policy of an organization that is for this account, or of an endpoint
    /// in it, and explains a refusal which tells of one.
    pub(crate) fn bars(&self, account: &str, refusal: &Refusal) -> bool {
        if let Whom::Through { account: own, .. } = &self.whom {
            return account == own && refusal.layer == Some(Layer::Endpoint) && self.fits(refusal);
        }
        let Whom::Within { targets, except } = &self.whom else {
            return false;
        };
        let is_meant = |target: &String| target == account || target.starts_with("r-");
        refusal.layer == Some(Layer::Organization)
            && account != except
            && targets.iter().any(is_meant)
            && self.fits(refusal)
    }

    /// Whom it took wholly the right to do what a refusal tells of.
    pub(crate) fn robbed(&self, refusal: &Refusal) -> Vec<&str> {
        match (&self.whom, &refusal.action) {
            (
                Whom::Taken {
                    from,
                    is_whole: true,
                },
                Some(action),
            ) => {
                let lost = from.iter().filter(|(_, what)| what.may_have(Some(action)));
                lost.map(|(whose, _)| whose.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it gives rights and takes none.
    pub(crate) fn only_gives(&self) -> bool {
        !self.takes && self.denies == Denies::Nothing
    }

    /// Those that it took rights from, where it tells each by name.
    pub(crate) fn losers(&self) -> Option<impl Iterator<Item = &str>> {
        match &self.whom {
            Whom::Taken { from, .. } if self.denies == Denies::Nothing => {
                Some(from.iter().map(|(whose, _)| whose.as_str()))
            }
            _ => None,
        }
    }

    /// Whether it names the action that a refusal tells of.
    pub(crate) fn names(&self, refusal: &Refusal) -> bool {
        match (&self.denies, &refusal.action) {
            (Denies::Told(said), Some(action)) => document::name(said, action),
            _ => false,
        }
    }
}

/// What a call is known by: the id of its request, or else file, line and time of its row. Records
/// of one file may all be on one line.
type Place = (String, u64, i64);

fn place(request: Option<&str>, uri: &str, line: u64, time: i64) -> Place {
    match request.filter(|id| !id.is_empty()) {
        Some(id) => (id.to_owned(), 0, 0),
        None => (uri.to_owned(), line, time),
    }
}

/// What calls tell of rights.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    deeds: BTreeMap<Place, Deed>,
    /// Deeds by the ids of what they are on.
    on: BTreeMap<String, Vec<Place>>,
    /// What policies say from a time on.
    contents: BTreeMap<String, BTreeMap<i64, Document>>,
    /// The same, with those that others have put in their place, `None` where nobody tells them.
    texts: BTreeMap<String, BTreeMap<i64, Option<Document>>>,
    stated: Stated,
    units: Units,
    /// Policies of one role, user or group that calls put, each with the time of the first.
    puts: BTreeMap<String, i64>,
    pub(super) bindings: Bindings,
    statements: usize,
    /// Calls that there was no room for, or whose records are too long.
    pub beyond: u64,
}

impl Rights {
    /// Takes note of a call that succeeded, if it is one on rights.
    pub(crate) fn note(&mut self, view: &LogsView<'_>, row: usize) {
        let Some(operation) = view.text(Column::Action, row) else {
            return;
        };
        let api = view.text(Column::Service, row).unwrap_or_default();
        let kind = Kind::of(api, operation, view.text(Column::Format, row));
        let (Some(kind), false) = (kind, view.is_failure(row)) else {
            return;
        };
        let raw = view.text(Column::Raw, row).unwrap_or_default();
        let is_told = view.outcome(row) != Some(Outcome::Failure)
            && (kind != Kind::Kubernetes || kubernetes::may_tell(raw));
        if !is_told {
            return;
        }
        if raw.len() > LONGEST || self.statements >= DEEDS {
            self.beyond += 1;
            return;
        }
        let Ok(event) = serde_json::from_str::<Value>(raw) else {
            return;
        };
        let Some(Timestamp(time)) = view.time(row) else {
            return;
        };
        self.statements += 1;
        let account = view.text(Column::Account, row).unwrap_or_default();
        let partition = key::partition_of(view.text(Column::Region, row).unwrap_or_default());
        let home = format!("arn:{partition}:iam::{account}");
        let (deed, on) = match kind {
            Kind::Iam => {
                let deed = identity::read(self, operation, &event, time);
                let deed = deed.or_else(|| groups::read(operation, &event, &home, time));
                let on = holders(&event, &home);
                let deed = deed.or_else(|| identity::trust(operation, &on, time));
                (deed, on)
            }
            Kind::Organization => {
                let deed = organization::read(self, operation, &event, account, time);
                (deed, organization::on(&event))
            }
            Kind::Endpoint => {
                let region = view.text(Column::Region, row).unwrap_or_default();
                let read = endpoint::read(&event, account, time);
                let (deed, id) = read.unzip();
                let on = id
                    .map(|id| format!("arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}"));
                (deed, on.into_iter().collect())
            }
            Kind::Azure => {
                let id = view.resources(row).next().unwrap_or_default();
                let deed = azure::read(operation, id, &event, time);
                (deed, vec![key::canonical(id)])
            }
            Kind::Google(call) => google::read(call, api, operation, &event, time),
            Kind::Kubernetes => {
                let cluster = kubernetes::cluster(view, row);
                let object = kubernetes::object(&event, &cluster, operation);
                let object = object.filter(kubernetes::Object::is_of_rights);
                let Some(object) = object else {
                    self.statements -= 1;
                    return;
                };
                let deed = kubernetes::read(&mut self.bindings, &object, time);
                (deed, vec![object.id()])
            }
        };
        let Some(deed) = deed else {
            return;
        };
        let uri = view.text(Column::Uri, row).unwrap_or_default();
        let request = view.text(Column::RequestId, row);
        let place = place(request, uri, u64::from(view.line(row)), time);
        for id in on {
            self.on.entry(id).or_default().push(place.clone());
        }
        self.deeds.insert(place, deed);
    }

    /// Takes note of a policy that a state tells of.
    pub(crate) fn note_stated(&mut self, row: &Resource) {
        self.stated.note(row);
    }

    /// Takes note of what a policy says from a time on.
    fn note_content(&mut self, policy: &str, time: i64, document: Document) {
        let known = self.contents.entry(policy.to_owned()).or_default();
        known.insert(time, document);
    }

    /// Takes note of the text of a policy from a time on, if it is told.
    fn note_text(&mut self, policy: &str, time: i64, document: Option<Document>) {
        let texts = self.texts.entry(policy.to_owned()).or_default();
        texts.insert(time, document);
    }

    /// All that a policy spoke of before a time, where that is told.
    fn said_before(&self, policy: &str, time: i64) -> Option<Vec<Statement>> {
        let (_, last) = self.texts.get(policy)?.range(..time).next_back()?;
        last.as_ref().map(|document| document.says.clone())
    }

    /// Takes note of a call that put a policy of this name on its holder.
    fn note_put(&mut self, policy: &str, time: i64) {
        let first = self.puts.entry(policy.to_owned()).or_insert(time);
        *first = time.min(*first);
    }

    /// Looks up, once all calls are known, what policies say and whom they are for.
    pub(crate) fn settle(&mut self) {
        let mut deeds = std::mem::take(&mut self.deeds);
        for deed in deeds.values_mut() {
            let first = deed
                .policy
                .as_ref()
                .and_then(|policy| self.puts.get(policy));
            if first.is_some_and(|first| *first < deed.time) {
                deed.says = None;
            }
            let ends = deed.ends.as_deref().filter(|_| deed.took.is_none());
            if let Some(policy) = ends {
                deed.took = self.said_before(policy, deed.time);
                // A state may be older than what a call put that does not tell what it is, or newer
                // than what put another in its place.
                if deed.is_end && !self.texts.contains_key(policy) {
                    deed.stated = self.stated.of(policy).cloned();
                }
            }
            if let Some(policy) = &deed.attached {
                let found = self.units.targets(policy, deed.time);
                if let Whom::Within { targets, .. } = &mut deed.whom {
                    *targets = found;
                }
            }
            if deed.denies == Denies::Perhaps
                && let Some(document) = deed
                    .policy
                    .as_ref()
                    .and_then(|id| self.content(id, deed.time))
            {
                // A boundary permits no more than it says.
                if deed.layer == Some(Layer::Boundary) {
                    deed.keeps.clone_from(&document.allows);
                }
                deed.denies = Denies::of(document.clone());
            }
        }
        self.bindings.settle();
        let denied = |group: &str, time: i64| {
            let places = self.on.get(group).into_iter().flatten();
            let mut on_group = places.filter_map(|place| deeds.get(place));
            let held =
                on_group.find(|deed| deed.time <= time && matches!(deed.denies, Denies::Told(_)));
            held.map(|deed| deed.denies.clone())
        };
        let joined: Vec<(Place, Denies)> = deeds
            .iter()
            .filter_map(|(place, deed)| {
                let group = deed.group.as_deref()?;
                Some((place.clone(), denied(group, deed.time)?))
            })
            .collect();
        for (place, denies) in joined {
            if let Some(deed) = deeds.get_mut(&place) {
                deed.denies = denies;
            }
        }
        self.deeds = deeds;
    }

    /// What a policy says at a time, or first.
    fn content(&self, policy: &str, time: i64) -> Option<&Document> {
        let known = self.contents.get(policy)?;
        let last = known.range(..=time).next_back();
        last.or_else(|| known.first_key_value())
            .map(|(_, document)| document)
    }

    /// The call that a change is; of what a tool tells itself, the call
    /// on the same thing at that time.
    pub(crate) fn of_change(&self, change: &Change) -> Option<&Deed> {
        let time = change.time?.0;
        if change.id.starts_with("audit:") {
            let request = change.request_id.as_deref();
            return self
                .deeds
                .get(&place(request, &change.uri, change.line, time));
        }
        let started = change.started.map_or(time, |started| started.0.min(time));
        let span = started.saturating_sub(SAME)..=time.saturating_add(SAME);
        let ids = [&change.resource, &change.parent].into_iter().flatten();
        let places = ids.filter_map(|id| self.on.get(&bare(id))).flatten();
        let mut deeds = places.filter_map(|place| self.deeds.get(place));
        deeds.find(|deed| span.contains(&deed.time))
    }

    /// Whether a call was about the rights of somebody; `None` where calls do not tell.
    pub(crate) fn is_of(
        &self,
        deed: &Deed,
        whose: &Principal,
        refusals: &[&Refusal],
    ) -> Option<bool> {
        let own = || {
            let ids = std::iter::once(&whose.id).chain(&whose.others);
            ids.chain(&whose.groups)
        };
        let has = |ids: &[String]| own().any(|id| ids.contains(&bare(id)));
        let binds = |subjects: Option<&BTreeSet<String>>| {
            subjects.is_some_and(|subjects| own().any(|id| subjects.contains(&bare(id))))
        };
        match &deed.whom {
            Whom::These(ids) => Some(has(ids) && !has(&deed.but)),
            Whom::Bound(binding) => Some(binds(self.bindings.subjects(binding)) && !has(&deed.but)),
            Whom::OfRole(role) => Some(binds(self.bindings.of_role(role)) && !has(&deed.but)),
            Whom::Others(ids) => has(ids).then_some(false),
            Whom::Taken { from, is_whole } => {
                // A refusal that names no action may be of what was taken on the one resource.
                let may_be = |what: &Statement, action: Option<&str>| {
                    what.may_have(action) || (action.is_none() && !is_whole)
                };
                let lost = from.iter().any(|(one, what)| {
                    let mut refused = refusals.iter().map(|one| one.action.as_deref());
                    own().any(|id| id == one) && refused.any(|action| may_be(what, action))
                });
                (!lost || *is_whole).then_some(lost)
            }
            Whom::All => {
                let is_named = refusals.iter().any(|one| deed.names(one));
                Some(is_named && !has(&deed.but))
            }
            Whom::Refused => {
                let is_named = refusals.iter().any(|one| one.policy == deed.policy);
                Some(is_named)
            }
            Whom::Within { targets, except } => {
                let account = key::Arn::parse(&whose.id)?.account;
                let is_of_service = whose.id.contains(":role/aws-service-role/");
                if account == except || is_of_service {
                    return Some(false);
                }
                let is_within = |target: &String| self.units.is_within(account, target, deed.time);
                if targets.iter().any(is_within) {
                    return Some(true);
                }
                // Where an account lies is seldom told; what names the action is enough then.
                let is_account = |target: &String| target.bytes().all(|byte| byte.is_ascii_digit());
                let is_told = !targets.is_empty() && targets.iter().all(is_account);
                let is_meant =
                    |one: &&&Refusal| one.layer == Some(Layer::Organization) && deed.names(one);
                Some(!is_told && refusals.iter().find(is_meant).is_some())
            }
            Whom::Through { endpoint, .. } => {
                Some(refusals.iter().any(|one| one.is_through(endpoint)))
            }
            Whom::Led => None,
        }
    }
}

/// Clouds, by how their records tell of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Iam,
    Organization,
    Endpoint,
    Azure,
    Google(google::Call),
    Kubernetes,
}

impl Kind {
    /// What a call may be; of Kubernetes every one that changes something.
    fn of(api: &str, operation: &str, format: Option<&str>) -> Option<Self> {
        match api {
            "iam.amazonaws.com" => {
                let words = ["Policy", "Group", "PermissionsBoundary"];
                let verbs = ["Get", "List", "Simulate"];
                let is_read = verbs.iter().any(|verb| operation.starts_with(verb));
                let is_meant = !is_read && words.iter().any(|word| operation.contains(word));
                is_meant.then_some(Self::Iam)
            }
            "organizations.amazonaws.com" => {
                let operations = [
                    "AttachPolicy",
                    "DetachPolicy",
                    "CreatePolicy",
                    "UpdatePolicy",
                    "MoveAccount",
                    "CreateOrganizationalUnit",
                ];
                operations
                    .contains(&operation)
                    .then_some(Self::Organization)
            }
            "ec2.amazonaws.com" => (operation == "ModifyVpcEndpoint").then_some(Self::Endpoint),
            _ if let Some(call) = google::Call::of(api, operation) => Some(Self::Google(call)),
            _ if kubernetes::is_of_cluster(api, format) => {
                kubernetes::is_write(operation).then_some(Self::Kubernetes)
            }
            _ => azure::is_meant(operation).then_some(Self::Azure),
        }
    }
}

/// Ids of the users, roles and groups that a call of IAM names, in the account `home`.
fn holders(event: &Value, home: &str) -> Vec<String> {
    let names = [
        ("role", "roleName"),
        ("user", "userName"),
        ("group", "groupName"),
    ];
    let names = names.into_iter().filter_map(|(kind, name)| {
        let name = event["requestParameters"][name].as_str()?;
        Some(format!("{home}:{kind}/{name}"))
    });
    names.collect()
}

/// An id without the path that calls do not tell.
fn bare(id: &str) -> String {
    key::without_path(id).unwrap_or_else(|| id.to_owned())
}
