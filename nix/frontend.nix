# The front end. The bundle holds nothing from npm (Grafana lends it every module that it imports), so esbuild is enough.
{
  lib,
  stdenvNoCC,
  esbuild,
  nodejs,
  plugin,
}:
stdenvNoCC.mkDerivation {
  pname = "${plugin.executable}-frontend";
  inherit (plugin.info) version;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../frontend/build.mjs
      ../frontend/img
      ../frontend/src
      ../plugin.json
    ];
  };
  nativeBuildInputs = [
    esbuild
    nodejs
  ];

  dontConfigure = true;
  dontInstall = true;
  dontFixup = true;
  buildPhase = ''
    runHook preBuild
    node frontend/build.mjs $out
    runHook postBuild
  '';
}
