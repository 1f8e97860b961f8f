package decisiontables

import (
	"encoding/json"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const requestID = "x-request-id"

// Reason is a name of ErrorReason without its prefix. It is an error, so that errors.Is(err, ReasonUnknownValue) tells
// whether a call was refused for it.
type Reason string

// Error gives the reason's name.
func (r Reason) Error() string { return string(r) }

// Failed says that a call ended without a reason of the service's own. errors.Is compares it by ErrUnavailable and
// ErrDeadlineExceeded.
type Failed struct {
	// Code is the gRPC status.
	Code codes.Code
	// Message says what happened.
	Message string
	// RequestID finds the call in the server's log; empty where no server answered.
	RequestID string
}

var (
	// ErrUnavailable is a call that nothing answered, also after the retries.
	ErrUnavailable = &Failed{Code: codes.Unavailable, Message: "no server answered"}
	// ErrDeadlineExceeded is a call whose answer did not come in time.
	ErrDeadlineExceeded = &Failed{Code: codes.DeadlineExceeded, Message: "no answer in time"}
)

// Error gives code and message.
func (f *Failed) Error() string { return fmt.Sprintf("%s: %s", f.Code, f.Message) }

// Is tells whether the other failure has the same code.
func (f *Failed) Is(target error) bool {
	other, ok := target.(*Failed)
	return ok && other.Code == f.Code
}

// Violation is an input, or another part of the request, that is at fault.
type Violation struct {
	// Field names it.
	Field string
	// Description says what is wrong with it.
	Description string
}

// Refused says why the server refused a request.
type Refused struct {
	// Reason is why; a newer server may give one that this client has no constant for.
	Reason Reason
	// Code is the gRPC status.
	Code codes.Code
	// Message says why in English.
	Message string
	// MessageZH says why in Chinese.
	MessageZH string
	// Violations are the parts of the request that are at fault.
	Violations []Violation
	// Suggestions are the nearest known names, the best first.
	Suggestions []string
	// Cells are the cells of the workbook that are involved.
	Cells []string
	// Table and Model are the keys of what is concerned; empty where nothing is.
	Table, Model string
	// Metadata has all that the server said beside, by name.
	Metadata map[string]string
	// RequestID finds the call in the server's log.
	RequestID string
}

// Error gives reason and message.
func (r *Refused) Error() string { return fmt.Sprintf("%s: %s", r.Reason, r.Message) }

// Is tells whether the request was refused for the reason, or whether the call failed with the code of a Failed.
func (r *Refused) Is(target error) bool {
	switch target := target.(type) {
	case Reason:
		return target == r.Reason
	case *Failed:
		return target.Code == r.Code
	}
	return false
}

// callError gives the error of a call that ended with one.
func callError(err error, trailer metadata.MD) error {
	if err == nil {
		return nil
	}
	found, _ := status.FromError(err)
	if found.Code() == codes.Canceled && found.Message() == "" {
		return err
	}
	id := first(trailer.Get(requestID))
	if refused := refusedBy(found.Proto(), id); refused.Reason != "" {
		return refused
	}
	return &Failed{Code: found.Code(), Message: found.Message(), RequestID: id}
}

// refusedBy reads what the server says of a refused request; the reason is empty where it says none.
func refusedBy(message *statuspb.Status, id string) *Refused {
	refused := &Refused{Code: codes.Code(message.GetCode()), Message: message.GetMessage(), RequestID: id}
	for _, detail := range status.FromProto(message).Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			refused.Reason = Reason(detail.GetReason())
			refused.Metadata = detail.GetMetadata()
			refused.Table, refused.Model = detail.GetMetadata()["table"], detail.GetMetadata()["model"]
			refused.Suggestions = texts(detail.GetMetadata()["suggestions"])
			refused.Cells = texts(detail.GetMetadata()["cells"])
		case *errdetails.LocalizedMessage:
			refused.MessageZH = detail.GetMessage()
		case *errdetails.BadRequest:
			refused.Violations = violations(detail)
		}
	}
	return refused
}

func violations(request *errdetails.BadRequest) []Violation {
	var found []Violation
	for _, each := range request.GetFieldViolations() {
		found = append(found, Violation{each.GetField(), each.GetDescription()})
	}
	return found
}

// texts reads a JSON array of texts; what is none is passed over.
func texts(written string) []string {
	var found []string
	if json.Unmarshal([]byte(written), &found) != nil {
		return nil
	}
	return found
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
