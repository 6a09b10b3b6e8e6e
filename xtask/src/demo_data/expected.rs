//! The truth about the scenario, for tests and for readers.

use super::clock::{Micros, iso_millis};
use super::damage::Damage;
use super::formats::{File, cloudwatch};
use super::json::{Json, list, object};
use super::story::{
    AZURE_CLOCK, CANARIES, DATABASE_GROUP, GCP_CLOCK, INVOICES_UPDATE, LARGEST_SIZE, ON_CALL,
    POOL_EMPTY, PROJECT, PULUMI_ACTOR, RECOVERED, RULE_ADDRESS, RULE_NARROWED, RULE_WIDENED,
    SCALING, SCALING_GROUP, SEARCH_ACTOR, SEARCH_UPDATE, SMALLEST_SIZE, START, SUBSCRIPTION,
    Service, TERRAFORM_ACTOR,
};
use super::traffic::{Ledger, Level};

/// Figures of the scenario that are measured, not set.
pub(crate) struct Facts {
    /// Services that fail, in order, with first and last error of the outage and their number.
    pub(crate) failures: Vec<(Service, Micros, Micros, usize)>,
    /// How many times as many bytes per minute checkout ships during the outage.
    pub(crate) storm_ratio: f64,
    pub(crate) rows: usize,
}

/// Measures the scenario.
pub(crate) fn measure(ledger: &Ledger, files: &[File]) -> Facts {
    let failing = [
        Service::Checkout,
        Service::Cart,
        Service::Web,
        Service::OrderWorker,
    ];
    let mut failures: Vec<_> = failing
        .into_iter()
        .map(|service| {
            let times: Vec<Micros> = ledger
                .lines_of(service)
                .into_iter()
                .filter(|line| line.level == Level::Error && line.upstream.is_some())
                .map(|line| line.time)
                .filter(|time| (POOL_EMPTY..RECOVERED + 20_000_000).contains(time))
                .collect();
            let first = times.first().copied().unwrap_or_default();
            (
                service,
                first,
                times.last().copied().unwrap_or_default(),
                times.len(),
            )
        })
        .collect();
    failures.sort_by_key(|(_, first, ..)| *first);
    let bytes = |from: Micros, to: Micros| {
        let all = cloudwatch::shipped_bytes(ledger, Service::Checkout, from, to);
        all as f64 / (to - from) as f64
    };
    Facts {
        failures,
        storm_ratio: bytes(POOL_EMPTY, RECOVERED) / bytes(START, POOL_EMPTY),
        rows: files.iter().map(|file| file.rows).sum(),
    }
}

/// The file `expected.json`.
pub(crate) fn document(facts: &Facts, damages: &[Damage]) -> String {
    let failure = |(service, first, last, errors): &(Service, Micros, Micros, usize)| {
        object! {
            "service" => service.name(),
            "team" => service.team(),
            "onset" => iso_millis(*first),
            "last" => iso_millis(*last),
            "errors" => *errors,
        }
    };
    let failures: Vec<Json> = facts.failures.iter().map(failure).collect();
    let broken: Vec<Json> = damages
        .iter()
        .map(|damage| {
            object! { "path" => &damage.path, "line" => damage.line, "what" => damage.what }
        })
        .collect();
    object! {
        "about" => "Times are those of a perfect clock, in UTC.",
        "rows" => facts.rows,
        "incidents" => 1,
        "primary" => failures.first().cloned(),
        "secondary" => failures.iter().skip(1).cloned().collect::<Vec<_>>(),
        "healthy" => list!["catalog", "identity", "invoices", "mailer", "pricing", "search"],
        "lost_dependency" => "order-db",
        "cause" => cause(),
        "innocent" => innocent(),
        "repair" => object! {
            "tool" => "terraform", "address" => RULE_ADDRESS, "time" => iso_millis(RULE_WIDENED),
        },
        "clocks" => list![
            clock("azure", SUBSCRIPTION, AZURE_CLOCK.ahead),
            clock("gcp", PROJECT, GCP_CLOCK.ahead),
        ],
        "scaling" => scaling(),
        "cost" => object! {
            "spike_service" => "checkout",
            "spike_team" => "payments",
            "start" => iso_millis(POOL_EMPTY),
            "end" => iso_millis(RECOVERED),
            "ratio" => (facts.storm_ratio * 100.0).round() / 100.0,
        },
        "broken_lines" => broken,
        "never_shown" => CANARIES.to_vec(),
    }
    .pretty()
}

fn cause() -> Json {
    object! {
        "tool" => "terraform",
        "address" => RULE_ADDRESS,
        "action" => "replace",
        "attributes" => list!["cidr_blocks"],
        "parent" => format!("arn:aws:ec2:eu-west-1:111122223333:security-group/{DATABASE_GROUP}"),
        "actor" => TERRAFORM_ACTOR,
        "time" => iso_millis(RULE_NARROWED),
    }
}

fn innocent() -> Json {
    let change = |tool: &str, address: &str, actor: &str, time: Micros| {
        let time = iso_millis(time);
        object! { "tool" => tool, "address" => address, "actor" => actor, "time" => time }
    };
    let (start, end) = INVOICES_UPDATE;
    let urn = "urn:pulumi:production::shop-gcp::";
    list![
        change(
            "cloudformation",
            "SearchTask",
            SEARCH_ACTOR,
            SEARCH_UPDATE.0 + 5_000_000
        ),
        change(
            "cloudformation",
            "SearchService",
            SEARCH_ACTOR,
            SEARCH_UPDATE.0 + 131_000_000
        ),
        change(
            "cloudformation",
            "SearchDashboard",
            SEARCH_ACTOR,
            SEARCH_UPDATE.0 + 140_000_000
        ),
        change(
            "pulumi",
            &format!("{urn}gcp:cloudrunv2/service:Service::invoices"),
            PULUMI_ACTOR,
            end - 1_000_000,
        ),
        change(
            "pulumi",
            &format!("{urn}gcp:storage/bucket:Bucket::invoices-archive"),
            PULUMI_ACTOR,
            start + 4_000_000,
        ),
        change(
            "terraform",
            "aws_s3_bucket.exports",
            TERRAFORM_ACTOR,
            RULE_NARROWED - 1_878_000
        ),
    ]
}

fn clock(provider: &str, account: &str, ahead_micros: i64) -> Json {
    object! {
        "provider" => provider,
        "account" => account,
        "ahead_seconds" => ahead_micros / 1_000_000,
    }
}

fn scaling() -> Json {
    let steps: Vec<Json> = SCALING
        .iter()
        .map(|step| {
            let time = iso_millis(step.time);
            object! { "time" => time, "from" => step.from, "to" => step.to }
        })
        .collect();
    object! {
        "group" => SCALING_GROUP,
        "service" => "checkout",
        "minimum" => SMALLEST_SIZE,
        "maximum" => LARGEST_SIZE,
        "symptoms" => list!["at_maximum", "ineffective"],
        "steps" => steps,
        "by_hand" => object! { "actor" => ON_CALL, "action" => "UpdateAutoScalingGroup" },
        "refused" => object! { "actor" => ON_CALL, "action" => "SetDesiredCapacity" },
    }
}
