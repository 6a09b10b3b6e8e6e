//! State version 4, since Terraform 0.12.
//!
//! Source: `internal/states/statefile/version4.go` of github.com/hashicorp/terraform and
//! github.com/opentofu/opentofu, read 2026-11-21.

use std::borrow::Cow;
use std::fmt;

use nepho_core::feed::FeedOutput;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Depth;
use super::lenient::{FromObject, Key, Objects};
use crate::address;
use crate::graph::Instance;
use crate::identity::attributes::{plain, plain_elements};
use crate::identity::{Attributes, Hidden, Prints};
use crate::place::{Places, describe};

/// Instances of one resource that are rejected each by itself. Of the others the number is told: a
/// broken state may have millions.
const MOST_REJECTS: usize = 32;

/// Objects of state resources whose parts are not looked into yet: the keys of an object have any
/// order, and what is sensitive is often told behind the attributes.
#[derive(Default)]
pub(super) struct Resource<'a> {
    module: Option<&'a RawValue>,
    mode: Option<&'a RawValue>,
    kind: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    provider: Option<&'a RawValue>,
    objects: Vec<Object<'a>>,
    is_odd: bool,
}

#[derive(Default)]
struct Object<'a> {
    /// The first value of it, which tells where it stands.
    first: Option<&'a RawValue>,
    index_key: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    deposed: Option<&'a RawValue>,
    schema_version: Option<&'a RawValue>,
    attributes: Option<&'a RawValue>,
    attributes_flat: Option<&'a RawValue>,
    sensitive: Option<&'a RawValue>,
    dependencies: Option<&'a RawValue>,
}

impl<'de> FromObject<'de> for Resource<'de> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut found = Self::default();
        while let Some(Key(key)) = map.next_key()? {
            let field = match key.as_ref() {
                "module" => &mut found.module,
                "mode" => &mut found.mode,
                "type" => &mut found.kind,
                "name" => &mut found.name,
                "provider" => &mut found.provider,
                "instances" => {
                    let objects: Objects<Object<'de>> = map.next_value()?;
                    found.objects.extend(objects.objects);
                    found.is_odd |= objects.is_odd;
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = Some(map.next_value()?);
        }
        Ok(found)
    }
}

impl<'de> FromObject<'de> for Object<'de> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut found = Self::default();
        while let Some(Key(key)) = map.next_key()? {
            let value: &'de RawValue = map.next_value()?;
            found.first = found.first.or(Some(value));
            match key.as_ref() {
                "index_key" => found.index_key = Some(value),
                "status" => found.status = Some(value),
                "deposed" => found.deposed = Some(value),
                "schema_version" => found.schema_version = Some(value),
                "attributes" => found.attributes = Some(value),
                "attributes_flat" => found.attributes_flat = Some(value),
                "sensitive_attributes" => found.sensitive = Some(value),
                "dependencies" => found.dependencies = Some(value),
                // Terraform 0.12 wrote these names, with the same meaning.
                "depends_on" => found.dependencies = found.dependencies.or(Some(value)),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The text in a part of a document; `None` of `null` and of what is not there.
pub(super) fn text<'a>(part: Option<&'a RawValue>) -> Result<Option<Cow<'a, str>>, &'static str> {
    // The part was parsed before, so that a string is one.
    if let Some(text) = part.and_then(|part| plain(part.get())) {
        return Ok(Some(Cow::Borrowed(text)));
    }
    match part {
        None => Ok(None),
        Some(part) if part.get() == "null" => Ok(None),
        Some(part) => match serde_json::from_str::<Key<'a>>(part.get()) {
            Ok(Key(text)) => Ok(Some(text)),
            Err(error) => Err(describe(&error)),
        },
    }
}

/// Instances of a resource, each given to `take`; what cannot be read goes to the rejects.
pub(super) fn read(
    resource: &Resource<'_>,
    depth: Depth,
    places: &Places<'_>,
    out: &mut FeedOutput,
    take: &mut dyn FnMut(Instance),
) {
    let named = Named::of(resource);
    let (mut told, mut untold) = (0, None);
    for object in &resource.objects {
        let place = places.object_of(object.first);
        let instance = match &named {
            Ok(named) => read_object(named, object, depth, places.line(place)),
            Err(reason) => Err(*reason),
        };
        match instance {
            Ok(instance) => take(instance),
            Err(reason) if told < MOST_REJECTS => {
                told += 1;
                let reason = format!("instance of a resource: {reason}");
                out.rejects.push(places.reject_first(place, reason));
            }
            Err(_) => untold.get_or_insert((place, 0_u64)).1 += 1,
        }
    }
    if let Some((place, count)) = untold {
        let reason = format!("instances of a resource: {count} more cannot be read");
        out.rejects.push(places.reject_first(place, reason));
    }
    if let (true, Err(reason)) = (resource.objects.is_empty(), &named) {
        let known = [
            resource.kind,
            resource.name,
            resource.mode,
            resource.provider,
        ];
        let place = places.object_of(known.into_iter().flatten().next());
        out.rejects
            .push(places.reject_first(place, format!("resource of a state: {reason}")));
    }
}

/// Whether some part of the resource was no object, so that it must be looked for.
pub(super) fn is_odd(resource: &Resource<'_>) -> bool {
    resource.is_odd
}

/// Rejects for all `instances` of a resource that are no objects.
pub(super) fn reject_odd_instances(resource: &str, places: &Places<'_>, out: &mut FeedOutput) {
    #[derive(Deserialize)]
    struct Instances<'a> {
        #[serde(borrow)]
        instances: Option<&'a RawValue>,
    }
    let Ok(Instances {
        instances: Some(list),
    }) = serde_json::from_str(resource)
    else {
        return;
    };
    let Ok(odd) = serde_json::from_str::<Option<Odd<'_>>>(list.get()) else {
        let reject = places.reject(list.get(), "instances of a resource: this is no list");
        return out.rejects.push(reject);
    };
    let odd = odd.unwrap_or_default();
    let told = odd
        .told
        .into_iter()
        .map(|object| places.reject(object.get(), "instance of a resource: this is no object"));
    out.rejects.extend(told);
    if odd.untold > 0 {
        let reason = format!(
            "instances of a resource: {} more are no objects",
            odd.untold
        );
        out.rejects.push(places.reject(list.get(), reason));
    }
}

/// Elements of a list that are no objects: the first ones, and the number of the others.
#[derive(Default)]
struct Odd<'a> {
    told: Vec<&'a RawValue>,
    untold: u64,
}

impl<'de> Deserialize<'de> for Odd<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OddVisitor)
    }
}

struct OddVisitor;

impl<'de> Visitor<'de> for OddVisitor {
    type Value = Odd<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of instances")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut odd = Odd::default();
        while let Some(element) = list.next_element::<&'de RawValue>()? {
            if element.get().starts_with('{') {
                continue;
            }
            match odd.told.len() < MOST_REJECTS {
                true => odd.told.push(element),
                false => odd.untold += 1,
            }
        }
        Ok(odd)
    }
}

/// What all instances of a resource have in common.
struct Named<'a> {
    module: Option<Cow<'a, str>>,
    is_data: bool,
    kind: Cow<'a, str>,
    name: Cow<'a, str>,
    provider: Cow<'a, str>,
}

impl<'a> Named<'a> {
    fn of(resource: &Resource<'a>) -> Result<Self, &'static str> {
        Ok(Self {
            module: text(resource.module)?,
            is_data: text(resource.mode)?.as_deref() == Some("data"),
            kind: text(resource.kind)?.ok_or("it has no `type`")?,
            name: text(resource.name)?.ok_or("it has no `name`")?,
            provider: text(resource.provider)?.unwrap_or_default(),
        })
    }
}

fn read_object(
    resource: &Named<'_>,
    object: &Object<'_>,
    depth: Depth,
    line: u64,
) -> Result<Instance, &'static str> {
    let index =
        address::index(object.index_key).ok_or("`index_key` is neither a number nor a text")?;
    let mut address = address::full(
        resource.module.as_deref(),
        resource.is_data,
        &resource.kind,
        &resource.name,
        &index,
    );
    let deposed = text(object.deposed)?.filter(|key| !key.is_empty());
    if let Some(key) = &deposed {
        address = address::deposed(&address, key);
    }
    let hidden = Hidden::from_state(object.sensitive);
    let mut prints = match depth {
        Depth::Identity => Prints::unwanted(),
        Depth::Fingerprints => Prints::wanted(),
    };
    let attributes = match (object.attributes, object.attributes_flat) {
        (Some(attributes), None) => Attributes::read(attributes.get(), &hidden, &mut prints),
        (Some(attributes), Some(_)) if attributes.get() != "null" => {
            Attributes::read(attributes.get(), &hidden, &mut prints)
        }
        (_, Some(flat)) => Attributes::read_flat(flat, &mut prints),
        (None, None) => Ok(Attributes::default()),
    };
    let dependencies: Vec<Cow<'_, str>> = match object.dependencies {
        Some(names) => match plain_elements(names.get()) {
            Some(names) => names.into_iter().map(Cow::Borrowed).collect(),
            None => serde_json::from_str::<Option<Vec<Key<'_>>>>(names.get())
                .map_err(|error| describe(&error))?
                .unwrap_or_default()
                .into_iter()
                .map(|Key(name)| name)
                .collect(),
        },
        None => Vec::new(),
    };
    let version = object.schema_version.map(RawValue::get);
    Ok(Instance {
        address,
        resource_type: resource.kind.to_string(),
        is_data: resource.is_data,
        is_tainted: text(object.status)?.as_deref() == Some("tainted"),
        schema_version: version
            .and_then(|version| version.parse().ok())
            .unwrap_or(0),
        is_flat: object.attributes.is_none() && object.attributes_flat.is_some(),
        provider: resource.provider.to_string(),
        attributes: attributes.map_err(|error| describe(&error))?,
        prints,
        dependencies: dependencies
            .iter()
            .map(|name| address::without_index(name))
            .collect(),
        line,
    })
}
