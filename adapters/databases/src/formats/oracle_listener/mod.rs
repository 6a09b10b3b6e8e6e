//! The log of an Oracle listener: who asked for which service, and what became of it.
//!
//! Source: docs.oracle.com/en/database/oracle/oracle-database/19/netag/troubleshooting-oracle-net-services.html
//! ("Listener Log Audit Trails", "Listener Service Registration Events"), as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, source_address, source_port, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "oracle.listener_access",
    summary: "Oracle listener log: connections and registrations of services",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const CODE: usize = 0;
const CONNECT: usize = 1;

static LINES: Lines = Lines {
    name: "oracle.listener_access",
    patterns: &[
        "{time:time} * {connect} * (ADDRESS=(PROTOCOL={protocol:name})(HOST={client})(PORT={port:int}){?{_}}) \
         * {event:name} * {name:word} * {code:int}{?\n{errors:rest}}",
        // As the vendor's page writes it.
        "{time:time} * {connect} * (address=(protocol={protocol:name})(host={client})(port={port:int}){?{_}}) \
         * {event:name} * {name:word} * {code:int}{?\n{errors:rest}}",
        "{time:time} * (connect_data={connect}) * {event:name}{? * {name:word}} * {code:int}{?\n{errors:rest}}",
        "{time:time} * (CONNECT_DATA={connect}) * {event:name}{? * {name:word}} * {code:int}{?\n{errors:rest}}",
        "{time:time} * {event:establish|service_update|service_register|service_register_NSGR|\
         service_died|version|status|services|stop|reload|ping|log_status|trc_level} * {name:word} * {code:int}{?\n{errors:rest}}",
        "{time:time} * {event:ping|version|status|services|stop|reload|log_status} * {code:int}{?\n{errors:rest}}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "tnslsnr"), (Column::Service, "oracle")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        source_port(&["port"]),
        text(&["event"], Column::Action),
        keep(&["code"], CODE),
        keep(&["connect"], CONNECT),
    ],
    extras: &[
        ("name", "database"),
        ("code", "error_code"),
        ("protocol", "protocol"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(CODE).as_deref() {
        Some("0") => row.outcome(Outcome::Success),
        _ => row.outcome(Outcome::Failure).severity(Severity::ERROR),
    };
    let connect = event.kept(CONNECT).unwrap_or_default();
    let user = value(&connect, "(USER=").or_else(|| value(&connect, "(user="));
    if let Some(user) = user {
        row.text(Column::Actor, user);
    }
    let body = event.text.split_once(" * ").map(|(_, body)| body);
    row.text(Column::Body, body.unwrap_or(event.text));
}

/// Value of a part of the connect data: `mona` of `(USER=mona)`.
fn value<'a>(connect: &'a str, key: &str) -> Option<&'a str> {
    let (_, behind) = connect.split_once(key)?;
    behind.split(')').next().filter(|value| !value.is_empty())
}
