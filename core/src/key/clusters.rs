//! Which words name the same cluster of Kubernetes, and which cluster an object is of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::groups::Groups;
use super::{is_azure_id, short_name};

/// Cluster and rest of the id of an object: `prod` and `apps/deployment/shop/web` of
/// `k8s://prod/apps/deployment/shop/web`. The cluster is empty where nobody tells it, and may
/// contain slashes.
pub fn kubernetes_cluster(key: &str) -> Option<(&str, &str)> {
    let text = key.strip_prefix("k8s://")?;
    let (at, _) = text.rmatch_indices('/').nth(3)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What a person would call a cluster by this word: of an id in a cloud the last part.
pub fn cluster_name(word: &str) -> &str {
    match Rank::of(word) {
        Rank::Cloud => short_name(word),
        Rank::Uid | Rank::Name => word,
    }
}

/// Whether two words may be for one cluster, as far as words tell: one may be its id in a cloud,
/// the other its name, and what the cluster of a uid is called no word tells.
pub(super) fn may_be_same(one: &str, other: &str) -> bool {
    let (first, second) = (Rank::of(one), Rank::of(other));
    let is_uid = |rank: Rank| rank == Rank::Uid;
    one == other
        || is_uid(first) != is_uid(second)
        || (first != second && cluster_name(one) == cluster_name(other))
}

/// How good a word is for a cluster: its uid, its id in a cloud, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Uid,
    Cloud,
    Name,
}

impl Rank {
    fn of(word: &str) -> Self {
        if word.starts_with("arn:") || word.starts_with("//") || is_azure_id(word) {
            return Self::Cloud;
        }
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lengths = word.split('-').map(str::len);
        let is_uid = lengths.eq([8, 4, 4, 4, 12]) && word.split('-').all(is_hex);
        if is_uid { Self::Uid } else { Self::Name }
    }
}

/// Clusters of one body of input, by all words for them.
///
/// The uid of a cluster is that of its namespace `kube-system`. Words are the same cluster when
/// they were [joined](Clusters::join), when a name is that of the only id of a cloud, and when
/// documents tell of one cluster by its uid and logs of one by its name. Two uids are two clusters:
/// a word that was joined with both is what both are called, and names none of them. An object of
/// which nobody tells the cluster is that of the only cluster which has one of its name; where
/// several have, it is a thing of its own.
#[derive(Debug, Default)]
pub struct Clusters {
    /// Words, and whether documents tell of them.
    words: BTreeMap<String, bool>,
    joined: BTreeSet<(String, String)>,
    /// By word: the best word for its cluster.
    best: BTreeMap<String, String>,
    /// By the best word for a cluster: all words for it.
    same: BTreeMap<String, Vec<String>>,
    /// By uid: words that other uids were joined with as well.
    shared: BTreeMap<String, BTreeSet<String>>,
    /// By the rest of the ids: clusters that have such an object.
    objects: HashMap<String, BTreeSet<String>>,
}

impl Clusters {
    /// Takes the id of an object; other keys tell nothing. `is_declared` says that a document
    /// tells of it.
    pub fn add(&mut self, key: &str, is_declared: bool) {
        let Some((cluster, rest)) = kubernetes_cluster(key).filter(|(word, _)| !word.is_empty())
        else {
            return;
        };
        match self.words.get_mut(cluster) {
            Some(held) => *held |= is_declared,
            None => drop(self.words.insert(cluster.to_owned(), is_declared)),
        }
        match self.objects.get_mut(rest) {
            Some(held) if held.contains(cluster) => {}
            Some(held) => drop(held.insert(cluster.to_owned())),
            None => {
                let clusters = BTreeSet::from([cluster.to_owned()]);
                self.objects.insert(rest.to_owned(), clusters);
            }
        }
    }

    /// Takes an object of a document with the other words for it: those that are ids of the same
    /// object in a cluster say that both words are of one cluster.
    pub fn add_declared<'a>(&mut self, key: &str, aliases: impl IntoIterator<Item = &'a str>) {
        self.add(key, true);
        let Some((cluster, rest)) = kubernetes_cluster(key) else {
            return;
        };
        for alias in aliases {
            if let Some((other, same)) = kubernetes_cluster(alias)
                && same == rest
            {
                self.join(cluster, other);
            }
        }
    }

    /// Takes note that two words are of one cluster.
    pub fn join(&mut self, one: &str, other: &str) {
        if one.is_empty() || other.is_empty() || one == other {
            return;
        }
        for word in [one, other] {
            self.words.insert(word.to_owned(), true);
        }
        self.joined.insert((one.to_owned(), other.to_owned()));
    }

    /// Finds out which words are of one cluster. What is added later counts with the next call.
    pub fn settle(&mut self) {
        let is_uid = |word: &str| Rank::of(word) == Rank::Uid;
        let mut groups = Groups::of(self.words.keys().map(String::as_str), is_uid);
        for (one, other) in &self.joined {
            if !is_uid(one) && !is_uid(other) {
                groups.unite(one, other);
            }
        }
        let mut shared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (words, uids) in uids_of(&mut groups, &self.joined) {
            if let ([uid], Some(word)) = (&uids[..], words.first()) {
                groups.unite(word, uid);
                continue;
            }
            for uid in uids {
                let held = shared.entry(uid.to_owned()).or_default();
                held.extend(words.iter().map(|word| (*word).to_owned()));
            }
        }
        self.unite_names(&mut groups, &shared);
        let words = &self.words;
        let is_declared = |word: &&str| words.get(*word) == Some(&true);
        let all = groups.all();
        let (told, logged): (Vec<_>, Vec<_>) = all
            .values()
            .partition(|group| group.iter().any(is_declared));
        if let ([told], [logged]) = (&told[..], &logged[..])
            && told.iter().all(|word| is_uid(word))
            && !logged.iter().any(|word| is_uid(word))
            && let (Some(one), Some(other)) = (told.first(), logged.first())
        {
            groups.unite(one, other);
        }
        self.best = best(groups.all().values());
        self.same.clear();
        for (word, best) in &self.best {
            let words = self.same.entry(best.clone()).or_default();
            words.push(word.clone());
        }
        self.shared = shared;
    }

    /// Unites each name with the only cluster of a cloud that is called so, but for names that
    /// several uids share.
    fn unite_names<'a>(
        &'a self,
        groups: &mut Groups<'a>,
        shared: &BTreeMap<String, BTreeSet<String>>,
    ) {
        let shared: HashSet<&str> = shared.values().flatten().map(String::as_str).collect();
        let mut called: HashMap<String, Vec<&str>> = HashMap::new();
        let words = || self.words.keys().map(String::as_str);
        for id in words().filter(|word| Rank::of(word) == Rank::Cloud) {
            let name = short_name(id).to_ascii_lowercase();
            called.entry(name).or_default().push(id);
        }
        for name in words().filter(|word| Rank::of(word) == Rank::Name && !shared.contains(word)) {
            let Some(ids) = called.get_mut(&name.to_ascii_lowercase()) else {
                continue;
            };
            let first = ids.first().and_then(|id| groups.of_word(id));
            if ids.iter().all(|id| groups.of_word(id) == first) {
                // Of one cluster one id is enough from then on.
                ids.truncate(1);
            }
            if let [id] = ids.as_slice() {
                groups.unite(name, id);
            }
        }
    }

    /// All words for the cluster of a word, itself among them.
    pub fn words(&self, word: &str) -> Vec<&str> {
        let words = self.same.get(self.best_of(word)).into_iter().flatten();
        words.map(String::as_str).collect()
    }

    /// The best word for the cluster of a word.
    pub fn best_of<'a>(&'a self, word: &'a str) -> &'a str {
        self.best.get(word).map_or(word, String::as_str)
    }

    /// What a person would call the cluster of a word: its name, else the last part of its id in a
    /// cloud, else its uid.
    pub fn name_of<'a>(&'a self, word: &'a str) -> &'a str {
        let shared = self.shared.get(self.best_of(word)).into_iter().flatten();
        let words = self
            .words(word)
            .into_iter()
            .chain(shared.map(String::as_str));
        let best = words.max_by_key(|word| (Rank::of(word), *word));
        let best = best.unwrap_or(word);
        cluster_name(best)
    }

    /// How many clusters there are.
    pub fn count(&self) -> usize {
        self.same.len()
    }

    /// Whether nothing tells of a cluster.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The id of an object with the best word for its cluster; `None` where that is `key`, which
    /// is also so for an object that may be of several.
    pub fn resolve(&self, key: &str) -> Option<String> {
        if self.words.is_empty() {
            return None;
        }
        let (cluster, rest) = kubernetes_cluster(key)?;
        let best = match cluster {
            "" => self.only(rest)?,
            cluster => self.best_of(cluster),
        };
        (best != cluster).then(|| format!("k8s://{best}/{rest}"))
    }

    /// The only cluster that has such an object.
    fn only(&self, rest: &str) -> Option<&str> {
        let mut found = self.objects.get(rest)?.iter();
        let first = self.best_of(found.next()?);
        found
            .all(|other| self.best_of(other) == first)
            .then_some(first)
    }
}

/// Groups without a uid that were joined with some, and these.
fn uids_of<'a>(
    groups: &mut Groups<'a>,
    joined: &'a BTreeSet<(String, String)>,
) -> Vec<(Vec<&'a str>, Vec<&'a str>)> {
    let mut found: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (one, other) in joined {
        let (uid, word) = match (Rank::of(one), Rank::of(other)) {
            (Rank::Uid, Rank::Uid) => continue,
            (Rank::Uid, _) => (one, other),
            (_, Rank::Uid) => (other, one),
            _ => continue,
        };
        if let Some(group) = groups.of_word(word) {
            found.entry(group).or_default().insert(uid);
        }
    }
    let mut all = groups.all();
    let told = found.into_iter().filter_map(|(group, uids)| {
        let words = all.remove(&group)?;
        Some((words, uids.into_iter().collect()))
    });
    told.collect()
}

fn best<'a>(groups: impl Iterator<Item = &'a Vec<&'a str>>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for group in groups {
        let Some(best) = group.iter().min_by_key(|word| (Rank::of(word), **word)) else {
            continue;
        };
        for word in group {
            found.insert((*word).to_owned(), (*best).to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "6c1a2b3c-0001-4d5e-8f90-a1b2c3d4e5f6";
    const OTHER: &str = "6c1a2b3c-0002-4d5e-8f90-a1b2c3d4e5f6";
    const ARN: &str = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";

    fn web(cluster: &str) -> String {
        format!("k8s://{cluster}/apps/deployment/shop/web")
    }

    #[test]
    fn the_cluster_may_contain_slashes() {
        assert_eq!(
            kubernetes_cluster(&web(ARN)),
            Some((ARN, "apps/deployment/shop/web"))
        );
        assert_eq!(
            kubernetes_cluster("k8s:////node//n1"),
            Some(("", "/node//n1"))
        );
        assert_eq!(kubernetes_cluster(ARN), None);
    }

    #[test]
    fn one_dump_and_one_log_are_of_one_cluster() {
        let mut clusters = Clusters::default();
        clusters.add(&web(UID), true);
        clusters.add(&web("prod"), false);
        clusters.add(&web(ARN), false);
        clusters.settle();
        assert_eq!(clusters.resolve(&web("prod")), Some(web(UID)));
        assert_eq!(clusters.resolve(&web(ARN)), Some(web(UID)));
        assert_eq!(clusters.resolve(&web("")), Some(web(UID)));
        assert_eq!(clusters.resolve(&web(UID)), None);
        assert_eq!(clusters.words("prod"), [UID, ARN, "prod"]);
        assert_eq!(clusters.name_of(UID), "prod");
        assert_eq!(clusters.name_of(ARN), "prod");
        assert_eq!(clusters.name_of(OTHER), OTHER);
    }

    #[test]
    fn what_many_objects_tell_of_two_clusters_is_kept_once() {
        let mut clusters = Clusters::default();
        for number in 0..100 {
            let object =
                |cluster: &str| format!("k8s://{cluster}/apps/deployment/shop/web-{number}");
            clusters.add_declared(&object(UID), [&*object("prod")]);
            clusters.add_declared(&object(OTHER), [&*object("test")]);
        }
        assert_eq!(clusters.joined.len(), 2);
        clusters.settle();
        clusters.settle();
        assert_eq!(clusters.words("prod"), [UID, "prod"]);
        assert_eq!(clusters.words(OTHER), [OTHER, "test"]);
        assert_eq!(clusters.words("absent"), [""; 0]);
        assert_eq!(clusters.count(), 2);
    }

    #[test]
    fn nothing_is_picked_of_several() {
        let mut clusters = Clusters::default();
        clusters.add(&web(UID), true);
        clusters.add(&web(OTHER), true);
        clusters.add("k8s://prod/apps/deployment/shop/cart", false);
        clusters.settle();
        assert_eq!(clusters.count(), 3);
        assert_eq!(clusters.resolve(&web("prod")), None);
        assert_eq!(clusters.resolve(&web("")), None);
        clusters.join(OTHER, "prod");
        clusters.settle();
        assert_eq!(clusters.resolve(&web("prod")), Some(web(OTHER)));
        // Of two in two regions the name alone tells neither.
        let mut clusters = Clusters::default();
        for region in ["eu-west-1", "us-east-1"] {
            let arn = format!("arn:aws:eks:{region}:111122223333:cluster/prod");
            clusters.add(&web(&arn), false);
        }
        clusters.add(&web("prod"), false);
        clusters.settle();
        assert_eq!(clusters.count(), 3);
    }

    #[test]
    fn two_uids_are_two_clusters_whatever_they_are_called() {
        let mut clusters = Clusters::default();
        for uid in [UID, OTHER] {
            clusters.add_declared(&web(uid), [&*web("shop")]);
        }
        clusters.add(&web("shop"), false);
        clusters.join("shop", ARN);
        clusters.settle();
        assert_eq!(clusters.words(UID), [UID]);
        assert_eq!(clusters.words(OTHER), [OTHER]);
        for word in ["shop", ARN] {
            assert_eq!(
                clusters.resolve(&web(word)),
                Some(web(ARN)).filter(|_| word != ARN)
            );
        }
        assert_eq!([UID, OTHER].map(|uid| clusters.name_of(uid)), ["shop"; 2]);
        // A name that only ids in clouds share with a cluster joins no two uids either.
        let mut clusters = Clusters::default();
        clusters.join(UID, "prod");
        clusters.join(OTHER, ARN);
        clusters.settle();
        assert_eq!(clusters.resolve(&web("prod")), Some(web(UID)));
        assert_eq!(clusters.resolve(&web(ARN)), Some(web(OTHER)));
        // Nor does what says that they are one.
        clusters.join(UID, OTHER);
        clusters.settle();
        assert_eq!(clusters.count(), 2);
    }

    #[test]
    fn many_clusters_are_settled() {
        let mut clusters = Clusters::default();
        for number in 0..20_000 {
            clusters.add(&web(&format!("{ARN}-{number}")), true);
            clusters.add(&web(&format!("prod-{number}")), false);
            clusters.join(&format!("prod-{number}"), &format!("shop-{number}"));
        }
        clusters.settle();
        assert_eq!(clusters.count(), 20_000);
        let last = format!("{ARN}-19999");
        assert_eq!(clusters.words("prod-19999").len(), 3);
        assert_eq!(clusters.resolve(&web("shop-19999")), Some(web(&last)));
    }

    #[test]
    fn a_name_of_two_ids_is_of_neither() {
        let other = ARN.replace("111122223333", "444455556666");
        let mut clusters = Clusters::default();
        clusters.add(&web(ARN), true);
        clusters.add(&web(&other), true);
        clusters.add(&web("prod"), false);
        clusters.settle();
        assert_eq!(clusters.count(), 3);
        // Somebody says that they are one.
        clusters.join(ARN, &other);
        clusters.settle();
        assert_eq!(clusters.count(), 1);
    }

    #[test]
    fn what_documents_call_another_cluster_is_one() {
        let mut clusters = Clusters::default();
        clusters.add(&web(UID), true);
        clusters.add("k8s://prod/apps/deployment/shop/cart", true);
        clusters.settle();
        assert_eq!(clusters.count(), 2);
        assert_eq!(clusters.resolve(&web("")), Some(web(UID)));
    }
}
