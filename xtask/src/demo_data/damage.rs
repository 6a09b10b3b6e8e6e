//! Breaks a few lines, as full disks, crashed writers and bad cables do.

use super::formats::File;

/// A line that cannot be read.
pub(crate) struct Damage {
    pub(crate) path: String,
    /// Line in the decompressed file, from one.
    pub(crate) line: usize,
    pub(crate) what: &'static str,
}

/// Breaks lines in the files; everything that was whole stays whole beside them.
pub(crate) fn apply(files: &mut [File]) -> Vec<Damage> {
    let mut damages = Vec::new();
    for file in files.iter_mut() {
        let path = file.path.clone();
        let mut note = |line, what| {
            damages.push(Damage {
                path: path.clone(),
                line,
                what,
            })
        };
        if path.ends_with("order-worker.ndjson.zst") {
            cut_off_copy(file, 311, 208);
            note(311, "JSON cut off");
        } else if path.ends_with("-json.log.zst") {
            cut_off_copy(file, 640, 61);
            note(640, "JSON cut off");
        } else if path.contains("resource-logs-web") {
            cut_off_copy(file, 97, 1500);
            note(97, "message of an event hub cut off");
        } else if path.contains("firehose/checkout/2026/05/12/14/") {
            cut_off_copy(file, 40, 777);
            note(40, "envelope cut off");
        } else if path.ends_with("catalog.logfmt.zst") {
            insert(
                file,
                2048,
                b"\xff\xfe\x00\x17\x80\xc3(\xa0\xa1 ts=\xf0\x28\x8c\xbc\x00\x00",
            );
            note(2048, "bytes that are no UTF-8");
        } else if path.ends_with("checkout.log.zst") {
            insert(file, 133, b"[2026-05-12 14:3");
            note(133, "text cut off");
        } else if path.contains("vpcflowlogs") && path.contains("T1400Z") {
            cut_off_copy(file, 500, 74);
            note(500, "record cut off");
        }
    }
    damages
}

/// A writer was stopped within a line and wrote the line again later.
fn cut_off_copy(file: &mut File, line: usize, length: usize) {
    let copy: Vec<u8> = file
        .bytes
        .split(|&byte| byte == b'\n')
        .nth(line - 1)
        .map(|whole| whole.iter().copied().take(length).collect())
        .unwrap_or_default();
    insert(file, line, &copy);
}

/// Puts `bytes` where line number `line` was; that line and all after it move on by one.
fn insert(file: &mut File, line: usize, bytes: &[u8]) {
    let mut lines: Vec<&[u8]> = file.bytes.split(|&byte| byte == b'\n').collect();
    let place = (line - 1).min(lines.len());
    lines.insert(place, bytes);
    file.bytes = lines.join(&b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_off_and_then_repeated() {
        let mut file = File::of_lines("x", &["first".to_owned(), "second".to_owned()]);
        cut_off_copy(&mut file, 2, 3);
        assert_eq!(file.bytes, b"first\nsec\nsecond\n");
        assert_eq!(file.rows, 2);
    }
}
