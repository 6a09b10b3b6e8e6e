//! State version 4, since Terraform 0.12.
//!
//! Source: `internal/states/statefile/version4.go` of github.com/hashicorp/terraform and
//! github.com/opentofu/opentofu, read 2026-11-21.

use std::borrow::Cow;

use nepho_core::feed::FeedOutput;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Instances, elements};
use crate::address;
use crate::graph::Instance;
use crate::identity::{Attributes, Hidden};
use crate::place::{Places, describe};

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow)]
    module: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    provider: Option<Cow<'a, str>>,
    #[serde(borrow)]
    instances: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    index_key: Option<&'a RawValue>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes_flat: Option<&'a RawValue>,
    #[serde(borrow)]
    sensitive_attributes: Option<&'a RawValue>,
    #[serde(borrow)]
    dependencies: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    depends_on: Option<Vec<Cow<'a, str>>>,
}

/// Instances of `resources`; what cannot be read goes to the rejects.
pub(super) fn read<'a>(
    resources: Option<&'a RawValue>,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> Instances<'a> {
    let mut instances = Vec::new();
    for part in elements(resources)? {
        let resource: Resource<'_> = match serde_json::from_str(part.get()) {
            Ok(resource) => resource,
            Err(error) => {
                out.rejects.push(places.reject(
                    part.get(),
                    format!("resource of a state: {}", describe(&error)),
                ));
                continue;
            }
        };
        let objects = match elements(resource.instances) {
            Ok(objects) => objects,
            Err((error, part)) => {
                out.rejects.push(places.reject(
                    part,
                    format!("instances of a resource: {}", describe(&error)),
                ));
                continue;
            }
        };
        for object in objects {
            match read_object(&resource, object, places.line(object.get())) {
                Ok(instance) => instances.push(instance),
                Err(reason) => out
                    .rejects
                    .push(places.reject(object.get(), format!("instance of a resource: {reason}"))),
            }
        }
    }
    Ok(instances)
}

fn read_object(
    resource: &Resource<'_>,
    object: &RawValue,
    line: u64,
) -> Result<Instance, &'static str> {
    let object: Object<'_> =
        serde_json::from_str(object.get()).map_err(|error| describe(&error))?;
    let index =
        address::index(object.index_key).ok_or("`index_key` is neither a number nor a text")?;
    let is_data = resource.mode.as_deref() == Some("data");
    let mut address = address::full(
        resource.module.as_deref(),
        is_data,
        &resource.kind,
        &resource.name,
        &index,
    );
    if let Some(key) = object.deposed.filter(|key| !key.is_empty()) {
        address = address::deposed(&address, &key);
    }
    let hidden = Hidden::from_state(object.sensitive_attributes);
    let attributes = match (object.attributes, object.attributes_flat) {
        (Some(attributes), _) => Attributes::read(attributes, &hidden),
        (None, Some(flat)) => Attributes::read_flat(flat),
        (None, None) => Ok(Attributes::default()),
    };
    let dependencies = object
        .dependencies
        .or(object.depends_on)
        .unwrap_or_default();
    Ok(Instance {
        address,
        resource_type: resource.kind.to_string(),
        is_data,
        provider: resource.provider.as_deref().unwrap_or("").to_owned(),
        attributes: attributes.map_err(|error| describe(&error))?,
        dependencies: dependencies
            .iter()
            .map(|name| address::without_index(name))
            .collect(),
        line,
    })
}
