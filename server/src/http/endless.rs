//! Answers that never end are not the HTTP library's work: it keeps two buffers of 8 KiB for a connection, which a stream
//! that mostly waits needs for nothing.
//!
//! A handler marks such an answer with [`Endless`]. The connection is then taken from hyper before it has written
//! anything of it; head and messages go straight to the socket, the end of the stream is that of the connection.

use std::io;

use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Marks an answer (an extension of it) that goes on until somebody leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endless;

/// Whether an answer is marked so.
pub(super) fn is_endless(response: &Response) -> bool {
    response.extensions().get::<Endless>().is_some()
}

/// Sends the answer, until it ends or the client is gone.
pub(super) async fn send(socket: TcpStream, response: Response) {
    let (parts, body) = response.into_parts();
    // Clients hang up all the time; there is nobody to tell.
    let _ = pass_on(socket, parts, body).await;
}

/// The head's bytes. Without a length and without chunks, the body ends where the connection does.
fn head(mut parts: Parts) -> Vec<u8> {
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut head = format!("{:?} {}\r\ndate: {date}\r\n", Version::HTTP_11, parts.status).into_bytes();
    for (name, value) in &parts.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

async fn pass_on(mut socket: TcpStream, parts: Parts, body: Body) -> io::Result<()> {
    // Not kept for as long as the stream lasts.
    let head = head(parts);
    socket.write_all(&head).await?;
    drop(head);
    let mut messages = body.into_data_stream();
    loop {
        let message = tokio::select! {
            message = messages.next() => message,
            gone = leaves(&mut socket) => return gone,
        };
        match message {
            Some(Ok(message)) => socket.write_all(&message).await?,
            Some(Err(_)) | None => return socket.shutdown().await,
        }
    }
}

/// Waits until the client has closed its side. What it still says is not heard: this is its connection's last answer.
async fn leaves(socket: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 64];
    while socket.read(&mut ignored).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_that_the_connection_ends_with_the_answer() {
        let (parts, ()) = axum::http::Response::builder()
            .header("content-type", "text/event-stream")
            .body(())
            .unwrap()
            .into_parts();
        let head = String::from_utf8(head(parts)).unwrap();
        let lines: Vec<_> = head.split("\r\n").collect();
        assert_eq!(lines[0], "HTTP/1.1 200 OK");
        assert!(lines[1].starts_with("date: ") && lines[1].ends_with(" GMT"), "{}", lines[1]);
        assert_eq!(lines[2..], ["content-type: text/event-stream", "connection: close", "", ""]);
    }
}
