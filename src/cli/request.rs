//! The requests as Grafana would write them, for a data source whose folder is the plugin's only allowed root.

use form_urlencoded::Serializer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::{QueryArgs, TimeArgs};
use super::error::CliError;
use super::instant::{Instant, Zone};
use super::target::ROOT;
use crate::identity;
use crate::proto::pluginv2::{
    CallResourceRequest, DataQuery, DataSourceInstanceSettings, PluginContext, QueryDataRequest,
    TimeRange, User,
};

/// The one query's name; Grafana's own default.
pub(super) const REF_ID: &str = "A";
/// The first and the last millisecond whose nanoseconds an i64 can count: an end of the range that is left open.
const OPEN: (i64, i64) = (i64::MIN / 1_000_000 + 1, i64::MAX / 1_000_000 - 1);

/// Asks for the frames of `query`.
pub(super) fn query_data(
    args: &QueryArgs,
    query: &Value,
    now: Timestamp,
) -> Result<QueryDataRequest, CliError> {
    let max_data_points = args.shape.max_points.unwrap_or_default();
    let query = DataQuery {
        ref_id: REF_ID.to_owned(),
        max_data_points,
        interval_ms: 1000,
        time_range: Some(time_range(&args.time, now)?),
        json: query.to_string().into_bytes(),
        query_type: String::new(),
    };
    Ok(QueryDataRequest {
        plugin_context: Some(plugin_context()),
        queries: vec![query],
        ..QueryDataRequest::default()
    })
}

/// Asks for a resource: `path` without a leading slash, `parameters` of the query string.
pub(super) fn call_resource(
    method: &str,
    path: &str,
    parameters: &[(&str, &str)],
    body: Option<&Value>,
) -> CallResourceRequest {
    let parameters = Serializer::new(String::new()).extend_pairs(parameters).finish();
    let question = if parameters.is_empty() { "" } else { "?" };
    CallResourceRequest {
        plugin_context: Some(plugin_context()),
        path: path.to_owned(),
        method: method.to_owned(),
        url: format!("{path}{question}{parameters}"),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        ..CallResourceRequest::default()
    }
}

fn time_range(args: &TimeArgs, now: Timestamp) -> Result<TimeRange, CliError> {
    let zone = args.time_zone.clone().unwrap_or_else(Zone::utc);
    let end = |flag, instant: &Option<Instant>, open| match instant {
        None => Ok(open),
        Some(instant) => {
            instant.epoch_ms(&zone, now).map_err(|source| CliError::Time { flag, source })
        }
    };
    Ok(TimeRange {
        from_epoch_ms: end("--from", &args.from, OPEN.0)?.clamp(OPEN.0, OPEN.1),
        to_epoch_ms: end("--to", &args.to, OPEN.1)?.clamp(OPEN.0, OPEN.1),
    })
}

/// Somebody who can start this program can read the file anyway, so that nothing is kept from them.
fn plugin_context() -> PluginContext {
    let settings = DataSourceInstanceSettings {
        id: 1,
        uid: "cli".to_owned(),
        name: "command line".to_owned(),
        json_data: json!({ "root": ROOT, "folder": "" }).to_string().into_bytes(),
        last_updated_ms: 1,
        ..DataSourceInstanceSettings::default()
    };
    let user = User {
        login: "cli".to_owned(),
        name: "command line".to_owned(),
        role: "Admin".to_owned(),
        ..User::default()
    };
    PluginContext {
        org_id: 1,
        plugin_id: identity::ID.to_owned(),
        plugin_version: identity::VERSION.to_owned(),
        user: Some(user),
        data_source_instance_settings: Some(settings),
        user_agent: format!("{}/{}", identity::EXECUTABLE, identity::VERSION),
        ..PluginContext::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: Option<&str>, to: Option<&str>, zone: &str) -> Result<(i64, i64), CliError> {
        let parse = |text: &str| text.parse().expect("a time");
        let args = TimeArgs {
            from: from.map(parse),
            to: to.map(parse),
            time_zone: Some(zone.parse().expect("a zone")),
            time_column: None,
        };
        time_range(&args, Timestamp::UNIX_EPOCH)
            .map(|range| (range.from_epoch_ms, range.to_epoch_ms))
    }

    #[test]
    fn ranges() {
        const HOUR: i64 = 3_600_000;
        for (from, to, zone, expected) in [
            (None, None, "UTC", OPEN),
            (Some("now-6h"), Some("now"), "UTC", (-6 * HOUR, 0)),
            (Some("1970-01-02"), None, "Europe/Berlin", (23 * HOUR, OPEN.1)),
            (Some("-009000-01-01"), Some("9000-01-01"), "UTC", OPEN),
        ] {
            assert_eq!(range(from, to, zone).expect("a range"), expected, "{from:?} {to:?}");
        }
        let error = range(Some("now-12000y"), Some("now"), "UTC").expect_err("before jiff's time");
        assert!(error.to_string().starts_with("The time of --from lies outside"), "{error}");
    }

    #[test]
    fn urls_keep_every_character_of_a_name() {
        let request = call_resource(
            "GET",
            "schema",
            &[("path", "a b&c=é/?#+.csv"), ("query", "{\"a\":1}")],
            None,
        );
        assert_eq!(request.path, "schema");
        assert_eq!(
            request.url,
            "schema?path=a+b%26c%3D%C3%A9%2F%3F%23%2B.csv&query=%7B%22a%22%3A1%7D"
        );
        assert_eq!(call_resource("POST", "preview", &[], Some(&json!({}))).url, "preview");
    }
}
