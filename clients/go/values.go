package decisiontables

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/genproto/googleapis/type/date"
	decimalpb "google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// Inputs are the values of one case by field key or label: a string, an integer, a decimal.Decimal, a Date, a bool, a
// Codes or []string for a set, or nil for missing. A string may stand for any type: "12.50", "2025-01-31", a label.
type Inputs map[string]any

// Value is one value of an answer: a string (a text, or the key of an enumeration's value), an int64, a
// decimal.Decimal, a Date, a bool, a Codes, a Sequence, or nil for missing.
type Value = any

// Codes are the members of a set; in answers they are sorted.
type Codes []string

// Sequence has one value per hit, where the hit policy gives all hits.
type Sequence []Value

// Date is a calendar day. The zero Date is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a day written as YYYY-MM-DD.
func ParseDate(text string) (Date, error) {
	moment, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no date of the form YYYY-MM-DD", text)
	}
	return DateOf(moment), nil
}

// DateOf is the day of a moment in the moment's own time zone.
func DateOf(moment time.Time) Date {
	year, month, day := moment.Date()
	return Date{year, month, day}
}

// String writes the day as YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// IsZero tells whether there is no day.
func (d Date) IsZero() bool { return d == Date{} }

// ValueError says that a value cannot be sent; nothing was.
type ValueError struct {
	// Name is the input that the value was meant for.
	Name string
	// Problem says what is wrong with it.
	Problem string
}

func (e *ValueError) Error() string { return e.Name + ": " + e.Problem }

const maxExponent = 60

func toMessage(name string, value any) (*v1.Value, error) {
	switch value := value.(type) {
	case nil:
		return &v1.Value{Kind: &v1.Value_Missing{Missing: &v1.Missing{}}}, nil
	case string:
		return &v1.Value{Kind: &v1.Value_Text{Text: value}}, nil
	case bool:
		return &v1.Value{Kind: &v1.Value_Boolean{Boolean: value}}, nil
	case decimal.Decimal:
		return decimalMessage(name, value)
	case Date:
		return &v1.Value{Kind: &v1.Value_Date{Date: dateMessage(value)}}, nil
	case Codes:
		return codesMessage(value), nil
	case []string:
		return codesMessage(value), nil
	}
	if whole, ok := wholeNumber(value); ok {
		return &v1.Value{Kind: &v1.Value_Integer{Integer: whole}}, nil
	}
	return nil, &ValueError{name, whyUnsendable(value)}
}

func wholeNumber(value any) (int64, bool) {
	switch value := value.(type) {
	case int:
		return int64(value), true
	case int64:
		return value, true
	case int32:
		return int64(value), true
	case int16:
		return int64(value), true
	case int8:
		return int64(value), true
	case uint8:
		return int64(value), true
	case uint16:
		return int64(value), true
	case uint32:
		return int64(value), true
	case uint:
		return int64(value), uint64(value) <= math.MaxInt64
	case uint64:
		return int64(value), value <= math.MaxInt64
	}
	return 0, false
}

func whyUnsendable(value any) string {
	switch value := value.(type) {
	case float32, float64:
		return fmt.Sprintf("a float is not exact; use decimal.RequireFromString(%q) or a string", fmt.Sprint(value))
	case uint, uint64:
		return fmt.Sprintf("%d is beyond 64 bits", value)
	case time.Time:
		return "a time.Time is no calendar date; use DateOf"
	}
	return fmt.Sprintf("a %T cannot be sent; use string, int64, decimal.Decimal, Date, bool, Codes or nil", value)
}

func decimalMessage(name string, value decimal.Decimal) (*v1.Value, error) {
	if adjusted := value.NumDigits() + int(value.Exponent()) - 1; adjusted > maxExponent || adjusted < -maxExponent {
		return nil, &ValueError{name, "the number is too large or too small to be sent"}
	}
	return &v1.Value{Kind: &v1.Value_Decimal{Decimal: &decimalpb.Decimal{Value: value.String()}}}, nil
}

func codesMessage(codes []string) *v1.Value {
	sorted := slices.Clone(codes)
	slices.Sort(sorted)
	return &v1.Value{Kind: &v1.Value_Codes{Codes: &v1.Codes{Codes: sorted}}}
}

func inputMessages(inputs Inputs) (map[string]*v1.Value, error) {
	messages := make(map[string]*v1.Value, len(inputs))
	for name, value := range inputs {
		message, err := toMessage(name, value)
		if err != nil {
			return nil, err
		}
		messages[name] = message
	}
	return messages, nil
}

func dateMessage(day Date) *date.Date {
	if day.IsZero() {
		return nil
	}
	return &date.Date{Year: int32(day.Year), Month: int32(day.Month), Day: int32(day.Day)}
}

func momentMessage(moment time.Time) *timestamppb.Timestamp {
	if moment.IsZero() {
		return nil
	}
	return timestamppb.New(moment)
}

func dateOf(day *date.Date) Date {
	return Date{int(day.GetYear()), time.Month(day.GetMonth()), int(day.GetDay())}
}

// ValueOf gives a value of the contract as a plain one. It fails for a kind that this client does not know.
func ValueOf(message *v1.Value) (Value, error) {
	switch kind := message.GetKind().(type) {
	case *v1.Value_Text:
		return kind.Text, nil
	case *v1.Value_Decimal:
		return decimal.NewFromString(kind.Decimal.GetValue())
	case *v1.Value_Integer:
		return kind.Integer, nil
	case *v1.Value_Date:
		return dateOf(kind.Date), nil
	case *v1.Value_Boolean:
		return kind.Boolean, nil
	case *v1.Value_Code:
		return kind.Code, nil
	case *v1.Value_Codes:
		return Codes(kind.Codes.GetCodes()), nil
	case *v1.Value_Missing:
		return nil, nil
	case *v1.Value_Sequence:
		return sequenceOf(kind.Sequence)
	}
	return nil, fmt.Errorf("the answer has a value of a kind that this client does not know")
}

func sequenceOf(message *v1.ValueSequence) (Value, error) {
	sequence := make(Sequence, 0, len(message.GetValues()))
	for _, each := range message.GetValues() {
		value, err := ValueOf(each)
		if err != nil {
			return nil, err
		}
		sequence = append(sequence, value)
	}
	return sequence, nil
}

// ValuesOf gives values of the contract, by field key, as plain ones.
func ValuesOf(messages map[string]*v1.Value) (map[string]Value, error) {
	values := make(map[string]Value, len(messages))
	for key, message := range messages {
		value, err := ValueOf(message)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		values[key] = value
	}
	return values, nil
}
