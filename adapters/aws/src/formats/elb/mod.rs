//! Access log of a Classic Load Balancer.

use nepho_core::format::{Marks, bytes_of};
use nepho_core::tables::{Column, Row};

use crate::access::{self, Fields};
use crate::balancer::{BalancerFormat, Kind as LogKind, put_ends, put_time};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.elb",
    summary: "Classic Load Balancer access log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(BalancerFormat(&KIND))),
});

/// Positions of the fields (page as in the README of this folder).
mod field {
    pub(super) const TIME: usize = 0;
    pub(super) const BALANCER: usize = 1;
    pub(super) const CLIENT: usize = 2;
    pub(super) const BACKEND: usize = 3;
    pub(super) const REQUEST_TIME: usize = 4;
    pub(super) const BACKEND_TIME: usize = 5;
    pub(super) const RESPONSE_TIME: usize = 6;
    pub(super) const STATUS: usize = 7;
    pub(super) const BACKEND_STATUS: usize = 8;
    pub(super) const RECEIVED_BYTES: usize = 9;
    pub(super) const SENT_BYTES: usize = 10;
    pub(super) const REQUEST: usize = 11;
    pub(super) const USER_AGENT: usize = 12;
}

/// The first version of the format ended with the request.
const FEWEST_FIELDS: usize = 12;

static KIND: LogKind = LogKind {
    begins: begins_right,
    split: |line| Fields::split_escaped(line),
    fits: has_shape,
    fewest_fields: FEWEST_FIELDS,
    marks: || Marks::beginning(bytes_of(b"0123456789")).with(&["\"", " "]),
    extras: &[
        (field::RECEIVED_BYTES, "bytes_received"),
        (field::SENT_BYTES, "bytes"),
    ],
    put,
};

/// Steps of the way of a request.
const STEPS: [usize; 3] = [
    field::REQUEST_TIME,
    field::BACKEND_TIME,
    field::RESPONSE_TIME,
];

/// Whether a line begins with a time as this log writes it: `2024-05-01T10:00:00.123456Z `.
fn begins_right(line: &str) -> bool {
    let bytes = line.as_bytes();
    matches!(
        bytes,
        [
            b'0'..=b'9',
            _,
            _,
            _,
            b'-',
            _,
            _,
            b'-',
            _,
            _,
            b'T',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _,
            b'.',
            ..
        ]
    ) && bytes.get(20..28).is_some_and(|rest| rest.contains(&b'Z'))
}

/// Whether the fields are those of this log: an address with a port, then three numbers of seconds.
fn has_shape(fields: &Fields<'_>) -> bool {
    let is_step = |position: usize| {
        let text = fields.get(position);
        text == "-1" || access::seconds(text).is_some()
    };
    fields.len() >= FEWEST_FIELDS
        && access::address_and_port(fields.get(field::CLIENT)).is_some()
        && STEPS.into_iter().all(is_step)
}

fn put(fields: &Fields<'_>, row: &mut Row<'_>) -> Result<(), String> {
    put_time("timestamp", fields.get(field::TIME), row)?;
    row.constant(Column::Format, "aws.elb")
        .constant(Column::Provider, "aws");
    let balancer = fields.get(field::BALANCER);
    row.text(Column::Service, balancer).resource(balancer);
    put_ends(fields.get(field::CLIENT), fields.get(field::BACKEND), row);
    access::put_status(
        fields.get(field::STATUS),
        fields.get(field::BACKEND_STATUS),
        row,
    )?;
    access::put_request(fields.get(field::REQUEST), row);
    row.text(Column::UserAgent, fields.get(field::USER_AGENT));
    if let Some(nanos) = access::processing_time(STEPS.map(|step| fields.get(step))) {
        row.duration(nanos);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_tells_the_log_from_other_text() {
        let check = |line: &str, expected: bool| {
            assert_eq!(
                begins_right(line) && has_shape(&Fields::split_escaped(line)),
                expected,
                "{line}"
            );
        };
        let rest = "shop 10.0.0.1:1 - -1 -1 -1 503 - 0 0 \"GET http://x:80/ HTTP/1.1\"";
        check(&format!("2024-05-01T10:00:00.123456Z {rest}"), true);
        check(
            &format!("2024-05-01T10:00:00.123456Z {rest} \"-\" - -"),
            true,
        );
        check(
            "2024-05-01T10:00:00.123456Z INFO request took 10.0.0.1:1 0.1 0.2 0.3 a b c d e",
            false,
        );
        check("2024-05-01T10:00:00.123456Z", false);
    }
}
