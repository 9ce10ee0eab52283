//! What the plugin counts, in Prometheus' text format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::response::ServiceError;
use crate::instance::Answer;

/// Upper ends of the buckets of query times, in seconds: from a warm panel to the default time limit.
const BUCKETS: [f64; 11] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The plugin's counters since its start.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    queries: Counter,
    errors: Family<Vec<(&'static str, String)>, Counter>,
    seconds: Histogram,
    bytes_read: Counter,
    rows_read: Counter,
    rows_returned: Counter,
    schema_cache: Family<Vec<(&'static str, &'static str)>, Counter>,
    resident: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("csv_datasource"),
            queries: Counter::default(),
            errors: Family::default(),
            seconds: Histogram::new(BUCKETS),
            bytes_read: Counter::default(),
            rows_read: Counter::default(),
            rows_returned: Counter::default(),
            schema_cache: Family::default(),
            resident: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("queries", "Queries asked", self.queries.clone());
        registry.register(
            "query_errors",
            "Queries that failed, by HTTP status",
            self.errors.clone(),
        );
        let seconds = self.seconds.clone();
        registry.register_with_unit(
            "query_duration",
            "Time from request to answer",
            Unit::Seconds,
            seconds,
        );
        registry.register_with_unit(
            "read",
            "Bytes read of files",
            Unit::Bytes,
            self.bytes_read.clone(),
        );
        registry.register("rows_read", "Rows read of files", self.rows_read.clone());
        registry.register("rows_returned", "Rows of answers", self.rows_returned.clone());
        registry.register(
            "schema_cache",
            "Looks into the cache of schemas, by result",
            self.schema_cache.clone(),
        );
        let start = Gauge::<i64>::default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        start.set(i64::try_from(now.as_secs()).unwrap_or_default());
        registry.register_with_unit(
            "process_start_time",
            "Start of the process since 1970",
            Unit::Seconds,
            start,
        );
        let resident = self.resident.clone();
        registry.register_with_unit(
            "process_resident_memory",
            "Memory in use; 0 where unknown",
            Unit::Bytes,
            resident,
        );
    }

    /// Counts a query and its outcome.
    pub(super) fn query(&self, time: Duration, error: Option<&ServiceError>) {
        self.queries.inc();
        self.seconds.observe(time.as_secs_f64());
        if let Some(error) = error {
            self.errors.get_or_create(&vec![("status", error.status().to_string())]).inc();
        }
    }

    /// Counts bytes that were read of files.
    pub(super) fn bytes_read(&self, bytes: u64) {
        self.bytes_read.inc_by(bytes);
    }

    /// Counts what an answer took.
    pub(super) fn scan(&self, answer: &Answer) {
        self.rows_read.inc_by(answer.report.rows_read);
        self.rows_returned.inc_by(answer.batch.num_rows() as u64);
        let result = if answer.spent.infer_remembered { "hit" } else { "miss" };
        self.schema_cache.get_or_create(&vec![("result", result)]).inc();
    }

    /// All of it, as text.
    pub(super) fn text(&self) -> Result<String, std::fmt::Error> {
        self.resident.set(resident_bytes().unwrap_or_default());
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(prometheus_text(&text))
    }
}

/// From OpenMetrics, which the library writes, to Prometheus' own format 0.0.4, as which Grafana hands it on: there a
/// counter's metadata goes by the name of its sample, and units and the end are not said.
fn prometheus_text(open_metrics: &str) -> String {
    let is_counter = |name: &str| open_metrics.contains(&format!("# TYPE {name} counter\n"));
    let mut text = String::new();
    for line in open_metrics.lines() {
        match line.splitn(4, ' ').collect::<Vec<_>>()[..] {
            ["#", "UNIT" | "EOF", ..] => continue,
            ["#", keyword, name, rest] if is_counter(name) => {
                text.extend(["# ", keyword, " ", name, "_total ", rest]);
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// Memory in use, where the system says so in `/proc` (Linux).
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_go_by_the_name_of_their_sample() {
        let text = Metrics::default().text().unwrap();
        assert!(text.contains("# TYPE csv_datasource_queries_total counter\n"), "{text}");
        assert!(text.contains("\ncsv_datasource_queries_total 0\n"), "{text}");
        assert!(
            text.contains("# TYPE csv_datasource_query_duration_seconds histogram\n"),
            "{text}"
        );
        assert!(!text.contains("# EOF") && !text.contains("# UNIT"), "{text}");
    }
}
