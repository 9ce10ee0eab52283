//! From errors to what Grafana and its users see: HTTP status, error source, sentence. The chain of causes goes to the
//! log, and no other place decides any of this.

use crate::csv::CsvError;
use crate::exec::ExecError;
use crate::frame::FrameError;
use crate::instance::InstanceError;
use crate::query::QueryError;
use crate::storage::StorageError;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServiceError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Instance(#[from] InstanceError),
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// grafana.ini has a value that cannot be used.
    #[error("{problem}")]
    Server { problem: String },
    /// The request names no data source.
    #[error("The request names no data source. Ask through one, and save it first.")]
    NoDatasource,
    /// A resource's parameter cannot be used.
    #[error("The parameter `{name}` is {problem}.")]
    Parameter { name: &'static str, problem: String },
    /// There is no such resource.
    #[error("There is no resource “{path}” for {method}. See docs/resources.md.")]
    NoResource { method: String, path: String },
    /// The user may not ask this.
    #[error(
        "Only administrators of the organisation may look into other roots than the data source's own."
    )]
    NotAdmin,
    /// All scans were taken until the time was up.
    #[error(
        "The server was busy with other queries for {waited:?}. Try again; the server's administrator can raise max_concurrent_scans."
    )]
    Busy { waited: std::time::Duration },
    /// A bug of ours; the panic hook has logged where.
    #[error(
        "The plugin met a bug while it worked on this query. The server's log says where; please report it."
    )]
    Panicked,
}

/// Whose fault an error is, in Grafana's words: the plugin's, or that of what it reads and is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorSource {
    Plugin,
    Downstream,
}

impl ErrorSource {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Downstream => "downstream",
        }
    }
}

impl ServiceError {
    /// Whose fault it is.
    pub(super) fn source_of_error(&self) -> ErrorSource {
        match self {
            Self::Panicked | Self::Frame(FrameError::Arrow { .. } | FrameError::Json { .. }) => {
                ErrorSource::Plugin
            }
            _ => ErrorSource::Downstream,
        }
    }

    /// HTTP status.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NoResource { .. } => 404,
            Self::NotAdmin => 403,
            Self::Busy { .. } => 503,
            Self::Panicked | Self::Server { .. } => 500,
            Self::Query(_) | Self::NoDatasource | Self::Parameter { .. } => 400,
            Self::Frame(error) => frame_status(error),
            Self::Instance(error) => instance_status(error),
        }
    }
}

fn frame_status(error: &FrameError) -> u16 {
    match error {
        FrameError::TooManySeries { .. } | FrameError::TooWide { .. } => 413,
        FrameError::Arrow { .. } | FrameError::Json { .. } => 500,
        _ => 400,
    }
}

fn instance_status(error: &InstanceError) -> u16 {
    match error {
        InstanceError::Storage(error) => storage_status(error),
        InstanceError::Csv { source, .. } => csv_status(source),
        InstanceError::Exec(error) => exec_status(error),
        InstanceError::TimedOut { .. } => 504,
        // nginx's number for a client that went away; nobody sees it.
        InstanceError::Cancelled => 499,
        _ => 400,
    }
}

fn csv_status(error: &CsvError) -> u16 {
    match error {
        CsvError::Io { .. } => 500,
        CsvError::RecordTooLong { .. } | CsvError::TooManyColumns { .. } => 413,
        CsvError::Empty
        | CsvError::Binary { .. }
        | CsvError::NotUtf8 { .. }
        | CsvError::Misfit { .. } => 422,
        _ => 400,
    }
}

fn exec_status(error: &ExecError) -> u16 {
    match error {
        ExecError::TooManyRows { .. } | ExecError::TooManyBytes { .. } => 413,
        ExecError::Arrow { .. } => 500,
        _ => 400,
    }
}

fn storage_status(error: &StorageError) -> u16 {
    match error {
        StorageError::NotFound { .. } | StorageError::DanglingLink { .. } => 404,
        StorageError::NoRoots
        | StorageError::PermissionDenied { .. }
        | StorageError::Escapes { .. }
        | StorageError::ParentFolder { .. }
        | StorageError::Absolute { .. } => 403,
        StorageError::TooBig { .. } => 413,
        _ => 400,
    }
}
