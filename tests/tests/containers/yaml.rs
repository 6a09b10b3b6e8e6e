//! Events that command line tools print as YAML.

use super::{check, file, parse, reason};

const ENTRIES: &str = "---
insertId: -abc123
logName: projects/shop/logs/cloudaudit.googleapis.com%2Factivity
protoPayload:
  '@type': type.googleapis.com/google.cloud.audit.AuditLog
  authenticationInfo:
    principalEmail: mona@example.com
  methodName: v1.compute.instances.stop
  resourceName: projects/shop/zones/europe-west1-b/instances/web-1
  serviceName: compute.googleapis.com
resource:
  labels:
    project_id: shop
  type: gce_instance
severity: NOTICE
timestamp: '2026-05-12T14:00:00.250000Z'
---
insertId: x1
logName: projects/shop/logs/stderr
resource: {broken
---
insertId: x2
logName: projects/shop/logs/stderr
resource:
  labels:
    container_name: cart
    project_id: shop
  type: k8s_container
severity: ERROR
textPayload: |-
  could not reach db:5432
    ---
  --- second line
timestamp: '2026-05-12T14:00:02.5Z'
";

#[test]
fn entries_that_gcloud_prints_are_read_one_by_one() {
    let (rows, explanation) = check("read.yaml", ENTRIES.as_bytes(), &[("read.yaml", 2)]);
    let found: Vec<_> = rows
        .rows
        .iter()
        .map(|(_, format, body, _)| (&**format, &**body))
        .collect();
    let body = "could not reach db:5432\n  ---\n--- second line";
    assert_eq!(found[0].0, "gcp.audit");
    assert_eq!(found[1], ("gcp.log", body));
    assert_eq!(explanation.inputs[0].compression, ["yaml"]);
    let broken = reason(
        &rows,
        "yaml: a document cannot be read: this is not valid YAML",
    );
    let range =
        usize::try_from(broken.start).expect("small")..usize::try_from(broken.end).expect("small");
    assert!(ENTRIES[range.clone()].starts_with("---\ninsertId: x1\n"));
    assert!(ENTRIES[range].ends_with("resource: {broken\n"));
    assert_eq!(rows.rejects.len(), 1, "{:?}", rows.rejects);
}

/// Events of a cluster, of which the second is broken.
const EVENTS: &str = "apiVersion: v1
items:
- apiVersion: v1
  involvedObject:
    kind: Pod
    name: cart-1
    namespace: shop
  kind: Event
  lastTimestamp: \"2026-05-12T14:00:00Z\"
  message: |
    Back-off restarting failed container
    - app
  reason: BackOff
  type: Warning
- apiVersion: v1
  involvedObject: [
  kind: Event
- apiVersion: v1
  eventTime: \"2026-05-12T14:00:05.000000Z\"
  involvedObject:
    kind: Node
    name: node-1
  kind: Event
  reason: NodeNotReady
  type: Normal
kind: List
metadata:
  resourceVersion: \"\"
";

#[test]
fn lists_are_cut_into_their_elements() {
    let (rows, _) = check("events.yaml", EVENTS.as_bytes(), &[("events.yaml", 2)]);
    let mut formats = rows.rows.iter().map(|(_, format, ..)| &**format);
    assert!(
        formats.all(|format| format == "kubernetes.events"),
        "{:?}",
        rows.rows
    );
    reason(&rows, "yaml: a document cannot be read");
    assert_eq!(rows.rejects.len(), 1, "{:?}", rows.rejects);
    let one = EVENTS.split("\n- ").nth(1).unwrap_or_default();
    let one = one.replace("\n  ", "\n");
    check("event.yaml", one.as_bytes(), &[("event.yaml", 1)]);
    let logs = "events:\n- eventId: '37'\n  ingestionTime: 1778594401250\n  logStreamName: \
                web/1\n  message: '{\"level\":\"error\",\"msg\":\"no stock\"}'\n  timestamp: \
                1778594400250\nnextToken: abc\nsearchedLogStreams: []\n";
    let (rows, _) = check("aws.yaml", logs.as_bytes(), &[("aws.yaml", 1)]);
    assert_eq!(rows.rows[0].2, "no stock");
    assert!(rows.rejects.is_empty(), "{:?}", rows.rejects);
}

#[test]
fn documents_of_other_tools_are_no_events() {
    let pods = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n    namespace: b\n    uid: c\nkind: List\n";
    let (_, explanation) = parse(&file("pods.yaml", pods.as_bytes()));
    let inputs = explanation.inputs.iter();
    let layers: Vec<_> = inputs.flat_map(|input| &input.compression).collect();
    assert!(layers.is_empty(), "{layers:?}");
}
