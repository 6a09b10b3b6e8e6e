//! What an entry of the mapping table is.

use super::Class;

/// Where a column, or a normalised name that a format tells beyond the columns, goes in each
/// schema. An empty word means the schema has none: the value goes to the namespace `nepho`.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// Column of table `logs`, or normalised name.
    pub from: &'static str,
    /// Whether it is a column.
    pub is_column: bool,
    /// Rows that the entry is for; the first entry of a name that fits counts.
    pub only: Only,
    /// How the value is written.
    pub kind: Kind,
    /// Field of the OpenTelemetry log record, or attribute of the semantic conventions.
    pub otel: &'static str,
    /// Field of ECS.
    pub ecs: &'static str,
    /// Attribute of OCSF. A class that has no such attribute has it under `unmapped`.
    pub ocsf: &'static str,
}

/// Rows that an entry is for.
#[derive(Clone, Copy, Debug)]
pub enum Only {
    /// All.
    Any,
    /// Those of these classes.
    Classes(&'static [Class]),
    /// Those of formats whose names begin so.
    Formats(&'static [&'static str]),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Text,
    /// In lower case.
    Lower,
    /// Direction of a connection, in the words of the schema; another word goes to the namespace.
    Direction,
    /// As a whole number; text that is none goes to the namespace.
    Int,
    /// As a number with a fraction; text that is none goes to the namespace.
    Float,
    /// As a list of one text.
    List,
    /// Only if it is an IP address; another text goes to the namespace.
    Ip,
    /// Address or name of one end. ECS: `address`, and `ip` or `domain` beside it. OCSF: `ip` or
    /// `hostname`.
    End,
    /// Name of a host. The log stream of a function of Lambda is none: OpenTelemetry has it as
    /// `faas.instance`, the others in the namespace.
    Host,
    /// Program that wrote the event, or the logger within it, which OCSF has no word for.
    Process,
    /// Logger: the scope of OpenTelemetry.
    Logger,
    /// Code of an answer of the DNS by number or name. ECS has IANA's name; OCSF its own, and the
    /// number beside it. Another goes to the namespace.
    DnsCode,
    /// Type of records of the DNS: IANA's name.
    DnsType,
    /// What the DNS answered: a list of one.
    DnsAnswer,
    /// A user: an id (ARN, UUID, digits), an e-mail address, or a name.
    Actor,
    /// Protocol of a connection or of what goes over it, by name or IANA number.
    Protocol,
    /// Method of a request. A transport goes where [`Kind::Protocol`] has it, and what is neither
    /// to the namespace.
    Method,
    /// Version of HTTP: `HTTP/1.1`, `2.0`.
    HttpVersion,
    /// Version of TLS: `TLSv1.2`, `TLS 1.3`.
    TlsVersion,
    /// Id of a vulnerability. OCSF has it in a list, and only that of a CVE.
    Vulnerability,
    /// Whether something is so: `true`, `Yes`, `1`. Another word goes to the namespace.
    Bool,
    /// By one of the words of the schema, and its number at the same path with `_id` behind. Of
    /// OCSF only; another word goes to the namespace.
    Enum(&'static [(&'static str, u8, &'static str)]),
    /// Code or type of an error. OpenTelemetry has it for what failed only.
    Error,
    /// By code of its own in each schema; the words say where it goes.
    Own,
}

impl Mapping {
    /// Whether the entry is for rows of this class and format.
    pub fn fits(&self, class: Class, format: &str) -> bool {
        match self.only {
            Only::Any => true,
            Only::Classes(classes) => classes.contains(&class),
            Only::Formats(prefixes) => prefixes.iter().any(|prefix| format.starts_with(prefix)),
        }
    }
}

/// Entry of a column, for all rows.
pub(super) const fn column(
    from: &'static str,
    kind: Kind,
    otel: &'static str,
    ecs: &'static str,
    ocsf: &'static str,
) -> Mapping {
    Mapping {
        from,
        is_column: true,
        only: Only::Any,
        kind,
        otel,
        ecs,
        ocsf,
    }
}

/// Entry of a normalised name, for all rows.
pub(super) const fn extra(
    from: &'static str,
    kind: Kind,
    otel: &'static str,
    ecs: &'static str,
    ocsf: &'static str,
) -> Mapping {
    Mapping {
        is_column: false,
        ..column(from, kind, otel, ecs, ocsf)
    }
}

impl Mapping {
    /// The entry, for rows of these classes only.
    pub(super) const fn of(self, classes: &'static [Class]) -> Self {
        Self {
            only: Only::Classes(classes),
            ..self
        }
    }

    /// The entry, for rows of these formats only.
    pub(super) const fn in_formats(self, prefixes: &'static [&'static str]) -> Self {
        Self {
            only: Only::Formats(prefixes),
            ..self
        }
    }
}
