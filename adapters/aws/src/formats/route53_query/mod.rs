//! Query logs of public hosted zones of Route 53: lines of text.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{LineFormat, Lines, outcome_of, resource_of, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.route53_query",
    summary: "Route 53 public hosted zone query logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "aws.route53_query",
    patterns: &[
        "{version:number} {time:time} Z{zone:name} {question:word} {type:name} {code:name} UDP {edge:name} {client:ip} {subnet:word}{?{ }}",
        "{version:number} {time:time} Z{zone:name} {question:word} {type:name} {code:name} TCP {edge:name} {client:ip} {subnet:word}{?{ }}",
    ],
    confidence: 90,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["type"], Column::Action),
        outcome_of(&["code"], ANSWERS),
        source_address(&["client"]),
        text(&["question"], Column::Body),
        resource_of(&["zone"], "arn:aws:route53:::hostedzone/Z{}"),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("code", "response_code"),
        ("edge", "edge"),
        ("subnet", "client_subnet"),
    ],
    finish: None,
};
