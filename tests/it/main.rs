//! Integration tests: the real process at the edge.

mod cli;
