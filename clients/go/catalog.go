package decisiontables

import (
	"context"
	"errors"
	"io"
	"iter"

	"google.golang.org/grpc"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// Models gives the models that are served, by key. Here and in all lists, pages are fetched as the loop needs them.
func (c *Client) Models(ctx context.Context) iter.Seq2[*v1.Model, error] {
	return pages(func(token string) ([]*v1.Model, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListModels, &v1.ListModelsRequest{PageToken: token})
		return page.GetModels(), page.GetNextPageToken(), err
	})
}

// Model gives one model; the key may be empty if the server has exactly one, here and below.
func (c *Client) Model(ctx context.Context, model string) (*v1.Model, error) {
	response, _, err := call(ctx, c, c.catalog.GetModel, &v1.GetModelRequest{Model: model})
	return response.GetModel(), err
}

// Tables gives the tables of a model, in the workbook's order.
func (c *Client) Tables(ctx context.Context, model string) iter.Seq2[*v1.Table, error] {
	return pages(func(token string) ([]*v1.Table, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListTables, &v1.ListTablesRequest{Model: model, PageToken: token})
		return page.GetTables(), page.GetNextPageToken(), err
	})
}

// Table gives one table.
func (c *Client) Table(ctx context.Context, model, table string) (*v1.Table, error) {
	response, _, err := call(ctx, c, c.catalog.GetTable, &v1.GetTableRequest{Model: model, Table: table})
	return response.GetTable(), err
}

// Fields gives the fields of a model, in the workbook's order.
func (c *Client) Fields(ctx context.Context, model string) iter.Seq2[*v1.Field, error] {
	return pages(func(token string) ([]*v1.Field, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListFields, &v1.ListFieldsRequest{Model: model, PageToken: token})
		return page.GetFields(), page.GetNextPageToken(), err
	})
}

// ValueLists gives the value lists of a model, without their values.
func (c *Client) ValueLists(ctx context.Context, model string) iter.Seq2[*v1.ValueList, error] {
	return pages(func(token string) ([]*v1.ValueList, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListValueLists, &v1.ListValueListsRequest{Model: model, PageToken: token})
		return page.GetValueLists(), page.GetNextPageToken(), err
	})
}

// Values gives the values of one value list, in the workbook's order.
func (c *Client) Values(ctx context.Context, model, list string) iter.Seq2[*v1.ListValue, error] {
	return pages(func(token string) ([]*v1.ListValue, string, error) {
		request := &v1.ListValuesRequest{Model: model, ValueList: list, PageToken: token}
		page, _, err := call(ctx, c, c.catalog.ListValues, request)
		return page.GetValues(), page.GetNextPageToken(), err
	})
}

// Sources gives the legal and policy sources of a model.
func (c *Client) Sources(ctx context.Context, model string) iter.Seq2[*v1.Source, error] {
	return pages(func(token string) ([]*v1.Source, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListSources, &v1.ListSourcesRequest{Model: model, PageToken: token})
		return page.GetSources(), page.GetNextPageToken(), err
	})
}

// Problems gives the findings about a model's workbook.
func (c *Client) Problems(ctx context.Context, model string) iter.Seq2[*v1.Problem, error] {
	return pages(func(token string) ([]*v1.Problem, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListProblems, &v1.ListProblemsRequest{Model: model, PageToken: token})
		return page.GetProblems(), page.GetNextPageToken(), err
	})
}

// Releases gives the releases of a model, or of all models for an empty key; the newest of each model first.
func (c *Client) Releases(ctx context.Context, model string) iter.Seq2[*v1.Release, error] {
	return pages(func(token string) ([]*v1.Release, string, error) {
		page, _, err := call(ctx, c, c.catalog.ListReleases, &v1.ListReleasesRequest{Model: model, PageToken: token})
		return page.GetReleases(), page.GetNextPageToken(), err
	})
}

// Release gives one release, named as "MODEL#NUMBER", by its digest or the beginning of one, with its findings and
// the times in which it answered.
func (c *Client) Release(ctx context.Context, release string) (*v1.GetReleaseResponse, error) {
	response, _, err := call(ctx, c, c.catalog.GetRelease, &v1.GetReleaseRequest{Release: release})
	return response, err
}

// WatchReleases tells which release answers for each model, first as it is and then whenever it changes; without keys,
// for all models. It goes on until the context ends, the loop is left, or the server ends it; then ask again.
func (c *Client) WatchReleases(ctx context.Context, models ...string) iter.Seq2[*v1.WatchReleasesResponse, error] {
	return func(yield func(*v1.WatchReleasesResponse, error) bool) {
		ctx, cancel := context.WithCancel(c.identified(ctx))
		defer cancel()
		stream, err := c.catalog.WatchReleases(ctx, &v1.WatchReleasesRequest{Models: models})
		if err != nil {
			yield(nil, callError(err, nil))
			return
		}
		receiveAll(stream, yield)
	}
}

// Template gives an empty workbook to fill in: the general one for an empty key, else one with the fields and value
// lists of that model.
func (c *Client) Template(ctx context.Context, model string) ([]byte, error) {
	ctx, cancel := c.begin(ctx)
	defer cancel()
	stream, err := c.catalog.DownloadTemplate(ctx, &v1.DownloadTemplateRequest{Model: model})
	if err != nil {
		return nil, callError(err, nil)
	}
	var file []byte
	receiveAll(stream, func(part *v1.DownloadTemplateResponse, failure error) bool {
		file, err = append(file, part.GetChunk()...), failure
		return err == nil
	})
	return file, err
}

// Contract gives the typed contract of a model; version 0 is the newest.
func (c *Client) Contract(ctx context.Context, model string, version int) (*v1.GetContractResponse, error) {
	request := &v1.GetContractRequest{Model: model, Version: int32(version)}
	response, _, err := call(ctx, c, c.catalog.GetContract, request)
	return response, err
}

func pages[T any](fetch func(token string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		token := ""
		for {
			items, next, err := fetch(token)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			token = next
		}
	}
}

func receiveAll[T any](stream grpc.ServerStreamingClient[T], yield func(*T, error) bool) {
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if !yield(message, callError(err, stream.Trailer())) || err != nil {
			return
		}
	}
}
