//! Services of one name in several clouds, regions and clusters.

use super::*;

const PROJECT: &str = "//run.googleapis.com/projects/shop/locations";
const SITE: &str = "/subscriptions/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab/resourcegroups/shop/providers/microsoft.web/sites/web";

fn run(region: &str) -> String {
    format!("{PROJECT}/{region}/services/web")
}

/// Web runs well in both places for an hour; at ten it begins to fail in the first.
fn fails_in_one(first: [&str; 3], second: [&str; 3]) -> Story {
    let well = "web INFO answered";
    let mut story = Story::default();
    for [domain, region, id] in [first, second] {
        story = story
            .every(domain, "2024-05-01T09:00:00Z", 4, 1200, well)
            .in_place(region, id);
        if !id.is_empty() {
            story = story.edge("web", RelationKind::RunsOn, id);
        }
    }
    let [domain, region, id] = first;
    let failing = "web ERROR panic: nil map";
    story
        .every(domain, "2024-05-01T10:00:07Z", 4, 60, failing)
        .in_place(region, id)
}

fn deployed(id: &str) -> nepho_core::tables::Change {
    let mut change = change("web", "2024-05-01T10:00:00Z", "service", &["image"]);
    change.id = "audit:1".to_owned();
    change.resource = Some(id.to_owned());
    change
}

/// The cause that is named when `changed` is changed, and the rows that are counted.
fn verdict(story: Story, changed: &str) -> (Option<String>, u64, String) {
    let story = story.change(deployed(changed));
    let incidents = story.incidents();
    let incident = incidents.first().unwrap();
    (
        incident.cause.clone(),
        incident.primary.rows,
        incident.considered[0].why.clone(),
    )
}

#[test]
fn a_service_that_fails_in_one_region_is_not_broken_by_its_like_in_another() {
    let (eu, us) = (run("europe-west1"), run("us-central1"));
    let story = || {
        fails_in_one(
            ["gcp/shop", "us-central1", &us],
            ["gcp/shop", "europe-west1", &eu],
        )
    };
    let (cause, rows, why) = verdict(story(), &eu);
    assert_eq!(cause, None);
    assert!(
        why.contains(", in another region than the failing rows of web (europe-west1): no path"),
        "{why}"
    );
    assert!(rows < 130, "rows of the other region count: {rows}");
    let (cause, _, _) = verdict(story(), &us);
    assert_eq!(cause.as_deref(), Some("audit:1"));
}

#[test]
fn a_service_that_fails_in_one_cloud_is_not_broken_by_its_like_in_another() {
    let azure = "azure/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab";
    let story = || fails_in_one(["aws/111122223333", "eu-west-1", ""], [azure, "", SITE]);
    let (cause, _, why) = verdict(story(), SITE);
    assert_eq!(cause, None);
    assert!(
        why.contains(", in another cloud than the failing rows of web: no path to web"),
        "{why}"
    );
    let other = || fails_in_one([azure, "", SITE], ["aws/111122223333", "eu-west-1", ""]);
    let (cause, _, _) = verdict(other(), SITE);
    assert_eq!(cause.as_deref(), Some("audit:1"));
}

#[test]
fn a_deployment_is_not_broken_by_its_like_in_another_cluster() {
    let pod = |cluster: &str| format!("k8s://{cluster}//pod/shop/web-6c9d8f7b5-xk2zq");
    let (prod, stage) = (pod("prod"), pod("stage"));
    let home = "kubernetes/111122223333";
    let check = |cluster: &str, expected: Option<&str>| {
        let id = format!("k8s://{cluster}/apps/deployment/shop/web");
        let story = fails_in_one([home, "", &prod], [home, "", &stage]);
        let story = story.resource(&id, "deployment", &["web"]);
        let (cause, _, why) = verdict(story, &id);
        assert_eq!(cause.as_deref(), expected, "{cluster}: {why}");
    };
    check("stage", None);
    check("prod", Some("audit:1"));
}

#[test]
fn a_service_that_fails_everywhere_can_be_broken_anywhere() {
    let (eu, us) = (run("europe-west1"), run("us-central1"));
    let story = fails_in_one(
        ["gcp/shop", "us-central1", &us],
        ["gcp/shop", "europe-west1", &eu],
    )
    .every(
        "gcp/shop",
        "2024-05-01T10:00:09Z",
        4,
        60,
        "web ERROR panic: nil map",
    )
    .in_place("europe-west1", &eu);
    let (cause, rows, _) = verdict(story, &eu);
    assert_eq!(cause.as_deref(), Some("audit:1"));
    assert!(rows >= 120, "{rows}");
}

#[test]
fn what_a_service_uses_in_another_region_can_break_it() {
    // The database carries the tag of the service; nothing runs there.
    let db = "arn:aws:rds:us-east-1:111122223333:db:orders";
    let story = fails_in_one(
        ["aws/111122223333", "eu-west-1", ""],
        ["aws/111122223333", "us-east-1", ""],
    )
    .resource(db, "aws_db_instance", &["orders"])
    .edge("web", RelationKind::RunsOn, db);
    let (cause, _, _) = verdict(story, db);
    assert_eq!(cause.as_deref(), Some("audit:1"));
}

#[test]
fn a_bare_name_in_another_cloud_is_no_tie() {
    let story = |domain: &str| {
        Story::default()
            .every(domain, "2024-05-01T09:00:00Z", 4, 1200, "web INFO answered")
            .every(
                domain,
                "2024-05-01T10:00:07Z",
                4,
                60,
                "web ERROR panic: nil map",
            )
            .resource(SITE, "microsoft.web/sites", &["web"])
    };
    let (cause, _, _) = verdict(story("aws/111122223333"), SITE);
    assert_eq!(cause, None);
    let (cause, _, _) = verdict(story("logs"), SITE);
    assert_eq!(cause.as_deref(), Some("audit:1"));
}
