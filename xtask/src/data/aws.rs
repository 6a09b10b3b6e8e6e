//! Table of AWS types of Terraform: type, Pulumi token, CloudFormation type, whether it has an
//! ARN of its own, attributes that name the parent of a facet.
//!
//! Properties come from Pulumi's SDK; pairs of types from former2, or from equal words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};

use super::packages::Folders;
use super::pulumi::{Class, classes};
use super::text::{self, Names, snake, token, word};

/// Modules of Pulumi and what Terraform types begin with in their place.
const STARTS: [(&str, &str); 22] = [
    ("apigateway", "api_gateway"),
    ("cfg", "config"),
    ("cloudwatch", "cloudwatch"),
    ("codestarconnections", "codestarconnections"),
    ("directconnect", "dx"),
    ("directoryservice", "directory_service"),
    ("ec2clientvpn", "ec2_client_vpn"),
    ("ec2transitgateway", "ec2_transit_gateway"),
    ("elasticbeanstalk", "elastic_beanstalk"),
    ("kinesis", "kinesis"),
    ("lb", "lb"),
    ("lb", "alb"),
    ("mskconnect", "mskconnect"),
    ("opensearch", "opensearch"),
    ("rds", "db"),
    ("route53recoverycontrol", "route53recoverycontrolconfig"),
    ("s3", "s3"),
    ("s3control", "s3control"),
    ("servicediscovery", "service_discovery"),
    ("vpc", "vpc"),
    ("ec2", "vpc"),
    ("ec2", "ec2"),
];

/// Names of Pulumi that differ from those of Terraform.
const NAMES: [(&str, &str); 9] = [
    ("alb:LoadBalancer", "aws_alb"),
    ("ec2:Eip", "aws_eip"),
    ("ec2:SecurityGroup", "aws_security_group"),
    ("ec2:SecurityGroupRule", "aws_security_group_rule"),
    ("elb:LoadBalancer", "aws_elb"),
    ("lb:LoadBalancer", "aws_lb"),
    ("rds:Instance", "aws_db_instance"),
    ("s3:BucketV2", "aws_s3_bucket"),
    (
        "cloudwatch:LogSubscriptionFilter",
        "aws_cloudwatch_log_subscription_filter",
    ),
];

/// Ends of names of types that say something of another resource.
const FACETS: [&str; 19] = [
    "acl",
    "alias",
    "association",
    "attachment",
    "attachments",
    "config",
    "configuration",
    "exclusive",
    "invocation",
    "membership",
    "notification",
    "option",
    "permission",
    "permissions",
    "policy",
    "record",
    "rule",
    "subscription",
    "tag",
];

/// Terraform types by module and name of Pulumi in snake case.
type Resources<'a> = BTreeMap<&'a str, BTreeMap<String, &'a str>>;

/// Adds names of Terraform types that former2 knows.
pub(super) fn add_names(names: &mut Names, folders: &Folders) -> Result<()> {
    let path = folders.former2.join("util").join("tf_resources.txt");
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    for name in text.lines() {
        names.add(name.trim());
    }
    Ok(())
}

pub(super) fn rows(
    folders: &Folders,
    names: &Names,
    cloudformation: &[String],
) -> Result<Vec<String>> {
    let pairs = pairs(folders)?;
    let by_word: BTreeMap<String, &str> = cloudformation
        .iter()
        .filter_map(|row| row.split('\t').next())
        .map(|kind| (word(kind), kind))
        .collect();
    let known: BTreeSet<&str> = by_word.values().copied().collect();
    let classes = classes(&folders.pulumi_aws, "aws")?;
    let mut resources = Resources::new();
    for class in &classes {
        let module = resources.entry(class.module.as_str()).or_default();
        let name = terraform_name(class, names).unwrap_or("aws_");
        module.insert(snake(&class.name), name);
    }
    let mut rows = Vec::new();
    for class in &classes {
        let Some(name) = terraform_name(class, names) else {
            continue;
        };
        let rest = name.strip_prefix("aws_").unwrap_or(name);
        let pair = pairs
            .get(&name.replacen("aws_alb", "aws_lb", 1))
            .map(String::as_str)
            .filter(|kind| known.contains(kind));
        let kind = pair
            .or_else(|| by_word.get(&word(rest)).copied())
            .or_else(|| {
                let full = word(&format!("{}{}", class.module, class.name));
                by_word.get(&full).copied()
            })
            .unwrap_or_default();
        let has_arn = class.properties.contains("arn");
        let parents = match has_arn {
            true => String::new(),
            false => parents(class, &resources).join(","),
        };
        let own = if has_arn { "arn" } else { "" };
        let token = token(name, &class.token());
        rows.push(format!("{name}\t{token}\t{kind}\t{own}\t{parents}"));
    }
    Ok(rows)
}

fn terraform_name<'a>(class: &Class, names: &'a Names) -> Option<&'a str> {
    let short = format!("{}:{}", class.module, class.name);
    let plain = class.name.strip_suffix("V2");
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == short) {
        return names.find("aws", &word(name.strip_prefix("aws_")?));
    }
    let starts = STARTS
        .iter()
        .filter(|(module, _)| *module == class.module)
        .map(|(_, start)| *start);
    [class.module.as_str()]
        .into_iter()
        .chain(starts)
        .chain([""])
        .flat_map(|start| {
            let names = [Some(class.name.as_str()), plain];
            names.into_iter().flatten().map(move |name| (start, name))
        })
        .find_map(|(start, name)| names.find("aws", &word(&format!("{start}{name}"))))
}

/// Terraform types and their types in CloudFormation without `AWS::`, as former2 maps them.
fn pairs(folders: &Folders) -> Result<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    for source in text::files(&folders.former2.join("js").join("services"), ".js")? {
        let mut last = "";
        for line in source.lines() {
            let line = line.trim();
            if let Some(value) = line.strip_prefix("'type':") {
                let kind = value.split('\'').nth(1).unwrap_or_default();
                last = kind.strip_prefix("AWS::").unwrap_or_default();
            } else if let Some(value) = line.strip_prefix("'terraformType':") {
                // A condition may choose between two.
                let names = value.split('\'').filter(|name| name.starts_with("aws_"));
                for name in names.filter(|_| !last.is_empty()) {
                    pairs.entry(name.to_owned()).or_insert(last.to_owned());
                }
            }
        }
    }
    Ok(pairs)
}

/// Attributes that name the resource that one without an ARN is a facet of, the best first.
///
/// Such an attribute is called like a resource of the same module. It counts when the name of the
/// facet begins with that resource, or ends in a word for a facet.
fn parents(class: &Class, resources: &Resources<'_>) -> Vec<String> {
    let own = snake(&class.name);
    let last = own.rsplit('_').next().unwrap_or(&own);
    let is_facet = FACETS.contains(&last);
    let siblings = resources.get(class.module.as_str());
    let mut found: Vec<(usize, &String, &str)> = Vec::new();
    for property in &class.properties {
        let plain = ["_id", "_arn", "_name", "_identifier", "_url"]
            .iter()
            .find_map(|end| property.strip_suffix(end))
            .unwrap_or(property);
        let start = format!("{}_", class.module);
        let short = plain.strip_prefix(&start).unwrap_or(plain);
        let sibling = [plain, short]
            .into_iter()
            .find_map(|name| siblings?.get_key_value(name));
        let Some((sibling, kind)) = sibling.filter(|(sibling, _)| **sibling != own) else {
            if property == "resource_arn" && is_facet {
                found.push((0, property, "aws_"));
            }
            continue;
        };
        // What a connection joins is no parent of it.
        let is_apart = ["connection", "endpoint", "gateway", "instance"].contains(&last);
        if property == "region" || *property == own || is_apart {
            continue;
        }
        if own.starts_with(&format!("{sibling}_")) {
            found.push((sibling.len(), property, kind));
        } else if is_facet {
            found.push((0, property, kind));
        }
    }
    // `policy` may be the text of one, `policy_arn` is not.
    let is_id = |name: &str| {
        ["_id", "_arn", "_name"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    found.sort_by_key(|(length, property, _)| (Reverse(*length), !is_id(property), property.len()));
    let best = found.first().map_or(0, |(length, ..)| *length);
    found
        .into_iter()
        .filter(|(length, ..)| *length == best)
        .map(|(_, property, kind)| format!("{property}={kind}"))
        .take(2)
        .collect()
}
