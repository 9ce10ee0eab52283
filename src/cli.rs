//! The command line: asks the plugin about one file, as Grafana does, and prints the answer.
mod args;
mod error;
mod expression;
mod host;
mod instant;
mod query_json;
mod request;
mod target;
mod terminal;
