// Command conformance puts the conformance cases to the Go client: conformance CASES_FOLDER SERVERS_FILE.
//
// clients/conformance/README.md has the contract of such a program.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	dt "decisiontables.dev/go/decisiontables"
)

type servers struct {
	Addresses map[string]string
	Files     map[string]string
}

type content struct {
	Feature string
	Cases   []testCase
}

type testCase struct {
	Name      string
	Call      string
	Connect   connecting
	Ask       asked
	Inputs    map[string]any
	Rows      []row
	Columns   map[string][]any
	Repeat    int
	ChunkSize *int `json:"chunk_size"`
	Take      int
}

type connecting struct {
	Server, Target, Token string
	Timeout               json.RawMessage
	Retries               *int
	TLS                   map[string]string
}

type asked struct {
	Model, Table, List, Rule, Release string
	AsOf                              string `json:"as_of"`
	KnownAt                           string `json:"known_at"`
	Version                           int
}

type row struct {
	Inputs map[string]any
	Table  string
	AsOf   string `json:"as_of"`
}

type plain = map[string]any

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: conformance CASES_FOLDER SERVERS_FILE")
		os.Exit(2)
	}
	var known servers
	read(os.Args[2], &known)
	paths, _ := filepath.Glob(filepath.Join(os.Args[1], "*.json"))
	slices.Sort(paths)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for _, path := range paths {
		var file content
		read(path, &file)
		for _, each := range file.Cases {
			began := time.Now()
			answer := answerOf(each, known)
			line := plain{"case": file.Feature + "/" + each.Name, "answer": answer, "seconds": time.Since(began).Seconds()}
			if err := output.Encode(line); err != nil {
				panic(err)
			}
		}
	}
}

func read(path string, into any) {
	written, err := os.ReadFile(path)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(written))
		decoder.UseNumber()
		err = decoder.Decode(into)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
		os.Exit(1)
	}
}

func answerOf(asking testCase, known servers) plain {
	client, err := connect(asking.Connect, known)
	if err != nil {
		return plain{"error": plain{"kind": "misuse", "message": err.Error()}}
	}
	defer client.Close()
	answer, err := calls[asking.Call](context.Background(), client, asking)
	if err != nil {
		return plain{"error": errorJSON(err)}
	}
	return answer
}

func connect(how connecting, known servers) (*dt.Client, error) {
	options := []dt.Option{dt.WithTimeout(30 * time.Second)}
	if how.Token != "" {
		options = append(options, dt.WithToken(how.Token))
	}
	if string(how.Timeout) == "null" {
		options = nil
	} else if how.Timeout != nil {
		var seconds float64
		if err := json.Unmarshal(how.Timeout, &seconds); err != nil {
			return nil, err
		}
		options = append(options, dt.WithTimeout(time.Duration(seconds*float64(time.Second))))
	}
	if how.Retries != nil {
		options = append(options, dt.WithRetries(*how.Retries))
	}
	if how.TLS != nil {
		options = append(options, dt.WithTLS(dt.TLS{
			Roots: file(how.TLS["roots"], known), Key: file(how.TLS["key"], known), Chain: file(how.TLS["chain"], known),
		}))
	}
	target := how.Target
	if target == "" {
		target = known.Addresses[or(how.Server, "main")]
	}
	return dt.Connect(target, options...)
}

func file(name string, known servers) []byte {
	if name == "" {
		return nil
	}
	written, err := os.ReadFile(known.Files[name])
	if err != nil {
		panic(err)
	}
	return written
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (c testCase) question() dt.Ask {
	ask := c.Ask.ask()
	if c.ChunkSize != nil {
		ask.ChunkSize = *c.ChunkSize
		if *c.ChunkSize == 0 { // which means the usual size to this client
			ask.ChunkSize = -1
		}
	}
	return ask
}

func (a asked) ask() dt.Ask {
	ask := dt.Ask{Model: a.Model, Table: a.Table, AsOf: day(a.AsOf), Release: a.Release}
	if a.KnownAt != "" {
		moment, err := time.Parse(time.RFC3339, a.KnownAt)
		if err != nil {
			panic(err)
		}
		ask.KnownAt = moment
	}
	return ask
}

func day(written string) dt.Date {
	if written == "" {
		return dt.Date{}
	}
	date, err := dt.ParseDate(written)
	if err != nil {
		panic(err)
	}
	return date
}
