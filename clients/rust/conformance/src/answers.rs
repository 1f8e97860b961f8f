//! What a client gives, in the form of the cases.

use std::sync::LazyLock;

use decision_tables_client::generated::FILE_DESCRIPTOR_SET;
use decision_tables_client::{
    ColumnAnswers, Decision, Error, Explained, Match, Outcome, Refusal, ReleaseReference, Value,
};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Map, Value as Json, json};

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptors of the contract"));

pub fn message(message: &impl Message, name: &str) -> Json {
    let kind = POOL.get_message_by_name(&format!("decisiontables.v1.{name}")).expect("a message of the contract");
    let dynamic = DynamicMessage::decode(kind, message.encode_to_vec().as_slice()).expect("the same message");
    let options = SerializeOptions::new().use_proto_field_name(true);
    dynamic.serialize_with_options(serde_json::value::Serializer, &options).expect("a message as JSON")
}

pub fn outcome(outcome: &Outcome) -> Json {
    match outcome {
        Ok(found) => json!({"decision": decision(found)}),
        Err(refused) => json!({"error": error(refused)}),
    }
}

pub fn decision(decision: &Decision) -> Json {
    let tables: Map<String, Json> = decision
        .tables
        .iter()
        .map(|(key, status)| (key.clone(), word(status.as_str_name(), "TABLE_STATUS_")))
        .collect();
    let results: Map<String, Json> = decision.results.iter().map(|(key, found)| (key.clone(), value(found))).collect();
    json!({
        "status": word(decision.status.as_str_name(), "DECISION_STATUS_"),
        "results": results,
        "matches": decision.matches.iter().map(matched).collect::<Vec<_>>(),
        "missing": decision.missing,
        "overridden": decision.overridden,
        "unused": decision.unused,
        "tables": tables,
        "as_of": decision.as_of.to_string(),
        "model": decision.model,
        "model_digest": decision.model_digest,
        "release": release(decision.release.as_ref()),
        "known_at": decision.known_at.map(|moment| moment.to_string()),
        "semantics": decision.semantics,
    })
}

fn matched(found: &Match) -> Json {
    let citations: Vec<Json> = found
        .citations
        .iter()
        .map(|each| json!({"source": each.source, "locator": each.locator, "title": each.title}))
        .collect();
    json!({
        "table": found.table, "rule": found.rule, "cell": found.cell, "citations": citations,
        "status": word(found.status().as_str_name(), "RULE_STATUS_"), "default": found.default,
        "dissent": found.dissent,
    })
}

pub fn columns(columns: &ColumnAnswers) -> Json {
    let statuses: Vec<Json> =
        columns.statuses.iter().map(|status| word(status.as_str_name(), "DECISION_STATUS_")).collect();
    let results: Map<String, Json> = columns
        .results
        .iter()
        .map(|(field, values)| (field.clone(), values.iter().map(value).collect::<Vec<_>>().into()))
        .collect();
    let errors: Map<String, Json> =
        columns.errors.iter().map(|(row, refused)| (row.to_string(), error(refused))).collect();
    json!({
        "statuses": statuses, "results": results, "rules": columns.rules, "missing": columns.missing, "dissents": columns.dissents, "errors": errors,
        "as_of": columns.as_of.to_string(), "model": columns.model, "model_digest": columns.model_digest,
        "release": release(columns.release.as_ref()),
    })
}

pub fn explained(explained: &Explained) -> Json {
    let mut explanation = explained.explanation.clone();
    explanation.error = None;
    let explanation = message(&explanation, "Explanation");
    match &explained.outcome {
        Ok(found) => json!({"explanation": explanation, "decision": decision(found)}),
        Err(refused) => json!({"explanation": explanation, "refused": error(refused)}),
    }
}

pub fn error(error: &Error) -> Json {
    let failed = |kind: &str, code: &str, message: &str| json!({"kind": kind, "code": code, "message": message});
    match error {
        Error::Refused(refusal) => refused(refusal),
        Error::Unavailable(message) => failed("unavailable", "UNAVAILABLE", message),
        Error::DeadlineExceeded(message) => failed("deadline_exceeded", "DEADLINE_EXCEEDED", message),
        Error::CallFailed { code, message } => failed("failed", &code_name(&format!("{code:?}")), message),
        Error::Unsendable { field, problem } => json!({"kind": "unsendable", "field": field, "message": problem}),
        other => json!({"kind": "misuse", "message": other.to_string()}),
    }
}

fn refused(refusal: &Refusal) -> Json {
    let violations: Vec<Json> =
        refusal.violations.iter().map(|each| json!({"field": each.field, "description": each.description})).collect();
    json!({
        "kind": "refused", "reason": refusal.reason_name, "code": code_name(&format!("{:?}", refusal.code)),
        "message": refusal.message, "message_zh": refusal.message_zh, "violations": violations,
        "suggestions": refusal.suggestions, "cells": refusal.cells, "table": refusal.table(),
        "model": refusal.model(), "request_id": refusal.request_id,
    })
}

/// `InvalidArgument` → `INVALID_ARGUMENT`.
fn code_name(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_uppercase());
    }
    words
}

fn release(release: Option<&ReleaseReference>) -> Json {
    release.map_or(Json::Null, |found| {
        json!({
            "digest": found.digest, "number": found.number, "unconfirmed": found.unconfirmed,
            "withdrawn": found.withdrawn,
        })
    })
}

fn value(found: &Value) -> Json {
    match found {
        Value::Missing => Json::Null,
        Value::Text(text) | Value::Code(text) => json!(text),
        Value::Boolean(truth) => json!(truth),
        Value::Integer(integer) => json!({"integer": integer.to_string()}),
        Value::Decimal(decimal) => json!({"decimal": decimal.normalized().to_plain_string()}),
        Value::Date(day) => json!({"date": day.to_string()}),
        Value::Codes(codes) => json!({"codes": codes}),
        Value::Sequence(values) => json!({"sequence": values.iter().map(value).collect::<Vec<_>>()}),
    }
}

fn word(name: &str, prefix: &str) -> Json {
    json!(name.trim_start_matches(prefix).to_lowercase())
}
