//! The feed over its fixtures.

use super::*;

fn read(text: &str) -> Result<FeedOutput> {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "cdk.out/manifest.json",
        text,
        modified: None,
    };
    Assemblies.read(&document, &mut out)?;
    Ok(out)
}

#[test]
fn a_manifest_tells_constructs_by_logical_id() {
    let text = include_str!("fixtures/manifest.json");
    assert_eq!(Assemblies.sniff("manifest.json", text), Confidence::CERTAIN);
    let out = read(text).unwrap_or_default();
    let rows: Vec<_> = out
        .resources
        .iter()
        .map(|row| {
            (
                row.key.as_str(),
                row.name.as_deref().unwrap_or_default(),
                row.region.as_deref().unwrap_or_default(),
                row.aliases.join(" "),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (
                "cdk:orders-prod:ApiHandler2B",
                "Api/Handler",
                "eu-west-1",
                "cdk:Orders/Api/Handler/Resource cdk:Orders:ApiHandler2B".to_owned()
            ),
            (
                "cdk:orders-prod:ApiQueue1A",
                "Api/Queue",
                "eu-west-1",
                "cdk:Orders/Api/Queue/Resource cdk:Orders:ApiQueue1A".to_owned()
            ),
        ]
    );
    let stacks = out.stacks.iter();
    let stacks: Vec<_> = stacks
        .map(|told| (told.template.as_str(), told.stack.as_str()))
        .collect();
    assert_eq!(stacks, [("cdk.out/Orders.template.json", "orders-prod")]);
    assert_eq!(out.rejects.len(), 1);
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
}

#[test]
fn a_tree_tells_types_and_services_by_path() {
    let text = include_str!("fixtures/tree.json");
    assert_eq!(Assemblies.sniff("tree.json", text), Confidence::CERTAIN);
    let out = read(text).unwrap_or_default();
    let rows: Vec<_> = out
        .resources
        .iter()
        .map(|row| {
            (
                row.key.as_str(),
                row.resource_type.as_str(),
                row.service.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (
                "cdk:Orders/Api/Handler/Resource",
                "AWS::Lambda::Function",
                Some("Api")
            ),
            ("cdk:Orders/Audit/Resource", "AWS::S3::Bucket", None),
        ]
    );
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
}

#[test]
fn what_is_neither_is_refused_with_its_place() {
    for text in [
        "",
        "{}",
        "{\"artifacts\":\n[",
        "{\"tree\": 7}",
        "{\"artifacts\": 7}",
    ] {
        let error = read(text).err();
        let line = error.and_then(|error| error.origin().and_then(|origin| origin.line));
        assert!(line.is_some(), "{text}");
    }
}
