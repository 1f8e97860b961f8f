// Command evaluate shows what a server offers, or decides one case: evaluate HOST:PORT [MODEL TABLE NAME=VALUE...].
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"decisiontables.dev/go/decisiontables"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: evaluate HOST:PORT [MODEL TABLE NAME=VALUE...]")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, target string, question []string) error {
	client, err := decisiontables.Connect(target)
	if err != nil {
		return err
	}
	defer client.Close()
	if len(question) < 2 {
		return show(ctx, client)
	}
	return decide(ctx, client, decisiontables.Ask{Model: question[0], Table: question[1]}, question[2:])
}

func show(ctx context.Context, client *decisiontables.Client) error {
	for model, err := range client.Models(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(model.GetKey(), model.GetTitle())
		for table, err := range client.Tables(ctx, model.GetKey()) {
			if err != nil {
				return err
			}
			fmt.Println(" ", table.GetKey(), table.GetConditionFields(), "→", table.GetResultFields())
		}
	}
	return nil
}

func decide(ctx context.Context, client *decisiontables.Client, ask decisiontables.Ask, given []string) error {
	inputs := decisiontables.Inputs{}
	for _, pair := range given {
		name, value, _ := strings.Cut(pair, "=")
		inputs[name] = value
	}
	decision, err := client.Evaluate(ctx, inputs, ask)
	var refused *decisiontables.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w\n%s %v", refused, refused.MessageZH, refused.Suggestions)
	}
	if err != nil {
		return err
	}
	for key, value := range decision.Results {
		fmt.Println(key, "=", value)
	}
	for _, match := range decision.Matches {
		fmt.Println("by", match.Cell, match.Citations)
	}
	return nil
}
