# The plugin as `grafana cli --pluginUrl` installs it: one folder named as the id. Equal contents give equal bytes.
{
  runCommand,
  zip,
  plugin,
  dist,
}:
let
  archive = "${plugin.id}-${plugin.info.version}.zip";
in
runCommand archive { nativeBuildInputs = [ zip ]; } ''
  cp -R ${dist} ${plugin.id}
  chmod -R u+w ${plugin.id}
  # The first second that a zip can tell.
  find ${plugin.id} -exec touch --date=@315532800 {} +
  mkdir $out
  find ${plugin.id} | LC_ALL=C sort | TZ=UTC zip --quiet -X --names-stdin $out/${archive}
  cd $out
  sha256sum ${archive} >${archive}.sha256
''
