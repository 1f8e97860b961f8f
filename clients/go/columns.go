package decisiontables

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// Columns are the inputs of many cases by field key or label, all of one length: a []string, []int64,
// []decimal.Decimal, []Date, []bool, or a []Value of one of these types, with nil for missing. A set is a string with
// its members in the form of a cell.
type Columns map[string]any

// ColumnAnswers are the answers to cases in columns.
type ColumnAnswers struct {
	// Statuses say how each row came out; StatusUnspecified where it was refused.
	Statuses []Status
	// Results are the values by field key, one per row. A sequence or a set is a text with "; " between its values.
	Results map[string][]Value
	// Rules are the ids of the rules that decided, those of a row with "; " between them; rules of other tables than the
	// one asked as "table:rule".
	Rules []string
	// Missing are the keys of what was not given and could still make a difference, with "; " between them.
	Missing []string
	// Dissents are the ids of noted rules that the row satisfies, with "; " between them.
	Dissents []string
	// Refused are the rows that were refused, by position.
	Refused map[int]*Refused
	// AsOf is the date whose rules applied.
	AsOf Date
	// Model is the key of the model, ModelDigest the digest of its workbook.
	Model, ModelDigest string
	// Release is the release that decided; nil where a folder of workbooks is served.
	Release *Release
	// Semantics is the version of the meaning of tables by which it was decided.
	Semantics string
}

// EvaluateColumns decides many cases given as columns, which is many times faster than rows. A refused row does not
// stop the others. All rows travel in one message; the server bounds their number.
func (c *Client) EvaluateColumns(ctx context.Context, columns Columns, ask Ask) (*ColumnAnswers, error) {
	messages, rows, err := columnMessages(columns)
	if err != nil {
		return nil, err
	}
	response, id, err := call(ctx, c, c.evaluation.EvaluateColumns, &v1.EvaluateColumnsRequest{
		Model: ask.Model, Table: ask.Table, AsOf: dateMessage(ask.AsOf), Release: ask.Release,
		KnownAt: momentMessage(ask.KnownAt), RowCount: int32(rows), Columns: messages, Buffers: true,
	})
	if err != nil {
		return nil, err
	}
	return columnAnswersOf(response, id)
}

// EvaluateArrow decides many cases given as one Arrow IPC stream, and gives the answers as one.
func (c *Client) EvaluateArrow(ctx context.Context, stream []byte, rows int, ask Ask) ([]byte, error) {
	response, _, err := call(ctx, c, c.evaluation.EvaluateColumns, &v1.EvaluateColumnsRequest{
		Model: ask.Model, Table: ask.Table, AsOf: dateMessage(ask.AsOf), Release: ask.Release,
		KnownAt: momentMessage(ask.KnownAt), RowCount: int32(rows), Arrow: stream,
	})
	return response.GetArrow(), err
}

func columnMessages(columns Columns) ([]*v1.Column, int, error) {
	rows := -1
	messages := make([]*v1.Column, 0, len(columns))
	for name, given := range columns {
		message, length, err := columnMessage(name, given)
		if err != nil {
			return nil, 0, err
		}
		if rows >= 0 && length != rows {
			return nil, 0, &ValueError{name, fmt.Sprintf("the column has %d rows and another one %d", length, rows)}
		}
		rows, messages = length, append(messages, message)
	}
	slices.SortFunc(messages, func(a, b *v1.Column) int { return strings.Compare(a.GetField(), b.GetField()) })
	return messages, max(rows, 0), nil
}

func columnMessage(name string, given any) (*v1.Column, int, error) {
	message := &v1.Column{Field: name}
	if mixed, ok := given.([]Value); ok {
		typed, present, err := typedColumn(name, mixed)
		if err != nil {
			return nil, 0, err
		}
		given, message.Present = typed, present
	}
	switch given := given.(type) {
	case []string:
		packTexts(message, given)
		return message, len(given), nil
	case []int64:
		message.Values = buffer(v1.BufferType_BUFFER_TYPE_INT64, packed(given, 8, binary.LittleEndian.AppendUint64), 0)
		return message, len(given), nil
	case []bool:
		message.Values = buffer(v1.BufferType_BUFFER_TYPE_BOOL8, packBooleans(given), 0)
		return message, len(given), nil
	case []Date:
		days := make([]int32, len(given))
		for row, day := range given {
			days[row] = daysOf(day)
		}
		data := packed(days, 4, binary.LittleEndian.AppendUint32)
		message.Values = buffer(v1.BufferType_BUFFER_TYPE_DATE32, data, 0)
		return message, len(given), nil
	case []decimal.Decimal:
		packDecimals(message, given)
		return message, len(given), nil
	}
	return nil, 0, &ValueError{name, fmt.Sprintf("a %T is no column; use []string, []int64, []decimal.Decimal, "+
		"[]Date, []bool or []Value", given)}
}

// typedColumn makes a slice of the type of the first value, with bits for the rows that have one.
func typedColumn(name string, mixed []Value) (any, []byte, error) {
	for _, value := range mixed {
		switch value.(type) {
		case nil:
			continue
		case string:
			return typed[string](name, mixed)
		case int64:
			return typed[int64](name, mixed)
		case bool:
			return typed[bool](name, mixed)
		case Date:
			return typed[Date](name, mixed)
		case decimal.Decimal:
			return typed[decimal.Decimal](name, mixed)
		}
		return nil, nil, &ValueError{name, whyUnsendable(value)}
	}
	return typed[string](name, mixed)
}

func typed[T any](name string, mixed []Value) (any, []byte, error) {
	values, present, whole := make([]T, len(mixed)), make([]byte, (len(mixed)+7)/8), true
	for row, value := range mixed {
		if value == nil {
			whole = false
			continue
		}
		found, ok := value.(T)
		if !ok {
			return nil, nil, &ValueError{name, fmt.Sprintf("row %d is a %T in a column of %T", row, value, found)}
		}
		values[row] = found
		present[row/8] |= 1 << (row % 8)
	}
	if whole {
		present = nil
	}
	return values, present, nil
}

func packTexts(message *v1.Column, values []string) {
	positions := make(map[string]uint32)
	var distinct []string
	indices := make([]uint32, len(values))
	for row, value := range values {
		position, known := positions[value]
		if !known {
			position = uint32(len(distinct))
			positions[value], distinct = position, append(distinct, value)
		}
		indices[row] = position
	}
	if 2*len(distinct) > len(values) {
		message.Values = &v1.Column_Texts{Texts: &v1.TextColumn{Values: values}}
		return
	}
	message.Values = &v1.Column_Dictionary{Dictionary: &v1.DictionaryColumn{Values: distinct, Indices: indices}}
}

// packDecimals sends whole numbers of 64 bits with one scale, or texts where they do not fit.
func packDecimals(message *v1.Column, values []decimal.Decimal) {
	scale := int32(0)
	for _, value := range values {
		scale = max(scale, -value.Exponent())
	}
	unscaled := make([]int64, len(values))
	for row, value := range values {
		shifted := value.Shift(scale).BigInt()
		if scale > 18 || !shifted.IsInt64() {
			packDecimalTexts(message, values)
			return
		}
		unscaled[row] = shifted.Int64()
	}
	data := packed(unscaled, 8, binary.LittleEndian.AppendUint64)
	message.Values = buffer(v1.BufferType_BUFFER_TYPE_DECIMAL64, data, scale)
}

func packDecimalTexts(message *v1.Column, values []decimal.Decimal) {
	texts := make([]string, len(values))
	for row, value := range values {
		texts[row] = value.String()
	}
	packTexts(message, texts)
}

func packBooleans(values []bool) []byte {
	data := make([]byte, len(values))
	for row, value := range values {
		if value {
			data[row] = 1
		}
	}
	return data
}

func packed[N int32 | int64, U uint32 | uint64](numbers []N, width int, add func([]byte, U) []byte) []byte {
	data := make([]byte, 0, len(numbers)*width)
	for _, number := range numbers {
		data = add(data, U(number))
	}
	return data
}

func buffer(kind v1.BufferType, data []byte, scale int32) *v1.Column_Buffer {
	return &v1.Column_Buffer{Buffer: &v1.BufferColumn{Type: kind, Data: data, Scale: scale}}
}

func daysOf(day Date) int32 {
	return int32(time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func dayOf(days int64) Date { return DateOf(time.Unix(days*86400, 0).UTC()) }

func columnAnswersOf(message *v1.EvaluateColumnsResponse, id string) (*ColumnAnswers, error) {
	answers := &ColumnAnswers{
		Results:     make(map[string][]Value, len(message.GetResults())),
		Refused:     make(map[int]*Refused, len(message.GetErrors())),
		AsOf:        dateOf(message.GetAsOf()),
		Model:       message.GetModel(),
		ModelDigest: message.GetModelDigest(),
		Release:     releaseOf(message.GetRelease()),
		Semantics:   message.GetSemantics(),
	}
	for _, status := range message.GetStatuses() {
		answers.Statuses = append(answers.Statuses, statusOf(status, "DECISION_STATUS_"))
	}
	for _, failure := range message.GetErrors() {
		refused := refusedBy(failure.GetError(), id)
		for _, row := range failure.GetRows() {
			answers.Refused[int(row)] = refused
		}
	}
	var err error
	for into, words := range map[*[]string]*v1.DictionaryColumn{
		&answers.Rules: message.GetRules(), &answers.Missing: message.GetMissing(), &answers.Dissents: message.GetDissents(),
	} {
		if *into, err = textsOf(words); err != nil {
			return nil, err
		}
	}
	for _, column := range message.GetResults() {
		values, err := columnValues(column)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", column.GetField(), err)
		}
		answers.Results[column.GetField()] = values
	}
	return answers, nil
}

func textsOf(words *v1.DictionaryColumn) ([]string, error) {
	values, err := columnValues(&v1.Column{Values: &v1.Column_Dictionary{Dictionary: words}})
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(values))
	for row, text := range values {
		texts[row] = text.(string)
	}
	return texts, nil
}

// columnValues gives one value per row, nil for those that have none.
func columnValues(column *v1.Column) ([]Value, error) {
	values, err := presentValues(column)
	if err != nil {
		return nil, err
	}
	present := column.GetPresent()
	if len(present) > 0 && len(present) < (len(values)+7)/8 {
		return nil, fmt.Errorf("%d bytes cannot tell which of %d rows have a value", len(present), len(values))
	}
	for row, value := range values {
		if len(present) > 0 && present[row/8]&(1<<(row%8)) == 0 {
			values[row] = nil
		} else if position, outside := value.(outsideDictionary); outside {
			return nil, fmt.Errorf("row %d refers to word %d, which the dictionary does not have", row, position)
		}
	}
	return values, nil
}

// outsideDictionary stands for a word that is not there, until it is known whether its row has a value at all.
type outsideDictionary int

func wordAt[N uint8 | uint16 | uint32](words []string, position N) Value {
	if int(position) >= len(words) {
		return outsideDictionary(position)
	}
	return words[position]
}

func presentValues(column *v1.Column) ([]Value, error) {
	switch kind := column.GetValues().(type) {
	case *v1.Column_Texts:
		return each(kind.Texts.GetValues(), func(text string) Value { return text }), nil
	case *v1.Column_Dictionary:
		values := kind.Dictionary.GetValues()
		return each(kind.Dictionary.GetIndices(), func(position uint32) Value { return wordAt(values, position) }), nil
	case *v1.Column_Integers:
		return each(kind.Integers.GetValues(), func(number int64) Value { return number }), nil
	case *v1.Column_Decimals:
		scale := kind.Decimals.GetScale()
		return each(kind.Decimals.GetUnscaled(), func(number int64) Value { return scaled(number, scale) }), nil
	case *v1.Column_Dates:
		return each(kind.Dates.GetDays(), func(days int32) Value { return dayOf(int64(days)) }), nil
	case *v1.Column_Booleans:
		return each(kind.Booleans.GetValues(), func(yes bool) Value { return yes }), nil
	case *v1.Column_Buffer:
		return bufferValues(kind.Buffer)
	}
	return nil, fmt.Errorf("the answer has a column of a kind that this client does not know")
}

func bufferValues(buffer *v1.BufferColumn) ([]Value, error) {
	width, read := bufferReader(buffer)
	if width == 0 {
		return nil, fmt.Errorf("the answer has a buffer of type %s, which this client does not know", buffer.GetType())
	}
	data := buffer.GetData()
	values := make([]Value, 0, len(data)/width)
	for begin := 0; begin+width <= len(data); begin += width {
		values = append(values, read(data[begin:begin+width]))
	}
	return values, nil
}

func bufferReader(buffer *v1.BufferColumn) (int, func([]byte) Value) {
	little := binary.LittleEndian
	words := buffer.GetDictionary()
	switch buffer.GetType() {
	case v1.BufferType_BUFFER_TYPE_INT32:
		return 4, func(data []byte) Value { return int64(int32(little.Uint32(data))) }
	case v1.BufferType_BUFFER_TYPE_INT64:
		return 8, func(data []byte) Value { return int64(little.Uint64(data)) }
	case v1.BufferType_BUFFER_TYPE_DECIMAL64:
		return 8, func(data []byte) Value { return scaled(int64(little.Uint64(data)), buffer.GetScale()) }
	case v1.BufferType_BUFFER_TYPE_DATE32:
		return 4, func(data []byte) Value { return dayOf(int64(int32(little.Uint32(data)))) }
	case v1.BufferType_BUFFER_TYPE_BOOL8:
		return 1, func(data []byte) Value { return data[0] != 0 }
	case v1.BufferType_BUFFER_TYPE_DICTIONARY8:
		return 1, func(data []byte) Value { return wordAt(words, data[0]) }
	case v1.BufferType_BUFFER_TYPE_DICTIONARY16:
		return 2, func(data []byte) Value { return wordAt(words, little.Uint16(data)) }
	case v1.BufferType_BUFFER_TYPE_DICTIONARY32:
		return 4, func(data []byte) Value { return wordAt(words, little.Uint32(data)) }
	}
	return 0, nil
}

func scaled(number int64, scale int32) decimal.Decimal {
	return decimal.NewFromBigInt(big.NewInt(number), -scale)
}

func each[T any](items []T, value func(T) Value) []Value {
	values := make([]Value, len(items))
	for row, item := range items {
		values[row] = value(item)
	}
	return values
}
