//! States that are followed: files, and in a bucket of an S3 that runs here (moto).

#![cfg(all(feature = "live", feature = "iac"))]
#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::{Compression, write::GzEncoder};
use nepho::{Follow, News};
use nepho_conformance::moto::Moto;

fn state(serial: u64, buckets: &[&str]) -> String {
    let resource = |name: &&str| {
        format!(
            r#"{{"mode":"managed","type":"aws_s3_bucket","name":"{name}",
            "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[
            {{"attributes":{{"id":"{name}","bucket":"{name}","arn":"arn:aws:s3:::{name}"}}}}]}}"#
        )
    };
    let resources: Vec<String> = buckets.iter().map(resource).collect();
    format!(
        r#"{{"version":4,"serial":{serial},"lineage":"l","outputs":{{}},"resources":[{}]}}"#,
        resources.join(",")
    )
}

fn put(moto: &Moto, serial: u64, buckets: &[&str]) {
    let state = state(serial, buckets);
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
    let news = follow.look().expect("a look");
    let changes = news.changes.iter().map(|one| one.address.as_str());
    assert_eq!(changes.collect::<Vec<_>>(), ["aws_s3_bucket.third"]);
    // Older versions are no documents of their own.
    assert_eq!(names(&news), ["aws_s3_bucket.second"]);
}

/// A new folder, and who follows it.
fn folder(name: &str) -> (PathBuf, Follow) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let paths = [folder.to_string_lossy().into_owned()];
    let follow = Follow::with_settings(&paths, Vec::new()).expect("a follower");
    (folder, follow)
}

/// Names of all resources that are known.
fn names(news: &News) -> Vec<&str> {
    let mut names: Vec<&str> = news
        .resources
        .iter()
        .filter_map(|one| one.address.as_deref())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn resources_stay_until_a_version_is_read_without_them() {
    let (folder, mut follow) = folder("follow-resources");
    let mut check = |expected: &[&str]| {
        let news = follow.look().expect("a look");
        assert_eq!(
            names(&news),
            expected,
            "{:?} {:?}",
            news.skipped,
            news.rejects
        );
    };
    let (shop, other) = (folder.join("shop.tfstate"), folder.join("b.tfstate"));
    let both = state(1, &["one", "two"]);
    fs::write(&shop, &both).expect("written");
    fs::write(&other, state(1, &["three"]).replace("\"l\"", "\"other\"")).expect("written");
    let [one, two, three] = ["one", "two", "three"].map(|name| format!("aws_s3_bucket.{name}"));
    check(&[&one, &three, &two]);
    // Half of the next version.
    let next = state(2, &["two"]);
    for half in [next.len() / 2, 40, 0] {
        fs::write(&shop, &next[..half]).expect("written");
        check(&[&one, &three, &two]);
    }
    fs::write(&shop, &next).expect("written");
    check(&[&three, &two]);
    fs::remove_file(&other).expect("removed");
    check(&[&two]);
    // What was removed is new when it is back.
    fs::write(&other, state(1, &["three"]).replace("\"l\"", "\"other\"")).expect("written");
    check(&[&three, &two]);
}

#[test]
fn a_state_that_is_rewritten_is_an_alarm_once() {
    let (folder, mut follow) = folder("follow-rewritten");
    let shop = folder.join("shop.tfstate");
    let mut check = |state: &str, rewritten: &[&str], changed: usize| {
        fs::write(&shop, state).expect("written");
        let news = follow.look().expect("a look");
        let titles = news.rewritten.iter().map(|one| one.title.as_str());
        assert_eq!(titles.collect::<Vec<_>>(), rewritten, "{state}");
        assert_eq!(news.changes.len(), changed, "{state}: {:?}", news.changes);
    };
    let at = |serial: u64| format!("the state of `shop` was rewritten at serial number {serial}");
    check(&state(3, &["one"]), &[], 0);
    check(&state(4, &["one", "two"]), &[], 1);
    check(&state(4, &["one", "three"]), &[&at(4)], 0);
    // An older version: nobody deleted what it lacks.
    check(&state(2, &["one"]), &[&at(2)], 0);
    check(&state(5, &["one", "four"]), &[], 1);
    let other = |serial| state(serial, &["one", "five"]).replace("\"l\"", "\"other\"");
    check(&other(1), &[&at(1)], 0);
    check(&other(2), &[], 0);
}

#[test]
fn a_version_that_could_not_be_read_is_read_again() {
    let (folder, mut follow) = folder("follow-unreadable");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let state = state(1, &["one"]);
    encoder.write_all(state.as_bytes()).expect("compressed");
    let bytes = encoder.finish().expect("compressed");
    let file = folder.join("shop.tfstate.gz");
    fs::write(&file, &bytes[..bytes.len() - 30]).expect("written");
    for _ in 0..2 {
        let news = follow.look().expect("a look");
        assert_eq!((news.skipped.len(), names(&news)), (1, vec![]));
    }
    fs::write(&file, &bytes).expect("written");
    for _ in 0..2 {
        let news = follow.look().expect("a look");
        assert_eq!(news.skipped, []);
        assert_eq!(names(&news), ["aws_s3_bucket.one"]);
    }
}

#[test]
fn apis_are_not_followed() {
    let paths = ["cloudformation://eu-west-1".to_owned()];
    let error = Follow::with_settings(&paths, Vec::new())
        .err()
        .expect("an error");
    assert!(error.to_string().contains("can be followed"), "{error}");
}

/// An object of Kubernetes that remembers who wrote it.
fn deployment(name: &str, writes: &[(&str, u32)]) -> String {
    let write = |(manager, hour): &(&str, u32)| {
        format!(
            r#"{{"manager":"{manager}","operation":"Update","time":"2026-05-12T{hour}:00:00Z"}}"#
        )
    };
    let writes: Vec<String> = writes.iter().map(write).collect();
    format!(
        r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{name}","namespace":"shop",
        "creationTimestamp":"2026-05-11T10:00:00Z","managedFields":[{}]}}}}"#,
        writes.join(",")
    )
}

/// The namespace whose uid is that of its cluster.
fn system(uid: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"kube-system","uid":"{uid}",
        "creationTimestamp":"2026-05-11T10:00:00Z"}}}}"#
    )
}

/// A call by hand that CloudTrail tells of.
fn call(hour: u32, user: &str) -> String {
    let record = format!(
        r#"{{"eventVersion":"1.09","eventTime":"2026-05-12T{hour:02}:00:00Z","eventSource":"s3.amazonaws.com",
        "eventName":"PutBucketPolicy","awsRegion":"eu-west-1","userAgent":"aws-cli/2.15.0",
        "requestParameters":{{"bucketName":"kept"}},"responseElements":null,"readOnly":false,
        "requestID":"r-{hour}-{user}","eventID":"e-{hour}-{user}","eventType":"AwsApiCall",
        "managementEvent":true,"recipientAccountId":"111122223333",
        "resources":[{{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::kept"}}],
        "userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{user}",
        "accountId":"111122223333","userName":"{user}"}}}}"#
    );
    record.replace('\n', "") + "\n"
}

/// Scopes and resources of what was told since the last look, by time.
fn scopes(follow: &mut Follow) -> Vec<String> {
    let news = follow.look().expect("a look");
    assert_eq!((news.skipped, news.rejects), (vec![], vec![]));
    let told = news.changes.into_iter();
    told.map(|one| {
        format!(
            "{} {} {}",
            one.tool,
            one.scope,
            one.resource.unwrap_or_default()
        )
    })
    .collect()
}

#[test]
fn changes_of_clusters_are_told_once_as_the_folder_grows() {
    const ONE: &str = "6c1a2b3c-0001-4d5e-8f90-a1b2c3d4e5f6";
    const OTHER: &str = "6c1a2b3c-0002-4d5e-8f90-a1b2c3d4e5f6";
    let (folder, follow) = folder("follow-clusters");
    let names = vec!["**/named/*=prod".parse().expect("a cluster")];
    let mut follow = follow.with_zones_and_clusters(Vec::new(), names);
    let mut check = |path: &str, text: &str, expected: &[&str]| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
        assert_eq!(scopes(&mut follow), expected);
        assert_eq!(scopes(&mut follow), Vec::<String>::new());
    };
    let web = |cluster: &str| format!("k8s://{cluster}/apps/deployment/shop/web");
    let first = [("helm", 10)];
    check(
        "named/web.json",
        &deployment("web", &first),
        &[&format!("helm prod/shop {}", web("prod"))],
    );
    // Logs come, and are joined to what was told.
    check(
        "trail.ndjson",
        &call(11, "ana"),
        &["aws-cli 111122223333 arn:aws:s3:::kept"],
    );
    let both = call(11, "ana") + &call(12, "ben");
    check(
        "trail.ndjson",
        &both,
        &["aws-cli 111122223333 arn:aws:s3:::kept"],
    );
    // What nobody tells the cluster of is of the only one, until its folder says otherwise; with
    // two clusters uids tell scopes apart, also those that were told without.
    check(
        "one/web.json",
        &deployment("web", &first),
        &[&format!("helm shop {}", web("prod"))],
    );
    check("one/system.json", &system(ONE), &[]);
    check("other/system.json", &system(OTHER), &[]);
    let second = [("helm", 10), ("helm", 13)];
    check(
        "one/web.json",
        &deployment("web", &second),
        &[&format!("helm {ONE}/shop {}", web(ONE))],
    );
    check(
        "named/web.json",
        &deployment("web", &second),
        &[&format!("helm prod/shop {}", web("prod"))],
    );
    check(
        "more.ndjson",
        &call(14, "eve"),
        &["aws-cli 111122223333 arn:aws:s3:::kept"],
    );
}

/// Who made the calls that were told since the last look, by line.
fn callers(follow: &mut Follow) -> Vec<String> {
    let news = follow.look().expect("a look");
    assert_eq!((news.skipped, news.rejects), (vec![], vec![]));
    let told = news.changes.into_iter();
    let mut told: Vec<(u64, String)> = told
        .map(|one| (one.line, one.actor.unwrap_or_default()))
        .collect();
    told.sort();
    let caller = |(line, actor): (u64, String)| {
        let name = actor.rsplit('/').next().unwrap_or_default();
        format!("{line} {name}")
    };
    told.into_iter().map(caller).collect()
}

#[test]
fn calls_that_are_appended_late_are_told() {
    let (folder, mut follow) = folder("follow-late");
    let file = folder.join("trail.ndjson");
    // Short, and as long as is read on from.
    for before in [1, 120] {
        let mut text: String = (0..before).map(|_| call(20, "ana")).collect();
        let first = text.len();
        fs::write(&file, &text).expect("written");
        callers(&mut follow);
        assert!(before == 1 || first > 64 << 10);
        for (hour, user) in [(21, "ben"), (3, "eve")] {
            text += &call(hour, &format!("{user}{before}"));
            fs::write(&file, &text).expect("written");
            let line = text.lines().count();
            assert_eq!(callers(&mut follow), [format!("{line} {user}{before}")]);
        }
        // Half of a record, which is told once it is whole.
        let half = call(4, &format!("joe{before}"));
        fs::write(&file, text.clone() + &half[..200]).expect("written");
        assert_eq!(follow.look().expect("a look").changes, []);
        text += &half;
        fs::write(&file, &text).expect("written");
        let line = text.lines().count();
        assert_eq!(callers(&mut follow), [format!("{line} joe{before}")]);
    }
}

#[test]
fn only_what_was_added_to_a_log_is_read() {
    let (folder, mut follow) = folder("follow-rest");
    let file = folder.join("trail.ndjson");
    let calls: Vec<String> = (0..120).map(|_| call(20, "ana")).collect();
    let mut text = calls.concat();
    fs::write(&file, &text).expect("written");
    assert_eq!(callers(&mut follow), ["1 ana"]);
    // Nobody looks at what is in the middle again.
    let middle = calls[..60].concat().len();
    text.replace_range(middle..middle + calls[60].len(), &call(20, "mal"));
    text += &call(20, "ben");
    fs::write(&file, &text).expect("written");
    assert_eq!(callers(&mut follow), ["121 ben"]);
    // Another beginning, and one that is shorter: other files.
    text.insert_str(0, &call(19, "joe"));
    fs::write(&file, &text).expect("written");
    assert_eq!(callers(&mut follow), ["1 joe", "62 mal"]);
    let shorter = call(18, "kim") + &call(20, "ana");
    fs::write(&file, &shorter).expect("written");
    assert_eq!(callers(&mut follow), ["1 kim"]);
    // Whoever moves a log away and starts anew.
    fs::remove_file(&file).expect("removed");
    assert_eq!(follow.look().expect("a look").changes, []);
    fs::write(&file, shorter + &call(17, "lee")).expect("written");
    assert_eq!(callers(&mut follow), ["3 lee"]);
}

#[test]
fn calls_in_a_compressed_log_that_grows_are_told_once() {
    let (folder, mut follow) = folder("follow-gzip");
    let mut append = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("compressed");
        let path = folder.join("trail.ndjson.gz");
        let file = fs::File::options().append(true).create(true).open(path);
        let bytes = encoder.finish().expect("compressed");
        file.expect("a log").write_all(&bytes).expect("written");
        callers(&mut follow)
    };
    assert_eq!(append(&call(20, "ana")), ["1 ana"]);
    assert_eq!(append(&call(3, "ben")), ["2 ben"]);
}
