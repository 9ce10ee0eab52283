//! Compiles `proto/` with protox (pure Rust, so nobody needs `protoc`) and hands the identity in `plugin.json` to the
//! crate, so that the id, the executable's name and the version are written down once.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    println!("cargo:rerun-if-changed=plugin.json");
    // Queries outlive the call that brought them, so Grafana's services are handed out as `Arc<Self>`.
    let backend = protox::compile(["proto/backend.proto"], ["proto"])?;
    tonic_prost_build::configure().use_arc_self(true).compile_fds(backend)?;
    let plugin = protox::compile(["proto/plugin.proto"], ["proto"])?;
    tonic_prost_build::configure().compile_fds(plugin)?;
    identity()
}

fn identity() -> Result<(), Box<dyn Error>> {
    let plugin: serde_json::Value = serde_json::from_str(&std::fs::read_to_string("plugin.json")?)?;
    for (name, pointer) in [
        ("PLUGIN_ID", "/id"),
        ("PLUGIN_EXECUTABLE", "/executable"),
        ("PLUGIN_VERSION", "/info/version"),
    ] {
        let value = plugin.pointer(pointer).and_then(|v| v.as_str());
        let value = value.ok_or_else(|| format!("plugin.json has no string at {pointer}"))?;
        println!("cargo:rustc-env={name}={value}");
    }
    Ok(())
}
