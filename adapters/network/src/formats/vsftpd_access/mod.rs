//! Logs of FTP servers: that of vsftpd, and of transfers as `wu-ftpd` began to write them
//! (`xferlog`), which `ProFTPD` and vsftpd write as well.
//!
//! Source: `logging.c` of vsftpd 3 (security.appspot.com/vsftpd.html), vsftpd.conf(5)
//! (`xferlog_std_format`), xferlog(5), as of 2026-11-30.

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, part, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "vsftpd.access",
    summary: "Sign-ins and transfers of FTP servers: vsftpd, and xferlog of any",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const DIRECTION: usize = 0;

static LINES: Lines = Lines {
    name: "vsftpd.access",
    patterns: &[
        "{?{time:time} }{?[pid {pid:int}] }{?[{user}] }{result:OK|FAIL} {action:LOGIN|UPLOAD|\
         DOWNLOAD|APPEND|MKDIR|DELETE|RMDIR|RENAME|CHMOD}: Client \"{client:quoted}\"\
         {?, anon password \"{_:quoted}\"}{?, \"{path:quoted}\"}{?, {size:int} bytes}{?, {rate:word}}{? }",
        // With `log_ftp_protocol` commands and responses as well, whose text may have quotes in it.
        "{?{time:time} }{?[pid {pid:int}] }{?[{user}] }{action:CONNECT|FTP command|FTP response}: \
         Client \"{client:quoted}\"{?, {_:rest}}",
        "{time:time} {took:int} {client:word} {size:int} {path} {type:a|b} {special:C|U|T|_} \
         {direction:o|i|d} {access:a|g|r} {user} {service:word} {method:0|1} {id:word} {done:c|i}",
    ],
    confidence: 92,
    constants: &[(Column::Service, "ftp")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        text(&["user"], Column::Actor),
        text(&["action"], Column::Action),
        part(&["path"], Column::Path, path),
        outcome_of(
            &["result", "done"],
            &[
                ("OK", Outcome::Success),
                ("FAIL", Outcome::Failure),
                ("c", Outcome::Success),
                ("i", Outcome::Failure),
            ],
        ),
        duration(&["took"], 1e9),
        keep(&["direction"], DIRECTION),
    ],
    extras: &[
        ("size", "bytes"),
        ("pid", "pid"),
        ("rate", "rate"),
        ("access", "access_mode"),
        ("service", "ftp_service"),
    ],
    finish: Some(finish),
};

/// A path that is one; behind a sign-in that failed stands why (`prelogin.c`).
fn path(text: &str) -> &str {
    match text {
        "User is not in the allow user list." | "User is in the deny user list." => "",
        path => path,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // As vsftpd calls it.
    let action = match event.kept(DIRECTION).as_deref() {
        Some("o") => "DOWNLOAD",
        Some("i") => "UPLOAD",
        Some("d") => "DELETE",
        _ => "",
    };
    row.text(Column::Action, action)
        .text(Column::Body, event.text);
}
