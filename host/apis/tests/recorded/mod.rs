//! A server that answers as recorded, and what is read of it.
#![allow(dead_code, reason = "not every test file uses all of it")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use nepho_apis::ApiSource;
use nepho_core::Result;
use nepho_core::source::{Position, Source};
use serde_json::Value;

/// A server that answers what was recorded for a target, and keeps what it was asked.
pub(crate) struct Recorded {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

/// A status with its headers, and a body.
pub(crate) type Reply = (&'static str, String);

impl Recorded {
    /// Each target has its replies, of which the last is repeated; all others are not found.
    pub(crate) fn start(replies: impl FnOnce(u16) -> Vec<(&'static str, Vec<Reply>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mut replies: BTreeMap<&str, Vec<Reply>> = replies(port).into_iter().collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (target, token) = request(&stream);
                let (status, body) = match replies.get_mut(target.as_str()) {
                    Some(held) if held.len() > 1 => held.remove(0),
                    Some(held) => held[0].clone(),
                    None => ("404 Not Found", String::new()),
                };
                log.lock().expect("a log").push((target, token));
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let mut stream = stream;
                let _ = stream.write_all((head + &body).as_bytes());
            }
        });
        Self { port, asked }
    }

    pub(crate) fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().expect("a log").clone()
    }
}

/// Target and token of a request.
fn request(stream: &TcpStream) -> (String, String) {
    let mut lines = BufReader::new(stream)
        .lines()
        .map_while(std::io::Result::ok);
    let first = lines.next().unwrap_or_default();
    assert!(first.starts_with("GET "), "{first}");
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut token = String::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        assert!(!line.starts_with("referer:"), "{line}");
        if let Some(value) = line.strip_prefix("authorization: ") {
            token = value.to_owned();
        }
    }
    (target, token)
}

pub(crate) fn settings(values: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    values.iter().map(own).collect()
}

pub(crate) fn names(source: &ApiSource) -> Vec<&str> {
    let partitions = source.partitions().iter();
    partitions.map(|found| found.id.0.as_str()).collect()
}

pub(crate) fn read(source: &ApiSource, place: usize) -> Result<Vec<u8>> {
    let partition = &source.partitions()[place];
    pollster::block_on(async {
        let mut reader = source.open(&partition.id, Position(0)).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = reader.next().await? {
            bytes.extend(chunk.bytes);
        }
        Ok(bytes)
    })
}

pub(crate) fn json(source: &ApiSource, place: usize) -> Value {
    let bytes = read(source, place).expect("a document");
    serde_json::from_slice(&bytes).expect("JSON")
}
