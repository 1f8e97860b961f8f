package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/grpc/codes"

	dt "decisiontables.dev/go/decisiontables"
)

func inputsOf(values map[string]any) dt.Inputs {
	inputs := dt.Inputs{}
	for name, value := range values {
		inputs[name] = valueOf(value)
	}
	return inputs
}

func rowsOf(asking testCase) []dt.Row {
	rows := each(asking.Rows, func(from row) dt.Row {
		return dt.Row{Inputs: inputsOf(from.Inputs), Table: from.Table, AsOf: day(from.AsOf)}
	})
	return slices.Repeat(rows, max(asking.Repeat, 1))
}

// valueOf gives a value in the form of the cases as one of Go.
func valueOf(value any) any {
	tagged, ok := value.(map[string]any)
	if !ok {
		return value
	}
	for kind, written := range tagged {
		switch kind {
		case "codes":
			return dt.Codes(each(written.([]any), func(code any) string { return code.(string) }))
		case "integer":
			return wholeNumber(written.(string))
		case "decimal":
			return decimal.RequireFromString(written.(string))
		case "date":
			return day(written.(string))
		case "float":
			number, _ := strconv.ParseFloat(written.(string), 64)
			return number
		case "moment":
			moment, _ := time.Parse(time.RFC3339, written.(string))
			return moment
		}
	}
	panic(fmt.Sprint("a value of an unknown kind: ", value))
}

func wholeNumber(written string) any {
	if number, err := strconv.ParseInt(written, 10, 64); err == nil {
		return number
	}
	number, err := strconv.ParseUint(written, 10, 64)
	if err != nil {
		panic(err)
	}
	return number
}

// valueJSON gives a value of an answer in the form of the cases.
func valueJSON(value dt.Value) any {
	switch value := value.(type) {
	case nil, bool, string:
		return value
	case int64:
		return plain{"integer": strconv.FormatInt(value, 10)}
	case decimal.Decimal:
		return plain{"decimal": value.String()}
	case dt.Date:
		return plain{"date": value.String()}
	case dt.Codes:
		return plain{"codes": value}
	case dt.Sequence:
		return plain{"sequence": each(value, valueJSON)}
	}
	panic(fmt.Sprintf("a %T in an answer", value))
}

func decisionJSON(decision *dt.Decision) any {
	if decision == nil {
		return nil
	}
	results := plain{}
	for key, value := range decision.Results {
		results[key] = valueJSON(value)
	}
	return plain{
		"status": decision.Status, "results": results, "matches": each(decision.Matches, matchJSON),
		"missing": list(decision.Missing), "overridden": list(decision.Overridden), "unused": list(decision.Unused),
		"tables": decision.Tables, "as_of": decision.AsOf.String(), "model": decision.Model,
		"model_digest": decision.ModelDigest, "release": releaseJSON(decision.Release),
		"known_at": momentJSON(decision.KnownAt), "semantics": decision.Semantics,
	}
}

func matchJSON(match dt.Match) plain {
	citations := each(match.Citations, func(each dt.Citation) plain {
		return plain{"source": each.Source, "locator": each.Locator, "title": each.Title}
	})
	return plain{
		"table": match.Table, "rule": match.Rule, "cell": match.Cell, "citations": citations,
		"status": match.Status, "default": match.Default, "dissent": match.Dissent,
	}
}

func releaseJSON(release *dt.Release) any {
	if release == nil {
		return nil
	}
	return plain{
		"digest": release.Digest, "number": release.Number,
		"unconfirmed": release.Unconfirmed, "withdrawn": release.Withdrawn,
	}
}

func momentJSON(moment time.Time) any {
	if moment.IsZero() {
		return nil
	}
	return moment.UTC().Format(time.RFC3339)
}

func outcomeJSON(outcome dt.Outcome) any {
	if outcome.Refused != nil {
		return plain{"error": errorJSON(outcome.Refused)}
	}
	return plain{"decision": decisionJSON(outcome.Decision)}
}

func columnsJSON(answers *dt.ColumnAnswers) plain {
	results, refused := plain{}, plain{}
	for key, values := range answers.Results {
		results[key] = each(values, valueJSON)
	}
	for position, why := range answers.Refused {
		refused[strconv.Itoa(position)] = errorJSON(why)
	}
	return plain{
		"statuses": answers.Statuses, "results": results, "rules": list(answers.Rules),
		"missing": list(answers.Missing), "dissents": list(answers.Dissents), "errors": refused,
		"as_of": answers.AsOf.String(), "model": answers.Model, "model_digest": answers.ModelDigest,
		"release": releaseJSON(answers.Release),
	}
}

func errorJSON(err error) plain {
	var unsendable *dt.ValueError
	var failed *dt.Failed
	var refused *dt.Refused
	switch {
	case errors.As(err, &refused):
		return refusedJSON(refused)
	case errors.As(err, &failed):
		return plain{
			"kind": kindOf(failed), "code": name(failed.Code), "message": failed.Message, "request_id": failed.RequestID,
		}
	case errors.As(err, &unsendable):
		return plain{"kind": "unsendable", "field": unsendable.Name, "message": unsendable.Problem}
	}
	return plain{"kind": "misuse", "message": err.Error()}
}

func kindOf(failed *dt.Failed) string {
	switch {
	case errors.Is(failed, dt.ErrUnavailable):
		return "unavailable"
	case errors.Is(failed, dt.ErrDeadlineExceeded):
		return "deadline_exceeded"
	}
	return "failed"
}

func refusedJSON(refused *dt.Refused) plain {
	violations := each(refused.Violations, func(each dt.Violation) plain {
		return plain{"field": each.Field, "description": each.Description}
	})
	return plain{
		"kind": "refused", "reason": refused.Reason, "code": name(refused.Code), "message": refused.Message,
		"message_zh": refused.MessageZH, "violations": violations, "suggestions": list(refused.Suggestions),
		"table": refused.Table, "model": refused.Model, "cells": list(refused.Cells), "request_id": refused.RequestID,
	}
}

// name writes a code as the contract does: INVALID_ARGUMENT for InvalidArgument.
func name(code codes.Code) string {
	var written strings.Builder
	for position, letter := range code.String() {
		if position > 0 && letter >= 'A' && letter <= 'Z' {
			written.WriteByte('_')
		}
		written.WriteRune(letter)
	}
	return strings.ToUpper(written.String())
}

// list is never nil, which JSON would write as null.
func list(texts []string) []string { return append([]string{}, texts...) }
