use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::Semaphore;
use tonic::transport::Channel;

use crate::ask::Ask;
use crate::batch::{Outcome, Row, outcome};
use crate::calls::{Answered, Calls, MAX_MESSAGE_BYTES};
use crate::catalog::Catalog;
use crate::columns::{ColumnAnswers, column};
use crate::connection::Connection;
use crate::decision::Decision;
use crate::error::Error;
use crate::explained::Explained;
use crate::generated::decisiontables::v1::evaluation_service_client::EvaluationServiceClient;
use crate::generated::decisiontables::v1::{self as contract, evaluate_stream_request::Part};
use crate::stream::{Streaming, WINDOW};
use crate::value::{Value, messages};

/// Asks a server for decisions and for its catalogue. Cheap to clone; clones share one connection.
///
/// Inputs are named by key or label. A value that cannot be sent is an error before anything is sent.
#[derive(Clone)]
pub struct Client {
    calls: Calls,
    channel: Channel,
    stub: EvaluationServiceClient<Channel>,
}

impl Client {
    /// A client of a server. Nothing is sent before the first call. Needs a Tokio runtime.
    pub fn connect(connection: Connection) -> Result<Self, Error> {
        let channel = connection.open()?;
        let stub = EvaluationServiceClient::new(channel.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Ok(Client { calls: Calls::new(&connection)?, channel, stub })
    }

    /// What the server can decide.
    pub fn catalog(&self) -> Catalog {
        Catalog::new(self.calls.clone(), self.channel.clone())
    }

    /// The connection itself, for stubs of a model's own typed contract.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Decides one case.
    pub async fn evaluate<K: Into<String>>(
        &self,
        inputs: impl IntoIterator<Item = (K, Value)>,
        ask: &Ask,
    ) -> Result<Decision, Error> {
        let message = contract::EvaluateRequest {
            model: ask.model_text(),
            table: ask.table_text(),
            inputs: messages(inputs)?,
            as_of: ask.date(),
            release: ask.release_text(),
            known_at: ask.known_at,
        };
        let answered = self
            .calls
            .call(message, ask.timeout, |request| {
                let mut stub = self.stub.clone();
                async move { stub.evaluate(request).await }
            })
            .await?;
        Decision::from_message(answered.answer.decision.unwrap_or_default())
    }

    /// Decides many cases, `chunk_size` rows in each call; one outcome per row, in order.
    ///
    /// A refused row does not stop the others. Each call has a deadline of its own; a workbook that is replaced
    /// meanwhile takes effect between two of them, unless the ask names a release.
    pub async fn evaluate_batch(
        &self,
        rows: impl IntoIterator<Item = Row>,
        ask: &Ask,
        chunk_size: usize,
    ) -> Result<Vec<Outcome>, Error> {
        let mut rows = rows.into_iter().peekable();
        let mut outcomes = Vec::new();
        check_size(chunk_size)?;
        while rows.peek().is_some() {
            let chunk = rows.by_ref().take(chunk_size).map(Row::message).collect::<Result<_, _>>()?;
            let message = contract::EvaluateBatchRequest {
                model: ask.model_text(),
                table: ask.table_text(),
                rows: chunk,
                as_of: ask.date(),
                release: ask.release_text(),
                known_at: ask.known_at,
            };
            let answered = self
                .calls
                .call(message, ask.timeout, |request| {
                    let mut stub = self.stub.clone();
                    async move { stub.evaluate_batch(request).await }
                })
                .await?;
            let request_id = answered.request_id;
            outcomes.extend(answered.answer.outcomes.into_iter().map(|message| outcome(message, &request_id)));
        }
        Ok(outcomes)
    }

    /// Decides many cases that are given as columns, in one call.
    ///
    /// A column is a list of values of one kind, missing where there is none; all have the same length.
    pub async fn evaluate_columns(
        &self,
        columns: &BTreeMap<String, Vec<Value>>,
        ask: &Ask,
    ) -> Result<ColumnAnswers, Error> {
        let rows = columns.values().map(Vec::len).max().unwrap_or(0);
        if columns.values().any(|values| values.len() != rows) {
            return Err(Error::Misuse("the columns must all have the same number of rows".into()));
        }
        let message = contract::EvaluateColumnsRequest {
            row_count: i32::try_from(rows).map_err(|_| Error::Misuse("too many rows for one call".into()))?,
            columns: columns.iter().map(|(field, values)| column(field, values)).collect::<Result<_, _>>()?,
            ..columns_request(ask)
        };
        let answered = self.send_columns(message, ask).await?;
        ColumnAnswers::from_message(answered.answer, rows, &answered.request_id)
    }

    /// Decides many cases that are given as an Arrow IPC stream, whose columns are named by key or label; the answers
    /// are one too. For tens of thousands of rows.
    pub async fn evaluate_arrow(&self, stream: Vec<u8>, ask: &Ask) -> Result<Vec<u8>, Error> {
        let message = contract::EvaluateColumnsRequest { arrow: stream, ..columns_request(ask) };
        Ok(self.send_columns(message, ask).await?.answer.arrow)
    }

    async fn send_columns(
        &self,
        message: contract::EvaluateColumnsRequest,
        ask: &Ask,
    ) -> Result<Answered<contract::EvaluateColumnsResponse>, Error> {
        self.calls
            .call(message, ask.timeout, |request| {
                let mut stub = self.stub.clone();
                async move { stub.evaluate_columns(request).await }
            })
            .await
    }

    /// Decides cases as they come, by one version of the model; one outcome per row, in order.
    ///
    /// Rows are taken no faster than they are answered. Only a timeout of the ask bounds the stream. A row that cannot be
    /// sent ends the stream with its error after the outcomes of the groups before it.
    pub async fn evaluate_stream(
        &self,
        rows: impl Stream<Item = Row> + Send + 'static,
        ask: &Ask,
        chunk_size: usize,
    ) -> Result<Streaming, Error> {
        check_size(chunk_size)?;
        let window = Arc::new(Semaphore::new(WINDOW));
        let unsent = Arc::new(Mutex::new(None));
        let start = contract::EvaluateStreamRequest {
            part: Some(Part::Start(contract::StreamStart {
                model: ask.model_text(),
                table: ask.table_text(),
                as_of: ask.date(),
                release: ask.release_text(),
                known_at: ask.known_at,
            })),
        };
        let groups = groups(rows, chunk_size, window.clone(), unsent.clone());
        let messages = stream::once(async { start }).chain(groups);
        let request = match ask.timeout {
            Some(timeout) => self.calls.request(messages, self.calls.deadline(Some(timeout))),
            None => self.calls.unbounded(messages),
        };
        let answers = self.stub.clone().evaluate_stream(request).await.map_err(|status| Error::of_call(&status))?;
        Ok(Streaming::new(answers.into_inner(), window, unsent))
    }

    /// Decides one case and tells how the decision came about. A refused case is no error here; `rule` names a rule to tell about even if it does not
    /// match.
    pub async fn explain<K: Into<String>>(
        &self,
        inputs: impl IntoIterator<Item = (K, Value)>,
        ask: &Ask,
        rule: Option<&str>,
    ) -> Result<Explained, Error> {
        let message = contract::ExplainRequest {
            model: ask.model_text(),
            table: ask.table_text(),
            inputs: messages(inputs)?,
            as_of: ask.date(),
            release: ask.release_text(),
            known_at: ask.known_at,
            rule: rule.unwrap_or_default().to_owned(),
        };
        let answered = self
            .calls
            .call(message, ask.timeout, |request| {
                let mut stub = self.stub.clone();
                async move { stub.explain(request).await }
            })
            .await?;
        Explained::from_message(answered.answer, &answered.request_id)
    }

    /// Tells what one table can still answer for a case of which only some inputs are known, and what to ask next.
    pub async fn explore<K: Into<String>>(
        &self,
        inputs: impl IntoIterator<Item = (K, Value)>,
        ask: &Ask,
    ) -> Result<contract::Exploration, Error> {
        let message = contract::ExploreRequest {
            model: ask.model_text(),
            table: ask.table_text(),
            inputs: messages(inputs)?,
            as_of: ask.date(),
            release: ask.release_text(),
            known_at: ask.known_at,
        };
        let answered = self
            .calls
            .call(message, ask.timeout, |request| {
                let mut stub = self.stub.clone();
                async move { stub.explore(request).await }
            })
            .await?;
        Ok(answered.answer.exploration.unwrap_or_default())
    }
}

fn columns_request(ask: &Ask) -> contract::EvaluateColumnsRequest {
    contract::EvaluateColumnsRequest {
        model: ask.model_text(),
        table: ask.table_text(),
        as_of: ask.date(),
        release: ask.release_text(),
        known_at: ask.known_at,
        ..contract::EvaluateColumnsRequest::default()
    }
}

fn check_size(chunk_size: usize) -> Result<(), Error> {
    if chunk_size == 0 { Err(Error::Misuse("chunk_size must be at least 1".into())) } else { Ok(()) }
}

/// Rows in groups, each sent when there is room for it; ends at the first row that cannot be sent.
fn groups(
    rows: impl Stream<Item = Row> + Send + 'static,
    chunk_size: usize,
    window: Arc<Semaphore>,
    unsent: Arc<Mutex<Option<Error>>>,
) -> impl Stream<Item = contract::EvaluateStreamRequest> + Send + 'static {
    rows.chunks(chunk_size)
        .enumerate()
        .then(move |(sequence, chunk)| {
            let (window, unsent) = (window.clone(), unsent.clone());
            async move {
                if let Ok(permit) = window.acquire().await {
                    permit.forget();
                }
                let rows: Result<Vec<_>, Error> = chunk.into_iter().map(Row::message).collect();
                match rows {
                    Ok(rows) => Some(contract::EvaluateStreamRequest {
                        part: Some(Part::Rows(contract::StreamRows {
                            sequence: i64::try_from(sequence).unwrap_or(i64::MAX),
                            rows,
                        })),
                    }),
                    Err(error) => {
                        if let Ok(mut place) = unsent.lock() {
                            *place = Some(error);
                        }
                        None
                    }
                }
            }
        })
        .take_while(|message| std::future::ready(message.is_some()))
        .filter_map(std::future::ready)
}
