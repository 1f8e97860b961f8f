"""A crate for Rust, whose build makes the code from the descriptors; no protoc is needed."""

from __future__ import annotations

from decision_tables.contracts.bundle import described
from decision_tables.contracts.contract import Kind
from decision_tables.contracts.packages import casing
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

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
pub use google::r#type as types;
"""
_EXAMPLE = """//! Asks one table: cargo run --example ask -- ADDRESS

use @crate@::contract::{self, @client_module@::@client@};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:50051".into());
    let mut client = @client@::connect(format!("http://{address}")).await?;
    let mut request = tonic::Request::new(contract::@request@ {
@fill@        ..Default::default()
    });
    request.set_timeout(std::time::Duration::from_secs(10));
    println!("{:#?}", client.@rpc@(request).await?.into_inner());
    Ok(())
}
"""
_BESIDE = """
    cargo add --path PATH
    cargo add tonic

Other contracts and the general client may stand beside it: each crate has its own copy of the messages that all
contracts share, such as `Decision`, as types of its own.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the crate."""
    crate = filling.dashed.replace("-", "_")
    words = {
        "crate": crate,
        "rust_part": casing.rust(filling.part),
        "client_module": f"{casing.rust(filling.service)}_client",
        "client": f"{casing.rust_type(filling.service)}Client",
        "request": casing.rust_type(f"{filling.method.name}Request"),
        "rpc": casing.rust(filling.method.name),
        "fill": joined((f"{casing.rust(given.name)}: {_value(given, crate)}," for given in filling.given), " " * 8),
    }
    command = "cargo run --example ask -- 127.0.0.1:50051"
    return filling.sources() | {
        "Cargo.toml": filling.fill(_CARGO),
        "build.rs": filling.fill(_BUILD),
        "contract.binpb": described(filling.lock),
        "src/lib.rs": filling.fill(_LIBRARY, **words),
        "examples/ask.rs": filling.fill(_EXAMPLE, **words),
        "README.md": filling.readme("Rust", "Rust 1.88 or newer", command, _BESIDE),
    }


def _value(given: Given, crate: str) -> str:
    values = [_one(given, value, crate) for value in given.values]
    return f"vec![{', '.join(values)}]" if given.is_list else f"Some({values[0]})"


def _one(given: Given, value: object, crate: str) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"{crate}::types::Date {{ year: {year}, month: {month}, day: {day} }}"
        case {"value": number}:
            return f'{crate}::types::Decimal {{ value: "{number}".into() }}'
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"contract::{casing.rust_type(given.enum)}::{_variant(value, given.enum)} as i32"
        case str() if given.kind is not Kind.INT64:
            return f"{quoted(value, _CODE)}.into()"
    return str(value)


_CODE = "\\u{{{:x}}}"


def _variant(constant: str, enum: str) -> str:
    """As prost names a value of an enum: without the enum's name, unless a digit follows that."""
    name, prefix = casing.rust_type(constant), casing.rust_type(enum)
    rest = name.removeprefix(prefix)
    return rest if rest[:1].isupper() else name
