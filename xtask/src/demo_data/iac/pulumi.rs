//! What Pulumi leaves behind: the event log of its deployment and the export of its stack.
//!
//! Sources: github.com/pulumi/pulumi sdk/go/common/apitype events.go and deployments.go
//! (read 2026-11-21).

use crate::demo_data::clock::{SECOND, epoch_seconds, iso};
use crate::demo_data::formats::File;
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::story::{CANARIES, GCP_REGION, INVOICES_UPDATE, PROJECT, Service};

const PREFIX: &str = "urn:pulumi:production::shop-gcp::";
const STACK: &str = "pulumi:pulumi:Stack";
const RUN: &str = "gcp:cloudrunv2/service:Service";
const BUCKET: &str = "gcp:storage/bucket:Bucket";
const PROVIDER: &str = "urn:pulumi:production::shop-gcp::pulumi:providers:gcp::\
    default_8_29_0::6f1d9a02-7c4b-4e85-9d3a-1b0c2d4e6f87";

/// A resource of the stack.
struct Resource {
    kind: &'static str,
    name: &'static str,
    id: String,
    outputs: Json,
}

/// Event log and export.
pub(crate) fn files() -> Vec<File> {
    let log: String = events().iter().map(|event| format!("{event}\n")).collect();
    vec![
        File::document("iac/pulumi/shop-gcp-production-events.jsonl", log),
        File::document(
            "iac/pulumi/shop-gcp-production-export.json",
            export().pretty(),
        ),
    ]
}

fn urn(kind: &str, name: &str) -> String {
    format!("{PREFIX}{kind}::{name}")
}

fn labels(service: Service) -> Json {
    object! { "env" => "production", "service" => service.name(), "team" => service.team() }
}

fn run_service(service: Service, image: &str) -> Resource {
    let name = service.name();
    let id = format!("projects/{PROJECT}/locations/{GCP_REGION}/services/{name}");
    let outputs = object! {
        "id" => &id,
        "labels" => labels(service),
        "location" => GCP_REGION,
        "name" => name,
        "project" => PROJECT,
        "template" => object! {
            "containers" => list![object! {
                "image" => format!("{GCP_REGION}-docker.pkg.dev/{PROJECT}/shop/{name}:{image}"),
            }],
        },
        "uri" => format!("https://{name}-4711.{GCP_REGION}.run.app"),
    };
    Resource {
        kind: RUN,
        name,
        id,
        outputs,
    }
}

fn bucket(retention: u64) -> Resource {
    let name = "shop-invoices-archive";
    let outputs = object! {
        "id" => name,
        "labels" => labels(Service::Invoices).with("retention", format!("{retention}-years")),
        "location" => "EUROPE-WEST1",
        "name" => name,
        "project" => PROJECT,
        "selfLink" => format!("https://www.googleapis.com/storage/v1/b/{name}"),
        "url" => format!("gs://{name}"),
    };
    Resource {
        kind: BUCKET,
        name: "invoices-archive",
        id: name.to_owned(),
        outputs,
    }
}

fn parent(kind: &str) -> String {
    if kind == STACK {
        String::new()
    } else {
        urn(STACK, "shop-gcp-production")
    }
}

fn state(resource: &Resource, outputs: bool) -> Json {
    object! {
        "type" => resource.kind,
        "urn" => urn(resource.kind, resource.name),
        "custom" => resource.kind != STACK,
        "id" => &resource.id,
        "parent" => parent(resource.kind),
        "inputs" => object! {},
        "outputs" => if outputs { resource.outputs.clone() } else { object! {} },
        "provider" => if resource.kind == STACK { "" } else { PROVIDER },
    }
}

fn metadata(
    operation: &str,
    old: &Resource,
    new: &Resource,
    changed: &[&str],
    ended: bool,
) -> Json {
    let mut metadata = object! {
        "op" => operation,
        "urn" => urn(new.kind, new.name),
        "type" => new.kind,
        "old" => state(old, true),
        "new" => state(new, ended),
    };
    if !changed.is_empty() {
        let detailed = changed
            .iter()
            .map(|path| {
                (
                    path.to_string(),
                    object! { "diffKind" => "update", "inputDiff" => false },
                )
            })
            .collect();
        let roots: Vec<&str> = changed
            .iter()
            .map(|path| path.split(['.', '[']).next().unwrap_or(path))
            .collect();
        metadata = metadata
            .with("diffs", roots)
            .with("detailedDiff", Json::Map(detailed));
    }
    metadata
        .with("logical", true)
        .with("provider", if new.kind == STACK { "" } else { PROVIDER })
}

fn events() -> Vec<Json> {
    let (start, end) = INVOICES_UPDATE;
    let mut events = Vec::new();
    let mut add = |time, name: &str, event: Json| {
        let sequence = events.len();
        events.push(object! {
            "sequence" => sequence, "timestamp" => epoch_seconds(time), name => event,
        });
    };
    let config = object! { "gcp:project" => PROJECT, "shop-gcp:signingKey" => "[secret]" };
    add(start, "preludeEvent", object! { "config" => config });
    let stack = || Resource {
        kind: STACK,
        name: "shop-gcp-production",
        id: String::new(),
        outputs: object! {},
    };
    let worker = || run_service(Service::OrderWorker, "1.14.0");
    let both = |operation, old: &Resource, new: &Resource, changed: &[&str], ended| {
        object! { "metadata" => metadata(operation, old, new, changed, ended) }
    };
    add(
        start + SECOND,
        "resourcePreEvent",
        both("same", &stack(), &stack(), &[], false),
    );
    add(
        start + SECOND,
        "resourcePreEvent",
        both("same", &worker(), &worker(), &[], false),
    );
    add(
        start + SECOND,
        "resOutputsEvent",
        both("same", &worker(), &worker(), &[], true),
    );
    let label = ["labels.retention"];
    add(
        start + 2 * SECOND,
        "resourcePreEvent",
        both("update", &bucket(8), &bucket(10), &label, false),
    );
    add(
        start + 4 * SECOND,
        "resOutputsEvent",
        both("update", &bucket(8), &bucket(10), &label, true),
    );
    let image = ["template.containers[0].image"];
    let old = run_service(Service::Invoices, "2.6.3");
    let new = run_service(Service::Invoices, "2.6.4");
    add(
        start + 4 * SECOND,
        "resourcePreEvent",
        both("update", &old, &new, &image, false),
    );
    add(
        end - SECOND,
        "resOutputsEvent",
        both("update", &old, &new, &image, true),
    );
    add(
        end,
        "resOutputsEvent",
        both("same", &stack(), &stack(), &[], true),
    );
    let summary = object! {
        "maybeCorrupt" => false,
        "durationSeconds" => (end - start) / SECOND,
        "resourceChanges" => object! { "same" => 2, "update" => 2 },
        "PolicyPacks" => object! {},
        "isPreview" => false,
    };
    add(end, "summaryEvent", summary);
    events
}

/// Output of `pulumi stack export` after the deployment.
fn export() -> Json {
    let (start, end) = INVOICES_UPDATE;
    let entry = |resource: &Resource, modified| {
        object! {
            "urn" => urn(resource.kind, resource.name),
            "custom" => resource.kind != STACK,
            "id" => &resource.id,
            "type" => resource.kind,
            "inputs" => object! { "project" => PROJECT },
            "outputs" => &resource.outputs,
            "parent" => urn(STACK, "shop-gcp-production"),
            "provider" => PROVIDER,
            "created" => "2025-11-03T09:14:27Z",
            "modified" => modified,
        }
    };
    let earlier = "2026-04-21T08:02:51Z".to_owned();
    let mailer = Resource {
        kind: "kubernetes:apps/v1:Deployment",
        name: "mailer",
        id: "shop/mailer".to_owned(),
        outputs: object! {
            "metadata" => object! {
                "name" => "mailer", "namespace" => "shop", "labels" => labels(Service::Mailer),
            },
        },
    };
    let key = Resource {
        kind: "random:index/randomPassword:RandomPassword",
        name: "signing-key",
        id: "none".to_owned(),
        outputs: object! {
            "length" => 32,
            "result" => object! {
                "4dabf18193072939515e22adb298388d" => "1b47061264138c4ac30d75fd1eb44270",
                "plaintext" => format!("\"{}\"", CANARIES[5]),
            },
        },
    };
    object! {
        "version" => 3,
        "deployment" => object! {
            "manifest" => object! {
                "time" => iso(end), "magic" => "", "version" => "v3.167.0",
            },
            "secrets_providers" => object! { "type" => "passphrase" },
            "resources" => list![
                object! {
                    "urn" => urn(STACK, "shop-gcp-production"),
                    "custom" => false,
                    "type" => STACK,
                    "created" => "2025-11-03T09:14:20Z",
                    "modified" => "2025-11-03T09:14:20Z",
                },
                entry(&run_service(Service::OrderWorker, "1.14.0"), earlier.clone()),
                entry(&run_service(Service::Invoices, "2.6.4"), iso(end - SECOND)),
                entry(&bucket(10), iso(start + 4 * SECOND)),
                entry(&mailer, earlier.clone()),
                entry(&key, earlier),
            ],
            "metadata" => object! {},
        },
    }
}
