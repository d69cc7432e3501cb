//! The accept loop: streams are taken out of the HTTP library, so that thousands of quiet ones cost little; and a graceful stop.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Method, Request};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

use super::endless::{self, is_endless};
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
    let (stopping, stops) = watch::channel(false);
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
        let (take, taken) = oneshot::channel();
        let heard = Heard {
            peer: Peer(address.ip()),
            service: service.clone(),
            take: Arc::new(Mutex::new(Some(take))),
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), heard);
        tokio::spawn(attend(connection, taken, stops.clone()));
    }
    drop(listener);
    drop(stops);
    stopping.send_replace(true);
    // Every connection holds a receiver.
    if tokio::time::timeout(STOP_TIMEOUT, stopping.closed()).await.is_err() {
        tracing::warn!("some requests were still under way and were cut off");
    }
}

/// Sees a connection through. An endless answer goes on in a task of its own, which is much smaller.
async fn attend(
    mut connection: http1::Connection<TokioIo<TcpStream>, Heard>,
    mut taken: oneshot::Receiver<Response>,
    mut stops: watch::Receiver<bool>,
) {
    let mut is_stopping = false;
    let response = loop {
        tokio::select! {
            // Clients hang up all the time; there is nobody to tell.
            _ = &mut connection => return,
            Ok(response) = &mut taken => break response,
            _ = stops.changed(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let socket = connection.into_parts().io.into_inner();
    tokio::spawn(endless::send(socket, response));
}

/// A connection's service: each request carries where it comes from.
struct Heard {
    peer: Peer,
    service: TowerToHyperService<Router>,
    /// Takes an endless answer, and the connection with it.
    take: Arc<Mutex<Option<oneshot::Sender<Response>>>>,
}

impl Service<Request<Incoming>> for Heard {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        // The answer to HEAD is a head alone.
        let take = (request.method() == Method::GET).then(|| Arc::clone(&self.take));
        let answer = self.service.call(request);
        // hyper waits for it once what it wrote before is sent.
        Box::pin(async move {
            let response = answer.await?;
            let take = take.filter(|_| is_endless(&response));
            match take.and_then(|take| take.lock().unwrap_or_else(PoisonError::into_inner).take()) {
                None => Ok(response),
                Some(take) => match take.send(response) {
                    Ok(()) => std::future::pending().await,
                    Err(response) => Ok(response),
                },
            }
        })
    }
}

fn tune(stream: &TcpStream) {
    let unsent = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
    if let Err(error) = stream.set_nodelay(true).and(unsent) {
        tracing::debug!(%error, "a connection could not be tuned");
    }
}
