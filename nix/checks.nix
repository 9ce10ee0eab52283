# One derivation for each gate, so that a failure says by its name what is wrong, and what did not change is not run
# again. The front end's own checks need npm and are not here: ci/test runs them.
{
  lib,
  stdenv,
  callPackage,
  runCommand,
  rustPlatform,
  unzip,
  plugin,
  crate,
  targets,
  backends,
  dist,
  archive,
}:
let
  # Runs cargo for the host over the crate with its tests.
  cargo =
    name: command:
    rustPlatform.buildRustPackage {
      pname = "${plugin.executable}-${name}";
      inherit (plugin.info) version;
      src = lib.fileset.toSource {
        root = ../.;
        fileset = lib.fileset.unions [
          crate
          ../clippy.toml
          ../rustfmt.toml
          ../docs/query.schema.json
          ../examples
          ../tests/fixtures
          ../tests/it
        ];
      };
      cargoLock.lockFile = ../Cargo.lock;
      auditable = false;
      doCheck = false;
      dontFixup = true;
      buildPhase = ''
        runHook preBuild
        cargo ${command}
        runHook postBuild
      '';
      installPhase = "touch $out";
    };

  # Every file of the plugin folder, executables with an x before the name.
  layout = builtins.toFile "layout" (
    lib.concatLines (
      lib.sort lib.lessThan (
        map (name: "- ${name}") [
          "CHANGELOG.md"
          "LICENSE"
          "README.md"
          "img/logo.svg"
          "module.js"
          "module.js.map"
          "plugin.json"
        ]
        ++ lib.mapAttrsToList (platform: target: "x ${plugin.executable}_${platform}${target.exe}") targets
      )
    )
  );
  checkLayout = folder: ''
    { find ${folder} -type f ! -perm /111 -printf '- %P\n'; find ${folder} -type f -perm /111 -printf 'x %P\n'; } |
      LC_ALL=C sort | diff ${layout} -
  '';
in
{
  build = backends.linux_amd64;
  clippy = cargo "clippy" "clippy --frozen --all-targets -- -D warnings";
  fmt = cargo "fmt" "fmt --check";
  tests = cargo "tests" "test --frozen";

  dist = runCommand "check-dist" { } ''
    ${checkLayout dist}
    touch $out
  '';

  zip = runCommand "check-zip" { nativeBuildInputs = [ unzip ]; } ''
    (cd ${archive} && sha256sum --check *.sha256)
    mkdir all && unzip -q ${archive}/*.zip -d all
    [[ $(ls all) == ${plugin.id} ]]
    ${checkLayout "all/${plugin.id}"}
    diff --recursive ${dist} all/${plugin.id}
    touch $out
  '';
}
// lib.optionalAttrs stdenv.hostPlatform.isLinux {
  grafana = callPackage ./vm-test.nix { };
}
