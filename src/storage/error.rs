//! What can go wrong with a file, each with its path as the user wrote it, never the absolute one.

use std::io;

/// Why a root, folder or file could not be opened, listed or read. Paths are relative, as the user wrote them; roots
/// go by their names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The admin listed no `allowed_roots`.
    #[error(
        "Local files are off. The server's administrator switches them on by listing folders in `allowed_roots` of the section [plugin.{id}] in grafana.ini.",
        id = crate::identity::ID
    )]
    NoRoots,
    /// The data source names no root, and there is more than one.
    #[error(
        "The data source names no root. Choose one of the allowed roots in its settings: {names}."
    )]
    RootNotChosen {
        /// Names of the allowed roots, separated by commas.
        names: String,
    },
    /// The data source names a root that the admin does not allow.
    #[error(
        "The server does not allow a root named “{root}”. Choose one of the allowed roots in the data source's settings: {names}."
    )]
    UnknownRoot {
        /// As the data source names it.
        root: String,
        /// Names of the allowed roots, separated by commas.
        names: String,
    },
    /// An allowed root's folder is not there or not readable.
    #[error(
        "The folder of the allowed root “{root}” cannot be opened: {source}. The server's administrator should check that it exists where Grafana runs (in a container: that it is mounted), that {user} may read it, and, below /home or /tmp, ProtectHome and PrivateTmp of Grafana's systemd unit."
    )]
    RootUnavailable {
        /// Name of the root.
        root: String,
        /// Who Grafana runs as.
        user: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The path is the empty string.
    #[error("No file is chosen. Give the path of a file in the data source's folder.")]
    EmptyPath,
    /// The path holds a NUL byte, which no file system allows.
    #[error("The path “{path}” holds a NUL byte. Remove it.")]
    NulByte {
        /// As the user wrote it.
        path: String,
    },
    /// The path begins with `/` or a drive.
    #[error(
        "“{path}” is an absolute path. Give a path relative to the data source's folder, such as `sub/file.csv`."
    )]
    Absolute {
        /// As the user wrote it.
        path: String,
    },
    /// The path holds `..`.
    #[error("“{path}” holds `..`. Give a path that goes only down from the data source's folder.")]
    ParentFolder {
        /// As the user wrote it.
        path: String,
    },
    /// On Windows: the path holds `\` or `:`.
    #[error("“{path}” holds a backslash or a colon. Separate folders by `/`.")]
    Separator {
        /// As the user wrote it.
        path: String,
    },
    /// The name is longer than the file system allows, or holds characters that it does not.
    #[error(
        "The name “{path}” is too long for the file system, or holds characters that it does not allow."
    )]
    InvalidName {
        /// As the user wrote it.
        path: String,
    },
    /// There is no such file or folder.
    #[error(
        "There is no file or folder “{path}”. Check its spelling and the data source's folder."
    )]
    NotFound {
        /// As the user wrote it.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A symbolic link to something that is not there.
    #[error(
        "“{path}” is a symbolic link to a file or folder that does not exist. Repair the link."
    )]
    DanglingLink {
        /// As the user wrote it.
        path: String,
    },
    /// Symbolic links that lead to each other.
    #[error("“{path}” leads through too many symbolic links, or in a circle. Repair the links.")]
    LinkLoop {
        /// As the user wrote it.
        path: String,
    },
    /// A symbolic link that leaves the folder, or is absolute.
    #[error(
        "“{path}” is or goes through a symbolic link that leads out of the data source's folder. Only relative links that stay inside are followed; move the file, or allow the folder in which it lies as a root."
    )]
    Escapes {
        /// As the user wrote it.
        path: String,
    },
    /// The operating system refuses.
    #[error(
        "Grafana may not read “{path}”. The server's administrator should check that {user} may read it and enter every folder above it, the options of its mount, and ProtectHome and other sandboxing of Grafana's systemd unit."
    )]
    PermissionDenied {
        /// As the user wrote it.
        path: String,
        /// Who Grafana runs as.
        user: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A folder where a file was asked for.
    #[error("“{path}” is a folder. Choose a file in it.")]
    IsFolder {
        /// As the user wrote it.
        path: String,
    },
    /// A file where a folder was asked for, perhaps in the middle of the path.
    #[error("“{path}” does not lead to a folder: it, or a part of it, is a file.")]
    NotAFolder {
        /// As the user wrote it.
        path: String,
    },
    /// A pipe, socket or device.
    #[error("“{path}” is a pipe, socket or device. Only regular files can be read.")]
    NotRegular {
        /// As the user wrote it.
        path: String,
    },
    /// More bytes than the budget allows.
    #[error(
        "“{path}” holds {size} bytes, more than the {max} that one file may hold. Split the file, or ask the server's administrator to raise `max_file_bytes`."
    )]
    TooBig {
        /// As the user wrote it.
        path: String,
        /// Bytes in the file.
        size: u64,
        /// The budget, in bytes.
        max: u64,
    },
    /// The file shrank while it was read.
    #[error(
        "“{path}” shrank from {expected} to {now} bytes while it was being read. Query again; whatever writes the file should write a new one and rename it."
    )]
    Truncated {
        /// As the user wrote it.
        path: String,
        /// Bytes when it was opened.
        expected: u64,
        /// Bytes now.
        now: u64,
    },
    /// The glob is not one, or too long.
    #[error("“{glob}” is not a pattern of file names: {reason}. Write for example `*.csv`.")]
    Glob {
        /// As the user wrote it.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Anything else that the operating system reports.
    #[error("“{path}” cannot be read: {source}.")]
    Io {
        /// As the user wrote it.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
}

impl StorageError {
    /// Says what an error of the operating system, or of cap-std, means for `path`.
    pub(super) fn from_io(path: &str, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = shown(path);
        match source.kind() {
            // cap-std reports a path that leaves its folder so, without a number from the operating system.
            Kind::PermissionDenied if source.raw_os_error().is_none() => Self::Escapes { path },
            Kind::PermissionDenied => Self::PermissionDenied { path, user: service_user(), source },
            Kind::NotFound => Self::NotFound { path, source },
            Kind::NotADirectory => Self::NotAFolder { path },
            Kind::IsADirectory => Self::IsFolder { path },
            Kind::InvalidFilename => Self::InvalidName { path },
            _ if is_link_loop(&source) => Self::LinkLoop { path },
            _ if is_no_device(&source) => Self::NotRegular { path },
            _ => Self::Io { path, source },
        }
    }
}

/// `text` as an error shows it: hostile input must not flood a log or a panel, nor break its line.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let clean = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut shown: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whom the admin must give access: the id, because its name is known only to the system's user database.
#[cfg(unix)]
pub(super) fn service_user() -> String {
    format!("Grafana's service user (id {})", rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
pub(super) fn service_user() -> String {
    "Grafana's service user".to_owned()
}

#[cfg(unix)]
fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_link_loop(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TooManyLinks
}

/// What opening a socket, or a device without a driver, says.
#[cfg(unix)]
fn is_no_device(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::NXIO, Errno::NODEV, Errno::OPNOTSUPP]
        .iter()
        .any(|number| error.raw_os_error() == Some(number.raw_os_error()))
}

#[cfg(not(unix))]
fn is_no_device(_: &io::Error) -> bool {
    false
}
