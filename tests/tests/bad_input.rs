//! Bad input: each kind gets its message with the place, everything else is read, nothing panics.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use nepho::{Explanation, Options};

/// One good line, so that it can be seen that the rest is read.
const GOOD: &str = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"service\":\"cart\",\"msg\":\"fine\"}\n";

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bad_input")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn explain(folder: &Path) -> Explanation {
    let paths = vec![folder.to_string_lossy().into_owned()];
    nepho::explain(&Options {
        paths,
        ..Options::default()
    })
    .expect("bad input is no error")
}

fn rows(explanation: &Explanation) -> u64 {
    explanation.inputs.iter().map(|input| input.rows).sum()
}

/// Writes `bytes` beside a good file; checks the rows in all, and that one reject says `reason` and
/// where.
fn check(name: &str, bytes: &[u8], expected_rows: u64, reason: &str) {
    let folder = folder(name);
    fs::write(folder.join("good.log"), GOOD).expect("written");
    fs::write(folder.join("bad.log"), bytes).expect("written");
    let explanation = explain(&folder);
    assert_eq!(
        rows(&explanation),
        expected_rows,
        "{name}: {:?}",
        explanation.inputs
    );
    let found = explanation
        .rejects
        .iter()
        .find(|reject| reject.reason.contains(reason));
    let reject = found.unwrap_or_else(|| panic!("{name}: {:?}", explanation.rejects));
    assert!(reject.uri.ends_with("bad.log"), "{}", reject.uri);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("compressed");
    encoder.finish().expect("compressed")
}

#[test]
fn a_truncated_gzip_file_is_read_as_far_as_it_goes() {
    let text: String = (0..20_000)
        .map(|number| GOOD.replace("fine", &format!("fine {number}")))
        .collect();
    let whole = gzip(&text);
    let folder = folder("gzip");
    fs::write(folder.join("bad.log.gz"), &whole[..whole.len() / 2]).expect("written");
    let explanation = explain(&folder);
    let read = rows(&explanation);
    assert!((1000..20_000).contains(&read), "{read}");
    let reasons: Vec<_> = explanation
        .rejects
        .iter()
        .map(|reject| &reject.reason)
        .collect();
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("cannot be read beyond this point")),
        "{reasons:?}"
    );
}

#[test]
fn a_binary_file_is_told_for_what_it_is() {
    check(
        "binary",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        1,
        "not text: a program",
    );
    let noise: Vec<u8> = (0..5000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    check("noise", &noise, 1, "not text");
}

#[test]
fn broken_lines_do_not_stop_a_file() {
    let bad = format!("{GOOD}{{\"time\":\"2026-05-12T14:00:01Z\",\"msg\n{GOOD}{{\"a\":}}\n{GOOD}");
    check("lines", bad.as_bytes(), 4, "broken JSON at byte");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        "{GOOD}{{\"a\":{}{}}}\n{GOOD}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    check("deep", deep.as_bytes(), 3, "nested more than 512 deep");
    let document = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let folder = folder("deep_document");
    fs::write(folder.join("deep.json"), document).expect("written");
    explain(&folder);
}

#[test]
fn damage_behind_the_text_of_a_small_file_is_told() {
    let mut wrong = gzip(GOOD);
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    check("checksum", &wrong, 2, "checksum");
    let more = [&gzip(GOOD)[..], b"more text in plain\n"].concat();
    check("behind_gzip", &more, 2, "invalid gzip header");
}

#[test]
fn bytes_that_are_no_text_are_mended_and_counted() {
    let folder = folder("latin1");
    fs::write(
        folder.join("bad.log"),
        b"2026-05-12 14:00:00 INFO caf\xe9\n2026-05-12 14:00:01 INFO ok\n",
    )
    .expect("written");
    let explanation = explain(&folder);
    assert_eq!(rows(&explanation), 2);
    assert_eq!(explanation.inputs[0].repaired_blocks, 1);
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = folder("missing");
    fs::write(folder.join("good.log"), GOOD).expect("written");
    std::os::unix::fs::symlink("/nowhere/at/all", folder.join("gone.log")).expect("linked");
    let explanation = explain(&folder);
    assert_eq!(rows(&explanation), 1);
    assert!(
        explanation
            .skipped
            .iter()
            .any(|skipped| skipped.uri.ends_with("gone.log")),
        "{:?}",
        explanation.skipped
    );
}

#[test]
fn what_is_there_is_not_called_missing() {
    let folder = folder("loop");
    let link = folder.join("loop.log");
    std::os::unix::fs::symlink(&link, &link).expect("linked");
    let skipped = &explain(&link).skipped;
    assert!(!skipped[0].reason.contains("no such file"), "{skipped:?}");
}

#[test]
fn a_linked_folder_is_named() {
    let folder = folder("linked");
    fs::write(folder.join("good.log"), GOOD).expect("written");
    std::os::unix::fs::symlink(&folder, folder.join("again")).expect("linked");
    let explanation = explain(&folder);
    assert_eq!(rows(&explanation), 1);
    let skipped = &explanation.skipped;
    assert!(skipped[0].uri.ends_with("again"), "{skipped:?}");
    // One that is named itself is read.
    assert_eq!(rows(&explain(&folder.join("again"))), 1);
}

#[test]
fn empty_input_is_no_failure() {
    let folder = folder("empty");
    let explanation = explain(&folder);
    assert!(explanation.inputs.is_empty());
    assert!(
        explanation.skipped[0].reason.contains("no files to read"),
        "{:?}",
        explanation.skipped
    );
    fs::write(folder.join("empty.log"), "").expect("written");
    let explanation = explain(&folder);
    assert_eq!((rows(&explanation), explanation.rejects.len()), (0, 0));
}
