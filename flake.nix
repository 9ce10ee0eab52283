# `nix build` makes the whole plugin for every platform, `nix run` boots a Grafana with it, `nix develop` has the tools.
# What it is called stands in plugin.json, the platforms in targets.json, the Rust version in rust-toolchain.toml.
{
  description = "CSV files as a Grafana data source";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    rust-overlay = {
      url = "github:oxalica/rust-overlay";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, rust-overlay, ... }:
    let
      inherit (nixpkgs) lib;
      # Where it can be built; what it is built for is the same everywhere.
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      eachSystem = output: lib.genAttrs systems (system: output hosts.${system});
      hosts = lib.genAttrs systems (
        system:
        import ./nix {
          pkgs = import nixpkgs {
            inherit system;
            overlays = [ rust-overlay.overlays.default ];
          };
        }
      );
    in
    {
      packages = eachSystem (
        host:
        {
          inherit (host) frontend dist;
          default = host.dist;
          zip = host.archive;
        }
        // lib.mapAttrs' (platform: lib.nameValuePair "backend-${platform}") host.backends
      );
      apps = eachSystem (host: {
        default = {
          type = "app";
          program = lib.getExe host.app;
          meta.description = "A Grafana with the plugin, its sample files and dashboards, in a temporary folder";
        };
      });
      checks = eachSystem (host: host.checks);
      devShells = eachSystem (host: {
        default = host.shell;
      });
      formatter = eachSystem (host: host.formatter);
    };
}
