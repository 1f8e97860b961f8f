//! Plain Rust values ↔ values of the contract.

use std::collections::{BTreeMap, BTreeSet};

use bigdecimal::BigDecimal;
use chrono::{Datelike, NaiveDate};

use crate::error::Error;
use crate::generated::decisiontables::v1::{self, value::Kind};
use crate::generated::google::r#type as google;

const MAX_EXPONENT: i64 = 60;

/// The inputs of one case by key or label.
pub type Inputs = BTreeMap<&'static str, Value>;

/// A value as the table language knows it, exact and with an explicit missing.
///
/// There is no conversion from `f32` or `f64`, since they are not exact: use a [`BigDecimal`] or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, or as an input any other value in its written form: `"12.50"`, `"2025-01-31"`, a label.
    Text(String),
    /// A decimal, money or percent; 70 % is 0.7.
    Decimal(BigDecimal),
    /// A whole number.
    Integer(i64),
    /// A calendar date.
    Date(NaiveDate),
    /// Yes or no.
    Boolean(bool),
    /// A value of an enumeration, by its key.
    Code(String),
    /// The values of a set.
    Codes(BTreeSet<String>),
    /// No value.
    Missing,
    /// One value per hit, where the hit policy gives all hits. Only in answers.
    Sequence(Vec<Value>),
}

impl Value {
    /// The value as a message; `name` is the input that it is meant for.
    pub(crate) fn message(self, name: &str) -> Result<v1::Value, Error> {
        let kind = match self {
            Value::Text(text) => Kind::Text(text),
            Value::Decimal(decimal) => Kind::Decimal(google::Decimal { value: plain_digits(&decimal, name)? }),
            Value::Integer(integer) => Kind::Integer(integer),
            Value::Date(day) => Kind::Date(date_message(day)),
            Value::Boolean(truth) => Kind::Boolean(truth),
            Value::Code(code) => Kind::Code(code),
            Value::Codes(codes) => Kind::Codes(v1::Codes { codes: codes.into_iter().collect() }),
            Value::Missing => Kind::Missing(v1::Missing {}),
            Value::Sequence(_) => return Err(Error::unsendable(name, "a sequence is no input")),
        };
        Ok(v1::Value { kind: Some(kind) })
    }

    /// A value of an answer.
    pub(crate) fn plain(message: v1::Value) -> Result<Value, Error> {
        Ok(match message.kind {
            Some(Kind::Text(text)) => Value::Text(text),
            Some(Kind::Decimal(decimal)) => Value::Decimal(read_decimal(&decimal.value)?),
            Some(Kind::Integer(integer)) => Value::Integer(integer),
            Some(Kind::Date(day)) => Value::Date(date_plain(day)?),
            Some(Kind::Boolean(truth)) => Value::Boolean(truth),
            Some(Kind::Code(code)) => Value::Code(code),
            Some(Kind::Codes(codes)) => Value::Codes(codes.codes.into_iter().collect()),
            Some(Kind::Missing(_)) => Value::Missing,
            Some(Kind::Sequence(sequence)) => {
                Value::Sequence(sequence.values.into_iter().map(Value::plain).collect::<Result<_, _>>()?)
            }
            None => return Err(Error::Unreadable("a value of a kind which this client does not know".into())),
        })
    }

    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        *self == Value::Missing
    }
}

pub(crate) fn messages<K: Into<String>>(
    inputs: impl IntoIterator<Item = (K, Value)>,
) -> Result<BTreeMap<String, v1::Value>, Error> {
    inputs
        .into_iter()
        .map(|(name, value)| {
            let name = name.into();
            value.message(&name).map(|message| (name, message))
        })
        .collect()
}

pub(crate) fn plain_all(messages: BTreeMap<String, v1::Value>) -> Result<BTreeMap<String, Value>, Error> {
    messages.into_iter().map(|(key, value)| Ok((key, Value::plain(value)?))).collect()
}

pub(crate) fn read_decimal(text: &str) -> Result<BigDecimal, Error> {
    text.parse().map_err(|_| Error::Unreadable(format!("{text:?} is no decimal")))
}

pub(crate) fn plain_digits(decimal: &BigDecimal, name: &str) -> Result<String, Error> {
    let (unscaled, scale) = decimal.normalized().into_bigint_and_exponent();
    let digits = i64::try_from(unscaled.magnitude().to_string().len()).unwrap_or(i64::MAX);
    let exponent = digits.saturating_sub(scale).saturating_sub(1);
    if unscaled.bits() > 0 && exponent.abs() > MAX_EXPONENT {
        return Err(Error::unsendable(name, format!("{decimal} cannot be sent")));
    }
    Ok(decimal.to_plain_string())
}

pub(crate) fn date_message(day: NaiveDate) -> google::Date {
    google::Date { year: day.year(), month: day.month() as i32, day: day.day() as i32 }
}

pub(crate) fn date_plain(day: google::Date) -> Result<NaiveDate, Error> {
    u32::try_from(day.month)
        .ok()
        .zip(u32::try_from(day.day).ok())
        .and_then(|(month, number)| NaiveDate::from_ymd_opt(day.year, month, number))
        .ok_or_else(|| Error::Unreadable(format!("{day:?} is no date")))
}

macro_rules! from {
    ($($kind:ty => $variant:ident),* $(,)?) => {
        $(impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Value::$variant(value.into())
            }
        })*
    };
}

from! {
    &str => Text,
    String => Text,
    BigDecimal => Decimal,
    i64 => Integer,
    i32 => Integer,
    i16 => Integer,
    i8 => Integer,
    u32 => Integer,
    u16 => Integer,
    u8 => Integer,
    NaiveDate => Date,
    bool => Boolean,
    BTreeSet<String> => Codes,
}

impl<const N: usize> From<[&str; N]> for Value {
    fn from(codes: [&str; N]) -> Self {
        Value::Codes(codes.map(String::from).into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Missing, Into::into)
    }
}
