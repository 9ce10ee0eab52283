//! What the host says in environment variables. Grafana hands over a cleared environment, so nothing else is there.
//!
//! `PLUGIN_PROTOCOL_VERSIONS` is not read: this plugin speaks one version, go-plugin answers with the lowest version it
//! has when there is none in common, and the host refuses what it does not know.

use std::collections::HashMap;

use super::PluginError;

/// The magic cookie, the same for every Grafana plugin. It is no secret: it only tells a person at a prompt from a host.
const COOKIE: (&str, &str) = ("grafana_plugin_type", "datasource");

/// The environment variables of go-plugin.
#[derive(Debug, Default)]
pub(super) struct Environment(HashMap<String, String>);

impl Environment {
    /// Those of this process; what is not UTF-8 was not written by go-plugin.
    pub(super) fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable. go-plugin takes an empty variable for one that is not there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Fails unless a Grafana started this process.
    pub(super) fn check_cookie(&self) -> Result<(), PluginError> {
        let (name, value) = COOKIE;
        if self.get(name) == Some(value) { Ok(()) } else { Err(PluginError::StartedByHand) }
    }

    /// Whether the host waits for a seventh field in the handshake.
    pub(super) fn asks_for_multiplexing(&self) -> bool {
        self.get("PLUGIN_MULTIPLEX_GRPC").is_some()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str, value: &str) -> Environment {
        [(name.to_owned(), value.to_owned())].into_iter().collect()
    }

    #[test]
    fn only_the_exact_cookie_counts() {
        assert!(environment("grafana_plugin_type", "datasource").check_cookie().is_ok());
        for (name, value) in [
            ("grafana_plugin_type", "app"),
            ("grafana_plugin_type", ""),
            ("GRAFANA_PLUGIN_TYPE", "datasource"),
            ("grafana_plugin_type", "datasource "),
        ] {
            assert!(environment(name, value).check_cookie().is_err(), "{name}={value}");
        }
    }

    #[test]
    fn an_empty_variable_is_not_there() {
        assert_eq!(environment("PLUGIN_UNIX_SOCKET_DIR", "").get("PLUGIN_UNIX_SOCKET_DIR"), None);
        assert!(!environment("PLUGIN_MULTIPLEX_GRPC", "").asks_for_multiplexing());
        assert!(environment("PLUGIN_MULTIPLEX_GRPC", "false").asks_for_multiplexing());
    }
}
