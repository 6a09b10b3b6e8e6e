//! Files in files: archives, tables and binary records are read like the lines that they hold.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod archives;
mod avro;
mod tables;
mod yaml;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use archives::{gzip, tar, zip};
use arrow_array::RecordBatch;
use nepho::core::tables::{Column, LogsView, Reject};
use nepho::{Explanation, Options, RowSink};

/// One line of an application.
const LINE: &str = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"service\":\"cart\",\"msg\":\"fine\"}\n";

/// A file in an empty folder for one test.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("containers")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, bytes).expect("written");
    path
}

/// Rows as `address:line format body raw`, and rejects.
#[derive(Default)]
struct Rows {
    rows: Vec<(String, String, String, String)>,
    rejects: Vec<Reject>,
}

impl RowSink for Rows {
    fn rows(&mut self, batch: &RecordBatch) -> nepho::core::Result<()> {
        let view = LogsView::new(batch)?;
        for row in 0..view.len() {
            let text = |column| view.text(column, row).unwrap_or_default().to_owned();
            let evidence = view.evidence(row);
            self.rows.push((
                format!("{}:{}", evidence.uri, evidence.line),
                text(Column::Format),
                text(Column::Body),
                text(Column::Raw),
            ));
        }
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> nepho::core::Result<()> {
        self.rejects.push(reject.clone());
        Ok(())
    }
}

fn parse(path: &Path) -> (Rows, Explanation) {
    let options = Options {
        paths: vec![path.to_string_lossy().into_owned()],
        ..Options::default()
    };
    let mut rows = Rows::default();
    let explanation = nepho::parse(&options, &mut rows).expect("bad input is no error");
    (rows, explanation)
}

/// Rows by the address of their file, without the folder.
fn counts(path: &Path) -> (BTreeMap<String, usize>, Rows, Explanation) {
    let (rows, explanation) = parse(path);
    let folder = format!("{}/", path.parent().expect("a folder").display());
    let mut counts = BTreeMap::new();
    for (place, ..) in &rows.rows {
        let uri = place.rsplit_once(':').map_or("", |(uri, _)| uri);
        let uri = uri.strip_prefix(&folder).unwrap_or(uri).to_owned();
        *counts.entry(uri).or_default() += 1;
    }
    (counts, rows, explanation)
}

fn check(name: &str, bytes: &[u8], expected: &[(&str, usize)]) -> (Rows, Explanation) {
    let (found, rows, explanation) = counts(&file(name, bytes));
    let expected: BTreeMap<String, usize> = expected
        .iter()
        .map(|(uri, count)| ((*uri).to_owned(), *count))
        .collect();
    assert_eq!(
        found, expected,
        "{name}: {:?} {:?}",
        rows.rejects, explanation
    );
    (rows, explanation)
}

fn reason(rows: &Rows, wanted: &str) -> Reject {
    let mut rejects = rows.rejects.iter();
    let found = rejects.find(|reject| reject.reason.contains(wanted));
    found
        .unwrap_or_else(|| panic!("{:?}", rows.rejects))
        .clone()
}

#[test]
fn members_of_archives_are_read_like_files_of_their_own() {
    let three = LINE.repeat(3);
    let inner = gzip(LINE.as_bytes());
    let members: [(&str, &[u8]); 6] = [
        ("app/one.log", three.as_bytes()),
        ("app/two.log.gz", &inner),
        ("app/.hidden", LINE.as_bytes()),
        ("__MACOSX/one.log", LINE.as_bytes()),
        ("README.md", b"# no log\n"),
        ("empty.log", b""),
    ];
    let (_, explanation) = check(
        "a.zip",
        &zip(&members),
        &[("a.zip!/app/one.log", 3), ("a.zip!/app/two.log.gz", 1)],
    );
    assert_eq!(explanation.inputs.len(), 3, "{:?}", explanation.inputs);
    assert_eq!(explanation.inputs[1].compression, ["zip", "gzip"]);
    assert!(explanation.skipped[0].uri.ends_with("a.zip!/README.md"));
    let long = format!("{}/one.log", "folder/".repeat(20));
    let archive = tar(&[(&long, LINE.as_bytes()), ("two.log", three.as_bytes())]);
    let uri = format!("a.tgz!/{long}");
    let (rows, _) = check(
        "a.tgz",
        &gzip(&archive),
        &[(&uri, 1), ("a.tgz!/two.log", 3)],
    );
    assert!(rows.rejects.is_empty(), "{:?}", rows.rejects);
    let nested = zip(&[(
        "b.tar",
        &tar(&[("c.zip", &zip(&[("d.log", LINE.as_bytes())]))]),
    )]);
    check("n.zip", &nested, &[("n.zip!/b.tar!/c.zip!/d.log", 1)]);
}

#[test]
fn documents_in_archives_are_read_by_feeds() {
    let state = r#"{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"x","outputs":{},
        "resources":[{"mode":"managed","type":"aws_instance","name":"web",
        "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":
        {"id":"i-0123456789abcdef0","arn":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0"}}]}]}"#;
    let archive = zip(&[
        ("one.log", LINE.as_bytes()),
        ("terraform.tfstate", state.as_bytes()),
        ("two.log", LINE.as_bytes()),
    ]);
    let expected = [("f.zip!/one.log", 1), ("f.zip!/two.log", 1)];
    let (_, explanation) = check("f.zip", &archive, &expected);
    let feed = explanation.inputs.iter().find(|input| input.is_feed);
    let feed = feed.expect("a feed");
    assert!(feed.uri.ends_with("f.zip!/terraform.tfstate"));
    assert_eq!(feed.resources, 1);
}

#[test]
fn archives_in_too_many_archives_are_refused() {
    let mut nested = zip(&[("one.log", LINE.as_bytes())]);
    for _ in 0..6 {
        nested = zip(&[("a.zip", &nested)]);
    }
    let (rows, _) = check("deep.zip", &nested, &[]);
    reason(&rows, "nested more than 4 deep");
}

#[test]
fn broken_archives_are_told_and_read_as_far_as_they_go() {
    let line = LINE.repeat(2);
    let whole = zip(&[("one.log", line.as_bytes()), ("two.log", line.as_bytes())]);
    let (rows, _) = check("cut.zip", &whole[..whole.len() - 30], &[]);
    reason(
        &rows,
        "the zip archive cannot be read: there is no directory",
    );
    let mut flipped = whole.clone();
    let at = 30 + "one.log".len() + 4;
    flipped[at] ^= 0x55;
    let (found, rows, _) = counts(&file("flip.zip", &flipped));
    assert_eq!(found.get("flip.zip!/two.log"), Some(&2));
    assert!(!rows.rejects.is_empty());
    let mut encrypted = whole.clone();
    let entry = whole
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("an entry");
    encrypted[entry + 8] |= 1;
    let (rows, _) = check("enc.zip", &encrypted, &[("enc.zip!/two.log", 2)]);
    assert!(reason(&rows, "encrypted").uri.ends_with("enc.zip!/one.log"));
    let archive = tar(&[("one.log", line.as_bytes()), ("two.log", line.as_bytes())]);
    let (found, rows, _) = counts(&file("cut.tar", &archive[..1600]));
    assert_eq!(found.get("cut.tar!/one.log"), Some(&2));
    reason(&rows, "cut off");
    // Whatever is damaged, nothing panics.
    for at in (0..whole.len()).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] = damaged[at].wrapping_add(85);
        counts(&file("damaged.zip", &damaged));
    }
}

#[cfg(unix)]
#[test]
fn an_archive_from_a_pipe_is_read() {
    let archive = zip(&[("one.log", LINE.repeat(2_000).as_bytes())]);
    let path = file("pipe", b"");
    fs::remove_file(&path).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo").success());
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || fs::write(path, archive))
    };
    let (found, rows, _) = counts(&path);
    let _ = writer.join();
    assert_eq!(
        found.get("pipe!/one.log"),
        Some(&2_000),
        "{:?}",
        rows.rejects
    );
}
