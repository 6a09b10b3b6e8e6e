//! Flow logs of network security groups: what a rule let pass and what it did not.
//!
//! Source: learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview ("Log format"), read
//! 2026-11-27.

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::elements;
use nepho_codec::time;
use nepho_core::register;

use crate::flow::{Flow, FlowFormat, Group, Kind as FlowKind, direction, state};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Flow logs of network security groups, versions 1 and 2: one row per flow",
    permissions: &["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
    make: Make::Format(|| Box::new(FlowFormat(&KIND))),
});

const NAME: &str = "azure.nsg_flow";

static KIND: FlowKind = FlowKind {
    name: NAME,
    category: "NetworkSecurityGroupFlowEvent",
    groups,
    flow,
};

/// `properties.flows[]` (a rule) of `flows[]` (an interface) of `flowTuples[]`.
fn groups<'a>(fields: &JsonFields<'a>) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for rule in elements(fields.raw("properties.flows").unwrap_or_default()) {
        let Ok(rule) = JsonFields::parse(rule) else {
            continue;
        };
        for interface in elements(rule.raw("flows").unwrap_or_default()) {
            let Ok(interface) = JsonFields::parse(interface) else {
                continue;
            };
            groups.push(Group {
                rule: rule.raw("rule"),
                mac: interface.raw("mac"),
                acl: None,
                flows: interface.raw("flowTuples"),
            });
        }
    }
    groups
}

/// `time,source,target,source port,target port,T|U,I|O,A|D`, and from version 2 on
/// `B|C|E,packets,bytes,packets back,bytes back`.
fn flow(text: &str) -> Option<Flow<'_>> {
    let values: Vec<&str> = text.split(',').map(str::trim).collect();
    let [
        at,
        source,
        target,
        source_port,
        target_port,
        protocol,
        way,
        decision,
        rest @ ..,
    ] = values.as_slice()
    else {
        return None;
    };
    let value = |place: usize| rest.get(place).copied().unwrap_or_default();
    Some(Flow {
        time: time::from_number(at),
        source,
        target,
        source_port,
        target_port,
        protocol: match *protocol {
            "T" => "tcp",
            "U" => "udp",
            other => other,
        },
        direction: direction(way),
        is_allowed: match *decision {
            "A" => true,
            "D" => false,
            _ => return None,
        },
        state: state(value(0)),
        encryption: "",
        counts: [value(1), value(2), value(3), value(4)],
    })
}

#[cfg(test)]
mod tests {
    use super::flow;

    #[test]
    fn both_versions_are_read() {
        let first = flow("1542110377,10.0.0.4,203.0.113.9,59831,443,T,O,A").expect("version 1");
        assert_eq!(
            (first.protocol, first.is_allowed, first.state),
            ("tcp", true, "")
        );
        let second = flow("1542110424,10.0.0.4,203.0.113.9,53,53,U,I,D,B,,,,").expect("version 2");
        assert_eq!(
            (second.protocol, second.is_allowed, second.state),
            ("udp", false, "begin")
        );
        assert_eq!(second.direction, "inbound");
        assert_eq!(flow("1542110424,10.0.0.4"), None);
    }
}
