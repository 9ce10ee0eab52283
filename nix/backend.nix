# The plugin's executable for one platform. zig brings the linker and the C library of every platform, so that each host
# builds all of them, and equally.
{
  lib,
  rustPlatform,
  cargo-zigbuild,
  zig,
  plugin,
  crate,
  platform,
  target,
}:
let
  name = "${plugin.executable}_${platform}${target.exe}";
  # zig knows macOS's C library, but none of its frameworks.
  frameworks = lib.optionalString (lib.hasSuffix "-apple-darwin" target.triple) " -Clink-arg=-F${../ci/frameworks}";
in
rustPlatform.buildRustPackage {
  pname = "${plugin.executable}_${platform}";
  inherit (plugin.info) version;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = crate;
  };
  cargoLock.lockFile = ../Cargo.lock;

  nativeBuildInputs = [
    cargo-zigbuild
    zig
  ];
  # Another program than `cargo build` builds here, and most hosts cannot run what comes out.
  auditable = false;
  doCheck = false;
  # The profile strips already, and a static or foreign file needs no patch.
  dontStrip = true;
  dontPatchELF = true;

  env.MACOSX_DEPLOYMENT_TARGET = "11.0";

  buildPhase = ''
    runHook preBuild
    export HOME=$TMPDIR XDG_CACHE_HOME=$TMPDIR/cache
    export ZIG_GLOBAL_CACHE_DIR=$TMPDIR/zig ZIG_LOCAL_CACHE_DIR=$TMPDIR/zig
    export RUSTFLAGS="--remap-path-prefix=$NIX_BUILD_TOP=/build${frameworks}"
    cargo zigbuild --frozen --release --target ${target.triple} --bin ${plugin.executable} -j $NIX_BUILD_CORES
    runHook postBuild
  '';
  installPhase = ''
    runHook preInstall
    install -D -m 0755 target/${target.triple}/release/${plugin.executable}${target.exe} $out/${name}
    runHook postInstall
  '';

  meta = {
    inherit (plugin.info) description;
    license = lib.licenses.asl20;
  };
}
