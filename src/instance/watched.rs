//! A reader under watch: it can be stopped, by whoever waits for the answer or by the clock, and its bytes are counted.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The watch over one piece of work; clones are the same watch.
#[derive(Debug, Clone)]
pub struct Watch {
    cancelled: Arc<AtomicBool>,
    bytes: Arc<AtomicU64>,
    started: Instant,
    timeout: Duration,
}

impl Watch {
    /// A watch that stops the work `timeout` from now, or when [`Self::cancel`] is called.
    pub fn new(timeout: Duration) -> Self {
        Self { cancelled: Arc::default(), bytes: Arc::default(), started: Instant::now(), timeout }
    }

    /// Stops the work at its next read.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(Stopped::Cancelled)
        } else if self.started.elapsed() >= self.timeout {
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

/// A reader that counts its bytes, and fails once it is to stop.
#[derive(Debug)]
pub(super) struct Watched<R> {
    inner: R,
    watch: Watch,
}

impl<R> Watched<R> {
    pub(super) fn new(inner: R, watch: &Watch) -> Self {
        Self { inner, watch: watch.clone() }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.check().map_err(io::Error::other)?;
        let read = self.inner.read(buffer)?;
        self.watch.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
