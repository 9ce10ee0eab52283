//! The executable: without arguments the plugin process that Grafana starts, with arguments the command line.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use csv_datasource::plugin::PluginError;
use csv_datasource::settings::ServerSettings;
use csv_datasource::{cli, log, plugin, service};

fn main() -> ExitCode {
    if std::env::args_os().len() > 1 {
        return cli::run(std::env::args_os());
    }
    log::init();
    match plugin::run(|| service::routes(ServerSettings::from_env())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Whoever started the program by hand reads a sentence; Grafana reads a log line.
fn failed(error: &PluginError) -> ExitCode {
    if matches!(error, PluginError::StartedByHand) {
        say(&error.to_string());
    } else {
        tracing::error!(error = error as &dyn Error, "The plugin could not start.");
    }
    ExitCode::FAILURE
}

/// Writes a line to stderr; when nobody listens, there is nobody to tell.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}
