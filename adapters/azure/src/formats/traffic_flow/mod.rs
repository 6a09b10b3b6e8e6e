//! Flows of Traffic Analytics: table `NTANetAnalytics` of Log Analytics, and the older
//! `AzureNetworkAnalytics_CL`.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, To, keep, outcome_of, part, peer_port, put_text, resource,
    source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.traffic_flow",
    summary: "Flows of Azure Traffic Analytics: table NTANetAnalytics",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&NEW, &OLD];

const STATUS: &[(&str, Outcome)] = &[
    ("Allowed", Outcome::Success),
    ("A", Outcome::Success),
    ("Denied", Outcome::Failure),
    ("D", Outcome::Failure),
];

const TARGET: usize = 0;
const SOURCES: usize = 1;
const TARGETS: usize = 2;
const PROTOCOL: usize = 3;

static NEW: Table = Table {
    name: "azure.traffic_flow",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("FlowStatus"),
        Need::Has("FlowDirection"),
        Need::Has("L4Protocol"),
        Need::HasAny(&["SrcIp", "DestIp", "SrcPublicIps", "DestPublicIps"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["FlowStartTime", "FlowIntervalStartTime", "TimeGenerated"]),
        // `subscription/group/name`, in rows that tell nothing else of whose they are.
        part(&["TargetResourceId"], Column::Account, subscription),
        text(
            &[
                "SrcSubscription",
                "SrcSubscriptionId",
                "DestSubscription",
                "DestSubscriptionId",
            ],
            Column::Account,
        ),
        text(&["AzureRegion", "SrcRegion", "DestRegion"], Column::Region),
        text(&["FlowStatus"], Column::Action),
        outcome_of(&["FlowStatus"], STATUS),
        source_address(&["SrcIp"]),
        peer_port(&["DestPort"]),
        resource(&["SrcNic"]),
        resource(&["DestNic"]),
        keep(&["DestIp"], TARGET),
        keep(&["SrcPublicIps"], SOURCES),
        keep(&["DestPublicIps"], TARGETS),
        keep(&["L4Protocol"], PROTOCOL),
    ],
    extras: &[
        ("AclRule", "rule"),
        ("AclGroup", "acl"),
        ("NsgRule", "rule"),
        ("FlowDirection", "direction"),
        ("FlowType", "flow_type"),
        ("L7Protocol", "application"),
        ("BytesSrcToDest", "bytes"),
        ("BytesDestToSrc", "bytes_received"),
        ("PacketsSrcToDest", "packets"),
        ("Country", "country"),
    ],
    finish: Some(finish),
};

static OLD: Table = Table {
    name: "azure.traffic_flow",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("FlowStatus_s"),
        Need::Has("FlowDirection_s"),
        Need::Has("L4Protocol_s"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&[
            "FlowStartTime_t",
            "FlowIntervalStartTime_t",
            "TimeGenerated",
        ]),
        text(
            &["Subscription_g", "Subscription1_g", "Subscription2_g"],
            Column::Account,
        ),
        text(&["Region_s", "Region1_s", "Region2_s"], Column::Region),
        part(&["FlowStatus_s"], Column::Action, status),
        outcome_of(&["FlowStatus_s"], STATUS),
        source_address(&["SrcIP_s"]),
        peer_port(&["DestPort_d"]),
        resource(&["NIC_s", "NIC1_s"]),
        resource(&["NIC2_s"]),
        keep(&["DestIP_s"], TARGET),
        keep(&["SrcPublicIPs_s"], SOURCES),
        keep(&["DestPublicIPs_s"], TARGETS),
        keep(&["L4Protocol_s"], PROTOCOL),
    ],
    extras: &[
        ("NSGRule_s", "rule"),
        ("NSGList_s", "acl"),
        ("FlowDirection_s", "direction"),
        ("FlowType_s", "flow_type"),
        ("L7Protocol_s", "application"),
        ("Country_s", "country"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Public addresses stand in lists of their own: `203.0.113.7|1|0|...`, one behind the other.
    if !row.has(Column::SourceIp)
        && let Some(list) = event.kept(SOURCES)
    {
        put_text(first(&list), To::SourceAddress, row);
    }
    let target = event.kept(TARGET).filter(|target| !target.is_empty());
    if let Some(target) = target.or_else(|| event.kept(TARGETS)) {
        put_text(first(&target), To::PeerAddress, row);
    }
    let protocol = event.kept(PROTOCOL).unwrap_or_default();
    row.text(
        Column::Method,
        match &*protocol {
            "T" => "tcp",
            "U" => "udp",
            other => other,
        },
    );
}

/// Subscription at the start of the name of what the flow log is of.
///
/// Source: learn.microsoft.com/azure/network-watcher/traffic-analytics-schema, as of 2026-12-01.
fn subscription(target: &str) -> &str {
    let first = target.split('/').next().unwrap_or_default();
    match first.len() == GUID && first.matches('-').count() == 4 {
        true => first,
        false => "",
    }
}

/// Letters of the id of a subscription.
const GUID: usize = 36;

/// First address of a list of them with counts.
fn first(list: &str) -> &str {
    list.split([' ', '|']).next().unwrap_or(list)
}

fn status(letter: &str) -> &str {
    match letter {
        "A" => "Allowed",
        "D" => "Denied",
        other => other,
    }
}
