package conformance

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// bigRow is a row of a big file; every row has the same length, so that its number follows from the size.
const bigRow = "2024-01-01T00:00:00Z,station,1234.5\n"

// sumOfBig reads all of big.csv and keeps next to nothing, so that no budget but time stops it.
var sumOfBig = model{
	"path": "big.csv", "format": "table", "groupBy": []string{"name"},
	"aggregates": []model{{"function": "count", "column": "value"}},
}

// writeBig writes a CSV file of about size bytes.
func writeBig(t testing.TB, path string, size int) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	_, err = file.WriteString("time,name,value\n")
	require.NoError(t, err)
	block := bytes.Repeat([]byte(bigRow), 1<<20/len(bigRow))
	for written := 0; written < size; written += len(block) {
		_, err = file.Write(block)
		require.NoError(t, err)
	}
}

// bytesRead is what the process has read, by the kernel's word. Linux only; elsewhere the test is skipped, loudly.
func (h *host) bytesRead(t testing.TB) int64 {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux tells how much another process has read.")
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", h.pid()))
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	number, err := strconv.ParseInt(strings.TrimPrefix(line, "rchar: "), 10, 64)
	require.NoError(t, err)
	return number
}

// waitUntilItReads returns once the process has read this many bytes more.
func (h *host) waitUntilItReads(t testing.TB, bytes int64) {
	t.Helper()
	start := h.bytesRead(t)
	require.Eventually(t, func() bool { return h.bytesRead(t) > start+bytes }, 10*time.Second, time.Millisecond)
}

func TestCancellation(t *testing.T) {
	const size = 200 << 20
	dir := folder(t, map[string]string{"one.csv": oneNumber})
	writeBig(t, dir+"/big.csv", size)
	h := startHost(t, dir)
	h.requireAnswers(t)
	start := h.bytesRead(t)

	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() {
		_, err := h.ask(ctx, dataSource("{}"), asked("A", sumOfBig), asked("B", sumOfBig), asked("C", sumOfBig), asked("D", sumOfBig))
		answered <- err
	}()
	h.waitUntilItReads(t, 2<<20)
	cancel()
	require.ErrorContains(t, <-answered, "context canceled")

	before := time.Now()
	h.requireAnswers(t)
	t.Logf("the next query was answered after %v", time.Since(before).Round(time.Millisecond))
	require.Less(t, time.Since(before), 5*time.Second)
	h.requireStopsReading(t)
	read := h.bytesRead(t) - start
	t.Logf("the cancelled request had read %d MiB of %d MiB", read>>20, 4*size>>20)
	require.Less(t, read, int64(size), "cancelled queries read on")
	require.Less(t, h.metrics(t).counter("csv_datasource_read_bytes_total"), float64(size))
}

// requireStopsReading fails if the process still reads a file: between two looks it may read its own statistics only.
func (h *host) requireStopsReading(t testing.TB) {
	t.Helper()
	const noise = 64 << 10
	require.Eventually(t, func() bool {
		before := h.bytesRead(t)
		time.Sleep(200 * time.Millisecond)
		return h.bytesRead(t)-before < noise
	}, 5*time.Second, time.Millisecond, "the process reads on")
}

func TestManyQueriesAtOnce(t *testing.T) {
	const files, queries = 20, 200
	dir := t.TempDir()
	for number := range files {
		text := "n,text\n" + strings.Repeat(fmt.Sprintf("%d,x\n", number), 1+number)
		require.NoError(t, os.WriteFile(fmt.Sprintf("%s/%d.csv", dir, number), []byte(text), 0o644))
	}
	h := startHost(t, dir)
	wrong := make(chan string, queries)
	var all sync.WaitGroup
	for number := range queries {
		all.Go(func() {
			if problem := h.askNumber(t.Context(), number%files, fmt.Sprint("ref", number)); problem != "" {
				wrong <- problem
			}
		})
	}
	all.Wait()
	close(wrong)
	for problem := range wrong {
		t.Error(problem)
	}
	require.GreaterOrEqual(t, h.metrics(t).counter("csv_datasource_queries_total"), float64(queries))
}

// askNumber asks for the file of a number and tells what is wrong with the answer, if anything is.
func (h *host) askNumber(ctx context.Context, number int, refID string) string {
	responses, err := h.ask(ctx, dataSource("{}"), asked(refID, model{"path": fmt.Sprint(number, ".csv")}))
	if err != nil {
		return err.Error()
	}
	response := responses[refID]
	if response.Error != nil || len(response.Frames) != 1 || response.Frames[0].RefID != refID {
		return fmt.Sprintf("%s: %v", refID, response)
	}
	column := response.Frames[0].Fields[0]
	for _, value := range texts(column) {
		if column.Len() != 1+number || value != fmt.Sprint(number) {
			return fmt.Sprintf("%s: %d rows of %s", refID, column.Len(), value)
		}
	}
	return ""
}

// TestManyCancelledAtOnce leaves a dashboard of many panels: the connection, which all users share, must survive.
func TestManyCancelledAtOnce(t *testing.T) {
	dir := folder(t, map[string]string{"one.csv": oneNumber})
	writeBig(t, dir+"/big.csv", 20<<20)
	h := startHost(t, dir)
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { _, _ = h.ask(ctx, dataSource("{}"), asked("A", sumOfBig)) })
		}
		time.Sleep(20 * time.Millisecond)
		cancel()
		all.Wait()
		h.requireAnswers(t)
	}
}

// change is something that happens to a file while it is read.
type change struct {
	name  string
	apply func(path string) error
}

var changes = []change{
	{"truncated", func(path string) error { return os.Truncate(path, 100) }},
	{"replaced", func(path string) error {
		if err := os.WriteFile(path+".new", []byte("time,name,value\n"+bigRow), 0o644); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}},
	{"deleted", os.Remove},
	{"appended to", func(path string) error {
		return exec.Command("sh", "-c", `printf '2024-01-01T00:00:00Z,station,1\n' >> "$0"`, path).Run()
	}},
}

func TestFileChangesWhileItIsRead(t *testing.T) {
	const size = 60 << 20
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			dir := folder(t, map[string]string{"one.csv": oneNumber})
			writeBig(t, dir+"/big.csv", size)
			h := startHost(t, dir)
			answer := make(chan backend.DataResponse, 1)
			go func() {
				responses, _ := h.ask(t.Context(), dataSource("{}"), asked("A", sumOfBig))
				answer <- responses["A"]
			}()
			h.waitUntilItReads(t, 4<<20)
			require.NoError(t, change.apply(dir+"/big.csv"))
			requireWholeOrRefused(t, change.name, <-answer, size/len(bigRow))
			h.requireAnswers(t)
		})
	}
}

// requireWholeOrRefused accepts all rows of the file as it was, or an error with a sentence, and nothing between.
func requireWholeOrRefused(t testing.TB, what string, response backend.DataResponse, rows int) {
	t.Helper()
	if response.Error != nil {
		t.Logf("%s → %d %s %v", what, response.Status, response.ErrorSource, response.Error)
		require.NotEqual(t, backend.StatusInternal, response.Status)
		return
	}
	require.Len(t, response.Frames, 1)
	counted, err := strconv.Atoi(text(response.Frames[0].Fields[1], 0))
	require.NoError(t, err)
	t.Logf("%s → %d rows", what, counted)
	require.GreaterOrEqual(t, counted, rows-1<<20/len(bigRow), "rows are missing, and nothing says so")
}
