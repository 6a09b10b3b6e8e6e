//! Resources and operations as a deployment holds them.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_iac_common::fingerprint;
use nepho_iac_common::permits::plain;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::identity::{Described, Known, Properties, remove_secrets};
use crate::reason::SECRET;
use crate::urn::Urn;

/// A resource that Pulumi manages.
pub(super) struct Managed<'a> {
    /// The resource in the document.
    pub(super) text: &'a str,
    /// Its name in Pulumi.
    pub(super) urn: String,
    /// Type token.
    pub(super) kind: String,
    /// Whether a provider made it; the others are groups.
    pub(super) is_custom: bool,
    /// Whether it is only looked at, not managed.
    pub(super) is_external: bool,
    /// Whether it was replaced and is still to be deleted.
    pub(super) is_pending_delete: bool,
    /// Whether it is marked to be replaced by the next run.
    pub(super) is_tainted: bool,
    /// Whether the cloud keeps it when Pulumi lets go of it.
    pub(super) is_retained: bool,
    /// When it was created.
    pub(super) created: Option<Timestamp>,
    /// When its state was last altered.
    pub(super) modified: Option<Timestamp>,
    /// For each input a number that differs where the values differ.
    pub(super) prints: BTreeMap<String, u64>,
    /// Resource whose deletion deletes this one as well.
    pub(super) deleted_with: Option<String>,
    /// Resource that it is grouped under.
    pub(super) group: Option<String>,
    /// URNs of what it depends on.
    pub(super) dependencies: Vec<String>,
    /// The same by the property that depends on it.
    pub(super) property_dependencies: BTreeMap<String, Option<Vec<String>>>,
    /// Id that the provider gave; empty before it exists.
    pub(super) id: String,
    is_pending_replacement: bool,
    pub(super) properties: Properties,
    /// Properties by which network rules are told, of types that have some.
    pub(super) rules: Option<Value>,
}

/// An operation that was under way when the state was written.
pub(super) struct PendingOperation<'a> {
    /// `creating`, `updating`, `deleting`, `reading`, `importing`.
    pub(super) kind: String,
    /// Resource that it is about.
    pub(super) resource: Managed<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    urn: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    custom: bool,
    #[serde(default)]
    delete: bool,
    #[serde(default)]
    external: bool,
    #[serde(default)]
    taint: bool,
    #[serde(default)]
    pending_replacement: bool,
    id: Option<String>,
    parent: Option<String>,
    deleted_with: Option<String>,
    created: Option<String>,
    modified: Option<String>,
    #[serde(default)]
    retain_on_delete: bool,
    dependencies: Option<Vec<String>>,
    property_dependencies: Option<BTreeMap<String, Option<Vec<String>>>>,
    additional_secret_outputs: Option<Vec<String>>,
    #[serde(borrow)]
    inputs: Option<&'a RawValue>,
    #[serde(borrow)]
    outputs: Option<&'a RawValue>,
}

impl<'a> Managed<'a> {
    /// Reads a resource, or says why it cannot be read. The words of the parser are not used, for
    /// they quote values.
    pub(super) fn read(text: &'a str) -> Result<Self, &'static str> {
        let wire: Wire<'a> = serde_json::from_str(text)
            .map_err(|_| "the resource has no `urn`, or a field of another type than expected")?;
        let Some(urn) = Urn::parse(&wire.urn) else {
            return Err("the `urn` of the resource is none");
        };
        let hidden = wire.additional_secret_outputs.unwrap_or_default();
        let inputs = Properties::read(wire.inputs, &hidden);
        let kind = wire.kind.unwrap_or_else(|| urn.kind.to_owned());
        let rules = wire
            .outputs
            .or(wire.inputs)
            .filter(|_| plain::is_looked_at(&kind));
        let rules = rules.and_then(|json| serde_json::from_str(json.get()).ok());
        Ok(Self {
            text,
            rules: rules.map(|rules| picked(rules, &hidden)),
            kind,
            is_custom: wire.custom,
            is_external: wire.external,
            is_tainted: wire.taint,
            is_pending_delete: wire.delete,
            is_pending_replacement: wire.pending_replacement,
            id: wire.id.unwrap_or_default(),
            group: wire.parent.filter(|parent| !parent.is_empty()),
            is_retained: wire.retain_on_delete,
            created: time(wire.created),
            modified: time(wire.modified),
            prints: prints(wire.inputs),
            deleted_with: wire.deleted_with.filter(|with| !with.is_empty()),
            dependencies: wire.dependencies.unwrap_or_default(),
            property_dependencies: wire.property_dependencies.unwrap_or_default(),
            properties: Properties::read(wire.outputs, &hidden).or(inputs),
            urn: wire.urn,
        })
    }

    /// Whether it is there in a cloud.
    pub(super) fn exists(&self) -> bool {
        self.is_custom && !self.is_pending_replacement
    }

    /// What identifies it.
    pub(super) fn described(&self) -> Described<'_> {
        Described {
            urn: &self.urn,
            kind: &self.kind,
            id: &self.id,
            properties: &self.properties,
        }
    }

    /// Canonical id of the resource that it is a facet of: what the property depends on, else what
    /// it names.
    pub(super) fn parent(&self, keys: &BTreeMap<String, String>, known: &Known) -> Option<String> {
        let described = self.described();
        let property = described.parent_property();
        let named =
            property.and_then(|property| self.property_dependencies.get(property)?.as_ref());
        match named.map(Vec::as_slice) {
            Some([urn]) if keys.contains_key(urn) => keys.get(urn).cloned(),
            _ => described.parent(known),
        }
    }
}

/// Properties by which network rules are told, without secrets.
fn picked(mut properties: Value, hidden: &[String]) -> Value {
    if let Value::Object(map) = &mut properties {
        map.retain(|name, _| !hidden.contains(name));
    }
    remove_secrets(&mut properties);
    plain::pick(properties)
}

/// A time; year 1 stands for none.
fn time(text: Option<String>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&text?).filter(|time| time.0 > 0)
}

/// Stands for a secret whose text is encrypted: the same secret is encrypted anew at will.
const ENCRYPTED: u64 = 1;

/// Numbers of the inputs, without those that the engine and the SDKs add.
fn prints(inputs: Option<&RawValue>) -> BTreeMap<String, u64> {
    let fields: BTreeMap<String, &RawValue> = inputs
        .and_then(|inputs| serde_json::from_str(inputs.get()).ok())
        .unwrap_or_default();
    let print = |json: &str| match json.contains(SECRET) && json.contains("\"ciphertext\"") {
        true => ENCRYPTED,
        false => fingerprint::of_json(json),
    };
    fields
        .into_iter()
        .filter(|(name, _)| !name.starts_with("__"))
        .map(|(name, value)| (name, print(value.get())))
        .collect()
}

impl<'a> PendingOperation<'a> {
    /// Reads an operation, or says why it cannot be read.
    pub(super) fn read(text: &'a str) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Operation<'a> {
            #[serde(borrow)]
            resource: &'a RawValue,
            #[serde(rename = "type")]
            kind: String,
        }
        let operation: Operation<'a> = serde_json::from_str(text)
            .map_err(|_| "the pending operation has no `resource` or no `type`")?;
        Ok(Self {
            kind: operation.kind,
            resource: Managed::read(operation.resource.get())?,
        })
    }
}
