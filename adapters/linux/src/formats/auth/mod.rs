//! Lines of `auth.log` and `secure`: who signed in, who became somebody else, who changed accounts.
//!
//! Sources: see `header.rs` for the lines, `accounts/` for the messages.

use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use super::syslog;
use crate::accounts::{self, Accounts, is_account_line};
use crate::header::{self, Header};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Sign-ins and changes of accounts in auth.log and secure",
    permissions: &[],
    make: Make::Format(|| Box::new(Auth)),
});

const NAME: &str = "linux.auth";

/// Reads lines about users and accounts behind a header of syslog.
#[derive(Debug)]
pub struct Auth;

impl Format for Auth {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text, sample.stream.reference()) {
            Some(_) => Confidence(85),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let mut marks = header::marks();
        marks.push(header::bare_marks());
        marks
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AuthDecoder {
            accounts: Accounts::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(header) = parse(raw, stream.reference()) {
            syslog::extras(&header, found);
            accounts::extras(header.program(), header.message, found);
        }
    }
}

fn parse(text: &str, reference: Reference) -> Option<Header<'_>> {
    if header::may_begin(text)
        && let Some(found) = header::parse(text, reference)
    {
        return is_account_line(found.process, found.message).then_some(found);
    }
    header::bare(text).filter(|found| accounts::is_told(found.program(), found.message))
}

struct AuthDecoder {
    accounts: Accounts,
}

impl Decoder for AuthDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(found) = parse(record.text, syslog::reference(record)) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        syslog::fill(&found, &mut row);
        self.accounts.fill(found.program(), found.message, &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::time::Reference;

    use super::parse;

    #[test]
    fn a_line_without_its_time_is_known_by_its_sentence() {
        let check = |line: &str, expected: bool| {
            let found = parse(line, Reference::ANY);
            assert_eq!(found.is_some(), expected, "{line}");
        };
        let failed = "Failed password for ada from 203.0.113.7 port 50000 ssh2";
        check(&format!("sshd[12]: {failed}"), true);
        check(&format!("web-1 sshd[12]: {failed}"), true);
        check(
            "su[7]: pam_unix(su:session): session closed for user ada",
            true,
        );
        check(&format!("shop[12]: {failed}"), false);
        check(&format!("INFO sshd[12]: {failed}"), false);
        check(&format!("sshd[0]: {failed}"), false);
        check(&format!("sshd [12]: {failed}"), false);
        check(&format!("sshd: {failed}"), false);
        check("sshd[12]: hello", false);
        check("login[3]: user ada logged in", false);
        check("passwd[7]: x", false);
        check("worker[3]: session opened for user ada by (uid=0)", false);
    }
}
