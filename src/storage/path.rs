//! The look of a path, before any file system sees it. The fence is the open folder's handle (see `local`); this room
//! exists so that a path that cannot work gets a sentence which says why, and is the same error on every platform.

use super::StorageError;
use super::error::shown;

/// Longest path in bytes; Linux's PATH_MAX. Elsewhere paths are walked part by part, so that a limit is needed.
const LONGEST: usize = 4096;

/// Fails if `path` is not a relative path that only goes down. `windows`: whether `\` and `:` mean something here.
pub(super) fn check(path: &str, windows: bool) -> Result<(), StorageError> {
    let shown = || shown(path);
    if path.is_empty() {
        Err(StorageError::EmptyPath)
    } else if path.contains('\0') {
        Err(StorageError::NulByte { path: shown() })
    } else if path.len() > LONGEST {
        Err(StorageError::InvalidName { path: shown() })
    } else if is_absolute(path) {
        Err(StorageError::Absolute { path: shown() })
    } else if path.split(['/', '\\']).any(|part| part == "..") {
        Err(StorageError::ParentFolder { path: shown() })
    } else if windows && path.contains(['\\', ':']) {
        // A colon names a drive or an alternate stream of a file.
        Err(StorageError::Separator { path: shown() })
    } else {
        Ok(())
    }
}

/// Drives count on every platform: `C:\data.csv` on Linux is a mistake, not a name.
fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    path.starts_with('/') || path.starts_with(r"\\") || (drive && matches!(bytes[2], b'/' | b'\\'))
}
