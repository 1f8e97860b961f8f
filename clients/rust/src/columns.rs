//! Lists of plain values ↔ columns of the contract.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::NaiveDate;

use crate::error::Error;
use crate::generated::decisiontables::v1::{self, Column, DecisionStatus, ReleaseReference, column::Values};
use crate::value::{Value, date_plain, plain_digits};

const MAX_SCALE: i64 = 18;

/// The answers to cases in columns; every list has one entry per row, in order.
#[derive(Debug)]
pub struct ColumnAnswers {
    /// How each row came out; unspecified where it was refused.
    pub statuses: Vec<DecisionStatus>,
    /// The results by field key.
    pub results: BTreeMap<String, Vec<Value>>,
    /// The ids of the rules that decided, with "; " between them.
    pub rules: Vec<String>,
    /// The keys of what was not given and could make a difference, with "; " between them.
    pub missing: Vec<String>,
    /// The ids of noted rules that the inputs satisfy, with "; " between them.
    pub dissents: Vec<String>,
    /// Why rows were refused, by position.
    pub errors: BTreeMap<usize, Error>,
    /// The date whose rules applied.
    pub as_of: NaiveDate,
    /// The key of the model.
    pub model: String,
    /// The digest of the workbook that decided.
    pub model_digest: String,
    /// The release that decided; `None` where the server serves a folder.
    pub release: Option<ReleaseReference>,
}

impl ColumnAnswers {
    pub(crate) fn from_message(
        message: v1::EvaluateColumnsResponse,
        rows: usize,
        request_id: &str,
    ) -> Result<Self, Error> {
        let statuses = message.statuses().collect();
        let results = message
            .results
            .iter()
            .map(|column| Ok((column.field.clone(), plain(column, rows)?)))
            .collect::<Result<_, Error>>()?;
        let mut errors = BTreeMap::new();
        for refused in message.errors {
            let status = refused.error.unwrap_or_default();
            for row in refused.rows {
                errors.insert(usize::try_from(row).unwrap_or_default(), Error::of_row(&status, request_id));
            }
        }
        Ok(ColumnAnswers {
            statuses,
            results,
            rules: texts(message.rules, rows)?,
            missing: texts(message.missing, rows)?,
            dissents: texts(message.dissents, rows)?,
            errors,
            as_of: date_plain(message.as_of.unwrap_or_default())?,
            model: message.model,
            model_digest: message.model_digest,
            release: message.release,
        })
    }
}

/// A list as a column; all its values are of one kind, and a missing one is no value.
pub(crate) fn column(field: &str, values: &[Value]) -> Result<Column, Error> {
    let present = if values.iter().any(Value::is_missing) { present_bits(values) } else { Vec::new() };
    let first = values.iter().find(|value| !value.is_missing());
    let numbers = match first {
        Some(Value::Decimal(_)) => decimals(field, values)?,
        Some(Value::Integer(_)) => Values::Integers(v1::IntegerColumn {
            values: each(field, values, 0, |value| match value {
                Value::Integer(integer) => Some(*integer),
                _ => None,
            })?,
        }),
        Some(Value::Date(_)) => Values::Dates(v1::DateColumn {
            days: each(field, values, 0, |value| match value {
                Value::Date(day) => Some(days_since_epoch(*day)),
                _ => None,
            })?,
        }),
        Some(Value::Boolean(_)) => Values::Booleans(v1::BooleanColumn {
            values: each(field, values, false, |value| match value {
                Value::Boolean(truth) => Some(*truth),
                _ => None,
            })?,
        }),
        Some(Value::Codes(_) | Value::Sequence(_)) => {
            return Err(Error::unsendable(field, "sets do not travel in columns; use a batch"));
        }
        _ => Values::Dictionary(dictionary(field, values)?),
    };
    Ok(Column { field: field.to_owned(), present, values: Some(numbers) })
}

fn each<T: Clone>(
    field: &str,
    values: &[Value],
    filler: T,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, Error> {
    values
        .iter()
        .map(|value| if value.is_missing() { Some(filler.clone()) } else { read(value) })
        .collect::<Option<_>>()
        .ok_or_else(|| Error::unsendable(field, "a column has values of one kind"))
}

fn present_bits(values: &[Value]) -> Vec<u8> {
    let mut bits = vec![0; values.len().div_ceil(8)];
    for (row, value) in values.iter().enumerate() {
        bits[row / 8] |= u8::from(!value.is_missing()) << (row % 8);
    }
    bits
}

fn decimals(field: &str, values: &[Value]) -> Result<Values, Error> {
    let parts = each(field, values, None, |value| match value {
        Value::Decimal(decimal) => Some(Some(decimal.normalized())),
        _ => None,
    })?;
    let scale = parts.iter().flatten().map(|decimal| decimal.fractional_digit_count().max(0)).max().unwrap_or(0);
    let unscaled = parts
        .iter()
        .map(|part| part.as_ref().map_or(Some(0), |decimal| unscaled(decimal, scale)))
        .collect::<Option<Vec<i64>>>();
    match unscaled {
        Some(unscaled) if scale <= MAX_SCALE => {
            Ok(Values::Decimals(v1::DecimalColumn { unscaled, scale: i32::try_from(scale).unwrap_or_default() }))
        }
        _ => {
            let values = parts
                .iter()
                .map(|part| part.as_ref().map_or(Ok(String::new()), |decimal| plain_digits(decimal, field)))
                .collect::<Result<_, _>>()?;
            Ok(Values::Texts(v1::TextColumn { values }))
        }
    }
}

fn unscaled(decimal: &BigDecimal, scale: i64) -> Option<i64> {
    if scale > MAX_SCALE || decimal.fractional_digit_count() < -MAX_SCALE {
        return None;
    }
    i64::try_from(decimal.with_scale(scale).into_bigint_and_exponent().0).ok()
}

fn dictionary(field: &str, values: &[Value]) -> Result<v1::DictionaryColumn, Error> {
    let mut positions: BTreeMap<&str, u32> = BTreeMap::new();
    let mut column = v1::DictionaryColumn::default();
    for value in values {
        let text = match value {
            Value::Text(text) | Value::Code(text) => text,
            Value::Missing => {
                column.indices.push(0);
                continue;
            }
            _ => return Err(Error::unsendable(field, "a column has values of one kind")),
        };
        let next = u32::try_from(positions.len()).unwrap_or(u32::MAX);
        let position = *positions.entry(text).or_insert_with(|| {
            column.values.push(text.clone());
            next
        });
        column.indices.push(position);
    }
    Ok(column)
}

/// A column of an answer as a list.
fn plain(column: &Column, rows: usize) -> Result<Vec<Value>, Error> {
    (0..rows)
        .map(|row| {
            let is_present =
                column.present.is_empty() || column.present.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1);
            if is_present { value_at(column, row) } else { Ok(Value::Missing) }
        })
        .collect()
}

fn value_at(column: &Column, row: usize) -> Result<Value, Error> {
    let found = match &column.values {
        Some(Values::Texts(texts)) => texts.values.get(row).cloned().map(Value::Text),
        Some(Values::Dictionary(dictionary)) => return dictionary_text(dictionary, row).map(Value::Text),
        Some(Values::Integers(integers)) => integers.values.get(row).copied().map(Value::Integer),
        Some(Values::Decimals(decimals)) => decimals.unscaled.get(row).map(|unscaled| {
            Value::Decimal(BigDecimal::from_bigint(BigInt::from(*unscaled), i64::from(decimals.scale)))
        }),
        Some(Values::Dates(dates)) => dates.days.get(row).and_then(|days| date_of_days(*days)).map(Value::Date),
        Some(Values::Booleans(booleans)) => booleans.values.get(row).copied().map(Value::Boolean),
        Some(Values::Buffer(_)) | None => None,
    };
    found.ok_or_else(|| Error::Unreadable(format!("row {row} of column {:?}", column.field)))
}

/// One text per row; empty where the answer has none at all.
fn texts(dictionary: Option<v1::DictionaryColumn>, rows: usize) -> Result<Vec<String>, Error> {
    match dictionary {
        Some(dictionary) if !dictionary.indices.is_empty() => {
            (0..rows).map(|row| dictionary_text(&dictionary, row)).collect()
        }
        _ => Ok(vec![String::new(); rows]),
    }
}

fn dictionary_text(dictionary: &v1::DictionaryColumn, row: usize) -> Result<String, Error> {
    dictionary
        .indices
        .get(row)
        .and_then(|position| dictionary.values.get(*position as usize))
        .cloned()
        .ok_or_else(|| Error::Unreadable(format!("row {row} of a dictionary")))
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default()
}

fn days_since_epoch(day: NaiveDate) -> i32 {
    i32::try_from(day.signed_duration_since(epoch()).num_days()).unwrap_or(i32::MAX)
}

fn date_of_days(days: i32) -> Option<NaiveDate> {
    epoch().checked_add_signed(chrono::TimeDelta::days(i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Value {
        Value::Decimal(text.parse().unwrap())
    }

    #[test]
    fn a_column_comes_back_as_it_was() {
        let day = |year| Value::Date(NaiveDate::from_ymd_opt(year, 2, 28).unwrap());
        let columns: Vec<Vec<Value>> = vec![
            vec!["a".into(), "b".into(), "a".into()],
            vec![Value::Missing, "a".into(), Value::Missing],
            vec![1.into(), (-2).into(), i64::MAX.into()],
            vec![decimal("1.50"), decimal("0.25"), Value::Missing],
            vec![day(1960), day(2026), Value::Missing],
            vec![true.into(), Value::Missing, false.into()],
            vec![Value::Missing; 9],
            vec!["ninth row, second byte".into(); 9],
        ];
        for values in columns {
            let back = plain(&column("x", &values).unwrap(), values.len()).unwrap();
            assert_eq!(back, values);
        }
    }

    #[test]
    fn decimals_share_the_finest_scale() {
        let column = column("x", &[decimal("1.5"), decimal("0.25"), decimal("300")]).unwrap();
        let Some(Values::Decimals(found)) = column.values else { panic!("no decimals") };
        assert_eq!((found.scale, found.unscaled), (2, vec![150, 25, 30000]));
    }

    #[test]
    fn decimals_of_too_many_digits_travel_as_texts() {
        for text in ["123456789012345678901.5", "0.1234567890123456789"] {
            let column = column("x", &[decimal(text)]).unwrap();
            let Some(Values::Texts(found)) = column.values else { panic!("no texts") };
            assert_eq!(found.values, [text]);
        }
    }

    #[test]
    fn kinds_are_not_mixed_and_sets_are_refused() {
        assert!(column("x", &["a".into(), 1.into()]).is_err());
        assert!(column("x", &[1.into(), "a".into()]).is_err());
        assert!(column("x", &[["a"].into()]).is_err());
    }
}
