//! What can go wrong on the command line after the flags were read. Each is a sentence for stderr, and exit code 1.

use std::io;
use std::time::Duration;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("There is no file “{path}” that can be read: {source}.")]
    NotFound { path: String, source: io::Error },
    #[error(
        "There is no file “{path}”, and asking several files with a pattern is not possible yet. Name one file."
    )]
    Glob { path: String },
    #[error("“{path}” is a folder. Name a file in it.")]
    Folder { path: String },
    #[error(
        "The path “{path}” is not UTF-8, which the query model cannot hold. Rename the file or its folder."
    )]
    NotUtf8 { path: String },
    #[error(
        "The folder “{folder}” has a comma in its name, or a space at its end, which the setting allowed_roots cannot \
         hold. Rename the folder, or move the file to another one."
    )]
    FolderName { folder: String },
    #[error("The time of {flag} lies outside the years that can be computed: {source}.")]
    Time { flag: &'static str, source: jiff::Error },

    #[error("This program could not start itself as a plugin: {source}.")]
    Spawn { source: io::Error },
    #[error("The plugin process ended before it was ready.")]
    EndedEarly,
    #[error("The plugin process was not ready within {} seconds.", .0.as_secs())]
    NotReady(Duration),
    #[error("The plugin process did not answer as a plugin: {0}.")]
    Handshake(#[from] super::host::HandshakeError),
    #[error("The connection to the plugin process failed: {source}.")]
    Connect { source: tonic::transport::Error },
    #[error("The plugin process failed: {}", status(.0))]
    Call(Box<tonic::Status>),
    #[error("Interrupted.")]
    Interrupted,

    #[error("{}", sentence(.message))]
    Refused { message: String },
    #[error("The plugin's answer holds no result for the query.")]
    NoAnswer,
    #[error("The plugin's answer cannot be read: {source}.")]
    Frame { source: arrow_schema::ArrowError },
    #[error(
        "The plugin's answer has a column of the type {kind}, which this program does not know."
    )]
    ColumnType { kind: String },
    #[error("The plugin's answer is not JSON: {source}.")]
    Json { source: serde_json::Error },
    #[error("There is no time series to plot. {hint}")]
    NothingToPlot { hint: &'static str },
    #[error("The result could not be written: {source}.")]
    Output { source: io::Error },
}

impl From<io::Error> for CliError {
    /// Every other use of files has its own variant, so that what is left is writing the result.
    fn from(source: io::Error) -> Self {
        Self::Output { source }
    }
}

impl From<tonic::Status> for CliError {
    fn from(status: tonic::Status) -> Self {
        Self::Call(Box::new(status))
    }
}

/// What kind of failure it is, and the plugin's words, which may be none.
fn status(status: &tonic::Status) -> String {
    sentence(&format!("{} {}", sentence(status.code().description()), status.message()))
}

/// The plugin's words as one sentence that a terminal can show.
fn sentence(message: &str) -> String {
    let text = super::terminal::printable(message.trim());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_plugin_become_sentences_without_control_characters() {
        for (message, expected) in [
            ("no such column", "no such column."),
            ("Fix it. ", "Fix it."),
            ("a\u{1b}[31m", "a\\u{1b}[31m."),
        ] {
            let error = CliError::Refused { message: message.to_owned() };
            assert_eq!(error.to_string(), expected);
        }
    }
}
