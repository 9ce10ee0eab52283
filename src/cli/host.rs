//! Grafana's side of go-plugin: start this same executable as a plugin process, read its handshake line, dial it, ask
//! it, and ask it to end. What Grafana would do differently (restarts, metrics, streams) is not needed for one question.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};

use super::error::CliError;
use crate::proto::go_plugin::Empty;
use crate::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use crate::proto::pluginv2::data_client::DataClient;
use crate::proto::pluginv2::resource_client::ResourceClient;
use crate::proto::pluginv2::{
    CallResourceRequest, CallResourceResponse, QueryDataRequest, QueryDataResponse,
};

mod handshake;
mod hclog;

use handshake::Handshake;
pub(super) use handshake::HandshakeError;

/// Grafana waits a minute; somebody who waits at a terminal should know sooner.
const READY: Duration = Duration::from_secs(20);
/// What Grafana gives a plugin to end by itself after it was asked to.
const END: Duration = Duration::from_secs(2);
/// go-plugin's limit on a message, in bytes.
const MESSAGE: usize = i32::MAX as usize;
/// A handshake line is a socket's path and a few words; more than this is something else.
const LINE: u64 = 64 * 1024;

/// The budgets protect a server from its users. Here the user asks for their own file and wants every row, so that only
/// memory limits the answer; a variable of the same name in our own environment still counts.
const BUDGETS: [(&str, &str); 5] = [
    ("GF_PLUGIN_MAX_FILE_BYTES", "1024TiB"),
    ("GF_PLUGIN_MAX_ROWS", "1000000000000"),
    ("GF_PLUGIN_MAX_SERIES", "1000000000000"),
    ("GF_PLUGIN_MAX_RESULT_BYTES", "1024TiB"),
    ("GF_PLUGIN_QUERY_TIMEOUT", "24h"),
];

/// What the plugin process is started with.
#[derive(Debug)]
pub(super) struct Start {
    /// The executable.
    pub(super) program: PathBuf,
    /// Value of the server's setting `allowed_roots`.
    pub(super) allowed_roots: String,
    /// Show all of the plugin's log, not only warnings and errors.
    pub(super) verbose: bool,
}

/// A running plugin process. Dropping it kills the process; [`Host::stop`] asks first.
#[derive(Debug)]
pub(super) struct Host {
    child: Child,
    channel: Channel,
    log: JoinHandle<()>,
}

impl Host {
    /// Starts the process, and returns once it can be asked.
    pub(super) async fn start(start: &Start) -> Result<Self, CliError> {
        let mut child = command(start).spawn().map_err(|source| CliError::Spawn { source })?;
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        let mut log = tokio::spawn(hclog::show(stderr, start.verbose));
        match dial(stdout).await {
            Ok(channel) => Ok(Self { child, channel, log }),
            Err(error) => {
                // What the process said before it ended says more than our error does.
                child.kill().await.ok();
                timeout(END, &mut log).await.ok();
                Err(error)
            }
        }
    }

    /// Asks for frames.
    pub(super) async fn query_data(
        &self,
        request: QueryDataRequest,
    ) -> Result<QueryDataResponse, CliError> {
        let client = DataClient::new(self.channel.clone());
        let mut client = client.max_decoding_message_size(MESSAGE);
        Ok(client.query_data(request).await?.into_inner())
    }

    /// Asks a resource route: the first message has the status code, the bodies of all of them are one body.
    pub(super) async fn call_resource(
        &self,
        request: CallResourceRequest,
    ) -> Result<CallResourceResponse, CliError> {
        let client = ResourceClient::new(self.channel.clone());
        let mut client = client.max_decoding_message_size(MESSAGE);
        let mut messages = client.call_resource(request).await?.into_inner();
        let mut answer = messages.message().await?.unwrap_or_default();
        while let Some(more) = messages.message().await? {
            answer.body.extend(more.body);
        }
        Ok(answer)
    }

    /// Asks the process to end, and ends it if it does not.
    pub(super) async fn stop(self) {
        let Self { mut child, channel, mut log } = self;
        let mut controller = GrpcControllerClient::new(channel);
        timeout(END, controller.shutdown(Empty {})).await.ok();
        drop(controller);
        if timeout(END, child.wait()).await.is_err() {
            child.kill().await.ok();
        }
        timeout(END, &mut log).await.ok();
    }
}

fn command(start: &Start) -> Command {
    let mut command = Command::new(&start.program);
    command
        .env_clear()
        .envs(BUDGETS)
        .envs(std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(passes)))
        .env("GF_PLUGIN_ALLOWED_ROOTS", &start.allowed_roots)
        .env("grafana_plugin_type", "datasource")
        .env("PLUGIN_PROTOCOL_VERSIONS", "2")
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Grafana passes nothing of its own environment but the settings of the section `[plugin.<id>]`, which arrive as
/// `GF_PLUGIN_*`. Temporary folders are passed because the socket lies there, `SystemRoot` because sockets need it on
/// Windows, where names have no case: Unix-like shells there write it in capitals.
fn passes(name: &str) -> bool {
    name.starts_with("GF_PLUGIN_")
        || ["TMPDIR", "TMP", "TEMP"].contains(&name)
        || name.eq_ignore_ascii_case("SystemRoot")
}

/// Reads the handshake line and connects to the address in it.
async fn dial(stdout: ChildStdout) -> Result<Channel, CliError> {
    timeout(READY, async {
        let mut stdout = BufReader::new(stdout);
        let mut line = Vec::new();
        (&mut stdout).take(LINE).read_until(b'\n', &mut line).await.ok();
        if line.is_empty() {
            return Err(CliError::EndedEarly);
        }
        // Kept open and read, as Grafana does: a plugin that prints must neither block nor fail.
        tokio::spawn(async move { tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await });
        let handshake: Handshake = String::from_utf8_lossy(&line).parse()?;
        connect(&handshake).await.map_err(|source| CliError::Connect { source })
    })
    .await
    .unwrap_or(Err(CliError::NotReady(READY)))
}

async fn connect(handshake: &Handshake) -> Result<Channel, tonic::transport::Error> {
    Endpoint::from_shared(handshake.uri())?.connect().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_gets_the_settings_of_the_plugin_and_little_else() {
        for (name, expected) in [
            ("GF_PLUGIN_MAX_ROWS", true),
            ("TMPDIR", true),
            ("SystemRoot", true),
            ("SYSTEMROOT", true),
            ("HOME", false),
            ("RUST_LOG", false),
        ] {
            assert_eq!(passes(name), expected, "{name}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_program_that_is_no_plugin_is_an_error_not_a_wait() {
        for (program, expected) in [
            ("/bin/false", "The plugin process ended before it was ready."),
            ("/bin/pwd", "The plugin process did not answer as a plugin"),
            ("/no/such/program", "This program could not start itself as a plugin"),
        ] {
            let start = Start {
                program: program.into(),
                allowed_roots: "root=/".to_owned(),
                verbose: false,
            };
            let error = Host::start(&start).await.expect_err(program);
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
