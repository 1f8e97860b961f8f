//! A thin client for decision tables servers.
//!
//! ```no_run
//! use chrono::NaiveDate;
//! use decision_tables_client::{Client, Connection, Inputs, Ask};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::connect(Connection::to("localhost:50051"))?;
//! let inputs = Inputs::from([("出生日期", NaiveDate::from_ymd_opt(2007, 6, 30).unwrap().into())]);
//! let decision = client.evaluate(inputs, &Ask::of("library_fees")).await?;
//! println!("{:?}", decision.results);
//! # Ok(())
//! # }
//! ```

mod ask;
mod batch;
mod calls;
mod catalog;
mod client;
mod columns;
mod connection;
mod decision;
mod error;
mod explained;
mod stream;
mod value;

/// The generated stubs of the whole contract.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod generated {
    include!("gen/mod.rs");

    /// A serialised `google.protobuf.FileDescriptorSet` of all of it.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("gen/descriptors.binpb");
}

pub use ask::Ask;
pub use batch::{Outcome, Row};
pub use catalog::Catalog;
pub use client::Client;
pub use columns::ColumnAnswers;
pub use connection::{Connection, Tls};
pub use decision::Decision;
pub use error::{Error, FieldViolation, Refusal};
pub use explained::Explained;
pub use generated::decisiontables::v1::{
    DecisionStatus, ErrorReason, Exploration, Match, ReleaseReference, RuleStatus, TableStatus,
};
pub use stream::Streaming;
pub use value::{Inputs, Value};

/// How many rows travel in one message unless the caller says otherwise.
pub const CHUNK_SIZE: usize = 500;

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
