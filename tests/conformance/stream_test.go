package conformance

import (
	"errors"
	"io"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// chunk is a message of a chunked answer, read in the order in which Grafana 12.4 reads it.
type chunk struct {
	*pluginv2.QueryChunkedDataResponse
	frame *data.Frame
}

func (h *host) chunks(t testing.TB, queries ...backend.DataQuery) []chunk {
	t.Helper()
	request := &backend.QueryChunkedDataRequest{PluginContext: dataSource("{}"), Queries: queries}
	stream, err := h.QueryChunkedData(t.Context(), backend.ToProto().QueryChunkedDataRequest(request))
	require.NoError(t, err)
	var chunks []chunk
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return chunks
		}
		require.NoError(t, err)
		// The frame is read before the error is looked at, so that an error needs a frame too.
		frame, err := data.UnmarshalArrowFrame(message.Frame)
		require.NoError(t, err)
		require.NotEmpty(t, message.RefId)
		require.NotEmpty(t, message.FrameId)
		chunks = append(chunks, chunk{message, frame})
	}
}

func TestQueryChunkedData(t *testing.T) {
	h := startHost(t, folder(t, planeFiles))
	chunks := h.chunks(t, asked("good", model{"path": "stations.csv"}), asked("bad", model{"path": "missing.csv"}))
	frames, ids := data.Frames{}, map[string]bool{}
	var failed []chunk
	for _, chunk := range chunks {
		if chunk.Error != "" {
			failed = append(failed, chunk)
			continue
		}
		require.Equal(t, "good", chunk.RefId)
		require.Equal(t, int32(200), chunk.Status)
		require.False(t, ids[chunk.FrameId], "two frames with one id")
		ids[chunk.FrameId] = true
		chunk.frame.RefID = "A" // what readSeries wants
		frames = append(frames, chunk.frame)
	}

	t.Run("frames", func(t *testing.T) {
		series, _ := readSeries(t, frames, data.FrameTypeTimeSeriesMulti)
		require.Len(t, series, 4)
		require.Contains(t, series, "temperature{sky=clear, station=north}: 01:00=1 02:00=3")
	})
	t.Run("an error", func(t *testing.T) {
		require.Len(t, failed, 1)
		require.Equal(t, "bad", failed[0].RefId)
		require.Equal(t, int32(404), failed[0].Status)
		require.Equal(t, "downstream", failed[0].ErrorSource)
		require.Contains(t, failed[0].Error, "“missing.csv”")
	})
}

func TestStream(t *testing.T) {
	h := startHost(t, t.TempDir())
	source := dataSource("{}")

	t.Run("subscribe: not found", func(t *testing.T) {
		request := &backend.SubscribeStreamRequest{PluginContext: source, Path: "x", Data: []byte("{}")}
		answer, err := h.SubscribeStream(t.Context(), backend.ToProto().SubscribeStreamRequest(request))
		require.NoError(t, err)
		require.Equal(t, backend.SubscribeStreamStatusNotFound, backend.FromProto().SubscribeStreamResponse(answer).Status)
	})
	t.Run("publish: permission denied", func(t *testing.T) {
		request := &backend.PublishStreamRequest{PluginContext: source, Path: "x", Data: []byte("{}")}
		answer, err := h.PublishStream(t.Context(), backend.ToProto().PublishStreamRequest(request))
		require.NoError(t, err)
		require.Equal(t, backend.PublishStreamStatusPermissionDenied, backend.FromProto().PublishStreamResponse(answer).Status)
	})
	t.Run("run: an error, not an end", func(t *testing.T) {
		request := &backend.RunStreamRequest{PluginContext: source, Path: "x"}
		stream, err := h.RunStream(t.Context(), backend.ToProto().RunStreamRequest(request))
		require.NoError(t, err)
		_, err = stream.Recv()
		require.Error(t, err)
		require.NotErrorIs(t, err, io.EOF)
		require.Equal(t, codes.NotFound, status.Code(err))
	})
}

func TestAdmissionAndConversionAreUnimplemented(t *testing.T) {
	h := startHost(t, t.TempDir())
	admission := backend.ToProto().AdmissionRequest(&backend.AdmissionRequest{PluginContext: dataSource("{}")})
	_, err := h.ValidateAdmission(t.Context(), admission)
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = h.MutateAdmission(t.Context(), admission)
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = h.ConvertObjects(t.Context(), backend.ToProto().ConversionRequest(&backend.ConversionRequest{PluginContext: dataSource("{}")}))
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

// TestRequestsWithoutADataSource sends what a broken or curious host could: nothing but an id.
func TestRequestsWithoutADataSource(t *testing.T) {
	h := startHost(t, t.TempDir())
	source := backend.PluginContext{PluginID: pluginID}
	responses, err := h.ask(t.Context(), source, asked("A", model{"path": "a.csv"}))
	require.NoError(t, err)
	requireRefused(t, "no data source", responses["A"], 400, "names no data source")
	answer, err := h.QueryData(t.Context(), &pluginv2.QueryDataRequest{})
	require.NoError(t, err)
	require.Empty(t, answer.Responses)
}
