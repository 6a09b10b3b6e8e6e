//! Two thousand damaged documents: no feed panics, every error and every reject has its place.
#![expect(clippy::unwrap_used, reason = "helpers of a test may end it")]

use std::fs;
use std::path::{Path, PathBuf};

use nepho_core::feed::{Document, FeedOutput};
use nepho_core::registry::{Make, components};
use nepho_iac_pulumi as _;

const MUTANTS: usize = 2_000;

/// Pieces that are put in: what opens, closes, ends or repeats something.
const PIECES: [&str; 14] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\n",
    "null",
    "-1e999",
    "\\u00",
    "urn:pulumi:",
    "<{%",
    "\u{e4}",
];

/// xorshift64 (Marsaglia, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap()
    }
}

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            fixtures(&path, found);
        } else if path
            .parent()
            .is_some_and(|parent| parent.ends_with("fixtures"))
        {
            found.push(path);
        }
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap()
}

/// Other letters and digits in a few places: most of these stay JSON, with other words.
fn respell(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(12) {
        let at = random.below(bytes.len());
        if bytes[at].is_ascii_alphanumeric() {
            bytes[at] = b"aEF_0-9\\"[random.below(7)];
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn mutate(text: &str, random: &mut Random) -> String {
    if random.below(2) == 0 {
        return respell(text, random);
    }
    let mut text = text.to_owned();
    for _ in 0..=random.below(4) {
        let from = boundary(&text, random.below(text.len() + 1));
        let to = boundary(&text, (from + random.below(40)).min(text.len()));
        match random.below(5) {
            0 => text.truncate(from),
            1 => text.replace_range(from..to, ""),
            2 => text.insert_str(from, PIECES[random.below(PIECES.len())]),
            3 => text.replace_range(from..to, PIECES[random.below(PIECES.len())]),
            _ => {
                let piece = text[from..to].to_owned();
                let at = boundary(&text, random.below(text.len() + 1));
                text.insert_str(at, &piece);
            }
        }
    }
    text
}

#[test]
fn no_mutant_makes_a_feed_panic() {
    let mut paths = Vec::new();
    fixtures(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut paths,
    );
    assert!(paths.len() >= 8, "{paths:?}");
    let texts: Vec<String> = paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let feeds: Vec<_> = components()
        .into_iter()
        .filter_map(|one| match one.make {
            Make::Feed(make) => Some((one.name, make())),
            _ => None,
        })
        .collect();
    assert_eq!(feeds.len(), 3);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut refused) = (0, 0);
    for number in 0..MUTANTS {
        let text = mutate(&texts[number % texts.len()], &mut random);
        for (name, feed) in &feeds {
            let document = Document {
                uri: "mutant",
                text: &text,
                modified: None,
            };
            feed.sniff("mutant", &text);
            let mut out = FeedOutput::default();
            match feed.read(&document, &mut out) {
                Ok(()) => read += 1,
                Err(error) => {
                    let line = error.origin().and_then(|origin| origin.line);
                    assert!(line.is_some_and(|line| line > 0), "{name}: {error}");
                    refused += 1;
                }
            }
            for reject in &out.rejects {
                assert!(reject.line > 0 && reject.start <= reject.end, "{name}");
            }
        }
    }
    assert!(read > MUTANTS / 3 && refused > MUTANTS, "{read} {refused}");
}
