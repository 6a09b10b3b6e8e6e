//! A local stand-in for the APIs of AWS (moto), which `cargo xtask test` installs into `target`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

/// A running server, which ends with the test.
#[derive(Debug)]
pub struct Moto {
    child: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    /// Starts one; `None`, with a line that says so, where it is not installed.
    #[expect(clippy::print_stderr, reason = "a test tells what it passes over")]
    pub fn start() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let server = root.join("target/bench-peers/venv/bin/moto_server");
        if !server.exists() {
            eprintln!(
                "{}: not installed (cargo xtask test does it); skipped",
                server.display()
            );
            return None;
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut child = Command::new(server)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("moto starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut line = String::new();
        while !line.contains("Running on") {
            line.clear();
            let length = log.read_line(&mut line).expect("a line");
            assert!(length > 0, "moto ended");
        }
        // It logs each request, and waits if nobody reads that. The thread ends with the server.
        thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        Some(Self { child, port })
    }

    /// Port that it listens on, on the loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks for `path` of a service of AWS; gives the answer.
    pub fn request(&self, service: &str, method: &str, path: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        let kind = match method {
            "POST" => "application/x-www-form-urlencoded",
            _ => "application/octet-stream",
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n\
             Content-Type: {kind}\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 \
             Credential=test/20260512/us-east-1/{service}/aws4_request\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        answer
    }
}
