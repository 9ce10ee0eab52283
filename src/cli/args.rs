//! The flags, as clap reads them. Whatever can be refused before a process is started is refused here, as wrong usage;
//! what only the file can tell (does the column exist?) is the plugin's answer.

use std::path::PathBuf;

use super::expression::{Aggregate, Filter, Names};
use super::instant::{Instant, Zone};

const QUERY_EXAMPLES: &str = r#"Examples:
  csv-datasource query weather.csv
  csv-datasource query weather.csv --filter 'temperature >= 20' --filter 'host =~ ^web' --output csv
  csv-datasource query weather.csv --group-by host --agg 'mean(temperature)' --agg 'count("wind speed")'
  csv-datasource query weather.csv --from now-7d --interval 1h --agg 'max(temperature)' --output plot
  csv-datasource query export.csv --delimiter ';' --decimal , --encoding windows-1252 --output json

Exit code: 0 ok, 1 an error of the query or the file, 2 wrong usage."#;

const INSPECT_EXAMPLES: &str = r"Examples:
  csv-datasource inspect weather.csv
  csv-datasource inspect export.csv --delimiter ';' --output json

Exit code: 0 ok, 1 an error of the query or the file, 2 wrong usage.";

/// Asks CSV files through the plugin, as Grafana does.
///
/// Without arguments this program is a Grafana backend plugin and must be started by Grafana. With a command it starts
/// itself as such a plugin, whose only allowed root is the folder of the file, and asks it.
#[derive(Debug, clap::Parser)]
#[command(name = crate::identity::EXECUTABLE, version = crate::identity::VERSION)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Show everything that the plugin logs, not only warnings and errors.
    #[arg(long, global = true)]
    pub(super) verbose: bool,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Print rows of a file as a table, plot, CSV, JSON or Arrow.
    Query(Box<QueryArgs>),
    /// Print the dialect, the columns and the problems that are found in a file.
    Inspect(Box<InspectArgs>),
}

#[derive(Debug, clap::Args)]
#[command(after_help = QUERY_EXAMPLES)]
pub(super) struct QueryArgs {
    /// The file.
    pub(super) path: PathBuf,
    /// Form of the output. `table` shows the first 40 rows, and a plot on a terminal if there is a time series.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub(super) output: Output,
    /// Shape of the answer [default: table; timeseries for a plot, timeseries-long with --max-points].
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Print notices, bytes read, rows and time for each stage on stderr.
    #[arg(long)]
    pub(super) explain: bool,
    #[command(flatten)]
    pub(super) time: TimeArgs,
    #[command(flatten)]
    pub(super) shape: ShapeArgs,
    #[command(flatten)]
    pub(super) dialect: DialectArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Time")]
pub(super) struct TimeArgs {
    /// Keep rows from this time on: RFC 3339, `2024-01-31`, `2024-01-31 12:00`, epoch milliseconds, `now` or `now-6h`.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(super) from: Option<Instant>,
    /// Keep rows up to and including this time, written as in --from.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(super) to: Option<Instant>,
    /// IANA time zone of times without an offset, and of the times that are printed [default: UTC].
    #[arg(long, value_name = "Z")]
    pub(super) time_zone: Option<Zone>,
    /// The time column [default: the first one that holds times].
    #[arg(long, value_name = "C")]
    pub(super) time_column: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rows and columns")]
pub(super) struct ShapeArgs {
    /// Columns to print, in this order; a name with a comma goes in double quotes: 'a,"b, c"'.
    #[arg(long, value_name = "A,B", allow_hyphen_values = true)]
    pub(super) columns: Option<Names>,
    /// Keep rows that pass `column operator value`, with one of = != < <= > >= =~ !~; repeat it for several.
    #[arg(long = "filter", value_name = "C op V", allow_hyphen_values = true)]
    pub(super) filters: Vec<Filter>,
    /// Columns to group by.
    #[arg(long, value_name = "A,B", allow_hyphen_values = true)]
    pub(super) group_by: Option<Names>,
    /// An aggregate such as 'mean(temperature)': count, sum, mean, min, max, first or last; repeat it for several.
    #[arg(long = "agg", value_name = "F(C)", allow_hyphen_values = true)]
    pub(super) aggregates: Vec<Aggregate>,
    /// Width of the aggregates' time buckets, for example 1m; units: ms, s, m, h, d, w.
    #[arg(long, value_name = "D")]
    pub(super) interval: Option<String>,
    /// Thin each time series out to about so many points, keeping its extremes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    pub(super) max_points: Option<i64>,
    /// Return at most so many rows.
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub(super) struct InspectArgs {
    /// The file.
    pub(super) path: PathBuf,
    /// Form of the output; `json` holds both answers of the plugin, `schema` and `preview`.
    #[arg(long, value_enum, default_value_t = InspectOutput::Text)]
    pub(super) output: InspectOutput,
    #[command(flatten)]
    pub(super) dialect: DialectArgs,
}

/// How the file is written. What is not given is guessed, or has the default of the query model.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "How the file is written")]
pub(super) struct DialectArgs {
    /// One ASCII character or \t [default: guessed].
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(super) delimiter: Option<String>,
    /// One ASCII character; empty: no quoting [default: "].
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(super) quote: Option<String>,
    /// One ASCII character [default: a quote is escaped by doubling it].
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(super) escape: Option<String>,
    /// Leave out lines that start with this character.
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub(super) comment: Option<String>,
    /// Decimal separator [default: .].
    #[arg(long, value_name = "CHAR", value_parser = [".", ","])]
    pub(super) decimal: Option<String>,
    /// For example windows-1252 [default: UTF-8, or UTF-16 by byte order mark].
    #[arg(long, value_name = "LABEL")]
    pub(super) encoding: Option<String>,
    /// A cell that means "no value"; repeat it for several. Replaces the usual ones (empty, null, NULL, N/A, n/a, NA, -).
    #[arg(long = "null", value_name = "TOKEN", allow_hyphen_values = true)]
    pub(super) null_tokens: Vec<String>,
    /// 0: the file has no header, and its columns are named `Column 1`, `Column 2` and so on [default: 1].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=1))]
    pub(super) header_rows: Option<u8>,
    /// Lines to leave out at the top of the file [default: 0].
    #[arg(long, value_name = "N")]
    pub(super) skip_rows: Option<u32>,
    /// Names that replace the header's, as a JSON array: `["a","b"]`.
    #[arg(long, value_name = "JSON", value_parser = column_names)]
    pub(super) column_names: Option<ColumnNames>,
    /// Guess no types: every column is text.
    #[arg(long)]
    pub(super) all_text: bool,
    /// What a value does that does not fit its column: become null, drop its row, or fail the query [default: null].
    #[arg(long, value_enum)]
    pub(super) on_error: Option<OnError>,
}

/// A type of its own, because clap reads a plain `Vec` as "may be repeated".
#[derive(Debug, Clone)]
pub(super) struct ColumnNames(pub(super) Vec<String>);

fn column_names(text: &str) -> Result<ColumnNames, String> {
    serde_json::from_str(text)
        .map(ColumnNames)
        .map_err(|e| format!(r#"it must be a JSON array of strings such as ["a","b"]: {e}"#))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Output {
    Table,
    Plot,
    Csv,
    Json,
    Arrow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum InspectOutput {
    Text,
    Json,
}

/// The formats of the query model; clap writes them as the model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Auto,
    Table,
    Timeseries,
    TimeseriesWide,
    TimeseriesLong,
    TimeseriesMulti,
    Numeric,
    NumericWide,
    NumericLong,
    NumericMulti,
    Logs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnError {
    Null,
    Skip,
    Fail,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_usage_is_refused_before_a_process_starts() {
        for (flags, word) in [
            (&["query"][..], "PATH"),
            (&["ask", "a.csv"], "ask"),
            (&["query", "a.csv", "--output", "xml"], "xml"),
            (&["query", "a.csv", "--filter", "temperature"], "operator"),
            (&["query", "a.csv", "--agg", "median(a)"], "median"),
            (&["query", "a.csv", "--from", "yesterday"], "yesterday"),
            (&["query", "a.csv", "--time-zone", "Mars/Base"], "Mars/Base"),
            (&["query", "a.csv", "--max-points", "0"], "0"),
            (&["query", "a.csv", "--header-rows", "2"], "2"),
            (&["query", "a.csv", "--column-names", "a,b"], "JSON"),
            (&["inspect", "a.csv", "--output", "csv"], "csv"),
        ] {
            let args = ["csv-datasource"].iter().chain(flags);
            let error = Cli::try_parse_from(args).expect_err("wrong usage");
            assert_eq!(error.exit_code(), 2, "{flags:?}");
            assert!(error.to_string().contains(word), "{flags:?}: {error}");
        }
    }
}
