//! State version 4, since Terraform 0.12.
//!
//! Source: `internal/states/statefile/version4.go` of github.com/hashicorp/terraform and
//! github.com/opentofu/opentofu, read 2026-11-21.

use std::borrow::Cow;

use nepho_codec::json::skip::{Broken, MORE_TEXT};
use nepho_codec::json::unescape;
use nepho_core::feed::FeedOutput;
use serde::de::IgnoredAny;

use super::document::Key;
use super::{Depth, NO_JSON};
use crate::address;
use crate::graph::Instance;
use crate::identity::attributes::{plain, plain_elements};
use crate::identity::{Attributes, Hidden, Prints};
use crate::place::{Places, describe};
use crate::scan;

/// Instances of one resource that are rejected each by itself. Of the others the number is told: a
/// broken state may have millions.
const MOST_REJECTS: usize = 32;

/// A resource of a state whose parts are not looked into yet: the keys of an object have any order,
/// and what is sensitive is often told behind the attributes.
#[derive(Default)]
pub(super) struct Resource<'a> {
    /// All of it.
    json: &'a str,
    module: Option<&'a str>,
    mode: Option<&'a str>,
    kind: Option<&'a str>,
    name: Option<&'a str>,
    provider: Option<&'a str>,
    objects: Vec<Object<'a>>,
    odd: Odd<'a>,
}

/// One of its instances.
#[derive(Default)]
struct Object<'a> {
    /// All of it.
    json: &'a str,
    /// Whether its parts cannot be told apart.
    is_broken: bool,
    index_key: Option<&'a str>,
    status: Option<&'a str>,
    deposed: Option<&'a str>,
    schema_version: Option<&'a str>,
    attributes: Option<&'a str>,
    attributes_flat: Option<&'a str>,
    sensitive: Option<&'a str>,
    dependencies: Option<&'a str>,
}

/// What is no instance where one should be.
#[derive(Default)]
struct Odd<'a> {
    /// The list, or what stands in its place.
    list: &'a str,
    is_no_list: bool,
    /// Elements of the list that are no objects: the first ones, and the number of the others.
    told: Vec<&'a str>,
    untold: u64,
}

impl<'a> Resource<'a> {
    /// Finds the parts of the resource that `json` is; `None` if it is no object.
    ///
    /// # Errors
    /// When the parts cannot be told apart.
    pub(super) fn scan(json: &'a str) -> Result<Option<Self>, Broken> {
        if !json.starts_with('{') {
            return Ok(None);
        }
        let mut found = Self {
            json,
            ..Self::default()
        };
        let end = scan::members(json, 0, |key, at| {
            let field = match key.as_ref() {
                "instances" => return found.scan_instances(at),
                "module" => Some(&mut found.module),
                "mode" => Some(&mut found.mode),
                "type" => Some(&mut found.kind),
                "name" => Some(&mut found.name),
                "provider" => Some(&mut found.provider),
                _ => None,
            };
            let (value, end) = scan::pass(json, at)?;
            if let Some(field) = field {
                *field = Some(value);
            }
            Ok(end)
        })?;
        match end == json.len() {
            true => Ok(Some(found)),
            false => Err(Broken {
                at: end,
                what: MORE_TEXT,
            }),
        }
    }

    /// Finds the instances in the list at `start`; gives where it ends.
    fn scan_instances(&mut self, start: usize) -> Result<usize, Broken> {
        let json = self.json;
        if !json.get(start..).unwrap_or_default().starts_with('[') {
            let (value, end) = scan::pass(json, start)?;
            self.odd.list = value;
            self.odd.is_no_list = value != "null";
            return Ok(end);
        }
        let end = scan::elements(json, start, |at| {
            if json.get(at..).unwrap_or_default().starts_with('{') {
                let (object, end) = Object::scan(json, at).or_else(|_| Object::broken(json, at))?;
                self.objects.push(object);
                return Ok(end);
            }
            let (element, end) = scan::pass(json, at)?;
            match self.odd.told.len() < MOST_REJECTS {
                true => self.odd.told.push(element),
                false => self.odd.untold += 1,
            }
            Ok(end)
        })?;
        self.odd.list = json.get(start..end).unwrap_or_default();
        Ok(end)
    }
}

impl<'a> Object<'a> {
    /// Finds the parts of the instance at `start`; gives where it ends.
    fn scan(json: &'a str, start: usize) -> Result<(Self, usize), Broken> {
        let mut found = Self::default();
        let end = scan::members(json, start, |key, at| {
            let (value, end) = scan::pass(json, at)?;
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
            Ok(end)
        })?;
        found.json = json.get(start..end).unwrap_or_default();
        Ok((found, end))
    }

    /// The instance at `start`, of which no more is known than where it ends.
    fn broken(json: &'a str, start: usize) -> Result<(Self, usize), Broken> {
        let (json, end) = scan::pass(json, start)?;
        let found = Self {
            json,
            is_broken: true,
            ..Self::default()
        };
        Ok((found, end))
    }
}

/// The text in a part of a document; `None` of `null` and of what is not there.
pub(super) fn text(part: Option<&str>) -> Result<Option<Cow<'_, str>>, &'static str> {
    // Where the part ends is known, so that a string is one.
    if let Some(text) = part.and_then(|part| plain(part).map(Cow::Borrowed).or(quoted(part))) {
        return Ok(Some(text));
    }
    match part {
        None | Some("null") => Ok(None),
        Some(part) => match serde_json::from_str::<Key<'_>>(part) {
            Ok(Key(text)) => Ok(Some(text)),
            Err(error) => Err(describe(&error)),
        },
    }
}

/// The text in a JSON string whose escapes are all of quotes and backslashes, as in addresses of
/// providers.
fn quoted(part: &str) -> Option<Cow<'_, str>> {
    let text = part.strip_prefix('"')?.strip_suffix('"')?;
    let mut rest = text.as_bytes();
    while let Some(at) = memchr::memchr(b'\\', rest) {
        if !matches!(rest.get(at + 1), Some(b'"' | b'\\')) {
            return None;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    Some(unescape(text))
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
        let instance = match &named {
            Ok(named) => read_object(named, object, depth, places.line(object.json)),
            Err(reason) => Err(*reason),
        };
        match instance {
            Ok(instance) => take(instance),
            Err(reason) if told < MOST_REJECTS => {
                told += 1;
                let reason = format!("instance of a resource: {reason}");
                out.rejects.push(places.reject(object.json, reason));
            }
            Err(_) => untold.get_or_insert((object.json, 0_u64)).1 += 1,
        }
    }
    if let Some((json, count)) = untold {
        let reason = format!("instances of a resource: {count} more cannot be read");
        out.rejects.push(places.reject(json, reason));
    }
    if let (true, Err(reason)) = (resource.objects.is_empty(), &named) {
        let reason = format!("resource of a state: {reason}");
        out.rejects.push(places.reject(resource.json, reason));
    }
    reject_odd(&resource.odd, places, out);
}

/// Rejects for what is no instance where one should be.
fn reject_odd(odd: &Odd<'_>, places: &Places<'_>, out: &mut FeedOutput) {
    if odd.is_no_list {
        let reason = "instances of a resource: this is no list";
        out.rejects.push(places.reject(odd.list, reason));
    }
    let reason = "instance of a resource: this is no object";
    let told = odd.told.iter().map(|part| places.reject(part, reason));
    out.rejects.extend(told);
    if odd.untold > 0 {
        let reason = format!(
            "instances of a resource: {} more are no objects",
            odd.untold
        );
        out.rejects.push(places.reject(odd.list, reason));
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
    if object.is_broken {
        return Err(NO_JSON);
    }
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
    // What is broken anywhere would look like a change.
    if let (Depth::Fingerprints, Some(attributes)) = (depth, object.attributes) {
        serde_json::from_str::<IgnoredAny>(attributes).map_err(|error| describe(&error))?;
    }
    let attributes = match (object.attributes, object.attributes_flat) {
        (Some(attributes), None) => Attributes::read(attributes, &hidden, &mut prints),
        (Some(attributes), Some(_)) if attributes != "null" => {
            Attributes::read(attributes, &hidden, &mut prints)
        }
        (_, Some(flat)) => Attributes::read_flat(flat, &mut prints),
        (None, None) => Ok(Attributes::default()),
    };
    let dependencies: Vec<String> = match object.dependencies {
        Some(names) => match plain_elements(names) {
            Some(names) => names.into_iter().map(address::without_index).collect(),
            None => serde_json::from_str::<Option<Vec<Key<'_>>>>(names)
                .map_err(|error| describe(&error))?
                .unwrap_or_default()
                .into_iter()
                .map(|Key(name)| address::without_index(&name))
                .collect(),
        },
        None => Vec::new(),
    };
    Ok(Instance {
        address,
        resource_type: resource.kind.to_string(),
        is_data: resource.is_data,
        is_tainted: text(object.status)?.as_deref() == Some("tainted"),
        schema_version: object
            .schema_version
            .and_then(|version| version.parse().ok())
            .unwrap_or(0),
        is_flat: object.attributes.is_none() && object.attributes_flat.is_some(),
        provider: resource.provider.to_string(),
        attributes: attributes.map_err(|error| describe(&error))?,
        prints,
        dependencies,
        line,
    })
}
