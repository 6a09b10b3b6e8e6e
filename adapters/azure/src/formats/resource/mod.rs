//! Azure resource logs: what resources and the applications on them write, any category.

use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;

use crate::record::{Head, Kind, RecordDecoder, extras, kind};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure resource logs of any category: platform services, App Service, Functions, Container Apps, AKS",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(Resource)),
});

const NAME: &str = "azure.resource";

/// Reads resource logs.
#[derive(Debug)]
pub struct Resource;

impl Format for Resource {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let resource = Head::resource(fields);
        let head = Head::of(fields, &resource);
        match kind(&head) {
            Kind::Resource if head.resource.starts_with('/') => Confidence(85),
            Kind::Resource => Confidence(60),
            _ => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        Head::may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RecordDecoder::new(NAME, Kind::Resource))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        extras::found(raw, &EXTRAS, Some(more), found);
    }
}

/// What was pushed to a registry of containers, or pulled: others call other things by these names.
fn more(values: &extras::Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    if let Some(registry) = values.text(&["loginServer"]) {
        found("registry", &registry);
        for (name, word) in [
            ("repository", "repository"),
            ("tag", "tag"),
            ("digest", "digest"),
            ("size", "bytes"),
        ] {
            if let Some(value) = values.text(&[name]) {
                found(word, &value);
            }
        }
    }
}

const EXTRAS: [(&str, &str); 11] = [
    // OpenAI, IoT Hub, Backup.
    ("modelDeploymentName", "model"),
    ("deviceId", "device"),
    ("JobFailureCode", "error_code"),
    // Batch.
    ("jobId", "job"),
    ("executionInfo.exitCode", "exit_code"),
    ("failureInfo.code", "error_code"),
    ("Stream", "stream"),
    ("LogSource", "stream"),
    ("Namespace", "namespace"),
    ("Protocol", "protocol"),
    ("containerId", "container_id"),
];
