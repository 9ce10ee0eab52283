//! The folders that the server's admin allows, by name. A data source picks a name, never an absolute path.

use std::path::{Path, PathBuf};

use super::error::shown;
use super::{LocalFolder, StorageError};

/// Allowed roots in the admin's order. Roots are opened anew for each request, so that one that is mounted later, or
/// replaced, needs no restart.
#[derive(Debug, Clone, Default)]
pub struct Roots {
    roots: Vec<(String, PathBuf)>,
}

impl Roots {
    /// Roots from names, which must differ, and absolute paths.
    pub fn new(roots: impl IntoIterator<Item = (String, PathBuf)>) -> Self {
        Self { roots: roots.into_iter().collect() }
    }

    /// Names, in the admin's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// Names and absolute paths. The paths are for admins only.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.roots.iter().map(|(name, path)| (name.as_str(), path.as_path()))
    }

    /// The `folder` beneath `root`, both empty or as a data source's settings say; files of more than `max_file_bytes`
    /// are refused. An empty `root` means the only one, an empty `folder` the root itself. Fails if the folder cannot
    /// be opened now.
    pub fn open(
        &self,
        root: &str,
        folder: &str,
        max_file_bytes: u64,
    ) -> Result<LocalFolder, StorageError> {
        let (name, path) = self.choose(root)?;
        LocalFolder::open((name.clone(), path.clone()), folder, max_file_bytes)
    }

    fn choose(&self, root: &str) -> Result<&(String, PathBuf), StorageError> {
        let names = || self.names().collect::<Vec<_>>().join(", ");
        match self.roots.as_slice() {
            [] => Err(StorageError::NoRoots),
            [only] if root.is_empty() => Ok(only),
            _ if root.is_empty() => Err(StorageError::RootNotChosen { names: names() }),
            roots => roots
                .iter()
                .find(|(name, _)| name == root)
                .ok_or_else(|| StorageError::UnknownRoot { root: shown(root), names: names() }),
        }
    }
}
