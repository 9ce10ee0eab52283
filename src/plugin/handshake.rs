//! The handshake: the first line of stdout, and the last, by which the host learns where we listen.
//!
//! Fields between `|`: version of go-plugin's own protocol (1), version of Grafana's (2), network, address, `grpc`, our
//! certificate with AutoMTLS or nothing, and, only if the host asks, whether broker connections may share the socket.

use std::fmt;
use std::io::{self, Write as _};

use super::PluginError;

/// go-plugin's own protocol (`CoreProtocolVersion`).
const CORE_PROTOCOL: u8 = 1;
/// Grafana's plugin protocol, `pluginv2`. There is no other any more.
const APP_PROTOCOL: u8 = 2;

/// What the line says.
#[derive(Debug)]
pub(super) struct Handshake {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// Path of the socket, or `ip:port`.
    pub(super) address: String,
    /// DER of our certificate in base64 without padding, with AutoMTLS.
    pub(super) certificate: Option<String>,
    /// Whether the host set `PLUGIN_MULTIPLEX_GRPC`. An older host takes a seventh field for a part of the sixth, so it
    /// gets none.
    pub(super) asked_for_multiplexing: bool,
}

impl Handshake {
    /// Prints the line and flushes it: the host waits for it, and dials at once.
    pub(super) fn print(&self) -> Result<(), PluginError> {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{self}").and_then(|()| stdout.flush()).map_err(PluginError::Handshake)
    }
}

impl fmt::Display for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network, address, certificate, .. } = self;
        let certificate = certificate.as_deref().unwrap_or_default();
        write!(f, "{CORE_PROTOCOL}|{APP_PROTOCOL}|{network}|{address}|grpc|{certificate}")?;
        // A host that insists on multiplexing gives up with a clear message; claiming it would hang its broker.
        if self.asked_for_multiplexing { f.write_str("|false") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let table = [
            (None, false, "1|2|unix|/tmp/plugin1|grpc|"),
            (Some("MIIB"), false, "1|2|unix|/tmp/plugin1|grpc|MIIB"),
            (None, true, "1|2|unix|/tmp/plugin1|grpc||false"),
            (Some("MIIB"), true, "1|2|unix|/tmp/plugin1|grpc|MIIB|false"),
        ];
        for (certificate, asked_for_multiplexing, line) in table {
            let handshake = Handshake {
                network: "unix",
                address: "/tmp/plugin1".to_owned(),
                certificate: certificate.map(str::to_owned),
                asked_for_multiplexing,
            };
            assert_eq!(handshake.to_string(), line);
        }
    }
}
