package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// Roles in Grafana's words.
const (
	viewer = "Viewer"
	editor = "Editor"
	admin  = "Admin"
)

// call asks for a resource and reads the JSON of the answer.
func (h *host) call(t testing.TB, role, method, path, query string, body []byte) (int, map[string]any) {
	t.Helper()
	message := h.message(t, role, method, path, query, body)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(message.Body, &answer), "%s", message.Body)
	return message.Status, answer
}

// message asks for a resource and returns the only message of the stream: status and headers count once, and answers
// are small.
func (h *host) message(t testing.TB, role, method, path, query string, body []byte) *backend.CallResourceResponse {
	t.Helper()
	source := dataSource(`{"root":"data"}`)
	source.User.Role = role
	request := &backend.CallResourceRequest{PluginContext: source, Method: method, Path: path, URL: path, Body: body}
	if query != "" {
		request.URL += "?" + query
	}
	messages := h.messages(t, request)
	require.Len(t, messages, 1)
	require.Equal(t, []string{"application/json"}, messages[0].Headers["Content-Type"])
	return messages[0]
}

func (h *host) messages(t testing.TB, request *backend.CallResourceRequest) []*backend.CallResourceResponse {
	t.Helper()
	stream, err := h.CallResource(t.Context(), backend.ToProto().CallResourceRequest(request))
	require.NoError(t, err)
	var messages []*backend.CallResourceResponse
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return messages
		}
		require.NoError(t, err)
		messages = append(messages, backend.FromProto().CallResourceResponse(message))
	}
}

func parameters(pairs ...string) string {
	values := url.Values{}
	for index := 0; index < len(pairs); index += 2 {
		values.Set(pairs[index], pairs[index+1])
	}
	return values.Encode()
}

var resourceFiles = map[string]string{
	"a.csv": "time,n,s\n2024-01-01T00:00:00.000000001Z,1,x\n2024-01-02T00:00:00Z,2.5,y\n2024-01-03T00:00:00Z,NaN,x\n2024-01-04T00:00:00Z,bad,\n",
	"b.txt": "x\n", "sub/c.csv": "n\n1\n",
}

func TestResources(t *testing.T) {
	dir := folder(t, resourceFiles)
	other := folder(t, map[string]string{"secret.csv": "n\n1\n"})
	h := startWith(t, "GF_PLUGIN_ALLOWED_ROOTS=data="+dir+",other="+other)

	t.Run("roots by name for everybody", func(t *testing.T) {
		status, answer := h.call(t, viewer, "GET", "roots", "", nil)
		require.Equal(t, 200, status)
		require.JSONEq(t, `[{"name":"data"},{"name":"other"}]`, toJSON(answer["roots"]))
	})
	t.Run("roots with their paths for administrators", func(t *testing.T) {
		_, answer := h.call(t, admin, "GET", "roots", "", nil)
		require.Contains(t, toJSON(answer), dir)
	})
	t.Run("roots say how to allow one", func(t *testing.T) {
		_, answer := startWith(t).call(t, viewer, "GET", "roots", "", nil)
		require.Empty(t, answer["roots"])
		require.Contains(t, answer["help"], "allowed_roots")
	})
	t.Run("files", func(t *testing.T) {
		_, answer := h.call(t, viewer, "GET", "files", "", nil)
		require.Equal(t, "sub a.csv b.txt", entryNames(answer))
		require.Equal(t, 3.0, answer["total"])
		require.Equal(t, false, answer["more"])
	})
	t.Run("files of a folder, by pattern, by page", func(t *testing.T) {
		_, answer := h.call(t, viewer, "GET", "files", parameters("path", "sub"), nil)
		require.Equal(t, "c.csv", entryNames(answer))
		_, answer = h.call(t, viewer, "GET", "files", parameters("glob", "*.csv"), nil)
		require.Equal(t, "sub a.csv", entryNames(answer))
		_, answer = h.call(t, viewer, "GET", "files", parameters("limit", "1", "offset", "1"), nil)
		require.Equal(t, "a.csv", entryNames(answer))
		require.Equal(t, true, answer["more"])
	})
	t.Run("files of another root for administrators only", func(t *testing.T) {
		for role, expected := range map[string]int{viewer: 403, editor: 403, "": 403, admin: 200} {
			status, answer := h.call(t, role, "GET", "files", parameters("root", "other"), nil)
			require.Equal(t, expected, status, role)
			require.Equal(t, expected == 200, strings.Contains(toJSON(answer), "secret.csv"), role)
		}
	})
	t.Run("schema", func(t *testing.T) {
		status, answer := h.call(t, viewer, "GET", "schema", parameters("path", "a.csv"), nil)
		require.Equal(t, 200, status)
		require.Equal(t, "time", answer["timeColumn"])
		require.Equal(t, 4.0, answer["rowsSampled"])
		require.Equal(t, ",", answer["dialect"].(map[string]any)["delimiter"])
		require.Len(t, answer["columns"], 3)
	})
	t.Run("schema with the query's dialect", func(t *testing.T) {
		query := parameters("path", "a.csv", "query", `{"dialect":{"delimiter":";"}}`)
		_, answer := h.call(t, viewer, "GET", "schema", query, nil)
		require.Len(t, answer["columns"], 1)
	})
	t.Run("values", func(t *testing.T) {
		_, answer := h.call(t, viewer, "GET", "values", parameters("path", "a.csv", "column", "s"), nil)
		require.JSONEq(t, `{"values":["x","y"],"more":false}`, toJSON(answer))
		_, answer = h.call(t, viewer, "GET", "values", parameters("path", "a.csv", "column", "s", "search", "y"), nil)
		require.JSONEq(t, `{"values":["y"],"more":false}`, toJSON(answer))
		_, answer = h.call(t, viewer, "GET", "values", parameters("path", "a.csv", "column", "s", "limit", "1"), nil)
		require.JSONEq(t, `{"values":["x"],"more":true}`, toJSON(answer))
	})
}

// preview is the answer to a preview; the SDK's own reader reads the frame.
type preview struct {
	Frame  data.Frame
	Report struct {
		RowsRead, RowsKept, RowsSkipped int
		Problems                        []struct {
			Line         int
			Column, Text string
		}
	}
}

func TestResourcePreview(t *testing.T) {
	h := startHost(t, folder(t, resourceFiles))
	body := `{"query":{"path":"a.csv","columnTypes":[{"column":"n","type":"float64","unit":"watt"}]},"limit":100}`
	message := h.message(t, viewer, "POST", "preview", "", []byte(body))
	require.Equal(t, 200, message.Status)
	var all preview
	require.NoError(t, json.Unmarshal(message.Body, &all))
	frame := &all.Frame
	require.Equal(t, []string{"time", "n", "s"}, names(frame))
	require.Equal(t, []string{"2024-01-01T00:00:00.000000001Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z", "2024-01-04T00:00:00Z"}, texts(frame.Fields[0]))
	require.Equal(t, []string{"1", "2.5", "NaN", "null"}, texts(frame.Fields[1]))
	require.Equal(t, []string{"x", "y", "x", "null"}, texts(frame.Fields[2]))
	require.Equal(t, "watt", frame.Fields[1].Config.Unit)
	require.Equal(t, data.FrameTypeTable, frame.Meta.Type)
	require.Equal(t, 4, all.Report.RowsRead)
	require.Equal(t, 5, all.Report.Problems[0].Line)
	require.Equal(t, "bad", all.Report.Problems[0].Text)

	var one preview
	message = h.message(t, viewer, "POST", "preview", "", []byte(`{"query":{"path":"a.csv"},"limit":1}`))
	require.NoError(t, json.Unmarshal(message.Body, &one))
	require.Equal(t, 1, one.Frame.Rows())
}

func TestResourceLargeBody(t *testing.T) {
	h := startHost(t, folder(t, resourceFiles))
	padding := strings.Repeat("x", 10<<20)
	body := fmt.Sprintf(`{"query":{"path":"a.csv","notes":%q},"limit":1}`, padding)
	status, _ := h.call(t, viewer, "POST", "preview", "", []byte(body))
	require.Equal(t, 200, status, "Grafana's Go plugins read 16 MiB")
}

func TestResourceRefusals(t *testing.T) {
	h := startHost(t, folder(t, resourceFiles))
	for _, example := range []struct {
		method, path, query, body string
		status                    int
	}{
		{"GET", "", "", "", 404},
		{"GET", "nope", "", "", 404},
		{"GET", "files/../roots", "", "", 404},
		{"DELETE", "files", "", "", 404},
		{"POST", "files", "", "", 404},
		{"GET", "files", parameters("path", ".."), "", 403},
		{"GET", "files", parameters("path", "/etc"), "", 403},
		{"GET", "files", parameters("path", "nope"), "", 404},
		{"GET", "files", parameters("path", "a.csv"), "", 400},
		{"GET", "files", parameters("limit", "1001"), "", 400},
		{"GET", "files", parameters("limit", "-1"), "", 400},
		{"GET", "files", parameters("offset", "x"), "", 400},
		{"GET", "files", parameters("glob", "["), "", 400},
		{"GET", "files", "%zz=%", "", 200},
		{"GET", "schema", "", "", 400},
		{"GET", "schema", parameters("path", "nope.csv"), "", 404},
		{"GET", "schema", parameters("path", "a.csv", "query", "{"), "", 400},
		{"GET", "schema", parameters("path", "a.csv", "query", "[1]"), "", 400},
		{"GET", "values", parameters("path", "a.csv", "column", "nope"), "", 400},
		{"GET", "values", parameters("path", "a.csv"), "", 400},
		{"POST", "preview", "", "", 400},
		{"POST", "preview", "", "{}", 400},
		{"POST", "preview", "", `{"query":{"path":"../a.csv"}}`, 403},
		{"POST", "preview", "", `{"query":{"path":"a.csv"},"limit":-1}`, 400},
	} {
		t.Run(strings.TrimSpace(example.method+" "+example.path+" "+example.query+" "+example.body), func(t *testing.T) {
			status, answer := h.call(t, viewer, example.method, example.path, example.query, []byte(example.body))
			t.Logf("→ %d %v", status, answer["message"])
			require.Equal(t, example.status, status)
			if status != 200 {
				require.NotEmpty(t, answer["message"])
			}
		})
	}
}

// entryNames are the names of a listing, in order.
func entryNames(answer map[string]any) string {
	var names []string
	for _, entry := range answer["entries"].([]any) {
		names = append(names, entry.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
