//! The plan of the guilty run, as `terraform show -json` prints it.
//!
//! Source: developer.hashicorp.com/terraform/internals/json-format (read 2026-11-21).

use super::terraform_aws::{WIDE_RULE_ID, exports_tags, rule};
use crate::demo_data::clock::{SECOND, iso};
use crate::demo_data::formats::File;
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::story::{
    ACCOUNT, APPLY, CANARIES, NARROW_RANGE, REGION, RULE_ADDRESS, WIDE_RANGE,
};

/// The plan.
pub(crate) fn file() -> File {
    let plan = object! {
        "format_version" => "1.2",
        "terraform_version" => "1.11.4",
        "variables" => object! {
            "checkout_range" => object! { "value" => NARROW_RANGE },
            "database_password" => object! { "value" => CANARIES[2] },
        },
        "resource_changes" => list![bucket_change(), rule_change()],
        "output_changes" => object! {},
        "configuration" => configuration(),
        "relevant_attributes" => list![],
        "timestamp" => iso(APPLY + 6 * SECOND),
        "applyable" => true,
        "complete" => true,
        "errored" => false,
    };
    File::document("iac/terraform/plan-2026-05-12T143054Z.json", plan.pretty())
}

fn rule_change() -> Json {
    object! {
        "address" => RULE_ADDRESS,
        "mode" => "managed",
        "type" => "aws_security_group_rule",
        "name" => "orders_from_checkout",
        "provider_name" => "registry.terraform.io/hashicorp/aws",
        "change" => object! {
            "actions" => list!["delete", "create"],
            "before" => rule(Some(WIDE_RULE_ID), WIDE_RANGE),
            "after" => rule(None, NARROW_RANGE),
            "after_unknown" => object! {
                "cidr_blocks" => list![false], "id" => true, "security_group_rule_id" => true,
            },
            "before_sensitive" => object! { "cidr_blocks" => list![false] },
            "after_sensitive" => object! { "cidr_blocks" => list![false] },
            "replace_paths" => list![list!["cidr_blocks"]],
        },
        "action_reason" => "replace_because_cannot_update",
    }
}

fn bucket_change() -> Json {
    let bucket = |has_owner| {
        object! {
            "arn" => format!("arn:aws:s3:::shop-exports-{ACCOUNT}"),
            "bucket" => format!("shop-exports-{ACCOUNT}"),
            "id" => format!("shop-exports-{ACCOUNT}"),
            "region" => REGION,
            "tags" => exports_tags(has_owner),
        }
    };
    object! {
        "address" => "aws_s3_bucket.exports",
        "mode" => "managed",
        "type" => "aws_s3_bucket",
        "name" => "exports",
        "provider_name" => "registry.terraform.io/hashicorp/aws",
        "change" => object! {
            "actions" => list!["update"],
            "before" => bucket(false),
            "after" => bucket(true),
            "after_unknown" => object! {},
            "before_sensitive" => object! { "tags" => object! {} },
            "after_sensitive" => object! { "tags" => object! {} },
        },
    }
}

fn configuration() -> Json {
    object! {
        "provider_config" => object! {
            "aws" => object! {
                "name" => "aws",
                "full_name" => "registry.terraform.io/hashicorp/aws",
                "expressions" => object! { "region" => object! { "constant_value" => REGION } },
            },
        },
        "root_module" => object! {
            "resources" => list![object! {
                "address" => RULE_ADDRESS,
                "mode" => "managed",
                "type" => "aws_security_group_rule",
                "name" => "orders_from_checkout",
                "provider_config_key" => "aws",
                "expressions" => object! {
                    "cidr_blocks" => object! { "references" => list!["var.checkout_range"] },
                    "security_group_id" => object! {
                        "references" => list![
                            "aws_security_group.order_db.id",
                            "aws_security_group.order_db",
                        ],
                    },
                },
                "schema_version" => 2,
            }],
            "variables" => object! {
                "checkout_range" => object! {},
                "database_password" => object! { "sensitive" => true },
            },
        },
    }
}
