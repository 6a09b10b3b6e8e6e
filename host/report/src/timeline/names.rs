//! What resources are called, so that a change is found by any word for its resource.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{Change, Resource};

/// Most wholes that a part is looked up in, one within the other.
const DEPTH: usize = 8;

/// Resources by their words: ids, aliases, names, and addresses of tools.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Keys by alias, in lower case.
    aliases: HashMap<String, BTreeSet<String>>,
    /// Keys by the name that a person would use, and by the address in a tool.
    words: HashMap<String, BTreeSet<String>>,
    /// Keys by tool and address, and by scope within.
    places: HashMap<(String, String), BTreeMap<String, BTreeSet<String>>>,
    /// Tools and scopes of which documents tell what they hold.
    scopes: BTreeSet<(String, String)>,
    /// Tools and scopes that each resource is managed in.
    homes: HashMap<String, BTreeSet<(String, String)>>,
    /// What each known resource is a facet of.
    parents: BTreeMap<String, Option<String>>,
    /// What clusters are called, by the word for them in ids.
    clusters: HashMap<String, String>,
}

impl Names {
    /// Words of rows of resources: several rows may be of one resource.
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut names = Self::default();
        for row in resources {
            let key = key::canonical(&row.key);
            if let (Some((cluster, _)), Some(name)) = (key::kubernetes_cluster(&key), &row.account)
            {
                names.clusters.insert(cluster.to_owned(), name.clone());
            }
            // A facet is often known by the id of what it is a part of.
            let whole = row.parent.as_deref().unwrap_or_default();
            let is_own = |alias: &&String| *alias != whole && *alias != key::short_name(whole);
            for alias in row.aliases.iter().filter(is_own) {
                add(&mut names.aliases, alias.to_lowercase(), &key);
            }
            // The name of what only logs name is a guess from its id.
            if let Some(name) = row.name.as_ref().filter(|_| row.tool.is_some()) {
                add(&mut names.words, name.to_lowercase(), &key);
            }
            if let Some(address) = &row.address {
                add(&mut names.words, address.to_lowercase(), &key);
                if let Some(tool) = &row.tool {
                    let scope = row.scope.clone().unwrap_or_default();
                    let home = (tool.clone(), scope.clone());
                    names.scopes.insert(home.clone());
                    names.homes.entry(key.clone()).or_default().insert(home);
                    let place = names.places.entry((tool.clone(), address.clone()));
                    let keys = place.or_default().entry(scope).or_default();
                    keys.insert(key.clone());
                }
            }
            let parent = names.parents.entry(key).or_default();
            if parent.is_none() {
                *parent = row.parent.as_deref().map(key::canonical);
            }
        }
        names
    }

    /// What the cluster of an object is called.
    pub(super) fn cluster(&self, id: &str) -> Option<String> {
        let (cluster, _) = key::kubernetes_cluster(id)?;
        let held = self.clusters.get(cluster).map(String::as_str);
        let name = held.unwrap_or(key::cluster_name(cluster));
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// Keys of all resources that a reader may mean by a word.
    pub(super) fn meant(&self, word: &str) -> BTreeSet<String> {
        let canonical = key::canonical(word);
        let lower = canonical.to_lowercase();
        let held = [self.aliases.get(&lower), self.words.get(&lower)];
        let mut meant: BTreeSet<String> = held.into_iter().flatten().flatten().cloned().collect();
        meant.insert(canonical);
        meant.iter().map(|key| self.lead(key)).collect()
    }

    /// Keys of the resource that a change is of, and of all that this one is a facet of.
    pub(super) fn of_change(&self, change: &Change) -> BTreeSet<String> {
        let told = change.resource.iter().chain(&change.parent);
        let mut keys: BTreeSet<String> = told.map(|id| self.identity_in(change, id)).collect();
        // What failed has no id, and a log may not tell it.
        let placed = self.placed(change);
        let is_own = |key: &String| change.resource.is_none() || is_of_tool(key, &change.tool);
        keys.extend(placed.filter(is_own));
        let mut last: Vec<String> = keys.iter().cloned().collect();
        for _ in 0..DEPTH {
            last = last.iter().filter_map(|key| self.parent(key)).collect();
            last.retain(|key| keys.insert(key.clone()));
        }
        keys
    }

    /// Key of what stands at the address of a change: in its scope, or, where no document tells
    /// what that holds, the only one in any.
    fn placed(&self, change: &Change) -> Option<String> {
        let place = (change.tool.clone(), change.address.clone());
        let scopes = self.places.get(&place)?;
        if self.has_scope(change) {
            return self.only(scopes.get(&change.scope)?);
        }
        self.only(&scopes.values().flatten().cloned().collect())
    }

    fn has_scope(&self, change: &Change) -> bool {
        let scope = (change.tool.clone(), change.scope.clone());
        self.scopes.contains(&scope)
    }

    /// The key that a change means by `id`: a mere name is that of no resource of other scopes, as
    /// environments call theirs alike.
    pub(super) fn identity_in(&self, change: &Change, id: &str) -> String {
        let key = self.identity(id);
        if key::is_global(id) || is_short_id(id) || !self.has_scope(change) {
            return key;
        }
        let own = (&*change.tool, &*change.scope);
        match self.homes.get(&key) {
            Some(homes) if !homes.iter().any(|(tool, scope)| (&**tool, &**scope) == own) => {
                key::canonical(id)
            }
            _ => key,
        }
    }

    /// Key of what the resource that a change is of is a facet of.
    pub(super) fn parent_of(&self, change: &Change) -> Option<String> {
        self.parent(&self.identity_in(change, change.resource.as_deref()?))
    }

    /// The key that `id` stands for: that of the only resource of that name, else `id` itself.
    ///
    /// The last part of an ARN is looked up where it is a short id that the cloud hands out.
    pub(super) fn identity(&self, id: &str) -> String {
        let id = key::canonical(id);
        if key::is_global(&id) && self.parents.contains_key(&id) {
            return id;
        }
        let short = key::short_name(&id);
        let names = [
            Some(id.as_str()),
            Some(short).filter(|name| is_short_id(name)),
        ];
        let found = names.into_iter().flatten().find_map(|name| {
            let keys = self.aliases.get(&name.to_lowercase())?;
            self.only(keys)
        });
        found.unwrap_or(id)
    }

    fn parent(&self, key: &str) -> Option<String> {
        let parent = self.parents.get(key)?.as_deref()?;
        Some(self.identity(parent)).filter(|parent| parent != key)
    }

    /// The one resource that keys are of.
    fn only(&self, keys: &BTreeSet<String>) -> Option<String> {
        let mut leads = keys.iter().map(|key| self.lead(key));
        let first = leads.next()?;
        leads.all(|other| other == first).then_some(first)
    }

    /// Key of the resource that goes by this key as well: a row that an analyzer merged has the
    /// keys of the rows that it was made from among its aliases.
    fn lead(&self, key: &str) -> String {
        let held = self.aliases.get(&key.to_lowercase());
        let mut others = held.into_iter().flatten().filter(|other| *other != key);
        match (others.next(), others.next()) {
            (Some(other), None) if !key::is_global(key) => other.clone(),
            _ => key.to_owned(),
        }
    }
}

/// Whether a key is made of a place in a tool, as that of what has no id of its own in a cloud.
fn is_of_tool(key: &str, tool: &str) -> bool {
    let rest = key.strip_prefix(tool);
    rest.is_some_and(|rest| rest.starts_with(':'))
}

fn add(held: &mut HashMap<String, BTreeSet<String>>, word: String, key: &str) {
    held.entry(word).or_default().insert(key.to_owned());
}

/// `sg-0123abcd`: a word, a dash, and at least eight hexadecimal digits.
pub(super) fn is_short_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(front, digits)| {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        !front.is_empty()
            && front.bytes().all(is_word)
            && digits.len() >= 8
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_id_of_its_own_is_known_by_its_place() {
        let target = Resource {
            key: "terraform:prod:aws_appautoscaling_target.web".to_owned(),
            tool: Some("terraform".to_owned()),
            scope: Some("prod".to_owned()),
            address: Some("aws_appautoscaling_target.web".to_owned()),
            ..Resource::default()
        };
        let change = Change {
            tool: "terraform".to_owned(),
            scope: "prod".to_owned(),
            address: "aws_appautoscaling_target.web".to_owned(),
            resource: Some("service/shop/web".to_owned()),
            ..Change::default()
        };
        let keys = Names::of(std::slice::from_ref(&target)).of_change(&change);
        assert!(keys.contains(&target.key), "{keys:?}");
    }

    #[test]
    fn a_change_is_of_what_stands_in_its_scope() {
        let function = |account: &str, scope: &str| Resource {
            key: format!("arn:aws:lambda:eu-west-1:{account}:function:orders"),
            aliases: vec!["orders".to_owned()],
            tool: Some("terraform".to_owned()),
            scope: Some(scope.to_owned()),
            address: Some("aws_lambda_function.f".to_owned()),
            ..Resource::default()
        };
        let both = [
            function("111122223333", "prod"),
            function("444455556666", "stage"),
        ];
        let check = |rows: &[Resource], scope: &str, id: Option<&str>, expected: &[&str]| {
            let change = Change {
                tool: "terraform".to_owned(),
                scope: scope.to_owned(),
                address: "aws_lambda_function.f".to_owned(),
                resource: id.map(str::to_owned),
                ..Change::default()
            };
            let keys = Names::of(rows).of_change(&change);
            assert!(keys.iter().eq(expected), "{scope} {id:?}: {keys:?}");
        };
        let (prod, stage) = (both[0].key.as_str(), both[1].key.as_str());
        check(&both, "prod", None, &[prod]);
        check(&both, "stage", None, &[stage]);
        check(&both, "ci", None, &[]);
        check(&both[1..], "ci", None, &[stage]);
        check(&both[1..], "stage", Some("orders"), &[stage]);
        let mut cart = function("111122223333", "prod");
        cart.key = "arn:aws:lambda:eu-west-1:111122223333:function:cart".to_owned();
        cart.aliases = vec!["cart".to_owned()];
        cart.address = Some("aws_lambda_function.cart".to_owned());
        let other = [cart, function("444455556666", "stage")];
        check(&other, "prod", None, &[]);
        check(&other, "prod", Some("orders"), &["orders"]);
    }
}
