package decisiontables

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

func refusal(t *testing.T, reason string, more map[string]string) error {
	t.Helper()
	made, err := status.New(codes.NotFound, "no").WithDetails(
		&errdetails.ErrorInfo{Reason: reason, Domain: "decisiontables.dev", Metadata: more},
		&errdetails.LocalizedMessage{Locale: "zh-CN", Message: "没有"},
	)
	if err != nil {
		t.Fatal(err)
	}
	return callError(made.Err(), metadata.Pairs(requestID, "r1"))
}

func TestEveryReasonOfTheContractHasAConstant(t *testing.T) {
	source, err := os.ReadFile("reasons.go")
	if err != nil {
		t.Fatal(err)
	}
	for number, name := range v1.ErrorReason_name {
		word := `Reason = "` + strings.TrimPrefix(name, "ERROR_REASON_") + `"`
		if number != 0 && !strings.Contains(string(source), word) {
			t.Error(name)
		}
	}
}

func TestARefusalIsRecognisedByItsReason(t *testing.T) {
	err := refusal(t, "UNKNOWN_TABLE", map[string]string{"suggestions": `["fee"]`, "model": "m"})
	var refused *Refused
	if !errors.As(err, &refused) || !errors.Is(err, ReasonUnknownTable) || errors.Is(err, ReasonUnknownModel) {
		t.Fatal(err)
	}
	if refused.MessageZH != "没有" || refused.RequestID != "r1" || refused.Model != "m" || refused.Code != codes.NotFound {
		t.Error(refused)
	}
	if !reflect.DeepEqual(refused.Suggestions, []string{"fee"}) {
		t.Error(refused.Suggestions)
	}
}

func TestAReasonOfANewerServerIsStillARefusal(t *testing.T) {
	if err := refusal(t, "TOO_NEW", nil); !errors.Is(err, Reason("TOO_NEW")) {
		t.Error(err)
	}
}

func TestMetadataThatCannotBeReadArePassedOver(t *testing.T) {
	var refused *Refused
	errors.As(refusal(t, "UNKNOWN_TABLE", map[string]string{"suggestions": "not json", "cells": `{"a": 1}`}), &refused)
	if refused.Suggestions != nil || refused.Cells != nil {
		t.Error(refused)
	}
}

func TestAStatusWithoutAReasonIsAFailure(t *testing.T) {
	err := callError(status.Error(codes.Unavailable, "away"), nil)
	if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrDeadlineExceeded) {
		t.Error(err)
	}
}
