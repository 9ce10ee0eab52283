package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

// pluginSet is what Grafana asks a data source for.
var pluginSet = map[int]goplugin.PluginSet{
	grpcplugin.ProtocolVersion: {
		"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		"resource":    &grpcplugin.ResourceGRPCPlugin{},
		"data":        &grpcplugin.DataGRPCPlugin{},
		"stream":      &grpcplugin.StreamGRPCPlugin{},
		"admission":   &grpcplugin.AdmissionGRPCPlugin{},
		"conversion":  &grpcplugin.ConversionGRPCPlugin{},
	},
}

// host is a plugin process and the clients that Grafana would hold of it.
type host struct {
	grpcplugin.DiagnosticsClient
	grpcplugin.ResourceClient
	grpcplugin.DataClient
	grpcplugin.StreamClient
	grpcplugin.AdmissionClient
	grpcplugin.ConversionClient

	cmd      *exec.Cmd
	client   *goplugin.Client
	protocol goplugin.ClientProtocol
	log      *logSink
}

// clientConfig is what Grafana hands to go-plugin. The environment is not inherited, as Grafana sets SkipHostEnv.
func clientConfig(environment ...string) (*goplugin.ClientConfig, *logSink) {
	logger := hclog.NewInterceptLogger(&hclog.LoggerOptions{Name: "host", Level: hclog.Trace, Output: new(lockedBuffer)})
	sink := new(logSink)
	logger.RegisterSink(sink)
	command := exec.Command(binary)
	command.Env = append([]string{"GF_VERSION=12.4.0", "GF_EDITION=Open Source"}, environment...)
	return &goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: pluginSet,
		Cmd:              command,
		SkipHostEnv:      true,
		Logger:           logger,
		Stderr:           &sink.stderr,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		GRPCDialOptions:  []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())},
	}, sink
}

// startHost starts the plugin with dir as its only allowed root, named "data".
func startHost(t testing.TB, dir string) *host {
	t.Helper()
	return startWith(t, "GF_PLUGIN_ALLOWED_ROOTS=data="+dir)
}

// startWith starts the plugin with these variables as its environment.
func startWith(t testing.TB, environment ...string) *host {
	t.Helper()
	config, sink := clientConfig(environment...)
	return start(t, config, sink)
}

// start starts the plugin, and ends it with the test. Whatever the test was about, the log must be as Grafana wants it.
func start(t testing.TB, config *goplugin.ClientConfig, sink *logSink) *host {
	t.Helper()
	h, err := connect(config)
	require.NoError(t, err)
	h.log = sink
	t.Cleanup(func() {
		h.client.Kill()
		sink.requireHclog(t)
	})
	return h
}

// connect starts the plugin and dispenses every client, as Grafana does before it calls any of them.
func connect(config *goplugin.ClientConfig) (*host, error) {
	h := &host{cmd: config.Cmd, client: goplugin.NewClient(config)}
	var err error
	if h.protocol, err = h.client.Client(); err != nil {
		h.client.Kill()
		return nil, err
	}
	return h, h.dispenseAll()
}

func (h *host) dispenseAll() error {
	for name := range pluginSet[grpcplugin.ProtocolVersion] {
		raw, err := h.protocol.Dispense(name)
		if err != nil {
			return err
		}
		h.keep(raw)
	}
	return nil
}

// keep puts a dispensed client where its methods become the host's. The cases are disjoint: no two clients share a
// method.
func (h *host) keep(raw any) {
	switch client := raw.(type) {
	case grpcplugin.DiagnosticsClient:
		h.DiagnosticsClient = client
	case grpcplugin.ResourceClient:
		h.ResourceClient = client
	case grpcplugin.DataClient:
		h.DataClient = client
	case grpcplugin.StreamClient:
		h.StreamClient = client
	case grpcplugin.AdmissionClient:
		h.AdmissionClient = client
	case grpcplugin.ConversionClient:
		h.ConversionClient = client
	}
}

// address is the socket that the handshake named.
func (h *host) address() string {
	return h.client.ReattachConfig().Addr.String()
}

func (h *host) pid() int {
	return h.client.ReattachConfig().Pid
}

// folder makes a folder with these files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

// lockedBuffer is written by go-plugin's goroutines while the test reads it.
type lockedBuffer struct {
	mutex sync.Mutex
	bytes []byte
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.bytes = append(b.bytes, text...)
	return len(text), nil
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return string(b.bytes)
}
