package decisiontables_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"decisiontables.dev/go/decisiontables"
)

// The example of the README; compiled, and not run, since it needs a server.
func Example() {
	client, err := decisiontables.Connect("localhost:50051")
	if err != nil {
		panic(err)
	}
	defer client.Close()

	decision, err := client.Evaluate(context.Background(),
		decisiontables.Inputs{"参保年度": 2025, "assistance_status": decisiontables.Codes{"minimum_living"}}, // labels or keys
		decisiontables.Ask{
			Model: "jilin_resident_insurance",
			Table: "fee",
			AsOf:  decisiontables.Date{Year: 2025, Month: time.January, Day: 10},
		})
	var refused *decisiontables.Refused
	switch {
	case errors.As(err, &refused) && refused.Reason == decisiontables.ReasonUnknownValue:
		fmt.Println(refused.MessageZH, refused.Suggestions)
	case err != nil:
		panic(err)
	default:
		fmt.Println(decision.Results["individual_fee"]) // a decimal.Decimal, never a float
		fmt.Println(decision.Matches[0].Cell)           // the rule that decided
		fmt.Println(decision.Missing)                   // what could still change the outcome
	}
}
