//! Opens the HTML page of a report in a headless browser and looks at what it shows.
//!
//! Needs Chromium at `/usr/bin/chromium`, or where `NEPHO_CHROMIUM` says. Without one the tests say
//! so and pass, except where `CI` is `true`.
#![cfg(feature = "full")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "../../host/report/tests/shop/mod.rs"]
mod shop;

use std::path::{Path, PathBuf};
use std::process::Command;

use nepho_report::{Report, render_html};

/// The browser, or `None` with a note on standard error.
#[expect(
    clippy::disallowed_methods,
    reason = "where the browser is depends on the machine"
)]
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("NEPHO_CHROMIUM")
        .map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "no browser at {}", path.display());
    note(&path);
    None
}

#[expect(
    clippy::print_stderr,
    reason = "the reader of the test output must know that nothing was tested"
)]
fn note(path: &Path) {
    eprintln!("skipped: no browser at {}", path.display());
}

/// What the page of `report` has become in the browser, opened from disk at `#view`.
fn open(name: &str, report: &Report, view: &str) -> Option<Page> {
    let browser = browser()?;
    let folder = std::env::temp_dir().join(format!("nepho-html-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the page");
    let file = folder.join("report.html");
    std::fs::write(&file, render_html(report)).expect("the page is written");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--enable-logging=stderr",
            "--window-size=1400,1000",
        ])
        .args(["--virtual-time-budget=4000", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(format!("file://{}#{view}", file.display()))
        .output()
        .expect("the browser starts");
    std::fs::remove_dir_all(&folder).ok();
    let messages = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<_> = messages
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect();
    assert!(
        complaints.is_empty(),
        "the browser complains: {complaints:#?}"
    );
    let page = Page(String::from_utf8_lossy(&output.stdout).into_owned());
    assert_eq!(
        page.tags("body", &[("data-ready", "true")]).len(),
        1,
        "the page did not finish: {messages}"
    );
    Some(page)
}

/// HTML as the browser has it after the script ran.
struct Page(String);

impl Page {
    /// The markup of the element with this id, with all that is in it.
    fn within(&self, id: &str) -> Page {
        let at = self
            .0
            .find(&format!(" id=\"{id}\""))
            .unwrap_or_else(|| panic!("no element #{id}"));
        let start = self.0[..at].rfind('<').expect("a tag");
        let name: String = self.0[start + 1..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let mut depth = 0;
        let mut rest = start;
        loop {
            let next = self.0[rest..]
                .find('<')
                .map(|offset| rest + offset)
                .expect("an end tag");
            if is_tag(&self.0[next + 1..], &name) {
                depth += 1;
            } else if self.0[next + 1..].starts_with('/') && is_tag(&self.0[next + 2..], &name) {
                depth -= 1;
                if depth == 0 {
                    return Page(self.0[start..next].to_owned());
                }
            }
            rest = next + 1;
        }
    }

    /// Start tags of `name` that have all these attributes.
    fn tags(&self, name: &str, attributes: &[(&str, &str)]) -> Vec<&str> {
        let tags = self.0.split('<').skip(1).filter(|tag| is_tag(tag, name));
        let heads = tags.map(|tag| tag.split('>').next().unwrap_or(tag));
        let has = |head: &&str| {
            attributes
                .iter()
                .all(|(name, value)| head.contains(&format!(" {name}=\"{value}\"")))
        };
        heads.filter(has).collect()
    }

    fn check(&self, name: &str, attributes: &[(&str, &str)], count: usize) {
        let found = self.tags(name, attributes);
        assert_eq!(found.len(), count, "<{name} {attributes:?}>: {found:#?}");
    }

    /// Text without markup.
    fn text(&self) -> String {
        let parts = self
            .0
            .split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts
            .collect::<Vec<_>>()
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn check_text(&self, expected: &str) {
        assert!(
            self.text().contains(expected),
            "`{expected}` is not in: {}",
            self.text()
        );
    }
}

fn is_tag(markup: &str, name: &str) -> bool {
    markup
        .strip_prefix(name)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
}

#[test]
fn the_map_tells_primary_secondary_degraded_healthy_and_silent_apart() {
    let Some(page) = open("map", &shop::report(), "") else {
        return;
    };
    let map = page.within("map");
    for (service, status) in [
        ("checkout", "primary"),
        ("cart", "secondary"),
        ("web", "secondary"),
        ("mailer", "secondary"),
        ("search", "degraded"),
        ("catalog", "healthy"),
        ("order-db", "silent"),
    ] {
        map.check(
            "g",
            &[("data-service", service), ("data-status", status)],
            1,
        );
    }
    map.check("g", &[("class", "node"), ("data-status", "primary")], 1);
    map.check("g", &[("class", "node selected")], 0);
    map.check(
        "g",
        &[
            ("data-from", "cart"),
            ("data-to", "checkout"),
            ("data-failed", "true"),
        ],
        1,
    );
    map.check(
        "g",
        &[
            ("data-from", "web"),
            ("data-to", "catalog"),
            ("data-failed", "true"),
        ],
        0,
    );
    map.check("g", &[("data-from", "web"), ("data-to", "catalog")], 1);
    page.within("verdict")
        .check_text("checkout broke first at 2026-05-01 14:32:07 UTC because");
}

#[test]
fn the_timeline_shows_onsets_and_marks_cause_and_cleared_changes() {
    let Some(page) = open("timeline", &shop::report(), "") else {
        return;
    };
    let timeline = page.within("timeline");
    timeline.check("g", &[("data-change-verdict", "cause")], 1);
    timeline.check("g", &[("data-change-verdict", "cleared")], 2);
    let cause = "terraform:shop-prod:run-7:aws_security_group_rule.orders_from_checkout:update";
    timeline.check(
        "g",
        &[("data-change", cause), ("data-change-verdict", "cause")],
        1,
    );
    let rows = timeline.tags("g", &[("class", "row")]);
    let services = ["checkout", "cart", "web", "mailer"];
    assert_eq!(rows.len(), services.len());
    for (row, service) in rows.iter().zip(services) {
        assert!(
            row.contains(&format!("data-service=\"{service}\"")),
            "{row}"
        );
    }
    timeline.check_text("+3.1 s");
    timeline.check_text("+41 s");
}

#[test]
fn curves_scaling_and_cost_are_drawn() {
    let Some(page) = open("charts", &shop::report(), "") else {
        return;
    };
    let curves = page.within("curves");
    curves.check("div", &[("data-curve", "checkout")], 1);
    curves.check("path", &[("class", "line")], 4);
    curves.check("line", &[("class", "cause-line")], 4);
    let scaling = page.within("scaling");
    scaling.check("div", &[("data-group", "checkout-asg")], 1);
    scaling.check("line", &[("data-limit", "maximum")], 1);
    scaling.check("circle", &[("data-succeeded", "true")], 2);
    scaling.check("circle", &[("data-succeeded", "false")], 1);
    scaling.check("span", &[("data-symptom", "ineffective")], 1);
    let cost = page.within("cost");
    cost.check(
        "div",
        &[("data-team", "payments"), ("data-share", "0.6100")],
        1,
    );
    cost.check(
        "div",
        &[("data-team", "storefront"), ("data-share", "0.2600")],
        1,
    );
    cost.check("div", &[("data-team", ""), ("data-unlabelled", "true")], 1);
    cost.check("div", &[("data-service", "checkout")], 1);
    cost.check("div", &[("data-environment", "staging")], 1);
    cost.check("li", &[("data-spike", "checkout")], 1);
}

#[test]
fn the_primary_service_is_what_the_evidence_shows_at_first() {
    let Some(page) = open("first", &shop::report(), "") else {
        return;
    };
    let evidence = page.within("evidence");
    evidence.check_text("Broke first checkout");
    evidence.check("div", &[("data-place", "logs/checkout.log.gz:1841")], 1);
    evidence.check_text("could not connect to order-db:5432: timed out password=***");
    // Markup in a quoted message is shown as text.
    evidence.check_text("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
}

#[test]
fn choosing_a_service_an_edge_a_change_or_a_team_shows_its_evidence() {
    let report = shop::report();
    let Some(page) = open("service", &report, "service=cart") else {
        return;
    };
    page.within("evidence")
        .check_text("Followed cart It calls checkout and failed 3.1 s later.");
    page.within("evidence")
        .check("div", &[("data-place", "logs/cart.log.gz:1841")], 1);
    page.within("map").check(
        "g",
        &[("class", "node selected"), ("data-service", "cart")],
        1,
    );

    let Some(page) = open("edge", &report, "edge=web%3Ecatalog") else {
        return;
    };
    page.within("evidence")
        .check_text("web GET http://catalog/api");
    page.within("evidence")
        .check("div", &[("data-place", "logs/web.jsonl:12")], 1);

    let change = report.incidents[0]
        .details
        .cause
        .clone()
        .unwrap_or_default();
    let Some(page) = open("change", &report, &format!("change={change}")) else {
        return;
    };
    let evidence = page.within("evidence");
    evidence.check_text("held responsible it is on the path from checkout to order-db");
    evidence.check_text("41 s before the first failure");
    evidence.check("div", &[("data-place", "iac/apply.jsonl:41")], 1);

    let Some(page) = open("team", &report, "team=payments") else {
        return;
    };
    page.within("evidence").check_text("payments");
    page.within("evidence").check_text("$0.30");
}

#[test]
fn an_abstention_is_shown_and_no_change_is_marked_as_cause() {
    let Some(page) = open("abstain", &shop::report_without_cause(), "") else {
        return;
    };
    page.within("abstained")
        .check_text("No change explains this.");
    page.check("g", &[("data-change-verdict", "cause")], 0);
    page.within("timeline")
        .check("g", &[("data-change-verdict", "cleared")], 2);
}

#[test]
fn one_of_several_incidents_can_be_picked() {
    let mut late = shop::incident(Vec::new());
    if let nepho_core::findings::Details::Incident(details) = &mut late.details {
        details.primary = shop::failure("search", "gcp", "14:50:00", None, "It ran out of memory.");
        details.secondary.clear();
    }
    let mut findings = shop::surroundings();
    findings.extend([late, shop::incident(shop::weighed())]);
    let report = Report::build(shop::inputs(), findings, Vec::new(), Vec::new());
    let Some(page) = open("pick", &report, "incident=incident-2") else {
        return;
    };
    let picker = page.within("incidents");
    picker.check(
        "button",
        &[("data-incident", "incident-1"), ("aria-pressed", "false")],
        1,
    );
    picker.check(
        "button",
        &[("data-incident", "incident-2"), ("aria-pressed", "true")],
        1,
    );
    page.within("timeline")
        .check("g", &[("class", "row selected")], 0);
    page.within("timeline").check(
        "g",
        &[("data-service", "search"), ("data-status", "primary")],
        1,
    );
    page.within("timeline")
        .check("g", &[("data-service", "checkout")], 0);
    page.within("evidence").check_text("It ran out of memory.");
    page.within("map").check(
        "g",
        &[("data-service", "checkout"), ("data-other", "true")],
        1,
    );
}

#[test]
fn a_map_of_a_thousand_services_shows_the_incident_first_and_all_on_demand() {
    let report = shop::large_report();
    let Some(page) = open("large", &report, "") else {
        return;
    };
    let shown = page.within("map").tags("g", &[("class", "node")]).len();
    assert!((7..=60).contains(&shown), "{shown} services are shown");
    page.within("map").check(
        "g",
        &[("data-service", "checkout"), ("data-status", "primary")],
        1,
    );
    page.within("show-all")
        .check_text("Show all 1,000 services");
    let Some(page) = open("all", &report, "all=1") else {
        return;
    };
    page.within("map").check("g", &[("class", "node")], 1000);
}

#[test]
fn pages_without_incident_and_without_anything_are_whole() {
    let Some(page) = open("quiet", &shop::quiet_report(), "") else {
        return;
    };
    page.within("verdict")
        .check_text("No incident found in 39,113 rows of 6 services.");
    page.check("section", &[("id", "timeline")], 0);
    page.within("map").check("g", &[("class", "node")], 7);
    let Some(page) = open("empty", &shop::empty_report(), "") else {
        return;
    };
    page.within("verdict").check_text("Nothing was read.");
    page.within("map")
        .check_text("No services were found in the logs.");
}
