//! Every call of one client: deadline, token, retries, errors.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, Request, Response, Status};

use crate::connection::Connection;
use crate::error::{Error, REQUEST_ID};

pub(crate) const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How calls are made.
#[derive(Clone)]
pub(crate) struct Calls {
    authorization: Option<MetadataValue<Ascii>>,
    timeout: Duration,
    retries: u32,
}

impl Calls {
    pub(crate) fn new(connection: &Connection) -> Result<Self, Error> {
        let authorization = match &connection.token {
            None => None,
            Some(token) => {
                let mut value: MetadataValue<Ascii> = format!("Bearer {token}")
                    .parse()
                    .map_err(|_| Error::Misuse("the token has characters that cannot be sent".into()))?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Ok(Calls { authorization, timeout: connection.timeout, retries: connection.retries })
    }

    /// The answer, tried again where no server was reached, within one deadline.
    pub(crate) async fn call<Q, A, F>(
        &self,
        message: Q,
        timeout: Option<Duration>,
        send: impl Fn(Request<Q>) -> F,
    ) -> Result<Answered<A>, Error>
    where
        Q: Clone,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let deadline = Instant::now() + timeout.unwrap_or(self.timeout);
        let mut pause = FIRST_PAUSE;
        for attempt in 0.. {
            let request = self.request(message.clone(), deadline);
            let status = match timeout_at(deadline, send(request)).await {
                Err(_) => return Err(Error::DeadlineExceeded("no answer in time".into())),
                Ok(Ok(response)) => return Ok(Answered::from(response)),
                Ok(Err(status)) => status,
            };
            if status.code() != Code::Unavailable || attempt >= self.retries || Instant::now() + pause >= deadline {
                return Err(Error::of_call(&status));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        unreachable!("the loop ends by returning")
    }

    /// A request with the token, bounded by the deadline.
    pub(crate) fn request<Q>(&self, message: Q, deadline: Instant) -> Request<Q> {
        let mut request = self.unbounded(message);
        request.set_timeout(deadline.saturating_duration_since(Instant::now()));
        request
    }

    /// A request with the token.
    pub(crate) fn unbounded<Q>(&self, message: Q) -> Request<Q> {
        let mut request = Request::new(message);
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        request
    }

    pub(crate) fn deadline(&self, timeout: Option<Duration>) -> Instant {
        Instant::now() + timeout.unwrap_or(self.timeout)
    }
}

/// What came back, and the request id.
pub(crate) struct Answered<A> {
    pub(crate) answer: A,
    pub(crate) request_id: String,
}

impl<A> From<Response<A>> for Answered<A> {
    fn from(response: Response<A>) -> Self {
        let id = response.metadata().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        Answered { request_id: id.to_owned(), answer: response.into_inner() }
    }
}
