//! Syslog of EC2 instances as CloudWatch Logs exports it: its own time stands before the line.

use nepho_codec::table::{LineFormat, Lines, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.ec2_syslog",
    summary: "Syslog of EC2 instances as CloudWatch Logs exports it",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "aws.ec2_syslog",
    patterns: &[concat!(
        "{time:time} {_:time} {host:name} {process:name}{?({_})}{?[{pid:int}]}: ",
        "{message:rest}",
    )],
    confidence: 90,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["host"], Column::Host),
        text(&["process"], Column::Process),
        text(&["message"], Column::Body),
    ],
    extras: &[("pid", "pid")],
    finish: None,
};
