//! The parts of a case as values of Rust.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use decision_tables_client::{Ask, Error, Row, Value};
use serde_json::Value as Json;

pub fn ask(case: &Json) -> Ask {
    let asked = &case["ask"];
    let text = |name: &str| asked[name].as_str().map(str::to_owned);
    Ask {
        model: text("model"),
        table: text("table"),
        as_of: day(&asked["as_of"]),
        release: text("release"),
        known_at: asked["known_at"].as_str().map(|moment| moment.parse().expect("a moment")),
        timeout: None,
    }
}

pub fn inputs(values: &Json) -> Result<BTreeMap<String, Value>, Error> {
    let entries = values.as_object().into_iter().flatten();
    entries.map(|(name, written)| Ok((name.clone(), value(written, name)?))).collect()
}

pub fn rows(case: &Json) -> Result<Vec<Row>, Error> {
    let listed = case["rows"].as_array().into_iter().flatten();
    let rows: Vec<Row> = listed
        .map(|row| {
            Ok(Row {
                inputs: inputs(&row["inputs"])?,
                table: row["table"].as_str().map(str::to_owned),
                as_of: day(&row["as_of"]),
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(repeated(case, rows))
}

pub fn columns(case: &Json) -> Result<BTreeMap<String, Vec<Value>>, Error> {
    let entries = case["columns"].as_object().into_iter().flatten();
    entries
        .map(|(field, listed)| {
            let values = listed.as_array().into_iter().flatten();
            let values = values.map(|written| value(written, field)).collect::<Result<_, _>>()?;
            Ok((field.clone(), repeated(case, values)))
        })
        .collect()
}

fn repeated<T: Clone>(case: &Json, items: Vec<T>) -> Vec<T> {
    let times = case["repeat"].as_u64().unwrap_or(1);
    (0..times).flat_map(|_| items.clone()).collect()
}

fn day(written: &Json) -> Option<NaiveDate> {
    written.as_str().map(|text| text.parse().expect("a date"))
}

/// A value in the form of the cases; what the types of the client rule out counts as refused by it.
fn value(written: &Json, field: &str) -> Result<Value, Error> {
    let unsendable = |problem: &str| Error::Unsendable { field: field.to_owned(), problem: problem.to_owned() };
    match written {
        Json::Null => return Ok(Value::Missing),
        Json::Bool(truth) => return Ok((*truth).into()),
        Json::String(text) => return Ok(text.as_str().into()),
        _ => {}
    }
    let (kind, written) = written.as_object().and_then(|tagged| tagged.iter().next()).expect("a tagged value");
    let text = written.as_str().unwrap_or_default();
    Ok(match kind.as_str() {
        "codes" => Value::Codes(
            written.as_array().into_iter().flatten().map(|code| code.as_str().expect("a text").to_owned()).collect(),
        ),
        "integer" => Value::Integer(text.parse().map_err(|_| unsendable("the type rules out more than 64 bits"))?),
        "decimal" => Value::Decimal(text.parse().expect("a decimal")),
        "date" => Value::Date(text.parse().expect("a date")),
        "float" | "moment" => return Err(unsendable("the type rules it out")),
        _ => panic!("a value of an unknown kind: {written}"),
    })
}
