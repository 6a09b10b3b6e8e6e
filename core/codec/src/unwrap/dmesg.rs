//! Messages of the kernel as `dmesg --json` shows them: `{"dmesg":[{"pri":3,"time":12.345678,
//! "msg":"..."}]}`. Each is made a line of `dmesg --raw` again.
//!
//! Source: `sys-utils/dmesg.c` and `tests/expected/dmesg/json` of github.com/util-linux/util-linux,
//! read 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{elements, pick, text_of};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let [("dmesg", list)] = fields.members() else {
        return Opened::No;
    };
    let messages = elements(list);
    let lines: Vec<_> = messages.iter().map_while(|message| line(message)).collect();
    if lines.len() != messages.len() {
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
    let [priority, time, text] = pick(message, ["pri", "time", "msg"])?;
    let text = unescape(text_of(text?)?);
    let time = time.unwrap_or("0.000000");
    Some(match priority {
        Some(priority) => format!("<{priority}>[{time:>12}] {text}"),
        None => format!("[{time:>12}] {text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::inside;

    #[test]
    fn each_message_is_a_line() {
        let text = r#"{"dmesg":[{"pri":3,"time":     0.250000,"caller":"T1","msg":"a \"b\""},
            {"time": 1124864.000000,"msg":"c"}]}"#;
        let found = inside(open, text);
        let found: Vec<_> = found.iter().map(|inner| &*inner.text).collect();
        assert_eq!(found, ["<3>[    0.250000] a \"b\"", "[1124864.000000] c"]);
        assert!(inside(open, r#"{"dmesg":["a"]}"#).is_empty());
        assert!(inside(open, r#"{"dmesg":"a"}"#).is_empty());
    }
}
