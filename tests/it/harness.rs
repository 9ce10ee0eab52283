//! Starts the real plugin as Grafana does: cleared environment, handshake on stdout, gRPC over its socket. Whatever a
//! test does, nothing of it outlives the test.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// The executable under test.
pub(crate) const EXECUTABLE: &str = env!("CARGO_BIN_EXE_csv-datasource");
/// What makes the plugin believe that Grafana started it.
pub(crate) const COOKIE: (&str, &str) = ("grafana_plugin_type", "datasource");
/// How long anything may take on a slow and busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running plugin.
#[derive(Debug)]
pub(crate) struct Plugin {
    child: Child,
    stdout: Lines,
    stderr: Lines,
    /// The folder for its socket.
    pub(crate) folder: TempDir,
    /// The first line of stdout.
    pub(crate) handshake: String,
}

impl Plugin {
    /// Starts it with the cookie and a folder for its socket.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it with more variables; those win.
    pub(crate) fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(folder.path());
        command.envs(variables.iter().copied());
        Self::of(command, folder)
    }

    /// Starts `command`, which must end up as the plugin, and reads the handshake.
    pub(crate) fn of(mut command: Command, folder: TempDir) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = Lines::of(child.stdout.take().unwrap());
        let stderr = Lines::of(child.stderr.take().unwrap());
        let handshake =
            stdout.next().unwrap_or_else(|| panic!("no handshake; stderr: {:?}", stderr.rest()));
        Self { child, stdout, stderr, folder, handshake }
    }

    /// One field of the handshake line, counted from 0.
    pub(crate) fn field(&self, number: usize) -> &str {
        self.handshake.split('|').nth(number).unwrap()
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        assert_eq!(self.field(2), "unix");
        PathBuf::from(self.field(3))
    }

    /// Connects as the host does.
    pub(crate) async fn dial(&self) -> Channel {
        dial(&self.socket(), async |stream| Ok(stream)).await.unwrap()
    }

    /// Sends the process that was started a signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the process that was started to end; none if a signal ended it.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        exit_code(&mut self.child)
    }

    /// Waits until nobody holds stdout any more, and returns what came after the handshake.
    pub(crate) fn rest_of_stdout(&self) -> Vec<String> {
        self.stdout.rest()
    }

    /// Waits until nobody holds stderr any more, and returns its lines.
    pub(crate) fn all_of_stderr(&self) -> Vec<String> {
        self.stderr.rest()
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The plugin's command with the environment that Grafana gives it and a folder for its socket.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(EXECUTABLE);
    as_grafana_does(&mut command, folder);
    command
}

/// Gives a command the environment that Grafana gives a plugin.
pub(crate) fn as_grafana_does(command: &mut Command, folder: &Path) {
    command
        .env_clear()
        .env(COOKIE.0, COOKIE.1)
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000")
        .env("PLUGIN_PROTOCOL_VERSIONS", "2")
        .env("PLUGIN_UNIX_SOCKET_DIR", folder);
}

/// Waits for a process to end; none if a signal ended it.
pub(crate) fn exit_code(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(start.elapsed() < PATIENCE, "the process did not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Connects to a socket, with something between it and gRPC.
pub(crate) async fn dial<S>(
    socket: &Path,
    wrap: impl AsyncFn(UnixStream) -> std::io::Result<S> + Clone + Send + Sync + 'static,
) -> Result<Channel, tonic::transport::Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let stream = UnixStream::connect(socket).await.unwrap();
    let stream = wrap(stream).await;
    let mut once = Some(stream);
    let connect = tower::service_fn(move |_: Uri| {
        let stream = once.take().unwrap_or_else(|| Err(std::io::ErrorKind::NotConnected.into()));
        async move { stream.map(TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connect).await
}

/// Asks for the health of a service, as go-plugin's `Ping` does.
pub(crate) async fn health(channel: &Channel, service: &str) -> Result<i32, tonic::Status> {
    let request = HealthCheckRequest { service: service.to_owned() };
    let response = HealthClient::new(channel.clone()).check(request).await?;
    Ok(response.into_inner().status)
}

/// The lines of a pipe, read by a thread, so that waiting for one can be given up.
#[derive(Debug)]
struct Lines(Receiver<String>);

impl Lines {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(pipe)
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Self(receiver)
    }

    /// None once everybody has closed the pipe.
    fn next(&self) -> Option<String> {
        match self.0.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came, and the pipe is still open"),
        }
    }

    fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}
