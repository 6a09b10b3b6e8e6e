//! Requests that Azure's gateways took: Application Gateway, Front Door, Content Delivery Network,
//! API Management.

use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;

use crate::record::{Head, Kind, RecordDecoder, kind};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure gateway requests: Application Gateway, Front Door, CDN, API Management",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(GatewayAccess)),
});

const NAME: &str = "azure.gateway_access";

/// Reads the access logs of gateways.
pub struct GatewayAccess;

impl Format for GatewayAccess {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json.map(|fields| kind(&Head::of(fields))) {
            Some(Kind::Access) => Confidence::CERTAIN,
            _ => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        Head::may_fit(has_key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RecordDecoder::new(NAME, Kind::Access))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        super::extras(raw, &EXTRAS, found);
    }
}

const EXTRAS: [(&str, &str); 8] = [
    ("sentBytes", "bytes"),
    ("responseBytes", "bytes"),
    ("responseSize", "bytes"),
    ("receivedBytes", "received_bytes"),
    ("requestBytes", "received_bytes"),
    ("ruleName", "rule"),
    ("httpVersion", "protocol"),
    ("requestProtocol", "protocol"),
];
