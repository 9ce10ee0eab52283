package conformance

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/stretchr/testify/require"
)

const oneNumber = "n\n7\n"

// requireAnswers asks one query of a folder that holds oneNumber as one.csv.
func (h *host) requireAnswers(t testing.TB) {
	t.Helper()
	require.Equal(t, []string{"7"}, texts(field(t, h.frame(t, model{"path": "one.csv"}), "n")))
}

func TestHandshake(t *testing.T) {
	dir := folder(t, map[string]string{"one.csv": oneNumber})

	t.Run("on a Unix socket", func(t *testing.T) {
		h := startHost(t, dir)
		require.Equal(t, "unix", h.client.ReattachConfig().Addr.Network())
		require.Equal(t, goplugin.ProtocolGRPC, h.client.Protocol())
		require.Equal(t, grpcplugin.ProtocolVersion, h.client.NegotiatedVersion())
		h.requireAnswers(t)
	})

	t.Run("on a Unix socket in the folder that the host names", func(t *testing.T) {
		sockets := t.TempDir()
		h := startWith(t, "GF_PLUGIN_ALLOWED_ROOTS="+dir, "PLUGIN_UNIX_SOCKET_DIR="+sockets)
		require.Equal(t, sockets, filepath.Dir(h.address()))
		h.requireAnswers(t)
	})

	t.Run("with AutoMTLS", func(t *testing.T) {
		config, sink := clientConfig("GF_PLUGIN_ALLOWED_ROOTS=" + dir)
		config.AutoMTLS = true
		h := start(t, config, sink)
		h.requireAnswers(t)
		require.NoError(t, h.protocol.Ping())
		requireNoPlaintext(t, h.address())
		h.client.Kill()
		require.Equal(t, 0, h.cmd.ProcessState.ExitCode())
	})

	t.Run("offers what is common of several versions", func(t *testing.T) {
		config, sink := clientConfig("GF_PLUGIN_ALLOWED_ROOTS=" + dir)
		config.VersionedPlugins = map[int]goplugin.PluginSet{1: {}, 2: pluginSet[2], 3: {}}
		require.Equal(t, 2, start(t, config, sink).client.NegotiatedVersion())
	})

	t.Run("refuses a start by hand", func(t *testing.T) {
		command := exec.Command(binary)
		command.Env = []string{}
		var stdout, stderr strings.Builder
		command.Stdout, command.Stderr = &stdout, &stderr
		require.Error(t, command.Run())
		require.Equal(t, 1, command.ProcessState.ExitCode())
		require.Empty(t, stdout.String())
		require.Contains(t, stderr.String(), "Grafana")
	})
}

// requireNoPlaintext fails if the socket answers a client that shows no certificate.
func requireNoPlaintext(t testing.TB, socket string) {
	t.Helper()
	connection, err := net.Dial("unix", socket)
	require.NoError(t, err)
	defer connection.Close()
	require.NoError(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(connection, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	require.NoError(t, err)
	answer, _ := io.ReadAll(connection)
	// A server of HTTP/2 would begin with a SETTINGS frame (type 4); TLS sends an alert (21) or nothing.
	if len(answer) > 3 {
		require.Equal(t, byte(21), answer[0], "%q", answer)
	}
}

func TestPing(t *testing.T) {
	h := startHost(t, t.TempDir())
	require.NoError(t, h.protocol.Ping())
}

// TestStdout starts the process without go-plugin, which throws away whatever follows the handshake, and attaches to it.
func TestStdoutHoldsTheHandshakeAndNothingElse(t *testing.T) {
	dir := folder(t, map[string]string{"one.csv": oneNumber})
	command := exec.Command(binary)
	command.Env = []string{
		grpcplugin.MagicCookieKey + "=" + grpcplugin.MagicCookieValue, "PLUGIN_MIN_PORT=10000",
		"PLUGIN_MAX_PORT=25000", "PLUGIN_PROTOCOL_VERSIONS=2", "GF_PLUGIN_ALLOWED_ROOTS=" + dir,
	}
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	defer func() { _ = command.Process.Kill() }()
	reader := bufio.NewReader(stdout)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	require.Regexp(t, `^1\|2\|unix\|`+os.TempDir()+`/plugin\d+\|grpc\|\n$`, line)

	h := attach(t, strings.Split(line, "|")[3], command.Process.Pid)
	h.requireAnswers(t)
	require.Error(t, h.respond(t, asked("A", model{"path": "missing.csv"})).Error)
	h.call(t, viewer, "GET", "files", "", nil)
	require.NoError(t, command.Process.Signal(os.Interrupt))
	h.requireAnswers(t)
	go h.client.Kill()
	rest, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Empty(t, string(rest))
	require.NoError(t, command.Wait())
}

// attach makes a host for a process that runs already.
func attach(t testing.TB, socket string, pid int) *host {
	t.Helper()
	config, sink := clientConfig()
	config.Cmd = nil
	config.Plugins = pluginSet[grpcplugin.ProtocolVersion]
	config.Reattach = &goplugin.ReattachConfig{
		Protocol: goplugin.ProtocolGRPC, ProtocolVersion: grpcplugin.ProtocolVersion,
		Addr: &net.UnixAddr{Name: socket, Net: "unix"}, Pid: pid,
	}
	h, err := connect(config)
	require.NoError(t, err)
	h.log = sink
	return h
}
