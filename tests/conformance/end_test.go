package conformance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// miniHostVariable makes this test binary a host of its own, with the named folder as the plugin's root, so that a host
// can be killed without killing the tests.
const miniHostVariable = "CONFORMANCE_MINI_HOST"

// started is what a mini-host tells of its plugin.
type started struct {
	Pid     int
	Address string
}

// miniHost starts the plugin as Grafana does, says where it is, and waits to be killed.
func miniHost() {
	config, _ := clientConfig("GF_PLUGIN_ALLOWED_ROOTS=" + os.Getenv(miniHostVariable))
	h, err := connect(config)
	if err == nil {
		err = h.protocol.Ping()
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(started{h.pid(), h.address()})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

func TestShutdown(t *testing.T) {
	dir := folder(t, map[string]string{"one.csv": oneNumber})

	t.Run("idle", func(t *testing.T) {
		h := startHost(t, dir)
		h.requireAnswers(t)
		requireGracefulKill(t, h)
	})

	t.Run("while a query runs", func(t *testing.T) {
		big := t.TempDir()
		writeBig(t, big+"/big.csv", 100<<20)
		h := startHost(t, big)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = h.ask(t.Context(), dataSource("{}"), asked("A", sumOfBig))
		}()
		h.waitUntilItReads(t, 1<<20)
		requireGracefulKill(t, h)
		<-done
	})

	t.Run("by SIGTERM", func(t *testing.T) {
		h := startHost(t, dir)
		socket := h.address()
		require.NoError(t, h.cmd.Process.Signal(syscall.SIGTERM))
		require.Eventually(t, h.client.Exited, 5*time.Second, 10*time.Millisecond)
		require.Equal(t, 0, h.cmd.ProcessState.ExitCode())
		require.NoFileExists(t, socket)
	})

	t.Run("not by SIGINT, which is meant for the host", func(t *testing.T) {
		h := startHost(t, dir)
		require.NoError(t, h.cmd.Process.Signal(syscall.SIGINT))
		h.requireAnswers(t)
		requireGracefulKill(t, h)
	})
}

// requireGracefulKill ends the plugin through go-plugin. The host's own limit is 2 s, after which it kills with a signal
// that would show as an exit code of -1.
func requireGracefulKill(t testing.TB, h *host) {
	t.Helper()
	socket := h.address()
	require.FileExists(t, socket)
	before := time.Now()
	h.client.Kill()
	took := time.Since(before)
	t.Logf("the plugin ended %v after the host asked", took.Round(time.Millisecond))
	require.Less(t, took, 1500*time.Millisecond)
	require.True(t, h.client.Exited())
	require.True(t, h.cmd.ProcessState.Exited(), "ended by a signal: %v", h.cmd.ProcessState)
	require.Equal(t, 0, h.cmd.ProcessState.ExitCode())
	require.NoFileExists(t, socket)
}

func TestHostKilled(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), miniHostVariable+"="+t.TempDir())
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	var plugin started
	require.NoError(t, json.Unmarshal(line, &plugin))
	require.True(t, runs(plugin.Pid))
	require.FileExists(t, plugin.Address)

	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	killed := time.Now()
	require.Eventually(t, func() bool { return !runs(plugin.Pid) }, 10*time.Second, 20*time.Millisecond)
	t.Logf("the plugin ended %v after its host was killed", time.Since(killed).Round(10*time.Millisecond))
	require.NoFileExists(t, plugin.Address)
}

// runs tells whether a process lives. One that has ended and that nobody has asked for its exit code still has an id.
func runs(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil && os.IsNotExist(err) && !hasProc()
	}
	var id int
	var name, state string
	if _, err := fmt.Sscan(string(stat), &id, &name, &state); err != nil {
		return true
	}
	return state != "Z" && state != "X"
}

func hasProc() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}
