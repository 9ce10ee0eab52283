package conformance

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
)

// secret stands in every request's decrypted settings and must never be logged.
const secret = "a-secret-that-no-log-may-hold"

// logRecord is a line of the plugin after go-plugin has read it.
type logRecord struct {
	level   hclog.Level
	message string
	pairs   []any
}

// logSink keeps what go-plugin makes of the plugin's stderr, and stderr itself.
type logSink struct {
	stderr  lockedBuffer
	mutex   sync.Mutex
	records []logRecord
}

// Accept implements hclog.SinkAdapter. Lines of the plugin come under the executable's name, go-plugin's own do not.
func (s *logSink) Accept(name string, level hclog.Level, message string, pairs ...any) {
	if !strings.HasSuffix(name, "."+filepath.Base(binary)) {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.records = append(s.records, logRecord{level, message, pairs})
}

func (s *logSink) all() []logRecord {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.records)
}

// requireHclog fails if go-plugin took a line for plain text: only lines that it could parse get a "timestamp".
func (s *logSink) requireHclog(t testing.TB) {
	t.Helper()
	for _, record := range s.all() {
		require.True(t, slices.Contains(record.pairs, any("timestamp")), "not read as hclog: %s", record.message)
		require.NotContains(t, record.message, "panicked", fmt.Sprint(record.pairs...))
	}
	require.NotContains(t, s.stderr.String(), secret)
}

func TestStderrIsHclog(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"a.csv": "n\n1\n"}))
	h.frames(t, model{"path": "a.csv"})
	for _, path := range []string{"no such \"file\"\nwith a line break\x00", strings.Repeat("long", 100_000), "\u202e\ufeff"} {
		require.Error(t, h.respond(t, asked("A\nB", model{"path": path})).Error)
	}
	h.call(t, viewer, "GET", "no\nsuch", "", nil)
	h.check(t, `{"root":"x"}`)
	h.client.Kill()

	records := h.log.all()
	require.GreaterOrEqual(t, len(records), 5, "the failures above are to be logged")
	require.Equal(t, strings.Count(h.log.stderr.String(), "\n"), len(records), "each line is one record")
	require.True(t, slices.ContainsFunc(records, func(record logRecord) bool {
		return record.level == hclog.Info && slices.Contains(record.pairs, any("refId"))
	}), "a query that was refused is news that names its refId")
}
