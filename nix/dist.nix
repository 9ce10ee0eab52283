# The complete plugin folder, as ci/dist lays it down, but with the executable of every platform. Its pname is the
# plugin's id, so that it also fits into NixOS's services.grafana.declarativePlugins.
{
  lib,
  stdenvNoCC,
  plugin,
  backends,
  frontend,
}:
stdenvNoCC.mkDerivation {
  pname = plugin.id;
  inherit (plugin.info) version;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../plugin.json
      ../README.md
      ../CHANGELOG.md
      ../LICENSE
    ];
  };

  dontConfigure = true;
  dontBuild = true;
  # Nothing may touch the executables.
  dontFixup = true;
  installPhase = ''
    runHook preInstall
    mkdir -p $out
    cp -R --no-preserve=mode ${frontend}/. $out
    cp --no-preserve=mode plugin.json README.md CHANGELOG.md LICENSE $out
    install -m 0755 ${lib.concatMapStringsSep " " (backend: "${backend}/*") (lib.attrValues backends)} $out
    runHook postInstall
  '';
}
