//! Syslog of EC2 instances as CloudWatch Logs exports it: its own time stands before the line.

use nepho_codec::table::{Lines, text, time};
use nepho_core::tables::Column;

use crate::checked::Checked;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.ec2_syslog",
    summary: "Syslog of EC2 instances as CloudWatch Logs exports it",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(Checked::new(&TABLE, is_mine))),
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

/// Whether a line begins with a time as the export writes it, in milliseconds, and the time of a
/// syslog behind it: `2024-05-01T10:00:00.000Z May  1 10:00:00 `.
fn is_mine(line: &str) -> bool {
    let is_month = |text: &[u8]| {
        text.iter().all(u8::is_ascii_alphabetic) && text.first().is_some_and(u8::is_ascii_uppercase)
    };
    let bytes = line.as_bytes();
    bytes.get(19) == Some(&b'.')
        && bytes.get(23..25) == Some(b"Z ")
        && bytes.get(25..28).is_some_and(is_month)
        && bytes.get(28) == Some(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_two_times_are_not_all_syslog() {
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        check(
            "2024-05-01T10:00:00.000Z May  1 10:00:00 ip-10-0-0-1 sshd: x",
            true,
        );
        check(
            "2024-05-01T10:00:00.000Z 2024-05-01 10:00:00 INFO root: x",
            false,
        );
        check(
            "2024-05-01T10:00:00.123456789Z May  1 10:00:00 a b: x",
            false,
        );
        check("2024-05-01T10:00:00.000Z", false);
    }
}
