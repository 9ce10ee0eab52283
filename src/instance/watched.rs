//! A reader that can be stopped: by whoever waits for the answer, or by the clock.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// When to give up reading.
#[derive(Debug, Clone)]
pub struct Stop {
    cancelled: Arc<AtomicBool>,
    started: Instant,
    timeout: Duration,
}

impl Stop {
    /// Stops `timeout` from now, or when [`Self::cancel`] is called.
    pub fn after(timeout: Duration) -> Self {
        Self { cancelled: Arc::default(), started: Instant::now(), timeout }
    }

    /// Stops every reader that has a clone of this.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// What is left of the time.
    pub fn remaining(&self) -> Duration {
        self.timeout.saturating_sub(self.started.elapsed())
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(Stopped::Cancelled)
        } else if self.remaining().is_zero() {
            Err(Stopped::TimedOut { after: self.timeout })
        } else {
            Ok(())
        }
    }
}

/// Why reading stopped. Travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Stopped {
    #[error("cancelled")]
    Cancelled,
    #[error("timed out")]
    TimedOut { after: Duration },
}

/// Counts bytes, and fails once it is to stop.
#[derive(Debug)]
pub(super) struct Watched<R> {
    inner: R,
    stop: Stop,
    bytes: u64,
}

impl<R> Watched<R> {
    pub(super) fn new(inner: R, stop: Stop) -> Self {
        Self { inner, stop, bytes: 0 }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stop.check().map_err(io::Error::other)?;
        let read = self.inner.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
