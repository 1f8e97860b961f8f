package decisiontables

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// Ask says what is asked. The zero Ask asks every table of the server's only model by the rules of today.
type Ask struct {
	// Model is the key of the model; may be empty if the server has exactly one.
	Model string
	// Table is the key of the table; empty for every table that is in force.
	Table string
	// AsOf is the date whose rules apply; zero for today in the model's time zone.
	AsOf Date
	// Release pins the release that decides, by digest or as "MODEL#NUMBER"; empty for the active one.
	Release string
	// KnownAt is the moment whose active release decides; zero for now. Only one of Release and KnownAt may be given.
	KnownAt time.Time
	// ChunkSize is how many rows of a batch or a stream travel in one message; 0 for the constant ChunkSize.
	ChunkSize int
}

// Evaluate decides one case.
func (c *Client) Evaluate(ctx context.Context, inputs Inputs, ask Ask) (*Decision, error) {
	messages, err := inputMessages(inputs)
	if err != nil {
		return nil, err
	}
	response, _, err := call(ctx, c, c.evaluation.Evaluate, &v1.EvaluateRequest{
		Model: ask.Model, Table: ask.Table, Inputs: messages, AsOf: dateMessage(ask.AsOf),
		Release: ask.Release, KnownAt: momentMessage(ask.KnownAt),
	})
	if err != nil {
		return nil, err
	}
	return decisionOf(response.GetDecision())
}

// Explained is a decision with how it came about.
type Explained struct {
	// Decision is nil where the case was refused.
	Decision *Decision
	// Refused says why there is no decision; nil where there is one.
	Refused *Refused
	// Explanation is how it came about, as far as it came.
	Explanation *v1.Explanation
}

// Explain decides one case and tells how the decision came about. A refused case is no error here. The rule, as "rule"
// or "table:rule", is one to tell about even if it does not match; empty for none.
func (c *Client) Explain(ctx context.Context, inputs Inputs, ask Ask, rule string) (*Explained, error) {
	messages, err := inputMessages(inputs)
	if err != nil {
		return nil, err
	}
	response, id, err := call(ctx, c, c.evaluation.Explain, &v1.ExplainRequest{
		Model: ask.Model, Table: ask.Table, Inputs: messages, AsOf: dateMessage(ask.AsOf),
		Release: ask.Release, KnownAt: momentMessage(ask.KnownAt), Rule: rule,
	})
	if err != nil {
		return nil, err
	}
	explained := &Explained{Explanation: response.GetExplanation()}
	if failure := response.GetExplanation().GetError(); failure != nil {
		explained.Refused = refusedBy(failure, id)
	}
	if response.GetDecision() != nil {
		explained.Decision, err = decisionOf(response.GetDecision())
	}
	return explained, err
}

// Explore tells what one table can still answer for a case of which only some inputs are known, and what to ask next.
func (c *Client) Explore(ctx context.Context, inputs Inputs, ask Ask) (*v1.Exploration, error) {
	messages, err := inputMessages(inputs)
	if err != nil {
		return nil, err
	}
	response, _, err := call(ctx, c, c.evaluation.Explore, &v1.ExploreRequest{
		Model: ask.Model, Table: ask.Table, Inputs: messages, AsOf: dateMessage(ask.AsOf),
		Release: ask.Release, KnownAt: momentMessage(ask.KnownAt),
	})
	return response.GetExploration(), err
}

type method[Q, A any] func(context.Context, *Q, ...grpc.CallOption) (*A, error)

// call makes one call with a deadline; it gives the answer and the request id.
func call[Q, A any](ctx context.Context, c *Client, ask method[Q, A], request *Q) (*A, string, error) {
	ctx, cancel := c.begin(ctx)
	defer cancel()
	var trailer metadata.MD
	response, err := ask(ctx, request, grpc.Trailer(&trailer))
	if err != nil {
		return nil, "", callError(err, trailer)
	}
	return response, first(trailer.Get(requestID)), nil
}
