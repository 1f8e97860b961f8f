package decisiontables

import (
	"testing"
	"time"
)

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
