//! Objects of Google Cloud Storage and of Azure Blob Storage, as a server on this machine answers
//! for them: after cloud.google.com/storage/docs/xml-api, .../json_api, and
//! learn.microsoft.com/rest/api/storageservices, read 2026-11-29.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use nepho_core::source::{Position, Source};
use nepho_objects::ObjectSource;

/// What a store answers with: an object, a list, nothing.
#[derive(Clone)]
enum Reply {
    Object(String),
    List(String),
    Missing,
}

/// A request in the words that a reply is chosen by: `GET /states/a?generation=1`.
type Asked = Arc<Mutex<Vec<String>>>;

/// Starts a store on the loopback that has these replies by the beginning of a request.
fn store(replies: Vec<(&'static str, Reply)>) -> (u16, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (request, range) = request(&stream);
            let found = replies.iter().find(|(start, _)| request.starts_with(start));
            let reply = found.map_or(Reply::Missing, |(_, reply)| reply.clone());
            log.lock().expect("a log").push(request.clone());
            answer(stream, &reply, range, request.starts_with("HEAD"));
        }
    });
    (port, asked)
}

/// A request, and the range of bytes that it wants.
fn request(stream: &TcpStream) -> (String, Option<(usize, usize)>) {
    let lines = BufReader::new(stream).lines();
    let mut lines = lines.map_while(std::io::Result::ok);
    let first = lines.next().unwrap_or_default();
    let mut range = None;
    for line in lines.take_while(|line| !line.is_empty()) {
        let line = line.to_lowercase();
        let bytes = line
            .strip_prefix("range: bytes=")
            .or_else(|| line.strip_prefix("x-ms-range: bytes="));
        if let Some((start, end)) = bytes.and_then(|bytes| bytes.split_once('-')) {
            range = start.parse().ok().zip(end.parse().ok());
        }
    }
    let words: Vec<&str> = first.split(' ').take(2).collect();
    let words = words.join(" ");
    // Google's names of objects are one step of the path.
    let (path, query) = words.split_once('?').unwrap_or((&words, ""));
    let path = path.replace("%2F", "/").replace("%2E", ".");
    let request = match query.is_empty() {
        true => path,
        false => format!("{path}?{query}"),
    };
    (request, range)
}

fn answer(mut stream: TcpStream, reply: &Reply, range: Option<(usize, usize)>, is_head: bool) {
    let (status, mut headers, body) = match (reply, range) {
        (Reply::Object(body), Some((start, end))) => {
            let part = body.get(start..=end).expect("a range within the object");
            let place = format!("Content-Range: bytes {start}-{end}/{}\r\n", body.len());
            ("206 Partial Content", place, part)
        }
        (Reply::Object(body) | Reply::List(body), _) => ("200 OK", String::new(), body.as_str()),
        (Reply::Missing, _) => ("404 Not Found", String::new(), ""),
    };
    headers += "Last-Modified: Tue, 12 May 2026 14:00:00 GMT\r\nETag: \"0a\"\r\n";
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let body = if is_head { "" } else { body };
    let _ = stream.write_all((head + body).as_bytes());
}

fn open(address: &str, settings: &[(&str, &str)]) -> ObjectSource {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let settings: Vec<_> = settings.iter().map(own).collect();
    ObjectSource::new(&[address.to_owned()], &settings).expect("a source")
}

fn names(source: &ObjectSource) -> Vec<&str> {
    let partitions = source.partitions().iter();
    partitions.map(|found| found.id.0.as_str()).collect()
}

fn read(source: &ObjectSource, place: usize) -> String {
    let partition = &source.partitions()[place];
    let bytes = pollster::block_on(async {
        let opened = source.open(&partition.id, Position(0)).await;
        let mut reader = opened.expect("opened");
        let mut bytes = Vec::new();
        while let Some(chunk) = reader.next().await.expect("a chunk") {
            bytes.extend(chunk.bytes);
        }
        bytes
    });
    String::from_utf8(bytes).expect("text")
}

const KEY: &str = r#"{"private_key":"none","private_key_id":"none","client_email":"a@example.com","disable_oauth":true}"#;

#[test]
fn states_in_google_cloud_storage_are_read_with_their_generations() {
    let object = |text: &str| Reply::Object(text.to_owned());
    let list = "<ListBucketResult><Contents><Key>shop/a.tfstate</Key>\
                <LastModified>2026-05-12T14:00:00.000Z</LastModified><ETag>\"0a\"</ETag>\
                <Size>5</Size></Contents><Contents><Key>shop/b.log</Key>\
                <LastModified>2026-05-12T14:00:00.000Z</LastModified><ETag>\"0a\"</ETag>\
                <Size>4</Size></Contents></ListBucketResult>";
    let first = r#"{"kind":"storage#objects","nextPageToken":"two","items":[
        {"name":"shop/a.tfstate","generation":"1778590000000001","size":"3",
        "timeCreated":"2026-05-12T12:46:40.001Z","timeDeleted":"2026-05-12T14:00:00.000Z"}]}"#;
    let second = r#"{"kind":"storage#objects","items":[
        {"name":"shop/a.tfstate","generation":"1778592000000001","size":"5",
        "timeCreated":"2026-05-12T13:20:00.001Z","timeDeleted":"2026-05-12T14:00:00.000Z"},
        {"name":"shop/a.tfstate","generation":"1778594400000001","size":"5",
        "timeCreated":"2026-05-12T14:00:00.000Z"}]}"#;
    let (port, asked) = store(vec![
        ("GET /states?", Reply::List(list.to_owned())),
        (
            "GET /storage/v1/b/states/o?versions=true&prefix=shop%2Fa.tfstate&pageToken=two",
            Reply::List(second.to_owned()),
        ),
        (
            "GET /storage/v1/b/states/o?versions=true&prefix=shop%2Fa.tfstate",
            Reply::List(first.to_owned()),
        ),
        (
            "GET /states/shop/a.tfstate?generation=1778592000000001",
            object("older"),
        ),
        (
            "GET /states/shop/a.tfstate?generation=1778590000000001",
            object("old"),
        ),
        (
            "HEAD /states/shop/a.tfstate?generation=1778590000000001",
            object("old"),
        ),
        ("GET /states/shop/a.tfstate", object("state")),
        ("GET /states/shop/b.log", object("log\n")),
    ]);
    let base = format!("http://127.0.0.1:{port}");
    let settings = [
        ("GOOGLE_SERVICE_ACCOUNT_KEY", KEY),
        ("GOOGLE_BASE_URL", base.as_str()),
        ("GOOGLE_ALLOW_HTTP", "true"),
    ];
    let source = open("gs://states/shop", &settings);
    assert_eq!(source.skipped(), []);
    let expected = [
        "gs://states/shop/a.tfstate?generation=1778590000000001",
        "gs://states/shop/a.tfstate?generation=1778592000000001",
        "gs://states/shop/a.tfstate",
        "gs://states/shop/b.log",
    ];
    assert_eq!(names(&source), expected);
    let told = [0, 1, 2, 3].map(|place| read(&source, place));
    assert_eq!(told, ["old", "older", "state", "log\n"]);
    let times = [0, 1].map(|place| source.partitions()[place].modified);
    assert!(times[0] < times[1], "{times:?}");
    // One version by its name, and nothing besides.
    let one = open(expected[0], &settings);
    assert_eq!((names(&one), one.skipped()), (vec![expected[0]], &[][..]));
    assert_eq!(read(&one, 0), "old");
    let asked = asked.lock().expect("a log");
    assert!(
        asked.iter().all(|request| !request.starts_with("P")),
        "{asked:?}"
    );
}

#[test]
fn a_bucket_that_lists_no_versions_is_told_and_read() {
    let (port, _) = store(vec![
        ("HEAD /states/a.tfstate", Reply::Object("state".to_owned())),
        ("GET /states/a.tfstate", Reply::Object("state".to_owned())),
    ]);
    let base = format!("http://127.0.0.1:{port}");
    let settings = [
        ("GOOGLE_SERVICE_ACCOUNT_KEY", KEY),
        ("GOOGLE_BASE_URL", base.as_str()),
        ("GOOGLE_ALLOW_HTTP", "true"),
    ];
    let source = open("gs://states/a.tfstate", &settings);
    assert_eq!(names(&source), ["gs://states/a.tfstate"]);
    assert_eq!(read(&source, 0), "state");
    let (_, reason) = &source.skipped()[0];
    assert!(
        reason.contains("older versions") && reason.contains("404"),
        "{reason}"
    );
}

#[test]
fn blobs_of_azure_are_read() {
    let blob = |name: &str, size: usize| {
        format!(
            "<Blob><Name>{name}</Name><Properties><Last-Modified>Tue, 12 May 2026 14:00:00 GMT\
             </Last-Modified><Etag>0a</Etag><Content-Length>{size}</Content-Length>\
             <Content-Type>text/plain</Content-Type><BlobType>BlockBlob</BlobType></Properties>\
             </Blob>"
        )
    };
    let list = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{}{}</Blobs>\
         <NextMarker/></EnumerationResults>",
        blob("2026/a.log", 4),
        blob("2026/b.log", 5)
    );
    let object = |text: &str| Reply::Object(text.to_owned());
    let (port, asked) = store(vec![
        ("GET /logs?", Reply::List(list)),
        ("HEAD /logs/a.tfstate?versionid=2026", object("old")),
        ("GET /logs/a.tfstate?versionid=2026", object("old")),
        ("GET /logs/2026/a.log", object("one\n")),
        ("GET /logs/2026/b.log", object("three")),
    ]);
    let endpoint = format!("http://127.0.0.1:{port}");
    let settings = [
        ("AZURE_STORAGE_ACCOUNT_NAME", "shop"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "c2hvcC1zaG9wLXNob3A="),
        ("AZURE_STORAGE_ENDPOINT", endpoint.as_str()),
        ("AZURE_ALLOW_HTTP", "true"),
    ];
    let source = open("az://logs/2026", &settings);
    assert_eq!(source.skipped(), []);
    assert_eq!(
        names(&source),
        ["az://logs/2026/a.log", "az://logs/2026/b.log"]
    );
    assert_eq!([0, 1].map(|place| read(&source, place)), ["one\n", "three"]);
    let one = open(
        "az://logs/a.tfstate?versionId=2026-05-12T14:00:00.0000000Z",
        &settings,
    );
    assert_eq!(read(&one, 0), "old");
    let asked = asked.lock().expect("a log");
    assert!(
        asked.iter().all(|request| !request.starts_with("P")),
        "{asked:?}"
    );
}

#[test]
fn states_in_azure_are_read_with_their_versions() {
    let object = |text: &str| Reply::Object(text.to_owned());
    let blob = |version: &str, minute: u32, size: usize| {
        format!(
            "<Blob><Name>shop/a.tfstate</Name>{version}<Properties><Last-Modified>Tue, 12 May 2026 \
             13:{minute:02}:00 GMT</Last-Modified><Etag>0a</Etag><Content-Length>{size}\
             </Content-Length><Content-Type>text/plain</Content-Type><BlobType>BlockBlob\
             </BlobType></Properties></Blob>"
        )
    };
    let id = |id: &str| format!("<VersionId>2026-05-12T{id}.0000000Z</VersionId>");
    let page = |blobs: &str, marker: &str| {
        Reply::List(format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{blobs}</Blobs>\
             <NextMarker>{marker}</NextMarker></EnumerationResults>"
        ))
    };
    let current = id("13:30:00") + "<IsCurrentVersion>true</IsCurrentVersion>";
    let second = blob(&id("13:20:00"), 20, 5) + &blob(&current, 30, 5);
    let versions =
        "GET /states?restype=container&comp=list&include=versions&prefix=shop%2Fa.tfstate";
    let more: &'static str = Box::leak(format!("{versions}&marker=two").into_boxed_str());
    let (port, asked) = store(vec![
        (more, page(&second, "")),
        (versions, page(&blob(&id("13:10:00"), 10, 3), "two")),
        ("GET /states?", page(&blob("", 30, 5), "")),
        (
            "GET /states/shop/a.tfstate?versionid=2026-05-12T13%3A10",
            object("old"),
        ),
        (
            "GET /states/shop/a.tfstate?versionid=2026-05-12T13%3A20",
            object("older"),
        ),
        ("GET /states/shop/a.tfstate", object("state")),
    ]);
    let endpoint = format!("http://127.0.0.1:{port}");
    let secrets = [
        ("AZURE_STORAGE_ACCOUNT_KEY", "c2hvcC1zaG9wLXNob3A="),
        ("AZURE_STORAGE_SAS_KEY", "sv=2023-11-03&sp=rl&sig=none"),
        ("AZURE_STORAGE_TOKEN", "none"),
    ];
    for secret in secrets {
        let settings = [
            ("AZURE_STORAGE_ACCOUNT_NAME", "shop"),
            secret,
            ("AZURE_STORAGE_ENDPOINT", endpoint.as_str()),
            ("AZURE_ALLOW_HTTP", "true"),
        ];
        let source = open("az://states/shop", &settings);
        assert_eq!(source.skipped(), [], "{}", secret.0);
        let expected = [
            "az://states/shop/a.tfstate?versionId=2026-05-12T13:10:00.0000000Z",
            "az://states/shop/a.tfstate?versionId=2026-05-12T13:20:00.0000000Z",
            "az://states/shop/a.tfstate",
        ];
        assert_eq!(names(&source), expected);
        assert_eq!(
            [0, 1, 2].map(|place| read(&source, place)),
            ["old", "older", "state"]
        );
    }
    let asked = asked.lock().expect("a log");
    let is_signed = |request: &&String| request.contains("include=versions");
    let signed: Vec<_> = asked.iter().filter(is_signed).collect();
    assert!(
        signed.iter().any(|request| request.contains("sig=none")),
        "{signed:?}"
    );
    assert!(
        asked
            .iter()
            .all(|request| request.starts_with("GET") || request.starts_with("HEAD"))
    );
}
