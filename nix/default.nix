# Everything that the flake hands out for one host system. Each file beside this one names what it needs as arguments,
# and finds it here or in nixpkgs.
{ pkgs }:
let
  inherit (pkgs) lib;
in
lib.makeScope pkgs.newScope (self: {
  plugin = lib.importJSON ../plugin.json;
  targets = lib.importJSON ../targets.json;

  # With the standard library of every target, beside that of the host.
  toolchain = (pkgs.rust-bin.fromRustupToolchainFile ../rust-toolchain.toml).override {
    targets = lib.mapAttrsToList (_: target: target.triple) self.targets;
  };
  rustPlatform = pkgs.makeRustPlatform {
    cargo = self.toolchain;
    rustc = self.toolchain;
  };

  # What cargo reads to build; tests need more.
  crate = lib.fileset.unions [
    ../Cargo.toml
    ../Cargo.lock
    ../build.rs
    ../plugin.json
    ../proto
    ../src
  ];

  backends = lib.mapAttrs (
    platform: target: self.callPackage ./backend.nix { inherit platform target; }
  ) self.targets;
  frontend = self.callPackage ./frontend.nix { };
  dist = self.callPackage ./dist.nix { };
  archive = self.callPackage ./zip.nix { };
  app = self.callPackage ./app.nix { };
  # A call adds functions to a set, but a flake's checks are derivations and nothing else.
  checks = lib.filterAttrs (_: lib.isDerivation) (self.callPackage ./checks.nix { });
  shell = self.callPackage ./shell.nix { };
  formatter = pkgs.nixfmt-tree;
})
