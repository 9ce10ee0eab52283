package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// model is a query as the editor would store it.
type model map[string]any

// wide is a time range that holds every row of these tests, and now.
var wide = backend.TimeRange{
	From: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
	To:   time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
}

// dataSource is the plugin context of a saved data source with these settings.
func dataSource(jsonData string) backend.PluginContext {
	return backend.PluginContext{
		OrgID:         1,
		PluginID:      pluginID,
		PluginVersion: "0.0.0",
		User:          &backend.User{Login: "viewer", Name: "Viewer", Email: "viewer@example.com", Role: "Viewer"},
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID: 1, UID: "csv", Type: pluginID, Name: "CSV", JSONData: []byte(jsonData),
			DecryptedSecureJSONData: map[string]string{"token": secret},
			Updated:                 time.UnixMilli(1_700_000_000_000),
		},
		GrafanaConfig: backend.NewGrafanaCfg(map[string]string{"GF_INSTANCE_FEATURE_TOGGLES_ENABLE": "x"}),
	}
}

// asked is one query of a request, over the wide range.
func asked(refID string, query model) backend.DataQuery {
	text, err := json.Marshal(query)
	if err != nil {
		panic(err)
	}
	return backend.DataQuery{
		RefID: refID, JSON: text, TimeRange: wide, MaxDataPoints: 1000, Interval: time.Second,
	}
}

// ask sends queries and reads the answer as Grafana's client does.
func (h *host) ask(ctx context.Context, source backend.PluginContext, queries ...backend.DataQuery) (backend.Responses, error) {
	request := backend.ToProto().QueryDataRequest(&backend.QueryDataRequest{PluginContext: source, Queries: queries})
	answer, err := h.QueryData(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("the whole request failed: %w", err)
	}
	read, err := backend.FromProto().QueryDataResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("the SDK cannot read the answer: %w", err)
	}
	return read.Responses, nil
}

// respond asks one query of the data source without settings.
func (h *host) respond(t testing.TB, query backend.DataQuery) backend.DataResponse {
	t.Helper()
	responses, err := h.ask(t.Context(), dataSource("{}"), query)
	require.NoError(t, err)
	require.Contains(t, responses, query.RefID)
	return responses[query.RefID]
}

// frames asks a query that must be answered.
func (h *host) frames(t testing.TB, query model) data.Frames {
	t.Helper()
	response := h.respond(t, asked("A", query))
	require.NoError(t, response.Error)
	require.Equal(t, backend.StatusOK, response.Status)
	require.NotEmpty(t, response.Frames)
	for _, frame := range response.Frames {
		require.Equal(t, "A", frame.RefID)
	}
	return response.Frames
}

// frame asks a query that must be answered by one frame.
func (h *host) frame(t testing.TB, query model) *data.Frame {
	t.Helper()
	frames := h.frames(t, query)
	require.Len(t, frames, 1)
	return frames[0]
}

// field finds a column.
func field(t testing.TB, frame *data.Frame, name string) *data.Field {
	t.Helper()
	found, _ := frame.FieldByName(name)
	require.NotNil(t, found, "the frame has no field %q", name)
	return found
}

// names are the columns of a frame, in order.
func names(frame *data.Frame) []string {
	var names []string
	for _, field := range frame.Fields {
		names = append(names, field.Name)
	}
	return names
}

// texts are the values of a field, so that a test can show a column in a line.
func texts(field *data.Field) []string {
	texts := make([]string, 0, field.Len())
	for row := range field.Len() {
		texts = append(texts, text(field, row))
	}
	return texts
}

func text(field *data.Field, row int) string {
	value, present := field.ConcreteAt(row)
	if !present {
		return "null"
	}
	switch value := value.(type) {
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	case json.RawMessage:
		return string(value)
	default:
		return fmt.Sprint(value)
	}
}
