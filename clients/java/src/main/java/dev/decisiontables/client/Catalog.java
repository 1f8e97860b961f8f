package dev.decisiontables.client;

import dev.decisiontables.v1.CatalogServiceGrpc;
import dev.decisiontables.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.decisiontables.v1.DownloadTemplateRequest;
import dev.decisiontables.v1.Field;
import dev.decisiontables.v1.GetContractRequest;
import dev.decisiontables.v1.GetContractResponse;
import dev.decisiontables.v1.GetModelRequest;
import dev.decisiontables.v1.GetReleaseRequest;
import dev.decisiontables.v1.GetReleaseResponse;
import dev.decisiontables.v1.GetTableRequest;
import dev.decisiontables.v1.ListFieldsRequest;
import dev.decisiontables.v1.ListFieldsResponse;
import dev.decisiontables.v1.ListModelsRequest;
import dev.decisiontables.v1.ListModelsResponse;
import dev.decisiontables.v1.ListProblemsRequest;
import dev.decisiontables.v1.ListProblemsResponse;
import dev.decisiontables.v1.ListReleasesRequest;
import dev.decisiontables.v1.ListReleasesResponse;
import dev.decisiontables.v1.ListSourcesRequest;
import dev.decisiontables.v1.ListSourcesResponse;
import dev.decisiontables.v1.ListTablesRequest;
import dev.decisiontables.v1.ListTablesResponse;
import dev.decisiontables.v1.ListValue;
import dev.decisiontables.v1.ListValueListsRequest;
import dev.decisiontables.v1.ListValueListsResponse;
import dev.decisiontables.v1.ListValuesRequest;
import dev.decisiontables.v1.ListValuesResponse;
import dev.decisiontables.v1.Model;
import dev.decisiontables.v1.Problem;
import dev.decisiontables.v1.Release;
import dev.decisiontables.v1.Source;
import dev.decisiontables.v1.Table;
import dev.decisiontables.v1.ValueList;
import dev.decisiontables.v1.WatchReleasesRequest;
import dev.decisiontables.v1.WatchReleasesResponse;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * What a server can decide, as messages of the contract; pages are fetched as needed. A model may be null where the
 * server has exactly one. Every method throws a {@link DecisionTablesException} where the call fails.
 */
public final class Catalog {
  private final Calls calls;
  private final CatalogServiceBlockingStub stub;

  Catalog(Calls calls) {
    this.calls = calls;
    this.stub = CatalogServiceGrpc.newBlockingStub(calls.channel());
  }

  /** The models that are served, by key. */
  public List<Model> models() {
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listModels(ListModelsRequest.newBuilder().setPageToken(token).build()),
        ListModelsResponse::getModelsList,
        ListModelsResponse::getNextPageToken);
  }

  /** One model. */
  public Model model(String model) {
    var request = GetModelRequest.newBuilder().setModel(text(model)).build();
    return calls.call(stub, null, bounded -> bounded.getModel(request)).getModel();
  }

  /** The tables of a model, in the workbook's order. */
  public List<Table> tables(String model) {
    var request = ListTablesRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listTables(request.setPageToken(token).build()),
        ListTablesResponse::getTablesList,
        ListTablesResponse::getNextPageToken);
  }

  /** One table. */
  public Table table(String model, String table) {
    var request = GetTableRequest.newBuilder().setModel(text(model)).setTable(table).build();
    return calls.call(stub, null, bounded -> bounded.getTable(request)).getTable();
  }

  /** The fields of a model, in the workbook's order. */
  public List<Field> fields(String model) {
    var request = ListFieldsRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listFields(request.setPageToken(token).build()),
        ListFieldsResponse::getFieldsList,
        ListFieldsResponse::getNextPageToken);
  }

  /** The value lists of a model, without their values. */
  public List<ValueList> valueLists(String model) {
    var request = ListValueListsRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listValueLists(request.setPageToken(token).build()),
        ListValueListsResponse::getValueListsList,
        ListValueListsResponse::getNextPageToken);
  }

  /** The values of one value list, in the workbook's order. */
  public List<ListValue> values(String model, String valueList) {
    var request = ListValuesRequest.newBuilder().setModel(text(model)).setValueList(valueList);
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listValues(request.setPageToken(token).build()),
        ListValuesResponse::getValuesList,
        ListValuesResponse::getNextPageToken);
  }

  /** The legal and policy sources of a model. */
  public List<Source> sources(String model) {
    var request = ListSourcesRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listSources(request.setPageToken(token).build()),
        ListSourcesResponse::getSourcesList,
        ListSourcesResponse::getNextPageToken);
  }

  /** The findings about a model's workbook. */
  public List<Problem> problems(String model) {
    var request = ListProblemsRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listProblems(request.setPageToken(token).build()),
        ListProblemsResponse::getProblemsList,
        ListProblemsResponse::getNextPageToken);
  }

  /** The releases of a model, or of all where it is null; the newest of each model first. */
  public List<Release> releases(String model) {
    var request = ListReleasesRequest.newBuilder().setModel(text(model));
    return calls.pages(
        stub,
        (bounded, token) -> bounded.listReleases(request.setPageToken(token).build()),
        ListReleasesResponse::getReleasesList,
        ListReleasesResponse::getNextPageToken);
  }

  /** One release with its findings and the times in which it answered. */
  public GetReleaseResponse release(String release) {
    var request = GetReleaseRequest.newBuilder().setRelease(release).build();
    return calls.call(stub, null, bounded -> bounded.getRelease(request));
  }

  /** Which release answers for each of the models (all, if there are none), now and whenever it changes. */
  public Iterator<WatchReleasesResponse> watchReleases(Collection<String> models, Duration timeout) {
    var request = WatchReleasesRequest.newBuilder().addAllModels(models).build();
    return Calls.translated(calls.bounded(stub, timeout).watchReleases(request));
  }

  /** An empty workbook to fill in, with the fields and value lists of a model unless it is null. */
  public byte[] template(String model) {
    var request = DownloadTemplateRequest.newBuilder().setModel(text(model)).build();
    var content = new ByteArrayOutputStream();
    Calls.translated(calls.bounded(stub, null).downloadTemplate(request))
        .forEachRemaining(part -> content.writeBytes(part.getChunk().toByteArray()));
    return content.toByteArray();
  }

  /** The typed contract of a model; version 0 is the newest. */
  public GetContractResponse contract(String model, int version) {
    var request = GetContractRequest.newBuilder().setModel(text(model)).setVersion(version).build();
    return calls.call(stub, null, bounded -> bounded.getContract(request));
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
