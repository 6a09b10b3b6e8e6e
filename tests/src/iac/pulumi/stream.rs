//! An engine log as its JSON says it, read without the feed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Operations that the engine counts and that change something.
const COUNTED: [&str; 5] = ["create", "update", "delete", "replace", "import"];

/// What a log says of itself.
#[derive(Default)]
pub(super) struct Stream {
    /// Whether nothing was done, only shown.
    pub(super) is_preview: bool,
    /// `result` of the summary; logs of old have none.
    pub(super) result: Option<String>,
    /// Numbers of operations in the summary.
    pub(super) counted: BTreeMap<String, usize>,
    /// Numbers of operations on what is in no cloud: groups, stacks and providers.
    pub(super) of_groups: BTreeMap<String, usize>,
    /// Type and name of the resources of the clouds.
    pub(super) resources: BTreeSet<(String, String)>,
    /// URN of the resource whose change failed first.
    pub(super) first_failure: Option<String>,
    /// Whether any resource is named.
    pub(super) has_resources: bool,
    /// Steps of resources that began, and groups that did.
    open: BTreeSet<(String, String)>,
    open_groups: BTreeSet<(String, String)>,
    /// Replacements that were decided on and not made.
    unmade: usize,
    /// URNs of which the engine says that they are replaced.
    replaced: BTreeSet<String>,
}

impl Stream {
    /// Reads a log.
    pub(super) fn read(text: &str) -> Self {
        let events: Vec<Value> = serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .map_while(Result::ok)
            .collect();
        let mut stream = Self::default();
        for event in &events {
            if let Some(summary) = event.get("summaryEvent") {
                stream.summary(summary);
            }
            for name in ["resourcePreEvent", "resOutputsEvent", "resOpFailedEvent"] {
                let Some(step) = event.get(name) else {
                    continue;
                };
                stream.is_preview |= step["planning"] == true;
                stream.step(name, &step["metadata"]);
            }
        }
        // Groups are done as soon as they begin, but for a run that was interrupted.
        if stream.open.is_empty() {
            for (_, operation) in std::mem::take(&mut stream.open_groups) {
                *stream.of_groups.entry(operation).or_insert(0) += 1;
            }
        }
        stream
    }

    fn summary(&mut self, summary: &Value) {
        self.is_preview |= summary["isPreview"] == true;
        self.result = summary["result"].as_str().map(str::to_owned);
        for operation in COUNTED {
            let count = summary["resourceChanges"][operation].as_u64().unwrap_or(0);
            let mut count = usize::try_from(count).unwrap_or_default();
            if operation == "replace" {
                count = count.saturating_sub(self.unmade);
            }
            if count > 0 {
                self.counted.insert(operation.to_owned(), count);
            }
        }
    }

    fn step(&mut self, name: &str, metadata: &Value) {
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
        let (operation, urn, kind) = (text("op"), text("urn"), text("type"));
        self.has_resources = true;
        let own = urn.splitn(4, "::").nth(3).unwrap_or_default().to_owned();
        let resource = (kind.clone(), own);
        let is_custom = metadata["new"]["custom"] == true
            || metadata["old"]["custom"] == true
            || self.resources.contains(&resource);
        let is_begun = name == "resourcePreEvent";
        if is_custom && !kind.starts_with("pulumi:") {
            self.resources.insert(resource);
            if is_begun {
                self.open.insert((urn, operation));
                return;
            }
            for begun_as in [operation.as_str(), "refresh"] {
                self.open.remove(&(urn.clone(), begun_as.to_owned()));
            }
            match (name, operation.as_str()) {
                ("resOutputsEvent", "replace") => {
                    self.replaced.insert(urn);
                }
                // A refresh that fails is no change that failed.
                ("resOpFailedEvent", "refresh") | ("resOutputsEvent", _) => {}
                _ => self.fail(&operation, urn),
            }
            return;
        }
        let is_default = urn.contains("pulumi:providers:") && urn.contains("::default");
        if !COUNTED.contains(&operation.as_str()) || is_default {
            return;
        }
        let group = (urn, operation.clone());
        match name {
            "resourcePreEvent" if !is_custom => {
                self.open_groups.insert(group);
            }
            "resOutputsEvent" => {
                self.open_groups.remove(&group);
                *self.of_groups.entry(operation).or_insert(0) += 1;
            }
            _ => {}
        }
    }

    fn fail(&mut self, operation: &str, urn: String) {
        // The engine counts a replacement when it decides on it, also where making it fails later.
        self.unmade += usize::from(operation == "create-replacement" && self.replaced.remove(&urn));
        self.first_failure.get_or_insert(urn);
    }
}
