package decisiontables

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// failing is a server that is never available, and counts how often it is asked.
type failing struct {
	v1.UnimplementedPublishingServiceServer
	asked atomic.Int32
}

func (f *failing) RollBack(context.Context, *v1.RollBackRequest) (*v1.RollBackResponse, error) {
	f.asked.Add(1)
	return nil, status.Error(codes.Unavailable, "")
}

func (f *failing) Diff(context.Context, *v1.DiffRequest) (*v1.DiffResponse, error) {
	f.asked.Add(1)
	return nil, status.Error(codes.Unavailable, "")
}

func TestActsOfPublishingAreNeverSentTwice(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, service := grpc.NewServer(), &failing{}
	v1.RegisterPublishingServiceServer(server, service)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	client, err := Connect(listener.Addr().String(), WithRetries(2))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	stub := v1.NewPublishingServiceClient(client.Connection())
	if _, err := stub.RollBack(t.Context(), &v1.RollBackRequest{}); err == nil || service.asked.Load() != 1 {
		t.Error("an act was sent", service.asked.Load(), "times:", err)
	}
	if _, err := stub.Diff(t.Context(), &v1.DiffRequest{}); err == nil || service.asked.Load() != 1+3 {
		t.Error("a question was sent", service.asked.Load()-1, "times:", err)
	}
}

func TestATokenIsSentInPlainTextToThisMachineOnly(t *testing.T) {
	for target, local := range map[string]bool{
		"localhost:1": true, "127.0.0.1:1": true, "[::1]:1": true, "dns:///localhost:1": true, "unix:/run/x": true,
		"passthrough:///127.0.0.1:1": true, "example.org:443": false, "dns:///example.org:443": false,
		"10.0.0.1:1": false, "localhost.org:1": false, "localhost": false,
	} {
		client, err := Connect(target, WithToken("abc"))
		if (err == nil) != local {
			t.Errorf("%s: %v", target, err)
		}
		if client != nil {
			_ = client.Close()
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, option := range map[string]Option{
		"retries below": WithRetries(-1), "retries above": WithRetries(MaxRetries + 1), "no timeout": WithTimeout(0),
		"negative timeout": WithTimeout(-time.Second), "roots that are none": WithTLS(TLS{Roots: []byte("x")}),
		"a key alone": WithTLS(TLS{Key: []byte("x")}),
	} {
		if _, err := Connect("localhost:1", option); err == nil {
			t.Error(name)
		}
	}
	for _, retries := range []int{0, MaxRetries} {
		client, err := Connect("localhost:1", WithRetries(retries))
		if err != nil {
			t.Fatal(retries, err)
		}
		_ = client.Close()
	}
}
