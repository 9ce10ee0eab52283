package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// everyType has a column of each type, each with a null.
const everyType = `time,bool,int64,float64,string
2024-03-10T01:02:03.123456789Z,true,9007199254740993,1.5,"naïve 東京 🎈"
2024-03-10T01:02:03.123456790+01:00,false,-9223372036854775808,NaN,"say ""hi"""
1677-09-22T00:00:00Z,N/A,N/A,inf,"two
lines"
2262-04-11T23:47:16.854775807Z,true,0,-inf,","
N/A,false,9223372036854775807,-1.25e-300,
2024-03-10,true,1,N/A,é
`

func TestFieldTypes(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"every.csv": everyType}))
	frame := h.frame(t, model{"path": "every.csv", "format": "table", "applyTimeRange": false})
	require.Equal(t, []string{"time", "bool", "int64", "float64", "string"}, names(frame))
	for _, column := range []struct {
		name   string
		kind   data.FieldType
		values string
	}{
		{"time", data.FieldTypeNullableTime, "2024-03-10T01:02:03.123456789Z 2024-03-10T00:02:03.12345679Z " +
			"1677-09-22T00:00:00Z 2262-04-11T23:47:16.854775807Z null 2024-03-10T00:00:00Z"},
		{"bool", data.FieldTypeNullableBool, "true false null true false true"},
		{"int64", data.FieldTypeNullableInt64, "9007199254740993 -9223372036854775808 null 0 9223372036854775807 1"},
		{"float64", data.FieldTypeNullableFloat64, "1.5 NaN +Inf -Inf -1.25e-300 null"},
	} {
		t.Run(column.name, func(t *testing.T) {
			field := field(t, frame, column.name)
			require.Equal(t, column.kind, field.Type())
			require.Equal(t, column.values, strings.Join(texts(field), " "))
		})
	}
	t.Run("string", func(t *testing.T) {
		field := field(t, frame, "string")
		require.Equal(t, data.FieldTypeNullableString, field.Type())
		require.Equal(t, []string{"naïve 東京 🎈", `say "hi"`, "two\nlines", ",", "null", "é"}, texts(field))
	})
}

func TestTimeOfATimeSeriesIsNeverNull(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"a.csv": "time,v\n2024-01-02,1\n,2\n2024-01-01,3\n"}))
	for _, ranged := range []bool{false, true} {
		t.Run(fmt.Sprintf("time range applied: %v", ranged), func(t *testing.T) {
			frame := h.frame(t, model{"path": "a.csv", "applyTimeRange": ranged})
			require.Equal(t, data.FieldTypeTime, frame.Fields[0].Type())
			require.Equal(t, []string{"2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"}, texts(frame.Fields[0]))
			require.Equal(t, []string{"3", "1"}, texts(frame.Fields[1]))
			require.Contains(t, notices(frame), "no time", "the row that is left out is told")
		})
	}
}

// TestLargeAnswer passes the limits that gRPC libraries set by default (4 MiB) and an Arrow writer's usual batch.
func TestLargeAnswer(t *testing.T) {
	const rows = 600_000
	var text strings.Builder
	text.WriteString("n\n")
	for number := range rows {
		fmt.Fprintln(&text, number)
	}
	h := startHost(t, folder(t, map[string]string{"large.csv": text.String()}))
	column := h.frame(t, model{"path": "large.csv"}).Fields[0]
	require.Equal(t, rows, column.Len())
	for number := range rows {
		value, present := column.ConcreteAt(number)
		require.True(t, present && value == int64(number), "row %d: %v", number, value)
	}
}

func TestTimeZones(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"a.csv": "time,v\n2024-07-01T12:00:00,1\n2024-10-27T02:30:00,2\n2024-03-31T02:30:00,3\n"}))
	query := model{"path": "a.csv", "format": "table", "timeZone": "Europe/Madrid"}
	// Clocks go back at 03:00 on 27 October, and forward at 02:00 on 31 March.
	expected := []string{"2024-07-01T10:00:00Z", "2024-10-27T00:30:00Z", "2024-03-31T01:30:00Z"}
	require.Equal(t, expected, texts(h.frame(t, query).Fields[0]))

	responses, err := h.ask(t.Context(), dataSource(`{"timeZone":"Europe/Madrid"}`), asked("A", model{"path": "a.csv", "format": "table"}))
	require.NoError(t, err)
	require.Equal(t, expected, texts(responses["A"].Frames[0].Fields[0]), "the data source's own zone")
}

func TestFieldConfigAndMeta(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"a.csv": "time,temperature,count\n2024-01-01,1.5,1\n2024-01-02,x,2\n"}))
	query := model{"path": "a.csv", "columnTypes": []model{
		{"column": "temperature", "type": "float64", "unit": "celsius"},
	}}

	t.Run("unit", func(t *testing.T) {
		frame := h.frame(t, query)
		require.Equal(t, "celsius", field(t, frame, "temperature").Config.Unit)
		require.Nil(t, field(t, frame, "count").Config)
	})
	t.Run("type and version", func(t *testing.T) {
		meta := h.frame(t, query).Meta
		require.Equal(t, data.FrameTypeTimeSeriesWide, meta.Type)
		require.Equal(t, data.FrameTypeVersion{0, 1}, meta.TypeVersion)
	})
	t.Run("notices", func(t *testing.T) {
		meta := h.frame(t, query).Meta
		require.Len(t, meta.Notices, 1)
		require.Equal(t, data.NoticeSeverityWarning, meta.Notices[0].Severity)
		require.Contains(t, meta.Notices[0].Text, "line 3, column “temperature”")
	})
	t.Run("executed query", func(t *testing.T) {
		executed := h.frame(t, query).Meta.ExecutedQueryString
		require.Contains(t, executed, "a.csv")
		t.Log(executed)
	})
	t.Run("stats", func(t *testing.T) {
		stats := map[string]float64{}
		for _, stat := range h.frame(t, query).Meta.Stats {
			stats[stat.DisplayName] = stat.Value
		}
		require.Equal(t, 2.0, stats["Rows read"])
		require.Equal(t, 55.0, stats["Bytes read"])
	})
	t.Run("preferred visualisation", func(t *testing.T) {
		// A time series prefers none, so that Explore shows graph and table.
		for format, visualisation := range map[string]string{"table": data.VisTypeTable, "timeseries": ""} {
			frame := h.frames(t, model{"path": "a.csv", "format": format})[0]
			require.Equal(t, visualisation, string(frame.Meta.PreferredVisualization))
		}
	})
}

// notices are the sentences of a frame.
func notices(frame *data.Frame) string {
	var texts []string
	for _, notice := range frame.Meta.Notices {
		texts = append(texts, notice.Text)
	}
	return strings.Join(texts, "\n")
}

func TestLogLines(t *testing.T) {
	h := startHost(t, folder(t, map[string]string{"log.csv": "ts,level,host,code,message\n" +
		"2024-01-02T00:00:00Z,info,a,200,\"line \"\"two\"\"\"\n2024-01-01T00:00:00.000000001Z,,b,,\n"}))
	frame := h.frame(t, model{"path": "log.csv", "format": "logs"})
	require.Equal(t, data.FrameTypeLogLines, frame.Meta.Type)
	require.Equal(t, data.VisTypeLogs, string(frame.Meta.PreferredVisualization))
	require.Equal(t, []string{"timestamp", "body", "severity", "labels"}, names(frame))
	require.Equal(t, data.FieldTypeTime, frame.Fields[0].Type())
	require.Equal(t, data.FieldTypeString, frame.Fields[1].Type())
	require.Equal(t, data.FieldTypeNullableString, frame.Fields[2].Type())
	require.Equal(t, data.FieldTypeJSON, frame.Fields[3].Type())
	require.Equal(t, []string{"2024-01-01T00:00:00.000000001Z", "2024-01-02T00:00:00Z"}, texts(frame.Fields[0]))
	require.Equal(t, []string{"", `line "two"`}, texts(frame.Fields[1]))
	require.Equal(t, "info", text(frame.Fields[2], 1))
	require.JSONEq(t, `{"host":"b"}`, text(frame.Fields[3], 0))
	require.JSONEq(t, `{"host":"a","code":"200"}`, text(frame.Fields[3], 1))
}
