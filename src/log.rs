//! Logs in the form that go-plugin's hosts read: one JSON object of hclog a line, on stderr.
//!
//! Grafana takes level and message out of such a line and shows the rest as key and value under the logger
//! `plugin.<id>`. What it cannot read as such it logs at debug level, where nobody looks, and a reserved key that is no
//! string crashes it; so all lines are made in one place, [`mod@line`]. Levels are filtered in Grafana, which is why
//! everything from debug up is written.

mod layer;
mod line;

use std::error::Error;
use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use line::Line;

/// The target of events from this crate.
const OWN: &str = env!("CARGO_CRATE_NAME");

/// Sends this process's events, and its panics, to stderr. A second call changes nothing.
pub fn init() {
    // The libraries below us log every frame of HTTP/2 at debug level.
    let levels = Targets::new().with_target(OWN, Level::DEBUG).with_default(Level::WARN);
    let subscriber = tracing_subscriber::registry().with(layer::Hclog.with_filter(levels));
    if subscriber.try_init().is_ok() {
        std::panic::set_hook(Box::new(panicked));
    }
}

/// An error and what caused it, for the field of a log line: `outer: inner: innermost`. A cause that the sentence before
/// it already ends with is not said twice.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) && !text.ends_with(&format!("{said}.")) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// A panic's own text is no hclog and would end at debug level.
fn panicked(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("(no text)");
    let mut line = Line::new(Level::ERROR, OWN, format!("The plugin panicked: {message}"));
    if let Some(place) = panic.location() {
        line.field("place", place.to_string().into());
    }
    let thread = std::thread::current().name().unwrap_or_default().to_owned();
    line.field("thread", thread.into());
    line.write();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("The file cannot be read.")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_chain_names_every_cause() {
        let error = Outer(std::io::Error::other("disk on fire"));
        assert_eq!(chain(&error), "The file cannot be read.: disk on fire");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("It could not be read: {0}.")]
    struct Repeating(#[source] std::io::Error);

    #[test]
    fn a_chain_says_nothing_twice() {
        let error = Repeating(std::io::Error::other("disk on fire"));
        assert_eq!(chain(&error), "It could not be read: disk on fire.");
    }
}
