//! What the reference of one resource to another means, and which way the edge runs.
//!
//! The direction of a relation is always dependent to dependency: a load balancer routes to its
//! target group, so when a listener names a load balancer, the edge runs from this to the listener,
//! and when an attachment names both a group and an instance, it runs between the two.
//!
//! The tables are in the words of Terraform. Properties of other tools are the same but for their
//! spelling: `TargetGroupARNs`, `targetGroupArns` and `target_group_arns`, or Pulumi's `topic` for
//! `topic_arn`.

mod table;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use nepho_core::key;
use nepho_core::tables::RelationKind;

use crate::{images, text};

pub use table::{LINKS, Link, REFERENCES, Reference, SECRET, SERVICE_ACCOUNT};

/// The resource that names others.
#[derive(Debug)]
pub struct Naming<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its type, as any tool calls it.
    pub resource_type: &'a str,
    /// Property that names the resource that it is a facet of.
    pub parent: Option<&'a str>,
    /// Key of that resource, where it is known though none of the references tells it.
    pub parent_key: Option<&'a str>,
}

/// Another resource that it names.
#[derive(Debug)]
pub struct Named<'a> {
    /// Property, with the positions in lists or without.
    pub path: &'a str,
    /// Whether this is the path to its end, or the outermost property alone.
    pub is_whole: bool,
    /// Key of the other.
    pub key: &'a str,
    /// Type of the other; empty if it is not known.
    pub resource_type: &'a str,
}

/// An edge, from dependent to dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Position of the reference that shows it.
    pub place: usize,
    /// Key of the dependent.
    pub from: String,
    /// Key of the dependency.
    pub to: String,
    /// What it says.
    pub kind: RelationKind,
}

/// The edges that the references of a resource stand for: at least one for each, in their order,
/// unless it is one to itself or says the contrary of another.
pub fn edges(naming: &Naming<'_>, named: &[Named<'_>]) -> Vec<Edge> {
    let cloud = cloud_of(naming.resource_type);
    let links: Vec<&Link> = links(naming.resource_type)
        .filter(|link| is_of(link.names, cloud))
        .collect();
    let paths: Vec<Path> = named
        .iter()
        .map(|one| Path::of(one.path, one.is_whole))
        .collect();
    let parent = naming.parent.map(|path| Path::of(path, true));
    let mut edges = Vec::new();
    for (place, (one, path)) in named.iter().zip(&paths).enumerate() {
        let others = |row: &str| -> Vec<&str> {
            let fitting = named.iter().zip(&paths).filter(|(_, path)| path.fits(row));
            let mut keys: Vec<&str> = fitting.map(|(other, _)| other.key).collect();
            if keys.is_empty() && parent.as_ref().is_some_and(|parent| parent.fits(row)) {
                keys.extend(naming.parent_key);
            }
            keys
        };
        let mut drawn: Vec<Edge> = Vec::new();
        for link in &links {
            let ends = ends_of(link, naming, (one, path), parent.as_ref(), &others);
            for (from, to) in ends.into_iter().filter(|(from, to)| from != to) {
                let edge = Edge {
                    place,
                    from: from.to_owned(),
                    to: to.to_owned(),
                    kind: kind_of_link(link, one),
                };
                if !drawn.contains(&edge) {
                    drawn.push(edge);
                }
            }
        }
        if drawn.is_empty() && one.key != naming.key {
            // Of an attachment no end says more than that it needs it.
            let is_parent = parent.as_ref().is_some_and(|own| own.words == path.words);
            let is_end = |link: &&Link| path.fits(link.from) || path.fits(link.to);
            let kind = match is_parent || links.iter().any(is_end) {
                true => RelationKind::DependsOn,
                false => kind_to(kind_of(path, one.resource_type, cloud), one),
            };
            drawn.push(Edge {
                place,
                from: naming.key.to_owned(),
                to: one.key.to_owned(),
                kind,
            });
        }
        edges.extend(drawn);
    }
    without_turned(edges)
}

/// Without those that only say that one needs the other where an edge says the contrary: the order
/// in which things are made is that of who names whom, as a network ACL names its subnets.
fn without_turned(mut edges: Vec<Edge>) -> Vec<Edge> {
    let told: HashSet<(String, String)> = edges
        .iter()
        .map(|edge| (edge.to.clone(), edge.from.clone()))
        .collect();
    edges.retain(|edge| {
        let ends = (edge.from.clone(), edge.to.clone());
        edge.kind != RelationKind::DependsOn || !told.contains(&ends)
    });
    edges
}

/// Whether a property, or something below it, may refer to another resource in any type.
pub fn may_refer(property: &str) -> bool {
    static FIRST: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let links = LINKS.iter().chain(&table::OTHER_LINKS);
        let references = REFERENCES.iter().chain(&table::OF_OTHERS);
        let paths = links
            .flat_map(|link| [link.from, link.to])
            .chain(references.map(|row| row.path));
        let first = paths.filter_map(|path| path.split('.').next());
        first.filter(|first| !first.is_empty()).map(stem).collect()
    });
    FIRST.contains(&stem(property))
}

/// Whether the property with this whole path refers to another resource in resources of a type.
pub fn refers(resource_type: &str, path: &str) -> bool {
    let path = Path::of(path, true);
    let cloud = cloud_of(resource_type);
    let is_end = |link: &Link| path.fits(link.from) || path.fits(link.to);
    let mut references = references(&path).iter();
    references.any(|row| is_of(row.names, cloud)) || links(resource_type).any(is_end)
}

/// Key of what `value`, at this whole path, names by an id that stands for one resource wherever it
/// is read: an ARN, an id of Azure, a name of Google Cloud, a short id of EC2.
pub fn key_of(path: &str, value: &str) -> Option<String> {
    if let Some(key) = used_elsewhere(path, value) {
        return Some(key);
    }
    if !text::may_be_kept(value) {
        return None;
    }
    let id = key::canonical(text::service_id(value));
    let is_azure = || key::is_azure_id(&id) && key::azure_namespace(&id).is_some();
    if id.starts_with("arn:") || id.starts_with("//") || is_azure() || text::is_short_id(&id) {
        return Some(id);
    }
    let is_name = value.starts_with("projects/");
    let path = Path::of(path, true);
    let rows = references(&path).iter().filter(|_| is_name);
    let mut names = rows.filter_map(|row| key::types::google::full_name(row.names, value));
    names.next()
}

/// Key of what `value`, at this whole path, uses by its address: the registry that an image is
/// from, the vault that holds a key or certificate.
pub fn used_elsewhere(path: &str, value: &str) -> Option<String> {
    let last = path.rsplit('.').next().unwrap_or_default();
    let last = letters(last);
    if matches!(&*last, "image" | "imageuri" | "imageidentifier") {
        return images::registry(value);
    }
    let is_of_vault = last.starts_with("keyvault");
    images::vault(value).filter(|_| is_of_vault)
}

/// Ends of the edges that a link makes of one reference. Where it joins two others, one of the two
/// references is enough: not the one to the parent of a facet.
fn ends_of<'a>(
    link: &Link,
    naming: &Naming<'a>,
    (one, path): (&Named<'a>, &Path),
    parent: Option<&Path>,
    others: &dyn Fn(&str) -> Vec<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    let is_from = path.fits(link.from);
    let is_to = path.fits(link.to);
    let is_parent_told = parent.is_some_and(|parent| parent.fits(link.to));
    match (link.from, link.to) {
        (_, "") if is_from => vec![(one.key, naming.key)],
        ("", _) if is_to => vec![(naming.key, one.key)],
        (_, "") | ("", _) => Vec::new(),
        (from, _) if is_to && !is_parent_told => {
            let dependents = others(from).into_iter();
            dependents.map(|other| (other, one.key)).collect()
        }
        (_, to) if is_from && is_parent_told => {
            let needed = others(to).into_iter();
            needed.map(|other| (one.key, other)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the ARN or the type of a resource is that of a policy that scales something.
pub fn is_scaling_policy(word: &str) -> bool {
    let is_type = || type_word(word).ends_with("scalingpolicy");
    match word.starts_with("arn:") {
        true => word.to_ascii_lowercase().contains(":scalingpolicy:"),
        false => is_type(),
    }
}

/// What a reference says, once the other is known: whoever needs a policy that scales something,
/// as an alarm does, has it scaled.
fn kind_to(kind: RelationKind, one: &Named<'_>) -> RelationKind {
    let is_policy = || {
        [one.key, one.resource_type]
            .into_iter()
            .any(is_scaling_policy)
    };
    match kind {
        RelationKind::DependsOn if is_action(one.path) && is_policy() => RelationKind::Scales,
        kind => kind,
    }
}

/// Whether a property holds what an alarm does.
pub fn is_action(path: &str) -> bool {
    let mut words = path.split('.').map(letters);
    words.any(|word| {
        matches!(
            &*word,
            "alarmactions" | "okactions" | "insufficientdataactions"
        )
    })
}

/// What an edge of a link says. A scalable target of ECS names its service by cluster and service:
/// the cluster is not scaled.
fn kind_of_link(link: &Link, one: &Named<'_>) -> RelationKind {
    let is_cluster = type_word(one.resource_type) == "ecscluster";
    match link.kind {
        RelationKind::Scales if is_cluster => RelationKind::DependsOn,
        kind => kind,
    }
}

/// What a reference of a resource to one of this type says.
fn kind_of(path: &Path, other: &str, cloud: &str) -> RelationKind {
    if path.is_of_variable() {
        return RelationKind::Uses;
    }
    let rows = references(path).iter().copied();
    let rows: Vec<&Reference> = rows.filter(|row| is_of(row.names, cloud)).collect();
    let Some(first) = rows.first() else {
        return RelationKind::DependsOn;
    };
    if path.is_whole || rows.iter().all(|row| row.kind == first.kind) {
        return first.kind;
    }
    // `vpcConfig` holds groups and subnets: the type of the other tells.
    let (_, name) = other.rsplit_once([':', '_']).unwrap_or(("", other));
    let name = stem(name);
    let is_told = |row: &&&Reference| {
        let last = row.path.rsplit('.').next().map(stem).unwrap_or_default();
        !name.is_empty() && last.ends_with(&name)
    };
    let told = rows.iter().find(is_told);
    told.map_or(RelationKind::DependsOn, |row| row.kind)
}

/// Whether a row whose values may be names of these types counts in a cloud.
fn is_of(names: &str, cloud: &str) -> bool {
    names.is_empty() || names.starts_with(cloud)
}

/// Beginning of Terraform's types of the cloud that a type is of.
fn cloud_of(resource_type: &str) -> &'static str {
    let package = resource_type.split([':', '_', '-']).next();
    match package.unwrap_or_default() {
        "AWS" | "aws" | "awsx" => "aws_",
        "gcp" | "google" => "google_",
        "azure" | "azurerm" | "azuread" => "azurerm_",
        _ => "?",
    }
}

/// Links that resources of a type draw.
fn links(resource_type: &str) -> impl Iterator<Item = &'static Link> {
    type ByType = HashMap<(&'static str, String), Vec<&'static Link>>;
    static LINKS_OF: LazyLock<ByType> = LazyLock::new(|| {
        let mut links = ByType::new();
        for link in LINKS.iter().chain(&table::OTHER_LINKS) {
            for known in link.types {
                let word = (cloud_of(known), type_word(known));
                links.entry(word).or_default().push(link);
            }
        }
        links
    });
    let cloud = cloud_of(resource_type);
    let words = [type_word(resource_type), last_word(resource_type)];
    words
        .into_iter()
        .filter_map(move |word| LINKS_OF.get(&(cloud, word)))
        .flatten()
        .copied()
}

/// References by their path in stems, and by the first stem of it.
fn references(path: &Path) -> &'static [&'static Reference] {
    type ByPath = HashMap<(String, bool), Vec<&'static Reference>>;
    static REFERENCES_AT: LazyLock<ByPath> = LazyLock::new(|| {
        let mut references = ByPath::new();
        for row in REFERENCES.iter().chain(&table::OF_OTHERS) {
            let words: Vec<String> = row.path.split('.').map(stem).collect();
            let first = words.first().cloned().unwrap_or_default();
            for key in [(words.join("."), true), (first, false)] {
                references.entry(key).or_default().push(row);
            }
        }
        references
    });
    let key = match path.is_whole {
        true => path.words.join("."),
        false => path.words.first().cloned().unwrap_or_default(),
    };
    REFERENCES_AT
        .get(&(key, path.is_whole))
        .map_or(&[], Vec::as_slice)
}

/// A type without package and spelling: `lblistener` of `aws_lb_listener` and
/// `aws:lb/listener:Listener`, `elasticloadbalancingv2listener` of
/// `AWS::ElasticLoadBalancingV2::Listener` and `aws-native:elasticloadbalancingv2:Listener`.
pub(crate) fn type_word(resource_type: &str) -> String {
    let Some((package, rest)) = resource_type.split_once([':', '_']) else {
        return letters(resource_type);
    };
    match (package, rest.split_once('/'), rest.rsplit_once(':')) {
        // The part behind the slash is the name once more.
        (_, Some((module, _)), Some((_, name))) => letters(module) + &letters(name),
        _ => letters(rest),
    }
}

/// The name alone, which Terraform's types are where the module of Pulumi is not in them:
/// `aws_eip_association` is `aws:ec2/eipAssociation:EipAssociation`. Empty for other tools.
fn last_word(resource_type: &str) -> String {
    let name = resource_type.rsplit_once(':').map(|(_, name)| name);
    let is_bridged = resource_type.contains('/');
    name.filter(|_| is_bridged).map(letters).unwrap_or_default()
}

pub(crate) fn letters(text: &str) -> String {
    let mut text: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    text.make_ascii_lowercase();
    text
}

/// A word of a property without what tools disagree on: plural, and `arn`, `id` or `name` at the
/// end.
fn stem(word: &str) -> String {
    let mut word = letters(word);
    if word.ends_with('s') {
        word.pop();
    }
    for end in ["arn", "id", "name"] {
        if let Some(bare) = word.strip_suffix(end).filter(|bare| !bare.is_empty()) {
            let bare = bare.len();
            word.truncate(bare);
            break;
        }
    }
    word
}

/// A property in stems.
struct Path {
    words: Vec<String>,
    is_whole: bool,
}

impl Path {
    fn of(path: &str, is_whole: bool) -> Self {
        let is_name = |part: &&str| {
            let is_position = part.bytes().all(|byte| byte.is_ascii_digit());
            !is_position && !part.starts_with("Fn::") && *part != "Properties"
        };
        Self {
            words: path.split('.').filter(is_name).map(stem).collect(),
            is_whole,
        }
    }

    /// Whether it may be the property of a row; none is without a name.
    fn fits(&self, row: &str) -> bool {
        if row.is_empty() || self.words.is_empty() {
            return false;
        }
        let count = if self.is_whole { self.words.len() } else { 1 };
        let is_as_long = !self.is_whole || row.split('.').count() == count;
        let mut pairs = row.split('.').zip(&self.words).take(count);
        is_as_long && pairs.all(|(wanted, word)| wanted == "*" || stem(wanted) == *word)
    }

    /// Whether the value of an environment variable or of a setting makes the reference.
    fn is_of_variable(&self) -> bool {
        let mut words = self.words.iter().map(String::as_str);
        match (words.next(), words.next()) {
            (Some("appsetting" | "environmentvariable"), _) => true,
            (Some("environment"), second) => {
                second == Some("variable") || (second.is_none() && !self.is_whole)
            }
            (Some("containerdefinition"), second) => second == Some("environment"),
            (Some("siteconfig"), second) => second == Some("appsetting"),
            _ => false,
        }
    }
}
