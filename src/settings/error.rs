//! What can be wrong with settings.

/// Why a setting cannot be used. The server's settings collect these and go on with defaults, so that the process
/// starts and can tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A value in grafana.ini does not parse.
    #[error("`{key} = {value}` in the section [plugin.{id}] of grafana.ini is not valid: expected {expected}.", id = crate::identity::ID)]
    Value {
        /// As in grafana.ini.
        key: &'static str,
        /// As in grafana.ini.
        value: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// Two roots go by one name.
    #[error(
        "`allowed_roots` in the section [plugin.{id}] of grafana.ini names two folders “{name}”. Give one of them another name: `name=PATH`.",
        id = crate::identity::ID
    )]
    DuplicateRoot {
        /// The name.
        name: String,
    },
    /// The data source's jsonData is no JSON, or not of the right shape.
    #[error(
        "The data source's settings (jsonData) cannot be read: {source}. Correct them where the data source is configured or provisioned, and save it again."
    )]
    Json {
        /// Says line and column.
        source: serde_json::Error,
    },
}
