//! What one data source says in its jsonData.

use serde::Deserialize;

use super::SettingsError;

/// A data source's settings. Fields that we do not know are ignored, and `null` means the default, as provisioning
/// files and other versions of the front end write both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasourceSettings {
    /// Name of an allowed root. Empty: the only one ([`crate::storage::Roots::open`] fails if there are more).
    pub root: String,
    /// Folder beneath the root. Empty: the root itself.
    pub folder: String,
    /// IANA zone of times without an offset, for queries that name none. Empty: UTC.
    pub time_zone: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct JsonData {
    root: Option<String>,
    folder: Option<String>,
    time_zone: Option<String>,
}

impl DatasourceSettings {
    /// Reads `jsonData`, as it stands in Grafana's plugin context. No bytes at all mean `{}`.
    pub fn from_json(json_data: &[u8]) -> Result<Self, SettingsError> {
        if json_data.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let data: Option<JsonData> =
            serde_json::from_slice(json_data).map_err(|source| SettingsError::Json { source })?;
        let data = data.unwrap_or_default();
        let text = |value: Option<String>| value.unwrap_or_default().trim().to_owned();
        Ok(Self {
            root: text(data.root),
            folder: text(data.folder),
            time_zone: text(data.time_zone),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(root: &str, folder: &str, time_zone: &str) -> DatasourceSettings {
        let [root, folder, time_zone] = [root, folder, time_zone].map(str::to_owned);
        DatasourceSettings { root, folder, time_zone }
    }

    #[test]
    fn reads_what_it_knows() {
        let table = [
            ("", settings("", "", "")),
            ("{}", settings("", "", "")),
            ("null", settings("", "", "")),
            (r#"{"root": null, "other": [1]}"#, settings("", "", "")),
            (
                r#"{"root": " a ", "folder": "b/c", "timeZone": "Europe/Madrid"}"#,
                settings("a", "b/c", "Europe/Madrid"),
            ),
        ];
        for (json, expected) in table {
            assert_eq!(DatasourceSettings::from_json(json.as_bytes()).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        for (json, place) in [
            ("{", "line 1 column 1"),
            ("{\"root\":\n 1}", "line 2 column 2"),
            ("\"text\"", "line 1 column 6"),
            ("{\"folder\": \"\u{7}\"}", "line 1 column 13"),
        ] {
            let error = DatasourceSettings::from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(place), "{json:?}: {error}");
        }
    }
}
