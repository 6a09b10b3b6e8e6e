//! What security groups of a template let reach what.

use nepho_core::feed::FeedOutput;
use nepho_iac_common::edges::key_of;
use nepho_iac_common::permits::plain::{self, Thing};
use serde_json::{Map, Value};

use super::declared::Declared;
use super::edges::call;
use super::names::resolve;

/// Values within values are followed so far.
const DEPTH: usize = 16;
/// Attribute that is the range of a network, and the property that has it.
const RANGE: &str = "CidrBlock";

/// Adds the relations; those from number `told` on are of this template.
pub(super) fn tell(
    declared: &Declared<'_>,
    resources: &Map<String, Value>,
    told: usize,
    out: &mut FeedOutput,
) {
    let looked_at = declared.known.iter().filter(|(_, kind)| !kind.is_empty());
    let described: Vec<(&str, &str, String, Value)> = looked_at
        .map(|(logical, kind)| {
            let body = resources
                .get(*logical)
                .and_then(|body| body.get("Properties"));
            let body = body.filter(|_| plain::is_looked_at(kind)).cloned();
            let read = Reading {
                declared,
                resources,
            };
            let properties = read.settled(&plain::pick(body.unwrap_or_default()), 0);
            (*logical, *kind, declared.key(logical), properties)
        })
        .collect();
    let things: Vec<Thing<'_>> = described
        .iter()
        .map(|(logical, kind, key, properties)| Thing {
            key,
            label: logical,
            resource_type: kind,
            parent: None,
            properties,
        })
        .collect();
    let place = ("cloudformation", declared.document.uri);
    plain::relate(
        &things,
        &|id| key_of("", id),
        place,
        told,
        &mut out.relations,
    );
}

struct Reading<'r, 'd> {
    declared: &'r Declared<'d>,
    resources: &'r Map<String, Value>,
}

impl Reading<'_, '_> {
    /// A value with keys for references to resources, and what the template tells of the rest.
    fn settled(&self, value: &Value, depth: usize) -> Value {
        match value {
            _ if depth > DEPTH => Value::Null,
            Value::Array(list) => {
                let list = list.iter().map(|value| self.settled(value, depth + 1));
                Value::Array(list.collect())
            }
            Value::Object(map) => match call(map) {
                Some((name, argument)) => self.called(name, argument, value, depth),
                None => {
                    let settled = map
                        .iter()
                        .map(|(name, value)| (name.clone(), self.settled(value, depth + 1)));
                    Value::Object(settled.collect())
                }
            },
            value => value.clone(),
        }
    }

    fn called(&self, name: &str, argument: &Value, value: &Value, depth: usize) -> Value {
        let resource = |logical: &str| match self.declared.known.contains_key(logical) {
            true => Some(Value::String(self.declared.key(logical))),
            false => None,
        };
        let (logical, attribute) = match (name, argument) {
            ("Ref", Value::String(logical)) => (logical.as_str(), ""),
            ("Fn::GetAtt", Value::String(text)) => text.split_once('.').unwrap_or((text, "")),
            ("Fn::GetAtt", Value::Array(parts)) => {
                let part = |at: usize| parts.get(at).and_then(Value::as_str).unwrap_or_default();
                (part(0), part(1))
            }
            ("Fn::If", Value::Array(parts)) => {
                let either = parts
                    .iter()
                    .skip(1)
                    .map(|part| self.settled(part, depth + 1));
                return Value::Array(either.collect());
            }
            _ => ("", ""),
        };
        let root = &self.declared.template.root;
        let told = |value: &Value| {
            let text = resolve(value, root, &self.declared.scope);
            text.map_or(Value::Null, Value::String)
        };
        if attribute == RANGE {
            let network = self.resources.get(logical);
            let range = network.and_then(|body| body.get("Properties")?.get(RANGE));
            return range.map_or(Value::Null, told);
        }
        resource(logical).unwrap_or_else(|| told(value))
    }
}
