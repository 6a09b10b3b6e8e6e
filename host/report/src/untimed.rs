//! What to tell of rows without a time: how many there are, and how what they are of is taken with
//! one.

use crate::inputs::Inputs;
use crate::words;

/// Ways to take logs with times, by what the name of the format begins with.
const WAYS: [(&str, &str); 11] = [
    ("kubernetes.kubectl", KUBECTL),
    (
        "kubernetes.compose",
        "lines of Docker Compose with `docker compose logs --timestamps`",
    ),
    (
        "kubernetes.events",
        "events of a cluster, whose table tells ages only, with `kubectl get events --output yaml`",
    ),
    ("pm2.", "lines of PM2 if it was started with `--time`"),
    (
        "linux.kernel",
        "messages of the kernel with `dmesg --time-format iso` or `journalctl --dmesg`",
    ),
    (
        "nginx.",
        "requests of nginx with `$time_iso8601` in its `log_format`",
    ),
    (
        "postgresql.",
        "lines of PostgreSQL with `%m` in its `log_line_prefix`",
    ),
    ("generic.text", CONTAINER),
    ("generic.json", CONTAINER),
    ("generic.logfmt", CONTAINER),
    ("generic.text", UNIT),
];
const KUBECTL: &str =
    "lines of pods with `kubectl logs --timestamps`, `stern --timestamps` with Stern";
/// What a program prints, whoever keeps it.
const CONTAINER: &str =
    "lines of containers with `kubectl logs --timestamps` or `docker logs --timestamps`";
const UNIT: &str = "lines of units with `journalctl --output short-iso`";

/// The note on rows without a time; none if all have one.
pub(crate) fn note(inputs: &Inputs) -> Option<String> {
    let untimed = inputs.totals.untimed;
    if untimed == 0 {
        return None;
    }
    let mut note = format!(
        "{} no time that could be read; nothing was concluded from when they happened.",
        words::count(untimed, "row has", "rows have")
    );
    let files = inputs.files.iter().filter(|file| file.untimed > 0);
    let formats: Vec<&str> = files
        .flat_map(|file| &file.formats)
        .map(|format| format.name.as_str())
        .collect();
    let mut ways: Vec<&str> = Vec::new();
    for (prefix, way) in WAYS {
        let is_there = formats.iter().any(|format| format.starts_with(prefix));
        if is_there && !ways.contains(&way) {
            ways.push(way);
        }
    }
    if !ways.is_empty() {
        note.push_str(&format!(" They have one if taken so: {}.", ways.join("; ")));
    }
    Some(note)
}
