package decisiontables

import (
	"cmp"
	"context"
	"errors"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// ChunkSize is how many rows travel in one message unless the question says otherwise.
const ChunkSize = 500

func (a Ask) chunkSize() (int, error) {
	if a.ChunkSize < 0 {
		return 0, errors.New("the chunk size must be at least 1")
	}
	return cmp.Or(a.ChunkSize, ChunkSize), nil
}

// Row is one case of many. Table and AsOf are its own where they are given, else the question's.
type Row struct {
	Inputs Inputs
	Table  string
	AsOf   Date
}

// Outcome is what became of one case of many: a decision, or why it was refused.
type Outcome struct {
	Decision *Decision
	Refused  *Refused
}

// EvaluateBatch decides many cases; one outcome per row, in order. A refused row does not stop the others.
//
// Rows travel in chunks of the question's ChunkSize, each with a deadline of its own where the context has none; a
// release that becomes active meanwhile takes effect between two chunks, unless the question pins one.
func (c *Client) EvaluateBatch(ctx context.Context, rows []Row, ask Ask) ([]Outcome, error) {
	chunkSize, err := ask.chunkSize()
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, 0, len(rows))
	for begin := 0; begin < len(rows); begin += chunkSize {
		chunk, err := c.evaluateChunk(ctx, rows[begin:min(begin+chunkSize, len(rows))], ask)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, chunk...)
	}
	return outcomes, nil
}

func (c *Client) evaluateChunk(ctx context.Context, rows []Row, ask Ask) ([]Outcome, error) {
	messages, err := rowMessages(rows)
	if err != nil {
		return nil, err
	}
	response, id, err := call(ctx, c, c.evaluation.EvaluateBatch, &v1.EvaluateBatchRequest{
		Model: ask.Model, Table: ask.Table, Rows: messages, AsOf: dateMessage(ask.AsOf),
		Release: ask.Release, KnownAt: momentMessage(ask.KnownAt),
	})
	if err != nil {
		return nil, err
	}
	return outcomesOf(response.GetOutcomes(), id)
}

func rowMessages(rows []Row) ([]*v1.EvaluationRow, error) {
	messages := make([]*v1.EvaluationRow, 0, len(rows))
	for _, row := range rows {
		inputs, err := inputMessages(row.Inputs)
		if err != nil {
			return nil, err
		}
		messages = append(messages, &v1.EvaluationRow{Inputs: inputs, Table: row.Table, AsOf: dateMessage(row.AsOf)})
	}
	return messages, nil
}

func outcomesOf(messages []*v1.EvaluationOutcome, id string) ([]Outcome, error) {
	outcomes := make([]Outcome, 0, len(messages))
	for _, message := range messages {
		if failure := message.GetError(); failure != nil {
			outcomes = append(outcomes, Outcome{Refused: refusedBy(failure, id)})
			continue
		}
		decision, err := decisionOf(message.GetDecision())
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, Outcome{Decision: decision})
	}
	return outcomes, nil
}
