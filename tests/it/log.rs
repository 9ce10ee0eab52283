//! What the host reads on stderr: hclog JSON, line by line, panics included. Grafana's server itself dies of a reserved
//! key that is no string, so every line is looked at.

use std::process::Command;

use serde_json::Value;

use crate::harness::Plugin;

/// Reads a line as go-plugin's `parseJSON` does.
fn hclog(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    for key in ["@message", "@level", "@timestamp", "@module"] {
        assert!(value[key].is_string(), "{key} in {line}");
    }
    let time = value["@timestamp"].as_str().unwrap();
    let fraction = time.strip_suffix('Z').unwrap().split_once('.').unwrap().1;
    assert_eq!(fraction.len(), 6, "{time}");
    assert!(
        ["debug", "info", "warn", "error"].contains(&value["@level"].as_str().unwrap()),
        "{line}"
    );
    value
}

#[test]
fn every_line_is_hclog() {
    let mut plugin =
        Plugin::start_with(&[("PLUGIN_CLIENT_CERT", crate::auto_mtls::HOST_CERTIFICATE)]);
    // Not TLS, hence refused, hence one more line.
    let mut stranger = std::os::unix::net::UnixStream::connect(plugin.socket()).unwrap();
    std::io::Write::write_all(&mut stranger, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // The answer is an alert or the end of the connection; either way the line is written by then, or about to be.
    std::io::Read::read(&mut stranger, &mut [0; 1]).ok();
    plugin.signal("TERM");
    assert_eq!(plugin.exit_code(), Some(0));
    let lines: Vec<Value> = plugin.all_of_stderr().iter().map(|line| hclog(line)).collect();
    let messages: Vec<&str> = lines.iter().map(|line| line["@message"].as_str().unwrap()).collect();
    assert!(
        messages.contains(&"The plugin listens.") && messages.contains(&"The plugin ends."),
        "{messages:?}"
    );
}

#[test]
fn a_panic_is_an_error_line() {
    let test = std::env::current_exe().unwrap();
    let output = Command::new(test)
        .args(["--exact", "log::panics", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let line = stderr
        .lines()
        .find(|line| line.starts_with('{'))
        .unwrap_or_else(|| panic!("no line in: {stderr}"));
    let line = hclog(line);
    assert_eq!(line["@level"], "error");
    assert_eq!(line["@message"], "The plugin panicked: on\npurpose");
    assert!(line["place"].as_str().unwrap().starts_with("tests/it/log.rs:"), "{line}");
    assert!(line["thread"].is_string(), "{line}");
}

#[test]
#[ignore = "is no test: a_panic_is_an_error_line runs it in a process of its own"]
fn panics() {
    csv_datasource::log::init();
    panic!("on\npurpose");
}
