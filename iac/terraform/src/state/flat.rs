//! State versions 1 to 3, Terraform 0.1 to 0.11: modules with flat attributes. Nothing in them is
//! marked as sensitive.
//!
//! | version | written by | differs in |
//! |---|---|---|
//! | 3 | 0.7 to 0.11 | `primary.tainted` |
//! | 2 | 0.6.17 to 0.6.18, development of 0.7 | lengths of maps are `.#` instead of `.%` |
//! | 1 | 0.3 to 0.6.16 | `tainted` is a list of objects beside `primary`; no lineage |
//!
//! Source: `internal/states/statefile/version1.go`, `version2.go` and `version3.go` of
//! github.com/hashicorp/terraform, read 2026-11-21.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nepho_core::feed::FeedOutput;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Failure, elements};
use crate::address;
use crate::graph::Instance;
use crate::identity::{Attributes, Prints};
use crate::place::{Places, describe};

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow)]
    path: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    resources: Option<BTreeMap<Cow<'a, str>, &'a RawValue>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    depends_on: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    primary: Option<Object<'a>>,
    #[serde(borrow)]
    deposed: Option<Vec<Option<Object<'a>>>>,
    /// Version 1.
    #[serde(borrow)]
    tainted: Option<Vec<Option<Object<'a>>>>,
    #[serde(borrow)]
    provider: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
    #[serde(borrow)]
    meta: Option<&'a RawValue>,
    tainted: Option<bool>,
}

/// Of the `meta` of an object, the version of its schema, a text.
#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow)]
    schema_version: Option<&'a RawValue>,
}

/// Instances of `modules`, each given to `take`; what cannot be read goes to the rejects.
pub(super) fn read<'a>(
    modules: &'a RawValue,
    places: &Places<'_>,
    out: &mut FeedOutput,
    take: &mut dyn FnMut(Instance),
) -> Result<(), Failure<'a>> {
    for part in elements(Some(modules))? {
        let module: Module<'_> = match serde_json::from_str(part.get()) {
            Ok(module) => module,
            Err(error) => {
                let reason = format!("module of a state: {}", describe(&error));
                out.rejects.push(places.reject(part.get(), reason));
                continue;
            }
        };
        let prefix = module_address(&module.path.unwrap_or_default());
        for (name, resource) in module.resources.unwrap_or_default() {
            let line = places.line(resource.get());
            if let Err(reason) = read_resource(&prefix, &name, resource, line, take) {
                let reason = format!("resource of a state: {reason}");
                out.rejects.push(places.reject(resource.get(), reason));
            }
        }
    }
    Ok(())
}

fn read_resource(
    module: &str,
    name: &str,
    part: &RawValue,
    line: u64,
    take: &mut dyn FnMut(Instance),
) -> Result<(), &'static str> {
    let resource: Resource<'_> =
        serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    let address = instance_address(module, name).ok_or("the name is not `type.name`")?;
    let mut tainted = resource.tainted.iter().flatten().flatten();
    // Version 1 takes the mark to be the place: what is tainted has left the one of the object.
    let (current, is_tainted) = match &resource.primary {
        Some(primary) => (Some(primary), primary.tainted == Some(true)),
        None => (tainted.next(), true),
    };
    let deposed = resource.deposed.iter().flatten().flatten().chain(tainted);
    let deposed = deposed.enumerate().map(|(position, object)| {
        (
            address::deposed(&address, &position.to_string()),
            object,
            false,
        )
    });
    let current = current.map(|object| (address.clone(), object, is_tainted));
    let names = resource.depends_on.iter().flatten();
    let dependencies: Vec<String> = names
        .filter_map(|name| config_address(module, name))
        .collect();
    for (address, object, is_tainted) in current.into_iter().chain(deposed) {
        let mut prints = Prints::wanted();
        let mut attributes = match object.attributes.filter(|part| part.get() != "null") {
            Some(attributes) => Attributes::read_flat(attributes.get(), &mut prints)
                .map_err(|error| describe(&error))?,
            None => Attributes::default(),
        };
        if attributes.first("id").is_none()
            && let Some(id) = object
                .id
                .and_then(|id| serde_json::from_str::<String>(id.get()).ok())
        {
            attributes.offer("id", &id);
        }
        take(Instance {
            is_data: address::is_data(&address),
            address,
            resource_type: resource.kind.to_string(),
            is_tainted,
            schema_version: object.meta.map_or(0, schema_version),
            is_flat: true,
            provider: resource.provider.as_deref().unwrap_or("").to_owned(),
            attributes,
            prints,
            dependencies: dependencies.clone(),
            line,
        });
    }
    Ok(())
}

/// Version of the schema in `meta`, where other values may have any shape.
fn schema_version(meta: &RawValue) -> u64 {
    let meta = serde_json::from_str::<Meta<'_>>(meta.get()).ok();
    let version = meta.and_then(|meta| meta.schema_version);
    version.map_or(0, |version| {
        version.get().trim_matches('"').parse().unwrap_or(0)
    })
}

/// `module.a.module.b` of the path `["root", "a", "b"]`.
fn module_address(path: &[Cow<'_, str>]) -> String {
    let names = path.iter().skip(1).map(|name| format!("module.{name}"));
    names.collect::<Vec<_>>().join(".")
}

/// Address of `[data.]type.name[.N]`.
fn instance_address(module: &str, name: &str) -> Option<String> {
    let (is_data, rest) = match name.strip_prefix("data.") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let (kind, rest) = rest.split_once('.')?;
    let is_number =
        |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (name, index) = match rest.split_once('.') {
        Some((name, index)) => (name, format!("[{}]", Some(index).filter(is_number)?)),
        None => (rest, String::new()),
    };
    Some(address::full(Some(module), is_data, kind, name, &index))
}

/// Address of a dependency without instance keys; `None` for whole modules, which have none.
fn config_address(module: &str, name: &str) -> Option<String> {
    if name.starts_with("module.") {
        return None;
    }
    let name = name.trim_end_matches(".*");
    instance_address(module, name).map(|address| address::without_index(&address))
}
