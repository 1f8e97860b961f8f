use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tonic::transport::Channel;

use crate::calls::{Calls, MAX_MESSAGE_BYTES};
use crate::error::Error;
use crate::generated::decisiontables::v1::catalog_service_client::CatalogServiceClient;
use crate::generated::decisiontables::v1::{self as contract};

/// What a server can decide, as messages of the contract; pages are fetched as needed.
///
/// An empty model means the only one of the server.
#[derive(Clone)]
pub struct Catalog {
    calls: Calls,
    stub: CatalogServiceClient<Channel>,
}

macro_rules! listed {
    ($(#[$doc:meta])* $name:ident($($argument:ident),*) => $rpc:ident($request:ident).$items:ident: $item:ident) => {
        $(#[$doc])*
        pub async fn $name(&self, $($argument: &str),*) -> Result<Vec<contract::$item>, Error> {
            let mut request =
                contract::$request { $($argument: $argument.to_owned(),)* ..contract::$request::default() };
            let mut all = Vec::new();
            loop {
                let page = self
                    .calls
                    .call(request.clone(), None, |request| {
                        let mut stub = self.stub.clone();
                        async move { stub.$rpc(request).await }
                    })
                    .await?
                    .answer;
                all.extend(page.$items);
                if page.next_page_token.is_empty() {
                    return Ok(all);
                }
                request.page_token = page.next_page_token;
            }
        }
    };
}

macro_rules! found {
    ($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),*)
        => $rpc:ident($request:ident)$(.$part:ident)?: $answer:ident) => {
        $(#[$doc])*
        pub async fn $name(&self, $($argument: $kind),*) -> Result<contract::$answer, Error> {
            let request = contract::$request { $($argument: $argument.to_owned()),* };
            let answered = self
                .calls
                .call(request, None, |request| {
                    let mut stub = self.stub.clone();
                    async move { stub.$rpc(request).await }
                })
                .await?;
            Ok(answered.answer$(.$part.unwrap_or_default())?)
        }
    };
}

impl Catalog {
    pub(crate) fn new(calls: Calls, channel: Channel) -> Self {
        let stub = CatalogServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Catalog { calls, stub }
    }

    listed!(
        /// The models that are served, by key.
        models() => list_models(ListModelsRequest).models: Model
    );
    found!(
        /// One model.
        model(model: &str) => get_model(GetModelRequest).model: Model
    );
    listed!(
        /// The tables of a model, in the workbook's order.
        tables(model) => list_tables(ListTablesRequest).tables: Table
    );
    found!(
        /// One table.
        table(model: &str, table: &str) => get_table(GetTableRequest).table: Table
    );
    listed!(
        /// The fields of a model, in the workbook's order.
        fields(model) => list_fields(ListFieldsRequest).fields: Field
    );
    listed!(
        /// The value lists of a model, without their values.
        value_lists(model) => list_value_lists(ListValueListsRequest).value_lists: ValueList
    );
    listed!(
        /// The values of one value list, in the workbook's order.
        values(model, value_list) => list_values(ListValuesRequest).values: ListValue
    );
    listed!(
        /// The legal and policy sources of a model.
        sources(model) => list_sources(ListSourcesRequest).sources: Source
    );
    listed!(
        /// The findings about a model's workbook.
        problems(model) => list_problems(ListProblemsRequest).problems: Problem
    );
    listed!(
        /// The releases of a model, or of all where it is empty; the newest of each model first.
        releases(model) => list_releases(ListReleasesRequest).releases: Release
    );
    found!(
        /// One release with its findings and the times in which it answered.
        release(release: &str) => get_release(GetReleaseRequest): GetReleaseResponse
    );
    found!(
        /// The typed contract of a model; version 0 is the newest.
        contract(model: &str, version: i32) => get_contract(GetContractRequest): GetContractResponse
    );

    /// Which release answers for each of the models (all, if there are none), now and whenever it changes.
    pub async fn watch_releases(
        &self,
        models: &[&str],
        timeout: Duration,
    ) -> Result<impl Stream<Item = Result<contract::WatchReleasesResponse, Error>> + Unpin + use<>, Error> {
        let message = contract::WatchReleasesRequest { models: models.iter().map(|&model| model.to_owned()).collect() };
        let request = self.calls.request(message, self.calls.deadline(Some(timeout)));
        let answered = self.stub.clone().watch_releases(request).await;
        let changes = answered.map_err(|status| Error::of_call(&status))?.into_inner();
        Ok(changes.map(|change| change.map_err(|status| Error::of_call(&status))))
    }

    /// An empty workbook to fill in, with the fields and value lists of a model unless it is empty.
    pub async fn template(&self, model: &str) -> Result<Vec<u8>, Error> {
        let message = contract::DownloadTemplateRequest { model: model.to_owned() };
        let request = self.calls.request(message, self.calls.deadline(None));
        let mut content = Vec::new();
        let mut parts = match self.stub.clone().download_template(request).await {
            Ok(response) => response.into_inner(),
            Err(status) => return Err(Error::of_call(&status)),
        };
        loop {
            match parts.message().await {
                Ok(Some(part)) => content.extend(part.chunk),
                Ok(None) => return Ok(content),
                Err(status) => return Err(Error::of_call(&status)),
            }
        }
    }
}
