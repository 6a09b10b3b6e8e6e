//! Messages of the kernel as `dmesg --json` shows them: `{"dmesg":[{"pri":3,"time":12.345678,
//! "msg":"..."}]}`. Each is made a line of `dmesg --raw` again.
//!
//! Source: `sys-utils/dmesg.c` and `tests/expected/dmesg/json` of github.com/util-linux/util-linux,
//! read 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{elements, pick, text_of};
use crate::json::{JsonFields, unescape};

/// Levels and facilities as `--decode` names them, from 0 on.
const LEVELS: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
];
const FACILITIES: [&str; 12] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let [("dmesg", list)] = fields.members() else {
        return Opened::No;
    };
    let messages = elements(list);
    let lines: Vec<_> = messages.iter().map_while(|message| line(message)).collect();
    if lines.is_empty() || lines.len() != messages.len() {
        return Opened::No;
    }
    let inside = lines.into_iter().map(|line| Inner {
        text: line.into(),
        envelope: envelope(record),
    });
    Opened::Inside(inside.collect())
}

/// `<3>[   12.345678] message`.
fn line(message: &str) -> Option<String> {
    let [facility, priority, time, text] = pick(message, ["fac", "pri", "time", "msg"])?;
    let text = unescape(text_of(text?)?);
    let time = time.unwrap_or("0.000000");
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    time.parse::<f64>()
        .ok()
        .filter(|_| time.bytes().all(is_digit))?;
    // Tools that read numbers leave out zeros at the end.
    let (seconds, micros) = time.split_once('.').unwrap_or((time, ""));
    let time = format!("{seconds}.{micros:0<6}");
    let Some(priority) = priority else {
        return Some(format!("[{time:>12}] {text}"));
    };
    let priority = match priority.starts_with('"') {
        // With `--decode`.
        true => {
            let facility = match facility {
                Some(name) => position(&FACILITIES, text_of(name)?)?,
                None => 0,
            };
            facility * 8 + position(&LEVELS, text_of(priority)?)?
        }
        false => priority.parse().ok()?,
    };
    Some(format!("<{priority}>[{time:>12}] {text}"))
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|held| *held == name)
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::json::JsonFields;
    use crate::unwrap::Opened;
    use crate::unwrap::tests::{inside, with_record};

    fn is_opened(text: &str) -> bool {
        let fields = JsonFields::parse(text).expect("an object");
        with_record(text, |record| !matches!(open(record, &fields), Opened::No))
    }

    #[test]
    fn each_message_is_a_line() {
        let text = r#"{"dmesg":[{"pri":3,"time":     0.250000,"caller":"T1","msg":"a \"b\""},
            {"time": 1124864.000000,"msg":"c"}]}"#;
        let found = inside(open, text);
        let found: Vec<_> = found.iter().map(|inner| &*inner.text).collect();
        assert_eq!(found, ["<3>[    0.250000] a \"b\"", "[1124864.000000] c"]);
        let decoded = r#"{"dmesg":[{"fac":"daemon","pri":"err","time":12.345678,"msg":"d"}]}"#;
        assert_eq!(inside(open, decoded)[0].text, "<27>[   12.345678] d");
        for other in [
            r#""pri":"high","time":1.0"#,
            r#""pri":1.5,"time":1.0"#,
            r#""pri":{},"time":1.0"#,
            r#""pri":3,"time":"2026-05-12""#,
            r#""pri":3,"time":[1]"#,
        ] {
            let text = format!(r#"{{"dmesg":[{{{other},"msg":"a"}}]}}"#);
            assert!(!is_opened(&text), "{text}");
        }
        for other in [r#"["a"]"#, r#""disk full""#, "5", "{}", "null", "[]"] {
            let text = format!(r#"{{"dmesg":{other}}}"#);
            assert!(!is_opened(&text), "{text}");
        }
        let short = r#"{"dmesg":[{"pri":3,"time":12.34567,"msg":"d"}]}"#;
        assert_eq!(inside(open, short)[0].text, "<3>[   12.345670] d");
    }
}
