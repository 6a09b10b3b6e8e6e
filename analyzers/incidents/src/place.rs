//! Where services run, as rows of logs and ids of resources tell it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::key::{self, CloudKey, Home};

use crate::account::Account;

/// Places told apart; rows of further ones have none.
const PLACES: usize = 4096;
/// Words of rows that are remembered with their place.
const WORDS: usize = 50_000;

/// Cloud, account, region and cluster of something, or what it is there, as far as they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    cloud: Option<&'static str>,
    account: Option<Account>,
    region: Option<String>,
    home: Option<Home>,
}

impl Place {
    /// The place that the id of a resource tells.
    pub(crate) fn of_id(id: &str) -> Self {
        let region = CloudKey::parse(id).and_then(|key| key.region().and_then(region_of));
        Self {
            cloud: key::provider(id).and_then(cloud),
            account: Account::of_id(id),
            region,
            home: Home::of(id),
        }
    }

    /// A cluster, in any of its words.
    pub(crate) fn of_cluster(word: &str) -> Self {
        Self {
            home: (!word.is_empty()).then(|| Home::Cluster(word.to_owned(), String::new())),
            ..Self::default()
        }
    }

    /// The place of a row: its provider and account as a clock domain, its region, and the
    /// resource that it is of.
    fn of_row(row: &Row<'_>) -> Self {
        let (provider, _) = row.domain.split_once('/').unwrap_or((row.domain, ""));
        let own = row.resource.map(Self::of_id).unwrap_or_default();
        Self {
            cloud: cloud(provider).or(own.cloud),
            account: Account::of_domain(row.domain).or(own.account),
            region: row.region.and_then(region_of).or(own.region),
            home: own.home,
        }
    }

    /// Whether it tells a region.
    pub(crate) fn tells_region(&self) -> bool {
        self.region.is_some()
    }

    /// Whether both can not be the same place. What one of them does not tell says nothing.
    pub(crate) fn is_away_from(&self, other: &Self) -> bool {
        let differ = |one: Option<&str>, other: Option<&str>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let accounts = self.account.as_ref().zip(other.account.as_ref());
        let homes = self.home.as_ref().zip(other.home.as_ref());
        let is_of_one_cloud = self.cloud.is_some() && self.cloud == other.cloud;
        differ(self.cloud, other.cloud)
            || accounts.is_some_and(|(one, other)| one.is_away(std::slice::from_ref(other)))
            || (is_of_one_cloud && differ(self.region.as_deref(), other.region.as_deref()))
            || homes.is_some_and(|(one, other)| one.is_namesake_of(other))
    }

    /// Whether it is in another region of the cloud than all of these, of which there are some that
    /// all tell theirs.
    pub(crate) fn is_in_other_region(&self, others: &[Self]) -> bool {
        let told = self.region.as_deref().zip(self.cloud);
        told.is_some_and(|(region, cloud)| {
            let is_other = |other: &Self| {
                let own = other.region.as_deref();
                other.cloud == Some(cloud) && own.is_some_and(|own| own != region)
            };
            !others.is_empty() && others.iter().all(is_other)
        })
    }

    /// Whether it is away from all of these, of which there are some.
    pub(crate) fn is_away_from_all(&self, others: &[Self]) -> bool {
        !others.is_empty() && others.iter().all(|other| self.is_away_from(other))
    }

    /// What lies between it and the places of the failing rows of a service, from all of which it
    /// is away, in words.
    pub(crate) fn difference(&self, others: &[Self], service: &str) -> String {
        let than = format!("than the failing rows of {service}");
        let is_in = |same: fn(&Self, &Self) -> bool| others.iter().any(|other| same(self, other));
        let is_cloud_told = self.cloud.is_some();
        if is_cloud_told && !is_in(|one, other| one.cloud == other.cloud || other.cloud.is_none()) {
            return format!("in another cloud {than}");
        }
        if let Some(region) = &self.region
            && !is_in(|one, other| one.region == other.region || other.region.is_none())
        {
            return format!("in another region {than} ({region})");
        }
        match &self.home {
            Some(Home::Cluster(word, space)) => {
                let cluster = Self::of_cluster(word);
                match cluster.is_away_from_all(others) {
                    true => {
                        let name = key::cluster_name(word);
                        format!("in another cluster {than} ({name})")
                    }
                    false => format!("in another namespace {than} ({space})"),
                }
            }
            _ => format!("in another place {than}"),
        }
    }
}

/// Clouds whose accounts and regions are told apart.
fn cloud(provider: &str) -> Option<&'static str> {
    let clouds = ["aws", "azure", "gcp"];
    clouds.into_iter().find(|cloud| *cloud == provider)
}

/// Region of a word for a place of a cloud: `West Europe`, `eu-west-1a`, `europe-west1-b`; none for
/// what is everywhere or spans several.
fn region_of(word: &str) -> Option<String> {
    let word = word.replace(' ', "").to_ascii_lowercase();
    let word = key::google_region_of_zone(&word).unwrap_or(&word);
    let is_letter = |c: char| c.is_ascii_lowercase();
    let bare = word.strip_suffix(is_letter).unwrap_or(word);
    let is_zone = word.contains('-') && bare.ends_with(|c: char| c.is_ascii_digit());
    let word = if is_zone { bare } else { word };
    let spans = ["", "-", "*", "global", "us", "eu", "asia", "aws-global"];
    (!spans.contains(&word)).then(|| word.to_owned())
}

/// What rows tell of their place.
pub(crate) struct Row<'a> {
    /// Provider and account, as a clock domain is called.
    pub domain: &'a str,
    /// Region.
    pub region: Option<&'a str>,
    /// Id of what the row is of.
    pub resource: Option<&'a str>,
}

/// All places of rows. Number 0 is that of rows that tell none.
#[derive(Debug)]
pub(crate) struct Places {
    list: Vec<Place>,
    numbers: HashMap<Place, u32>,
    /// By a hash of domain, region and resource: pods come and go by the thousands.
    by_words: HashMap<u64, u32>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            list: vec![Place::default()],
            numbers: HashMap::from([(Place::default(), 0)]),
            by_words: HashMap::new(),
        }
    }
}

impl Places {
    /// Number of the place of a row.
    pub(crate) fn intern(&mut self, row: &Row<'_>) -> u32 {
        let mut hasher = DefaultHasher::new();
        (row.domain, row.region, row.resource).hash(&mut hasher);
        let words = hasher.finish();
        if let Some(number) = self.by_words.get(&words) {
            return *number;
        }
        let place = Place::of_row(row);
        let number = match self.numbers.get(&place) {
            Some(number) => *number,
            None if self.list.len() >= PLACES => 0,
            None => {
                let number = u32::try_from(self.list.len()).unwrap_or(0);
                self.numbers.insert(place.clone(), number);
                self.list.push(place);
                number
            }
        };
        if self.by_words.len() < WORDS {
            self.by_words.insert(words, number);
        }
        number
    }

    /// Place of a number.
    pub(crate) fn get(&self, number: u32) -> &Place {
        const NONE: &Place = &Place {
            cloud: None,
            account: None,
            region: None,
            home: None,
        };
        self.list.get(number as usize).unwrap_or(NONE)
    }

    /// Groups places that may be one. Of two that are away from each other, one that may be
    /// either, since it tells less, is with neither.
    pub(crate) fn groups(&self, numbers: &[u32]) -> Vec<Vec<u32>> {
        let mut distinct = numbers.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let are_away = |one: u32, other: u32| self.get(one).is_away_from(self.get(other));
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let fitting = |groups: &[Vec<u32>], number: u32| -> Vec<usize> {
            let fits = |group: &[u32]| group.iter().all(|other| !are_away(number, *other));
            (0..groups.len()).filter(|at| fits(&groups[*at])).collect()
        };
        // Those that tell most come first.
        distinct.sort_by_key(|number| {
            let place = self.get(*number);
            let told = [
                place.cloud.is_some(),
                place.account.is_some(),
                place.region.is_some(),
                place.home.is_some(),
            ];
            std::cmp::Reverse(told.into_iter().filter(|told| *told).count())
        });
        for number in distinct {
            match fitting(&groups, number).as_slice() {
                [only] => groups[*only].push(number),
                _ => groups.push(vec![number]),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(domain: &'a str, region: Option<&'a str>, resource: Option<&'a str>) -> Row<'a> {
        Row {
            domain,
            region,
            resource,
        }
    }

    #[test]
    fn places_that_differ_in_what_both_tell_are_away() {
        let check = |row: &Row<'_>, id: &str, expected: bool| {
            let place = Place::of_row(row);
            assert_eq!(Place::of_id(id).is_away_from(&place), expected, "{id}");
        };
        let aws = row("aws/111122223333", Some("eu-west-1"), None);
        let function = |region: &str, account: &str| {
            format!("arn:aws:lambda:{region}:{account}:function:cart")
        };
        check(&aws, &function("eu-west-1", "111122223333"), false);
        check(&aws, &function("us-east-1", "111122223333"), true);
        check(&aws, &function("eu-west-1", "444455556666"), true);
        check(&aws, "arn:aws:s3:::cart", false);
        let site = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/shop/providers/microsoft.web/sites/cart";
        check(&aws, site, true);
        check(&aws, "k8s://prod/apps/deployment/shop/cart", false);
        check(&row("logs", None, None), site, false);
        let zone = row("gcp/shop", Some("europe-west1-b"), None);
        let run = |region: &str| {
            format!("//run.googleapis.com/projects/shop/locations/{region}/services/cart")
        };
        check(&zone, &run("europe-west1"), false);
        check(&zone, &run("us-central1"), true);
        let pod = row("kubernetes/1", None, Some("k8s://prod//pod/shop/cart-1"));
        check(&pod, "k8s://stage/apps/deployment/shop/cart", true);
        check(&pod, "k8s://prod/apps/deployment/shop/cart", false);
    }

    #[test]
    fn a_namespace_of_a_cluster_in_a_cloud_is_told_as_one() {
        let gke = "//container.googleapis.com/projects/shop/locations/eu/clusters/main";
        let pod = format!("k8s://{gke}//pod/shop/cart-1");
        let rows = [Place::of_row(&row("gcp/shop", Some("eu"), Some(&pod)))];
        let place =
            |space: &str| Place::of_id(&format!("k8s://{gke}/apps/deployment/{space}/cart"));
        assert!(!place("shop").is_away_from_all(&rows));
        assert!(place("stage").is_away_from_all(&rows));
        assert_eq!(
            place("stage").difference(&rows, "cart"),
            "in another namespace than the failing rows of cart (stage)"
        );
    }

    #[test]
    fn what_tells_less_is_with_the_only_place_that_it_fits() {
        let mut places = Places::default();
        let eu = places.intern(&row("aws/111122223333", Some("eu-west-1"), None));
        let us = places.intern(&row("aws/111122223333", Some("us-east-1"), None));
        let any = places.intern(&row("aws/111122223333", None, None));
        assert_eq!(places.groups(&[eu, any]), [vec![eu, any]]);
        assert_eq!(places.groups(&[eu, us, any]).len(), 3);
        assert_eq!(places.groups(&[eu, eu]), [vec![eu]]);
    }
}
