use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use futures_util::{Stream, StreamExt};
use tokio::sync::Semaphore;
use tonic::Streaming as Messages;

use crate::batch::{Outcome, outcome};
use crate::error::Error;
use crate::generated::decisiontables::v1::EvaluateStreamResponse;

/// How many groups may be under way; enough to keep the server busy while an answer travels.
pub(crate) const WINDOW: usize = 4;

/// The outcomes of a stream of rows, in order; dropping it cancels the stream.
///
/// An error of the call ends it. Errors of single rows are outcomes inside.
pub struct Streaming {
    answers: Messages<EvaluateStreamResponse>,
    ready: vec::IntoIter<Outcome>,
    window: Arc<Semaphore>,
    unsent: Arc<std::sync::Mutex<Option<Error>>>,
    ended: bool,
}

impl Streaming {
    pub(crate) fn new(
        answers: Messages<EvaluateStreamResponse>,
        window: Arc<Semaphore>,
        unsent: Arc<std::sync::Mutex<Option<Error>>>,
    ) -> Self {
        Streaming { answers, ready: Vec::new().into_iter(), window, unsent, ended: false }
    }

    fn take_unsent(&self) -> Option<Error> {
        self.unsent.lock().ok().and_then(|mut error| error.take())
    }
}

impl Stream for Streaming {
    type Item = Result<Outcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(outcome) = self.ready.next() {
                return Poll::Ready(Some(Ok(outcome)));
            }
            if self.ended {
                return Poll::Ready(self.take_unsent().map(Err));
            }
            match self.answers.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => self.ended = true,
                Poll::Ready(Some(Err(status))) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(Error::of_call(&status))));
                }
                Poll::Ready(Some(Ok(answer))) => {
                    self.window.add_permits(1);
                    let outcomes: Vec<Outcome> =
                        answer.outcomes.into_iter().map(|message| outcome(message, "")).collect();
                    self.ready = outcomes.into_iter();
                }
            }
        }
    }
}
