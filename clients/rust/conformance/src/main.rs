//! Puts the conformance cases to the Rust client: `conformance CASES_FOLDER SERVERS_FILE`.
//!
//! clients/conformance/README.md has the contract of such a program.

mod answers;
mod calls;
mod cases;

use std::error::Error as Failure;
use std::time::{Duration, Instant};
use std::{env, fs, io, process};

use decision_tables_client::{Client, Connection, Error, Tls};
use serde_json::{Value as Json, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Failure>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, servers] = arguments.as_slice() else {
        eprintln!("usage: conformance CASES_FOLDER SERVERS_FILE");
        process::exit(2);
    };
    let servers: Json = serde_json::from_slice(&fs::read(servers)?)?;
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    for path in paths {
        let file: Json = serde_json::from_slice(&fs::read(path)?)?;
        for case in file["cases"].as_array().into_iter().flatten() {
            let began = Instant::now();
            let answer = answer(case, &servers).await;
            let name = format!("{}/{}", file["feature"].as_str().unwrap_or(""), case["name"].as_str().unwrap_or(""));
            println!("{}", json!({"case": name, "answer": answer, "seconds": began.elapsed().as_secs_f64()}));
        }
    }
    Ok(())
}

async fn answer(case: &Json, servers: &Json) -> Json {
    let found = match connect(&case["connect"], servers) {
        Ok(client) => calls::answer(&client, case).await,
        Err(error) => Err(error),
    };
    found.unwrap_or_else(|error| json!({"error": answers::error(&error)}))
}

fn connect(how: &Json, servers: &Json) -> Result<Client, Error> {
    let server = how["server"].as_str().unwrap_or("main");
    let target = how["target"].as_str().or(servers["addresses"][server].as_str()).expect("a known server");
    let mut connection = Connection::to(target);
    match how.get("timeout") {
        None => connection = connection.timeout(Duration::from_secs(30)),
        Some(Json::Null) => {}
        Some(seconds) => {
            connection = connection.timeout(Duration::from_secs_f64(seconds.as_f64().expect("seconds")));
        }
    }
    if let Some(retries) = how["retries"].as_i64() {
        let retries =
            u32::try_from(retries).map_err(|_| Error::Misuse("the type rules out negative retries".into()))?;
        connection = connection.retries(retries);
    }
    if let Some(token) = how["token"].as_str() {
        connection = connection.token(token);
    }
    if how["tls"].is_object() {
        let file = |part: &str| {
            let name = how["tls"][part].as_str()?;
            Some(fs::read(servers["files"][name].as_str().expect("a known file")).expect("a file that can be read"))
        };
        connection = connection.tls(Tls {
            root_certificates: file("roots"),
            identity: file("chain").zip(file("key")),
            server_name: None,
        });
    }
    Client::connect(connection)
}
