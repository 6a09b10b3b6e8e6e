//! The story: what happens when, and the names and addresses of everything in it.
//!
//! All times are those of a perfect clock. AWS and the machines that run the infrastructure tools
//! have one; the clocks of the other two clouds are off (see [`AZURE_CLOCK`], [`GCP_CLOCK`]).

use super::clock::{Micros, SkewedClock, at};

/// Seed of everything random.
pub(crate) const SEED: u64 = 4711;

/// First moment of the logs.
pub(crate) const START: Micros = at(13, 0, 0, 0);
/// Last moment of the logs.
pub(crate) const END: Micros = at(16, 0, 0, 0);

/// CloudFormation updates the stack of the search service. Innocent.
pub(crate) const SEARCH_UPDATE: (Micros, Micros) = (at(14, 22, 4, 511), at(14, 24, 31, 87));
/// `terraform apply` of the guilty change begins.
pub(crate) const APPLY: Micros = at(14, 30, 54, 210);
/// The old rule of the security group of the order database is revoked.
pub(crate) const RULE_REVOKED: Micros = at(14, 31, 9, 640);
/// The new, narrower rule is in force: new connections from checkout go nowhere.
pub(crate) const RULE_NARROWED: Micros = at(14, 31, 12, 418);
/// Pulumi updates the invoices service: nearer to the first failure than Terraform. Innocent.
pub(crate) const INVOICES_UPDATE: (Micros, Micros) = (at(14, 31, 22, 0), at(14, 31, 35, 0));
/// Connections that were open before the change are recycled from here on; requests begin to fail.
pub(crate) const POOL_EMPTY: Micros = at(14, 31, 52, 0);
/// `terraform apply` of the repair begins.
pub(crate) const REPAIR_APPLY: Micros = at(15, 19, 21, 902);
/// The wide rule is back.
pub(crate) const RULE_WIDENED: Micros = at(15, 19, 44, 633);
/// The pools of checkout are full again.
pub(crate) const RECOVERED: Micros = at(15, 19, 58, 0);

/// Azure is two seconds behind.
pub(crate) const AZURE_CLOCK: SkewedClock = SkewedClock { ahead: -2_000_000 };
/// Google Cloud is four seconds ahead.
pub(crate) const GCP_CLOCK: SkewedClock = SkewedClock { ahead: 4_000_000 };

/// AWS account.
pub(crate) const ACCOUNT: &str = "111122223333";
/// AWS region.
pub(crate) const REGION: &str = "eu-west-1";
/// Azure subscription.
pub(crate) const SUBSCRIPTION: &str = "5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab";
/// Azure tenant.
pub(crate) const TENANT: &str = "0f9e8d7c-6b5a-4948-8736-25140f1e2d3c";
/// Azure region.
pub(crate) const AZURE_REGION: &str = "westeurope";
/// Google Cloud project.
pub(crate) const PROJECT: &str = "shop-prod-4711";
/// Google Cloud region.
pub(crate) const GCP_REGION: &str = "europe-west1";

/// Network of the shop in AWS.
pub(crate) const VPC: &str = "vpc-0a4be1f3c2d5e6078";
/// Subnets of the applications, one per zone.
pub(crate) const APP_SUBNETS: [&str; 2] = ["subnet-0a1a1a1a1a1a1a1a1", "subnet-0b2b2b2b2b2b2b2b2"];
/// Subnets of the databases.
pub(crate) const DATA_SUBNETS: [&str; 2] = ["subnet-0c3c3c3c3c3c3c3c3", "subnet-0d4d4d4d4d4d4d4d4"];
/// Addresses that may reach the order database before the change and after the repair.
pub(crate) const WIDE_RANGE: &str = "10.20.16.0/20";
/// Addresses that may reach it in between; no instance of checkout has one of these.
pub(crate) const NARROW_RANGE: &str = "10.20.16.0/24";
/// Security group of checkout.
pub(crate) const CHECKOUT_GROUP: &str = "sg-0c5ec0d7a1b2c3d4e";
/// Security group of the order database.
pub(crate) const DATABASE_GROUP: &str = "sg-0db0f1e2d3c4b5a69";
/// Terraform address of the guilty rule.
pub(crate) const RULE_ADDRESS: &str = "aws_security_group_rule.orders_from_checkout";
/// Host name of the order database.
pub(crate) const DATABASE_HOST: &str = "order-db.cq3exampl3ab.eu-west-1.rds.amazonaws.com";
/// Address of the order database.
pub(crate) const DATABASE_IP: &str = "10.20.64.25";
/// Network interface of the order database.
pub(crate) const DATABASE_INTERFACE: &str = "eni-0dbdbdbdbdbdbdb01";
/// Auto-scaling group of checkout.
pub(crate) const SCALING_GROUP: &str = "checkout-asg";
/// ARN of the auto-scaling group.
pub(crate) const SCALING_GROUP_ARN: &str = "arn:aws:autoscaling:eu-west-1:111122223333:\
     autoScalingGroup:7c1f9a52-3b0e-4d61-9e8a-5f4c2b1d0e93:autoScalingGroupName/checkout-asg";
/// Who runs Terraform: a person, by the role of the deployment.
pub(crate) const TERRAFORM_ACTOR: &str = "arn:aws:sts::111122223333:assumed-role/deploy-bot/mona";
/// Who runs CloudFormation.
pub(crate) const SEARCH_ACTOR: &str =
    "arn:aws:sts::111122223333:assumed-role/deploy-bot/ci-search-482";
/// Who runs Pulumi.
pub(crate) const PULUMI_ACTOR: &str = "pulumi-ci@shop-prod-4711.iam.gserviceaccount.com";
/// Who tries to help by hand during the outage.
pub(crate) const ON_CALL: &str = "arn:aws:sts::111122223333:assumed-role/on-call/mona";

/// Values that stand where real documents hold secrets. None may ever be seen in a report.
pub(crate) const CANARIES: [&str; 6] = [
    "canary-terraform-db-password-0001",
    "canary-terraform-random-password-0002",
    "canary-plan-variable-0003",
    "canary-azure-connection-string-0004",
    "canary-cloudformation-parameter-0005",
    "canary-pulumi-secret-output-0006",
];

/// A service of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Web,
    Identity,
    Cart,
    Checkout,
    Catalog,
    Search,
    Pricing,
    OrderWorker,
    Mailer,
    Invoices,
}

impl Service {
    /// Name in logs and tags.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Identity => "identity",
            Self::Cart => "cart",
            Self::Checkout => "checkout",
            Self::Catalog => "catalog",
            Self::Search => "search",
            Self::Pricing => "pricing",
            Self::OrderWorker => "order-worker",
            Self::Mailer => "mailer",
            Self::Invoices => "invoices",
        }
    }

    /// Team that owns it.
    pub(crate) fn team(self) -> &'static str {
        match self {
            Self::Web | Self::Cart => "shopfront",
            Self::Identity => "platform",
            Self::Checkout => "payments",
            Self::Catalog | Self::Search | Self::Pricing => "discovery",
            Self::OrderWorker | Self::Mailer => "fulfilment",
            Self::Invoices => "finance",
        }
    }
}

/// A machine of AWS: instance, network interface, address.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) instance: String,
    pub(crate) interface: String,
    pub(crate) ip: String,
    pub(crate) zone: usize,
}

impl Machine {
    /// Machine number `number` of a service; machines alternate between the two zones.
    pub(crate) fn of(service: Service, number: usize) -> Self {
        let zone = number % 2;
        let (mark, first) = match service {
            Service::Cart => ("ca", 40),
            Service::Pricing => ("dc", 60),
            Service::Catalog => ("fa", 70),
            Service::Search => ("5e", 80),
            _ => ("c0", 11),
        };
        Self {
            instance: format!("i-0{mark}{number:02x}7e5a1b3c{:04x}", 0x9d40 + number * 37),
            interface: format!(
                "eni-0{mark}{number:02x}4f6b2d8e{:04x}",
                0x3a10 + number * 53
            ),
            ip: format!("10.20.{}.{}", 17 + zone, first + number),
            zone,
        }
    }
}

/// Availability zones of the two application subnets.
pub(crate) const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];

/// A step of the auto-scaling group of checkout.
pub(crate) struct ScalingStep {
    pub(crate) time: Micros,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) trigger: Trigger,
}

/// What makes the group change its size.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// More requests per instance than the target.
    AlarmHigh,
    /// Fewer requests per instance than the target.
    AlarmLow,
    /// Somebody sets the size by hand.
    ByHand,
}

/// Smallest size of the group.
pub(crate) const SMALLEST_SIZE: usize = 4;
/// Largest size of the group.
pub(crate) const LARGEST_SIZE: usize = 12;
/// Somebody asks for sixteen instances and is refused.
pub(crate) const REFUSED_SIZE: (Micros, usize) = (at(14, 49, 2, 118), 16);

/// All steps of the group.
pub(crate) const SCALING: [ScalingStep; 7] = [
    step(at(14, 35, 8, 0), 4, 6, Trigger::AlarmHigh),
    step(at(14, 38, 9, 0), 6, 8, Trigger::AlarmHigh),
    step(at(14, 41, 8, 0), 8, 10, Trigger::AlarmHigh),
    step(at(14, 44, 31, 0), 10, 12, Trigger::ByHand),
    step(at(15, 38, 6, 0), 12, 9, Trigger::AlarmLow),
    step(at(15, 47, 7, 0), 9, 6, Trigger::AlarmLow),
    step(at(15, 56, 6, 0), 6, 4, Trigger::AlarmLow),
];

const fn step(time: Micros, from: usize, to: usize, trigger: Trigger) -> ScalingStep {
    ScalingStep {
        time,
        from,
        to,
        trigger,
    }
}

/// Instances of checkout that take requests at this time; a new one needs a minute to start.
pub(crate) fn checkout_size(time: Micros) -> usize {
    let starting = at(0, 1, 5, 0);
    let mut size = SMALLEST_SIZE;
    for step in &SCALING {
        let effective = if step.to > step.from {
            step.time + starting
        } else {
            step.time
        };
        if effective <= time {
            size = step.to;
        }
    }
    size
}

/// Probability that a request of checkout that begins now gets no connection to the order database.
pub(crate) fn database_loss(time: Micros) -> f64 {
    if !(POOL_EMPTY..RECOVERED).contains(&time) {
        return 0.0;
    }
    // Pools are refilled one connection at a time after the repair.
    if time > RULE_WIDENED + at(0, 0, 4, 0) {
        return 0.4;
    }
    // A few connections from before the change live on for a minute.
    if time < POOL_EMPTY + at(0, 1, 0, 0) {
        0.9
    } else {
        0.985
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_grows_to_its_maximum_and_comes_back() {
        assert_eq!(checkout_size(START), SMALLEST_SIZE);
        assert_eq!(checkout_size(at(15, 0, 0, 0)), LARGEST_SIZE);
        assert_eq!(checkout_size(END), SMALLEST_SIZE);
        assert!(SCALING.windows(2).all(|pair| pair[0].to == pair[1].from));
    }

    #[test]
    fn the_database_is_lost_after_the_change_only() {
        assert_eq!(database_loss(RULE_NARROWED), 0.0);
        assert!(database_loss(POOL_EMPTY) > 0.5);
        assert_eq!(database_loss(RECOVERED), 0.0);
    }
}
