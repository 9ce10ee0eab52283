//! What can go wrong with a file, each with its path as the user wrote it, never the absolute one.

/// Why a root, folder or file could not be opened, listed or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The admin listed no `allowed_roots`.
    #[error(
        "Local files are off. The server's administrator switches them on by listing folders in `allowed_roots` of the section [plugin.{id}] in grafana.ini.",
        id = crate::identity::ID
    )]
    NoRoots,
    /// There is no such file or folder.
    #[error(
        "There is no file or folder “{path}”. Check its spelling and the data source's folder."
    )]
    NotFound {
        /// As the user wrote it.
        path: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
}
