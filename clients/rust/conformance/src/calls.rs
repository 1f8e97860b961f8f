//! One case put to a client.

use std::fmt::Write;
use std::time::Duration;

use decision_tables_client::{CHUNK_SIZE, Client, Error};
use futures_util::{StreamExt, stream};
use prost::Message;
use serde_json::{Value as Json, json};

use crate::{answers, cases};

pub async fn answer(client: &Client, case: &Json) -> Result<Json, Error> {
    let ask = cases::ask(case);
    let catalog = client.catalog();
    let asked = |name: &str| case["ask"][name].as_str().unwrap_or_default();
    let model = asked("model");
    Ok(match case["call"].as_str().expect("a call") {
        "evaluate" => {
            let decision = client.evaluate(cases::inputs(&case["inputs"])?, &ask).await?;
            json!({"decision": answers::decision(&decision)})
        }
        "evaluate_batch" => {
            let size = case["chunk_size"].as_u64().map_or(CHUNK_SIZE, |size| usize::try_from(size).expect("a size"));
            let outcomes = client.evaluate_batch(cases::rows(case)?, &ask, size).await?;
            json!({"outcomes": outcomes.iter().map(answers::outcome).collect::<Vec<_>>()})
        }
        "evaluate_stream" => streamed(client, case).await?,
        "evaluate_columns" => answers::columns(&client.evaluate_columns(&cases::columns(case)?, &ask).await?),
        "explain" => {
            let explained = client.explain(cases::inputs(&case["inputs"])?, &ask, case["ask"]["rule"].as_str()).await?;
            answers::explained(&explained)
        }
        "explore" => {
            let exploration = client.explore(cases::inputs(&case["inputs"])?, &ask).await?;
            json!({"exploration": answers::message(&exploration, "Exploration")})
        }
        "model" => item(&catalog.model(model).await?, "Model"),
        "table" => item(&catalog.table(model, asked("table")).await?, "Table"),
        "models" => items(&catalog.models().await?, "Model", case),
        "tables" => items(&catalog.tables(model).await?, "Table", case),
        "fields" => items(&catalog.fields(model).await?, "Field", case),
        "value_lists" => items(&catalog.value_lists(model).await?, "ValueList", case),
        "values" => items(&catalog.values(model, asked("list")).await?, "ListValue", case),
        "sources" => items(&catalog.sources(model).await?, "Source", case),
        "problems" => items(&catalog.problems(model).await?, "Problem", case),
        "releases" => items(&catalog.releases(model).await?, "Release", case),
        "release" => item(&catalog.release(asked("release")).await?, "GetReleaseResponse"),
        "watch_releases" => watched(client, case).await?,
        "template" => template(&catalog.template(model).await?),
        "contract" => {
            let version = case["ask"]["version"].as_i64().unwrap_or(0);
            let version = i32::try_from(version).expect("a small number");
            item(&catalog.contract(model, version).await?, "GetContractResponse")
        }
        call => panic!("an unknown call: {call}"),
    })
}

async fn streamed(client: &Client, case: &Json) -> Result<Json, Error> {
    let size = case["chunk_size"].as_u64().map_or(CHUNK_SIZE, |size| usize::try_from(size).expect("a size"));
    let rows = stream::iter(cases::rows(case)?);
    let mut streaming = client.evaluate_stream(rows, &cases::ask(case), size).await?;
    let mut outcomes = Vec::new();
    while outcomes.len() < take(case) {
        match streaming.next().await {
            Some(outcome) => outcomes.push(answers::outcome(&outcome?)),
            None => break,
        }
    }
    Ok(json!({"outcomes": outcomes}))
}

async fn watched(client: &Client, case: &Json) -> Result<Json, Error> {
    let models: Vec<&str> = case["ask"]["model"].as_str().into_iter().collect();
    let mut watching = client.catalog().watch_releases(&models, Duration::from_secs(30)).await?;
    let mut items = Vec::new();
    while items.len() < take(case) {
        match watching.next().await {
            Some(found) => items.push(answers::message(&found?, "WatchReleasesResponse")),
            None => break,
        }
    }
    Ok(json!({"items": items}))
}

fn take(case: &Json) -> usize {
    case["take"].as_u64().map_or(usize::MAX, |take| usize::try_from(take).expect("a small number"))
}

fn item(message: &impl Message, name: &str) -> Json {
    json!({"item": answers::message(message, name)})
}

fn items(messages: &[impl Message], name: &str, case: &Json) -> Json {
    let found: Vec<Json> = messages.iter().take(take(case)).map(|message| answers::message(message, name)).collect();
    json!({"items": found})
}

fn template(file: &[u8]) -> Json {
    let begins = file.iter().take(4).fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    json!({"begins": begins, "size": file.len()})
}
