//! Turns events of `tracing` into lines. Spans are not written: a line carries what its event carries.

use std::error::Error;
use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::chain;
use super::line::Line;

/// Writes every event as a line of hclog JSON.
#[derive(Debug)]
pub(super) struct Hclog;

impl<S: Subscriber> Layer<S> for Hclog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        line(event).write();
    }
}

fn line(event: &Event<'_>) -> Line {
    let metadata = event.metadata();
    let mut fields = Fields::default();
    event.record(&mut fields);
    let mut line = Line::new(*metadata.level(), metadata.target(), fields.message);
    for (key, value) in fields.pairs {
        line.field(key, value);
    }
    line
}

/// What an event carries. `tracing` hands its text over as the field `message`.
#[derive(Default)]
struct Fields {
    message: String,
    pairs: Vec<(&'static str, Value)>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.pairs.push((name, value.into())),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_str(field, &chain(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.pairs.push((field.name(), value.into()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.pairs.push((field.name(), value.into()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.pairs.push((field.name(), value.into()));
    }

    /// NaN and the infinities, which JSON does not have, become null.
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.pairs.push((field.name(), value.into()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use jiff::Timestamp;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Keeps the lines instead of writing them.
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().unwrap().push(line(event).render(Timestamp::UNIX_EPOCH));
        }
    }

    #[test]
    fn fields_keep_their_types() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::registry().with(Kept(Arc::clone(&lines)));
        let error = std::io::Error::other("disk on fire");
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(
                rows = 7_u64,
                below = -1,
                ratio = 0.5,
                nan = f64::NAN,
                ok = true,
                "Read {}.",
                "a.csv"
            );
            tracing::warn!(error = &error as &dyn Error, path = ?"a\nb", "@level" = 3, "Reading failed.");
        });
        insta::assert_snapshot!(lines.lock().unwrap().join("\n"), @r#"
        {"@level":"info","@message":"Read a.csv.","@module":"csv_datasource.log.layer.tests","@timestamp":"1970-01-01T00:00:00.000000Z","rows":7,"below":-1,"ratio":0.5,"nan":null,"ok":true}
        {"@level":"warn","@message":"Reading failed.","@module":"csv_datasource.log.layer.tests","@timestamp":"1970-01-01T00:00:00.000000Z","error":"disk on fire","path":"\"a\\nb\"","_@level":3}
        "#);
    }
}
