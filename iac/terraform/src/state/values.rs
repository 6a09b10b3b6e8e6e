//! The shape in which `terraform show -json` gives a state: `values`, and `prior_state` of a plan.
//!
//! developer.hashicorp.com/terraform/internals/json-format (format versions 0.1 to 1.x), read
//! 2026-11-21.

use std::borrow::Cow;

use nepho_core::feed::FeedOutput;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Failure, elements};
use crate::address;
use crate::graph::Instance;
use crate::identity::{Attributes, Hidden, Prints};
use crate::place::{Places, describe};

/// Modules within modules that are followed. People stay below ten; every level costs one more pass
/// over what lies in it.
const DEEPEST: u32 = 100;

#[derive(Deserialize)]
struct Values<'a> {
    #[serde(borrow)]
    root_module: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
    #[serde(borrow)]
    child_modules: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow)]
    mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    provider_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    #[serde(borrow)]
    sensitive_values: Option<&'a RawValue>,
    #[serde(borrow)]
    depends_on: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    deposed_key: Option<Cow<'a, str>>,
    schema_version: Option<u64>,
    tainted: Option<bool>,
}

/// Instances of `values`; what cannot be read goes to the rejects. An empty state has no `values`.
pub(crate) fn read<'a>(
    values: Option<&'a RawValue>,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> Result<Vec<Instance>, Failure<'a>> {
    let mut instances = Vec::new();
    let Some(values) = values else {
        return Ok(instances);
    };
    let root: Option<Values<'a>> =
        serde_json::from_str(values.get()).map_err(|error| (error, values.get()))?;
    // A list of open modules, not recursion: the nesting is the author's.
    let root = root.and_then(|values| values.root_module);
    let mut modules: Vec<(&RawValue, u32)> = root.map(|root| (root, 0)).into_iter().collect();
    while let Some((part, depth)) = modules.pop() {
        if depth > DEEPEST {
            out.rejects.push(places.reject(
                part.get(),
                format!("module of a state: nested deeper than {DEEPEST} modules"),
            ));
            continue;
        }
        let parts =
            serde_json::from_str::<Module<'a>>(part.get()).map_err(|error| (error, part.get()));
        let parts = parts
            .and_then(|module| Ok((elements(module.resources)?, elements(module.child_modules)?)));
        let (resources, children) = match parts {
            Ok(parts) => parts,
            Err((error, part)) => {
                out.rejects
                    .push(places.reject(part, format!("module of a state: {}", describe(&error))));
                continue;
            }
        };
        modules.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
        for resource in resources {
            match read_resource(resource, places.line(resource.get())) {
                Ok(instance) => instances.push(instance),
                Err(reason) => out
                    .rejects
                    .push(places.reject(resource.get(), format!("resource of a state: {reason}"))),
            }
        }
    }
    Ok(instances)
}

fn read_resource(part: &RawValue, line: u64) -> Result<Instance, &'static str> {
    let resource: Resource<'_> =
        serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    let hidden = Hidden::from_mirror(resource.sensitive_values);
    let mut prints = Prints::wanted();
    let attributes = resource.values.map_or(Ok(Attributes::default()), |values| {
        Attributes::read(values.get(), &hidden, &mut prints)
    });
    let mut address = resource.address.to_string();
    if let Some(key) = resource.deposed_key {
        address = address::deposed(&address, &key);
    }
    Ok(Instance {
        is_data: resource.mode.as_deref() == Some("data"),
        is_tainted: resource.tainted == Some(true),
        schema_version: resource.schema_version.unwrap_or(0),
        is_flat: false,
        prints,
        address,
        resource_type: resource.kind.to_string(),
        provider: resource.provider_name.as_deref().unwrap_or("").to_owned(),
        attributes: attributes.map_err(|error| describe(&error))?,
        dependencies: resource
            .depends_on
            .iter()
            .flatten()
            .map(|name| address::without_index(name))
            .collect(),
        line,
    })
}
