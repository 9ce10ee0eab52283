package conformance

import (
	"bytes"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	validation "github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// check asks for the health of a data source.
func (h *host) check(t testing.TB, jsonData string) *backend.CheckHealthResult {
	t.Helper()
	request := &pluginv2.CheckHealthRequest{PluginContext: backend.ToProto().PluginContext(dataSource(jsonData))}
	answer, err := h.CheckHealth(t.Context(), request)
	require.NoError(t, err)
	result := backend.FromProto().CheckHealthResponse(answer)
	require.JSONEq(t, "{}", string(result.JSONDetails), "Grafana wants an object, or nothing")
	t.Logf("%s → %s: %s", jsonData, result.Status, result.Message)
	return result
}

func TestHealth(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"a.csv": "n\n1\n", "sub/b.csv": "n\n2\n"}))
	for _, example := range []struct {
		name, jsonData string
		status         backend.HealthStatus
		fragment       string
	}{
		{"ok", `{"root":"data"}`, backend.HealthStatusOk, "There is 1 file in it."},
		{"ok without settings", ``, backend.HealthStatusOk, "There is 1 file in it."},
		{"ok in a folder", `{"root":"data","folder":"sub"}`, backend.HealthStatusOk, "1 file"},
		{"unknown root", `{"root":"nope"}`, backend.HealthStatusError, "does not allow a root named “nope”"},
		{"unknown folder", `{"root":"data","folder":"nope"}`, backend.HealthStatusError, "“nope”"},
		{"unknown zone", `{"timeZone":"nope"}`, backend.HealthStatusError, "There is no time zone “nope”"},
		{"settings that are no JSON", `{`, backend.HealthStatusError, "cannot be read"},
	} {
		t.Run(example.name, func(t *testing.T) {
			result := h.check(t, example.jsonData)
			require.Equal(t, example.status, result.Status)
			require.Contains(t, result.Message, example.fragment)
		})
	}
	t.Run("no allowed roots", func(t *testing.T) {
		result := startWith(t).check(t, "{}")
		require.Equal(t, backend.HealthStatusError, result.Status)
		require.Contains(t, result.Message, "`allowed_roots`")
		require.Contains(t, result.Message, "[plugin."+pluginID+"]")
	})
	t.Run("allowed root that is gone", func(t *testing.T) {
		result := startHost(t, "/no/such/folder").check(t, "{}")
		require.Equal(t, backend.HealthStatusError, result.Status)
	})
	t.Run("setting of the server that is none", func(t *testing.T) {
		result := startWith(t, "GF_PLUGIN_MAX_ROWS=many").check(t, "{}")
		require.Equal(t, backend.HealthStatusError, result.Status)
		require.Contains(t, result.Message, "`max_rows = many`")
	})
}

// families are metrics as Prometheus' own parser reads them.
type families map[string]*dto.MetricFamily

// metrics asks for the metrics; Grafana sends no more than the plugin's id.
func (h *host) metrics(t testing.TB) families {
	t.Helper()
	request := &backend.CollectMetricsRequest{PluginContext: backend.PluginContext{PluginID: pluginID}}
	answer, err := h.CollectMetrics(t.Context(), backend.ToProto().CollectMetricsRequest(request))
	require.NoError(t, err)
	text := backend.FromProto().CollectMetricsResponse(answer).PrometheusMetrics
	parser := expfmt.NewTextParser(validation.UTF8Validation)
	read, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	require.NoError(t, err)
	return read
}

// counter is the sum of a counter over its labels.
func (f families) counter(name string) float64 {
	sum := 0.0
	for _, metric := range f[name].GetMetric() {
		sum += metric.GetCounter().GetValue() + metric.GetUntyped().GetValue()
	}
	return sum
}

func TestMetrics(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"one.csv": oneNumber}))
	before := h.metrics(t)
	h.requireAnswers(t)
	h.requireAnswers(t)
	require.Error(t, h.respond(t, asked("A", map[string]any{"path": "missing.csv"})).Error)
	after := h.metrics(t)

	for name, grown := range map[string]float64{
		"csv_datasource_queries_total":       3,
		"csv_datasource_query_errors_total":  1,
		"csv_datasource_rows_read_total":     2,
		"csv_datasource_rows_returned_total": 2,
		"csv_datasource_read_bytes_total":    float64(2 * len(oneNumber)),
		"csv_datasource_schema_cache_total":  2,
	} {
		t.Run(name+" grows", func(t *testing.T) {
			require.Contains(t, after, name)
			require.Equal(t, grown, after.counter(name)-before.counter(name))
		})
		t.Run(name+" is a counter", func(t *testing.T) {
			require.Equal(t, dto.MetricType_COUNTER, after[name].GetType(), "Grafana serves text/plain, in which the TYPE line names the sample")
		})
	}
	t.Run("durations are a histogram", func(t *testing.T) {
		family := after["csv_datasource_query_duration_seconds"]
		require.Equal(t, dto.MetricType_HISTOGRAM, family.GetType())
		require.Equal(t, uint64(3), family.GetMetric()[0].GetHistogram().GetSampleCount())
	})
	t.Run("memory is a gauge", func(t *testing.T) {
		family := after["csv_datasource_process_resident_memory_bytes"]
		require.Equal(t, dto.MetricType_GAUGE, family.GetType())
		require.Greater(t, family.GetMetric()[0].GetGauge().GetValue(), 1e6)
	})
}
