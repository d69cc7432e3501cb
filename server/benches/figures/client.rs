//! A plain HTTP/1.1 client on one connection: as little as possible between the clock and the server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// One connection of one person.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
    address: String,
    cookie: String,
}

impl Client {
    /// Connects; signed in if there is a cookie.
    pub(crate) fn new(address: &str, cookie: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let reader = BufReader::with_capacity(256 * 1024, stream);
        Self { reader, address: address.to_owned(), cookie: cookie.to_owned() }
    }

    /// Sends a request and gives status, `Set-Cookie` and body.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, String, Vec<u8>) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        self.reader.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
        let (mut status, mut length, mut cookie) = (0, 0, String::new());
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).unwrap();
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if status == 0 {
                status = line.split(' ').nth(1).unwrap().parse().unwrap();
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "set-cookie" => cookie = value.split(';').next().unwrap().trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).unwrap();
        (status, cookie, body)
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        let (status, _, body) = self.send("GET", path, None);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        let (status, _, answer) = self.send("POST", path, Some(body));
        assert!(status < 300, "{path}: {status} {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).unwrap()
    }
}
