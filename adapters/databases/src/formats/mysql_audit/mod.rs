//! Audit log of MariaDB's plugin, as MariaDB, RDS and Aurora write it.

use nepho_codec::table::{Event, LineFormat, Lines, keep, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.audit",
    summary: "MariaDB, RDS and Aurora MySQL audit log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const OBJECT: usize = 0;
const OPERATION: usize = 1;
const DATABASE: usize = 2;
const MICROS: usize = 3;

static LINES: Lines = Lines {
    name: "mysql.audit",
    patterns: &[
        "{time:time},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|PROXY_CONNECT|CHANGEUSER|QUERY|QUERY_DDL|\
         QUERY_DML|QUERY_DML_NO_SELECT|QUERY_DCL|READ|WRITE|CREATE|ALTER|RENAME|DROP|TRUNCATE},\
         {database},{object:rest}",
        // Aurora: microseconds since 1970.
        "{micros:int},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|PROXY_CONNECT|CHANGEUSER|QUERY|QUERY_DDL|\
         QUERY_DML|QUERY_DML_NO_SELECT|QUERY_DCL|READ|WRITE|CREATE|ALTER|RENAME|DROP|TRUNCATE},\
         {database},{object:rest}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time", "micros"]),
        text(&["server"], Column::Host),
        text(&["user"], Column::Actor),
        source_address(&["host"]),
        text(&["operation"], Column::Action),
        keep(&["object"], OBJECT),
        keep(&["operation"], OPERATION),
        keep(&["database"], DATABASE),
        keep(&["micros"], MICROS),
    ],
    extras: &[
        ("connection", "connection_id"),
        ("query", "query_id"),
        ("database", "database"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let object = event.kept(OBJECT).unwrap_or_default();
    let (object, code) = parts(&object);
    let operation = event.kept(OPERATION).unwrap_or_default();
    match code.parse::<i64>() {
        Ok(0) => {
            row.outcome(Outcome::Success);
        }
        Ok(_) => {
            row.outcome(Outcome::Failure);
        }
        Err(_) if operation == "FAILED_CONNECT" => {
            row.outcome(Outcome::Failure);
        }
        Err(_) => {}
    }
    match object {
        Object::None => {
            row.text(Column::Body, &operation);
        }
        Object::Statement(statement) => {
            row.text(Column::Body, statement);
        }
        // Whom a proxy signs in as: "`app`@`%`".
        Object::Name(name) if operation == "PROXY_CONNECT" => {
            row.text(Column::Body, &format!("{operation} {name}"));
        }
        Object::Name(table) => {
            let database = event.kept(DATABASE).unwrap_or_default();
            let name = format!("{database}.{table}");
            row.text(Column::Body, &format!("{operation} {name}"))
                .resource(name.trim_start_matches('.'));
        }
    }
    // Only Aurora counts microseconds.
    if event.kept(MICROS).is_some() {
        row.constant(Column::Provider, "aws");
    }
    service::fill(row, "mysql");
}

/// What an operation was done to.
#[derive(Debug, PartialEq, Eq)]
enum Object<'a> {
    None,
    Statement(&'a str),
    Name(&'a str),
}

/// Object and return code of `object,retcode` or `object,retcode,connection_type[,...]`. Whether
/// quotes within a statement are escaped depends on the version.
fn parts<'a>(text: &'a str) -> (Object<'a>, &'a str) {
    if let Some(quoted) = text.strip_prefix('\'') {
        let code_of = |rest: &'a str| rest.split(',').next().unwrap_or_default().trim();
        // A statement that was cut off has no end, but may have quotes.
        let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
        let ended = quoted.rsplit_once("',");
        let ended = ended.filter(|(_, rest)| is_code(code_of(rest)));
        let (statement, rest) = ended.unwrap_or((quoted, ""));
        let code = code_of(rest);
        return (Object::Statement(statement), code.trim());
    }
    // What is cut off, or of a version that does not write an object, has only a code.
    let (object, rest) = text.split_once(',').unwrap_or(("", text));
    let code = rest.split(',').next().unwrap_or_default().trim();
    match object {
        "" => (Object::None, code),
        name => (Object::Name(name), code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_stands_behind_the_object() {
        let check = |text: &str, object: Object<'_>, code: &str| {
            assert_eq!(parts(text), (object, code), "{text}");
        };
        check(",0", Object::None, "0");
        check(",0,SOCKET", Object::None, "0");
        check(",1045,TCP/IP", Object::None, "1045");
        check(",0,2", Object::None, "0");
        check(",,", Object::None, "");
        check("cart,", Object::Name("cart"), "");
        check("cart,0,,", Object::Name("cart"), "0");
        check("'a \\', b',0", Object::Statement("a \\', b"), "0");
        check(
            "'a = 'b', 1',1146,,",
            Object::Statement("a = 'b', 1"),
            "1146",
        );
        check("'select 1',0,SSL/TLS", Object::Statement("select 1"), "0");
        check("'cut off", Object::Statement("cut off"), "");
        check("'", Object::Statement(""), "");
    }
}
