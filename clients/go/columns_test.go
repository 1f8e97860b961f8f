package decisiontables

import (
	"math"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

func TestAColumnComesBackAsItWent(t *testing.T) {
	numbers := []Value{decimal.RequireFromString("1.5"), nil, decimal.RequireFromString("-0.25")}
	for _, values := range [][]Value{
		{"a", "a", nil, "b", "a", "a"}, {"a", "b"}, {int64(math.MinInt64), nil, int64(math.MaxInt64)}, {true, nil, false},
		{Date{1969, 12, 31}, nil, Date{2024, 2, 29}}, numbers, {nil, nil}, {},
		{decimal.New(1, 40), decimal.New(1, -40), decimal.New(1, -40), decimal.New(1, -40), decimal.New(1, -40)},
	} {
		message, length, err := columnMessage("x", values)
		if err != nil || length != len(values) {
			t.Fatal(values, length, err)
		}
		back, err := columnValues(message)
		if err != nil {
			t.Fatal(values, err)
		}
		if !reflect.DeepEqual(written(back), written(values)) {
			t.Errorf("%v came back as %v", values, back)
		}
	}
}

// written compares decimals by their digits, in whatever form they travelled.
func written(values []Value) []Value {
	plain := make([]Value, len(values))
	for row, value := range values {
		plain[row] = value
		if number, ok := value.(decimal.Decimal); ok {
			plain[row] = number.String()
		}
	}
	return plain
}

func TestColumnsThatCannotBeSentAreRefused(t *testing.T) {
	for name, columns := range map[string]Columns{
		"two lengths": {"a": []string{"x"}, "b": []string{"x", "y"}},
		"two types":   {"a": []Value{"x", int64(1)}},
		"floats":      {"a": []float64{1}},
		"a float":     {"a": []Value{1.5}},
	} {
		if _, _, err := columnMessages(columns); err == nil {
			t.Error(name)
		}
	}
}

func TestAnAnswerThatIsNotWellFormedIsAnErrorAndNoPanic(t *testing.T) {
	words := &v1.DictionaryColumn{Values: []string{"a"}, Indices: []uint32{0, 1}}
	for name, column := range map[string]*v1.Column{
		"a position outside": {Values: &v1.Column_Dictionary{Dictionary: words}},
		"too few bits": {
			Present: []byte{1}, Values: &v1.Column_Booleans{Booleans: &v1.BooleanColumn{Values: make([]bool, 9)}},
		},
		"an unknown kind":   {},
		"an unknown buffer": {Values: &v1.Column_Buffer{Buffer: &v1.BufferColumn{Type: 99, Data: []byte{1}}}},
	} {
		if values, err := columnValues(column); err == nil {
			t.Errorf("%s: taken for %v", name, values)
		}
	}
	absent := &v1.Column{Present: []byte{1}, Values: &v1.Column_Dictionary{Dictionary: words}}
	if values, err := columnValues(absent); err != nil || !reflect.DeepEqual(values, []Value{"a", nil}) {
		t.Error(values, err)
	}
}
