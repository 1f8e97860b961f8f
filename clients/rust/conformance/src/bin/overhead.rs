//! Measures what the client costs over the bare stub: `overhead HOST:PORT ROUNDS CALLS`.
//!
//! It asks the same question by both in turn and prints a line of JSON with the median microseconds of a round's call.

use std::collections::BTreeMap;
use std::env;
use std::future::Future;
use std::time::{Duration, Instant};

use decision_tables_client::generated::decisiontables::v1::evaluation_service_client::EvaluationServiceClient;
use decision_tables_client::generated::decisiontables::v1::{Codes, EvaluateRequest, Value, value::Kind};
use decision_tables_client::{Ask, Client, Connection, Inputs};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (target, rounds, calls): (&str, usize, u32) = (&arguments[0], arguments[1].parse()?, arguments[2].parse()?);
    let client = Client::connect(Connection::to(target))?;
    let stub = EvaluationServiceClient::connect(format!("http://{target}")).await?;
    let ask = Ask::of("ferry_fares").table("price");
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        bare.push(per_call(calls, || ask_stub(stub.clone())).await);
        whole.push(per_call(calls, || ask_client(&client, &ask)).await);
    }
    println!("{}", serde_json::json!({ "stub": median(bare), "client": median(whole) }));
    Ok(())
}

async fn ask_stub(mut stub: EvaluationServiceClient<tonic::transport::Channel>) {
    let mut request = tonic::Request::new(EvaluateRequest {
        model: "ferry_fares".into(),
        table: "price".into(),
        inputs: BTreeMap::from([
            ("age".into(), Value { kind: Some(Kind::Integer(6)) }),
            ("cards".into(), Value { kind: Some(Kind::Codes(Codes { codes: vec!["disabled".into()] })) }),
            ("home".into(), Value { kind: Some(Kind::Text("island".into())) }),
        ]),
        ..Default::default()
    });
    request.set_timeout(Duration::from_secs(5));
    stub.evaluate(request).await.expect("the server answers");
}

async fn ask_client(client: &Client, ask: &Ask) {
    let inputs = Inputs::from([("age", 6.into()), ("cards", ["disabled"].into()), ("home", "island".into())]);
    client.evaluate(inputs, ask).await.expect("the server answers");
}

/// Microseconds.
async fn per_call<F: Future<Output = ()>>(calls: u32, ask: impl Fn() -> F) -> f64 {
    let began = Instant::now();
    for _ in 0..calls {
        ask().await;
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
