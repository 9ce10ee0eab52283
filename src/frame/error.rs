//! Why rows cannot become frames.

/// Why rows cannot become frames.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A time series without a time.
    #[error(
        "The format “{shape}” needs a time column, and the answer has none. Choose the format table, or choose a time column and its type in the file options."
    )]
    NoTime {
        /// The format that was asked for.
        shape: &'static str,
    },
    /// Numbers without a number.
    #[error(
        "The format “{shape}” needs a column of numbers or booleans, and the answer has none. Choose the format table."
    )]
    NoNumber {
        /// The format that was asked for.
        shape: &'static str,
    },
    /// Logs without a text.
    #[error(
        "The format “logs” needs a column of text, and the answer has none. Choose the format table."
    )]
    NoText,
    /// More series than the budget.
    #[error(
        "The answer has more than {limit} series. Choose fewer text columns, a filter or an aggregate; the server's administrator can raise max_series."
    )]
    TooManySeries {
        /// The budget.
        limit: usize,
    },
    /// A wide frame has a value for each time of each series, and that is too much.
    #[error(
        "The format “timeseries-wide” has a value for each time of each series, which needs more than {limit} bytes of memory here. Choose timeseries-multi, a shorter time range or an aggregate; the server's administrator can raise max_result_bytes."
    )]
    TooWide {
        /// The budget.
        limit: usize,
    },
    /// Rows that labels do not tell apart.
    #[error(
        "The format “{shape}” needs rows that their text columns tell apart. Use an aggregate, a limit of 1, or the format numeric-long."
    )]
    SameLabels {
        /// The format that was asked for.
        shape: &'static str,
    },
    /// The frame cannot be encoded.
    #[error("The frame could not be encoded: {source}.")]
    Arrow {
        /// What Arrow said.
        #[from]
        source: arrow_schema::ArrowError,
    },
    /// Metadata cannot be encoded.
    #[error("The frame's metadata could not be encoded: {source}.")]
    Json {
        /// What serde said.
        #[from]
        source: serde_json::Error,
    },
}
