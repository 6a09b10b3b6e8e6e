//! Finds the data, and the instances of resources in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder `../shared/iac`; `None` where it is absent.
pub(super) fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let folder = root.parent()?.join("shared").join("iac");
    folder.is_dir().then_some(folder)
}

/// All files below a folder, in order.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A file as JSON; `None` if it is none.
pub(super) fn json(path: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

/// A resource that existed: its type and attributes.
pub(super) struct Instance {
    /// Terraform type.
    pub(super) kind: String,
    /// Attributes as the provider told them.
    attributes: Value,
}

impl Instance {
    /// Value of an attribute that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let value = self.attributes.get(name).and_then(Value::as_str);
        value.filter(|value| !value.is_empty())
    }
}

/// Managed instances of all states and recordings, each once.
pub(super) fn instances(folder: &Path) -> Vec<Instance> {
    let mut known = BTreeSet::new();
    let mut instances = Vec::new();
    for path in files(&folder.join("terraform")) {
        let Some(document) = json(&path) else {
            continue;
        };
        let mut add = |kind: &str, attributes: &Value| {
            if known.insert(format!("{kind} {attributes}")) {
                instances.push(Instance {
                    kind: kind.to_owned(),
                    attributes: attributes.clone(),
                });
            }
        };
        match document.get("resources") {
            Some(Value::Array(resources)) => {
                for resource in resources {
                    of_state(resource, &mut add);
                }
            }
            // Recordings of tests: type, then name, then attributes.
            Some(Value::Object(types)) if document.get("pytest-terraform").is_some() => {
                for (kind, resources) in types {
                    for attributes in resources
                        .as_object()
                        .into_iter()
                        .flat_map(|map| map.values())
                    {
                        add(kind, attributes);
                    }
                }
            }
            _ => {}
        }
    }
    instances
}

fn of_state(resource: &Value, add: &mut impl FnMut(&str, &Value)) {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let (Some("managed"), Some(kind)) = (text("mode"), text("type")) else {
        return;
    };
    let list = resource.get("instances").and_then(Value::as_array);
    for instance in list.into_iter().flatten() {
        if let Some(attributes) = instance.get("attributes") {
            add(kind, attributes);
        }
    }
}
