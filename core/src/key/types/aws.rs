//! Types of AWS: those of Terraform, Pulumi and CloudFormation, and how ARNs of each are made.

use std::sync::OnceLock;

use super::index::Index;
use super::names_a_resource;
use crate::key::table::{Row, Table};
use crate::key::{Arn, Scope, partition_of};

pub(crate) const TEXT: &str = include_str!("../data/aws.tsv");
pub(crate) const CLOUDFORMATION: &str = include_str!("../data/cloudformation.tsv");
const TABLE: Table = Table::new(TEXT);
const SCHEMAS: Table = Table::new(CLOUDFORMATION);

/// What the physical id of a CloudFormation resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// A name, a short id or a URL.
    Name,
    /// An ARN.
    Arn,
    /// Several parts, joined by `|`.
    Composite,
    /// The schema does not tell.
    Unknown,
}

/// A resource type of CloudFormation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema(Row);

impl Schema {
    /// Schema of a type: `AWS::SNS::Topic`, or what Terraform or Pulumi call the same.
    pub fn of(resource_type: &str) -> Option<Self> {
        let kind = match resource_type.strip_prefix("AWS::") {
            Some(kind) => kind,
            None => row(resource_type)?.column(2),
        };
        (!kind.is_empty()).then(|| SCHEMAS.find(kind).map(Self))?
    }

    /// The type, with `AWS::`.
    pub fn name(self) -> String {
        format!("AWS::{}", self.0.column(0))
    }

    /// Form of the physical id.
    pub fn form(self) -> IdForm {
        match self.0.column(1) {
            "name" => IdForm::Name,
            "arn" => IdForm::Arn,
            "composite" => IdForm::Composite,
            _ => IdForm::Unknown,
        }
    }

    /// Properties that make up the physical id.
    pub fn primary_identifier(self) -> impl Iterator<Item = &'static str> {
        let parts = self.0.column(2).split('|');
        parts.filter(|part| !part.is_empty())
    }

    /// How the ARN is made of the physical id; `None` where it does not follow from it.
    pub fn pattern(self) -> Option<Pattern> {
        Pattern::parse(self.0.column(4))
    }
}

/// How an ARN is made: service, region and account or not, and the resource around an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    service: &'static str,
    has_region: bool,
    has_account: bool,
    before: &'static str,
    /// Which part of a composite id stands here.
    part: Option<usize>,
    after: &'static str,
}

impl Pattern {
    fn parse(text: &'static str) -> Option<Self> {
        let mut columns = text.splitn(3, ':');
        let (service, place) = (columns.next()?, columns.next()?);
        let (before, rest) = columns.next()?.split_once('*')?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (part, after) = rest.split_at_checked(digits)?;
        Some(Self {
            service,
            has_region: place.contains('r'),
            has_account: place.contains('a'),
            before,
            part: part.parse().ok(),
            after,
        })
    }

    /// ARN of the resource with this id; `None` if region or account are needed and unknown.
    pub fn arn(&self, id: &str, partition: &str, region: &str, account: &str) -> Option<String> {
        let is_short =
            (self.has_region && region.is_empty()) || (self.has_account && account.is_empty());
        let joined;
        let id = match self.part {
            Some(part) => part_of(id, part, account)?,
            None => {
                // Some tools put the account in front, which stands in the ARN already.
                let own = id.strip_prefix(account).and_then(|id| id.strip_prefix(':'));
                joined = own.unwrap_or(id).replace('|', "/");
                joined.as_str()
            }
        };
        // Names of parameters begin with a slash of their own, those of aliases with `alias/`.
        let id = match self.before.ends_with('/') {
            true => id
                .strip_prefix(self.before)
                .unwrap_or(id)
                .trim_start_matches('/'),
            false => id,
        };
        if is_short || id.is_empty() || id.contains("://") {
            return None;
        }
        let region = if self.has_region { region } else { "" };
        let account = if self.has_account { account } else { "" };
        let Self {
            service,
            before,
            after,
            ..
        } = self;
        Some(format!(
            "arn:{partition}:{service}:{region}:{account}:{before}{id}{after}"
        ))
    }

    /// Whether the ARN is one of this pattern.
    pub fn fits(&self, arn: &Arn<'_>) -> bool {
        arn.service == self.service
            && arn.resource.len() > self.before.len() + self.after.len()
            && arn.resource.starts_with(self.before)
            && arn.resource.ends_with(self.after)
    }

    /// Id in an ARN of this pattern.
    pub fn id<'a>(&self, arn: &Arn<'a>) -> Option<&'a str> {
        let rest = arn.resource.strip_prefix(self.before)?;
        rest.strip_suffix(self.after).filter(|_| self.fits(arn))
    }
}

/// Part of a composite id. CloudFormation joins parts by `|`, Terraform by `,` or `/` in an order
/// of its own; where one of two is the account, the other counts.
fn part_of<'a>(id: &'a str, part: usize, account: &str) -> Option<&'a str> {
    let behind_account = id.strip_prefix(account).and_then(|id| id.strip_prefix('/'));
    if let Some(rest) = behind_account.filter(|_| !account.is_empty()) {
        return Some(rest);
    }
    let parts: Vec<&str> = id.split(['|', ',']).collect();
    let others: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| *part != account)
        .collect();
    match others.as_slice() {
        [one] if parts.len() == 2 => Some(one),
        _ if id.contains(',') => None,
        _ => parts.get(part).copied(),
    }
}

/// Pattern of the ARNs of a type in the words of any tool.
pub fn pattern(resource_type: &str) -> Option<Pattern> {
    Schema::of(resource_type)?.pattern()
}

/// ARN of the resource of this type with this id or name, in the account and region of the scope.
pub fn arn(resource_type: &str, id: &str, scope: &Scope<'_>) -> Option<String> {
    let partition = partition_of(scope.region);
    pattern(resource_type)?.arn(id, partition, scope.region, scope.account)
}

/// CloudFormation type of what Terraform or Pulumi call so: `AWS::SNS::Topic` of `aws_sns_topic`.
pub fn cloudformation_type(resource_type: &str) -> Option<String> {
    let kind = row(resource_type)?.column(2);
    (!kind.is_empty()).then(|| format!("AWS::{kind}"))
}

/// Types of Terraform that are this type of CloudFormation, sorted.
pub fn terraform_types(cloudformation_type: &str) -> Vec<&'static str> {
    let kind = cloudformation_type
        .strip_prefix("AWS::")
        .unwrap_or_default();
    let is_it = |row: &Row| !kind.is_empty() && row.column(2) == kind;
    TABLE
        .rows()
        .filter(is_it)
        .map(|row| row.column(0))
        .collect()
}

/// Whether resources of this type have an attribute `arn` that is their own; `None` for types
/// that the table does not hold.
pub fn has_arn(resource_type: &str) -> Option<bool> {
    row(resource_type).map(|row| row.column(3) == "arn")
}

/// An attribute that names the parent of a facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentAttribute {
    /// The attribute in the spelling of Terraform: `user_pool_id`.
    pub name: &'static str,
    /// Terraform type of the parent: `aws_cognito_user_pool`; `aws_` where it may be any.
    pub parent: &'static str,
}

/// Attributes that name the resource that one of this type is a facet of, the best first. Empty
/// for types that stand alone.
pub fn parents(resource_type: &str) -> impl Iterator<Item = ParentAttribute> {
    let names = row(resource_type).map_or("", |row| row.column(4));
    attributes_in(names)
}

/// Attributes that name parents of facets of any type, some of them more than once.
pub fn parent_attributes() -> impl Iterator<Item = ParentAttribute> {
    TABLE.rows().flat_map(|row| attributes_in(row.column(4)))
}

fn attributes_in(names: &'static str) -> impl Iterator<Item = ParentAttribute> {
    let pairs = names.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| names_a_resource(name))
        .map(|(name, parent)| ParentAttribute { name, parent })
}

fn row(resource_type: &str) -> Option<Row> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    match resource_type.starts_with("aws:") {
        true => INDEX.get_or_init(|| Index::of(TABLE)).find(resource_type),
        // Most types that are asked about are those of another cloud.
        false if !resource_type.starts_with("aws_") => None,
        false => TABLE.find(resource_type),
    }
}
