//! Debug log of the DNS server of Windows, `dns.log`: packets.
//!
//! Source: the head that the server writes into the file ("Message logging key"), and
//! learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc776361
//! ("Select and enable debug logging options on the DNS server"), as of 2026-12-01.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{Event, LineFormat, Lines, To, keep, put_text, text, time};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Sample, Stream};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.dns",
    summary: "Packets in the debug log of the DNS server of Windows",
    permissions: &[],
    make: Make::Format(|| Box::new(DnsDebug(LineFormat::new(&LINES)))),
});

/// Lines of packets; the name that was asked for is written in plain.
struct DnsDebug(LineFormat);

impl Format for DnsDebug {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn marks(&self) -> Vec<Marks> {
        self.0.marks()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        self.0.decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, &mut |name, value| match name {
            "dns_question" => found(name, &plain(value)),
            _ => found(name, value),
        });
    }
}

const DIRECTION: usize = 0;
const REMOTE: usize = 1;
const RESPONSE: usize = 2;
const CODE: usize = 3;

static LINES: Lines = Lines {
    name: "windows.dns",
    patterns: &[
        "{time:time} {_:hex} PACKET{ }{packet:hex} {protocol:UDP|TCP} {direction:Rcv|Snd} {remote:ip}{ }\
         {id:hex}{ }{?{response:R|r}{ }}{opcode:name} [{flags:hex}{ }{?{_:word}{ }}{?{_:word}{ }}{?{_:word}{ }}{code:name}] {type:name}{ }{question:word}",
    ],
    confidence: 95,
    constants: &[(Column::Service, "dns"), (Column::Action, "query")],
    fields: &[
        time(&["time"]),
        keep(&["direction"], DIRECTION),
        keep(&["remote"], REMOTE),
        keep(&["response"], RESPONSE),
        keep(&["code"], CODE),
        text(&["protocol"], Column::Method),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("code", "dns_response_code"),
        ("id", "dns_id"),
        ("direction", "direction"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text);
    let kept = |number| event.kept(number).unwrap_or_default();
    // Who sent a packet, or whom it was sent to.
    let to = match &*kept(DIRECTION) {
        "Rcv" => To::SourceAddress,
        _ => To::PeerAddress,
    };
    put_text(&kept(REMOTE), to, row);
    if !kept(RESPONSE).is_empty() {
        put_text(&kept(CODE), To::OutcomeOf(ANSWERS), row);
    }
}

/// `shop.example.com` of `(4)shop(7)example(3)com(0)`: the length of each label stands before it.
fn plain(name: &str) -> String {
    let mut labels = Vec::new();
    let mut rest = name;
    while let Some((length, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        let Some((label, after)) = length
            .parse()
            .ok()
            .and_then(|length| after.split_at_checked(length))
        else {
            break;
        };
        if label.is_empty() {
            break;
        }
        labels.push(label);
        rest = after;
    }
    match labels.is_empty() {
        true => name.to_owned(),
        false => labels.join("."),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn labels_are_counted() {
        let check = |name: &str, expected: &str| assert_eq!(plain(name), expected, "{name}");
        check("(4)shop(7)example(3)com(0)", "shop.example.com");
        check("(3)a(b(0)", "a(b");
        check("(0)", "(0)");
        check("(9)shop", "(9)shop");
        check("shop", "shop");
    }
}
