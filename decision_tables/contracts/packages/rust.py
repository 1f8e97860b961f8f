"""A crate for Rust, whose build makes the code from the descriptors; no protoc is needed."""

from __future__ import annotations

from decision_tables.contracts.bundle import described
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.packages.filling import README, Filling, filling_of

_CARGO = """[package]
name = "@dashed@"
version = "@version@.0.0"
edition = "2021"
description = "The typed gRPC contract of the decision tables @model@"

[dependencies]
prost = "0.14.6"
prost-types = "0.14.6"
tonic = "0.14.9"
tonic-prost = "0.14.9"

[build-dependencies]
prost = "0.14.6"
prost-types = "0.14.6"
tonic-prost-build = "0.14.9"

[dev-dependencies]
tokio = { version = "1.54", features = ["macros", "rt-multi-thread"] }
"""
_BUILD = """use prost::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=contract.binpb");
    let mut descriptors = prost_types::FileDescriptorSet::decode(std::fs::read("contract.binpb")?.as_slice())?;
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    tonic_prost_build::configure().build_server(false).include_file("contract.rs").compile_fds(descriptors)?;
    Ok(())
}
"""
_LIBRARY = """//! The typed gRPC contract of the decision tables @model@.

include!(concat!(env!("OUT_DIR"), "/contract.rs"));

pub use decisiontables::models::@rust_part@::v@version@ as contract;
"""
_EXAMPLE = """//! Asks one table: cargo run --example ask -- ADDRESS

use @crate@::contract::{@client_module@::@service@Client, @rust_method@Request};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut client = @service@Client::connect(format!("http://{address}")).await?;
    let request = @rust_method@Request {@fill@ ..Default::default() };
    let mut request = tonic::Request::new(request);
    request.set_timeout(std::time::Duration::from_secs(5));
    println!("{:#?}", client.@rpc@(request).await?.into_inner());
    Ok(())
}
"""


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the crate."""
    filling = filling_of(lock)
    words = {
        "crate": filling.dashed.replace("-", "_"),
        "rust_part": filling.part,
        "rust_method": filling.method.name,
        "client_module": f"{_snake(filling.service)}_client",
        "rpc": _snake(filling.method.name),
        "fill": _fill(filling),
    }
    readme = {"language": "Rust", "command": "cargo run --example ask -- 127.0.0.1:50051"}
    return filling.sources() | {
        "Cargo.toml": filling.fill(_CARGO),
        "build.rs": filling.fill(_BUILD),
        "contract.binpb": described(lock),
        "src/lib.rs": filling.fill(_LIBRARY, **words),
        "examples/ask.rs": filling.fill(_EXAMPLE, **words),
        "README.md": filling.fill(README, **readme),
    }


def _snake(name: str) -> str:
    """A type's name in small letters: ``AnnualFee`` → ``annual_fee``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _fill(filling: Filling) -> str:
    if filling.input is None:
        return ""
    value = "30" if filling.is_number else '"…".into()'
    return f" {filling.input.name}: Some({value}),"
