//! Objects of an S3 that runs here (moto), and of one that refuses.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use nepho_conformance::moto::Moto;
use nepho_core::source::{Position, Source};
use nepho_objects::{ObjectSource, Watch};

/// Puts a bucket (`/bucket`) or an object (`/bucket/name`).
fn put(moto: &Moto, path: &str, body: &[u8]) {
    moto.request("s3", "PUT", path, body);
}

fn settings(port: u16) -> Vec<(String, String)> {
    [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ENDPOINT", &format!("http://127.0.0.1:{port}")),
        ("HOME", "/nowhere"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn read(source: &ObjectSource, place: usize) -> Vec<u8> {
    let partition = &source.partitions()[place];
    pollster::block_on(async {
        let mut reader = source
            .open(&partition.id, Position(0))
            .await
            .expect("opened");
        let mut bytes = Vec::new();
        while let Some(chunk) = reader.next().await.expect("a chunk") {
            assert_eq!(chunk.position.0, bytes.len() as u64);
            bytes.extend(chunk.bytes);
        }
        bytes
    })
}

#[test]
fn objects_are_listed_read_and_watched() {
    let Some(moto) = Moto::start() else {
        return;
    };
    put(&moto, "/logs", b"");
    let large: Vec<u8> = (0..20_000_000_u32).map(|number| number as u8).collect();
    put(&moto, "/logs/2026/05/12/b.bin", &large);
    put(&moto, "/logs/2026/05/12/a.log", b"one\n");
    put(&moto, "/logs/2026/05/12/", b"");
    put(&moto, "/logs/other.log", b"two\n");

    let addresses = ["s3://logs/2026".to_owned()];
    let source = ObjectSource::new(&addresses, &settings(moto.port())).expect("a source");
    let names: Vec<&str> = source
        .partitions()
        .iter()
        .map(|found| found.id.0.as_str())
        .collect();
    assert_eq!(
        names,
        ["s3://logs/2026/05/12/a.log", "s3://logs/2026/05/12/b.bin"]
    );
    assert_eq!(source.partitions()[0].size, Some(4));
    assert!(source.partitions()[0].modified.is_some());
    assert_eq!(read(&source, 0), b"one\n");
    assert!(
        read(&source, 1) == large,
        "the bytes are those that were put"
    );

    // One object, named itself, and an address without objects.
    let addresses = ["s3://logs/other.log", "s3://logs/none/"].map(str::to_owned);
    let one = ObjectSource::new(&addresses, &settings(moto.port())).expect("a source");
    assert_eq!(one.partitions().len(), 1);
    assert_eq!(read(&one, 0), b"two\n");
    assert_eq!(one.skipped().len(), 1, "{:?}", one.skipped());

    // An object that is replaced while it is read is an error, not a mixture.
    let partition = source.partitions()[1].id.clone();
    let outcome = pollster::block_on(async {
        let mut reader = source.open(&partition, Position(0)).await.expect("opened");
        reader.next().await.expect("the first piece");
        put(&moto, "/logs/2026/05/12/b.bin", &large[1..]);
        loop {
            match reader.next().await {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    });
    let error = outcome.expect_err("it was replaced");
    assert!(error.to_string().contains("replaced"), "{error}");

    let mut watch = Watch::new(vec!["s3://logs".to_owned()], settings(moto.port()));
    let (_, first) = watch.look().expect("a look");
    assert_eq!(first.len(), 3);
    assert!(watch.look().expect("a look").1.is_empty());
    put(&moto, "/logs/other.log", b"three\n");
    let (_, changed) = watch.look().expect("a look");
    let names: Vec<&str> = changed.iter().map(|found| found.id.0.as_str()).collect();
    assert_eq!(names, ["s3://logs/other.log"]);
}

#[test]
fn older_versions_of_a_state_are_read_before_it() {
    let Some(moto) = Moto::start() else {
        return;
    };
    put(&moto, "/states", b"");
    let versioning = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    put(&moto, "/states?versioning", versioning);
    for state in ["one", "two", "three"] {
        put(&moto, "/states/shop/a%20b.tfstate", state.as_bytes());
        put(&moto, "/states/shop/a.log", state.as_bytes());
    }
    put(&moto, "/states/shop/a%20b.tfstate.info", b"other");
    let addresses = ["s3://states/shop".to_owned()];
    let source = ObjectSource::new(&addresses, &settings(moto.port())).expect("a source");
    assert_eq!(source.skipped(), []);
    let told: Vec<(bool, Vec<u8>)> = (0..source.partitions().len())
        .map(|place| {
            let uri = &source.partitions()[place].id.0;
            (uri.contains("a b.tfstate?versionId="), read(&source, place))
        })
        .collect();
    let expected = [
        (true, "one"),
        (true, "two"),
        (false, "three"),
        (false, "other"),
        (false, "three"),
    ];
    let expected = expected.map(|(is_older, text)| (is_older, text.as_bytes().to_vec()));
    assert_eq!(told, expected);
    // A version by its name.
    let addresses = [source.partitions()[0].id.0.clone()];
    let one = ObjectSource::new(&addresses, &settings(moto.port())).expect("a source");
    assert_eq!(
        (one.partitions().len(), read(&one, 0)),
        (1, b"one".to_vec())
    );
    // What was current is no news when it is replaced.
    let mut watch = Watch::new(vec!["s3://states/shop/".to_owned()], settings(moto.port()));
    assert_eq!(watch.look().expect("a look").1.len(), 3);
    put(&moto, "/states/shop/a%20b.tfstate", b"four");
    assert_eq!(watch.look().expect("a look").1.len(), 1);
    // What could not be read is told again, with what was written meanwhile.
    watch.forget("s3://states/shop/a b.tfstate");
    put(&moto, "/states/shop/a%20b.tfstate", b"five");
    assert_eq!(watch.look().expect("a look").1.len(), 2);
    assert_eq!(watch.look().expect("a look").1.len(), 0);
}

#[test]
fn what_is_not_there_any_more_is_told() {
    let Some(moto) = Moto::start() else {
        return;
    };
    put(&moto, "/docs", b"");
    put(&moto, "/docs/a.json", b"one");
    put(&moto, "/docs/b.json", b"two");
    let gone = |watch: &mut Watch| {
        watch.look().expect("a look");
        watch.gone().to_vec()
    };
    let mut watch = Watch::new(vec!["s3://docs".to_owned()], settings(moto.port()));
    assert_eq!(gone(&mut watch), Vec::<String>::new());
    moto.request("s3", "DELETE", "/docs/a.json", b"");
    assert_eq!(gone(&mut watch), ["s3://docs/a.json"]);
    assert_eq!(gone(&mut watch), Vec::<String>::new());
    moto.request("s3", "DELETE", "/docs/b.json", b"");
    assert_eq!(gone(&mut watch), ["s3://docs/b.json"]);
    // While the bucket cannot be listed nobody knows.
    put(&moto, "/docs/b.json", b"two");
    assert_eq!(watch.look().expect("a look").1.len(), 1);
    drop(moto);
    assert_eq!(gone(&mut watch), Vec::<String>::new());
}

#[test]
fn a_store_that_refuses_is_told_without_secrets() {
    let refusing = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = refusing.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in refusing.incoming().flatten() {
            let mut stream = stream;
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(
                b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
    });
    let addresses = ["s3://logs/2026".to_owned()];
    let mut settings = settings(port);
    settings[1].1 = "KoenigreichDerSchluessel0123456789abcdef".to_owned();
    let source = ObjectSource::new(&addresses, &settings).expect("a source");
    assert!(source.partitions().is_empty());
    let (address, reason) = &source.skipped()[0];
    assert_eq!(address, "s3://logs/2026");
    assert!(
        reason.contains("403") || reason.contains("denied"),
        "{reason}"
    );
    assert!(!reason.contains("Koenigreich"), "{reason}");
}
