//! go-plugin's side of the process: how Grafana starts us, finds us, speaks with us and ends us.
//!
//! Grafana runs plugins with hashicorp/go-plugin 1.7. The order is: it starts the executable without arguments and with
//! a magic cookie in the environment; we listen on a socket and print one handshake line on stdout; it dials, opens
//! go-plugin's broker and stdio streams for as long as it lives, and calls the plugin's own services; it ends us with
//! `GRPCController.Shutdown` and waits two seconds before it kills. What the handshake says stands in `handshake.rs`,
//! what may end us in `end.rs`.
//!
//! This room knows nothing of what the plugin's services do: it takes them as [`Routes`].

mod broker;
mod controller;
mod end;
mod environment;
mod error;
mod handshake;
mod host;
mod listener;
mod stdio;
mod tls;

use std::time::Duration;

use tokio::time::timeout;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tonic_health::server::health_reporter;
use tracing::{debug, info};

use crate::proto::go_plugin::{
    grpc_broker_server::GrpcBrokerServer, grpc_controller_server::GrpcControllerServer,
    grpc_stdio_server::GrpcStdioServer,
};
use environment::Environment;
pub use error::PluginError;
use handshake::Handshake;
use host::Host;
use listener::{Connections, Listener};
use tls::AutoMtls;

/// The service that go-plugin's health check (`Ping`) asks for.
const HEALTH_SERVICE: &str = "plugin";

/// How long calls that are still open may go on once the end has come. The host kills after two seconds.
const DRAIN: Duration = Duration::from_millis(500);

/// Cancelled calls that may wait for the server to notice. A dashboard that is left cancels all its queries at once, and
/// h2 closes the whole connection beyond this number (its own default is 20), taking everybody's queries along.
const CANCELLED_CALLS: usize = 4096;

/// Runs the plugin process until its end. `services` makes the plugin's own services, inside the async runtime.
pub fn run(services: impl FnOnce() -> Routes) -> Result<(), PluginError> {
    let environment = Environment::of_process();
    environment.check_cookie()?;
    let runtime = tokio::runtime::Runtime::new().map_err(PluginError::Runtime)?;
    let end = runtime.block_on(async { serve(&environment, services()).await });
    // Waiting for a blocking read or parse to come to its end would outlast the host's patience.
    runtime.shutdown_background();
    end
}

async fn serve(environment: &Environment, services: Routes) -> Result<(), PluginError> {
    let host = Host::default();
    let ends = end::Ends::watch(&host)?;
    let listener = Listener::bind(environment)?;
    let tls = AutoMtls::from_environment(environment)?;
    let routes = with_host_services(services, &host).await;
    handshake(environment, &listener, tls.as_ref()).print()?;
    debug!(network = listener.network, address = listener.address, "The plugin listens.");

    let connections = listener.accept(tls.map(|tls| tls.acceptor), &host);
    let server = tokio::spawn(answer(routes, connections, host.clone()));
    let reason = ends.first().await;
    info!(reason, "The plugin ends.");
    host.stop();
    // Whether every call came to its end in time makes no difference any more.
    timeout(DRAIN, server).await.ok();
    Ok(())
}

/// Adds what go-plugin expects beside the plugin's own services.
async fn with_host_services(services: Routes, host: &Host) -> Routes {
    let (reporter, health) = health_reporter();
    reporter.set_service_status(HEALTH_SERVICE, ServingStatus::Serving).await;
    services
        .add_service(health)
        .add_service(GrpcBrokerServer::new(broker::Broker(host.clone())))
        .add_service(GrpcControllerServer::new(controller::Controller(host.clone())))
        .add_service(GrpcStdioServer::new(stdio::Stdio(host.clone())))
}

fn handshake(environment: &Environment, listener: &Listener, tls: Option<&AutoMtls>) -> Handshake {
    Handshake {
        network: listener.network,
        address: listener.address.clone(),
        certificate: tls.map(|tls| tls.certificate.clone()),
        asked_for_multiplexing: environment.asks_for_multiplexing(),
    }
}

async fn answer(
    routes: Routes,
    connections: Connections,
    host: Host,
) -> Result<(), tonic::transport::Error> {
    Server::builder()
        .http2_max_pending_accept_reset_streams(Some(CANCELLED_CALLS))
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections, async move { host.stopped().await })
        .await
}
