//! What sudo let run and refused, as JSON (`log_format=json`, and sudo_logsrvd).
//!
//! Source: sudo.ws/docs/man/sudoers.man ("EVENT LOGGING", "JSON log format"),
//! `lib/eventlog/eventlog.c` of github.com/sudo-project/sudo, as of 2026-11-30.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "linux.sudo_audit",
    summary: "Commands that sudo let run or refused, as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const REJECTED: usize = 0;
const ALERTED: usize = 1;
const EXITED: usize = 2;
const REASON: usize = 3;
const NANOS: usize = 4;
const COMMAND: usize = 5;

static TABLE: Table = Table {
    name: "linux.sudo_audit",
    needs: &[
        Need::HasAny(&[
            "sudo.accept.uuid",
            "sudo.reject.uuid",
            "sudo.alert.uuid",
            "sudo.exit.uuid",
            "accept.submituser",
            "reject.submituser",
            "alert.submituser",
        ]),
        Need::HasAny(&[
            "sudo.accept.server_time.seconds",
            "sudo.reject.server_time.seconds",
            "sudo.alert.server_time.seconds",
            "sudo.exit.server_time.seconds",
            "sudo.alert.alert_time.seconds",
            "sudo.exit.exit_time.seconds",
            "accept.submit_time.seconds",
            "reject.submit_time.seconds",
            "alert.submit_time.seconds",
        ]),
    ],
    constants: &[(Column::Process, "sudo"), (Column::Service, "sudo")],
    fields: &[
        time(&[
            "sudo.accept.server_time.seconds",
            "sudo.reject.server_time.seconds",
            "sudo.alert.server_time.seconds",
            "sudo.exit.server_time.seconds",
            "sudo.exit.exit_time.seconds",
            "sudo.alert.alert_time.seconds",
            "accept.submit_time.seconds",
            "reject.submit_time.seconds",
            "alert.submit_time.seconds",
        ]),
        text(
            &[
                "sudo.accept.submituser",
                "sudo.reject.submituser",
                "sudo.alert.submituser",
                "sudo.exit.submituser",
                "accept.submituser",
                "reject.submituser",
                "alert.submituser",
            ],
            Column::Actor,
        ),
        text(
            &[
                "sudo.accept.submithost",
                "sudo.reject.submithost",
                "sudo.alert.submithost",
                "sudo.exit.submithost",
                "accept.submithost",
                "reject.submithost",
                "alert.submithost",
            ],
            Column::Host,
        ),
        text(
            &[
                "sudo.accept.uuid",
                "sudo.reject.uuid",
                "sudo.alert.uuid",
                "sudo.exit.uuid",
                "accept.uuid",
                "reject.uuid",
                "alert.uuid",
            ],
            Column::RequestId,
        ),
        keep(&["sudo.reject", "reject"], REJECTED),
        keep(&["sudo.alert", "alert"], ALERTED),
        keep(&["sudo.exit.exit_value", "sudo.exit.signal"], EXITED),
        keep(
            &[
                "sudo.reject.reason",
                "sudo.alert.reason",
                "reject.reason",
                "alert.reason",
            ],
            REASON,
        ),
        keep(
            &[
                "sudo.accept.server_time.nanoseconds",
                "sudo.reject.server_time.nanoseconds",
                "sudo.alert.server_time.nanoseconds",
                "sudo.exit.server_time.nanoseconds",
                "accept.submit_time.nanoseconds",
                "reject.submit_time.nanoseconds",
                "alert.submit_time.nanoseconds",
            ],
            NANOS,
        ),
        keep(
            &[
                "sudo.accept.command",
                "sudo.reject.command",
                "sudo.alert.command",
                "sudo.exit.command",
                "accept.command",
                "reject.command",
                "alert.command",
            ],
            COMMAND,
        ),
    ],
    extras: &[
        ("sudo.accept.runuser", "run_user"),
        ("sudo.reject.runuser", "run_user"),
        ("accept.runuser", "run_user"),
        ("reject.runuser", "run_user"),
        ("sudo.accept.submitcwd", "working_directory"),
        ("accept.submitcwd", "working_directory"),
        ("sudo.exit.exit_value", "exit_code"),
        ("sudo.exit.signal", "signal"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number);
    let (action, outcome) = match (kept(REJECTED), kept(ALERTED), kept(EXITED)) {
        (Some(_), ..) => ("reject", Some(Outcome::Failure)),
        (_, Some(_), _) => ("alert", Some(Outcome::Failure)),
        // How a command ended says nothing of sudo.
        (.., Some(_)) => ("exit", None),
        _ => ("accept", Some(Outcome::Success)),
    };
    row.text(Column::Action, action);
    if let Some(outcome) = outcome {
        row.outcome(outcome);
        if outcome == Outcome::Failure {
            row.severity(Severity::WARN);
        }
    }
    let nanos = kept(NANOS).and_then(|nanos| nanos.parse::<i64>().ok());
    if let (Some(mut time), Some(nanos)) = (row.time_so_far(), nanos) {
        if (0..1_000_000_000).contains(&nanos) && time.0 % 1_000_000_000 == 0 {
            time.0 += nanos;
        }
        row.time(time);
    }
    let command = kept(COMMAND).unwrap_or_default();
    match kept(REASON) {
        Some(reason) => row.text_of(Column::Body, &[&reason, ": ", &command]),
        None => row.text(Column::Body, &command),
    };
}
