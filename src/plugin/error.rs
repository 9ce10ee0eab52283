//! Why the plugin process could not start. Grafana shows none of this in its user interface, so every sentence is for
//! the server's admin, who reads it in Grafana's log.

use std::io;
use std::path::PathBuf;

/// Why the plugin process could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// The magic cookie is missing or wrong: Grafana did not start this process.
    #[error(
        "This program is a Grafana plugin: Grafana starts it, and it does nothing when it is started by hand. Put it \
         into Grafana's plugin folder, or give it a command (see --help)."
    )]
    StartedByHand,
    /// The operating system gave no threads.
    #[error("The threads to work on could not be started.")]
    Runtime(#[source] io::Error),
    /// The operating system refused a signal handler.
    #[error("The handler for signals could not be installed.")]
    Signal(#[source] io::Error),
    /// The Unix socket could not be made.
    #[error(
        "The socket {} could not be made; the folder must exist, be writable and have a short path. \
         PLUGIN_UNIX_SOCKET_DIR names another one.", path.display()
    )]
    Socket {
        /// Path of the socket.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The path of the socket does not fit into the handshake line.
    #[error(
        "The folder {} cannot hold the socket: its path must be UTF-8 without '|' and line breaks.",
        path.display()
    )]
    SocketPath {
        /// Path of the socket.
        path: PathBuf,
    },
    /// `PLUGIN_UNIX_SOCKET_GROUP` names nobody.
    #[error(
        "PLUGIN_UNIX_SOCKET_GROUP is '{group}', which /etc/group does not know; give the group's number instead."
    )]
    Group {
        /// What the variable says.
        group: String,
        /// Why /etc/group could not be read, if that is it.
        #[source]
        source: Option<io::Error>,
    },
    /// `PLUGIN_MIN_PORT` or `PLUGIN_MAX_PORT` is no port.
    #[error("{variable} is '{value}', which is no port number.")]
    Port {
        /// Name of the variable.
        variable: &'static str,
        /// What it says.
        value: String,
        /// What is wrong with it.
        #[source]
        source: std::num::ParseIntError,
    },
    /// The range of ports is empty, or all of them are taken.
    #[error("No port from {min} (PLUGIN_MIN_PORT) to {max} (PLUGIN_MAX_PORT) could be opened.")]
    NoPort {
        /// The lowest port.
        min: u16,
        /// The highest port.
        max: u16,
        /// What the operating system said about the last one; none if the range is empty.
        #[source]
        source: Option<io::Error>,
    },
    /// The handshake line could not be written.
    #[error("The handshake could not be written to stdout.")]
    Handshake(#[source] io::Error),
    /// `PLUGIN_CLIENT_CERT` holds no certificate.
    #[error("PLUGIN_CLIENT_CERT holds no PEM certificate.")]
    HostCertificate(#[source] rustls::pki_types::pem::Error),
    /// Our own certificate could not be made.
    #[error("The certificate for AutoMTLS could not be made.")]
    Certificate(#[source] rcgen::Error),
    /// TLS could not be set up.
    #[error("TLS for AutoMTLS could not be set up.")]
    Tls(#[source] rustls::Error),
}
