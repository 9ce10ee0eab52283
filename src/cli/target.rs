//! PATH, taken apart: the folder that becomes the plugin's only allowed root, and the file's name in it.

use std::path::{Path, PathBuf};

use super::error::CliError;

/// The file that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute, with symbolic links resolved: the plugin refuses links that lead out of its root, and the user who
    /// names a link here means what it points to.
    pub(super) folder: PathBuf,
    /// Name of the file in the folder.
    pub(super) file: String,
}

impl Target {
    /// Finds the file at `path`, as the user wrote it.
    pub(super) fn find(path: &Path) -> Result<Self, CliError> {
        let written = || path.display().to_string();
        let absolute = path.canonicalize().map_err(|source| {
            if is_glob(path) {
                CliError::Glob { path: written() }
            } else {
                CliError::NotFound { path: written(), source }
            }
        })?;
        if absolute.is_dir() {
            return Err(CliError::Folder { path: written() });
        }
        let (Some(folder), Some(file)) = (absolute.parent(), absolute.file_name()) else {
            return Err(CliError::Folder { path: written() });
        };
        let (Some(_), Some(file)) = (folder.to_str(), file.to_str()) else {
            return Err(CliError::NotUtf8 { path: written() });
        };
        Ok(Self { folder: folder.to_owned(), file: file.to_owned() })
    }

    /// The value of the server's setting `allowed_roots`: this folder, under the name [`ROOT`].
    pub(super) fn allowed_roots(&self) -> Result<String, CliError> {
        let folder = self.folder.display().to_string();
        if folder.contains(',') || folder.trim() != folder {
            return Err(CliError::FolderName { folder });
        }
        Ok(format!("{ROOT}={folder}"))
    }
}

/// The name that the data source's settings call the folder by.
pub(super) const ROOT: &str = "root";

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_and_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().canonicalize().expect("the folder");
        for name in ["a.csv", "a b=c.csv", "[1].csv"] {
            std::fs::write(folder.path().join(name), "").expect("a file");
            let target = Target::find(&folder.path().join(name)).expect(name);
            assert_eq!(target, Target { folder: real.clone(), file: name.to_owned() });
        }
    }

    #[test]
    fn refused_paths_say_why() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, words) in [
            ("none.csv", "can be read"),
            ("*.csv", "a pattern"),
            ("2024-0[1-3].csv", "a pattern"),
            ("", "is a folder"),
        ] {
            let error = Target::find(&folder.path().join(name)).expect_err(name).to_string();
            assert!(error.contains(words), "{name}: {error}");
        }
    }

    #[test]
    fn folders_that_the_setting_cannot_hold() {
        for (folder, ok) in
            [("/srv/csv", true), ("/srv/a=b c", true), ("/srv/a,b", false), ("/srv/a ", false)]
        {
            let target = Target { folder: PathBuf::from(folder), file: "a.csv".to_owned() };
            let roots = target.allowed_roots();
            assert_eq!(roots.is_ok(), ok, "{folder}");
            assert_eq!(roots.unwrap_or(format!("root={folder}")), format!("root={folder}"));
        }
    }
}
