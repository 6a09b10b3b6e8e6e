//! Names and answers of the DNS in logs of resolvers.

use nepho_core::tables::Outcome;

use crate::json::fields::JsonFields;
use crate::json::unescape;
use crate::table::is_nothing;

/// How a query ended, by the code of the answer: its number, and its name in any case.
///
/// A name that does not exist is an error to who asked for it ("Name Error", RFC 1035, section
/// 4.1.1).
///
/// Source: RFC 6895, section 2.3; 11: RFC 8490; 23: RFC 7873. BIND and Unbound write `NOTIMPL`.
pub const ANSWERS: &[(&str, Outcome)] = &[
    ("NOERROR", Outcome::Success),
    ("0", Outcome::Success),
    ("NXDOMAIN", Outcome::Failure),
    ("3", Outcome::Failure),
    ("SERVFAIL", Outcome::Failure),
    ("2", Outcome::Failure),
    ("REFUSED", Outcome::Failure),
    ("5", Outcome::Failure),
    ("FORMERR", Outcome::Failure),
    ("1", Outcome::Failure),
    ("NOTIMP", Outcome::Failure),
    ("NOTIMPL", Outcome::Failure),
    ("4", Outcome::Failure),
    ("YXDOMAIN", Outcome::Failure),
    ("6", Outcome::Failure),
    ("YXRRSET", Outcome::Failure),
    ("7", Outcome::Failure),
    ("NXRRSET", Outcome::Failure),
    ("8", Outcome::Failure),
    ("NOTAUTH", Outcome::Failure),
    ("9", Outcome::Failure),
    ("NOTZONE", Outcome::Failure),
    ("10", Outcome::Failure),
    ("DSOTYPENI", Outcome::Failure),
    ("11", Outcome::Failure),
    ("BADVERS", Outcome::Failure),
    ("BADSIG", Outcome::Failure),
    ("16", Outcome::Failure),
    ("BADKEY", Outcome::Failure),
    ("17", Outcome::Failure),
    ("BADTIME", Outcome::Failure),
    ("18", Outcome::Failure),
    ("BADMODE", Outcome::Failure),
    ("19", Outcome::Failure),
    ("BADNAME", Outcome::Failure),
    ("20", Outcome::Failure),
    ("BADALG", Outcome::Failure),
    ("21", Outcome::Failure),
    ("BADTRUNC", Outcome::Failure),
    ("22", Outcome::Failure),
    ("BADCOOKIE", Outcome::Failure),
    ("23", Outcome::Failure),
];

/// Gives the name at `path` as what the DNS was asked for, without the full stop of the root.
pub fn dns_question(fields: &JsonFields<'_>, path: &str, found: &mut dyn FnMut(&str, &str)) {
    if let Some(name) = fields.text(path).filter(|name| !is_nothing(name)) {
        found("dns_question", without_root(&unescape(name)));
    }
}

/// A name of the DNS without the full stop that stands for the root: `example.com` of
/// `example.com.`. The root itself stays.
pub fn without_root(name: &str) -> &str {
    name.strip_suffix('.')
        .filter(|name| !name.is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_is_assigned_stands_behind_its_names() {
        let names = [
            "NOERROR 0",
            "FORMERR 1",
            "SERVFAIL 2",
            "NXDOMAIN 3",
            "NOTIMP NOTIMPL 4",
            "REFUSED 5",
            "YXDOMAIN 6",
            "YXRRSET 7",
            "NXRRSET 8",
            "NOTAUTH 9",
            "NOTZONE 10",
            "DSOTYPENI 11",
            "BADVERS BADSIG 16",
            "BADKEY 17",
            "BADTIME 18",
            "BADMODE 19",
            "BADNAME 20",
            "BADALG 21",
            "BADTRUNC 22",
            "BADCOOKIE 23",
        ];
        for names in names {
            let names: Vec<_> = names.split(' ').collect();
            let outcome = match names.as_slice() {
                ["NOERROR", "0"] => Outcome::Success,
                _ => Outcome::Failure,
            };
            let expected: Vec<_> = names.iter().map(|name| (*name, outcome)).collect();
            let mut found = ANSWERS.windows(names.len());
            assert!(found.any(|held| held == expected), "{names:?}");
        }
    }

    #[test]
    fn names_end_without_the_root() {
        assert_eq!(without_root("example.com."), "example.com");
        assert_eq!(without_root("example.com"), "example.com");
        assert_eq!(without_root("."), ".");
    }

    #[test]
    fn questions_are_told_as_they_were_asked() {
        let check = |text: &str, expected: &[&str]| {
            let fields = JsonFields::parse(text).expect("an object");
            let mut names = Vec::new();
            dns_question(&fields, "q.name", &mut |extra, name| {
                assert_eq!(extra, "dns_question");
                names.push(name.to_owned());
            });
            assert_eq!(names, expected, "{text}");
        };
        check(r#"{"q":{"name":"a.example.com."}}"#, &["a.example.com"]);
        check(
            r#"{"q":{"name":"\\052.example.com."}}"#,
            &[r"\052.example.com"],
        );
        check(r#"{"q":{"name":"."}}"#, &["."]);
        check(r#"{"q":{"name":"-"}}"#, &[]);
        check(r#"{"q":{"name":""}}"#, &[]);
        check(r#"{"q":{}}"#, &[]);
    }
}
