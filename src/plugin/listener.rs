//! Where the host reaches us: a Unix socket, or on Windows a TCP port of the loopback address, with AutoMTLS on top if
//! the host asks for it.

mod connection;
#[cfg(any(not(unix), test))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tracing::warn;

use super::PluginError;
use super::environment::Environment;
use super::host::Host;
pub(super) use connection::Connection;
#[cfg(not(unix))]
use tcp as platform;
#[cfg(unix)]
use unix as platform;

/// How long a TLS handshake may take.
const TLS_HANDSHAKE: Duration = Duration::from_secs(10);
/// How long to wait when the operating system gives no connection, for example because no file handle is free.
const RETRY: Duration = Duration::from_millis(100);

/// The connections as they come in.
pub(super) type Connections = ReceiverStream<io::Result<Connection>>;

/// An open socket. When it is dropped, nothing is left of it in the file system.
#[derive(Debug)]
pub(super) struct Listener {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// Path of the socket, or `ip:port`.
    pub(super) address: String,
    // Shared with the task that accepts, which may end later than this.
    socket: Arc<platform::Socket>,
    #[cfg(unix)]
    _file: unix::SocketFile,
}

impl Listener {
    /// Opens the socket. The operating system queues connections from now on.
    #[cfg(unix)]
    pub(super) fn bind(environment: &Environment) -> Result<Self, PluginError> {
        let (socket, file) = unix::bind(environment)?;
        Ok(Self {
            network: "unix",
            address: file.address()?,
            socket: Arc::new(socket),
            _file: file,
        })
    }

    /// Opens the socket. The operating system queues connections from now on.
    #[cfg(not(unix))]
    pub(super) fn bind(environment: &Environment) -> Result<Self, PluginError> {
        let (socket, address) = tcp::bind(environment)?;
        Ok(Self { network: "tcp", address: address.to_string(), socket: Arc::new(socket) })
    }

    /// Accepts connections until the returned stream is dropped.
    pub(super) fn accept(&self, tls: Option<TlsAcceptor>, host: &Host) -> Connections {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(accept(
            Arc::clone(&self.socket),
            Entrance { tls, host: host.clone(), sender },
        ));
        ReceiverStream::new(receiver)
    }
}

/// What stands between an accepted connection and the server.
#[derive(Clone)]
struct Entrance {
    tls: Option<TlsAcceptor>,
    host: Host,
    sender: mpsc::Sender<io::Result<Connection>>,
}

async fn accept(socket: Arc<platform::Socket>, entrance: Entrance) {
    loop {
        let stream = tokio::select! {
            stream = platform::accept(&socket) => stream,
            () = entrance.sender.closed() => return,
        };
        match stream {
            // A task of its own, so that a peer that never finishes its TLS handshake holds nobody up.
            Ok(stream) => drop(tokio::spawn(entrance.clone().let_in(stream))),
            Err(error) => {
                warn!(error = &error as &dyn Error, "A connection could not be accepted.");
                sleep(RETRY).await;
            }
        }
    }
}

impl Entrance {
    async fn let_in(self, stream: platform::Stream) {
        match shake_hands(stream, self.tls).await {
            Ok(connection) => {
                self.host.has_dialled();
                // Nobody takes it once the server has ended.
                self.sender.send(Ok(connection)).await.ok();
            }
            Err(error) => warn!(error = &error as &dyn Error, "A connection was refused."),
        }
    }
}

async fn shake_hands(stream: platform::Stream, tls: Option<TlsAcceptor>) -> io::Result<Connection> {
    match tls {
        None => Ok(Connection::new(stream)),
        Some(tls) => timeout(TLS_HANDSHAKE, tls.accept(stream)).await?.map(Connection::new),
    }
}
