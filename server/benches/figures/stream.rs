//! One event stream, read message by message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::server::Server;

/// No message comes so late.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Stream(BufReader<TcpStream>);

impl Stream {
    pub(crate) fn open(server: &Server, query: &str) -> Self {
        Self(BufReader::new(connect(server, query)))
    }

    /// Reads up to the first message that contains that text. A run that was over before anybody listened tells nothing more:
    /// that is said, not waited for.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let mut line = String::new();
        let began = Instant::now();
        loop {
            line.clear();
            assert!(began.elapsed() < PATIENCE, "no message with {text}, but signs of life");
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended before {text}");
            if line.contains(text) {
                return line;
            }
        }
    }
}

/// A connection that has asked for the stream, not read yet.
pub(crate) fn connect(server: &Server, query: &str) -> TcpStream {
    ask(TcpStream::connect(&server.address).unwrap(), server, query)
}

/// As [`connect`], with a kernel that receives only so many bytes ahead. Left alone it would take far more for a client
/// that does not read, where the administrator lets it.
pub(crate) fn connect_narrow(server: &Server, query: &str, received: usize) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(received).unwrap();
    let address: std::net::SocketAddr = server.address.parse().unwrap();
    socket.connect(&address.into()).unwrap();
    ask(socket.into(), server, query)
}

fn ask(mut stream: TcpStream, server: &Server, query: &str) -> TcpStream {
    stream.set_nodelay(true).unwrap();
    let head = format!(
        "GET /api/v1/events?{query} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
        server.address, server.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}
