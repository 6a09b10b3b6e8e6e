//! Bytes that a text which matches a pattern may have at its first places.

use super::pattern::{Kind, Step};

/// Places that are told of a text; more would keep few more texts out.
pub(crate) const PLACES: usize = 6;

/// A set of bytes.
type Bytes = [bool; 256];

/// Bytes that a capture of each kind may begin with and go on with.
static CLASSES: [(Bytes, Bytes); Kind::CLASSES.len()] = {
    let mut classes = [([false; 256], [false; 256]); Kind::CLASSES.len()];
    let mut number = 0;
    while number < classes.len() {
        let mut byte = 0;
        while byte < 256 {
            classes[number].0[byte] = Kind::CLASSES[number].may_begin(byte as u8);
            classes[number].1[byte] = Kind::CLASSES[number].may_go_on(byte as u8);
            byte += 1;
        }
        number += 1;
    }
    classes
};

/// Where in a pattern a place of the text may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In a text: what is left of it, and the step behind it.
    Text(&'static [u8], usize),
    /// In what the step of this number takes, at its first byte or behind it.
    Run(usize, bool),
}

/// For each of the first places of a text that matches the steps from `from` on, the bytes that may
/// stand there. Ends where any byte may.
pub(super) fn heads(steps: &[Step], from: usize) -> Vec<Bytes> {
    let mut states = Vec::new();
    enter(steps, from, &mut states);
    let mut places = Vec::with_capacity(PLACES);
    while places.len() < PLACES {
        let mut bytes = [false; 256];
        let mut next = Vec::new();
        for state in states {
            match state {
                State::Text(text, after) => {
                    let Some((first, rest)) = text.split_first() else {
                        continue;
                    };
                    bytes[usize::from(*first)] = true;
                    match rest.is_empty() {
                        true => enter(steps, after, &mut next),
                        false => add(&mut next, State::Text(rest, after)),
                    }
                }
                State::Run(step, is_first) => {
                    put(&mut bytes, &steps[step], is_first);
                    add(&mut next, State::Run(step, false));
                    enter(steps, step + 1, &mut next);
                }
            }
        }
        if bytes.iter().all(|may_stand| *may_stand) {
            break;
        }
        places.push(bytes);
        states = next;
    }
    places
}

/// Adds where the text may lie at the begin of a step.
fn enter(steps: &[Step], at: usize, states: &mut Vec<State>) {
    match steps.get(at) {
        Some(Step::Literal(text)) => enter_text(steps, text, at + 1, states),
        Some(Step::Capture(Kind::OneOf(texts), _)) => {
            for text in texts.split('|') {
                enter_text(steps, text, at + 1, states);
            }
        }
        Some(Step::Blanks) => add(states, State::Run(at, true)),
        Some(Step::Capture(kind, _)) => {
            add(states, State::Run(at, true));
            if kind.may_be_empty() {
                enter(steps, at + 1, states);
            }
        }
        Some(Step::Optional(after)) => {
            enter(steps, at + 1, states);
            enter(steps, *after, states);
        }
        Some(Step::Never) | None => {}
    }
}

fn enter_text(steps: &[Step], text: &'static str, after: usize, states: &mut Vec<State>) {
    match text.is_empty() {
        true => enter(steps, after, states),
        false => add(states, State::Text(text.as_bytes(), after)),
    }
}

fn add(states: &mut Vec<State>, state: State) {
    if !states.contains(&state) {
        states.push(state);
    }
}

/// Adds the bytes that may stand where the text lies in a step.
fn put(bytes: &mut Bytes, step: &Step, is_first: bool) {
    match step {
        Step::Blanks => {
            bytes[usize::from(b' ')] = true;
            bytes[usize::from(b'\t')] = true;
        }
        Step::Capture(kind, _) => {
            let number = Kind::CLASSES.iter().position(|held| held == kind);
            let Some((may_begin, may_go_on)) = number.and_then(|number| CLASSES.get(number)) else {
                return;
            };
            let more = if is_first { may_begin } else { may_go_on };
            for (byte, more) in bytes.iter_mut().zip(more) {
                *byte |= more;
            }
        }
        Step::Literal(_) | Step::Optional(_) | Step::Never => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::table::pattern::Pattern;

    fn check(pattern: &'static str, head: &[&str], after: Option<&[&str]>) {
        let marks = Pattern::compile(pattern, &mut |_| 0).marks();
        let texts = |places: &[[bool; 256]]| -> Vec<String> {
            let ascii = |place: &[bool; 256]| {
                let bytes = (0..128_u8).filter(|byte| place[usize::from(*byte)]);
                bytes.map(char::from).collect()
            };
            places.iter().map(ascii).collect()
        };
        let found = [&[marks.first][..], &marks.then].concat();
        assert_eq!(texts(&found), head, "{pattern}");
        let time = marks.time.map(|time| texts(&time.after));
        let after = after.map(|places| places.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(time, after, "{pattern}");
    }

    const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    fn heads(pattern: &'static str) -> Vec<[bool; 256]> {
        let marks = Pattern::compile(pattern, &mut |_| 0).marks();
        assert_eq!(marks.first, [true; 256], "{pattern}");
        marks.then
    }

    #[test]
    fn the_first_places_are_told() {
        check("{a:UP|LOW}:{b:rest}", &["LU", "OP", ":W"], None);
        let digits = "0123456789x";
        check(
            "{?<}{n:int}x",
            &[
                "+-0123456789<",
                "+-0123456789x",
                digits,
                digits,
                digits,
                digits,
            ],
            None,
        );
        assert!(heads("{?{_:quoted}}a{ }b").is_empty());
        check("ab", &["a", "b", "", "", "", ""], None);
        check("", &[""; 6], None);
        let number = "0123456789";
        let time = " +,-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ]_abcdefghijklmnopqrstuvwxyz";
        check(
            "[{t:time}] {n:int}",
            &["[", ALPHANUMERIC, time, time, time, time],
            Some(&["]", " ", "+-0123456789", number, number, number]),
        );
        // Behind a short time and blanks, anything follows.
        let time = "\t +,-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
        check("{t:time}{ }{m}", &[ALPHANUMERIC, time], Some(&["\t "]));
    }
}
