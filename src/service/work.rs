//! Work that touches files: on threads that may block, no more at a time than allowed, stopped when nobody waits.

use std::sync::Arc;

use tokio::time::timeout;

use super::Plugin;
use super::response::ServiceError;
use crate::instance::{InstanceError, Stop};

/// Stops the work when the future that waits for it is dropped, as happens when a dashboard is left.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Plugin {
    /// Runs `work` and waits for it. The time for one query counts from here, waiting for a free thread included. A panic
    /// in the work is this query's error, and nobody else's.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(Stop) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let limit = self.server.budgets.query_timeout;
        let stop = Stop::after(limit);
        let guard = StopOnDrop(stop.clone());
        let permit = timeout(stop.remaining(), self.scans.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| ServiceError::Busy { seconds: limit.as_secs() })?;
        let task = tokio::task::spawn_blocking(move || {
            let _until_done = permit.ok();
            work(stop)
        });
        let done = task.await.map_err(|error| {
            if error.is_cancelled() {
                ServiceError::Instance(InstanceError::Cancelled)
            } else {
                ServiceError::Panicked
            }
        });
        drop(guard);
        done?
    }
}
