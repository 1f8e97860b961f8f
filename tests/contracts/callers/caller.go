// Asks the typed service and the general one in one program: caller ADDRESS.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	general "decisiontables.dev/go/decisiontables"
	contract "decisiontables.dev/models/hall_hire/v1"
	pool "decisiontables.dev/models/pool_fees/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	connection, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	answer, err := contract.NewHallHireServiceClient(connection).AB(ctx, &contract.ABRequest{
		Hall:      contract.Hall_HALL_MAIN_1.Enum(),
		A1B:       proto.Int32(80),
		TypeValue: []string{"training"},
		FirstDay:  &date.Date{Year: 2025, Month: 5, Day: 1},
		Deposit:   &decimal.Decimal{Value: "200.05"},
		Member:    proto.Bool(true),
		Number:    proto.String("H-7"),
		Serial:    proto.Int64(3000000000),
	})
	check(err)
	client, err := general.Connect(os.Args[1])
	check(err)
	decision, err := client.Evaluate(ctx, general.Inputs{"age": 3}, general.Ask{Model: "pool_fees", Table: "ticket"})
	check(err)
	ticket, err := pool.NewPoolFeesServiceClient(connection).Ticket(ctx, &pool.TicketRequest{Age: proto.Int32(3)})
	check(err)
	fmt.Println(answer.GetFee().GetValue(), answer.GetGrade_2(), answer.GetDecision().GetModel(),
		decision.Results["ticket"], ticket.GetTicket())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
