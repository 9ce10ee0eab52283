//! Which instance answers for a data source: Grafana tells of no change, so each request's settings are compared with
//! those that the instance was made of.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Instance, InstanceError};

/// A data source: organisation, and id within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Organisation.
    pub org_id: i64,
    /// The data source's uid.
    pub uid: String,
}

/// What makes an instance stale when it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Revision {
    last_updated_ms: i64,
    json_data: Vec<u8>,
    grafana_config: BTreeMap<String, String>,
}

/// The instances of all data sources.
#[derive(Debug, Default)]
pub struct Revisions {
    instances: Mutex<HashMap<Key, (Revision, Arc<Instance>)>>,
}

impl Revisions {
    /// The instance for these settings: the one at hand if nothing changed since it was made, else a new one. Queries that
    /// run on the old one keep it until they end.
    ///
    /// # Errors
    /// `make` failed.
    pub fn get(
        &self,
        key: Key,
        last_updated_ms: i64,
        json_data: &[u8],
        grafana_config: impl IntoIterator<Item = (String, String)>,
        make: impl FnOnce() -> Result<Instance, InstanceError>,
    ) -> Result<Arc<Instance>, InstanceError> {
        let grafana_config = grafana_config.into_iter().collect();
        let revision = Revision { last_updated_ms, json_data: json_data.to_vec(), grafana_config };
        let mut instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, instance)) = instances.get(&key)
            && *known == revision
        {
            return Ok(instance.clone());
        }
        let instance = Arc::new(make()?);
        instances.insert(key, (revision, instance.clone()));
        Ok(instance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Budgets, DatasourceSettings};

    #[test]
    fn an_instance_lives_as_long_as_its_settings() {
        let revisions = Revisions::default();
        let make =
            || Instance::new(DatasourceSettings::default(), Arc::default(), Budgets::default());
        let get = |org_id, updated, json: &[u8], toggles: &str| {
            let config = [("toggles".to_owned(), toggles.to_owned())];
            revisions.get(Key { org_id, uid: "a".to_owned() }, updated, json, config, make).unwrap()
        };
        let first = get(1, 1, b"{}", "x");
        assert!(Arc::ptr_eq(&first, &get(1, 1, b"{}", "x")));
        assert!(!Arc::ptr_eq(&first, &get(2, 1, b"{}", "x")), "another organisation");
        assert!(!Arc::ptr_eq(&first, &get(1, 2, b"{}", "x")), "a later change");
        let second = get(1, 2, b"{}", "x");
        assert!(
            !Arc::ptr_eq(&second, &get(1, 2, b"{\"root\":\"b\"}", "x")),
            "other settings in the same millisecond"
        );
        let third = get(1, 2, b"{\"root\":\"b\"}", "x");
        assert!(
            !Arc::ptr_eq(&third, &get(1, 2, b"{\"root\":\"b\"}", "y")),
            "another configuration of Grafana"
        );
    }
}
