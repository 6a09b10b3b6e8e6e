//! What the words around a name say of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::Word;

/// Parts that a word may play before (or behind) the name of a peer, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cues(u16);

/// Stands between a cue and the name: "the", "server", "tcp".
const FILLER: u16 = 1;
/// With "to", says that a callee follows: "connect to", "request to".
const BEFORE_TO: u16 = 1 << 1;
/// Says by itself that a callee follows: "calling", "dial", "ENOTFOUND".
const BEFORE_CALLEE: u16 = 1 << 2;
/// With "from", says that a callee follows: "response from", "timeout from".
const ANSWER: u16 = 1 << 3;
/// With "from", says that a caller follows: "request from".
const QUESTION: u16 = 1 << 4;
/// As a key, its value is a callee: "upstream=".
const KEY: u16 = 1 << 5;
/// A caller follows: "client".
const BEFORE_CALLER: u16 = 1 << 6;
/// Behind a name, says that it answered, or did not: "returned", "unavailable".
const AFTER: u16 = 1 << 7;
/// A URL follows that is called: "Get", "url".
const BEFORE_URL: u16 = 1 << 8;
/// A URL follows that is not called: "see", "referrer".
const ASIDE: u16 = 1 << 9;

/// Stands between a name and what is said of it: "is".
const VERB: u16 = 1 << 10;
/// Says, with what is asked for and "from", that a callee follows: "fetch order from".
const ASK: u16 = 1 << 11;
/// What a service is given by its callers: "reading body from".
const GIVEN: u16 = 1 << 12;
/// With "of", says that a callee follows: "invocation of".
const BEFORE_OF: u16 = 1 << 13;

const TABLE: [(u16, &str); 14] = [
    (
        FILLER,
        "the a an service server host hostname name tcp udp tcp4 tcp6 at on node backend \
         endpoint address cluster instance remote mysql postgres postgresql redis mongo mongodb \
         rabbitmq kafka broker grpc http https api database db cache queue topic upstream \
         downstream dependency peer port socket unix function lambda",
    ),
    (
        BEFORE_TO,
        "connect connecting connection connections connected reconnect reconnecting dial dialing \
         dialling call calls calling request requests rpc talk talking send sending sent post \
         posting publish publishing write writing forward forwarding proxy proxying route \
         routing handshake push pushing access reach speak subscribe",
    ),
    (
        BEFORE_CALLEE,
        "dial dialing dialling calling invoke invokes lookup resolve resolving translate reach reaching contact \
         contacting invoking querying upstream downstream econnrefused etimedout enotfound \
         eai_again econnreset ehostunreach enetunreach unknownhostexception unknownhost \
         socket.gaierror",
    ),
    (
        ANSWER,
        "response responses error errors timeout timeouts reply replies status result failure \
         exception answer received got reset fetch fetching consume consuming pull \
         pulling retrieve retrieving unavailable gateway backend refused eof",
    ),
    (
        QUESTION,
        "request requests call calls connection connections client traffic packet packets login \
         query queries caller webhook requested invoked called",
    ),
    (
        KEY,
        "host hostname server addr address endpoint target upstream downstream peer peer.service \
         peer_service peer.hostname peer.address remote remote_addr backend broker brokers \
         bootstrap.servers dependency callee destination server.address net.peer.name db.host \
         dbhost db_host upstream_host upstream_cluster upstream_service target_service \
         remote_service called_service authority nodename",
    ),
    (
        BEFORE_CALLER,
        "client caller remote_ip clientip client_ip source",
    ),
    (
        AFTER,
        "returned responded replied answered unavailable unreachable timed unresponsive",
    ),
    (
        BEFORE_URL,
        "get post put delete patch head url uri for fetch fetching request to endpoint upstream calling requesting",
    ),
    (VERB, "is was are were seems"),
    (
        ASK,
        "fetch fetching fetched get getting load loading read reading retrieve retrieving obtain \
         obtaining downloading pull pulling",
    ),
    (
        GIVEN,
        "body bodies header headers payload bytes data stream frame frames chunk chunks",
    ),
    (
        BEFORE_OF,
        "invoke invocation invocations invoking call calls calling rpc",
    ),
    (
        ASIDE,
        "see docs documentation referrer referer origin visit help xmlns schema",
    ),
];

static CUES: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut cues = HashMap::new();
    for (bit, words) in TABLE {
        for word in words.split_whitespace() {
            *cues.entry(word).or_insert(0) |= bit;
        }
    }
    cues
});

/// Longest word in the table.
const LONGEST: usize = 24;

/// The parts that `word` may play.
pub(crate) fn cues(word: &str) -> Cues {
    let mut lower = [0_u8; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return Cues::default();
    };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let found = std::str::from_utf8(lower)
        .ok()
        .and_then(|lower| CUES.get(lower));
    Cues(found.copied().unwrap_or(0))
}

impl Cues {
    fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }

    pub(crate) fn is_key(self) -> bool {
        self.has(KEY)
    }

    /// Whether the word plays no part.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// What stands before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// It is called.
    Callee,
    /// It answers: "503 from".
    Answers,
    /// It calls.
    Caller,
    /// It is the value of a key for peers.
    Value,
    /// It is beside the point: the near end of a connection, a reference to documentation.
    Aside,
    /// Nothing of note.
    Nothing,
}

/// What stands before the word at `position`.
pub(crate) fn before(words: &[Word<'_>], position: usize) -> Before {
    let word = |back: usize| position.checked_sub(back).and_then(|at| words.get(at));
    if words.get(position).is_some_and(|word| word.is_far_end) {
        return Before::Callee;
    }
    if words.get(position).is_some_and(|word| word.is_near_end) {
        return Before::Aside;
    }
    for back in 1..=4 {
        let Some(word_before) = word(back) else {
            return Before::Nothing;
        };
        let cues = word_before.cues;
        if word_before.is_key && cues.has(KEY) {
            return if back == 1 {
                Before::Value
            } else {
                Before::Nothing
            };
        }
        if cues.has(ASIDE) {
            return Before::Aside;
        }
        let lower = word_before.text;
        if lower.eq_ignore_ascii_case("to") {
            return before_to(
                words
                    .get(..position.saturating_sub(back))
                    .unwrap_or_default(),
            );
        }
        if lower.eq_ignore_ascii_case("of") {
            let is_called = word(back + 1).is_some_and(|word| word.cues.has(BEFORE_OF));
            return match is_called {
                true => Before::Callee,
                false => Before::Nothing,
            };
        }
        if lower.eq_ignore_ascii_case("by") {
            let is_asked = word(back + 1).is_some_and(|word| word.cues.has(QUESTION));
            return if is_asked {
                Before::Caller
            } else {
                Before::Nothing
            };
        }
        if lower.eq_ignore_ascii_case("from") {
            return before_from(
                words
                    .get(..position.saturating_sub(back))
                    .unwrap_or_default(),
            );
        }
        if lower.eq_ignore_ascii_case("running") && is_server(word(back + 1)) {
            return Before::Callee;
        }
        // `connect: connection refused`: a key tells of what comes next, it is no verb.
        if cues.has(BEFORE_CALLEE) && (!word_before.is_key || back == 1) {
            return Before::Callee;
        }
        if cues.has(BEFORE_CALLER) && back <= 2 {
            return Before::Caller;
        }
        if !cues.has(FILLER) {
            return Before::Nothing;
        }
    }
    Before::Nothing
}

fn is_server(word: Option<&Word<'_>>) -> bool {
    word.is_some_and(|word| word.text.eq_ignore_ascii_case("server"))
}

/// Whether the word at `position` is the host that the client of PostgreSQL asks about: `Is the
/// server running on host "db1"`.
///
/// www.postgresql.org/docs/13/libpq-connect.html, read 2026-11-30.
pub(crate) fn is_asked_for(words: &[Word<'_>], position: usize) -> bool {
    let [.., server, running, on, host] = words.get(..position).unwrap_or_default() else {
        return false;
    };
    let is = |word: &Word<'_>, text| word.text.eq_ignore_ascii_case(text);
    is_server(Some(server)) && is(running, "running") && is(on, "on") && is(host, "host")
}

/// Whether the word at `position` is a name that a name server was asked for, whatever else it
/// means: `lookup redis on 10.0.0.2:53`, `getaddrinfo ENOTFOUND redis`.
///
/// pkg.go.dev/net (`DNSError`), nodejs.org/api/errors.html, read 2026-11-30.
pub(crate) fn is_looked_up(words: &[Word<'_>], position: usize) -> bool {
    let is = |at: usize, text: &str| {
        words
            .get(at)
            .is_some_and(|word| word.text.eq_ignore_ascii_case(text))
    };
    let Some(last) = position.checked_sub(1) else {
        return false;
    };
    let is_of_node = is(last, "enotfound") || is(last, "eai_again");
    let server = words.get(position + 2).map(|word| word.text);
    let is_asked = is(position + 1, "on") && server.is_some_and(|text| text.ends_with(":53"));
    let is_of_go = is(last, "lookup") && (is_asked || is(position + 1, "no"));
    is_of_node || is_of_go && !is(position, "failed")
}

/// What "to" behind these words says: "connect to", "sent a request to", but not "connection closed
/// due to".
fn before_to(words: &[Word<'_>]) -> Before {
    let mut others = 0;
    for word in words.iter().rev().take(4) {
        if word.cues.has(BEFORE_TO) {
            return Before::Callee;
        }
        let ends_it = [
            "due",
            "failed",
            "unable",
            "able",
            "according",
            "used",
            "trying",
            "attempt",
            "attempted",
        ];
        others += u32::from(!word.cues.has(FILLER));
        if others > 1
            || ends_it
                .iter()
                .any(|end| word.text.eq_ignore_ascii_case(end))
        {
            break;
        }
    }
    Before::Nothing
}

/// What "from" behind these words says: a callee follows "503 from" and "cannot fetch order 12
/// from", a caller "request from", nothing of note "error reading body from".
fn before_from(words: &[Word<'_>]) -> Before {
    let Some(word) = words.last() else {
        return Before::Nothing;
    };
    let is_status = word.text.len() == 3 && word.text.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_error = ["error", "exception", "timeout"]
        .iter()
        .any(|end| word.text.to_ascii_lowercase().ends_with(end));
    if is_status || ends_in_error || word.cues.has(ANSWER) {
        Before::Answers
    } else if word.cues.has(QUESTION) {
        Before::Caller
    } else if is_asked(words) {
        Before::Answers
    } else {
        Before::Nothing
    }
}

/// Whether the words end in what is asked for: "fetch order 12".
///
/// "GET" in capitals is the method of a request, which a server has from its caller. What is read
/// without saying what it is may be a request as well: "error reading from web".
fn is_asked(words: &[Word<'_>]) -> bool {
    for (index, word) in words.iter().rev().take(4).enumerate() {
        if word.cues.has(ASK) {
            let is_method = word.text.bytes().all(|byte| byte.is_ascii_uppercase());
            let reads = ["read", "reading"];
            let is_reading = reads
                .iter()
                .any(|read| word.text.eq_ignore_ascii_case(read));
            return !(is_method || is_reading && index == 0);
        }
        if word.cues.has(GIVEN | QUESTION | KEY) || word.is_key {
            return false;
        }
    }
    false
}

/// Whether the words behind say that this one answered or did not: "returned 503", "is
/// unavailable", "timed out".
pub(crate) fn is_answering(words: &[Word<'_>], position: usize) -> bool {
    let Some(next) = words.get(position + 1) else {
        return false;
    };
    if !next.cues.has(VERB) {
        return next.cues.has(AFTER);
    }
    let states = [
        "down",
        "slow",
        "overloaded",
        "unhealthy",
        "degraded",
        "failing",
        "offline",
    ];
    words.get(position + 2).is_some_and(|state| {
        state.cues.has(AFTER)
            || states
                .iter()
                .any(|known| state.text.eq_ignore_ascii_case(known))
    })
}

/// Whether the word before says that the URL at `position` is called.
pub(crate) fn is_called_url(words: &[Word<'_>], position: usize) -> bool {
    let word = position.checked_sub(1).and_then(|at| words.get(at));
    word.is_some_and(|word| word.cues.has(BEFORE_URL | KEY | BEFORE_CALLEE))
}
