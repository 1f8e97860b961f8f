package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"iter"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	dt "decisiontables.dev/go/decisiontables"
)

type calling func(context.Context, *dt.Client, testCase) (plain, error)

var calls = map[string]calling{
	"evaluate": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		decision, err := client.Evaluate(ctx, inputsOf(asking.Inputs), asking.Ask.ask())
		return plain{"decision": decisionJSON(decision)}, err
	},
	"evaluate_batch": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		outcomes, err := client.EvaluateBatch(ctx, rowsOf(asking), asking.question())
		return plain{"outcomes": each(outcomes, outcomeJSON)}, err
	},
	"evaluate_stream": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		outcomes := []any{}
		for outcome, err := range client.EvaluateStream(ctx, slices.Values(rowsOf(asking)), asking.question()) {
			if err != nil {
				return nil, err
			}
			if outcomes = append(outcomes, outcomeJSON(outcome)); len(outcomes) == asking.Take {
				break
			}
		}
		return plain{"outcomes": outcomes}, nil
	},
	"evaluate_columns": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		columns := dt.Columns{}
		for name, values := range asking.Columns {
			columns[name] = slices.Repeat(each(values, valueOf), max(asking.Repeat, 1))
		}
		answers, err := client.EvaluateColumns(ctx, columns, asking.Ask.ask())
		if err != nil {
			return nil, err
		}
		return columnsJSON(answers), nil
	},
	"explain": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		explained, err := client.Explain(ctx, inputsOf(asking.Inputs), asking.Ask.ask(), asking.Ask.Rule)
		if err != nil {
			return nil, err
		}
		explained.Explanation.Error = nil
		answer := plain{"explanation": messageJSON(explained.Explanation)}
		if explained.Decision != nil {
			answer["decision"] = decisionJSON(explained.Decision)
		}
		if explained.Refused != nil {
			answer["refused"] = errorJSON(explained.Refused)
		}
		return answer, nil
	},
	"explore": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		exploration, err := client.Explore(ctx, inputsOf(asking.Inputs), asking.Ask.ask())
		return plain{"exploration": messageJSON(exploration)}, err
	},
	"model": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		model, err := client.Model(ctx, asking.Ask.Model)
		return plain{"item": messageJSON(model)}, err
	},
	"table": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		table, err := client.Table(ctx, asking.Ask.Model, asking.Ask.Table)
		return plain{"item": messageJSON(table)}, err
	},
	"models": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Models(ctx), asking)
	},
	"tables": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Tables(ctx, asking.Ask.Model), asking)
	},
	"fields": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Fields(ctx, asking.Ask.Model), asking)
	},
	"value_lists": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.ValueLists(ctx, asking.Ask.Model), asking)
	},
	"values": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Values(ctx, asking.Ask.Model, asking.Ask.List), asking)
	},
	"sources": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Sources(ctx, asking.Ask.Model), asking)
	},
	"problems": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Problems(ctx, asking.Ask.Model), asking)
	},
	"releases": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		return items(client.Releases(ctx, asking.Ask.Model), asking)
	},
	"release": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		release, err := client.Release(ctx, asking.Ask.Release)
		return plain{"item": messageJSON(release)}, err
	},
	"watch_releases": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		var models []string
		if asking.Ask.Model != "" {
			models = append(models, asking.Ask.Model)
		}
		return items(client.WatchReleases(ctx, models...), asking)
	},
	"template": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		file, err := client.Template(ctx, asking.Ask.Model)
		return plain{"begins": hex.EncodeToString(file[:min(4, len(file))]), "size": len(file)}, err
	},
	"contract": func(ctx context.Context, client *dt.Client, asking testCase) (plain, error) {
		contract, err := client.Contract(ctx, asking.Ask.Model, asking.Ask.Version)
		return plain{"item": messageJSON(contract)}, err
	},
}

// items takes a list to its end, or as many of it as the case wants.
func items[T proto.Message](list iter.Seq2[T, error], asking testCase) (plain, error) {
	found := []any{}
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		if found = append(found, messageJSON(item)); len(found) == asking.Take {
			break
		}
	}
	return plain{"items": found}, nil
}

func messageJSON(message proto.Message) any {
	if message == nil || !message.ProtoReflect().IsValid() {
		return nil
	}
	written, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if err != nil {
		panic(err)
	}
	return json.RawMessage(written)
}

func each[F, T any](items []F, convert func(F) T) []T {
	converted := make([]T, len(items))
	for position, item := range items {
		converted[position] = convert(item)
	}
	return converted
}
