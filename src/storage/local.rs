//! A folder on the server as a [`Storage`]. cap-std resolves every path beneath the folder's open handle (on Linux
//! `openat2` with `RESOLVE_BENEATH`), so that no link and no race leads out of it.

use std::cmp::Ordering;
use std::path::PathBuf;

use cap_fs_ext::{MetadataExt, OpenOptionsMaybeDirExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirEntry, Metadata, OpenOptions};
use cap_std::time::SystemTime;
use globset::{GlobBuilder, GlobMatcher};

use super::error::{service_user, shown};
use super::path::check;
use super::source::LocalFile;
use super::{Entry, EntryKind, Source, Storage, StorageError, Version};

/// A data source's folder beneath an allowed root. The folder itself is the fence: paths cannot leave it, even where
/// they would stay beneath the root.
#[derive(Debug, Clone)]
pub struct LocalFolder {
    /// Name and path.
    root: (String, PathBuf),
    /// Relative to the root; may be empty.
    folder: String,
    /// Bytes.
    max_file_bytes: u64,
}

impl LocalFolder {
    /// Fails if the folder cannot be opened now.
    pub(super) fn open(
        root: (String, PathBuf),
        folder: &str,
        max_file_bytes: u64,
    ) -> Result<Self, StorageError> {
        let this = Self { root, folder: folder.to_owned(), max_file_bytes };
        this.fence()?;
        Ok(this)
    }

    /// The folder's handle. Opened for each request, not kept: a folder that is replaced (a deployment, a mount) would
    /// otherwise be read in its old state for ever.
    fn fence(&self) -> Result<Dir, StorageError> {
        let (name, path) = &self.root;
        let root = Dir::open_ambient_dir(path, ambient_authority()).map_err(|source| {
            StorageError::RootUnavailable { root: name.clone(), user: service_user(), source }
        })?;
        open_folder(root, &self.folder)
    }

    fn version(&self, metadata: &Metadata, path: &str) -> Result<Version, StorageError> {
        let (path, size, max) = (shown(path), metadata.len(), self.max_file_bytes);
        if metadata.is_dir() {
            return Err(StorageError::IsFolder { path });
        }
        if !metadata.is_file() {
            return Err(StorageError::NotRegular { path });
        }
        if size > max {
            return Err(StorageError::TooBig { path, size, max });
        }
        Ok(Version {
            identity: (metadata.dev(), metadata.ino()),
            size,
            modified: modified(metadata),
        })
    }
}

impl Storage for LocalFolder {
    fn open(&self, path: &str) -> Result<Box<dyn Source>, StorageError> {
        check(path, cfg!(windows))?;
        let fence = self.fence()?;
        let file =
            fence.open_with(path, &options()).map_err(|error| failed(&fence, path, error))?;
        // Of the handle, not of the path: what is checked is what will be read.
        let metadata = file.metadata().map_err(|error| failed(&fence, path, error))?;
        let version = self.version(&metadata, path)?;
        Ok(Box::new(LocalFile::new(file.into_std(), &shown(path), version)))
    }

    fn list(&self, path: &str, glob: Option<&str>) -> Result<Vec<Entry>, StorageError> {
        let glob = glob.map(matcher).transpose()?;
        let fence = self.fence()?;
        let folder = open_folder(fence, path)?;
        let failed = |error| StorageError::from_io(path, error);
        let mut entries = Vec::new();
        for entry in folder.entries().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            entries.extend(describe(&folder, &entry, glob.as_ref()));
        }
        entries.sort_unstable_by(order);
        Ok(entries)
    }
}

/// Opening must neither block (a pipe without a writer would) nor fail on a folder with a mere "access denied".
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true).maybe_dir(true);
    options
}

fn open_folder(fence: Dir, path: &str) -> Result<Dir, StorageError> {
    if path.is_empty() {
        return Ok(fence);
    }
    check(path, cfg!(windows))?;
    fence.open_dir(path).map_err(|error| failed(&fence, path, error))
}

fn failed(fence: &Dir, path: &str, error: std::io::Error) -> StorageError {
    match StorageError::from_io(path, error) {
        StorageError::NotFound { path: shown, .. }
            if fence.symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) =>
        {
            StorageError::DanglingLink { path: shown }
        }
        error => error,
    }
}

fn matcher(glob: &str) -> Result<GlobMatcher, StorageError> {
    /// Bytes. Nesting is bounded by it: the pattern is compiled recursively.
    const LONGEST: usize = 1000;
    let failed = |reason| StorageError::Glob { glob: shown(glob), reason };
    if glob.len() > LONGEST {
        return Err(failed(format!("it is longer than {LONGEST} bytes")));
    }
    // Whoever types a part of a name into the editor does not mind its case.
    let glob = GlobBuilder::new(glob).case_insensitive(true).build();
    Ok(glob.map_err(|error| failed(error.kind().to_string()))?.compile_matcher())
}

/// `None` for what is left out of a listing, or vanished meanwhile.
fn describe(folder: &Dir, entry: &DirEntry, glob: Option<&GlobMatcher>) -> Option<Entry> {
    let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
    let mut metadata = entry.metadata().ok()?;
    if metadata.is_symlink() {
        metadata = folder.metadata(&name).ok()?;
    }
    let (kind, size) = if metadata.is_dir() {
        (EntryKind::Folder, 0)
    } else if metadata.is_file() && glob.is_none_or(|glob| glob.is_match(&name)) {
        (EntryKind::File, metadata.len())
    } else {
        return None;
    };
    Some(Entry { name, kind, size, modified: modified(&metadata) })
}

fn order(a: &Entry, b: &Entry) -> Ordering {
    a.kind.cmp(&b.kind).then_with(|| a.name.cmp(&b.name))
}

fn modified(metadata: &Metadata) -> Option<std::time::SystemTime> {
    metadata.modified().ok().map(SystemTime::into_std)
}
