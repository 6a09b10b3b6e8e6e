//! What holds and what manages resources: accounts, resource groups, regions, zones, states, stacks
//! and repositories.
//!
//! | edge | from what |
//! |---|---|
//! | `contains`: resource to account, subscription or project | columns `provider`, `account` |
//! | `contains`: Azure resource to resource group, this to subscription | its id |
//! | `contains`: resource to region | columns `provider`, `region` |
//! | `contains`: resource to zone, this to region | columns `provider`, `zone` |
//! | `managed_by`: resource to state or stack | columns `tool`, `scope` of what a tool declared |
//! | `managed_by`: state or stack to repository | runs, since the first that names it |
//!
//! What lies in a network or a cluster of the same account lies in that account through it, and has
//! no edge of its own; so with regions and zones. What is only the end of an edge lies where its id
//! tells. Facets are where their parents are. AWS and Azure
//! name zones anew in each account, so that a zone is one of an account there.
//!
//! Nobody fails because something else of the same account or state changed, so these edges are of
//! the map alone: they are no rows of table `relations`, and no search for causes sees them. A
//! snapshot shows them around who is asked for only ([`super::Snapshot::around`]).

use std::collections::{BTreeMap, HashMap, HashSet};

use nepho_core::key::{self, Arn};
use nepho_core::tables::{RelationKind, Resource, Run};

use super::Tables;
use super::words::Words;
use crate::describe;
use crate::graph::{Facts, Interval, NodeId, Statement};
use crate::identity::is_full_id;

/// Source of the edges to accounts, resource groups, regions and zones.
const SOURCE: &str = "place";
/// Tools that tell of states and stacks in columns only; others draw their edges themselves.
const TOOLS: [&str; 5] = ["terraform", "opentofu", "cloudformation", "cdk", "pulumi"];

/// Takes note of all that holds or manages something, and gives a row for each.
pub(super) fn tell(tables: &Tables<'_>, words: &Words, facts: &mut Facts) -> Vec<Resource> {
    let mut holders = Holders {
        stacks: stacks(facts),
        words,
        rows: BTreeMap::new(),
    };
    let ends = ends(facts, tables.resources);
    let rows: Vec<&Resource> = tables.resources.iter().chain(&ends).collect();
    holders.places(&rows, facts);
    for row in tables.declared {
        holders.managed(row, facts);
    }
    for run in tables.runs {
        holders.started(run, facts);
    }
    holders.rows.into_values().collect()
}

struct Holders<'a> {
    /// Stacks of CloudFormation by name, as far as something names their ids.
    stacks: HashMap<String, Vec<String>>,
    words: &'a Words,
    rows: BTreeMap<String, Resource>,
}

/// Holders of one resource.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Account,
    Region,
    Zone,
}

impl Holders<'_> {
    /// Edges to accounts, regions and zones.
    fn places(&mut self, rows: &[&Resource], facts: &mut Facts) {
        let inside = inside(rows, facts);
        for &row in rows.iter().filter(|row| row.parent.is_none()) {
            let Some(node) = facts.known_node(&row.key) else {
                continue;
            };
            if !inside.contains(&(node, Place::Account))
                && let Some(account) = self.account(row, facts)
            {
                hold(facts, SOURCE, row, (node, account), RelationKind::Contains);
            }
            let zone = self.zone(row, facts);
            if !inside.contains(&(node, Place::Zone))
                && let Some(zone) = zone
            {
                hold(facts, SOURCE, row, (node, zone), RelationKind::Contains);
            }
            // What lies in a zone lies in the region through it.
            if zone.is_none()
                && !inside.contains(&(node, Place::Region))
                && let Some(region) = self.region(row, facts)
            {
                hold(facts, SOURCE, row, (node, region), RelationKind::Contains);
            }
        }
    }

    /// Account of a row; of most in Azure the resource group, which lies in the subscription.
    fn account(&mut self, row: &Resource, facts: &mut Facts) -> Option<NodeId> {
        let account = row
            .account
            .as_deref()
            .filter(|account| !account.is_empty())?;
        let provider = row.provider.as_deref()?;
        let mut holder = holder("account", account, provider);
        match provider {
            "aws" => {
                // Ids of global resources name the partition, and no region.
                let partition = match Arn::parse(&row.key) {
                    Some(arn) => arn.partition,
                    None => key::partition_of(row.region.as_deref().unwrap_or_default()),
                };
                holder.key = format!("arn:{partition}:iam::{account}:root");
                holder.aliases.push(account.to_owned());
            }
            "azure" => holder.key = format!("/subscriptions/{}", account.to_ascii_lowercase()),
            "gcp" => {
                holder.key = format!("//cloudresourcemanager.googleapis.com/projects/{account}");
            }
            _ => {}
        }
        let node = self.node(holder, facts);
        let group = key::azure_resource_group(&row.key).filter(|_| provider == "azure");
        let Some(group) = group else {
            return self.other_than(row, node, facts);
        };
        let key = format!("{}/resourcegroups/{group}", facts.name(node));
        let group = self.node(
            Resource {
                resource_type: "Microsoft.Resources/resourceGroups".to_owned(),
                account: Some(account.to_owned()),
                key,
                ..self::holder("resource group", group, provider)
            },
            facts,
        );
        // The group lies in its subscription, whether somebody declares it or not.
        hold(facts, SOURCE, row, (group, node), RelationKind::Contains);
        self.other_than(row, group, facts)
    }

    fn region(&mut self, row: &Resource, facts: &mut Facts) -> Option<NodeId> {
        let region = row.region.as_deref()?;
        let is_one = !region.is_empty() && !region.eq_ignore_ascii_case("global");
        let provider = row.provider.as_deref().filter(|_| is_one)?;
        let node = self.node(holder("region", region, provider), facts);
        self.other_than(row, node, facts)
    }

    /// Zone of a row, which lies in the region of the row.
    fn zone(&mut self, row: &Resource, facts: &mut Facts) -> Option<NodeId> {
        let zone = row.zone.as_deref().filter(|zone| !zone.is_empty())?;
        let provider = row.provider.as_deref()?;
        let name = match (provider, row.region.as_deref()) {
            ("azure", Some(region)) => format!("{region}-{zone}"),
            ("azure", None) => return None,
            _ => zone.to_owned(),
        };
        let mut holder = holder("zone", &name, provider);
        let account = row.account.as_deref().filter(|account| !account.is_empty());
        if let Some(account) = account.filter(|_| ["aws", "azure"].contains(&provider)) {
            holder.key = format!("zone:{provider}:{account}:{name}");
            holder.account = Some(account.to_owned());
        }
        holder.aliases.push(name);
        holder.region.clone_from(&row.region);
        let node = self.node(holder, facts);
        if let Some(region) = self.region(row, facts) {
            hold(facts, SOURCE, row, (node, region), RelationKind::Contains);
        }
        self.other_than(row, node, facts)
    }

    /// Edge from what a tool declared to its state or stack.
    fn managed(&mut self, row: &Resource, facts: &mut Facts) {
        let (Some(tool), Some(scope)) = (row.tool.as_deref(), row.scope.as_deref()) else {
            return;
        };
        let node = facts
            .known_node(&row.key)
            .or_else(|| match self.words.find(&row.key) {
                [node] => Some(*node),
                _ => None,
            });
        let Some(node) = node.filter(|_| TOOLS.contains(&tool) && !scope.is_empty()) else {
            return;
        };
        let state = self.state(tool, scope, row);
        let state = self.node(state, facts);
        if state != node {
            hold(facts, tool, row, (node, state), RelationKind::ManagedBy);
        }
    }

    /// State or stack of a tool. One of CloudFormation has an id, if something names it.
    fn state(&self, tool: &str, scope: &str, row: &Resource) -> Resource {
        let mut state = Resource {
            key: format!("state:{tool}:{scope}"),
            resource_type: "state".to_owned(),
            name: Some(scope.to_owned()),
            scope: Some(scope.to_owned()),
            tool: Some(tool.to_owned()),
            ..Resource::default()
        };
        let is_stack = ["cloudformation", "cdk"].contains(&tool);
        let stacks = self.stacks.get(scope).filter(|_| is_stack);
        let is_here = |id: &&String| {
            let arn = Arn::parse(id);
            arn.is_some_and(|arn| {
                let is =
                    |told: &Option<String>, of: &str| told.as_deref().is_none_or(|it| it == of);
                is(&row.account, arn.account) && is(&row.region, arn.region)
            })
        };
        let here: Vec<&String> = stacks.into_iter().flatten().filter(is_here).collect();
        if let [id] = here[..] {
            id.clone_into(&mut state.key);
        }
        state
    }

    /// Edge from the state that a run wrote to the repository that it was started from.
    fn started(&mut self, run: &Run, facts: &mut Facts) {
        let Some(repository) = run.repository.as_deref().filter(|name| !name.is_empty()) else {
            return;
        };
        let state = format!("state:{}:{}", run.tool, run.scope);
        let Some(state) = facts.known_node(&state) else {
            return;
        };
        let holder = Resource {
            key: format!("repository:{repository}"),
            resource_type: "repository".to_owned(),
            name: Some(repository.to_owned()),
            ..Resource::default()
        };
        let holder = self.node(holder, facts);
        let since = run.started.or(run.ended);
        let statement = Statement {
            interval: Interval::of(since, None, since, None),
            ..Statement::new(state, holder, RelationKind::ManagedBy)
        };
        let source = facts.source(&run.tool);
        facts.hold(source, &statement);
    }

    /// Node of a holder: the resource that is known under this id, or one of its own.
    fn node(&mut self, holder: Resource, facts: &mut Facts) -> NodeId {
        if let [node] = self.words.find(&holder.key) {
            return *node;
        }
        let node = facts.node(&holder.key);
        self.rows.entry(holder.key.clone()).or_insert(holder);
        node
    }

    /// The node, unless it is that of the row.
    fn other_than(&self, row: &Resource, node: NodeId, facts: &Facts) -> Option<NodeId> {
        (facts.known_node(&row.key) != Some(node)).then_some(node)
    }
}

/// What is known only as the end of an edge, as far as its id tells the account.
fn ends(facts: &Facts, rows: &[Resource]) -> Vec<Resource> {
    let known: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let names = facts.names().filter(|name| !known.contains(name));
    let ends = names
        .filter(|name| is_full_id(name))
        .map(describe::describe);
    ends.filter(
        |row| match (row.provider.as_deref(), row.account.as_deref()) {
            (Some("aws"), Some(account)) => is_account(account),
            // Buckets are named `projects/_/buckets/NAME`.
            (Some(_), Some(account)) => !matches!(account, "" | "_" | "-"),
            _ => false,
        },
    )
    .collect()
}

/// Whether a word is the number of an account of AWS; policies of AWS itself are of `aws`.
fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Row of an account or a region.
fn holder(kind: &str, name: &str, provider: &str) -> Resource {
    Resource {
        key: format!("{kind}:{provider}:{name}"),
        resource_type: kind.to_owned(),
        name: Some(name.to_owned()),
        provider: Some(provider.to_owned()),
        ..Resource::default()
    }
}

fn hold(
    facts: &mut Facts,
    source: &str,
    row: &Resource,
    (from, to): (NodeId, NodeId),
    kind: RelationKind,
) {
    let source = facts.source(source);
    let statement = Statement {
        interval: Interval::of(row.valid_from, row.valid_to, row.seen_from, row.seen_to),
        ..Statement::new(from, to, kind)
    };
    facts.hold(source, &statement);
}

/// Resources that lie in another one of the same account, of the same region, or of the same zone.
fn inside(rows: &[&Resource], facts: &Facts) -> HashSet<(NodeId, Place)> {
    let places = rows.iter().filter_map(|row| {
        let node = facts.known_node(&row.key)?;
        Some((node, (&row.account, &row.region, &row.zone)))
    });
    type Places<'a> = (&'a Option<String>, &'a Option<String>, &'a Option<String>);
    let places: HashMap<NodeId, Places<'_>> = places.collect();
    let mut found = HashSet::new();
    for (from, to) in facts.contained() {
        let (Some(inner), Some(outer)) = (places.get(&from), places.get(&to)) else {
            continue;
        };
        if inner.0 == outer.0 {
            found.insert((from, Place::Account));
        }
        if inner.1 == outer.1 {
            found.insert((from, Place::Region));
        }
        if inner.2 == outer.2 {
            found.insert((from, Place::Zone));
        }
    }
    found
}

/// Ids of stacks of CloudFormation that something names, by the names of the stacks.
fn stacks(facts: &Facts) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for name in facts.names() {
        let arn = Arn::parse(name).filter(|arn| arn.service == "cloudformation");
        let stack = arn.and_then(|arn| arn.resource.strip_prefix("stack/"));
        if let Some((stack, _)) = stack.and_then(|rest| rest.split_once('/')) {
            found
                .entry(stack.to_owned())
                .or_default()
                .push(name.to_owned());
        }
    }
    found
}
