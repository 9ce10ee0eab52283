package conformance

import (
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// hours are four rows, an hour apart.
const hours = `time,name,v
2024-01-01T00:00:00Z,a,1
2024-01-01T01:00:00Z,b,2
2024-01-01T02:00:00Z,a,3
2024-01-01T03:00:00Z,b,4
`

func at(hour int) time.Time {
	return time.Date(2024, 1, 1, hour, 0, 0, 0, time.UTC)
}

func TestTimeRange(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"hours.csv": hours}))
	query := asked("A", model{"path": "hours.csv", "format": "table"})
	query.TimeRange = backend.TimeRange{From: at(1), To: at(2)}

	t.Run("is applied, both ends included", func(t *testing.T) {
		require.Equal(t, []string{"2", "3"}, texts(field(t, h.respond(t, query).Frames[0], "v")))
	})
	t.Run("is not applied where the query says so", func(t *testing.T) {
		all := asked("A", model{"path": "hours.csv", "format": "table", "applyTimeRange": false})
		all.TimeRange = query.TimeRange
		require.Equal(t, []string{"1", "2", "3", "4"}, texts(field(t, h.respond(t, all).Frames[0], "v")))
	})
	t.Run("holds the nanoseconds of its last millisecond", func(t *testing.T) {
		dir := folder(t, map[string]string{"ns.csv": "time,v\n2024-01-01T00:00:00.000999999Z,1\n2024-01-01T00:00:00.001Z,2\n"})
		fine := asked("A", model{"path": "ns.csv"})
		fine.TimeRange = backend.TimeRange{From: at(0), To: at(0)}
		require.Equal(t, []string{"1"}, texts(field(t, startHost(t, dir).respond(t, fine).Frames[0], "v")))
	})
}

func TestSelection(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"hours.csv": hours}))
	filter := func(column, operator, value string) []model {
		return []model{{"column": column, "operator": operator, "value": value}}
	}
	for _, example := range []struct {
		name     string
		query    model
		expected string // column=values, separated by spaces
	}{
		{"limit", model{"limit": 2}, "time=00,01 name=a,b v=1,2"},
		{"columns in their order", model{"columns": []string{"v", "name"}}, "v=1,2,3,4 name=a,b,a,b"},
		{"filter of a number", model{"filters": filter("v", ">=", "2.5"), "columns": []string{"v"}}, "v=3,4"},
		{"filter of a text", model{"filters": filter("name", "!=", "a"), "columns": []string{"v"}}, "v=2,4"},
		{"filter of a time", model{"filters": filter("time", "<", "2024-01-01T01:00:00Z"), "columns": []string{"v"}}, "v=1"},
		{"filter by expression", model{"filters": filter("name", "=~", "^[b]$"), "columns": []string{"v"}}, "v=2,4"},
		{"two filters", model{"filters": append(filter("name", "=", "b"), filter("v", "<", "4")...), "columns": []string{"v"}}, "v=2"},
		{"aggregates", model{"aggregates": []model{{"function": "sum", "column": "v"}, {"function": "count", "column": "v"}}}, "sum(v)=10 count(v)=4"},
		{"aggregates by group", model{"groupBy": []string{"name"}, "aggregates": []model{{"function": "mean", "column": "v"}}}, "name=a,b mean(v)=2,3"},
		{"aggregates by interval", model{"interval": "2h", "aggregates": []model{{"function": "max", "column": "v"}, {"function": "first", "column": "v"}}},
			"time=00,02 max(v)=2,4 first(v)=1,3"},
	} {
		t.Run(example.name, func(t *testing.T) {
			query := model{"path": "hours.csv", "format": "table"}
			for key, value := range example.query {
				query[key] = value
			}
			var columns []string
			for _, field := range h.frame(t, query).Fields {
				values := strings.Join(texts(field), ",")
				values = strings.NewReplacer("2024-01-01T", "", ":00:00Z", "").Replace(values)
				columns = append(columns, field.Name+"="+values)
			}
			require.Equal(t, example.expected, strings.Join(columns, " "))
		})
	}
}

func TestSettingsRevision(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"old/a.csv": "v\n1\n", "new/a.csv": "v\n2\n"}))
	ask := func(jsonData string, updated time.Time) string {
		source := dataSource(jsonData)
		source.DataSourceInstanceSettings.Updated = updated
		responses, err := h.ask(t.Context(), source, asked("A", model{"path": "a.csv"}))
		require.NoError(t, err)
		require.NoError(t, responses["A"].Error)
		return texts(responses["A"].Frames[0].Fields[0])[0]
	}
	first, later := time.UnixMilli(1_000), time.UnixMilli(2_000)
	require.Equal(t, "1", ask(`{"root":"data","folder":"old"}`, first))
	require.Equal(t, "2", ask(`{"root":"data","folder":"new"}`, later))
	require.Equal(t, "1", ask(`{"root":"data","folder":"old"}`, later), "in the same millisecond")
}
