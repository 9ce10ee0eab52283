//! What the server's admin allows. Grafana hands the keys of the ini section `[plugin.<id>]` to the plugin's process as
//! environment variables `GF_PLUGIN_<KEY>`; nothing else of its environment comes through.

use std::path::PathBuf;
use std::time::Duration;

use super::{Budgets, SettingsError};

/// Settings of the whole process. A value that cannot be used leaves its default in place and an entry in `problems`,
/// which health checks and queries show.
#[derive(Debug, Default)]
pub struct ServerSettings {
    /// Folders that data sources may read, in the admin's order. None: local files are off.
    pub allowed_roots: Vec<AllowedRoot>,
    /// Limits on what queries may use.
    pub budgets: Budgets,
    /// What is wrong with the settings.
    pub problems: Vec<SettingsError>,
}

/// A folder that data sources may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedRoot {
    /// What data sources call it.
    pub name: String,
    /// Absolute.
    pub path: PathBuf,
}

impl ServerSettings {
    /// Reads the process' environment.
    pub fn from_env() -> Self {
        // A path that is not Unicode is not found later, and then named, rather than taken for a missing key.
        Self::read(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Reads settings by the name of their environment variable. A blank value is none.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut reader = Reader { variable, problems: Vec::new() };
        let default = Budgets::default();
        let budgets = Budgets {
            max_file_bytes: reader.value("max_file_bytes", BYTES, default.max_file_bytes, bytes),
            max_line_bytes: reader.value("max_line_bytes", BYTES, default.max_line_bytes, memory),
            max_columns: reader.value("max_columns", COUNT, default.max_columns, count),
            max_rows: reader.value("max_rows", COUNT, default.max_rows, count),
            max_series: reader.value("max_series", COUNT, default.max_series, count),
            max_result_bytes: reader.value(
                "max_result_bytes",
                BYTES,
                default.max_result_bytes,
                memory,
            ),
            query_timeout: reader.value("query_timeout", TIMEOUT, default.query_timeout, timeout),
            max_concurrent_scans: reader.value(
                "max_concurrent_scans",
                SCANS,
                default.max_concurrent_scans,
                scans,
            ),
        };
        let allowed_roots = reader.roots();
        Self { allowed_roots, budgets, problems: reader.problems }
    }
}

const BYTES: &str = "a whole number of bytes from 1, such as `1048576`, `64MiB` or `2GB`";
const COUNT: &str = "a whole number from 1";
const TIMEOUT: &str =
    "a whole number of seconds, or with a unit such as `500ms`, `30s` or `2m`, from 1ms to 24h";
const SCANS: &str = "a whole number from 1 to 1024";
const ROOTS: &str = "a list of absolute paths separated by commas, each `PATH` or `name=PATH`";

struct Reader<V> {
    variable: V,
    problems: Vec<SettingsError>,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    fn text(&self, key: &str) -> Option<String> {
        let value = (self.variable)(&format!("GF_PLUGIN_{}", key.to_ascii_uppercase()))?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(value) = self.text(key) else { return default };
        parse(&value).unwrap_or_else(|| {
            self.problems.push(SettingsError::Value { key, value, expected });
            default
        })
    }

    fn roots(&mut self) -> Vec<AllowedRoot> {
        let key = "allowed_roots";
        let list = self.text(key).unwrap_or_default();
        let mut roots: Vec<AllowedRoot> = Vec::new();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match root(item) {
                None => self.problems.push(SettingsError::Value {
                    key,
                    value: item.to_owned(),
                    expected: ROOTS,
                }),
                Some(AllowedRoot { name, .. }) if roots.iter().any(|other| other.name == name) => {
                    self.problems.push(SettingsError::DuplicateRoot { name });
                }
                Some(root) => roots.push(root),
            }
        }
        roots
    }
}

/// `PATH` or `name=PATH`. A path may hold `=` itself, a name no separator, which tells the two apart.
fn root(item: &str) -> Option<AllowedRoot> {
    let named = item.split_once('=').filter(|(name, _)| !name.contains(['/', '\\']));
    let (name, path) = named.map_or((None, item), |(name, path)| (Some(name.trim()), path.trim()));
    let path = PathBuf::from(path);
    let name = match name {
        Some(name) => name.to_owned(),
        None => path.file_name()?.to_str()?.to_owned(),
    };
    (path.is_absolute() && !name.is_empty()).then_some(AllowedRoot { name, path })
}

/// Splits `64MiB` into its number and its unit, which may be empty.
fn number(value: &str) -> Option<(u64, &str)> {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (digits, unit) = value.split_at(end);
    Some((digits.parse().ok()?, unit.trim_start()))
}

fn bytes(value: &str) -> Option<u64> {
    let (number, unit) = number(value)?;
    let factor: u64 = match unit {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(factor).filter(|&bytes| bytes > 0)
}

fn memory(value: &str) -> Option<usize> {
    bytes(value)?.try_into().ok()
}

fn count(value: &str) -> Option<usize> {
    let (number, unit) = number(value)?;
    usize::try_from(number).ok().filter(|&count| count > 0 && unit.is_empty())
}

/// Bounded because a semaphore cannot count arbitrarily high, and more scans than cores only cost memory.
fn scans(value: &str) -> Option<usize> {
    count(value).filter(|&scans| scans <= 1024)
}

/// Bounded so that a deadline, which is now plus this, always exists.
fn timeout(value: &str) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_hours(24);
    let (number, unit) = number(value)?;
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let timeout = Duration::from_millis(number.checked_mul(milliseconds)?);
    (!timeout.is_zero() && timeout <= LONGEST).then_some(timeout)
}

#[cfg(test)]
mod tests;
