//! Flow logs of virtual networks.
//!
//! Source: learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview ("Log format"), read
//! 2026-11-27.

use nepho_codec::json::JsonFields;
use nepho_core::register;

use crate::flow::{Flow, FlowFormat, Group, Kind as FlowKind, groups_in, split, state};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Flow logs of virtual networks: one row per flow",
    permissions: &["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
    make: Make::Format(|| Box::new(FlowFormat(&KIND))),
});

const NAME: &str = "azure.vnet_flow";

static KIND: FlowKind = FlowKind {
    name: NAME,
    category: "FlowLogFlowEvent",
    groups,
    flow,
};

/// `flowRecords.flows[]` (an access list) of `flowGroups[]` (a rule) of `flowTuples[]`.
fn groups<'a>(fields: &JsonFields<'a>) -> Vec<Group<'a>> {
    groups_in(fields, ["flowRecords.flows", "flowGroups"], |list, rule| {
        Group {
            rule: rule.raw("rule"),
            mac: fields.raw("macAddress"),
            acl: list.raw("aclID").or_else(|| list.raw("aclId")),
            flows: rule.raw("flowTuples"),
        }
    })
}

/// `time,source,target,source port,target port,protocol number,I|O,B|C|E|D,encryption,packets,`
/// `bytes,packets back,bytes back`.
fn flow(text: &str) -> Option<Flow<'_>> {
    let (flow, letter, [encryption, counts @ ..]) = split(text)?;
    Some(Flow {
        protocol: match flow.protocol {
            "1" => "icmp",
            "6" => "tcp",
            "17" => "udp",
            "58" => "icmpv6",
            other => other,
        },
        is_allowed: match letter {
            "B" | "C" | "E" => true,
            "D" => false,
            _ => return None,
        },
        state: state(letter),
        encryption,
        counts,
        ..flow
    })
}

#[cfg(test)]
mod tests {
    use super::flow;

    #[test]
    fn a_flow_tells_its_state_or_that_it_was_denied() {
        let text = "1663146003599,10.0.0.6,203.0.113.9,23956,443,6,O,E,NX,22,2217,33,32466";
        let ended = flow(text).expect("a flow");
        assert_eq!(
            (ended.protocol, ended.state, ended.encryption),
            ("tcp", "end", "NX")
        );
        assert_eq!(ended.counts, ["22", "2217", "33", "32466"]);
        let denied = flow("1663146003606,203.0.113.9,10.0.0.6,52580,22,6,I,D,NX,0,0,0,0");
        assert!(denied.is_some_and(|flow| !flow.is_allowed && flow.state.is_empty()));
        assert_eq!(flow("a,b,c,d,e,f,g,h"), None);
    }
}
