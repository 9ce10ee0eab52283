//! Work that touches files: on threads that may block, no more at a time than allowed, stopped when nobody waits.

use std::sync::Arc;

use tokio::time::timeout;

use super::Plugin;
use super::response::ServiceError;
use crate::instance::{InstanceError, Watch};

/// Stops the work when the future that waits for it is dropped, as happens when a dashboard is left.
struct StopOnDrop(Watch);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Plugin {
    /// Runs `work` and waits for it. A panic in the work is this request's error, and nobody else's.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(Watch) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.run(Watch::new(self.server.budgets.query_timeout), work).await
    }

    /// Runs `work` that reads a file, once one of the allowed scans is free. The time counts from here, waiting included.
    pub(super) async fn scan<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(Watch) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let waited = self.server.budgets.query_timeout;
        let watch = Watch::new(waited);
        let permit = timeout(waited, self.scans.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| ServiceError::Busy { waited })?;
        self.run(watch, move |watch| {
            let _until_done = permit.ok();
            work(watch)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        watch: Watch,
        work: impl FnOnce(Watch) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let _stop = StopOnDrop(watch.clone());
        let plugin = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let outcome = work(watch.clone());
            // Also what was read for nothing: that is what an operator looks for.
            plugin.metrics.bytes_read(watch.bytes_read());
            outcome
        });
        task.await.map_err(|error| {
            if error.is_cancelled() {
                ServiceError::Instance(InstanceError::Cancelled)
            } else {
                ServiceError::Panicked
            }
        })?
    }
}
