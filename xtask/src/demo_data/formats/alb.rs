//! Access logs of the two application load balancers.
//!
//! Source: docs.aws.amazon.com/elasticloadbalancing/latest/application,
//! "Access logs for your Application Load Balancer" (read 2026-11-21).

use super::{File, hours};
use crate::demo_data::clock::{MILLI, Micros, SECOND, in_object_name, iso_micros};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{ACCOUNT, Machine, REGION, SEED, Service};
use crate::demo_data::traffic::{Access, Door, Ledger};

/// Name and id of a load balancer as its logs hold them.
pub(crate) fn balancer(door: Door) -> &'static str {
    match door {
        Door::Internal => "app/checkout-internal/8f1e2d3c4b5a6978",
        _ => "app/shop-edge/50dc6c495c0c9188",
    }
}

/// ARN of the target group of a service.
pub(crate) fn target_group(service: Service) -> String {
    let id = match service {
        Service::Checkout => "1b2c3d4e5f607182",
        Service::Cart => "2c3d4e5f60718293",
        Service::Catalog => "3d4e5f6071829304",
        _ => "4e5f607182930415",
    };
    format!(
        "arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{}-targets/{id}",
        service.name()
    )
}

/// Log files of a load balancer, one an hour.
pub(crate) fn files(ledger: &Ledger, door: Door) -> Vec<File> {
    let mut rng = Rng::for_part(SEED, balancer(door));
    let id = balancer(door).replace('/', ".");
    let node = if door == Door::Internal {
        "10.20.17.200"
    } else {
        "203.0.113.80"
    };
    hours()
        .map(|(start, end)| {
            let lines: Vec<String> = ledger
                .through(door)
                .into_iter()
                .filter(|access| (start..end).contains(&access.end))
                .map(|access| line(access, &mut rng))
                .collect();
            let path = format!(
                "aws/AWSLogs/{ACCOUNT}/elasticloadbalancing/{REGION}/2026/05/12/\
                 {ACCOUNT}_elasticloadbalancing_{REGION}_{id}_{}_{node}_{}.log.gz",
                in_object_name(end),
                rng.hex(8),
            );
            File::of_lines(path, &lines)
        })
        .collect()
}

fn line(access: &Access, rng: &mut Rng) -> String {
    let machine = Machine::of(access.service, access.host);
    let target = format!("{}:8080", machine.ip);
    let (scheme, host, tls) = match access.door {
        Door::Internal => ("http", "checkout.internal.shop.example.com:80", "- -"),
        _ => (
            "https",
            "api.shop.example.com:443",
            "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2",
        ),
    };
    let (target_time, response_time, target_status) = if access.answered {
        (
            seconds(access.took.saturating_sub(MILLI)),
            "0.000".to_owned(),
            access.status.to_string(),
        )
    } else {
        ("-1".to_owned(), "-1".to_owned(), "-".to_owned())
    };
    let agent = match (access.door, access.client.as_str()) {
        (Door::Internal, _) => "cart/3.8.1",
        (_, "192.0.2.77") => "order-worker/1.14.0",
        _ => "web/7.2.0",
    };
    let (domain, certificate) = match access.door {
        Door::Internal => ("\"-\"", "\"-\"".to_owned()),
        _ => (
            "\"api.shop.example.com\"",
            format!(
                "\"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/\
                 6f0e1d2c-3b4a-4596-8778-695a4b3c2d1e\""
            ),
        ),
    };
    let trace = format!("Root=1-{}-{}", &access.trace[..8], &access.trace[8..]);
    format!(
        "{scheme} {end} {balancer} {client}:{port} {target} 0.000 {target_time} {response_time} \
         {status} {target_status} {received} {sent} \"{method} {scheme}://{host}{path} HTTP/1.1\" \
         \"{agent}\" {tls} {group} \"{trace}\" {domain} {certificate} {rule} {created} \
         \"forward\" \"-\" \"-\" \
         \"{target}\" \"{target_status}\" \"-\" \"-\" TID_{tid}",
        end = iso_micros(access.end),
        balancer = balancer(access.door),
        client = access.client,
        port = 32_768 + rng.below(64) * 431,
        status = access.status,
        received = 240 + access.path.len(),
        sent = if access.status < 400 {
            512 + 16 * rng.below(60)
        } else {
            148
        },
        method = access.method,
        path = access.path,
        group = target_group(access.service),
        rule = if access.door == Door::Internal { 0 } else { 10 },
        created = iso_micros(access.end - access.took),
        // The balancer keeps few connections to web open, so that few ids occur.
        tid = format_args!("{:032x}", 0x9a3f_0000_u64 + rng.below(32)),
    )
}

fn seconds(time: Micros) -> String {
    format!("{}.{:03}", time / SECOND, time / MILLI % 1000)
}
