package decisiontables

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

const (
	// DefaultTimeout bounds a call whose context has no deadline.
	DefaultTimeout = 5 * time.Second
	// DefaultRetries is how often a call that reached no server is repeated.
	DefaultRetries = 2
	// MaxRetries is how often it may be repeated at most.
	MaxRetries = 4

	maxMessageBytes = 64 << 20
)

// TLS says how to recognise the server, and optionally who we are; all as PEM.
//
// Without Roots the system's certificates are trusted. Key and Chain belong together and make the connection mutual.
// There is no way to leave the server unchecked: leave TLS out for plain text, or trust its certificate by Roots.
type TLS struct {
	Roots []byte
	Key   []byte
	Chain []byte
}

type settings struct {
	token   string
	tls     *TLS
	timeout time.Duration
	retries int
}

// Option is a setting of Connect.
type Option func(*settings)

// WithToken sends a bearer token with every call. In plain text it is sent to this machine only.
func WithToken(token string) Option { return func(s *settings) { s.token = token } }

// WithTLS encrypts the connection; without it, it is plain text.
func WithTLS(tls TLS) Option { return func(s *settings) { s.tls = &tls } }

// WithTimeout bounds every call whose context has no deadline, retries included.
func WithTimeout(timeout time.Duration) Option { return func(s *settings) { s.timeout = timeout } }

// WithRetries says how often a call that reached no server is repeated, 0 to MaxRetries.
func WithRetries(retries int) Option { return func(s *settings) { s.retries = retries } }

// Client asks a server for decisions and for its catalogue. It is safe for concurrent use; close it after use.
type Client struct {
	connection *grpc.ClientConn
	evaluation v1.EvaluationServiceClient
	catalog    v1.CatalogServiceClient
	timeout    time.Duration
	token      string
}

// A connection that broke is tried again as soon as calls are, or these would have no retries left when it is there.
var connecting = backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, Jitter: 0.2, MaxDelay: time.Second}

const connectTimeout = 20 * time.Second

// Connect gives a client of the server at target, such as "localhost:50051". Nothing is sent before the first call.
func Connect(target string, options ...Option) (*Client, error) {
	chosen := settings{timeout: DefaultTimeout, retries: DefaultRetries}
	for _, option := range options {
		option(&chosen)
	}
	if err := chosen.check(target); err != nil {
		return nil, err
	}
	secured, err := chosen.credentials()
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(secured),
		grpc.WithDefaultServiceConfig(serviceConfig(chosen.retries)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: connecting, MinConnectTimeout: connectTimeout}),
	)
	if err != nil {
		return nil, err
	}
	return &Client{
		connection: connection,
		evaluation: v1.NewEvaluationServiceClient(connection),
		catalog:    v1.NewCatalogServiceClient(connection),
		timeout:    chosen.timeout,
		token:      chosen.token,
	}, nil
}

// Close ends the connection; running calls are cancelled.
func (c *Client) Close() error { return c.connection.Close() }

// Connection is the channel below the client, for stubs of services that the client has no methods for.
func (c *Client) Connection() grpc.ClientConnInterface { return c.connection }

func (s settings) check(target string) error {
	if s.retries < 0 || s.retries > MaxRetries {
		return fmt.Errorf("retries must be between 0 and %d", MaxRetries)
	}
	if s.timeout <= 0 {
		return errors.New("the timeout must be above 0")
	}
	if s.token != "" && s.tls == nil && !isLocal(target) {
		return errors.New("a token is not sent in plain text to another machine; use WithTLS")
	}
	return nil
}

func (s settings) credentials() (credentials.TransportCredentials, error) {
	if s.tls == nil {
		return insecure.NewCredentials(), nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.tls.Roots != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(s.tls.Roots) {
			return nil, errors.New("the roots hold no certificate in PEM form")
		}
	}
	if s.tls.Key != nil || s.tls.Chain != nil {
		own, err := tls.X509KeyPair(s.tls.Chain, s.tls.Key)
		if err != nil {
			return nil, fmt.Errorf("key and chain: %w", err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return credentials.NewTLS(config), nil
}

// Acts of publishing are never repeated: rolled back twice is two steps back.
func serviceConfig(retries int) string {
	if retries == 0 {
		return "{}"
	}
	const publishing = `{"service": "decisiontables.v1.PublishingService"`
	names := "{}"
	for _, method := range []string{"CheckWorkbook", "Diff", "ImpactOf", "Download", "ListAuditEntries"} {
		names += fmt.Sprintf(`, %s, "method": %q}`, publishing, method)
	}
	return fmt.Sprintf(`{"methodConfig": [{"name": [%s}]}, {"name": [%s], "retryPolicy": {"maxAttempts": %d,
		"initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
		"retryableStatusCodes": ["UNAVAILABLE"]}}]}`, publishing, names, retries+1)
}

// isLocal tells whether the target never leaves this machine: a loopback address or a Unix socket.
func isLocal(target string) bool {
	if strings.HasPrefix(target, "unix:") || strings.HasPrefix(target, "unix-abstract:") {
		return true
	}
	for _, scheme := range []string{"dns:", "passthrough:"} {
		target = strings.TrimPrefix(target, scheme)
	}
	host, _, err := net.SplitHostPort(strings.TrimLeft(target, "/"))
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	address := net.ParseIP(host)
	return address != nil && address.IsLoopback()
}

// begin gives the context of one call: with a deadline, and with the token.
func (c *Client) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = c.identified(ctx)
	if _, bounded := ctx.Deadline(); bounded {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.timeout)
}

// identified gives a context with the token.
func (c *Client) identified(ctx context.Context) context.Context {
	if c.token == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.token)
}
