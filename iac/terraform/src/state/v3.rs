//! State version 3, Terraform 0.7 to 0.11: modules with flat attributes. Nothing in it is marked as
//! sensitive.
//!
//! Source: `internal/states/statefile/version3.go` of github.com/hashicorp/terraform, read
//! 2026-11-21.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nepho_core::feed::FeedOutput;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Instances, elements};
use crate::address;
use crate::graph::Instance;
use crate::identity::Attributes;
use crate::place::{Places, describe};

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow)]
    path: Vec<Cow<'a, str>>,
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
    deposed: Option<Vec<Object<'a>>>,
    #[serde(borrow)]
    provider: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
}

/// Instances of `modules`; what cannot be read goes to the rejects.
pub(super) fn read<'a>(
    modules: Option<&'a RawValue>,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> Instances<'a> {
    let mut instances = Vec::new();
    for part in elements(modules)? {
        let module: Module<'_> = match serde_json::from_str(part.get()) {
            Ok(module) => module,
            Err(error) => {
                out.rejects.push(places.reject(
                    part.get(),
                    format!("module of a state: {}", describe(&error)),
                ));
                continue;
            }
        };
        let prefix = module_address(&module.path);
        for (name, resource) in module.resources.unwrap_or_default() {
            if let Err(reason) = read_resource(
                &prefix,
                &name,
                resource,
                places.line(resource.get()),
                &mut instances,
            ) {
                out.rejects
                    .push(places.reject(resource.get(), format!("resource of a state: {reason}")));
            }
        }
    }
    Ok(instances)
}

fn read_resource(
    module: &str,
    name: &str,
    part: &RawValue,
    line: u64,
    instances: &mut Vec<Instance>,
) -> Result<(), &'static str> {
    let resource: Resource<'_> =
        serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    let address = instance_address(module, name).ok_or("the name is not `type.name`")?;
    let current = resource
        .primary
        .iter()
        .map(|object| (address.clone(), object));
    let deposed = resource.deposed.iter().flatten().enumerate();
    let deposed = deposed
        .map(|(position, object)| (address::deposed(&address, &position.to_string()), object));
    for (address, object) in current.chain(deposed) {
        let attributes = object
            .attributes
            .map_or(Ok(Attributes::default()), Attributes::read_flat);
        let names = resource.depends_on.iter().flatten();
        instances.push(Instance {
            is_data: address::is_data(&address),
            address,
            resource_type: resource.kind.to_string(),
            provider: resource.provider.as_deref().unwrap_or("").to_owned(),
            attributes: attributes.map_err(|error| describe(&error))?,
            dependencies: names
                .filter_map(|name| config_address(module, name))
                .collect(),
            line,
        });
    }
    Ok(())
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
