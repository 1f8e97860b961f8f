use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::time::Duration;

use prost::Message;
use tonic::{Code, Status};

use crate::generated::decisiontables::v1::ErrorReason;
use crate::generated::google::rpc;

pub(crate) const REQUEST_ID: &str = "x-request-id";
const STATUS_DETAILS: &str = "grpc-status-details-bin";

/// Anything that can go wrong in a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing answered at the address, also after the retries.
    #[error("the service is unavailable: {0}")]
    Unavailable(String),
    /// The answer did not come in time.
    #[error("the deadline has passed: {0}")]
    DeadlineExceeded(String),
    /// The server refused the request, or one row of it, and says why.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The call broke off with a gRPC status that carries no reason, such as a message beyond the size limit.
    #[error("the call failed with {code:?}: {message}")]
    CallFailed {
        /// The gRPC status.
        code: Code,
        /// What gRPC says.
        message: String,
    },
    /// A value has no exact counterpart in the contract; nothing was sent.
    #[error("{field}: {problem}")]
    Unsendable {
        /// The input that it was meant for.
        field: String,
        /// Why it cannot be sent.
        problem: String,
    },
    /// The target, the certificates, a bound or the call was wrong; nothing was sent.
    #[error("{0}")]
    Misuse(String),
    /// The answer has something in it which this client does not know.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// What the server says of a refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, by the name of an [`ErrorReason`] without its prefix; also where this client does not know it.
    pub reason_name: String,
    /// The message in English.
    pub message: String,
    /// The message in Chinese.
    pub message_zh: String,
    /// The gRPC status.
    pub code: Code,
    /// The parts of the request that are at fault.
    pub violations: Vec<FieldViolation>,
    /// The nearest known names, best first.
    pub suggestions: Vec<String>,
    /// The cells of the workbook that are involved.
    pub cells: Vec<String>,
    /// Everything else that the server says, by name.
    pub metadata: BTreeMap<String, String>,
    /// How long to wait before trying again, where the server says so.
    pub retry_after: Option<Duration>,
    /// Finds the call in the server's log; empty where the server gave none.
    pub request_id: String,
}

/// A part of the request that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// An input, or another part of the request.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Refusal {
    /// The key of the table that is involved; empty where none is.
    pub fn table(&self) -> &str {
        self.metadata.get("table").map_or("", String::as_str)
    }

    /// The key of the model that is involved; empty where none is.
    pub fn model(&self) -> &str {
        self.metadata.get("model").map_or("", String::as_str)
    }

    /// Why; `Unspecified` where a newer server gives a reason that this client does not know.
    pub fn reason(&self) -> ErrorReason {
        ErrorReason::from_str_name(&format!("ERROR_REASON_{}", self.reason_name)).unwrap_or(ErrorReason::Unspecified)
    }
}

impl Error {
    pub(crate) fn unsendable(field: &str, problem: impl Into<String>) -> Error {
        Error::Unsendable { field: field.to_owned(), problem: problem.into() }
    }

    /// The refusal, if the server gave a reason.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Why the server refused; `None` where it gave no reason.
    pub fn reason(&self) -> Option<ErrorReason> {
        self.refusal().map(Refusal::reason)
    }

    /// The error of a call that ended with a status.
    pub(crate) fn of_call(status: &Status) -> Error {
        let request_id = status.metadata().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        if let Some(refusal) = details(status).map(|found| refusal_of(&found, request_id))
            && !refusal.reason_name.is_empty()
        {
            return Error::Refused(Box::new(refusal));
        }
        let message = status.message().to_owned();
        match status.code() {
            Code::Unavailable => Error::Unavailable(message),
            Code::DeadlineExceeded => Error::DeadlineExceeded(message),
            Code::Cancelled if message.contains("Timeout expired") => Error::DeadlineExceeded(message),
            Code::Cancelled | Code::Unknown if status.source().is_some() => Error::Unavailable(cause(status)),
            code => Error::CallFailed { code, message },
        }
    }

    /// The error of one refused row of a batch.
    pub(crate) fn of_row(status: &rpc::Status, request_id: &str) -> Error {
        Error::Refused(Box::new(refusal_of(status, request_id)))
    }
}

/// The innermost cause of a status that no server sent: the connection could not be made, or broke.
fn cause(status: &Status) -> String {
    let mut innermost: &dyn StdError = status;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The details of a status; none where a proxy or gRPC itself made it.
fn details(status: &Status) -> Option<rpc::Status> {
    let bytes = if status.details().is_empty() {
        status.metadata().get_bin(STATUS_DETAILS)?.to_bytes().ok()?.to_vec()
    } else {
        status.details().to_vec()
    };
    rpc::Status::decode(bytes.as_slice()).ok()
}

fn refusal_of(status: &rpc::Status, request_id: &str) -> Refusal {
    let info: rpc::ErrorInfo = detail(status, "google.rpc.ErrorInfo");
    let request: rpc::BadRequest = detail(status, "google.rpc.BadRequest");
    let retry: rpc::RetryInfo = detail(status, "google.rpc.RetryInfo");
    let localized: rpc::LocalizedMessage = detail(status, "google.rpc.LocalizedMessage");
    Refusal {
        reason_name: info.reason,
        message: status.message.clone(),
        message_zh: localized.message,
        code: Code::from_i32(status.code),
        violations: request
            .field_violations
            .into_iter()
            .map(|violation| FieldViolation { field: violation.field, description: violation.description })
            .collect(),
        suggestions: texts(info.metadata.get("suggestions")),
        cells: texts(info.metadata.get("cells")),
        metadata: info.metadata,
        retry_after: retry.retry_delay.and_then(|delay| delay.try_into().ok()),
        request_id: request_id.to_owned(),
    }
}

/// The status's detail of that kind; an empty one where it has none.
fn detail<T: Message + Default>(status: &rpc::Status, name: &str) -> T {
    let found = status.details.iter().find(|detail| detail.type_url.rsplit('/').next() == Some(name));
    found.and_then(|detail| T::decode(detail.value.as_slice()).ok()).unwrap_or_default()
}

/// The texts of a JSON array; none where it is not one.
fn texts(json: Option<&String>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}
