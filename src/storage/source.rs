//! An open local file, read by position: readers share one handle but no cursor, so any number of them can run over
//! the same bytes at once, and none of them goes by the file's path again.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::{Source, StorageError, Version};

/// Reads the bytes that the file held when it was opened; what is appended later is not read. Unbuffered: each read is
/// one system call, so callers read large pieces.
#[derive(Debug)]
pub(super) struct LocalFile {
    file: Arc<File>,
    path: Arc<str>,
    version: Version,
    position: u64,
}

impl LocalFile {
    /// `path` is for errors only.
    pub(super) fn new(file: File, path: &str, version: Version) -> Self {
        Self { file: Arc::new(file), path: path.into(), version, position: 0 }
    }
}

impl Read for LocalFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.version.size - self.position;
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = read_at(&self.file, &mut buffer[..wanted], self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Source for LocalFile {
    fn version(&self) -> &Version {
        &self.version
    }

    fn verify(&self) -> Result<(), StorageError> {
        let metadata = self.file.metadata();
        let now = metadata.map_err(|source| StorageError::from_io(&self.path, source))?.len();
        let expected = self.version.size;
        if now < expected {
            return Err(StorageError::Truncated { path: self.path.to_string(), expected, now });
        }
        Ok(())
    }

    fn reopen(&self) -> Result<Box<dyn Source>, StorageError> {
        let (file, path) = (Arc::clone(&self.file), Arc::clone(&self.path));
        Ok(Box::new(Self { file, path, version: self.version.clone(), position: 0 }))
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    // It also moves the handle's cursor, which nobody uses.
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}
