//! Shows what a server offers, or decides one case: `evaluate HOST:PORT [MODEL TABLE KEY=VALUE...]`.

use std::collections::BTreeMap;
use std::env;

use decision_tables_client::{Ask, Client, Connection, Error, Value};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let target = arguments.first().map_or("localhost:50051", String::as_str);
    let client = Client::connect(Connection::to(target))?;
    match arguments.get(1..) {
        Some([model, table, inputs @ ..]) => decide(&client, Ask::of(model).table(table), inputs).await,
        _ => show(&client).await,
    }
}

async fn show(client: &Client) -> Result<(), Error> {
    let catalog = client.catalog();
    for model in catalog.models().await? {
        println!("{}  {}", model.key, model.title);
        for table in catalog.tables(&model.key).await? {
            println!("  {}: {:?} → {:?}", table.key, table.condition_fields, table.result_fields);
        }
        for field in catalog.fields(&model.key).await? {
            println!("  {}  {} {}", field.key, field.label, field.unit);
        }
    }
    Ok(())
}

async fn decide(client: &Client, ask: Ask, written: &[String]) -> Result<(), Error> {
    let inputs: BTreeMap<String, Value> = written
        .iter()
        .map(|input| match input.split_once('=') {
            Some((key, value)) => (key.to_owned(), value.into()),
            None => (input.clone(), Value::Missing),
        })
        .collect();
    let decision = client.evaluate(inputs, &ask).await?;
    println!("{:?}", decision.results);
    for matched in &decision.matches {
        println!("  {} at {}", matched.rule, matched.cell);
    }
    Ok(())
}
