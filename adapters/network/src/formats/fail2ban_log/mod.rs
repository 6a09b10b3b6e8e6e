//! The log of Fail2Ban.
//!
//! Source: `fail2ban/server/actions.py` and `filter.py` of github.com/fail2ban/fail2ban, as of
//! 2026-11-28.

use nepho_codec::table::{LineFormat, Lines, severity, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "fail2ban.log",
    summary: "Addresses that Fail2Ban found, banned and let in again",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

static LINES: Lines = Lines {
    name: "fail2ban.log",
    patterns: &[
        "{?{time:time} }fail2ban.{part:name}{?{ }}{?[{pid:int}]}: {level:level}{ }[{jail}] \
         {action:Found|Ban|Unban|Restore Ban|Increase Ban|Ignore} {address:ip}{?{_:rest}}",
        "{?{time:time} }fail2ban.{part:name}{?{ }}{?[{pid:int}]}: {level:level}{ }{message:rest}",
        "{level:NOTICE|INFO|WARNING}{ }[{jail}] {action:Found|Ban|Unban|Restore Ban} {address:ip}{?{_:rest}}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "fail2ban")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["action"], Column::Action),
        source_address(&["address"]),
        text(&["message"], Column::Body),
    ],
    extras: &[("jail", "jail"), ("part", "component"), ("pid", "pid")],
    finish: Some(|event, row| {
        if !row.has(Column::Body)
            && let Some((_, message)) = event.text.split_once('[')
        {
            let message = message
                .split_once(" [")
                .map_or(event.text, |(_, message)| message);
            let message = message
                .split_once("] ")
                .map_or(message, |(_, message)| message);
            row.text(Column::Body, message);
        }
    }),
};
