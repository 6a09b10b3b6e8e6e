//! VPC flow logs in a custom format with its header.
//!
//! Source: docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html (read 2026-11-21).

use super::{File, hours};
use crate::demo_data::clock::{MINUTE, Micros, SECOND, epoch_seconds, in_object_name};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{
    ACCOUNT, APP_SUBNETS, DATA_SUBNETS, DATABASE_INTERFACE, DATABASE_IP, Machine, REGION,
    RULE_NARROWED, RULE_WIDENED, SEED, Service, VPC, checkout_size,
};

const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport \
    protocol packets bytes start end action log-status vpc-id subnet-id instance-id \
    tcp-flags flow-direction";

/// One flow: from address and port to address and port, within one minute.
struct Flow<'a> {
    interface: &'a str,
    subnet: &'a str,
    instance: &'a str,
    from: (&'a str, u64),
    to: (&'a str, u64),
    packets: u64,
    bytes: u64,
    accepted: bool,
    tcp_flags: u64,
    ingress: bool,
}

/// The flow log files, one an hour.
pub(crate) fn files() -> Vec<File> {
    let mut rng = Rng::for_part(SEED, "vpc flow");
    hours()
        .map(|(start, end)| {
            let mut lines = vec![HEADER.to_owned()];
            let mut minute = start;
            while minute < end {
                one_minute(minute, &mut rng, &mut lines);
                minute += MINUTE;
            }
            let path = format!(
                "aws/AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/2026/05/12/\
                 {ACCOUNT}_vpcflowlogs_{REGION}_fl-0a1b2c3d4e5f60718_{}_{}.log.gz",
                in_object_name(start),
                rng.hex(8),
            );
            let mut file = File::of_lines(path, &lines);
            file.rows -= 1;
            file
        })
        .collect()
}

fn one_minute(minute: Micros, rng: &mut Rng, lines: &mut Vec<String>) {
    let size = checkout_size(minute);
    let cut_off = minute + MINUTE > RULE_NARROWED && minute < RULE_WIDENED;
    for number in 0..size {
        let machine = Machine::of(Service::Checkout, number);
        load_balancer_to_checkout(&machine, minute, rng, lines);
        // Connections that were open before the change end within a minute of it.
        if !cut_off || minute < RULE_NARROWED {
            open_connection(&machine, number, minute, rng, lines);
        }
        if cut_off {
            refused_connection(&machine, minute, rng, lines);
        }
    }
    for number in 0..3 {
        cart_to_load_balancer(&Machine::of(Service::Cart, number), minute, rng, lines);
    }
    strangers(minute, rng, lines);
    if rng.chance(0.1) {
        let second = epoch_seconds(minute);
        let subnet = DATA_SUBNETS[1];
        lines.push(format!(
            "5 {ACCOUNT} eni-0e0e0e0e0e0e0e0e0 - - - - - - - {second} {} - NODATA \
             {VPC} {subnet} - - -",
            second + 59
        ));
    }
}

fn load_balancer_to_checkout(
    machine: &Machine,
    minute: Micros,
    rng: &mut Rng,
    lines: &mut Vec<String>,
) {
    let packets = rng.between(30, 90);
    let flow = Flow {
        interface: &machine.interface,
        subnet: APP_SUBNETS[machine.zone],
        instance: &machine.instance,
        from: ("10.20.17.200", 20_000 + rng.below(40) * 11),
        to: (&machine.ip, 8080),
        packets,
        bytes: packets * 212,
        accepted: true,
        tcp_flags: 0,
        ingress: true,
    };
    lines.push(line(&flow, (minute, minute + 59 * SECOND)));
}

/// The pool's connection to the database, seen from both ends.
fn open_connection(
    machine: &Machine,
    number: usize,
    minute: Micros,
    rng: &mut Rng,
    lines: &mut Vec<String>,
) {
    // A connection lives for half an hour and keeps its port.
    let port = 41_000 + number as u64 * 97 + minute / (30 * MINUTE) * 7;
    let packets = rng.between(60, 240);
    let times = (minute, minute + 59 * SECOND);
    let mut flow = Flow {
        interface: &machine.interface,
        subnet: APP_SUBNETS[machine.zone],
        instance: &machine.instance,
        from: (&machine.ip, port),
        to: (DATABASE_IP, 5432),
        packets,
        bytes: packets * 164,
        accepted: true,
        tcp_flags: 0,
        ingress: false,
    };
    lines.push(line(&flow, times));
    seen_by_database(&mut flow);
    lines.push(line(&flow, times));
}

/// A new connection after the change: the machine may send, the database does not let it in.
fn refused_connection(machine: &Machine, minute: Micros, rng: &mut Rng, lines: &mut Vec<String>) {
    for _ in 0..2 {
        let earliest = minute.max(RULE_NARROWED + 2 * SECOND);
        let begin = earliest + rng.below((minute + MINUTE).saturating_sub(earliest + 12 * SECOND));
        let times = (begin, begin + rng.between(3, 11) * SECOND);
        if begin > RULE_WIDENED {
            continue;
        }
        let mut flow = Flow {
            interface: &machine.interface,
            subnet: APP_SUBNETS[machine.zone],
            instance: &machine.instance,
            from: (&machine.ip, 49_152 + rng.below(512) * 23),
            to: (DATABASE_IP, 5432),
            packets: 3,
            bytes: 180,
            accepted: true,
            tcp_flags: 2,
            ingress: false,
        };
        lines.push(line(&flow, times));
        seen_by_database(&mut flow);
        flow.accepted = false;
        lines.push(line(&flow, times));
    }
}

fn seen_by_database(flow: &mut Flow<'_>) {
    flow.interface = DATABASE_INTERFACE;
    flow.subnet = DATA_SUBNETS[0];
    flow.instance = "-";
    flow.ingress = true;
}

fn cart_to_load_balancer(
    machine: &Machine,
    minute: Micros,
    rng: &mut Rng,
    lines: &mut Vec<String>,
) {
    let packets = rng.between(20, 60);
    let flow = Flow {
        interface: &machine.interface,
        subnet: APP_SUBNETS[machine.zone],
        instance: &machine.instance,
        from: (&machine.ip, 36_000 + rng.below(30) * 13),
        to: ("10.20.17.200", 80),
        packets,
        bytes: packets * 198,
        accepted: true,
        tcp_flags: 0,
        ingress: false,
    };
    lines.push(line(&flow, (minute, minute + 59 * SECOND)));
}

/// Scans from the internet, refused at the edge as on every day.
fn strangers(minute: Micros, rng: &mut Rng, lines: &mut Vec<String>) {
    if !rng.chance(0.7) {
        return;
    }
    let stranger = format!("198.51.100.{}", rng.between(130, 180));
    let flow = Flow {
        interface: "eni-0ed9e0ed9e0ed9e01",
        subnet: APP_SUBNETS[0],
        instance: "-",
        from: (&stranger, rng.between(40_000, 60_000)),
        to: ("10.20.17.210", *rng.pick(&[22, 23, 3389, 8443])),
        packets: 1,
        bytes: 44,
        accepted: false,
        tcp_flags: 2,
        ingress: true,
    };
    let begin = minute + rng.below(40) * SECOND;
    lines.push(line(&flow, (begin, begin + 2 * SECOND)));
}

fn line(flow: &Flow<'_>, (start, end): (Micros, Micros)) -> String {
    format!(
        "5 {ACCOUNT} {} {} {} {} {} 6 {} {} {} {} {} OK {VPC} {} {} {} {}",
        flow.interface,
        flow.from.0,
        flow.to.0,
        flow.from.1,
        flow.to.1,
        flow.packets,
        flow.bytes,
        epoch_seconds(start),
        epoch_seconds(end),
        if flow.accepted { "ACCEPT" } else { "REJECT" },
        flow.subnet,
        flow.instance,
        flow.tcp_flags,
        if flow.ingress { "ingress" } else { "egress" },
    )
}
