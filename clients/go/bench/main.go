// Command bench measures what the client costs over the bare stub: bench HOST:PORT ROUNDS CALLS.
//
// It asks the same question by both in turn and prints a line of JSON with the median microseconds of a round's call.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	dt "decisiontables.dev/go/decisiontables"
	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

func main() {
	target := os.Args[1]
	rounds, _ := strconv.Atoi(os.Args[2])
	calls, _ := strconv.Atoi(os.Args[3])
	client, err := dt.Connect(target)
	check(err)
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	stub := v1.NewEvaluationServiceClient(connection)
	ctx := context.Background()
	inputs := dt.Inputs{"age": 6, "cards": dt.Codes{"disabled"}, "home": "island"}
	request := &v1.EvaluateRequest{Model: "ferry_fares", Table: "price", Inputs: map[string]*v1.Value{
		"age":   {Kind: &v1.Value_Integer{Integer: 6}},
		"cards": {Kind: &v1.Value_Codes{Codes: &v1.Codes{Codes: []string{"disabled"}}}},
		"home":  {Kind: &v1.Value_Text{Text: "island"}},
	}}
	var bare, whole []float64
	for range rounds {
		bare = append(bare, perCall(calls, func() {
			limited, cancel := context.WithTimeout(ctx, 5*time.Second)
			_, err := stub.Evaluate(limited, request)
			cancel()
			check(err)
		}))
		whole = append(whole, perCall(calls, func() {
			_, err := client.Evaluate(ctx, inputs, dt.Ask{Model: "ferry_fares", Table: "price"})
			check(err)
		}))
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]float64{"stub": median(bare), "client": median(whole)}))
}

func perCall(calls int, ask func()) float64 {
	began := time.Now()
	for range calls {
		ask()
	}
	return float64(time.Since(began).Microseconds()) / float64(calls)
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
