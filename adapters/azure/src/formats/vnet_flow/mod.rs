//! Flow logs of virtual networks.
//!
//! Source: learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview ("Log format"), read
//! 2026-11-27.

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::elements;
use nepho_codec::time;
use nepho_core::register;

use crate::flow::{Flow, FlowFormat, Group, Kind as FlowKind, direction, state};

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
    let mut groups = Vec::new();
    for list in elements(fields.raw("flowRecords.flows").unwrap_or_default()) {
        let Ok(list) = JsonFields::parse(list) else {
            continue;
        };
        for rule in elements(list.raw("flowGroups").unwrap_or_default()) {
            let Ok(rule) = JsonFields::parse(rule) else {
                continue;
            };
            groups.push(Group {
                rule: rule.raw("rule"),
                mac: fields.raw("macAddress"),
                acl: list.raw("aclID").or_else(|| list.raw("aclId")),
                flows: rule.raw("flowTuples"),
            });
        }
    }
    groups
}

/// `time,source,target,source port,target port,protocol number,I|O,B|C|E|D,encryption,packets,`
/// `bytes,packets back,bytes back`.
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
        letter,
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
            "1" => "icmp",
            "6" => "tcp",
            "17" => "udp",
            "58" => "icmpv6",
            other => other,
        },
        direction: direction(way),
        is_allowed: match *letter {
            "B" | "C" | "E" => true,
            "D" => false,
            _ => return None,
        },
        state: state(letter),
        encryption: value(0),
        counts: [value(1), value(2), value(3), value(4)],
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
