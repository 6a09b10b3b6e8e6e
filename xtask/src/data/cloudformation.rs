//! Table of CloudFormation types: type without `AWS::`, form of the physical id, primary
//! identifier, support of tags, pattern of the ARN.
//!
//! From the database of the CDK, which AWS makes of its resource schemas and of the service
//! authorization reference; types that it lacks come from the schemas in cfn-lint.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde_json::Value;

use super::packages::Folders;
use super::text;

/// Types whose pattern is that of another resource: an inline policy has no ARN.
const WITHOUT_ARN: [&str; 4] = [
    "IAM::Policy",
    "ApiGateway::Account",
    "EC2::VPCCidrBlock",
    "SecretsManager::ResourcePolicy",
];

/// Patterns that do not follow from the database: the physical id of a rule is its name, or bus and
/// name joined by `|`.
const PATTERNS: [(&str, &str); 1] = [("Events::Rule", "events:ra:rule/*")];

pub(super) fn rows(folders: &Folders) -> Result<Vec<String>> {
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for schema in text::files(&folders.cfn_schemas, ".json")? {
        let schema: Value = serde_json::from_str(&schema).context("resource schema")?;
        if let Some((kind, row)) = of_schema(&schema) {
            rows.insert(kind, row);
        }
    }
    let path = folders.service_spec.join("db.json.gz");
    let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text)?;
    let database: Value = serde_json::from_str(&text).context("service database")?;
    let Some(entities) = database.pointer("/schema/resource/entities") else {
        bail!("{}: no resources", path.display());
    };
    let entities: Vec<&Value> = match entities {
        Value::Object(map) => map.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => Vec::new(),
    };
    for entity in entities {
        if let Some((kind, row)) = of_entity(entity) {
            rows.insert(kind, row);
        }
    }
    Ok(rows.into_values().collect())
}

fn of_schema(schema: &Value) -> Option<(String, String)> {
    let kind = plain_type(schema.get("typeName")?.as_str()?)?;
    let ids = texts(schema.get("primaryIdentifier"));
    let ids: Vec<&str> = ids
        .iter()
        .map(|path| path.rsplit('/').next().unwrap_or(path))
        .collect();
    let has_tags = schema.pointer("/tagging/taggable").and_then(Value::as_bool) == Some(true)
        || schema.pointer("/properties/Tags").is_some();
    let row = line(&kind, &ids, has_tags, None);
    Some((kind, row))
}

fn of_entity(entity: &Value) -> Option<(String, String)> {
    let kind = plain_type(entity.get("cloudFormationType")?.as_str()?)?;
    let reference = texts(entity.get("cfnRefIdentifier"));
    let ids = match reference.is_empty() {
        true => texts(entity.get("primaryIdentifier")),
        false => reference,
    };
    let has_tags = entity.get("tagInformation").is_some();
    let template = entity
        .get("arnTemplate")
        .and_then(Value::as_str)
        .filter(|_| !WITHOUT_ARN.contains(&kind.as_str()));
    let fixed = PATTERNS.iter().find(|(known, _)| *known == kind);
    let pattern = match fixed {
        Some((_, pattern)) => Some((*pattern).to_owned()),
        None => template.and_then(|template| pattern(template, &ids)),
    };
    let row = line(&kind, &ids, has_tags, pattern.as_deref());
    Some((kind, row))
}

fn line(kind: &str, ids: &[&str], has_tags: bool, pattern: Option<&str>) -> String {
    let form = match ids {
        [] => "?",
        [one] if one.to_ascii_lowercase().ends_with("arn") => "arn",
        [_] => "name",
        _ => "composite",
    };
    let tags = if has_tags { "tags" } else { "" };
    format!(
        "{kind}\t{form}\t{}\t{tags}\t{}",
        ids.join("|"),
        pattern.unwrap_or_default()
    )
}

fn plain_type(name: &str) -> Option<String> {
    let kind = name.strip_prefix("AWS::")?;
    (!kind.ends_with("::MODULE")).then(|| kind.to_owned())
}

fn texts(list: Option<&Value>) -> Vec<&str> {
    let list = list.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// `ec2:ra:security-group/*`: service, whether region and account stand in the ARN, and the
/// resource with `*N` for the part of the physical id with this number, from zero.
fn pattern(template: &str, ids: &[&str]) -> Option<String> {
    let parts: Vec<&str> = template.splitn(6, ':').collect();
    let [_, _, service, region, account, resource] = parts.as_slice() else {
        return None;
    };
    if service.contains('$') {
        return None;
    }
    let variables: Vec<&str> = resource
        .split("${")
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .filter(|name| !["Account", "Region", "Partition"].contains(name))
        .collect();
    let [variable] = variables.as_slice() else {
        return None;
    };
    let own: Vec<usize> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !id.to_ascii_lowercase().ends_with("accountid"))
        .map(|(at, _)| at)
        .collect();
    let same = ids.iter().position(|id| id.eq_ignore_ascii_case(variable));
    let at = match (own.as_slice(), same) {
        (_, Some(at)) => at,
        ([one], None) => *one,
        _ => return None,
    };
    let mark = match at {
        0 if ids.len() == 1 => "*".to_owned(),
        at => format!("*{at}"),
    };
    let resource = resource.replace(&format!("${{{variable}}}"), &mark);
    if resource.contains('$') || resource.contains('\t') {
        return None;
    }
    let place = match (region.is_empty(), account.is_empty()) {
        (false, false) => "ra",
        (true, false) => "a",
        (false, true) => "r",
        (true, true) => "",
    };
    Some(format!("{service}:{place}:{resource}"))
}
