//! Integration tests: the real process at the edge.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod auto_mtls;
mod cli;
mod handshake;
mod harness;
mod layering;
mod log;
mod orphan;
mod shutdown;
