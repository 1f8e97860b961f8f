//! Asks the typed service and the general one in one program: caller ADDRESS

use decision_tables_client::{Ask, Client, Connection, Inputs};
use hall_hire_contract::contract::{AbRequest, Hall, hall_hire_service_client::HallHireServiceClient};
use hall_hire_contract::types::{Date, Decimal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).unwrap_or_default();
    let mut typed = HallHireServiceClient::connect(format!("http://{target}")).await?;
    let request = AbRequest {
        hall: Some(Hall::Main1 as i32),
        a1b: Some(80),
        type_value: vec!["training".into()],
        first_day: Some(Date { year: 2025, month: 5, day: 1 }),
        deposit: Some(Decimal { value: "200.05".into() }),
        member: Some(true),
        number: Some("H-7".into()),
        serial: Some(3_000_000_000),
        ..Default::default()
    };
    let answer = typed.ab(request).await?.into_inner();
    let client = Client::connect(Connection::to(&target).timeout(std::time::Duration::from_secs(60)))?;
    let inputs = Inputs::from([("age", 3.into())]);
    let decision = client.evaluate(inputs, &Ask::of("pool_fees").table("ticket")).await?;
    println!(
        "{} {} {} {:?}",
        answer.fee.clone().unwrap_or_default().value,
        answer.grade_2().as_str_name(),
        answer.decision.unwrap_or_default().model,
        decision.results["ticket"],
    );
    Ok(())
}
