//! The accept loop: small buffers, so that thousands of quiet streams cost little, and a graceful stop.

use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use super::peer::Peer;

/// Read and write buffer of a connection: hyper's least.
const BUFFER: usize = 8 * 1024;
/// Unsent bytes that the kernel may hold for a connection, so that a stalled reader gets no stale backlog.
const UNSENT: u32 = 16 * 1024;
/// A client has so long to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a graceful stop waits for requests under way.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves until `stop` comes, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let service = TowerToHyperService::new(router);
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, say: others may close theirs.
                    tracing::warn!(%error, "a connection can't be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        tune(&stream);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(BUFFER)
            .serve_connection(
                TokioIo::new(stream),
                Heard { peer: Peer(address.ip()), service: service.clone() },
            );
        // Clients hang up all the time; there is nobody to tell. (An `async` block would hold the connection twice: as what it
        // was given, and as what it waits for.)
        tokio::spawn(graceful.watch(connection).map(drop));
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still under way and were cut off");
    }
}

/// A connection's service: each request carries where it comes from.
struct Heard<S> {
    peer: Peer,
    service: S,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for Heard<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}

fn tune(stream: &TcpStream) {
    let unsent = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
    if let Err(error) = stream.set_nodelay(true).and(unsent) {
        tracing::debug!(%error, "a connection could not be tuned");
    }
}
