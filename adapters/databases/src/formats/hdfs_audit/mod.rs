//! Audit log of the name node of HDFS.
//!
//! Source: hadoop.apache.org, `FSNamesystem.logAuditEvent`, as of 2026-12-01.

use nepho_codec::table::{
    LineFormat, Lines, outcome_of, resource, severity, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "hdfs.audit",
    summary: "Who did what with the files of HDFS",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const ALLOWED: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static LINES: Lines = Lines {
    name: "hdfs.audit",
    patterns: &[
        "{time:time} {level:level} {_:word} allowed={allowed:true|false}\tugi={user:word}{? {groups}}\tip=/{client:ip}\t\
         cmd={command}\tsrc={source}\tdst={target}\tperm={permission}{?\tproto={protocol:name}}{?{_:rest}}",
    ],
    confidence: 95,
    constants: &[(Column::Service, "hdfs")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["command"], Column::Action),
        text(&["user"], Column::Actor),
        source_address(&["client"]),
        outcome_of(&["allowed"], ALLOWED),
        resource(&["source"]),
    ],
    extras: &[
        ("groups", "auth_method"),
        ("target", "target"),
        ("permission", "permission"),
        ("protocol", "protocol"),
    ],
    finish: None,
};
