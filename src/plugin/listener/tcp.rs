//! A TCP port of the loopback address, for Windows, where go-plugin uses no Unix sockets. Compiled into the tests of the
//! other platforms as well, so that it does not rot unseen.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Unregistered};

use tokio::net::{TcpListener, TcpStream};

use crate::plugin::PluginError;
use crate::plugin::environment::Environment;

pub(super) type Socket = TcpListener;
pub(super) type Stream = TcpStream;

/// Opens the first free port of the range that the host allows.
pub(super) fn bind(environment: &Environment) -> Result<(Socket, SocketAddr), PluginError> {
    let min = port(environment, "PLUGIN_MIN_PORT")?;
    let max = port(environment, "PLUGIN_MAX_PORT")?;
    let listener = first_free(min, max)?;
    register(listener).map_err(|source| PluginError::NoPort { min, max, source: Some(source) })
}

pub(super) async fn accept(socket: &Socket) -> io::Result<Stream> {
    let (stream, _) = socket.accept().await?;
    // gRPC sends many small frames; waiting to fill packets would only add delay.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A range that is not given is 0 to 0, which lets the operating system choose.
fn port(environment: &Environment, variable: &'static str) -> Result<u16, PluginError> {
    let value = environment.get(variable).unwrap_or("0");
    value.parse().map_err(|source| PluginError::Port { variable, value: value.to_owned(), source })
}

fn first_free(min: u16, max: u16) -> Result<Unregistered, PluginError> {
    let mut refused = None;
    for port in min..=max {
        match Unregistered::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = Some(error),
        }
    }
    Err(PluginError::NoPort { min, max, source: refused })
}

fn register(listener: Unregistered) -> io::Result<(Socket, SocketAddr)> {
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(min: &str, max: &str) -> Environment {
        let variables = [("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect()
    }

    #[tokio::test]
    async fn the_first_free_port_is_taken() {
        let taken = Unregistered::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let range = environment(&port.to_string(), &port.saturating_add(200).to_string());
        let (socket, address) = bind(&range).unwrap();
        assert!(address.ip().is_loopback() && address.port() > port, "{address}");
        let _dialled = TcpStream::connect(address).await.unwrap();
        assert!(accept(&socket).await.unwrap().nodelay().unwrap());
    }

    #[tokio::test]
    async fn no_range_leaves_the_choice_to_the_system() {
        assert_ne!(bind(&environment("", "")).unwrap().1.port(), 0);
    }

    #[tokio::test]
    async fn bad_ranges_are_errors_that_name_the_variable() {
        for (min, max, text) in [
            ("70000", "70001", "PLUGIN_MIN_PORT is '70000'"),
            ("1", "x", "PLUGIN_MAX_PORT is 'x'"),
            ("2000", "1000", "from 2000 (PLUGIN_MIN_PORT) to 1000"),
        ] {
            let error = bind(&environment(min, max)).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
        let taken = Unregistered::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        assert!(matches!(
            bind(&environment(&port, &port)),
            Err(PluginError::NoPort { source: Some(_), .. })
        ));
    }
}
