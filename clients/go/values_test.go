package decisiontables

import (
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

func TestAValueComesBackAsItWent(t *testing.T) {
	for _, value := range []any{
		nil, true, false, "", "示例", int64(math.MaxInt64), int64(math.MinInt64), decimal.RequireFromString("12.5"),
		decimal.RequireFromString("-0.000000000000000001"), Date{2024, time.February, 29}, Codes{"a", "b"},
	} {
		message, err := toMessage("x", value)
		if err != nil {
			t.Fatalf("%v: %v", value, err)
		}
		back, err := ValueOf(message)
		if err != nil {
			t.Fatalf("%v: %v", value, err)
		}
		if number, ok := value.(decimal.Decimal); ok {
			if !number.Equal(back.(decimal.Decimal)) {
				t.Errorf("%v came back as %v", value, back)
			}
		} else if !reflect.DeepEqual(back, value) {
			t.Errorf("%#v came back as %#v", value, back)
		}
	}
}

func TestEveryWholeNumberTypeIsTaken(t *testing.T) {
	for _, value := range []any{
		int(7), int8(7), int16(7), int32(7), int64(7), uint(7), uint8(7), uint16(7), uint32(7), uint64(7),
	} {
		message, err := toMessage("x", value)
		if err != nil || message.GetInteger() != 7 {
			t.Errorf("%T: %v, %v", value, message, err)
		}
	}
}

func TestAValueThatCannotBeSentIsRefusedByName(t *testing.T) {
	for _, value := range []any{
		0.1, float32(0.1), uint64(math.MaxInt64) + 1, time.Now(), struct{}{}, []int{1},
		decimal.New(1, 61), decimal.New(1, -61),
	} {
		_, err := toMessage("price", value)
		var unsendable *ValueError
		if !errors.As(err, &unsendable) || unsendable.Name != "price" {
			t.Errorf("%v: %v", value, err)
		}
	}
	for _, value := range []decimal.Decimal{decimal.New(1, 60), decimal.New(1, -60)} {
		if _, err := toMessage("price", value); err != nil {
			t.Errorf("%v: %v", value, err)
		}
	}
}

func TestTheMembersOfASetTravelSortedAndTheCallersStayAsTheyAre(t *testing.T) {
	given := []string{"b", "a"}
	message, _ := toMessage("x", given)
	if got := message.GetCodes().GetCodes(); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Error(got)
	}
	if !reflect.DeepEqual(given, []string{"b", "a"}) {
		t.Error("the caller's slice was sorted")
	}
}

func TestAValueOfAnUnknownKindIsNotTakenForMissing(t *testing.T) {
	if value, err := ValueOf(&v1.Value{}); err == nil {
		t.Errorf("taken for %v", value)
	}
}

func TestDatesAreReadAndWritten(t *testing.T) {
	if day, err := ParseDate("2024-02-29"); err != nil || day.String() != "2024-02-29" {
		t.Error(day, err)
	}
	for _, wrong := range []string{"2025-02-29", "2025-1-1", "20250101", ""} {
		if day, err := ParseDate(wrong); err == nil {
			t.Errorf("%q was read as %v", wrong, day)
		}
	}
}
