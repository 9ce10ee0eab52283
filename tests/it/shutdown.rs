//! The ends that the host or the admin want: Shutdown, signals. Each leaves exit code 0 and no file.

use std::process::Stdio;

use csv_datasource::proto::go_plugin::Empty;
use csv_datasource::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use csv_datasource::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use csv_datasource::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Plugin, command, exit_code, health};

fn ended_cleanly(mut plugin: Plugin) {
    assert_eq!(plugin.exit_code(), Some(0));
    assert_eq!(plugin.rest_of_stdout(), [""; 0]);
    assert_eq!(
        std::fs::read_dir(plugin.folder.path()).unwrap().count(),
        0,
        "a socket was left behind"
    );
}

#[tokio::test]
async fn shutdown_ends_it_as_the_host_does_it() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    let _stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let broker =
        GrpcBrokerClient::new(channel.clone()).start_stream(tokio_stream::pending()).await.unwrap();
    drop(broker);
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    ended_cleanly(plugin);
}

/// The host kills after two seconds; a live stream or a slow query must not bring us there.
#[tokio::test]
async fn shutdown_waits_for_no_open_call() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let mut watch = HealthClient::new(channel.clone()).watch(request).await.unwrap().into_inner();
    watch.message().await.unwrap().unwrap();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    ended_cleanly(plugin);
}

#[test]
fn sigterm_ends_it() {
    let plugin = Plugin::start();
    plugin.signal("TERM");
    ended_cleanly(plugin);
}

/// Ctrl-C at a terminal reaches Grafana and its plugins alike; only Grafana decides.
#[tokio::test]
async fn sigint_is_ignored() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    for _ in 0..3 {
        plugin.signal("INT");
        assert_eq!(health(&channel, "plugin").await.unwrap(), 1);
    }
    plugin.signal("TERM");
    ended_cleanly(plugin);
}

/// A host that dies closes stderr first; the last log line must not make the end a panic.
#[test]
fn nobody_reads_stderr() {
    let folder = tempfile::tempdir().unwrap();
    let mut child =
        command(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    while std::fs::read_dir(folder.path()).unwrap().count() == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let terminate = format!("kill -TERM {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &terminate]).status().unwrap().success());
    assert_eq!(exit_code(&mut child), Some(0));
}
