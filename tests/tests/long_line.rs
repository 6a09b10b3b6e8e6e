//! A line of 200 MB gets its message, the rest is read, and memory holds. Alone in its file, so
//! that the peak of the process is that of this test.

use std::fs;
use std::io::Write;
use std::path::Path;

use nepho::Options;

/// Peak of memory that reading may take; the line alone is larger.
const LIMIT_BYTES: u64 = 160 << 20;

#[test]
fn a_line_of_200_megabytes_is_skipped() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long-line.log");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).expect("a file"));
    let good = "{\"time\":\"2026-05-12T14:00:00Z\",\"service\":\"cart\",\"msg\":\"fine\"}\n";
    file.write_all(good.as_bytes()).expect("written");
    file.write_all(b"{\"msg\":\"").expect("written");
    for _ in 0..200 {
        file.write_all(&vec![b'x'; 1 << 20]).expect("written");
    }
    file.write_all(b"\"}\n").expect("written");
    file.write_all(good.as_bytes()).expect("written");
    file.flush().expect("written");
    let paths = vec![path.to_string_lossy().into_owned()];
    let explanation = nepho::explain(&Options {
        paths,
        ..Options::default()
    })
    .expect("read");
    fs::remove_file(&path).expect("removed");
    assert_eq!(explanation.inputs[0].rows, 2);
    let reject = &explanation.rejects[0];
    assert!(
        reject.reason.contains("longer than the limit"),
        "{}",
        reject.reason
    );
    assert_eq!(
        (reject.line, reject.end - reject.start),
        (2, (200 << 20) + 11)
    );
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().split(' ').next()?.parse::<u64>().ok());
    assert!(
        kilobytes.is_none_or(|kilobytes| kilobytes << 10 < LIMIT_BYTES),
        "{kilobytes:?} kB"
    );
}
