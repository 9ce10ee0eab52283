//! From the start of the process to the first call: cookie, handshake line, socket, go-plugin's own services.

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::time::Duration;

use csv_datasource::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use csv_datasource::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use csv_datasource::proto::go_plugin::{ConnInfo, conn_info::Knock};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{COOKIE, EXECUTABLE, Plugin, command, health};

/// `SERVING` of `grpc.health.v1`.
const SERVING: i32 = 1;

#[test]
fn by_hand_it_says_so() {
    for cookie in [None, Some(""), Some("app"), Some("datasource2")] {
        let mut command = Command::new(EXECUTABLE);
        command.env_clear().envs(cookie.map(|value| (COOKIE.0, value)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{cookie:?}");
        assert_eq!(output.stdout, b"", "{cookie:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("Grafana plugin") && message.contains("by hand"), "{message}");
    }
}

#[test]
fn the_line_has_six_fields() {
    let plugin = Plugin::start();
    let fields: Vec<&str> = plugin.handshake.split('|').collect();
    let socket = plugin.socket();
    assert_eq!(fields, ["1", "2", "unix", socket.to_str().unwrap(), "grpc", ""]);
    let name = socket.file_name().unwrap().to_str().unwrap();
    assert!(name.strip_prefix("plugin").unwrap().parse::<u64>().is_ok(), "{name}");
}

#[test]
fn a_seventh_field_comes_only_on_request() {
    let plugin = Plugin::start_with(&[("PLUGIN_MULTIPLEX_GRPC", "true")]);
    let fields: Vec<&str> = plugin.handshake.split('|').collect();
    assert_eq!(fields[4..], ["grpc", "", "false"]);
}

#[test]
fn the_socket_lies_where_the_host_wants_it() {
    let other = tempfile::tempdir().unwrap();
    let other_path = other.path().to_str().unwrap();
    // go-plugin takes an empty variable for none, and then the folder for temporary files counts.
    for variables in [
        &[("PLUGIN_UNIX_SOCKET_DIR", other_path)][..],
        &[("PLUGIN_UNIX_SOCKET_DIR", ""), ("TMPDIR", other_path)],
    ] {
        let plugin = Plugin::start_with(variables);
        assert_eq!(plugin.socket().parent(), Some(other.path()), "{variables:?}");
    }
}

#[test]
fn a_group_may_use_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let group = folder.path().metadata().unwrap().gid().to_string();
    for (variables, mode) in
        [(&[][..], 0o600), (&[("PLUGIN_UNIX_SOCKET_GROUP", group.as_str())][..], 0o660)]
    {
        let plugin = Plugin::start_with(variables);
        assert_eq!(plugin.socket().metadata().unwrap().mode() & 0o777, mode);
    }
}

#[test]
fn a_start_that_fails_tells_the_admin() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let output = command(&missing).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let line: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(line["@level"], "error");
    assert!(line["error"].as_str().unwrap().contains(missing.to_str().unwrap()), "{line}");
}

#[tokio::test]
async fn the_plugin_service_is_healthy() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    assert_eq!(health(&channel, "plugin").await.unwrap(), SERVING);
    assert_eq!(health(&channel, "other").await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn the_host_s_streams_stay_open_and_silent() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    let mut stdio =
        GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap().into_inner();
    let knock = ConnInfo {
        service_id: 1,
        knock: Some(Knock { knock: true, ..Knock::default() }),
        ..ConnInfo::default()
    };
    let offers = tokio_stream::StreamExt::chain(tokio_stream::once(knock), tokio_stream::pending());
    let mut broker =
        GrpcBrokerClient::new(channel.clone()).start_stream(offers).await.unwrap().into_inner();
    assert_eq!(health(&channel, "plugin").await.unwrap(), SERVING);
    tokio::select! {
        message = stdio.message() => panic!("{message:?}"),
        message = broker.message() => panic!("{message:?}"),
        () = tokio::time::sleep(Duration::from_millis(300)) => {}
    }
}

/// Panels and live streams of many users go over one connection.
#[tokio::test]
async fn a_thousand_calls_may_be_open_at_once() {
    let plugin = Plugin::start();
    let channel = plugin.dial().await;
    let mut open = Vec::new();
    for _ in 0..1000 {
        let request = HealthCheckRequest { service: "plugin".to_owned() };
        let mut watch =
            HealthClient::new(channel.clone()).watch(request).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status, SERVING);
        open.push(watch);
    }
    // A dashboard that is left cancels them all, and the connection survives that.
    drop(open);
    assert_eq!(health(&channel, "plugin").await.unwrap(), SERVING);
}
