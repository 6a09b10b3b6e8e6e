//! The report as one page that needs no network: style, script and data are all in it.

use serde_json::Value;

use crate::model::Report;
use crate::text::{TextOptions, render_text};

/// Colors are variables, so that the dark scheme is one list.
const STYLE: &str = include_str!("../../assets/report.css");

/// The script, in reading order; the parts share one scope.
const SCRIPT: &str = concat!(
    "(function () {\n\"use strict\";\n",
    include_str!("../../assets/js/elements.js"),
    include_str!("../../assets/js/words.js"),
    include_str!("../../assets/js/selection.js"),
    include_str!("../../assets/js/charts.js"),
    include_str!("../../assets/js/map_layout.js"),
    include_str!("../../assets/js/map.js"),
    include_str!("../../assets/js/timeline.js"),
    include_str!("../../assets/js/curves.js"),
    include_str!("../../assets/js/scaling.js"),
    include_str!("../../assets/js/cost.js"),
    include_str!("../../assets/js/lists.js"),
    include_str!("../../assets/js/evidence.js"),
    include_str!("../../assets/js/main.js"),
    "})();\n"
);

/// Nothing may be loaded, sent or framed: the page holds all it needs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// Elements of one list that the page holds; a note says how many it leaves out.
const LISTED: usize = 2000;

/// The report as one self-contained HTML page.
///
/// Without script the page shows the text of the report. Lists of more than 2,000 changes, files or
/// changes outside infrastructure code are cut there; the JSON has all.
pub fn render_html(report: &Report) -> String {
    let data = page_data(report);
    let title = escape_html(report.verdict.first().map_or("Nephoscope", String::as_str));
    let mut verdict = String::new();
    for sentence in &report.verdict {
        verdict.push_str(&format!(
            "<span class=\"sentence\">{}</span>\n",
            escape_html(sentence)
        ));
    }
    let text = escape_html(&render_text(report, &TextOptions::default()));
    let generated_by = escape_html(&report.generated_by);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header id=\"head\">\n<div id=\"bar\"><span id=\"product\">Nephoscope</span> \
         <span id=\"version\">{generated_by}</span></div>\n\
         <h1 id=\"verdict\">\n{verdict}</h1>\n</header>\n\
         <noscript><pre>{text}</pre></noscript>\n\
         <main id=\"page\"></main>\n\
         <script type=\"application/json\" id=\"report\">{data}</script>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// JSON of the report for the page, with long lists cut and the cuts told.
fn page_data(report: &Report) -> String {
    let mut data = serde_json::to_value(report).unwrap_or_default();
    let mut cuts = Vec::new();
    // What was weighed against an incident is kept before what was not.
    if let Some(Value::Array(changes)) = data.get_mut("changes") {
        changes.sort_by_key(|change| change.get("verdict").is_none_or(Value::is_null));
    }
    let lists = [
        ("/changes", "changes"),
        ("/outside_changes", "changes outside infrastructure code"),
        ("/inputs/files", "files"),
        ("/inputs/skipped", "files not read"),
    ];
    for (pointer, name) in lists {
        if let Some(Value::Array(list)) = data.pointer_mut(pointer)
            && list.len() > LISTED
        {
            cuts.push(Value::String(format!(
                "This page lists {LISTED} of {} {name}; the JSON report has all.",
                list.len()
            )));
            list.truncate(LISTED);
        }
    }
    if let Some(Value::Array(notes)) = data.get_mut("notes") {
        notes.append(&mut cuts);
    }
    escape_script(&data.to_string())
}

/// JSON text that cannot end the script element it stands in: `</script`, `<!--` and the line
/// separators of JavaScript are written as escapes of JSON. (html.spec.whatwg.org, "Restrictions
/// for contents of script elements", read 2026-11-21.)
fn escape_script(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
