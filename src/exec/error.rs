//! Why a plan cannot be carried out.

/// Why a plan cannot be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// More rows or groups than the budget.
    #[error(
        "The answer has more than {limit} rows. Choose a shorter time range, a filter, an aggregate or a limit; the server's administrator can raise max_rows."
    )]
    TooManyRows {
        /// The budget.
        limit: usize,
    },
    /// More bytes than the budget.
    #[error(
        "The answer needs more than {limit} bytes of memory. Choose fewer columns, a shorter time range or an aggregate; the server's administrator can raise max_result_bytes."
    )]
    TooManyBytes {
        /// The budget.
        limit: usize,
    },
    /// A function that needs numbers was asked of another type.
    #[error("{function} needs a column of numbers, and “{column}” is of type {found}.")]
    NotANumber {
        /// For example `mean`.
        function: &'static str,
        /// Name of the column.
        column: String,
        /// Its Arrow type.
        found: String,
    },
    /// An Arrow kernel refused.
    #[error("The rows could not be put together: {source}.")]
    Arrow {
        /// What it said.
        #[from]
        source: arrow_schema::ArrowError,
    },
}
