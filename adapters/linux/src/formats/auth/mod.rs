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
        header::marks()
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
    if !header::may_begin(text) {
        return None;
    }
    let found = header::parse(text, reference)?;
    is_account_line(found.process, found.message).then_some(found)
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
