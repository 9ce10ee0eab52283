# A NixOS machine with Grafana and the plugin. ci/verify-process, which asks any Grafana that runs, judges it.
{
  lib,
  python3,
  testers,
  plugin,
  dist,
}:
let
  sources = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../ci/verify-process
      ../examples
      ../plugin.json
      ../provisioning
    ];
  };
in
testers.runNixOSTest {
  name = "grafana-with-${plugin.executable}";

  nodes.machine = {
    services.grafana = {
      enable = true;
      declarativePlugins = [ dist ];
      settings = {
        paths.provisioning = "${sources}/provisioning";
        plugins.allow_loading_unsigned_plugins = plugin.id;
        "plugin.${plugin.id}".allowed_roots = "samples=${sources}/examples";
        # NixOS wants one; this machine has no secrets.
        security.secret_key = "only for this test";
      };
    };
    # The provisioning files name it.
    systemd.services.grafana.environment.GF_PATHS_PROVISIONING = "${sources}/provisioning";
  };

  testScript = ''
    machine.wait_for_unit("grafana.service")
    machine.wait_for_open_port(3000)
    machine.succeed("GRAFANA_URL=http://127.0.0.1:3000 ${lib.getExe python3} ${sources}/ci/verify-process >&2")
  '';
}
