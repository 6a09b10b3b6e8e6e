//! Names of workloads from the names that Kubernetes makes of them.

/// Workload of a pod name: `checkout` of `checkout-7d9f8b6c5-x2x4z` (deployment),
/// `node-agent-x2x4z` gives `node-agent` (daemon set), `db-0` gives `db` (stateful set).
///
/// Kubernetes makes the suffixes from the alphabet `bcdfghjklmnpqrstvwxz2456789` (apimachinery,
/// `util/rand`); a word that has other letters is taken as part of the name.
pub fn workload(pod: &str) -> &str {
    let Some((rest, last)) = pod.rsplit_once('-') else {
        return pod;
    };
    if !last.is_empty() && last.len() <= 3 && last.bytes().all(|byte| byte.is_ascii_digit()) {
        return rest;
    }
    if last.len() != 5 || !is_random(last) {
        return pod;
    }
    match rest.rsplit_once('-') {
        Some((name, hash)) if (6..=10).contains(&hash.len()) && is_random(hash) => name,
        _ => rest,
    }
}

/// Deployment of a pod name, by the hash of the replica set and the suffix behind it: `checkout` of
/// `checkout-7d9f8b6c5-x2x4z`. `None` for any other name.
pub fn deployment(pod: &str) -> Option<&str> {
    let (rest, last) = pod.rsplit_once('-')?;
    let (name, hash) = rest.rsplit_once('-')?;
    let is_hash = (6..=10).contains(&hash.len())
        && is_random(hash)
        && hash.bytes().any(|byte| byte.is_ascii_digit())
        && hash.bytes().any(|byte| byte.is_ascii_alphabetic());
    (is_hash && last.len() == 5 && is_random(last) && !name.is_empty()).then_some(name)
}

fn is_random(word: &str) -> bool {
    word.bytes()
        .all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workloads_are_found_in_pod_names() {
        assert_eq!(workload("checkout-7d9f8b6c5-x2x4z"), "checkout");
        assert_eq!(workload("node-agent-x2x4z"), "node-agent");
        assert_eq!(workload("order-db-0"), "order-db");
        assert_eq!(workload("order-worker"), "order-worker");
        assert_eq!(workload("web"), "web");
    }

    #[test]
    fn a_deployment_is_told_by_hash_and_suffix() {
        assert_eq!(deployment("checkout-7d9f8b6c5-x2x4z"), Some("checkout"));
        assert_eq!(deployment("shop-web-5f6d8c9b7d-zz8pq"), Some("shop-web"));
        for other in [
            "checkout-x2x4z",
            "order-worker-nodes",
            "web-20260512-24567",
            "orders-tests-check",
            "orders-7d9f8b6c5-other",
            "-7d9f8b6c5-x2x4z",
        ] {
            assert_eq!(deployment(other), None, "{other}");
        }
    }
}
