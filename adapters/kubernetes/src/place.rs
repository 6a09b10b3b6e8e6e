//! Pod, namespace and container from the name of a log file.
//!
//! The kubelet writes `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<restart>.log` and links
//! to it as `/var/log/containers/<pod>_<namespace>_<container>-<container id>.log`.
//! Source: kubernetes.io/docs/concepts/cluster-administration/logging and kubelet's
//! `kuberuntime/legacy.go`, read 2026-11-21.

use std::sync::{Arc, RwLock};

use nepho_codec::pod;
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{Column, Envelope, Row};

/// Where a container runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) pod: String,
    pub(crate) namespace: String,
    pub(crate) container: String,
    workload: String,
}

impl Place {
    /// Place that the address of a stream names; `None` if it is not that of a container's log.
    pub(crate) fn of(stream: &Stream) -> Option<Self> {
        linked(stream.file_name()).or_else(|| in_folders(&stream.uri))
    }

    /// Name of its [`workload`].
    pub(crate) fn workload(&self) -> &str {
        &self.workload
    }

    /// Sets service, host and process.
    pub(crate) fn fill(&self, row: &mut Row<'_>) {
        row.repeated(Column::Service, self.workload())
            .repeated(Column::Host, &self.pod)
            .repeated(Column::Process, &self.container);
    }

    /// Hands out what has no column.
    pub(crate) fn extras(&self, found: &mut dyn FnMut(&str, &str)) {
        found("namespace", &self.namespace);
        found("container", &self.container);
    }
}

/// Name of the workload of a pod: its own without the generated part, or the container for pods
/// that no controller made.
pub(crate) fn workload<'a>(pod: &'a str, container: &'a str) -> &'a str {
    let workload = pod::workload(pod);
    let is_generated = workload.len() < pod.len() && !is_of_a_node(pod, container);
    if is_generated || container.is_empty() {
        workload
    } else {
        container
    }
}

/// Whether the pod is called by its container and a node, which may end in a number:
/// `kube-proxy-node-1`.
fn is_of_a_node(pod: &str, container: &str) -> bool {
    let is_numbered = pod.ends_with(|c: char| c.is_ascii_digit()) && !container.is_empty();
    let rest = pod
        .strip_prefix(container)
        .and_then(|rest| rest.strip_prefix('-'));
    is_numbered
        && rest.is_some_and(|rest| rest.contains('-') && pod::workload(pod).len() > container.len())
}

/// Makes the envelopes of lines within the lines of a stream. What its address tells is the same
/// for all of them and kept.
#[derive(Debug, Default)]
pub(crate) struct Around(RwLock<Option<Told>>);

/// What the address of a stream tells.
#[derive(Debug)]
struct Told {
    uri: String,
    place: Option<Arc<Envelope>>,
}

impl Around {
    /// Envelope of what stands inside of a record.
    pub(crate) fn envelope(&self, record: &Record<'_>) -> Envelope {
        let around = record.envelope;
        let Some(place) = self.place(record.stream) else {
            return around.clone();
        };
        if *around == Envelope::default() {
            return Envelope::within(place);
        }
        // What a wrapping tells counts more than a name.
        let mut envelope = around.clone();
        for (column, value) in &place.values {
            if around.get(*column).is_none() {
                envelope = envelope.with(*column, value.as_str());
            }
        }
        envelope
    }

    fn place(&self, stream: &Stream) -> Option<Arc<Envelope>> {
        if let Ok(told) = self.0.read()
            && let Some(told) = told.as_ref().filter(|told| told.uri == stream.uri)
        {
            return told.place.clone();
        }
        let place = Place::of(stream).map(|place| {
            let envelope = Envelope::default()
                .with(Column::Provider, "kubernetes")
                .with(Column::Service, place.workload())
                .with(Column::Host, place.pod.as_str())
                .with(Column::Process, place.container.as_str());
            Arc::new(envelope)
        });
        if let Ok(mut told) = self.0.write() {
            *told = Some(Told {
                uri: stream.uri.clone(),
                place: place.clone(),
            });
        }
        place
    }
}

/// `<pod>_<namespace>_<container>-<id>.log`, compressed or rotated or not.
fn linked(file_name: &str) -> Option<Place> {
    let stem = &file_name[..file_name.find(".log")?];
    let mut parts = stem.split('_');
    let (pod, namespace, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !is_name(pod) || !is_name(namespace) {
        return None;
    }
    // Names have no underscore, ids no hyphen; a copied file may have lost its id.
    let container = match rest.rsplit_once('-') {
        Some((container, id))
            if id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            container
        }
        _ => rest,
    };
    is_name(container).then(|| place(pod, namespace, container))
}

/// `.../<namespace>_<pod>_<uid>/<container>/0.log`
fn in_folders(uri: &str) -> Option<Place> {
    let mut folders = uri.rsplit(['/', '\\']).skip(1);
    let container = folders.next()?;
    let mut parts = folders.next()?.split('_');
    let (namespace, pod, uid) = (parts.next()?, parts.next()?, parts.next()?);
    let is_place = parts.next().is_none()
        && is_name(namespace)
        && is_name(pod)
        && is_name(container)
        && !uid.is_empty();
    is_place.then(|| place(pod, namespace, container))
}

fn place(pod: &str, namespace: &str, container: &str) -> Place {
    Place {
        pod: pod.to_owned(),
        namespace: namespace.to_owned(),
        container: container.to_owned(),
        workload: workload(pod, container).to_owned(),
    }
}

/// Whether `text` is a name of Kubernetes: lower-case letters, digits, hyphens, dots.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_tell_the_place() {
        let check = |uri: &str, expected: Option<(&str, &str, &str, &str)>| {
            let found = Place::of(&Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            });
            let found = found.as_ref().map(|place| {
                (
                    &*place.pod,
                    &*place.namespace,
                    &*place.container,
                    place.workload(),
                )
            });
            assert_eq!(found, expected, "{uri}");
        };
        let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        check(
            &format!("/var/log/containers/checkout-7d9f8b6c5-x2x4z_shop_server-{id}.log"),
            Some(("checkout-7d9f8b6c5-x2x4z", "shop", "server", "checkout")),
        );
        check(
            &format!("kube-proxy-node-1_kube-system_kube-proxy-{id}.log.gz"),
            Some((
                "kube-proxy-node-1",
                "kube-system",
                "kube-proxy",
                "kube-proxy",
            )),
        );
        check(
            "order-db-0_shop_postgres.log",
            Some(("order-db-0", "shop", "postgres", "order-db")),
        );
        check(
            "/var/log/pods/shop_cart-5c6d7f8b9-abcde_4f5e/server/0.log",
            Some(("cart-5c6d7f8b9-abcde", "shop", "server", "server")),
        );
        check("checkout.log", None);
        check("My_App_Name.log", None);
    }
}
