//! Where services are known to run, by what is known to be theirs.

use std::collections::{HashMap, HashSet};

use super::clusters::may_be_same;
use super::{canonical, cluster_name, kubernetes_cluster, short_name};

/// Clusters and serverless services that each service is known to run on.
///
/// A service that runs in one cluster is not the deployment of the same name in another, nor in
/// another namespace, and one that is a service of Cloud Run in one region is not the one of that
/// name elsewhere.
#[derive(Debug, Default)]
pub struct Homes {
    clusters: HashMap<String, HashSet<(String, String)>>,
    /// By service and kind.
    own: HashMap<(String, &'static str), HashSet<String>>,
}

/// Kinds of resources that are a service themselves: what stands in their ids in front of the name.
const KINDS: [&str; 7] = [
    ECS_SERVICE,
    "run.googleapis.com",
    "cloudfunctions.googleapis.com",
    "appengine.googleapis.com",
    FUNCTION,
    "/microsoft.web/sites/",
    "/microsoft.app/containerapps/",
];

/// Functions of Lambda; their log groups tell their names alone.
const FUNCTION: &str = ":lambda:";

/// Services of ECS, whose ids have the form `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`.
const ECS_SERVICE: &str = ":service/";

/// What a service runs on, where others of the same name may run on the like of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Home {
    /// A cluster of Kubernetes, in any of its words, and a namespace in it; each if it is told.
    Cluster(String, String),
    /// What is a service itself, by its kind and id.
    Own(&'static str, String),
}

impl Home {
    /// The home that an id tells; most tell none.
    pub fn of(id: &str) -> Option<Self> {
        let id = canonical(id).to_lowercase();
        if let Some(cluster) = cluster_of(&id) {
            let space = namespace_of(&id).unwrap_or_default();
            return Some(Self::Cluster(cluster.to_owned(), space.to_owned()));
        }
        if let Some(space) = namespace_of_pod(&id) {
            return Some(Self::Cluster(String::new(), space.to_owned()));
        }
        kind_of(&id).map(|kind| Self::Own(kind, id))
    }

    /// Whether a service of one name that is found in both is two: in two clusters or namespaces,
    /// or in two things of one kind that are called alike. A version or a slot is a part of one.
    pub fn is_namesake_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cluster(one, space), Self::Cluster(other, of)) => {
                (!one.is_empty() && !other.is_empty() && !may_be_same(one, other))
                    || are_two(space, of)
            }
            (Self::Own(kind, one), Self::Own(of, other)) if kind == of => {
                !are_one(one, other) && short_name(one) == short_name(other)
            }
            _ => false,
        }
    }
}

impl Homes {
    /// Remembers that `id` is of a service.
    pub fn add(&mut self, service: &str, id: &str) {
        let service = service.to_lowercase();
        match Home::of(id) {
            Some(Home::Cluster(cluster, space)) => {
                let held = self.clusters.entry(service).or_default();
                held.insert((cluster, space));
            }
            Some(Home::Own(kind, id)) => {
                self.own.entry((service, kind)).or_default().insert(id);
            }
            None => {}
        }
    }

    /// Whether a resource that is called like a service may be of it.
    pub fn may_be(&self, service: &str, id: &str) -> bool {
        let (service, id) = (service.to_lowercase(), canonical(id).to_lowercase());
        let object = kubernetes_cluster(&id);
        if let (Some((cluster, _)), Some(own)) = (object, self.clusters.get(&service)) {
            return is_among(own, cluster, namespace_of(&id).unwrap_or_default());
        }
        let own_of = |kind| self.own.get(&(service.clone(), kind));
        let Some(own) = kind_of(&id).and_then(own_of) else {
            return true;
        };
        // A version or a slot is a part of it. Of another name it may be one of several, unless
        // one has the very name of the service: `cart-batch` is then something else.
        let is_part = own.iter().any(|own| are_one(own, &id));
        let has_name = |own: &str| [short_name(&id), service.as_str()].contains(&short_name(own));
        is_part || !own.iter().any(|own| has_name(own))
    }
}

/// Whether an object of a cluster and namespace is where a service runs. What tells only a cluster
/// or only a namespace adds to what tells the other.
fn is_among(own: &HashSet<(String, String)>, cluster: &str, space: &str) -> bool {
    let has_cluster = own.iter().any(|(held, _)| !held.is_empty());
    let is_in = |held: &str| !held.is_empty() && are_same(held, cluster);
    let is_there = !has_cluster || own.iter().any(|(held, _)| is_in(held));
    let mut spaces = own
        .iter()
        .filter(|(held, of)| are_same(held, cluster) && !of.is_empty())
        .map(|(_, of)| of.as_str())
        .peekable();
    is_there && (spaces.peek().is_none() || spaces.any(|of| !are_two(space, of)))
}

/// The cluster that an id is of, or in.
fn cluster_of(id: &str) -> Option<&str> {
    let object = kubernetes_cluster(id).map(|(cluster, _)| cluster);
    let is_cluster = (id.starts_with("//container.googleapis.com/") && id.contains("/clusters/"))
        || id.contains("/microsoft.containerservice/managedclusters/")
        || (id.contains(":eks:") && id.contains(":cluster/"));
    object
        .or(is_cluster.then_some(id))
        .filter(|cluster| !cluster.is_empty())
}

/// Namespace of an object of a cluster.
fn namespace_of(id: &str) -> Option<&str> {
    let (_, rest) = kubernetes_cluster(id)?;
    let space = rest.rsplit('/').nth(1)?;
    (!space.is_empty()).then_some(space)
}

/// Namespace of a pod that is told without its cluster: `shop/web-6c9d8f7b5-xk2zq`.
fn namespace_of_pod(id: &str) -> Option<&str> {
    let (space, pod) = id.split_once('/')?;
    let is_label = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let (_, random) = pod.rsplit_once('-')?;
    // Kubernetes leaves out what may make words.
    let is_random =
        random.len() == 5 && !random.contains(['a', 'e', 'i', 'o', 'u', 'y', '0', '1', '3']);
    (is_label(space) && is_label(pod) && is_random).then_some(space)
}

/// Whether two namespaces are told and differ.
fn are_two(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && one != other
}

/// Whether two words may be for one cluster, as far as both are told: one may be its id in a cloud,
/// the other its name.
fn are_same(one: &str, other: &str) -> bool {
    let is_id = |word: &str| word.contains('/');
    one.is_empty()
        || other.is_empty()
        || one == other
        || (is_id(one) != is_id(other) && cluster_name(one) == cluster_name(other))
}

fn kind_of(id: &str) -> Option<&'static str> {
    if function_of_group(id).is_some() {
        return Some(FUNCTION);
    }
    let is_ecs = id.contains(":ecs:");
    let is_of = |kind: &&str| id.contains(*kind) && (*kind != ECS_SERVICE || is_ecs);
    KINDS.into_iter().find(is_of)
}

/// Name of the function of Lambda that writes to a log group, by the group's name or ARN.
pub fn function_of_group(id: &str) -> Option<&str> {
    let group = id.rsplit_once(":log-group:").map_or(id, |(_, group)| group);
    let name = group.strip_prefix("/aws/lambda/")?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    (!name.is_empty() && !name.contains(['/', ':'])).then_some(name)
}

/// Name of a function of Lambda by its ARN, that of a version, or its log group.
fn function_of(id: &str) -> Option<&str> {
    let name = || id.split_once(":function:")?.1.split(':').next();
    function_of_group(id).or_else(name)
}

/// Whether two ids of one kind are one thing, or one is a part of the other: a version, a slot.
/// Old ids of services of ECS name no cluster.
fn are_one(one: &str, other: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        part.strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    };
    if function_of_group(one).is_some() || function_of_group(other).is_some() {
        return function_of(one) == function_of(other);
    }
    let service = |id: &str| id.split_once(ECS_SERVICE).map(|(_, name)| name.to_owned());
    let names = service(one).zip(service(other));
    let is_old = names.is_some_and(|(one, other)| {
        one.contains('/') != other.contains('/') && short_name(&one) == short_name(&other)
    });
    is_part(one, other) || is_part(other, one) || is_old
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_of_one_kind_that_are_called_alike_are_two() {
        let run = |region: &str, name: &str| {
            format!("//run.googleapis.com/projects/shop/locations/{region}/services/{name}")
        };
        let check = |one: &str, other: &str, expected: bool| {
            let homes = Home::of(one).zip(Home::of(other));
            let (one, other) = homes.unwrap();
            assert_eq!(one.is_namesake_of(&other), expected, "{one:?} {other:?}");
        };
        check(&run("eu", "cart"), &run("us", "cart"), true);
        check(&run("eu", "cart"), &run("eu", "cart"), false);
        check(&run("eu", "cart"), &run("us", "cart-worker"), false);
        let pod = |cluster: &str| format!("k8s://{cluster}//pod/shop/web-1");
        check(&pod("prod"), &pod("stage"), true);
        let eks = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
        check(&pod("prod"), eks, false);
        check(&pod("prod"), "k8s://prod//pod/mail/web-1", true);
        let uid = "6c1a2b3c-0001-4d5e-8f90-a1b2c3d4e5f6";
        check(&pod("prod"), &pod(uid), false);
        check(&pod("prod"), &run("eu", "web"), false);
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:cart";
        check(function, &format!("{function}:3"), false);
        check("/aws/lambda/cart", function, false);
        assert_eq!(Home::of("shop/web-stage"), None);
        let ecs = |name: &str| format!("arn:aws:ecs:eu-west-1:111122223333:service/{name}");
        check(&ecs("shop/cart"), &ecs("stage/cart"), true);
        check(&ecs("shop/cart"), &ecs("cart"), false);
        assert_eq!(Home::of("arn:aws:rds:eu-west-1:111122223333:db:cart"), None);
    }

    #[test]
    fn a_service_is_not_what_is_called_like_it_elsewhere() {
        let mut homes = Homes::default();
        homes.add("web", "k8s://prod//pod/shop/web-1");
        homes.add("mail", "shop/mail-6c9d8f7b5-xk2zq");
        // The cluster and the pod are told each.
        let gke = "//container.googleapis.com/projects/shop/locations/eu/clusters/main";
        homes.add("pay", gke);
        homes.add("pay", &format!("k8s://{gke}//pod/shop/pay-6c9d8f7b5-xk2zq"));
        homes.add("both", gke);
        homes.add("both", "shop/both-6c9d8f7b5-xk2zq");
        homes.add(
            "cart",
            "//run.googleapis.com/projects/shop/locations/europe-west1/services/cart",
        );
        let check = |service: &str, id: &str, expected: bool| {
            assert_eq!(homes.may_be(service, id), expected, "{service} {id}");
        };
        check("web", "k8s://prod/apps/deployment/shop/web", true);
        check("web", "k8s://prod/apps/deployment/mail/web", false);
        check("Web", "k8s://stage/apps/deployment/shop/web", false);
        check("web", "k8s:///apps/deployment/shop/web", true);
        let eks = "k8s://arn:aws:eks:eu-west-1:111122223333:cluster/prod/apps/deployment/shop/web";
        check("web", eks, true);
        check("api", "k8s://stage/apps/deployment/shop/api", true);
        check("mail", "k8s:///apps/deployment/shop/mail", true);
        check("mail", "k8s:///apps/deployment/stage/mail", false);
        check("mail", "k8s://prod/apps/deployment/stage/mail", false);
        for service in ["pay", "both"] {
            let object = |cluster: &str, space: &str| {
                format!("k8s://{cluster}/apps/deployment/{space}/{service}")
            };
            check(service, &object(gke, "shop"), true);
            check(service, &object("main", "shop"), true);
            check(service, &object(gke, "stage"), false);
            check(service, &object("stage", "shop"), false);
        }
        let run = "//run.googleapis.com/projects/shop/locations";
        check("cart", &format!("{run}/europe-west1/services/cart"), true);
        check("cart", &format!("{run}/us-central1/services/cart"), false);
        check(
            "cart",
            &format!("{run}/europe-west1/services/cart-stage"),
            false,
        );
        let revision = "europe-west1/services/cart/revisions/cart-00002";
        check("cart", &format!("{run}/{revision}"), true);
        check(
            "cart",
            "arn:aws:lambda:eu-west-1:111122223333:function:cart",
            true,
        );
    }

    #[test]
    fn what_only_has_the_name_of_a_service_in_its_own_is_something_else() {
        let mut homes = Homes::default();
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:";
        let site = "/subscriptions/s/resourcegroups/shop/providers/microsoft.web/sites/";
        let ecs = "arn:aws:ecs:eu-west-1:111122223333:service/";
        homes.add("cart", &format!("{function}cart"));
        homes.add("cart", &format!("{site}cart"));
        homes.add("cart", &format!("{ecs}shop/cart"));
        homes.add("mail", &format!("{function}mail-sender"));
        homes.add("pay", "/aws/lambda/pay");
        let check = |service: &str, id: String, expected: bool| {
            assert_eq!(homes.may_be(service, &id), expected, "{service} {id}");
        };
        check("cart", format!("{function}cart:3"), true);
        check("cart", format!("{function}cart-batch"), false);
        check("cart", format!("{function}stage-cart"), false);
        check("cart", format!("{site}cart/slots/green"), true);
        check("cart", format!("{site}cart/config/appsettings"), true);
        check("cart", format!("{site}cart-dev/config/appsettings"), false);
        check("cart", format!("{ecs}shop/cart"), true);
        check("cart", format!("{ecs}stage/cart"), false);
        check("cart", format!("{ecs}shop/cart-worker"), false);
        // Its log group tells the name of the function.
        check("pay", format!("{function}pay"), true);
        check("pay", format!("{function}pay:3"), true);
        check("pay", format!("{function}pay-batch"), false);
        check("pay", format!("{function}stage-pay"), false);
        let group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda";
        check("pay", format!("{group}/pay:*"), true);
        check("pay", format!("{group}/pay-batch"), false);
        // Neither of its functions has the name of the service: it has several.
        check("mail", format!("{function}mail-reader"), true);
        check(
            "cart",
            "arn:aws:sqs:eu-west-1:111122223333:cart-orders".to_owned(),
            true,
        );
    }
}
