//! The resources that a template declares, and the relations between them.

use std::collections::BTreeMap;

use nepho_core::feed::{Document, FeedOutput};
use nepho_core::tables::{Reject, Relation, RelationKind, Resource};
use nepho_iac_common::edges::{Edge, Named, Naming};
use serde_json::Value;

use super::edges::{self, Reference};
use super::names::{export_key, output_key, resolve, scope_of};
use super::permits;
use super::value::Template;
use crate::cdk::path::{CdkPath, services};
use crate::properties::{Properties, parent_property};
use crate::stack::address_key;
use crate::variables;
use crate::wire::{CDK_METADATA, STACK};

/// Types of nested stacks; `Location` names the template of the second.
const NESTED: [&str; 2] = [STACK, "AWS::Serverless::Application"];

/// Metadata by which the CDK tells the construct.
const CDK_PATH: &str = "aws:cdk:path";

/// Adds what the template declares.
pub(super) fn tell(document: &Document<'_>, template: &Template, out: &mut FeedOutput) {
    let scope = scope_of(document.uri);
    let Some(resources) = template.root.get("Resources").and_then(Value::as_object) else {
        return;
    };
    let declared = Declared {
        document,
        template,
        tool: tool_of(resources.values()),
        exports: exports(&template.root, &scope),
        services: services(resources.iter().filter_map(|(logical, body)| {
            Some((logical.as_str(), kind_of(body)?, path_of(body)?))
        })),
        known: resources
            .iter()
            .map(|(logical, body)| (logical.as_str(), kind_of(body).unwrap_or_default()))
            .collect(),
        scope,
    };
    // In the order of the document, however maps are kept.
    let mut ordered: Vec<(&String, &Value)> = resources.iter().collect();
    ordered.sort_by_key(|(logical, _)| (declared.line(logical), *logical));
    let told = out.relations.len();
    for (logical, body) in ordered {
        let Some(kind) = kind_of(body) else {
            out.rejects.push(declared.reject(logical));
            continue;
        };
        if kind == CDK_METADATA {
            continue;
        }
        out.resources.push(declared.resource(logical, kind, body));
        let variables = declared.variables(logical, body);
        let mut relations = declared.relations(logical, kind, body);
        // A secret of a container is told by the name of its variable.
        relations.retain(|known| {
            let mut told = variables.iter();
            known.kind != RelationKind::Uses || told.all(|told| told.to != known.to)
        });
        relations.extend(variables);
        relations.extend(declared.nested(logical, body));
        out.relations.extend(relations);
    }
    permits::tell(&declared, resources, told, out);
}

fn kind_of(body: &Value) -> Option<&str> {
    body.get("Type")?.as_str()
}

fn path_of(body: &Value) -> Option<&str> {
    body.get("Metadata")?.get(CDK_PATH)?.as_str()
}

fn tool_of<'v>(mut bodies: impl Iterator<Item = &'v Value>) -> &'static str {
    let is_cdk = bodies.any(|body| path_of(body).is_some() || kind_of(body) == Some(CDK_METADATA));
    if is_cdk { "cdk" } else { "cloudformation" }
}

/// Ids of outputs, and of exports, by the logical id of the resource that they give something of.
fn exports(root: &Value, scope: &str) -> BTreeMap<String, Vec<String>> {
    let mut exports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let outputs = root.get("Outputs").and_then(Value::as_object);
    for (output, body) in outputs.into_iter().flatten() {
        let Some(value) = body.get("Value") else {
            continue;
        };
        let name = body.get("Export").and_then(|export| export.get("Name"));
        let name = name.and_then(|name| resolve(name, root, scope));
        let mut references = edges::of_value(value);
        references.dedup_by(|one, other| one.to == other.to);
        // What is put together of several resources is none of them.
        let is_of_one = references.len() == 1;
        for reference in references {
            let ids = exports.entry(reference.to).or_default();
            ids.extend(name.as_deref().map(export_key));
            ids.extend(is_of_one.then(|| output_key(scope, output)));
        }
    }
    exports
}

/// Name of the stack that a resource nests, as far as the place of its template tells it.
fn child_scope(body: &Value) -> Option<String> {
    let is_stack = NESTED.contains(&kind_of(body)?);
    let properties = body.get("Properties").filter(|_| is_stack)?;
    let place = properties
        .get("TemplateURL")
        .or_else(|| properties.get("Location"))?;
    let place = place.as_str()?.split(['?', '#']).next()?;
    let is_template = [".yaml", ".yml", ".json", ".template"]
        .iter()
        .any(|ending| place.ends_with(ending));
    is_template.then(|| scope_of(place))
}

pub(super) struct Declared<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) template: &'d Template,
    tool: &'static str,
    pub(super) scope: String,
    exports: BTreeMap<String, Vec<String>>,
    services: BTreeMap<String, String>,
    /// Types by logical id.
    pub(super) known: BTreeMap<&'d str, &'d str>,
}

impl Declared<'_> {
    pub(super) fn key(&self, logical: &str) -> String {
        address_key(self.tool, &self.scope, logical)
    }

    fn line(&self, logical: &str) -> u64 {
        self.template.lines.get(logical).copied().unwrap_or(1)
    }

    fn reject(&self, logical: &str) -> Reject {
        let reason = if logical.starts_with("Fn::") {
            "resources that a loop or a transform makes are not read"
        } else {
            "the resource has no `Type`"
        };
        Reject {
            uri: self.document.uri.to_owned(),
            start: 0,
            end: self.document.text.len() as u64,
            line: self.line(logical),
            reason: reason.to_owned(),
        }
    }

    fn resource(&self, logical: &str, kind: &str, body: &Value) -> Resource {
        let properties = body.get("Properties").cloned().and_then(Properties::of);
        let owner = properties
            .as_ref()
            .map(Properties::owner)
            .unwrap_or_default();
        let parent = properties.and_then(|found| found.declared_parent(kind));
        let parent = parent.filter(|parent| self.known.contains_key(parent.as_str()));
        let construct = path_of(body).map(|path| CdkPath::parse(path).construct);
        let exports = self.exports.get(logical).into_iter().flatten();
        Resource {
            key: self.key(logical),
            aliases: exports
                .cloned()
                .chain(path_of(body).map(|path| format!("cdk:{path}")))
                .collect(),
            resource_type: kind.to_owned(),
            name: owner
                .name
                .or(construct)
                .or_else(|| Some(logical.to_owned())),
            provider: kind.starts_with("AWS::").then(|| "aws".to_owned()),
            service: owner
                .service
                .or_else(|| self.services.get(logical).cloned()),
            team: owner.team,
            environment: owner.environment,
            tool: Some(self.tool.to_owned()),
            scope: Some(self.scope.clone()),
            address: Some(logical.to_owned()),
            parent: parent.map(|parent| self.key(&parent)),
            uri: self.document.uri.to_owned(),
            line: self.line(logical),
            ..Resource::default()
        }
    }

    /// Relations that the references of a resource stand for.
    fn relations(&self, logical: &str, kind: &str, body: &Value) -> Vec<Relation> {
        let export = |name: &Value| resolve(name, &self.template.root, &self.scope);
        let mut found: Vec<(Reference, String)> = Vec::new();
        for reference in edges::of_resource(body, &export) {
            let is_import = reference.function == "ImportValue";
            let to = match is_import {
                true => export_key(&reference.to),
                false if self.known.contains_key(reference.to.as_str()) => self.key(&reference.to),
                // A parameter or a pseudo parameter.
                false => continue,
            };
            found.push((reference, to));
        }
        for reference in edges::literals(kind, body) {
            let to = reference.to.clone();
            found.push((reference, to));
        }
        let named: Vec<Named<'_>> = found
            .iter()
            .map(|(reference, to)| Named {
                path: &reference.path,
                is_whole: true,
                key: to,
                resource_type: self.type_of(reference),
            })
            .collect();
        let own = self.key(logical);
        let naming = Naming {
            key: &own,
            resource_type: kind,
            parent: parent_property(kind),
            parent_key: None,
        };
        let mut relations: Vec<Relation> = Vec::new();
        for edge in nepho_iac_common::edges::edges(&naming, &named) {
            if let Some((reference, named)) = found.get(edge.place) {
                relations.push(self.relation(logical, edge, (reference, named)));
            }
        }
        relations.sort_by(|one, other| {
            (&one.evidence, &one.from, &one.to).cmp(&(&other.evidence, &other.from, &other.to))
        });
        relations
    }

    /// Relations to what the literal values of environment variables name.
    fn variables(&self, logical: &str, body: &Value) -> Vec<Relation> {
        let properties = body.get("Properties").cloned().and_then(Properties::of);
        let own = self.key(logical);
        let found = properties
            .map(|found| variables::relations(&own, logical, &found, &|_| None))
            .unwrap_or_default();
        let placed = |relation: Relation| Relation {
            uri: self.document.uri.to_owned(),
            line: self.line(logical),
            ..relation
        };
        found.into_iter().map(placed).collect()
    }

    /// Relations to what the outputs of nested stacks are of: another template tells it.
    fn nested(&self, logical: &str, body: &Value) -> Vec<Relation> {
        let resources = self.template.root.get("Resources");
        let mut relations = Vec::new();
        for (stack, output) in edges::outputs(body) {
            let scope = resources
                .and_then(|resources| resources.get(&stack))
                .and_then(child_scope);
            let Some(scope) = scope else { continue };
            relations.push(Relation {
                from: self.key(logical),
                to: output_key(&scope, &output),
                source: "cloudformation".to_owned(),
                confidence: 0.8,
                observations: 1,
                uri: self.document.uri.to_owned(),
                line: self.line(logical),
                evidence: format!("output {output} of the nested stack {stack}"),
                ..Relation::default()
            });
        }
        relations
    }

    fn type_of(&self, reference: &Reference) -> &str {
        let kind = self.known.get(reference.to.as_str());
        kind.copied().unwrap_or_default()
    }

    fn relation(&self, logical: &str, edge: Edge, named: (&Reference, &str)) -> Relation {
        let (
            Reference {
                function, path, to, ..
            },
            key,
        ) = named;
        let mut evidence = match *function {
            "" => format!("property `{}`", path.trim_start_matches("Properties.")),
            function => format!("`{function}` at `{path}` of `{logical}`"),
        };
        // The edge runs another way than the reference.
        if edge.to != key || edge.from != self.key(logical) {
            evidence.push_str(&format!(", which names `{to}`"));
        }
        Relation {
            from: edge.from,
            to: edge.to,
            kind: edge.kind,
            source: "cloudformation".to_owned(),
            confidence: if named.0.is_conditional { 0.7 } else { 0.95 },
            observations: 1,
            uri: self.document.uri.to_owned(),
            line: self.line(logical),
            evidence,
            ..Relation::default()
        }
    }
}
