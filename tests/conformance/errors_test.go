package conformance

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// badInput is a query that cannot be answered, and what the user is told.
type badInput struct {
	name     string
	query    model
	status   backend.Status
	fragment string
}

var badInputs = []badInput{
	{"no such file", model{"path": "missing.csv"}, 404, "There is no file or folder “missing.csv”"},
	{"parent folder", model{"path": "../outside.csv"}, 403, "holds `..`"},
	{"absolute path", model{"path": "/etc/passwd"}, 403, "is an absolute path"},
	{"link that leads out", model{"path": "out.csv"}, 403, "leads out of the data source's folder"},
	{"file below a link that leads out", model{"path": "outdir/passwd"}, 403, "leads out of the data source's folder"},
	{"dangling link", model{"path": "dangling.csv"}, 404, "symbolic link to a file or folder that does not exist"},
	{"link to itself", model{"path": "loop.csv"}, 400, "in a circle"},
	{"NUL in the path", model{"path": "a\x00.csv"}, 400, "NUL byte"},
	{"pipe", model{"path": "pipe"}, 400, "is a pipe, socket or device"},
	{"folder", model{"path": "folder"}, 400, "is a folder"},
	{"binary file", model{"path": "binary.csv"}, 422, "NUL byte"},
	{"gzip", model{"path": "a.csv.gz"}, 422, "gzip-compressed"},
	{"empty file", model{"path": "empty.csv"}, 422, "there is not even a header row"},
	{"one line of 100 MB", model{"path": "line.csv"}, 413, "longer than"},
	{"quote that never closes", model{"path": "quote.csv"}, 413, "longer than"},
	{"not UTF-8", model{"path": "latin1.csv"}, 422, "Line 3, column 1 is not valid UTF-8"},
	{"ragged row, on error: fail", model{"path": "ragged.csv", "onError": "fail"}, 422, "Line 3"},
	{"no path", model{"path": ""}, 400, "names no file"},
	{"unknown column", model{"path": "a.csv", "columns": []string{"nope"}}, 400, "There is no column “nope”. The file has: time, v, s"},
	{"unknown column in a filter", model{"path": "a.csv", "filters": []model{{"column": "nope", "operator": "=", "value": "1"}}}, 400, "There is no column “nope”"},
	{"unknown column in groupBy", model{"path": "a.csv", "groupBy": []string{"nope"}}, 400, "There is no column “nope”"},
	{"unknown format", model{"path": "a.csv", "format": "nope"}, 400, "unknown variant `nope`"},
	{"limit below zero", model{"path": "a.csv", "limit": -1}, 400, "`limit`"},
	{"wrong type", model{"path": []int{1}}, 400, "`path`"},
	{"version of the future", model{"version": 99, "path": "a.csv"}, 400, "Update the plugin"},
	{"no time column", model{"path": "numbers.csv", "format": "timeseries"}, 400, "needs a time column"},
	{"no number", model{"path": "words.csv", "format": "numeric"}, 400, "needs a column of numbers"},
	{"time column that holds none", model{"path": "a.csv", "timeColumn": "v"}, 400, "not time"},
	{"not a regular expression", model{"path": "a.csv", "filters": []model{{"column": "s", "operator": "=~", "value": "("}}}, 400, "cannot be used"},
	{"regular expression that grows", model{"path": "a.csv", "filters": []model{{"column": "s", "operator": "=~", "value": "((a{100}){100}){100}"}}}, 400, "cannot be used"},
	{"filter of another type", model{"path": "a.csv", "filters": []model{{"column": "v", "operator": ">", "value": "much"}}}, 400, "“much”"},
	{"text operator on a number", model{"path": "a.csv", "filters": []model{{"column": "v", "operator": "=~", "value": "1"}}}, 400, "matches text"},
	{"unknown zone", model{"path": "a.csv", "timeZone": "Mars/Olympus"}, 400, "There is no time zone “Mars/Olympus”"},
	{"interval that is none", model{"path": "a.csv", "interval": "soon", "aggregates": []model{{"function": "sum", "column": "v"}}}, 400, "`interval` is “soon”"},
	{"sum of text", model{"path": "a.csv", "aggregates": []model{{"function": "sum", "column": "s"}}}, 400, "needs a column of numbers"},
	{"delimiter of two characters", model{"path": "a.csv", "dialect": model{"delimiter": ";;"}}, 400, "`delimiter`"},
	{"unknown encoding", model{"path": "a.csv", "dialect": model{"encoding": "klingon"}}, 400, "klingon"},
}

// rawInputs are queries that no model can hold.
var rawInputs = []struct {
	name, json string
	fragment   string
}{
	{"not JSON", `{"path":`, "The query is not valid"},
	{"nothing at all", ``, "The query is not valid"},
	{"null", `null`, "The query is not valid"},
	{"a thousand brackets", `{"path":"a.csv","x":` + strings.Repeat("[", 1000), "The query is not valid"},
	{"path twice", `{"path":"a.csv","path":"b.csv"}`, "duplicate field"},
}

// badFolder holds the files of badInputs.
func badFolder(t testing.TB) string {
	t.Helper()
	outside := folder(t, map[string]string{"outside.csv": "a\n1\n"})
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	_, err := writer.Write([]byte("a\n1\n"))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	dir := folder(t, map[string]string{
		"a.csv":         "time,v,s\n2024-01-01,1,x\n",
		"numbers.csv":   "a,b\n1,2\n",
		"words.csv":     "a,b\nx,y\n",
		"binary.csv":    "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00",
		"a.csv.gz":      zipped.String(),
		"empty.csv":     "",
		"header.csv":    "time,v,s\n",
		"latin1.csv":    "name,v\nok,1\ncaf\xe9,2\n",
		"ragged.csv":    "a,b\n1,2\n3\n4,5,6\n7,8\n",
		"folder/in.csv": "a\n1\n",
		"good.csv":      "n\n7\n",
		"quote.csv":     "a\n\"" + strings.Repeat("never closed\n", 1<<19),
		"line.csv":      strings.Repeat("a", 100_000_000),
	})
	require.NoError(t, os.Symlink(outside+"/outside.csv", dir+"/out.csv"))
	require.NoError(t, os.Symlink("/etc", dir+"/outdir"))
	require.NoError(t, os.Symlink("gone.csv", dir+"/dangling.csv"))
	require.NoError(t, os.Symlink("loop.csv", dir+"/loop.csv"))
	require.NoError(t, syscall.Mkfifo(dir+"/pipe", 0o644))
	return dir
}

// requireRefused holds an error against the table and prints its line of it.
func requireRefused(t testing.TB, name string, response backend.DataResponse, status backend.Status, fragment string) {
	t.Helper()
	require.Error(t, response.Error)
	t.Logf("%s → %d %s: %v", name, int(response.Status), response.ErrorSource, response.Error)
	require.Equal(t, status, response.Status)
	require.Contains(t, response.Error.Error(), fragment)
	require.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
	require.Regexp(t, `[.…)]$`, response.Error.Error(), "a sentence ends with a full stop")
	require.Less(t, len(response.Error.Error()), 2000)
}

func TestBadInput(t *testing.T) {
	dir := badFolder(t)
	h := startHost(t, dir)
	for _, bad := range badInputs {
		t.Run(bad.name, func(t *testing.T) {
			response := h.respond(t, asked("A", bad.query))
			requireRefused(t, bad.name, response, bad.status, bad.fragment)
			require.NotContains(t, response.Error.Error(), dir, "where the folder lies is not for everybody")
		})
	}
	for _, bad := range rawInputs {
		t.Run(bad.name, func(t *testing.T) {
			query := asked("A", nil)
			query.JSON = []byte(bad.json)
			requireRefused(t, bad.name, h.respond(t, query), 400, bad.fragment)
		})
	}
	t.Run("time range that ends before it starts", func(t *testing.T) {
		query := asked("A", model{"path": "a.csv"})
		query.TimeRange = backend.TimeRange{From: at(3), To: at(1)}
		requireRefused(t, "time range that ends before it starts", h.respond(t, query), 400, "ends before it starts")
	})
}

// TestBudgets sets each of the server's limits low, through the only way that Grafana has.
func TestBudgets(t *testing.T) {
	rows := "time,name,v\n" + strings.Repeat("2024-01-01,a,1\n2024-01-02,b,2\n", 50)
	dir := folder(t, map[string]string{"rows.csv": rows, "line.csv": strings.Repeat("a", 1<<20)})
	writeBig(t, dir+"/big.csv", 20<<20)
	for _, budget := range []struct {
		variable string
		query    model
		status   backend.Status
	}{
		{"MAX_FILE_BYTES=10", model{"path": "rows.csv"}, 413},
		{"MAX_LINE_BYTES=1000", model{"path": "line.csv"}, 413},
		{"MAX_COLUMNS=2", model{"path": "rows.csv"}, 413},
		{"MAX_ROWS=9", model{"path": "rows.csv"}, 413},
		{"MAX_SERIES=1", model{"path": "rows.csv", "format": "timeseries-multi"}, 413},
		{"MAX_RESULT_BYTES=100", model{"path": "rows.csv"}, 413},
		{"QUERY_TIMEOUT=1ms", sumOfBig, 504},
	} {
		t.Run(budget.variable, func(t *testing.T) {
			h := startWith(t, "GF_PLUGIN_ALLOWED_ROOTS="+dir, "GF_PLUGIN_"+budget.variable)
			key, _, _ := strings.Cut(strings.ToLower(budget.variable), "=")
			requireRefused(t, budget.variable, h.respond(t, asked("A", budget.query)), budget.status, key)
		})
	}
}

func TestHeaderOnly(t *testing.T) {
	h := startHost(t, badFolder(t))
	frame := h.frame(t, model{"path": "header.csv"})
	require.Equal(t, []string{"time", "v", "s"}, names(frame))
	require.Zero(t, frame.Rows())
	require.Contains(t, notices(frame), "“header.csv” has a header and no rows.")
	t.Logf("header only → %s", notices(frame))
}

func TestRaggedRows(t *testing.T) {
	h := startHost(t, badFolder(t))
	frame := h.frame(t, model{"path": "ragged.csv"})
	require.Equal(t, []string{"1", "3", "4", "7"}, texts(frame.Fields[0]))
	require.Equal(t, []string{"2", "null", "5", "8"}, texts(frame.Fields[1]))
	require.Contains(t, notices(frame), "line 3")
	t.Logf("ragged row → %s", notices(frame))

	skipped := h.frame(t, model{"path": "ragged.csv", "onError": "skip"})
	require.Equal(t, []string{"1", "7"}, texts(skipped.Fields[0]))
	t.Logf("ragged row, on error: skip → %s", notices(skipped))
}

func TestOneBadQueryLeavesTheOthersAlone(t *testing.T) {
	h := startHost(t, badFolder(t))
	responses, err := h.ask(t.Context(), dataSource("{}"),
		asked("bad", model{"path": "missing.csv"}), asked("good", model{"path": "good.csv"}), asked("worse", model{"path": 1}))
	require.NoError(t, err)
	require.Len(t, responses, 3)
	require.Equal(t, []string{"7"}, texts(responses["good"].Frames[0].Fields[0]))
	require.Equal(t, backend.StatusOK, responses["good"].Status)
	requireRefused(t, "bad", responses["bad"], 404, "“missing.csv”")
	requireRefused(t, "worse", responses["worse"], 400, "`path`")
}

// TestHostileNumbers asks what nobody would ask. Whatever the answer is, it must not be a bug of the plugin.
func TestHostileNumbers(t *testing.T) {
	const most = uint64(1<<64 - 1)
	h := startHost(t, folder(t, map[string]string{
		"a.csv": "time,v\n1677-09-21T00:12:44Z,-9223372036854775808\n2262-04-11T23:47:16Z,9223372036854775807\n2024-01-01,1\n9999-12-31,2\n-0001-01-01,3\n",
	}))
	sum := []model{{"function": "sum", "column": "v"}, {"function": "mean", "column": "v"}, {"function": "last", "column": "time"}}
	for _, query := range []model{
		{"limit": most}, {"dialect": model{"skipRows": most}}, {"dialect": model{"headerRows": most}},
		{"interval": "15250w", "aggregates": sum}, {"interval": "1ms", "aggregates": sum}, {"interval": "9223372036854775807d", "aggregates": sum},
		{"interval": "99999999999999999999s", "aggregates": sum}, {"aggregates": sum, "groupBy": []string{"v", "v", "time"}},
		{"columns": []string{"v", "v", "time", "time"}, "format": "timeseries"}, {"columns": []string{"time", "time"}, "format": "table"},
		{"downsample": "m4"}, {"dialect": model{"delimiter": "\""}}, {"dialect": model{"delimiter": "\n"}}, {"dialect": model{"quote": "\n", "escape": "\n"}},
		{"dialect": model{"comment": "t", "escape": "\""}}, {"dialect": model{"columnNames": []string{"v", "v", "v"}}}, {"dialect": model{"nullTokens": []string{}}},
		{"dialect": model{"encoding": "utf-16le"}}, {"columnTypes": []model{{"column": "v", "type": "time", "timeFormat": "epoch_s"}}},
		{"columnTypes": []model{{"column": "v", "type": "bool"}, {"column": "v", "type": "string"}}}, {"version": most},
		{"filters": []model{{"column": "v", "operator": "<", "value": "NaN"}}}, {"filters": []model{{"column": "time", "operator": ">", "value": "9999-12-31T23:59:60Z"}}},
		{"format": "logs"}, {"format": "numeric-wide"}, {"format": "numeric-multi"}, {"format": "numeric-long"}, {"format": "timeseries-long"},
	} {
		t.Run(toJSON(query), func(t *testing.T) {
			query["path"] = "a.csv"
			for _, points := range []int64{0, 1, -1 << 63, 1<<63 - 1} {
				asked := asked("A", query)
				asked.MaxDataPoints = points
				response := h.respond(t, asked)
				require.NotEqual(t, backend.StatusInternal, response.Status, response.Error)
			}
		})
	}
	t.Run("time ranges", h.survivesTimeRanges)
}

// survivesTimeRanges sends ranges that overflow nanoseconds; the SDK cannot hold them, the wire can.
func (h *host) survivesTimeRanges(t *testing.T) {
	const least, most = -1 << 63, 1<<63 - 1
	request := backend.ToProto().QueryDataRequest(&backend.QueryDataRequest{
		PluginContext: dataSource("{}"),
		Queries:       []backend.DataQuery{asked("A", model{"path": "a.csv", "interval": "1s", "aggregates": []model{{"function": "sum", "column": "v"}}})},
	})
	for _, ends := range [][2]int64{{least, most}, {least, least}, {most, most}, {0, most}} {
		request.Queries[0].TimeRange.FromEpochMS, request.Queries[0].TimeRange.ToEpochMS = ends[0], ends[1]
		answer, err := h.QueryData(t.Context(), request)
		require.NoError(t, err)
		require.NotEqual(t, int32(500), answer.Responses["A"].Status, answer.Responses["A"].Error)
	}
	request.Queries[0].TimeRange = nil
	_, err := h.QueryData(t.Context(), request)
	require.NoError(t, err)
}
