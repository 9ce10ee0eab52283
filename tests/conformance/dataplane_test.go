package conformance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/reader"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// requireStrict holds frames against what Grafana's expressions ask for before they believe a frame's type
// (`shouldUseDataplane`): a type and version that the reader knows, without so much as a warning.
func requireStrict(t testing.TB, frames data.Frames, expected data.FrameType) {
	t.Helper()
	require.NotEmpty(t, frames)
	require.False(t, frames[0].Meta.TypeVersion.IsZero())
	kind, err := reader.CanReadBasedOnMeta(frames)
	require.NoError(t, err)
	require.Equal(t, expected, kind)
	for _, frame := range frames {
		require.Equal(t, expected, frame.Meta.Type)
		require.NotContains(t, frame.TypeIndices(data.FieldTypeNullableTime), 0, "the time is nullable")
	}
}

// readSeries are the time series that alerting would see: "name{labels}: time=value …", in order.
func readSeries(t testing.TB, frames data.Frames, kind data.FrameType) ([]string, timeseries.Collection) {
	t.Helper()
	requireStrict(t, frames, kind)
	dataplane, err := timeseries.CollectionReaderFromFrames(frames)
	require.NoError(t, err)
	// Long frames with repeated times are legal in the file, and what they mean is asserted by the values.
	collection, err := dataplane.GetCollection(false)
	require.NoError(t, err)
	require.NoError(t, collection.Warning)
	require.Equal(t, "A", collection.RefID)
	series := []string{}
	for _, ref := range collection.Refs {
		series = append(series, seriesText(t, ref))
	}
	return series, collection
}

func seriesText(t testing.TB, ref timeseries.MetricRef) string {
	t.Helper()
	rows, err := ref.Len()
	require.NoError(t, err)
	text := fmt.Sprintf("%s{%s}:", ref.GetMetricName(), ref.GetLabels())
	for row := range rows {
		at, value, err := ref.NullableFloat64Point(row)
		require.NoError(t, err)
		text += fmt.Sprintf(" %s=%s", at.UTC().Format(time.TimeOnly[:5]), floatText(value))
	}
	return text
}

func floatText(value *float64) string {
	if value == nil {
		return "null"
	}
	return fmt.Sprint(*value)
}

// readNumbers are the numbers that alerting would see: "name{labels}=value".
func readNumbers(t testing.TB, frames data.Frames, kind data.FrameType) ([]string, numeric.Collection) {
	t.Helper()
	requireStrict(t, frames, kind)
	dataplane, err := numeric.CollectionReaderFromFrames(frames)
	require.NoError(t, err)
	collection, err := dataplane.GetCollection(false)
	require.NoError(t, err)
	require.NoError(t, collection.Warning)
	numbers := []string{}
	for _, ref := range collection.Refs {
		value, empty, err := ref.NullableFloat64Value()
		require.NoError(t, err)
		require.False(t, empty)
		numbers = append(numbers, fmt.Sprintf("%s{%s}=%s", ref.GetMetricName(), ref.GetLabels(), floatText(value)))
	}
	return numbers, collection
}

// Files that the data plane's cases are read from.
var planeFiles = map[string]string{
	"plain.csv":    "time,a,on\n2024-01-01T02:00:00Z,3,true\n2024-01-01T01:00:00Z,1.5,false\n2024-01-01T03:00:00Z,,true\n",
	"stations.csv": stations,
	// In a column of text only the empty cell is null, because NA may be Namibia.
	"nulls.csv":  "time,station,v\n2024-01-01T01:00:00Z,,1\n2024-01-01T01:00:00Z,north,2\n2024-01-01T02:00:00Z,,3\n",
	"twice.csv":  "time,v\n2024-01-01T01:00:00Z,1\n2024-01-01T01:00:00Z,2\n2024-01-01T02:00:00Z,3\n",
	"number.csv": "a,b\n1.5,7\n",
	"sales.csv":  "region,kind,units,open\neu,x,1,true\nus,x,2.5,false\n,y,,true\n",
}

const stations = `time,station,sky,temperature,rain
2024-01-01T01:00:00Z,north,clear,1,10
2024-01-01T01:00:00Z,south,clear,2,20
2024-01-01T02:00:00Z,north,clear,3,
2024-01-01T03:00:00Z,south,clear,4,40
`

func TestDataplaneTimeSeries(t *testing.T) {
	h := startHost(t, folder(t, planeFiles))
	multi, wide, long := data.FrameTypeTimeSeriesMulti, data.FrameTypeTimeSeriesWide, data.FrameTypeTimeSeriesLong
	for _, example := range []struct {
		name, path, format string
		kind               data.FrameType
		series             []string
	}{
		{"wide without labels", "plain.csv", "timeseries-wide", wide,
			[]string{"a{}: 01:00=1.5 02:00=3 03:00=null", "on{}: 01:00=0 02:00=1 03:00=1"}},
		{"wide by choice of the plugin", "plain.csv", "timeseries", wide,
			[]string{"a{}: 01:00=1.5 02:00=3 03:00=null", "on{}: 01:00=0 02:00=1 03:00=1"}},
		{"wide with labels and holes", "stations.csv", "timeseries-wide", wide, []string{
			"rain{sky=clear, station=north}: 01:00=10 02:00=null 03:00=null",
			"rain{sky=clear, station=south}: 01:00=20 02:00=null 03:00=40",
			"temperature{sky=clear, station=north}: 01:00=1 02:00=3 03:00=null",
			"temperature{sky=clear, station=south}: 01:00=2 02:00=null 03:00=4"}},
		{"wide with a null label", "nulls.csv", "timeseries-wide", wide,
			[]string{"v{station=north}: 01:00=2 02:00=null", "v{}: 01:00=1 02:00=3"}},
		{"wide with a time twice", "twice.csv", "timeseries-wide", wide, []string{"v{}: 01:00=2 02:00=3"}},
		{"long", "stations.csv", "timeseries-long", long, []string{
			"rain{sky=clear, station=north}: 01:00=10 02:00=null",
			"rain{sky=clear, station=south}: 01:00=20 03:00=40",
			"temperature{sky=clear, station=north}: 01:00=1 02:00=3",
			"temperature{sky=clear, station=south}: 01:00=2 03:00=4"}},
		{"long with a null dimension", "nulls.csv", "timeseries-long", long,
			[]string{"v{station=north}: 01:00=2", "v{station=}: 01:00=1 02:00=3"}},
		{"long with a time twice", "twice.csv", "timeseries-long", long, []string{"v{}: 01:00=1 01:00=2 02:00=3"}},
		{"multi", "stations.csv", "timeseries-multi", multi, []string{
			"rain{sky=clear, station=north}: 01:00=10 02:00=null",
			"rain{sky=clear, station=south}: 01:00=20 03:00=40",
			"temperature{sky=clear, station=north}: 01:00=1 02:00=3",
			"temperature{sky=clear, station=south}: 01:00=2 03:00=4"}},
		{"multi by choice of the plugin", "nulls.csv", "auto", multi,
			[]string{"v{station=north}: 01:00=2", "v{}: 01:00=1 02:00=3"}},
		{"multi with a time twice", "twice.csv", "timeseries", multi, []string{"v{}: 01:00=1 01:00=2 02:00=3"}},
	} {
		t.Run(example.name, func(t *testing.T) {
			frames := h.frames(t, model{"path": example.path, "format": example.format})
			series, collection := readSeries(t, frames, example.kind)
			require.ElementsMatch(t, example.series, series)
			require.Empty(t, collection.RemainderIndices, "columns that the reader ignores")
		})
	}
}

// noRow leaves no row of the files above.
var noRow = []model{{"column": "time", "operator": "<", "value": "1990-01-01"}}

// requireNoData asks what alerting asks before a rule goes to its "no data" state: a single frame without fields.
func requireNoData(t testing.TB, frames data.Frames) {
	t.Helper()
	require.Len(t, frames, 1)
	require.Empty(t, frames[0].Fields)
}

func TestDataplaneEmptyTimeSeries(t *testing.T) {
	h := startHost(t, folder(t, planeFiles))
	for _, format := range []string{"timeseries-wide", "timeseries-long", "timeseries-multi"} {
		for _, path := range []string{"plain.csv", "stations.csv"} {
			t.Run(format+" of "+path, func(t *testing.T) {
				frames := h.frames(t, model{"path": path, "format": format, "filters": noRow})
				series, collection := readSeries(t, frames, data.FrameType(format))
				require.Empty(t, series, "a series without points has a sum and a count, so that no alert rule sees that there is no data")
				require.True(t, collection.NoData())
				requireNoData(t, frames)
			})
		}
	}
}

func TestDataplaneNumbers(t *testing.T) {
	h := startHost(t, folder(t, planeFiles))
	multi, wide, long := data.FrameTypeNumericMulti, data.FrameTypeNumericWide, data.FrameTypeNumericLong
	labelled := []string{
		"units{kind=x, region=eu}=1", "units{kind=x, region=us}=2.5", "units{kind=y}=null",
		"open{kind=x, region=eu}=1", "open{kind=x, region=us}=0", "open{kind=y}=1",
	}
	for _, example := range []struct {
		name, path, format string
		kind               data.FrameType
		numbers            []string
	}{
		{"wide without labels", "number.csv", "numeric-wide", wide, []string{"a{}=1.5", "b{}=7"}},
		{"wide by choice of the plugin", "number.csv", "numeric", wide, []string{"a{}=1.5", "b{}=7"}},
		{"wide with labels, one null", "sales.csv", "numeric-wide", wide, labelled},
		{"multi with labels, one null", "sales.csv", "numeric-multi", multi, labelled},
		{"multi without labels", "number.csv", "numeric-multi", multi, []string{"a{}=1.5", "b{}=7"}},
		{"long", "number.csv", "numeric-long", long, []string{"a{}=1.5", "b{}=7"}},
		// The reader of long frames takes no boolean for a number, and a null dimension for an empty text.
		{"long with a null dimension", "sales.csv", "numeric-long", long,
			[]string{"units{kind=x, region=eu}=1", "units{kind=x, region=us}=2.5", "units{kind=y, region=}=null"}},
		{"long by choice of the plugin", "sales.csv", "numeric", long,
			[]string{"units{kind=x, region=eu}=1", "units{kind=x, region=us}=2.5", "units{kind=y, region=}=null"}},
	} {
		t.Run(example.name, func(t *testing.T) {
			frames := h.frames(t, model{"path": example.path, "format": example.format})
			numbers, _ := readNumbers(t, frames, example.kind)
			if strings.HasPrefix(example.name, "wide with labels") {
				// The reader of wide frames asks Numeric(), which leaves booleans out.
				numbers = append(numbers, boolNumbers(t, frames)...)
			}
			require.ElementsMatch(t, example.numbers, numbers)
		})
	}
}

// boolNumbers reads the boolean fields that the reader of numbers passes over.
func boolNumbers(t testing.TB, frames data.Frames) []string {
	t.Helper()
	var numbers []string
	for _, frame := range frames {
		for _, index := range frame.TypeIndices(data.FieldTypeNullableBool) {
			value, err := frame.Fields[index].NullableFloatAt(0)
			require.NoError(t, err)
			numbers = append(numbers, fmt.Sprintf("%s{%s}=%s", frame.Fields[index].Name, frame.Fields[index].Labels, floatText(value)))
		}
	}
	return numbers
}

func TestDataplaneEmptyNumbers(t *testing.T) {
	h := startHost(t, folder(t, planeFiles))
	none := []model{{"column": "units", "operator": ">", "value": "100"}}
	for _, format := range []string{"numeric-wide", "numeric-long", "numeric-multi"} {
		t.Run(format, func(t *testing.T) {
			frames := h.frames(t, model{"path": "sales.csv", "format": format, "filters": none})
			numbers, collection := readNumbers(t, frames, data.FrameType(format))
			require.Empty(t, numbers)
			require.True(t, collection.NoData())
			requireNoData(t, frames)
		})
	}
}
