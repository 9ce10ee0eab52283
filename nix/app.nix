# A Grafana with the plugin and what provisioning/ and examples/ hold, in a temporary folder that goes when it ends.
{
  lib,
  writeShellScriptBin,
  coreutils,
  gnused,
  grafana,
  dist,
  plugin,
}:
let
  settings = ../provisioning;
  samples = ../examples;
in
writeShellScriptBin "grafana-with-${plugin.executable}" ''
  set -euo pipefail
  PATH=${
    lib.makeBinPath [
      coreutils
      gnused
      grafana
    ]
  }
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  mkdir "$folder/plugins"
  # Grafana wants to look into the folder as it is, not through links.
  cp -R ${dist} "$folder/plugins/${plugin.id}"
  chmod -R u+w "$folder/plugins"
  # The paths in there are those of the container.
  sed 's|samples=/srv/csv|samples=${samples}|' ${settings}/grafana.ini >"$folder/grafana.ini"

  export GF_PATHS_PROVISIONING=${settings} GF_PATHS_PLUGINS="$folder/plugins"
  export GF_PATHS_DATA="$folder/data" GF_PATHS_LOGS="$folder/log"
  export GF_SERVER_HTTP_ADDR=''${GF_SERVER_HTTP_ADDR:-127.0.0.1}
  echo "Grafana comes up on http://$GF_SERVER_HTTP_ADDR:''${GF_SERVER_HTTP_PORT:-3000} (admin / admin); Ctrl-C ends it."
  grafana server --homepath ${grafana}/share/grafana --config "$folder/grafana.ini"
''
