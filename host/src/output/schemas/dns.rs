//! Codes and types of the DNS in the words of the schemas.

/// Codes of answers: number, IANA's name, and that of OCSF.
///
/// Source: IANA, "Domain Name System (DNS) Parameters", DNS RCODEs; OCSF 1.5.0, class
/// `dns_activity`, `rcode_id`.
const CODES: [(u16, &str, &str); 21] = [
    (0, "NOERROR", "NoError"),
    (1, "FORMERR", "FormError"),
    (2, "SERVFAIL", "ServError"),
    (3, "NXDOMAIN", "NXDomain"),
    (4, "NOTIMP", "NotImp"),
    (5, "REFUSED", "Refused"),
    (6, "YXDOMAIN", "YXDomain"),
    (7, "YXRRSET", "YXRRSet"),
    (8, "NXRRSET", "NXRRSet"),
    (9, "NOTAUTH", "NotAuth"),
    (10, "NOTZONE", "NotZone"),
    (11, "DSOTYPENI", "DSOTYPENI"),
    (16, "BADVERS", "BADSIG_VERS"),
    (16, "BADSIG", "BADSIG_VERS"),
    (17, "BADKEY", "BADKEY"),
    (18, "BADTIME", "BADTIME"),
    (19, "BADMODE", "BADMODE"),
    (20, "BADNAME", "BADNAME"),
    (21, "BADALG", "BADALG"),
    (22, "BADTRUNC", "BADTRUNC"),
    (23, "BADCOOKIE", "BADCOOKIE"),
];

/// Types of records that are asked for.
///
/// Source: IANA, "Domain Name System (DNS) Parameters", Resource Record (RR) TYPEs.
const TYPES: [(u16, &str); 26] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (29, "LOC"),
    (33, "SRV"),
    (35, "NAPTR"),
    (37, "CERT"),
    (39, "DNAME"),
    (41, "OPT"),
    (43, "DS"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (50, "NSEC3"),
    (52, "TLSA"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (252, "AXFR"),
    (255, "ANY"),
    (257, "CAA"),
];

/// Number, IANA's name and OCSF's name of the code of an answer, by number or name.
pub(super) fn code(text: &str) -> Option<(u16, &'static str, &'static str)> {
    let number = text.parse().ok();
    let spelled = match text.to_ascii_uppercase().as_str() {
        "NOTIMPL" => "NOTIMP".to_owned(),
        other => other.to_owned(),
    };
    let is_it = |(held, name, caption): &&(u16, &str, &str)| {
        number == Some(*held) || spelled == *name || spelled.eq_ignore_ascii_case(caption)
    };
    CODES.iter().find(is_it).copied()
}

/// Name of a type of records, by number or name. One without a name of its own is `TYPE65535`
/// (RFC 3597, section 5).
pub(super) fn record_type(text: &str) -> String {
    let Ok(number) = text.parse::<u16>() else {
        return text.to_ascii_uppercase();
    };
    let known = TYPES.iter().find(|(held, _)| *held == number);
    known.map_or_else(|| format!("TYPE{number}"), |(_, name)| (*name).to_owned())
}

/// Whether the text is the name of a type of records.
pub(super) fn is_record_type(text: &str) -> bool {
    TYPES.iter().any(|(_, name)| *name == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_by_number_and_name() {
        let missing = Some((3, "NXDOMAIN", "NXDomain"));
        for text in ["3", "NXDOMAIN", "nxdomain", "NXDomain"] {
            assert_eq!(code(text), missing, "{text}");
        }
        assert_eq!(code("ServError").map(|(_, name, _)| name), Some("SERVFAIL"));
        assert_eq!(code("NOTIMPL").map(|(number, _, _)| number), Some(4));
        assert_eq!(code("-"), None);
    }

    #[test]
    fn types_have_names() {
        assert_eq!(record_type("28"), "AAAA");
        assert_eq!(record_type("65535"), "TYPE65535");
        assert_eq!(record_type("mx"), "MX");
    }
}
