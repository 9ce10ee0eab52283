# What CONTRIBUTING.md and ci/ ask for, besides Docker.
{
  mkShell,
  cargo-insta,
  cargo-zigbuild,
  esbuild,
  go,
  nodejs,
  python3,
  shellcheck,
  zig,
  toolchain,
}:
mkShell {
  packages = [
    (toolchain.override (old: {
      extensions = old.extensions ++ [
        "rust-analyzer"
        "rust-src"
      ];
    }))
    cargo-insta
    cargo-zigbuild
    esbuild
    go
    nodejs
    python3
    shellcheck
    zig
  ];
}
