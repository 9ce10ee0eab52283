//! The host as this process sees it: that it has dialled, the streams that it keeps open, and its word that we shall stop.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// A stream on which nothing is ever said.
pub(super) type Silence<T> = ReceiverStream<Result<T, Status>>;

/// The host as this process sees it; clones are the same host.
#[derive(Debug, Clone, Default)]
pub(super) struct Host {
    stop: CancellationToken,
    dialled: CancellationToken,
    streams: watch::Sender<Streams>,
}

/// Streams that a host has opened. Both numbers, because one that opens and closes at once may only ever be seen closed.
#[derive(Debug, Clone, Copy, Default)]
struct Streams {
    ever: usize,
    open: usize,
}

impl Host {
    /// Says that the plugin shall stop.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits for [`Host::stop`].
    pub(super) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Says that a connection has come in.
    pub(super) fn has_dialled(&self) {
        self.dialled.cancel();
    }

    /// Waits until `limit` is over without a connection; for ever if there was one.
    pub(super) async fn never_came(&self, limit: Duration) {
        if timeout(limit, self.dialled.cancelled()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    }

    /// A stream to the host that says nothing. A host keeps it open for as long as it lives, so that it closes with the
    /// host's last connection; that is how [`Host::gone`] notices. We close it when we stop, so that it holds nobody up.
    pub(super) fn silence<T: Send + 'static>(&self) -> Silence<T> {
        let (sender, receiver) = mpsc::channel(1);
        let host = self.clone();
        host.streams.send_modify(|streams| {
            streams.ever += 1;
            streams.open += 1;
        });
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                () = host.stopped() => {}
            }
            host.streams.send_modify(|streams| streams.open -= 1);
        });
        ReceiverStream::new(receiver)
    }

    /// Waits until a host was there, has gone, and does not come back within `grace`.
    pub(super) async fn gone(&self, grace: Duration) {
        loop {
            let left = self.until(|streams| streams.ever > 0 && streams.open == 0).await;
            let back = self.until(|streams| streams.ever > left.ever);
            if timeout(grace, back).await.is_err() {
                return;
            }
        }
    }

    async fn until(&self, reached: impl Fn(Streams) -> bool) -> Streams {
        let mut streams = self.streams.subscribe();
        let found = streams.wait_for(|streams| reached(*streams)).await;
        // Never an error: the sender lives in `self`.
        found.map(|streams| *streams).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;
    const NEVER: Duration = Duration::from_hours(1);

    /// Whether the host still counts as there, after a while in which it would have been noticed.
    async fn is_there(gone: &tokio::task::JoinHandle<()>) -> bool {
        tokio::time::sleep(Duration::from_millis(100)).await;
        !gone.is_finished()
    }

    fn wait_until_gone(host: &Host, grace: Duration) -> tokio::task::JoinHandle<()> {
        let host = host.clone();
        tokio::spawn(async move { host.gone(grace).await })
    }

    #[tokio::test]
    async fn gone_means_came_and_went() {
        let host = Host::default();
        let gone = wait_until_gone(&host, AT_ONCE);
        assert!(is_there(&gone).await, "no host came yet");
        let (stdio, broker) = (host.silence::<()>(), host.silence::<()>());
        assert!(is_there(&gone).await);
        drop(broker);
        assert!(is_there(&gone).await, "one stream is still open");
        drop(stdio);
        gone.await.unwrap();
    }

    #[tokio::test]
    async fn a_host_that_comes_and_goes_at_once() {
        let host = Host::default();
        drop(host.silence::<()>());
        while host.streams.borrow().open > 0 {
            tokio::task::yield_now().await;
        }
        wait_until_gone(&host, AT_ONCE).await.unwrap();
    }

    #[tokio::test]
    async fn a_host_may_come_back() {
        let host = Host::default();
        let gone = wait_until_gone(&host, NEVER);
        let first = host.silence::<()>();
        tokio::task::yield_now().await;
        drop(first);
        assert!(is_there(&gone).await, "the grace is not over");
        gone.abort();
    }

    #[tokio::test]
    async fn a_host_that_never_comes() {
        let host = Host::default();
        host.never_came(AT_ONCE).await;
        host.has_dialled();
        let late = tokio::spawn(async move { host.never_came(AT_ONCE).await });
        assert!(is_there(&late).await);
    }

    #[tokio::test]
    async fn streams_end_with_the_plugin() {
        let host = Host::default();
        let mut stream = host.silence::<()>();
        host.stop();
        assert!(tokio_stream::StreamExt::next(&mut stream).await.is_none());
    }
}
