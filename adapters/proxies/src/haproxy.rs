//! What the logs of HAProxy share.

use nepho_core::tables::{Outcome, Row};

/// Header of syslog, which stands in front of a line unless a collector took it off; all of its
/// parts may be absent.
macro_rules! header {
    ($($rest:literal)*) => {
        concat!(
            "{?{?<{_:int}>}{?{received:time} {?{host:word} }}{process:name}{?[{pid:int}]}: }",
            $($rest,)*
        )
    };
}
pub(crate) use header;

/// Outcome by how a session ended; nothing where the state alone does not tell.
///
/// Source: HAProxy configuration manual 2.8, section 8.5, "Session state at disconnection", read
/// 2026-11-27.
pub(crate) fn put_state(state: &str, row: &mut Row<'_>) {
    match state.bytes().next() {
        // The server refused, reset or was too slow; resources ran out; HAProxy is at fault; the
        // server was taken for dead; an operator ended it.
        Some(b'S' | b's' | b'R' | b'I' | b'D' | b'K') => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
}

/// Name without the mark of encrypted connections: `https-in~`.
pub(crate) fn frontend(name: &str) -> &str {
    name.trim_end_matches('~')
}

/// Name of a server; empty for `<NOSRV>` and `<STATS>`, where there was none.
pub(crate) fn server(name: &str) -> &str {
    match name.starts_with('<') {
        true => "",
        false => name,
    }
}
