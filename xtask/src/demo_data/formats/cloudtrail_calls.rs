//! The calls of AWS APIs that belong to the story.

use super::cloudtrail::{Call, Caller};
use crate::demo_data::clock::{MILLI, Micros, SECOND, at};
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::story::{
    ACCOUNT, APPLY, DATABASE_GROUP, LARGEST_SIZE, NARROW_RANGE, REFUSED_SIZE, REGION, REPAIR_APPLY,
    RULE_NARROWED, RULE_REVOKED, RULE_WIDENED, SCALING, SCALING_GROUP, SEARCH_UPDATE,
    SMALLEST_SIZE, Trigger, WIDE_RANGE,
};

const TERRAFORM: Caller = Caller {
    role: Some(("deploy-bot", "mona")),
    address: "198.51.100.61",
    agent: "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) \
        terraform-provider-aws/5.94.1 (+https://registry.terraform.io/providers/hashicorp/aws) \
        aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.7 \
        md/GOOS#linux md/GOARCH#amd64 api/ec2#1.210.1",
    console: false,
};

const PIPELINE: Caller = Caller {
    role: Some(("deploy-bot", "ci-search-482")),
    address: "198.51.100.62",
    agent: "aws-cli/2.27.11 md/awscrt#0.26.1 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.3",
    console: false,
};

const CLOUDFORMATION: Caller = Caller {
    role: Some(("deploy-bot", "ci-search-482")),
    address: "cloudformation.amazonaws.com",
    agent: "cloudformation.amazonaws.com",
    console: false,
};

const ON_CALL: Caller = Caller {
    role: Some(("on-call", "mona")),
    address: "203.0.113.190",
    agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/136.0.0.0 Safari/537.36",
    console: true,
};

const AUTOSCALING: Caller = Caller {
    role: Some(("AWSServiceRoleForAutoScaling", "AutoScaling")),
    address: "autoscaling.amazonaws.com",
    agent: "autoscaling.amazonaws.com",
    console: false,
};

/// All of them, in no order.
pub(super) fn of_the_story() -> Vec<Call> {
    let mut calls = Vec::new();
    narrowing(&mut calls);
    repair(&mut calls);
    search_update(&mut calls);
    scaling(&mut calls);
    calls
}

fn write(
    time: Micros,
    source: &'static str,
    name: &'static str,
    caller: Caller,
    request: Json,
) -> Call {
    let response = Json::Null;
    Call {
        time,
        source,
        name,
        caller,
        request,
        response,
        error: None,
        read_only: false,
    }
}

fn read(time: Micros, source: &'static str, name: &'static str, request: Json) -> Call {
    Call {
        read_only: true,
        ..write(time, source, name, TERRAFORM, request)
    }
}

const EC2: &str = "ec2.amazonaws.com";

/// The guilty run: it reads everything, then replaces the rule and touches the tags of a bucket.
fn narrowing(calls: &mut Vec<Call>) {
    refresh(APPLY, calls);
    calls.push(revoke(RULE_REVOKED, WIDE_RANGE));
    calls.push(authorize(
        RULE_NARROWED,
        NARROW_RANGE,
        "sgr-0f3b7c5a9d1e2468b",
    ));
    let tagging = object! {
        "bucketName" => "shop-exports-111122223333",
        "tagging" => "",
        "Host" => format!("shop-exports-111122223333.s3.{REGION}.amazonaws.com"),
    };
    let s3 = "s3.amazonaws.com";
    calls.push(write(
        RULE_REVOKED + 400 * MILLI,
        s3,
        "PutBucketTagging",
        TERRAFORM,
        tagging,
    ));
}

fn repair(calls: &mut Vec<Call>) {
    refresh(REPAIR_APPLY, calls);
    calls.push(revoke(RULE_WIDENED - 3 * SECOND, NARROW_RANGE));
    calls.push(authorize(RULE_WIDENED, WIDE_RANGE, "sgr-0a8d6e4c2b0f97531"));
}

fn refresh(time: Micros, calls: &mut Vec<Call>) {
    let reads = [
        ("sts.amazonaws.com", "GetCallerIdentity"),
        (EC2, "DescribeVpcs"),
        (EC2, "DescribeSubnets"),
        (EC2, "DescribeSecurityGroups"),
        (EC2, "DescribeSecurityGroupRules"),
        ("rds.amazonaws.com", "DescribeDBInstances"),
        ("autoscaling.amazonaws.com", "DescribeAutoScalingGroups"),
        (
            "elasticloadbalancing.amazonaws.com",
            "DescribeLoadBalancers",
        ),
        ("elasticloadbalancing.amazonaws.com", "DescribeTargetGroups"),
        ("logs.amazonaws.com", "DescribeLogGroups"),
    ];
    for (index, (source, name)) in reads.into_iter().enumerate() {
        calls.push(read(
            time + (2 + index as u64 / 3) * SECOND,
            source,
            name,
            Json::Null,
        ));
    }
}

fn permissions(range: &str) -> Json {
    object! {
        "groupId" => DATABASE_GROUP,
        "ipPermissions" => object! {
            "items" => list![object! {
                "ipProtocol" => "tcp",
                "fromPort" => 5432,
                "toPort" => 5432,
                "groups" => object! {},
                "ipRanges" => object! {
                    "items" => list![object! {
                        "cidrIp" => range,
                        "description" => "order database from checkout",
                    }],
                },
                "ipv6Ranges" => object! {},
                "prefixListIds" => object! {},
            }],
        },
    }
}

fn revoke(time: Micros, range: &str) -> Call {
    let mut call = write(
        time,
        EC2,
        "RevokeSecurityGroupIngress",
        TERRAFORM,
        permissions(range),
    );
    call.response = object! { "_return" => true };
    call
}

fn authorize(time: Micros, range: &str, rule: &str) -> Call {
    let mut call = write(
        time,
        EC2,
        "AuthorizeSecurityGroupIngress",
        TERRAFORM,
        permissions(range),
    );
    call.response = object! {
        "_return" => true,
        "securityGroupRuleSet" => object! {
            "items" => list![object! {
                "groupOwnerId" => ACCOUNT,
                "groupId" => DATABASE_GROUP,
                "securityGroupRuleId" => rule,
                "securityGroupRuleArn" =>
                    format!("arn:aws:ec2:{REGION}:{ACCOUNT}:security-group-rule/{rule}"),
                "description" => "order database from checkout",
                "isEgress" => false,
                "ipProtocol" => "tcp",
                "fromPort" => 5432,
                "toPort" => 5432,
                "cidrIpv4" => range,
            }],
        },
    };
    call
}

/// The update of the search stack, and what CloudFormation does for it.
fn search_update(calls: &mut Vec<Call>) {
    let (start, end) = SEARCH_UPDATE;
    let stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-search/\
        2b7e1516-28ae-11f0-9c3d-0a2c4e6f8b1d";
    let request = object! {
        "stackName" => "shop-search",
        "capabilities" => list!["CAPABILITY_IAM"],
        "parameters" => list![object! { "parameterKey" => "ImageTag" }],
        "clientRequestToken" => "ci-search-482",
    };
    let mut update = write(
        start,
        "cloudformation.amazonaws.com",
        "UpdateStack",
        PIPELINE,
        request,
    );
    update.response = object! { "stackId" => stack };
    calls.push(update);
    let ecs = "ecs.amazonaws.com";
    let family = object! { "family" => "search", "networkMode" => "awsvpc" };
    calls.push(write(
        start + 4 * SECOND,
        ecs,
        "RegisterTaskDefinition",
        CLOUDFORMATION,
        family,
    ));
    let service = object! {
        "cluster" => "shop",
        "service" => "arn:aws:ecs:eu-west-1:111122223333:service/shop/search",
        "taskDefinition" => "arn:aws:ecs:eu-west-1:111122223333:task-definition/search:61",
    };
    calls.push(write(
        start + 9 * SECOND,
        ecs,
        "UpdateService",
        CLOUDFORMATION,
        service,
    ));
    let dashboard = object! { "dashboardName" => "shop-search" };
    let monitoring = "monitoring.amazonaws.com";
    calls.push(write(
        end - 8 * SECOND,
        monitoring,
        "PutDashboard",
        CLOUDFORMATION,
        dashboard,
    ));
}

/// What scales the group, and the engineer who tries to help.
fn scaling(calls: &mut Vec<Call>) {
    let source = "autoscaling.amazonaws.com";
    for step in &SCALING {
        if step.trigger == Trigger::ByHand {
            let request = object! {
                "autoScalingGroupName" => SCALING_GROUP,
                "minSize" => SMALLEST_SIZE,
                "maxSize" => LARGEST_SIZE,
                "desiredCapacity" => step.to,
            };
            calls.push(write(
                step.time,
                source,
                "UpdateAutoScalingGroup",
                ON_CALL,
                request,
            ));
        }
        if step.to > step.from {
            let request = object! {
                "CreateFleetRequest" => object! {
                    "Type" => "instant",
                    "TargetCapacitySpecification" => object! {
                        "TotalTargetCapacity" => step.to - step.from,
                        "DefaultTargetCapacityType" => "on-demand",
                    },
                },
            };
            calls.push(write(
                step.time + 11 * SECOND,
                EC2,
                "CreateFleet",
                AUTOSCALING,
                request,
            ));
        }
    }
    let (time, size) = REFUSED_SIZE;
    let request = object! {
        "autoScalingGroupName" => SCALING_GROUP,
        "desiredCapacity" => size,
        "honorCooldown" => false,
    };
    let mut refused = write(time, source, "SetDesiredCapacity", ON_CALL, request);
    let message = format!(
        "New SetDesiredCapacity value {size} is above max value \
         {LARGEST_SIZE} for the AutoScalingGroup."
    );
    refused.error = Some(("ValidationException", message));
    calls.push(refused);
    let describe = object! { "autoScalingGroupNames" => list![SCALING_GROUP] };
    let seen = at(14, 43, 50, 0);
    let mut look = write(seen, source, "DescribeAutoScalingGroups", ON_CALL, describe);
    look.read_only = true;
    calls.push(look);
}
