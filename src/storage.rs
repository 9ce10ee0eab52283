//! Bytes: which files there are beneath the allowed roots, and opening one of them safely.
//!
//! Everything here takes paths from hostile queries. A path is only ever resolved beneath the handle of an open folder,
//! never by comparing strings, so `..`, absolute paths and links that leave the root fail in the operating system.

use std::io::Read;
use std::time::SystemTime;

mod error;
mod local;
mod path;
mod roots;
mod source;
#[cfg(test)]
mod tests;

pub use error::StorageError;
pub use local::LocalFolder;
pub use roots::Roots;

/// A place that files are read from. A trait object, so that HTTP and object stores can stand beside local folders.
/// All methods block; call them from a thread that may.
pub trait Storage: Send + Sync + std::fmt::Debug {
    /// Opens the file at `path` (relative, `/` between its parts) for reading.
    fn open(&self, path: &str) -> Result<Box<dyn Source>, StorageError>;

    /// Lists the folder at `path` (empty: the data source's own folder): folders first, then files, each by name.
    /// `glob` filters the names of files, in any case, not of folders. Left out are names that begin with a dot, names
    /// that are not Unicode, and what cannot be opened (links that leave the folder, pipes, sockets, devices).
    fn list(&self, path: &str, glob: Option<&str>) -> Result<Vec<Entry>, StorageError>;
}

/// An open file: a stream of its bytes as they were when it was opened.
pub trait Source: Read + Send + std::fmt::Debug {
    /// Identity and version of the file at the time it was opened.
    fn version(&self) -> &Version;

    /// Fails if the file shrank since it was opened, so that what was read may be torn. A file that grew, or was
    /// replaced or deleted (the open handle keeps the old one), is fine.
    fn verify(&self) -> Result<(), StorageError>;

    /// A second reader over the same bytes, from the start.
    fn reopen(&self) -> Result<Box<dyn Source>, StorageError>;
}

/// Identity and version of a file: equal versions mean equal content, as far as the file system can say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// Device and inode on Unix, volume and index on Windows; tells a replaced file from the old one.
    pub identity: (u64, u64),
    /// Bytes.
    pub size: u64,
    /// Time of the last change.
    pub modified: Option<SystemTime>,
}

/// One line of a folder's listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name, without the path to it.
    pub name: String,
    /// File or folder.
    pub kind: EntryKind,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Time of the last change.
    pub modified: Option<SystemTime>,
}

/// What an [`Entry`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A folder.
    Folder,
    /// A regular file.
    File,
}
