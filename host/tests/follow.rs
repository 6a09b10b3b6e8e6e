//! States in a bucket, followed: a bucket of an S3 that runs here (moto).

#![cfg(all(feature = "live", feature = "iac"))]
#![expect(clippy::expect_used, reason = "a test may fail")]

use nepho::Follow;
use nepho_conformance::moto::Moto;

fn put(moto: &Moto, serial: u64, buckets: &[&str]) {
    let resource = |name: &&str| {
        format!(
            r#"{{"mode":"managed","type":"aws_s3_bucket","name":"{name}",
            "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[
            {{"attributes":{{"id":"{name}","bucket":"{name}","arn":"arn:aws:s3:::{name}"}}}}]}}"#
        )
    };
    let resources: Vec<String> = buckets.iter().map(resource).collect();
    let state = format!(
        r#"{{"version":4,"serial":{serial},"lineage":"l","outputs":{{}},"resources":[{}]}}"#,
        resources.join(",")
    );
    moto.request("s3", "PUT", "/states/shop.tfstate", state.as_bytes());
}

/// Resources that were changed since the last look, with what was done.
fn told(follow: &mut Follow) -> Vec<String> {
    let news = follow.look().expect("a look");
    assert_eq!((news.skipped, news.rejects), (vec![], vec![]));
    let told = news.changes.into_iter();
    told.map(|change| format!("{} {}", change.action, change.address))
        .collect()
}

#[test]
fn versions_of_a_state_in_a_bucket_are_followed() {
    let Some(moto) = Moto::start() else {
        return;
    };
    moto.request("s3", "PUT", "/states", b"");
    let versioning = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    moto.request("s3", "PUT", "/states?versioning", versioning);
    put(&moto, 1, &["first"]);
    put(&moto, 2, &["first", "second"]);
    let settings = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ENDPOINT", &format!("http://127.0.0.1:{}", moto.port())),
        ("HOME", "/nowhere"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let paths = ["s3://states".to_owned()];
    let mut follow = Follow::with_settings(&paths, settings.into()).expect("a follower");
    // What was there before is compared with, and not told.
    assert_eq!(told(&mut follow), Vec::<String>::new());
    put(&moto, 3, &["second", "third"]);
    let mut changes = told(&mut follow);
    changes.sort();
    assert_eq!(
        changes,
        ["create aws_s3_bucket.third", "delete aws_s3_bucket.first"]
    );
    assert_eq!(told(&mut follow), Vec::<String>::new());
    put(&moto, 4, &["second"]);
    assert_eq!(told(&mut follow), ["delete aws_s3_bucket.third"]);
}

#[test]
fn apis_are_not_followed() {
    let paths = ["cloudformation://eu-west-1".to_owned()];
    let error = Follow::with_settings(&paths, Vec::new())
        .err()
        .expect("an error");
    assert!(error.to_string().contains("can be followed"), "{error}");
}
