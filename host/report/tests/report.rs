//! How a report is put together, and what its JSON and HTML hold.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod shop;

use nepho_core::findings::{ChangeVerdict, Details, MapStatus};
use nepho_report::{Report, json_schema, render_html};

#[test]
fn the_order_of_what_comes_in_does_not_matter() {
    let changes = shop::weighed();
    let forward = shop::report_of(changes.clone());
    let mut findings = shop::surroundings();
    findings.insert(0, shop::incident(changes));
    findings.reverse();
    let mut inputs = shop::inputs();
    inputs.files.reverse();
    let mut rejects = shop::rejects();
    rejects.reverse();
    let backward = Report::build(inputs, findings, Vec::new(), rejects);
    assert_eq!(forward.incidents, backward.incidents);
    assert_eq!(forward.inputs, backward.inputs);
    assert_eq!(forward.rejects, backward.rejects);
    assert_eq!(forward.service_map, backward.service_map);
    assert_eq!(forward.verdict, backward.verdict);
}

#[test]
fn incidents_raise_the_status_of_services_and_changes() {
    let report = shop::report();
    let status = |name: &str| {
        let node = report
            .service_map
            .nodes
            .iter()
            .find(|node| node.service == name);
        node.map(|node| node.status)
    };
    assert_eq!(status("checkout"), Some(MapStatus::Primary));
    assert_eq!(status("cart"), Some(MapStatus::Secondary));
    assert_eq!(status("search"), Some(MapStatus::Degraded));
    assert_eq!(status("catalog"), Some(MapStatus::Healthy));
    let verdicts: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.tool.as_str(), change.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("pulumi", Some(ChangeVerdict::Cleared)),
            ("terraform", Some(ChangeVerdict::Cause)),
            ("cloudformation", Some(ChangeVerdict::Cleared)),
        ]
    );
    assert_eq!(report.changes[1].incident.as_deref(), Some("incident-1"));
    assert_eq!(report.changes[1].actor.as_deref(), Some("dana@example.com"));
}

#[test]
fn whom_the_messages_name_is_told_where_nothing_explains_the_failure() {
    let mut finding = shop::incident(Vec::new());
    if let nepho_core::findings::Details::Incident(details) = &mut finding.details {
        details.trouble = None;
        details.primary.via = Some("api.stripe.com".to_owned());
    }
    let report = Report::build(shop::inputs(), vec![finding], Vec::new(), Vec::new());
    let expected = "Its messages name api.stripe.com. No change explains this.";
    assert!(
        report.verdict[0].ends_with(expected),
        "{}",
        report.verdict[0]
    );
}

#[test]
fn incidents_are_numbered_by_gravity_and_ids_are_unique() {
    let mut late = shop::incident(Vec::new());
    if let nepho_core::findings::Details::Incident(details) = &mut late.details {
        details.primary.service = "billing".to_owned();
        details.primary.onset = shop::at("13:10:00");
        details.secondary.clear();
    }
    let mut findings = shop::surroundings();
    findings.extend(shop::surroundings());
    findings.extend([late, shop::incident(shop::weighed())]);
    let report = Report::build(shop::inputs(), findings, Vec::new(), Vec::new());
    let order: Vec<_> = report
        .incidents
        .iter()
        .map(|i| (i.id.as_str(), i.details.primary.service.as_str()))
        .collect();
    assert_eq!(
        order,
        [("incident-1", "checkout"), ("incident-2", "billing")]
    );
    assert_eq!(report.verdict.len(), 2);
    assert!(
        report.verdict[1].ends_with("No change explains this."),
        "{}",
        report.verdict[1]
    );
    let ids: Vec<_> = report
        .scaling
        .iter()
        .map(|scaling| scaling.id.as_str())
        .collect();
    assert_eq!(ids, ["scaling-checkout-asg", "scaling-checkout-asg-2"]);
    let edges = report
        .service_map
        .edges
        .iter()
        .filter(|edge| edge.from == "web" && edge.to == "cart");
    assert_eq!(edges.map(|edge| edge.count).collect::<Vec<_>>(), [2 * 9120]);
}

#[test]
fn json_is_read_back_as_it_was_and_of_no_other_version() {
    let report = shop::report();
    let text = report.to_json();
    assert_eq!(Report::from_json(&text).ok(), Some(report));
    let other = text.replacen("nepho.report/1", "nepho.report/9", 1);
    let error = Report::from_json(&other).err().map(|error| error.kind());
    assert_eq!(error, Some(nepho_core::ErrorKind::Unsupported));
    assert!(Report::from_json("{}").is_err());
}

#[test]
fn numbers_that_json_cannot_hold_are_not_written() {
    let mut finding = shop::incident(shop::weighed());
    finding.confidence = f64::NAN;
    let report = Report::build(shop::inputs(), vec![finding], Vec::new(), Vec::new());
    assert!(Report::from_json(&report.to_json()).is_ok());
}

#[test]
fn every_field_of_the_json_is_in_the_schema() {
    let schema = json_schema().to_value();
    let report = serde_json::from_str(&shop::report().to_json()).expect("JSON");
    check_fields(&schema, &schema, &report, "report");
}

/// Asserts that objects have exactly the properties of their schema.
fn check_fields(
    root: &serde_json::Value,
    schema: &serde_json::Value,
    value: &serde_json::Value,
    path: &str,
) {
    if let Some(reference) = schema.get("$ref").and_then(|reference| reference.as_str()) {
        let target = root
            .pointer(reference.trim_start_matches('#'))
            .expect("a definition");
        return check_fields(root, target, value, path);
    }
    if let Some(items) = value.as_array() {
        for item in items {
            check_fields(root, &schema["items"], item, path);
        }
    }
    if let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        assert!(
            fields.keys().eq(properties.keys()),
            "{path}: fields and schema differ"
        );
        for (name, field) in fields {
            check_fields(root, &properties[name], field, &format!("{path}.{name}"));
        }
    }
}

#[test]
fn a_service_that_fails_all_along_is_told_of() {
    let mut findings = shop::surroundings();
    for finding in &mut findings {
        let Details::ServiceMap(map) = &mut finding.details else {
            continue;
        };
        let search = map.nodes.iter_mut().find(|node| node.service == "search");
        let search = search.expect("the shop has a search");
        search.errors = search.rows;
    }
    let report = Report::build(shop::inputs(), findings, Vec::new(), shop::rejects());
    let verdict = &report.verdict[0];
    assert!(
        verdict.ends_with("; but search failed all along."),
        "{verdict}"
    );
    let is_told = |note: &String| note.contains("search failed in 9,120 of 9,120 rows all along");
    assert!(report.notes.iter().any(is_told), "{:?}", report.notes);
}

#[test]
fn rows_without_a_service_are_told_of() {
    let report = Report::build(
        shop::inputs(),
        shop::surroundings(),
        Vec::new(),
        shop::rejects(),
    );
    let is_told = |note: &String| {
        note == "433,333 rows (13 %) without a service took no part but for messages that name a host: no \
               incident can be of the others. `--service-name 'FILES=NAME'` says what files are of."
    };
    assert!(report.notes.iter().any(is_told), "{:?}", report.notes);
}

#[test]
fn nothing_in_a_log_can_become_markup_of_the_page() {
    let mut report = shop::report();
    report.verdict = vec!["<img src=x onerror=alert(1)> & \"quoted\"".to_owned()];
    report.notes = vec!["<!-- </SCRIPT \u{2028}\u{2029}".to_owned()];
    let page = render_html(&report);
    assert!(
        !page.contains("<img"),
        "markup of the verdict is in the page"
    );
    assert!(
        !page.contains("<script>alert(1)"),
        "markup of the evidence is in the page"
    );
    assert!(!page.contains('\u{2028}') && !page.contains('\u{2029}'));
    assert_eq!(
        page.matches("<script").count(),
        2,
        "the page has its data and its script, no more"
    );
    assert_eq!(page.to_lowercase().matches("</script").count(), 2);
    assert_eq!(page.matches("<!--").count(), 0);
    let start = page.find("id=\"report\">").expect("data") + "id=\"report\">".len();
    let end = start + page[start..].find("</script>").expect("end of the data");
    let back: Report = serde_json::from_str(&page[start..end]).expect("JSON of the report");
    assert_eq!(back.notes, report.notes);
}

#[test]
fn the_page_names_nothing_outside_of_itself() {
    let page = render_html(&shop::report());
    let script = page.rsplit("<script>").next().unwrap_or_default();
    for word in [
        "src=",
        "href=",
        "@import",
        "url(h",
        "fetch(",
        "XMLHttpRequest",
        "innerHTML",
        "eval(",
    ] {
        assert!(!script.contains(word), "`{word}` is in the script");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("<link"));
}
