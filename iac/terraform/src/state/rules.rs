//! What Terraform's states tell of two versions of one object.

use std::borrow::Cow;

use nepho_core::feed::Member;
use nepho_iac_common::Rules;

use crate::scope;

/// Rules of Terraform and OpenTofu.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerraformRules;

/// Attributes that a cloud sets once, when it makes an object: where they differ, the object is
/// another one, even under the same name.
const OF_BIRTH: [&str; 8] = [
    "unique_id",
    "create_date",
    "created_date",
    "creation_date",
    "creation_timestamp",
    "create_time",
    "created_at",
    "creation_time",
];

/// Attributes that a cloud makes for objects of one type and never changes, while their ids follow
/// a name that may be changed in place.
const STABLE: [(&str, &str); 4] = [
    ("aws_db_instance", "resource_id"),
    ("aws_rds_cluster", "cluster_resource_id"),
    ("aws_docdb_cluster", "cluster_resource_id"),
    ("aws_neptune_cluster", "cluster_resource_id"),
];

/// Types whose id holds something that may be changed in place.
const ID_CHANGES: [&str; 2] = [
    "aws_s3_bucket_acl",
    "aws_lambda_provisioned_concurrency_config",
];

/// Attributes that no configuration sets. A difference in these alone is what a refresh found, not
/// what anybody did.
const COMPUTED: [&str; 44] = [
    "arn",
    "id",
    "etag",
    "e_tag",
    "fingerprint",
    "label_fingerprint",
    "metadata_fingerprint",
    "tags_fingerprint",
    "generation",
    "metageneration",
    "resource_version",
    "unique_id",
    "owner_id",
    "self_link",
    "self_link_unique",
    "qualified_arn",
    "latest_version",
    "latest_restorable_time",
    "instance_state",
    "status",
    "create_date",
    "create_time",
    "created_at",
    "created_date",
    "created_time",
    "creation_date",
    "creation_time",
    "creation_timestamp",
    "last_accessed_date",
    "last_modified",
    "last_modified_at",
    "last_modified_date",
    "last_modified_time",
    "last_update_time",
    "last_updated",
    "last_updated_date",
    "last_updated_time",
    "modified_at",
    "modified_date",
    "update_date",
    "update_time",
    "updated_at",
    "updated_date",
    "updated_time",
];

/// Such attributes of one type.
const COMPUTED_OF: [(&str, &str); 4] = [
    ("terraform_data", "output"),
    ("aws_instance", "public_dns"),
    ("aws_instance", "public_ip"),
    ("aws_lambda_function", "version"),
];

/// Marks the version of a schema of attributes in the flat spelling of Terraform before 0.12, which
/// are not to be compared with others.
pub(crate) const FLAT: u64 = 1 << 63;

/// Ids that only the state knows and that are short or chosen by people.
const NO_IDENTITY: [&str; 2] = ["random_integer", "time_static"];

impl Rules for TerraformRules {
    fn tools(&self) -> &[&str] {
        &["terraform", "opentofu"]
    }

    fn is_same_object(&self, before: &Member, after: &Member) -> bool {
        let both = |name: &str| {
            let pair = before.attributes.get(name).zip(after.attributes.get(name));
            pair.filter(|(one, other)| **one != 0 && **other != 0)
        };
        let kind = after.resource_type.as_str();
        let stable = STABLE.iter().find(|(of, _)| *of == kind);
        if let Some((one, other)) = stable.and_then(|(_, name)| both(name)) {
            return one == other;
        }
        if OF_BIRTH
            .iter()
            .any(|name| both(name).is_some_and(|(one, other)| one != other))
        {
            return false;
        }
        if ID_CHANGES.contains(&kind) {
            return true;
        }
        // A provider may change what it uses as the id; the ARN stays.
        if let Some((one, other)) = both("arn") {
            return one == other;
        }
        // A lost id is that of an object whose making was not finished.
        before.attributes.get("id") == after.attributes.get("id")
    }

    fn identity(&self, member: &Member) -> Option<String> {
        if let Some(identity) = self.global_identity(member) {
            return Some(identity);
        }
        let id = member.attributes.get("id").filter(|id| **id != 0)?;
        let kind = member.resource_type.as_str();
        (!NO_IDENTITY.contains(&kind)).then(|| format!("{kind} {id:x}"))
    }

    fn global_identity(&self, member: &Member) -> Option<String> {
        let kind = member.resource_type.as_str();
        if let Some(resource) = &member.resource {
            return Some(format!("{kind} {resource}"));
        }
        let parent = member.parent.as_ref()?;
        let id = member.attributes.get("id").filter(|id| **id != 0)?;
        Some(format!("{kind} {parent} {id:x}"))
    }

    fn is_computed(&self, resource_type: &str, attribute: &str) -> bool {
        COMPUTED.contains(&attribute) || COMPUTED_OF.contains(&(resource_type, attribute))
    }

    fn remainder_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        address
            .split_once(" (deposed object ")
            .map(|(address, _)| address)
    }

    fn run<'a>(&self, uri: &'a str) -> Option<&'a str> {
        scope::run_of_address(uri)
    }

    /// `terraform.tfstate` is the place of its backups and of the state that could not be written.
    fn place<'a>(&self, uri: &'a str) -> Cow<'a, str> {
        let uri = uri.split(['?', '#']).next().unwrap_or(uri);
        if scope::of_address(uri).is_some() {
            let workspace = uri.rsplit_once('/').map_or(uri, |(workspace, _)| workspace);
            return Cow::Borrowed(workspace);
        }
        if let Some(folder) = uri.strip_suffix("errored.tfstate") {
            return Cow::Owned(format!("{folder}terraform.tfstate"));
        }
        let Some(file) = uri.strip_suffix(".backup") else {
            return Cow::Borrowed(uri);
        };
        // `terraform state mv` leaves `terraform.tfstate.1700000000.backup`.
        let is_time = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match file.rsplit_once('.') {
            Some((state, time)) if is_time(time) => Cow::Borrowed(state),
            _ => Cow::Borrowed(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_have_the_place_of_their_state() {
        let check = |uri: &str, place: &str| assert_eq!(TerraformRules.place(uri), place, "{uri}");
        check("a/terraform.tfstate", "a/terraform.tfstate");
        check("a/terraform.tfstate.backup", "a/terraform.tfstate");
        check(
            "a/terraform.tfstate.1700000000.backup",
            "a/terraform.tfstate",
        );
        check("a/errored.tfstate", "a/terraform.tfstate");
        check("s3://b/k.tfstate?versionId=x", "s3://b/k.tfstate");
        let workspace = "terraform://app.terraform.io/acme/shop";
        check(&format!("{workspace}/2026.run-1.7.tfstate"), workspace);
    }

    fn member(kind: &str, attributes: &[(&str, u64)]) -> Member {
        Member {
            resource_type: kind.to_owned(),
            attributes: attributes
                .iter()
                .map(|(name, print)| ((*name).to_owned(), *print))
                .collect(),
            ..Member::default()
        }
    }

    #[test]
    fn an_object_is_known_by_what_cannot_change() {
        let check = |kind: &str, before: &[(&str, u64)], after: &[(&str, u64)], is_same: bool| {
            let same = TerraformRules.is_same_object(&member(kind, before), &member(kind, after));
            assert_eq!(same, is_same, "{kind} {before:?} {after:?}");
        };
        check("aws_vpc", &[("id", 1)], &[("id", 1)], true);
        check("aws_vpc", &[("id", 1)], &[("id", 2)], false);
        check(
            "aws_iam_role",
            &[("id", 1), ("unique_id", 5)],
            &[("id", 1), ("unique_id", 6)],
            false,
        );
        check(
            "aws_ecs_task_definition",
            &[("id", 1), ("arn", 5)],
            &[("id", 1), ("arn", 6)],
            false,
        );
        check(
            "aws_lb",
            &[("id", 1), ("arn", 5)],
            &[("id", 2), ("arn", 5)],
            true,
        );
        check(
            "aws_db_instance",
            &[("id", 1), ("arn", 5), ("resource_id", 9)],
            &[("id", 2), ("arn", 6), ("resource_id", 9)],
            true,
        );
        check("aws_s3_bucket_acl", &[("id", 1)], &[("id", 2)], true);
    }
}
