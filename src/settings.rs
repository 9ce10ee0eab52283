//! Settings: what the server's admin allows (grafana.ini) and what one data source says (its jsonData). Read once, at
//! the door, into validated types.
