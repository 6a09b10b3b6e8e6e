//! What a part of a template refers to.

use std::collections::BTreeSet;

use nepho_iac_common::edges as table;
use serde_json::{Map, Value};

use crate::properties::visit_paths;

/// One reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Function by which it is made: `Ref`, `GetAtt`, `Sub`, `DependsOn`, `ImportValue`; empty for
    /// an id that stands there as it is.
    pub(super) function: &'static str,
    /// Logical id, the name of an export, or the key that an id is.
    pub(super) to: String,
    /// Where it stands, below the resource: `Properties.Roles.0`.
    pub(super) path: String,
    /// Whether it is made only under a condition.
    pub(super) is_conditional: bool,
}

/// References of a resource, in the order of the template.
pub(super) fn of_resource(
    resource: &Value,
    export: &dyn Fn(&Value) -> Option<String>,
) -> Vec<Reference> {
    let mut walk = Walk {
        path: Vec::new(),
        conditions: usize::from(resource.get("Condition").is_some()),
        export,
        found: Vec::new(),
    };
    for (name, value) in resource.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("DependsOn", Value::String(to)) => walk.note("DependsOn", to, "DependsOn"),
            ("DependsOn", Value::Array(list)) => {
                for to in list.iter().filter_map(Value::as_str) {
                    walk.note("DependsOn", to, "DependsOn");
                }
            }
            _ => walk.step(name, value),
        }
    }
    walk.found
}

/// Ids that stand as they are in properties of a resource that refer to others.
pub(super) fn literals(kind: &str, resource: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    let properties = resource.get("Properties").unwrap_or(&Value::Null);
    visit_paths(properties, "Properties", &mut |path, text| {
        let is_call = |part: &str| part == "Ref" || part.starts_with("Fn::") && part != "Fn::If";
        if text.contains("${") || path.split('.').any(is_call) || !table::refers(kind, path) {
            return;
        }
        found.extend(table::key_of(path, text).map(|key| Reference {
            function: "",
            to: key,
            path: path.to_owned(),
            is_conditional: resource.get("Condition").is_some() || path.contains("Fn::If"),
        }));
    });
    found
}

/// References of any other part.
pub(super) fn of_value(value: &Value) -> Vec<Reference> {
    let mut walk = Walk {
        path: Vec::new(),
        conditions: 0,
        export: &|_| None,
        found: Vec::new(),
    };
    walk.visit(value);
    walk.found
}

/// Outputs of other stacks that a part refers to, with the logical ids of these, in order:
/// `Fn::GetAtt` and `Fn::Sub` of `STACK.Outputs.NAME`.
pub(super) fn outputs(value: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    visit_outputs(value, &mut found);
    found
}

fn visit_outputs(value: &Value, found: &mut BTreeSet<(String, String)>) {
    let mut note = |text: &str| {
        let output = text.split_once(".Outputs.");
        found.extend(output.map(|(stack, name)| (stack.to_owned(), name.to_owned())));
    };
    match value {
        Value::Array(list) => list.iter().for_each(|value| visit_outputs(value, found)),
        Value::Object(map) => match call(map) {
            Some(("Fn::GetAtt", Value::String(text))) => note(text),
            Some(("Fn::GetAtt", Value::Array(parts))) => {
                let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
                note(&parts.unwrap_or_default().join("."));
            }
            Some(("Fn::Sub", Value::String(text))) => {
                placeholders(text).into_iter().for_each(note);
            }
            Some(("Fn::Sub", Value::Array(parts))) => {
                let text = parts.first().and_then(Value::as_str).unwrap_or_default();
                placeholders(text).into_iter().for_each(&mut note);
                parts
                    .iter()
                    .skip(1)
                    .for_each(|part| visit_outputs(part, found));
            }
            _ => map.values().for_each(|value| visit_outputs(value, found)),
        },
        _ => {}
    }
}

struct Walk<'e> {
    path: Vec<String>,
    conditions: usize,
    export: &'e dyn Fn(&Value) -> Option<String>,
    found: Vec<Reference>,
}

impl Walk<'_> {
    fn step(&mut self, name: &str, value: &Value) {
        self.path.push(name.to_owned());
        self.visit(value);
        self.path.pop();
    }

    fn note(&mut self, function: &'static str, to: &str, path: &str) {
        self.found.push(Reference {
            function,
            to: to.to_owned(),
            path: path.to_owned(),
            is_conditional: self.conditions > 0,
        });
    }

    fn here(&mut self, function: &'static str, to: &str) {
        let path = self.path.join(".");
        self.note(function, to, &path);
    }

    fn visit(&mut self, value: &Value) {
        match value {
            Value::Array(list) => {
                for (number, value) in list.iter().enumerate() {
                    self.step(&number.to_string(), value);
                }
            }
            Value::Object(map) => match call(map) {
                Some((name, argument)) => self.visit_call(name, argument),
                None => map.iter().for_each(|(name, value)| self.step(name, value)),
            },
            _ => {}
        }
    }

    fn visit_call(&mut self, name: &str, argument: &Value) {
        match name {
            "Ref" => {
                if let Some(to) = argument.as_str() {
                    self.here("Ref", to);
                }
            }
            "Fn::GetAtt" => match argument {
                Value::String(text) => {
                    let to = text.split('.').next().unwrap_or(text);
                    self.here("GetAtt", to);
                }
                Value::Array(parts) => {
                    if let Some(to) = parts.first().and_then(Value::as_str) {
                        self.here("GetAtt", to);
                    }
                    // The attribute may be a reference to a parameter, not to a resource.
                }
                _ => {}
            },
            "Fn::Sub" => self.visit_sub(argument),
            "Fn::ImportValue" => {
                if let Some(name) = (self.export)(argument) {
                    self.here("ImportValue", &name);
                }
                self.step(name, argument);
            }
            "Fn::If" => {
                self.conditions += 1;
                self.step(name, argument);
                self.conditions -= 1;
            }
            _ => self.step(name, argument),
        }
    }

    fn visit_sub(&mut self, argument: &Value) {
        let (text, given) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(parts) => (
                parts.first().and_then(Value::as_str).unwrap_or_default(),
                parts.get(1).and_then(Value::as_object),
            ),
            _ => return,
        };
        for name in placeholders(text) {
            if given.is_some_and(|given| given.contains_key(name)) {
                continue;
            }
            let to = name.split('.').next().unwrap_or(name);
            self.here("Sub", to);
        }
        if let Some(given) = given {
            self.path.extend(["Fn::Sub".to_owned(), "1".to_owned()]);
            for (name, value) in given {
                self.step(name, value);
            }
            self.path.truncate(self.path.len().saturating_sub(2));
        }
    }
}

/// The function that a map with one member calls, and its argument.
pub(super) fn call(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.iter().next().filter(|_| map.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

/// Names in `${...}` of a text; `${!x}` is the text `${x}`.
pub(super) fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        rest = rest.get(start + 2..).unwrap_or_default();
        let Some(end) = rest.find('}') else {
            break;
        };
        let name = rest.get(..end).unwrap_or_default().trim();
        if !name.is_empty() && !name.starts_with('!') && !names.contains(&name) {
            names.push(name);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    names
}
