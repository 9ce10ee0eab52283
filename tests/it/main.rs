//! Integration tests: the real process at the edge.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

// The harness speaks with the plugin over a Unix socket and sends it signals; on Windows there is neither, and the
// command line's tests are what starts the process there.
#[cfg(unix)]
mod auto_mtls;
mod cli;
#[cfg(unix)]
mod handshake;
#[cfg(unix)]
mod harness;
mod layering;
#[cfg(unix)]
mod log;
#[cfg(unix)]
mod orphan;
#[cfg(unix)]
mod shutdown;
