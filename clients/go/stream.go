package decisiontables

import (
	"context"
	"errors"
	"io"
	"iter"

	"google.golang.org/grpc"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// EvaluateStream decides cases as they come; one outcome per row, in order, by one release from the first to the last.
//
// Rows are read and sent while answers are taken, in groups of the question's ChunkSize (1 where each
// answer is awaited before the next row); a loop that takes no answers stops the sending soon. A stream has no timeout of the client's: bound it with the context. A stream that breaks off yields
// its error last. Leaving the loop ends the stream.
func (c *Client) EvaluateStream(ctx context.Context, rows iter.Seq[Row], ask Ask) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		ctx, cancel := context.WithCancel(c.identified(ctx))
		defer cancel()
		stream, err := c.evaluation.EvaluateStream(ctx)
		if err != nil {
			yield(Outcome{}, callError(err, nil))
			return
		}
		unsendable := make(chan error, 1)
		go func() {
			if err := sendRows(stream, rows, ask); err != nil {
				unsendable <- err
				cancel()
			}
		}()
		receiveOutcomes(stream, unsendable, yield)
	}
}

type rowStream = grpc.BidiStreamingClient[v1.EvaluateStreamRequest, v1.EvaluateStreamResponse]

// sendRows sends all rows. It fails for a row that cannot be sent; a broken stream is told by the receiving side.
func sendRows(stream rowStream, rows iter.Seq[Row], ask Ask) error {
	start := &v1.StreamStart{
		Model: ask.Model, Table: ask.Table, AsOf: dateMessage(ask.AsOf),
		Release: ask.Release, KnownAt: momentMessage(ask.KnownAt),
	}
	if stream.Send(&v1.EvaluateStreamRequest{Part: &v1.EvaluateStreamRequest_Start{Start: start}}) != nil {
		return nil
	}
	size, err := ask.chunkSize()
	if err != nil {
		return err
	}
	var sequence int64
	for group := range groups(rows, size) {
		messages, err := rowMessages(group)
		if err != nil {
			return err
		}
		part := &v1.EvaluateStreamRequest_Rows{Rows: &v1.StreamRows{Sequence: sequence, Rows: messages}}
		if stream.Send(&v1.EvaluateStreamRequest{Part: part}) != nil {
			return nil
		}
		sequence++
	}
	_ = stream.CloseSend()
	return nil
}

func groups(rows iter.Seq[Row], size int) iter.Seq[[]Row] {
	return func(yield func([]Row) bool) {
		group := make([]Row, 0, size)
		for row := range rows {
			group = append(group, row)
			if len(group) == size {
				if !yield(group) {
					return
				}
				group = group[:0]
			}
		}
		if len(group) > 0 {
			yield(group)
		}
	}
}

func receiveOutcomes(stream rowStream, unsendable <-chan error, yield func(Outcome, error) bool) {
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		var outcomes []Outcome
		if err == nil {
			outcomes, err = outcomesOf(response.GetOutcomes(), "")
		} else {
			err = streamError(stream, err, unsendable)
		}
		if err != nil {
			yield(Outcome{}, err)
			return
		}
		for _, outcome := range outcomes {
			if !yield(outcome, nil) {
				return
			}
		}
	}
}

// streamError is the row that could not be sent, where that ended the stream, else what the server says.
func streamError(stream grpc.ClientStream, err error, unsendable <-chan error) error {
	select {
	case cause := <-unsendable:
		return cause
	default:
		return callError(err, stream.Trailer())
	}
}
