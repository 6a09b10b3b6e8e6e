//! What a resource takes from other stacks: the values of their outputs, which a `StackReference`
//! holds, found again in the inputs of the resource.
//!
//! Outputs are compared in memory. Of one that names a resource by its id, or an end point by its
//! host, the name of the output and that key are kept.
//!
//! Source: `pkg/resource/deploy/builtins.go` (`readStackReference`) of pulumi/pulumi, read
//! 2026-11-29.

use std::collections::BTreeMap;

use nepho_iac_common::{edges, variables};
use serde::Deserialize;
use serde_json::Value;

use super::wire::Managed;
use crate::identity::{remove_secrets, texts_below};

/// Type of the resource that reads another stack.
const REFERENCE: &str = "pulumi:pulumi:StackReference";

/// Outputs of the stacks that this one refers to, by the URN of the reference.
pub(super) struct Stacks<'r>(BTreeMap<&'r str, Other>);

/// Another stack.
struct Other {
    /// `ORGANIZATION/PROJECT/STACK`.
    name: String,
    /// Outputs by value: name, and the key that the value is.
    outputs: BTreeMap<String, (String, String)>,
}

/// What a resource takes from another stack.
pub(super) struct Taken<'r> {
    /// Path of the property.
    pub(super) path: String,
    /// Key of what it names.
    pub(super) key: &'r str,
    /// Output of the other stack.
    pub(super) output: &'r str,
    /// Name of the other stack.
    pub(super) stack: &'r str,
}

#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    inputs: Value,
    #[serde(default)]
    outputs: Value,
}

impl<'r> Stacks<'r> {
    /// The stacks that these resources refer to.
    pub(super) fn of(resources: &'r [Managed<'_>]) -> Self {
        let references = resources.iter().filter(|managed| managed.kind == REFERENCE);
        let stacks = references.filter_map(|managed| {
            let parts: Parts = serde_json::from_str(managed.text).ok()?;
            Some((managed.urn.as_str(), Other::of(managed, parts.outputs)))
        });
        Self(stacks.collect())
    }

    /// What the properties of a resource that depend on other stacks take from them.
    pub(super) fn taken(&self, managed: &Managed<'_>) -> Vec<Taken<'_>> {
        let mut taken = Vec::new();
        let named = |urns: &Option<Vec<String>>| -> Vec<&Other> {
            let urns = urns.iter().flatten();
            urns.filter_map(|urn| self.0.get(urn.as_str())).collect()
        };
        let properties = managed.property_dependencies.iter();
        let properties: Vec<(&String, Vec<&Other>)> = properties
            .map(|(property, urns)| (property, named(urns)))
            .filter(|(_, others)| !others.is_empty())
            .collect();
        if properties.is_empty() {
            return taken;
        }
        let parts: Option<Parts> = serde_json::from_str(managed.text).ok();
        let mut inputs = parts.map(|parts| parts.inputs).unwrap_or_default();
        remove_secrets(&mut inputs);
        for (property, others) in properties {
            let Some(value) = inputs.get(property) else {
                continue;
            };
            texts_below(value, property, &mut |path, text| {
                for other in &others {
                    if let Some((output, key)) = other.outputs.get(text) {
                        taken.push(Taken {
                            path: path.to_owned(),
                            key,
                            output,
                            stack: &other.name,
                        });
                    }
                }
            });
        }
        taken
    }
}

impl Other {
    fn of(managed: &Managed<'_>, mut state: Value) -> Self {
        let secret: Vec<String> = state
            .get("secretOutputNames")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        remove_secrets(&mut state);
        let mut outputs = BTreeMap::new();
        let values = state.get("outputs").and_then(Value::as_object);
        for (output, value) in values.into_iter().flatten() {
            if secret.contains(output) {
                continue;
            }
            texts_below(value, output, &mut |_, text| {
                let host = || variables::key_of(text).filter(|(_, is_own)| !is_own);
                let key = edges::key_of("", text).or_else(|| Some(host()?.0));
                if let Some(key) = key {
                    outputs.insert(text.to_owned(), (output.clone(), key));
                }
            });
        }
        Self {
            name: managed.id.clone(),
            outputs,
        }
    }
}
