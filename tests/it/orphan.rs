//! The host dies: the plugin must not live on, nor leave its socket behind. Nobody tells it; `plugin/end.rs` says how it
//! notices. A pipe that nobody holds any more shows that the process is gone.

use std::path::Path;
use std::process::Command;

use csv_datasource::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;

use crate::harness::{EXECUTABLE, Plugin, as_grafana_does, health};

fn left_nothing(folder: &Path) {
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "a socket was left behind");
}

/// A shell that starts the plugin and waits, as Grafana would, and that can be killed like it.
fn under_a_shell() -> Plugin {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("/bin/sh");
    as_grafana_does(&mut shell, folder.path());
    shell.args(["-c", r#""$0" & wait"#, EXECUTABLE]);
    Plugin::of(shell, folder)
}

#[test]
fn a_host_that_is_killed_before_it_dials() {
    let plugin = under_a_shell();
    plugin.signal("KILL");
    assert_eq!(plugin.rest_of_stdout(), [""; 0]);
    left_nothing(plugin.folder.path());
}

/// The connection stays open, held by this test, so that only the parent process tells.
#[tokio::test]
async fn a_host_that_is_killed_while_another_process_is_connected() {
    let plugin = under_a_shell();
    let channel = plugin.dial().await;
    let _stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    assert_eq!(health(&channel, "plugin").await.unwrap(), 1);
    plugin.signal("KILL");
    assert_eq!(plugin.rest_of_stdout(), [""; 0]);
    left_nothing(plugin.folder.path());
}

/// The parent lives on, so that only the connection tells; this is all there is on Windows.
#[tokio::test]
async fn a_host_that_loses_its_connection() {
    let mut plugin = Plugin::start();
    let channel = plugin.dial().await;
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    drop((stdio, channel));
    // In a thread of its own, so that the closing of the connection is not held up.
    let wait = tokio::task::spawn_blocking(move || (plugin.exit_code(), plugin));
    let (code, plugin) = wait.await.unwrap();
    assert_eq!(code, Some(0));
    left_nothing(plugin.folder.path());
}

/// Whoever only asks for something and leaves is not the host.
#[tokio::test]
async fn a_visitor_s_leaving_ends_nothing() {
    let plugin = Plugin::start();
    let host = plugin.dial().await;
    let _stdio = GrpcStdioClient::new(host.clone()).stream_stdio(()).await.unwrap();
    let visitor = plugin.dial().await;
    drop(GrpcStdioClient::new(visitor.clone()).stream_stdio(()).await.unwrap());
    drop(visitor);
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(health(&host, "plugin").await.unwrap(), 1);
}
