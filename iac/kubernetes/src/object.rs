//! An object of Kubernetes: who it is.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{Change, NodeKind, Relation, RelationKind};
use nepho_core::{Timestamp, tables::ChangeAction, tables::ChangeOutcome};
use serde_json::Value;

use crate::kinds;
use crate::value::{at, text, time};

/// An object, with what it is called.
#[derive(Clone, Copy)]
pub(crate) struct Object<'a> {
    pub(crate) value: &'a Value,
    pub(crate) group: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) place: Place<'a>,
}

/// Where an object stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) uri: &'a str,
    pub(crate) line: u64,
}

impl<'a> Object<'a> {
    /// The object in `value`.
    ///
    /// # Errors
    /// What is missing.
    pub(crate) fn of(value: &'a Value, place: Place<'a>) -> Result<Self, &'static str> {
        let version = text(value, &["apiVersion"]).ok_or("an object without `apiVersion`")?;
        let kind = text(value, &["kind"]).ok_or("an object without `kind`")?;
        let name = text(value, &["metadata", "name"]).ok_or("an object without a name")?;
        let fits = |word: &str| !word.contains(['/', ' ', '\n']);
        if !fits(kind) || !fits(name) {
            return Err("a name that no object can have");
        }
        Ok(Self {
            value,
            group: kinds::group_of(version),
            kind,
            namespace: text(value, &["metadata", "namespace"]).unwrap_or_default(),
            name,
            place,
        })
    }

    /// Canonical id.
    pub(crate) fn key(&self) -> String {
        key::kubernetes("", self.group, self.kind, self.namespace, self.name)
    }

    /// `group/kind/namespace/name`.
    pub(crate) fn address(&self) -> String {
        address(self.group, self.kind, self.namespace, self.name)
    }

    /// `namespace/name`, or the name of what lies in no namespace.
    pub(crate) fn path(&self) -> String {
        match self.namespace {
            "" => self.name.to_owned(),
            namespace => format!("{namespace}/{}", self.name),
        }
    }

    /// Key of an object of the same namespace.
    pub(crate) fn neighbor(&self, group: &str, kind: &str, name: &str) -> String {
        let namespace = match kinds::is_cluster_wide(kind) {
            true => "",
            false => self.namespace,
        };
        key::kubernetes("", group, kind, namespace, name)
    }

    /// A label.
    pub(crate) fn label(&self, name: &str) -> Option<&'a str> {
        text(self.value, &["metadata", "labels", name])
    }

    /// An annotation.
    pub(crate) fn annotation(&self, name: &str) -> Option<&'a str> {
        text(self.value, &["metadata", "annotations", name])
    }

    /// When it was created.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        time(self.value, &["metadata", "creationTimestamp"])
    }

    /// Value at a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&'a Value> {
        at(self.value, path)
    }

    /// A change of this object; `run` tells it from others of the same tool.
    pub(crate) fn change(
        &self,
        tool: &str,
        run: &str,
        action: ChangeAction,
        outcome: ChangeOutcome,
        time: Option<Timestamp>,
    ) -> Change {
        let address = self.address();
        Change {
            id: format!("{tool}:{run}:{address}"),
            time,
            tool: tool.to_owned(),
            scope: self.namespace.to_owned(),
            run: run.to_owned(),
            action,
            outcome,
            resource: Some(self.key()),
            resource_type: self.kind.to_owned(),
            address,
            uri: self.place.uri.to_owned(),
            line: self.place.line,
            ..Change::default()
        }
    }

    /// Adds an edge from this object.
    pub(crate) fn edge(
        &self,
        kind: RelationKind,
        to: &str,
        evidence: impl Into<String>,
        out: &mut FeedOutput,
    ) {
        self.edge_of(&self.key(), kind, to, evidence, out);
    }

    /// Adds an edge that this object tells of.
    pub(crate) fn edge_of(
        &self,
        from: &str,
        kind: RelationKind,
        to: &str,
        evidence: impl Into<String>,
        out: &mut FeedOutput,
    ) {
        if from == to || to.is_empty() {
            return;
        }
        out.relations.push(Relation {
            from_kind: NodeKind::Resource,
            from: from.to_owned(),
            to_kind: NodeKind::Resource,
            to: to.to_owned(),
            kind,
            source: "kubernetes".to_owned(),
            confidence: 1.0,
            observations: 1,
            valid_from: self.created(),
            uri: self.place.uri.to_owned(),
            line: self.place.line,
            evidence: evidence.into(),
            ..Relation::default()
        });
    }
}

/// `group/kind/namespace/name`, without what is empty.
pub(crate) fn address(group: &str, kind: &str, namespace: &str, name: &str) -> String {
    let words = [group, kind, namespace, name];
    let told: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    told.join("/")
}
