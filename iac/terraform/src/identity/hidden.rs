//! Paths that a document marks as sensitive: they are never read, even when they are on the allow
//! list.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Paths of sensitive values, without the positions in lists: one hidden element hides all.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    everything: bool,
    paths: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(rename = "type")]
    kind: String,
    value: Value,
}

impl Hidden {
    /// From `sensitive_attributes` of a state: a list of paths of steps.
    ///
    /// What has another shape hides everything: better no resource than a secret.
    pub fn from_state(sensitive: Option<&str>) -> Self {
        let Some(text) = sensitive.filter(|text| !matches!(*text, "null" | "[]")) else {
            return Self::default();
        };
        let Ok(paths) = serde_json::from_str::<Vec<Vec<Step>>>(text) else {
            return Self {
                everything: true,
                paths: BTreeSet::new(),
            };
        };
        let mut hidden = Self::default();
        for steps in paths {
            let path = steps
                .iter()
                .filter_map(step_name)
                .collect::<Vec<_>>()
                .join(".");
            hidden.everything |= path.is_empty();
            hidden.paths.insert(path);
        }
        hidden
    }

    /// From `sensitive_values`, `before_sensitive` or `after_sensitive`: `true` at every place that
    /// is sensitive.
    pub fn from_mirror(sensitive: Option<&RawValue>) -> Self {
        let Some(text) = sensitive.map(RawValue::get) else {
            return Self::default();
        };
        let mut hidden = Self::default();
        match serde_json::from_str::<Value>(text) {
            Ok(mirror) => hidden.collect(&mirror, ""),
            Err(_) => hidden.everything = true,
        }
        hidden
    }

    fn collect(&mut self, mirror: &Value, path: &str) {
        match mirror {
            Value::Bool(true) if path.is_empty() => self.everything = true,
            Value::Bool(true) => {
                self.paths.insert(path.to_owned());
            }
            Value::Array(elements) => elements
                .iter()
                .for_each(|element| self.collect(element, path)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    let child = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.collect(field, &child);
                }
            }
            _ => {}
        }
    }

    /// Whether nothing is sensitive.
    fn is_nothing(&self) -> bool {
        !self.everything && self.paths.is_empty()
    }

    /// Whether a tag in the map of tags at `path` is sensitive.
    pub(super) fn covers_tag(&self, path: &str, tag: &str) -> bool {
        !self.is_nothing() && self.covers(&format!("{path}.{tag}"))
    }

    /// Whether the value at `path`, or something it lies in, is sensitive.
    pub fn covers(&self, path: &str) -> bool {
        if self.is_nothing() {
            return false;
        }
        self.everything
            || self.paths.contains(path)
            || path.match_indices('.').any(|(dot, _)| {
                path.get(..dot)
                    .is_some_and(|outer| self.paths.contains(outer))
            })
    }
}

/// Name of a step of a path: an attribute or the key of a map; positions in lists have none.
fn step_name(step: &Step) -> Option<String> {
    let value = if step.kind == "index" {
        step.value.get("value").unwrap_or(&step.value)
    } else {
        &step.value
    };
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn both_spellings_hide_the_value_and_what_lies_in_it() {
        let state = raw(r#"[[{"type":"get_attr","value":"endpoint"}],
                [{"type":"get_attr","value":"a"},{"type":"index","value":{"value":0,"type":"number"}},{"type":"get_attr","value":"b"}]]"#);
        let mirror = raw(r#"{"endpoint":true,"a":[{"b":true,"c":false}],"tags":{}}"#);
        for hidden in [
            Hidden::from_state(Some(state.get())),
            Hidden::from_mirror(Some(&mirror)),
        ] {
            assert!(hidden.covers("endpoint") && hidden.covers("a.b") && hidden.covers("a.b.x"));
            assert!(!hidden.covers("a") && !hidden.covers("a.c") && !hidden.covers("tags.team"));
        }
    }

    #[test]
    fn an_unknown_shape_hides_everything() {
        assert!(Hidden::from_state(Some(r#"["endpoint"]"#)).covers("id"));
        assert!(Hidden::from_mirror(Some(&raw("true"))).covers("id"));
        assert!(!Hidden::from_mirror(Some(&raw("false"))).covers("id"));
        assert!(!Hidden::from_state(None).covers("id"));
    }
}
