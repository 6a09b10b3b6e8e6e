//! Flow logs of network security groups: what a rule let pass and what it did not.
//!
//! Source: learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview ("Log format"), read
//! 2026-11-27.

use nepho_codec::json::JsonFields;
use nepho_core::register;

use crate::flow::{Flow, FlowFormat, Group, Kind as FlowKind, groups_in, split, state};

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
    groups_in(fields, ["properties.flows", "flows"], |rule, interface| {
        Group {
            rule: rule.raw("rule"),
            mac: interface.raw("mac"),
            acl: None,
            flows: interface.raw("flowTuples"),
        }
    })
}

/// `time,source,target,source port,target port,T|U,I|O,A|D`, and from version 2 on
/// `B|C|E,packets,bytes,packets back,bytes back`.
fn flow(text: &str) -> Option<Flow<'_>> {
    let (flow, decision, [letter, counts @ ..]) = split(text)?;
    Some(Flow {
        protocol: match flow.protocol {
            "T" => "tcp",
            "U" => "udp",
            other => other,
        },
        is_allowed: match decision {
            "A" => true,
            "D" => false,
            _ => return None,
        },
        state: state(letter),
        counts,
        ..flow
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
