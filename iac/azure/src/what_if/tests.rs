//! The feed over its fixture.

use nepho_core::tables::RunStatus;

use super::*;

const RESULT: &str = include_str!("fixtures/result.json");

fn read(text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "w.json",
        text,
        modified: None,
    };
    assert!(WhatIf.read(&document, &mut out).is_ok());
    out
}

#[test]
fn what_is_nested_too_deeply_is_told_as_that() {
    let deep = ["[".repeat(200), "]".repeat(200)].concat();
    let document = Document {
        uri: "w.json",
        text: &format!("{{\"changes\":{deep}}}"),
        modified: None,
    };
    let error = WhatIf.read(&document, &mut FeedOutput::default()).err();
    let told = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(told.contains("nested too deeply"), "{told}");
}

#[test]
fn what_would_change_is_planned_with_the_names_of_attributes() {
    assert_eq!(WhatIf.sniff("w.json", RESULT), Confidence::CERTAIN);
    let out = read(RESULT);
    let told: Vec<_> = out
        .changes
        .iter()
        .map(|one| {
            (
                key::short_name(&one.address),
                one.action,
                one.attributes.join(" "),
            )
        })
        .collect();
    let names = "properties.siteConfig.appSettings[0].value tags.owner".to_owned();
    assert_eq!(
        told,
        [
            ("stshop", ChangeAction::Create, String::new()),
            ("web-shop", ChangeAction::Update, names),
            ("sql-shop", ChangeAction::Delete, String::new()),
            ("rg-shop", ChangeAction::Update, String::new()),
        ]
    );
    assert!(
        out.changes
            .iter()
            .all(|one| one.outcome == ChangeOutcome::Planned && one.time.is_none())
    );
    assert_eq!(out.runs[0].id, "cc24217f82308281651e5a8fec049930");
    assert_eq!(
        (out.runs[0].operation, out.runs[0].status),
        (RunOperation::Plan, RunStatus::Succeeded)
    );
    assert_eq!(out.rejects.len(), 1);
}

#[test]
fn the_shape_of_the_command_line_and_a_cut_result_are_read() {
    let flat = r#"{"status":"Succeeded","error":null,"changes":[{"resourceId":"/subscriptions/s/resourceGroups/g","changeType":"Create"}]}"#;
    assert_eq!(read(flat).changes.len(), 1);
    let cut = RESULT.find("NoChange").unwrap_or_default();
    let out = read(&RESULT[..cut]);
    assert_eq!((out.changes.len(), out.rejects.len()), (2, 1));
}
