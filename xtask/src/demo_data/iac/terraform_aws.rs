//! What Terraform manages in AWS: network, database, checkout with its group and balancer, cart.

use super::terraform_state::{Instance, Resource, tags};
use crate::demo_data::formats::alb::{balancer, target_group};
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::story::{
    ACCOUNT, APP_SUBNETS, CANARIES, CHECKOUT_GROUP, DATA_SUBNETS, DATABASE_GROUP, DATABASE_HOST,
    LARGEST_SIZE, Machine, REGION, SCALING_GROUP, SCALING_GROUP_ARN, SMALLEST_SIZE, Service, VPC,
    WIDE_RANGE, ZONES,
};
use crate::demo_data::traffic::Door;

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}")
}

/// All resources, in the order of the state.
pub(super) fn resources() -> Vec<Resource> {
    let mut all = network();
    all.extend(database());
    all.extend(checkout());
    all.extend(scaling());
    all.push(machines(Service::Cart, "cart", 3));
    all.push(machines(Service::Pricing, "pricing", 1));
    all.push(machines(Service::Catalog, "catalog", 2));
    for (service, name) in [
        (Service::Cart, "cart"),
        (Service::Checkout, "checkout"),
        (Service::Search, "search"),
    ] {
        all.push(log_group(service, name));
    }
    all.push(exports());
    all
}

fn network() -> Vec<Resource> {
    let subnet = |index: usize, id: &str, range: String, name: &str| Instance {
        index: Some(index),
        attributes: object! {
            "arn" => arn("ec2", &format!("subnet/{id}")),
            "availability_zone" => ZONES[index],
            "cidr_block" => range,
            "id" => id,
            "tags" => object! { "Name" => format!("{name}-{index}") },
            "vpc_id" => VPC,
        },
        sensitive: &[],
        dependencies: &["aws_vpc.shop"],
    };
    let app = (0..2).map(|i| subnet(i, APP_SUBNETS[i], format!("10.20.{}.0/24", 17 + i), "app"));
    let data = (0..2).map(|i| subnet(i, DATA_SUBNETS[i], format!("10.20.{}.0/24", 64 + i), "data"));
    vec![
        Resource::single(
            "aws_vpc",
            "shop",
            &[],
            object! {
                "arn" => arn("ec2", &format!("vpc/{VPC}")),
                "cidr_block" => "10.20.0.0/16",
                "id" => VPC,
                "tags" => object! { "Environment" => "production", "Name" => "shop" },
            },
        ),
        Resource {
            kind: "aws_subnet",
            name: "app",
            instances: app.collect(),
        },
        Resource {
            kind: "aws_subnet",
            name: "data",
            instances: data.collect(),
        },
    ]
}

fn security_group(name: &'static str, id: &str, owner: (&str, &str)) -> Resource {
    Resource::single(
        "aws_security_group",
        name,
        &["aws_vpc.shop"],
        object! {
            "arn" => arn("ec2", &format!("security-group/{id}")),
            "description" => "Managed by Terraform",
            "id" => id,
            "name" => format!("{}-production", owner.0),
            "tags" => tags(owner.0, owner.1),
            "vpc_id" => VPC,
        },
    )
}

/// Attributes of the rule that the guilty run narrows, with this range of addresses.
pub(super) fn rule(id: Option<&str>, range: &str) -> Json {
    object! {
        "cidr_blocks" => list![range],
        "description" => "order database from checkout",
        "from_port" => 5432,
        "id" => id,
        "ipv6_cidr_blocks" => list![],
        "prefix_list_ids" => list![],
        "protocol" => "tcp",
        "security_group_id" => DATABASE_GROUP,
        "self" => false,
        "source_security_group_id" => Json::Null,
        "timeouts" => Json::Null,
        "to_port" => 5432,
        "type" => "ingress",
    }
}

/// Id that Terraform gives to the wide rule.
pub(super) const WIDE_RULE_ID: &str = "sgrule-2891734450";
/// Id that Terraform gives to the narrow rule.
pub(super) const NARROW_RULE_ID: &str = "sgrule-1370226189";

fn database() -> Vec<Resource> {
    vec![
        security_group("order_db", DATABASE_GROUP, ("order-db", "payments")),
        Resource::single(
            "aws_security_group_rule",
            "orders_from_checkout",
            &["aws_security_group.order_db", "aws_vpc.shop"],
            rule(Some(WIDE_RULE_ID), WIDE_RANGE),
        ),
        Resource::single(
            "random_password",
            "order_db",
            &[],
            object! { "id" => "none", "length" => 33, "result" => CANARIES[1], "special" => false },
        )
        .keeping_secret(&["bcrypt_hash", "result"]),
        Resource::single(
            "aws_db_subnet_group",
            "orders",
            &["aws_subnet.data", "aws_vpc.shop"],
            object! {
                "arn" => arn("rds", "subgrp:orders"),
                "id" => "orders",
                "name" => "orders",
                "subnet_ids" => DATA_SUBNETS.to_vec(),
            },
        ),
        Resource::single(
            "aws_db_instance",
            "orders",
            &[
                "aws_db_subnet_group.orders",
                "aws_security_group.order_db",
                "aws_subnet.data",
                "aws_vpc.shop",
                "random_password.order_db",
            ],
            object! {
                "address" => DATABASE_HOST,
                "allocated_storage" => 200,
                "arn" => arn("rds", "db:order-db"),
                "availability_zone" => ZONES[0],
                "db_name" => "orders",
                "db_subnet_group_name" => "orders",
                "endpoint" => format!("{DATABASE_HOST}:5432"),
                "engine" => "postgres",
                "engine_version" => "17.4",
                "id" => "db-EXAMPLE7ORDERS4DATABASE2",
                "identifier" => "order-db",
                "instance_class" => "db.m7g.large",
                "multi_az" => true,
                "password" => CANARIES[0],
                "port" => 5432,
                "publicly_accessible" => false,
                "resource_id" => "db-EXAMPLE7ORDERS4DATABASE2",
                "tags" => tags("order-db", "payments"),
                "username" => "orders",
                "vpc_security_group_ids" => list![DATABASE_GROUP],
            },
        )
        .keeping_secret(&["password"]),
    ]
}

fn load_balancer(door: Door, name: &'static str, internal: bool) -> Resource {
    let suffix = balancer(door);
    let short = suffix.split('/').nth(1).unwrap_or(suffix);
    let (scheme, owner) = match internal {
        true => ("internal-", ("checkout", "payments")),
        false => ("", ("edge", "platform")),
    };
    Resource::single(
        "aws_lb",
        name,
        &["aws_subnet.app", "aws_vpc.shop"],
        object! {
            "arn" => arn("elasticloadbalancing", &format!("loadbalancer/{suffix}")),
            "arn_suffix" => suffix,
            "dns_name" => format!("{scheme}{short}-1620398477.{REGION}.elb.amazonaws.com"),
            "id" => arn("elasticloadbalancing", &format!("loadbalancer/{suffix}")),
            "internal" => internal,
            "load_balancer_type" => "application",
            "name" => short,
            "subnets" => APP_SUBNETS.to_vec(),
            "tags" => tags(owner.0, owner.1),
            "vpc_id" => VPC,
        },
    )
}

fn targets(service: Service, name: &'static str) -> Resource {
    Resource::single(
        "aws_lb_target_group",
        name,
        &["aws_vpc.shop"],
        object! {
            "arn" => target_group(service),
            "id" => target_group(service),
            "name" => format!("{}-targets", service.name()),
            "port" => 8080,
            "protocol" => "HTTP",
            "tags" => tags(service.name(), service.team()),
            "target_type" => "instance",
            "vpc_id" => VPC,
        },
    )
}

fn checkout() -> Vec<Resource> {
    let path = balancer(Door::Internal);
    let listener = |path: &str| {
        arn(
            "elasticloadbalancing",
            &format!("listener/{path}/0d9c8b7a6f5e4d3c"),
        )
    };
    vec![
        security_group("checkout", CHECKOUT_GROUP, ("checkout", "payments")),
        load_balancer(Door::Edge, "edge", false),
        load_balancer(Door::Internal, "checkout", true),
        targets(Service::Checkout, "checkout"),
        targets(Service::Cart, "cart"),
        targets(Service::Catalog, "catalog"),
        Resource::single(
            "aws_lb_listener",
            "checkout",
            &[
                "aws_lb.checkout",
                "aws_lb_target_group.checkout",
                "aws_subnet.app",
                "aws_vpc.shop",
            ],
            object! {
                "arn" => listener(path),
                "default_action" => list![object! {
                    "order" => 1,
                    "target_group_arn" => target_group(Service::Checkout),
                    "type" => "forward",
                }],
                "id" => listener(path),
                "load_balancer_arn" => arn("elasticloadbalancing", &format!("loadbalancer/{path}")),
                "port" => 80,
                "protocol" => "HTTP",
            },
        ),
    ]
}

fn scaling() -> Vec<Resource> {
    let template = "lt-0c5ec0d7f1a2b3c4d";
    let tag = |key: &str, value: &str| {
        object! { "key" => key, "propagate_at_launch" => true, "value" => value }
    };
    vec![
        Resource::single(
            "aws_launch_template",
            "checkout",
            &[
                "aws_db_instance.orders",
                "aws_security_group.checkout",
                "aws_vpc.shop",
            ],
            object! {
                "arn" => arn("ec2", &format!("launch-template/{template}")),
                "id" => template,
                "image_id" => "ami-0f1e2d3c4b5a69788",
                "instance_type" => "m7g.large",
                "latest_version" => 88,
                "name" => "checkout",
                "tags" => tags("checkout", "payments"),
                "vpc_security_group_ids" => list![CHECKOUT_GROUP],
            },
        ),
        Resource::single(
            "aws_autoscaling_group",
            "checkout",
            &[
                "aws_launch_template.checkout",
                "aws_lb_target_group.checkout",
                "aws_security_group.checkout",
                "aws_subnet.app",
                "aws_vpc.shop",
            ],
            object! {
                "arn" => SCALING_GROUP_ARN,
                "desired_capacity" => SMALLEST_SIZE,
                "health_check_type" => "EC2",
                "id" => SCALING_GROUP,
                "launch_template" => list![object! {
                    "id" => template, "name" => "checkout", "version" => "88",
                }],
                "max_size" => LARGEST_SIZE,
                "min_size" => SMALLEST_SIZE,
                "name" => SCALING_GROUP,
                "tag" => list![
                    tag("Environment", "production"),
                    tag("Service", "checkout"),
                    tag("Team", "payments"),
                ],
                "target_group_arns" => list![target_group(Service::Checkout)],
                "vpc_zone_identifier" => APP_SUBNETS.to_vec(),
            },
        ),
        Resource::single(
            "aws_autoscaling_policy",
            "checkout_requests",
            &[
                "aws_autoscaling_group.checkout",
                "aws_lb_target_group.checkout",
            ],
            object! {
                "arn" => arn(
                    "autoscaling",
                    "scalingPolicy:0e7d6c5b-4a39-4828-9716-05f4e3d2c1b0:autoScalingGroupName/\
                     checkout-asg:policyName/checkout-requests-per-target",
                ),
                "autoscaling_group_name" => SCALING_GROUP,
                "id" => "checkout-requests-per-target",
                "name" => "checkout-requests-per-target",
                "policy_type" => "TargetTrackingScaling",
            },
        ),
    ]
}

fn machines(service: Service, name: &'static str, count: usize) -> Resource {
    let instances = (0..count).map(|number| {
        let machine = Machine::of(service, number);
        Instance {
            index: Some(number),
            attributes: object! {
                "arn" => arn("ec2", &format!("instance/{}", machine.instance)),
                "availability_zone" => ZONES[machine.zone],
                "id" => &machine.instance,
                "instance_type" => "m7g.medium",
                "primary_network_interface_id" => &machine.interface,
                "private_dns" => host_name(&machine.ip),
                "private_ip" => &machine.ip,
                "subnet_id" => APP_SUBNETS[machine.zone],
                "tags" => tags(service.name(), service.team())
                    .with("Name", format!("{name}-{number}")),
            },
            sensitive: &[],
            dependencies: &["aws_subnet.app", "aws_vpc.shop"],
        }
    });
    Resource {
        kind: "aws_instance",
        name,
        instances: instances.collect(),
    }
}

fn host_name(ip: &str) -> String {
    format!("ip-{}.{REGION}.compute.internal", ip.replace('.', "-"))
}

fn log_group(service: Service, name: &'static str) -> Resource {
    let path = format!("/shop/production/{}", service.name());
    Resource::single(
        "aws_cloudwatch_log_group",
        name,
        &[],
        object! {
            "arn" => arn("logs", &format!("log-group:{path}")),
            "id" => &path,
            "name" => &path,
            "retention_in_days" => 30,
            "tags" => tags(service.name(), service.team()),
        },
    )
}

/// Tags of the bucket that the guilty run also touches.
pub(super) fn exports_tags(has_owner: bool) -> Json {
    let tags = object! { "Environment" => "production" };
    if has_owner {
        tags.with("Team", "finance")
    } else {
        tags
    }
}

fn exports() -> Resource {
    Resource::single(
        "aws_s3_bucket",
        "exports",
        &[],
        object! {
            "arn" => format!("arn:aws:s3:::shop-exports-{ACCOUNT}"),
            "bucket" => format!("shop-exports-{ACCOUNT}"),
            "id" => format!("shop-exports-{ACCOUNT}"),
            "region" => REGION,
            "tags" => exports_tags(true),
        },
    )
}
