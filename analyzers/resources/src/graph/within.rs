//! What ends with what it lies in: the resources of a group of Azure, the databases of a server,
//! the node pools of a cluster, the listeners of a load balancer.
//!
//! Only what ids tell counts, and only where the API deletes the one with the other:
//! learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group,
//! docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html and
//! cloud.google.com/apis/design/resource_names (read 2026-11-29). A slash in a name of AWS holds
//! nothing, nor does one in the name of an object.

use nepho_core::key::is_azure_id;

/// Nodes in the order of their ids, so that those within another are found by what they begin with.
pub(crate) struct Ordered<T>(Vec<T>);

impl<T: Copy> Ordered<T> {
    /// Nodes, which `id` tells the ids of.
    pub(crate) fn new<'a>(nodes: impl Iterator<Item = T>, id: impl Fn(T) -> &'a str) -> Self {
        let mut nodes: Vec<T> = nodes.collect();
        nodes.sort_unstable_by_key(|node| id(*node));
        Self(nodes)
    }

    /// What ends when the resource `whole` is deleted, without itself.
    pub(crate) fn ended_by<'a>(&self, whole: &str, id: impl Fn(T) -> &'a str) -> Vec<T> {
        let mut found = Vec::new();
        for start in starts(whole) {
            let at = self.0.partition_point(|node| id(*node) < start.as_str());
            let rest = self.0.get(at..).unwrap_or_default().iter();
            found.extend(rest.take_while(|node| id(**node).starts_with(&start)));
        }
        found
    }
}

/// What the ids begin with of all that is deleted with the resource of this id.
fn starts(id: &str) -> Vec<String> {
    if is_azure_id(id) || (id.starts_with("//") && !id.contains("/objects/")) {
        return vec![format!("{id}/")];
    }
    let balancing = id.split_once(":elasticloadbalancing:");
    let Some((partition, rest)) = balancing.filter(|_| id.starts_with("arn:")) else {
        return Vec::new();
    };
    let of = |place: &str, kind: &str, name: &str| {
        format!("{partition}:elasticloadbalancing:{place}:{kind}/{name}/")
    };
    if let Some((place, name)) = rest.split_once(":loadbalancer/") {
        return vec![
            of(place, "listener", name),
            of(place, "listener-rule", name),
        ];
    }
    match rest.split_once(":listener/") {
        Some((place, name)) => vec![of(place, "listener-rule", name)],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ended: &str, others: &[&str], expected: &[usize]) {
        let id = |node: usize| others[node];
        let mut found = Ordered::new(0..others.len(), id).ended_by(ended, id);
        found.sort_unstable();
        assert_eq!(found, expected, "{ended}");
    }

    #[test]
    fn groups_servers_and_clusters_hold_what_lies_in_them() {
        let group = "/subscriptions/s/resourcegroups/shop";
        let server = format!("{group}/providers/microsoft.sql/servers/orders");
        let database = format!("{server}/databases/main");
        let namesake = format!("{group}2/providers/microsoft.sql/servers/orders");
        let ids = [server.as_str(), &database, &namesake, group];
        check(group, &ids, &[0, 1]);
        check(&server, &ids, &[1]);
        check(&database, &ids, &[]);
        let cluster = "//container.googleapis.com/projects/p/locations/l/clusters/a";
        let pool = format!("{cluster}/nodePools/np");
        let other = format!("{cluster}b/nodePools/np");
        check(cluster, &[&pool, &other, cluster], &[0]);
    }

    #[test]
    fn a_load_balancer_holds_its_listeners_and_their_rules() {
        let of = |kind: &str, rest: &str| {
            format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{kind}/app/web/{rest}")
        };
        let (balancer, listener) = (of("loadbalancer", "0a1b"), of("listener", "0a1b/2c3d"));
        let rule = of("listener-rule", "0a1b/2c3d/4e5f");
        let other = of("listener", "9f9f/2c3d");
        let ids = [listener.as_str(), &rule, &other, &balancer];
        check(&balancer, &ids, &[0, 1]);
        check(&listener, &ids, &[1]);
    }

    #[test]
    fn a_slash_in_a_name_holds_nothing() {
        let repository = "arn:aws:ecr:eu-west-1:111122223333:repository/shop";
        check(repository, &[&format!("{repository}/web")], &[]);
        let object = "//storage.googleapis.com/projects/_/buckets/b/objects/a";
        check(object, &[&format!("{object}/b")], &[]);
        let bucket = "//storage.googleapis.com/projects/_/buckets/b";
        check(bucket, &[object], &[0]);
    }
}
