//! What may end this process: the host's word, a signal, or the host's death.
//!
//! go-plugin itself watches nobody: a Go plugin whose host was killed dies of SIGPIPE at its next log line. Rust ignores
//! SIGPIPE, so that this process would live on for ever. Three signs of the host's death are watched, because each alone
//! has a gap: a new parent process (at once, but Unix only, and not if the parent died before this process looked), the
//! loss of the host's connections (everywhere, but not before it has dialled), and that it never dials. Only the parent
//! of this process is asked for; no process ids are looked up, since those are used again.

use std::time::Duration;

use super::PluginError;
use super::host::Host;

/// How long a host that lost its connection may take to come back.
const RECONNECT: Duration = Duration::from_secs(2);

/// How long a host may take to dial. go-plugin's does it as soon as it has read the handshake, and gives up after a
/// minute itself.
const FIRST_CALL: Duration = Duration::from_mins(2);

/// How often to ask for the parent process.
#[cfg(unix)]
const PARENT_CHECK: Duration = Duration::from_secs(1);

/// Everything that may end this process. Its signal handlers are in place once it exists.
#[derive(Debug)]
pub(super) struct Ends {
    host: Host,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    parent: u32,
}

impl Ends {
    /// Starts to watch.
    ///
    /// An interrupt (Ctrl-C) is swallowed from here on: the terminal sends it to Grafana and to all its plugins, and a
    /// plugin that ends before Grafana says so would be started again.
    #[cfg(unix)]
    pub(super) fn watch(host: &Host) -> Result<Self, PluginError> {
        use tokio::signal::unix::{SignalKind, signal};
        // Once installed, a handler stays for the life of the process, also when nobody listens to it.
        drop(signal(SignalKind::interrupt()).map_err(PluginError::Signal)?);
        let terminate = signal(SignalKind::terminate()).map_err(PluginError::Signal)?;
        Ok(Self { host: host.clone(), terminate, parent: std::os::unix::process::parent_id() })
    }

    /// Starts to watch; Ctrl-C is swallowed from here on, see the version for Unix.
    #[cfg(not(unix))]
    pub(super) fn watch(host: &Host) -> Result<Self, PluginError> {
        drop(tokio::signal::windows::ctrl_c().map_err(PluginError::Signal)?);
        Ok(Self { host: host.clone() })
    }

    /// Waits for the first reason to end, and tells it.
    #[cfg(unix)]
    pub(super) async fn first(mut self) -> &'static str {
        tokio::select! {
            () = self.host.stopped() => "The host asked for it.",
            () = self.host.gone(RECONNECT) => "The host closed its connection.",
            () = self.host.never_came(FIRST_CALL) => "No host has connected.",
            _ = self.terminate.recv() => "SIGTERM.",
            () = new_parent(self.parent) => "The process that started the plugin is gone.",
        }
    }

    /// Waits for the first reason to end, and tells it.
    #[cfg(not(unix))]
    pub(super) async fn first(self) -> &'static str {
        tokio::select! {
            () = self.host.stopped() => "The host asked for it.",
            () = self.host.gone(RECONNECT) => "The host closed its connection.",
            () = self.host.never_came(FIRST_CALL) => "No host has connected.",
        }
    }
}

/// Waits until another process (init, or a subreaper) has taken the parent's place. There is no portable event for that.
#[cfg(unix)]
async fn new_parent(parent: u32) {
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(PARENT_CHECK).await;
    }
}
