//! The one line that a plugin prints: `1|2|unix|/tmp/plugin123|grpc|`, read by the rules of go-plugin's client.

use std::str::FromStr;

/// Why the first line on stdout is not a handshake.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(in crate::cli) enum HandshakeError {
    #[error("its first line is “{0}”")]
    NotAHandshake(String),
    #[error("it speaks go-plugin's core protocol {0}, not 1")]
    CoreProtocol(String),
    #[error("it speaks plugin protocol {0}, not 2")]
    AppProtocol(String),
    #[error("it listens on {0}, which is neither unix nor tcp")]
    Network(String),
    #[error("it speaks {0}, not grpc")]
    Protocol(String),
}

/// Where the plugin listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Handshake {
    /// Path of the socket.
    Unix(String),
    /// Host and port.
    Tcp(String),
}

impl Handshake {
    /// The address as tonic wants it.
    pub(super) fn uri(&self) -> String {
        match self {
            Self::Unix(path) => format!("unix:{path}"),
            Self::Tcp(address) => format!("http://{address}"),
        }
    }
}

impl FromStr for Handshake {
    type Err = HandshakeError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = line.trim().split('|').collect();
        let [core, app, network, address, rest @ ..] = &fields[..] else {
            let shown =
                crate::cli::terminal::fit(&crate::cli::terminal::printable(line.trim()), 200);
            return Err(HandshakeError::NotAHandshake(shown));
        };
        if *core != "1" {
            return Err(HandshakeError::CoreProtocol((*core).to_owned()));
        }
        if *app != "2" {
            return Err(HandshakeError::AppProtocol((*app).to_owned()));
        }
        match rest.first() {
            Some(&"grpc") => {}
            protocol => {
                return Err(HandshakeError::Protocol((*protocol.unwrap_or(&"netrpc")).to_owned()));
            }
        }
        match *network {
            "unix" => Ok(Self::Unix((*address).to_owned())),
            "tcp" => Ok(Self::Tcp((*address).to_owned())),
            other => Err(HandshakeError::Network(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (line, uri) in [
            ("1|2|unix|/tmp/plugin123456789|grpc|\n", "unix:/tmp/plugin123456789"),
            ("1|2|unix|/tmp/a b%20/plugin1|grpc", "unix:/tmp/a b%20/plugin1"),
            ("1|2|tcp|127.0.0.1:10000|grpc|\r\n", "http://127.0.0.1:10000"),
            ("1|2|tcp|127.0.0.1:10000|grpc||true", "http://127.0.0.1:10000"),
        ] {
            assert_eq!(
                line.parse::<Handshake>().map(|handshake| handshake.uri()),
                Ok(uri.to_owned())
            );
        }
    }

    #[test]
    fn refused_lines() {
        for (line, error) in [
            ("hello\n", HandshakeError::NotAHandshake("hello".into())),
            ("1|2|unix", HandshakeError::NotAHandshake("1|2|unix".into())),
            ("2|2|unix|/a|grpc", HandshakeError::CoreProtocol("2".into())),
            ("1|1|unix|/a|grpc", HandshakeError::AppProtocol("1".into())),
            ("1|2|udp|a|grpc", HandshakeError::Network("udp".into())),
            ("1|2|unix|/a", HandshakeError::Protocol("netrpc".into())),
            ("1|2|unix|/a|json", HandshakeError::Protocol("json".into())),
        ] {
            assert_eq!(line.parse::<Handshake>(), Err(error), "{line}");
        }
    }
}
