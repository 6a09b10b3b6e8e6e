//! Audit log of MySQL and MariaDB on Amazon RDS and Aurora: values between commas.

use nepho_codec::table::{Event, Lines, keep, source_address, text};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

use crate::checked::Checked;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rds_audit",
    summary: "MySQL and MariaDB audit log of Amazon RDS and Aurora",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(Checked::new(&TABLE, is_mine))),
});

const TIME: usize = 0;
const OPERATION: usize = 1;
const OBJECT: usize = 2;
const DATABASE: usize = 3;

static TABLE: Lines = Lines {
    name: "aws.rds_audit",
    patterns: &[concat!(
        "{time},{host},{user},{client},{connection:int},{query:int},{operation:name},{database},",
        "{object:rest}",
    )],
    confidence: 90,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        text(&["host"], Column::Host),
        text(&["user"], Column::Actor),
        source_address(&["client"]),
        text(&["operation"], Column::Action),
        keep(&["time"], TIME),
        keep(&["operation"], OPERATION),
        keep(&["object"], OBJECT),
        keep(&["database"], DATABASE),
    ],
    extras: &[
        ("database", "database"),
        ("connection", "connection_id"),
        ("query", "query_id"),
        ("client", "client"),
    ],
    finish: Some(finish),
};

/// Operations that the plug-ins write.
///
/// Sources (read 2026-11-27): docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/
/// AuroraMySQL.Auditing.html, .../UserGuide/Appendix.MySQL.Options.AuditPlugin.html.
const OPERATIONS: [&str; 14] = [
    "ALTER",
    "CHANGEUSER",
    "CONNECT",
    "CREATE",
    "DISCONNECT",
    "DROP",
    "FAILED_CONNECT",
    "QUERY",
    "QUERY_DCL",
    "QUERY_DDL",
    "QUERY_DML",
    "READ",
    "RENAME",
    "WRITE",
];

fn is_mine(line: &str) -> bool {
    let mut values = line.splitn(8, ',');
    let begins_right = values.next().is_some_and(|time| {
        matches!(time.len(), 16 | 17)
            && time
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b':'))
    });
    begins_right
        && values
            .nth(5)
            .is_some_and(|operation| OPERATIONS.contains(&operation))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(time) = event.kept(TIME).and_then(|text| time_of(&text)) {
        row.time(time);
    }
    let object = event.kept(OBJECT).unwrap_or_default();
    // Lines of failed connections may end without the code.
    let (object, code) = match object.rsplit_once(',') {
        Some((object, code)) => (object, code),
        None => ("", &*object),
    };
    let quoted = object
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let statement = quoted.unwrap_or(object);
    let is_query = event
        .kept(OPERATION)
        .is_some_and(|word| word.starts_with("QUERY"));
    if is_query {
        row.text(Column::Body, statement);
    } else if !statement.is_empty() {
        let database = event.kept(DATABASE).unwrap_or_default();
        row.resource(&format!("{database}.{statement}"));
    }
    match code.trim().parse::<i32>() {
        Ok(0) => {
            row.outcome(Outcome::Success).status(0);
        }
        Ok(code) => {
            row.outcome(Outcome::Failure).status(code);
        }
        Err(_) => {}
    }
    if event.kept(OPERATION).as_deref() == Some("FAILED_CONNECT") {
        row.outcome(Outcome::Failure);
    }
}

/// Time of `1714557600123456` (Aurora, microseconds) or `20240501 10:00:00` (RDS).
fn time_of(text: &str) -> Option<nepho_core::Timestamp> {
    let Some((date, clock)) = text.split_once(' ') else {
        return time::parse(text);
    };
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    time::parse(&format!("{year}-{month}-{day} {clock}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_tell_the_log_from_other_values() {
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        check(
            "1714557600123456,db-1,app,10.0.0.5,7,9,QUERY,orders,'select 1',0",
            true,
        );
        check(
            "20240501 10:00:00,db-1,app,10.0.0.5,7,0,CONNECT,orders,,0",
            true,
        );
        check("1714557600123456,a,b,c,7,9,paid,orders,x,0", false);
        check("a,b,c", false);
        assert_eq!(time_of("20240501 10:00:00"), time_of("1714557600000000"));
    }
}
