//! Who this plugin is, as `plugin.json` says (see `build.rs`); nothing else in the crate writes these words down.

/// The plugin id, for example in `[plugin.<id>]` of grafana.ini.
pub const ID: &str = env!("PLUGIN_ID");
/// Name of the executable, without Grafana's `_<os>_<arch>` suffix.
pub const EXECUTABLE: &str = env!("PLUGIN_EXECUTABLE");
/// The version of plugin.json.
pub const VERSION: &str = env!("PLUGIN_VERSION");
