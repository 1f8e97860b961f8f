package decisiontables

import (
	"fmt"
	"strings"
	"time"

	v1 "decisiontables.dev/go/decisiontables/decisiontablesv1"
)

// Status is how a table, or the whole decision, came out.
type Status string

// How a table, or the whole decision, came out.
const (
	StatusMatched     Status = "matched"
	StatusNoMatch     Status = "no_match"
	StatusNotInForce  Status = "not_in_force"
	StatusOverridden  Status = "overridden"
	StatusUnspecified Status = "unspecified"
)

// RuleStatus says whether a rule decides, and how certain its source is.
type RuleStatus string

// Whether a rule decides, and how certain its source is.
const (
	RuleAdopted   RuleStatus = "adopted"
	RuleContested RuleStatus = "contested"
	RuleNoted     RuleStatus = "noted"
)

// Citation is a source that a rule cites.
type Citation struct {
	// Source is its id, Locator the place inside it, Title its title.
	Source, Locator, Title string
}

// Match is a rule that decided, or (Dissent) a noted one that the inputs satisfy and that does not decide.
type Match struct {
	// Table is the key of the table, Rule the id of the rule, Cell where it stands in the workbook.
	Table, Rule, Cell string
	// Citations are the sources that it cites.
	Citations []Citation
	// Status says how certain its source is.
	Status RuleStatus
	// Default is whether it is the table's default rule.
	Default bool
	// Dissent is whether it only dissents.
	Dissent bool
}

// Release says which release decided.
type Release struct {
	// Digest names it.
	Digest string
	// Number is counted per model from 1.
	Number int
	// Unconfirmed is whether it was published in an emergency and nobody has confirmed it yet.
	Unconfirmed bool
	// Withdrawn is whether it has been withdrawn since.
	Withdrawn bool
}

// Decision is what was decided, by which rules, from which model and for which date.
type Decision struct {
	// Status is StatusMatched or StatusNoMatch.
	Status Status
	// Results are the values by field key; nil where there is no value.
	Results map[string]Value
	// Matches are the rules that decided, and noted ones as dissent.
	Matches []Match
	// Missing names the missing inputs that could change the outcome.
	Missing []string
	// Overridden names the derived values and upstream results that the caller gave.
	Overridden []string
	// Unused names the inputs that were not needed.
	Unused []string
	// Tables says how each table that was looked at came out.
	Tables map[string]Status
	// AsOf is the date whose rules applied.
	AsOf Date
	// Model is the key of the model, ModelDigest the digest of its workbook.
	Model, ModelDigest string
	// Release is the release that decided; nil where a folder of workbooks is served.
	Release *Release
	// KnownAt is the moment whose active release decided; zero where the question named none.
	KnownAt time.Time
	// Semantics is the version of the meaning of tables by which it was decided.
	Semantics string
}

// Matched tells whether a rule matched.
func (d *Decision) Matched() bool { return d.Status == StatusMatched }

func decisionOf(message *v1.Decision) (*Decision, error) {
	results, err := ValuesOf(message.GetResults())
	if err != nil {
		return nil, err
	}
	decision := &Decision{
		Status:      statusOf(message.GetStatus(), "DECISION_STATUS_"),
		Results:     results,
		Missing:     message.GetMissing(),
		Overridden:  message.GetOverridden(),
		Unused:      message.GetUnused(),
		Tables:      make(map[string]Status, len(message.GetTables())),
		AsOf:        dateOf(message.GetAsOf()),
		Model:       message.GetModel(),
		ModelDigest: message.GetModelDigest(),
		Release:     releaseOf(message.GetRelease()),
		Semantics:   message.GetSemantics(),
	}
	if message.GetKnownAt() != nil {
		decision.KnownAt = message.GetKnownAt().AsTime()
	}
	for key, status := range message.GetTables() {
		decision.Tables[key] = statusOf(status, "TABLE_STATUS_")
	}
	for _, match := range message.GetMatches() {
		decision.Matches = append(decision.Matches, matchOf(match))
	}
	return decision, nil
}

func matchOf(message *v1.Match) Match {
	match := Match{
		Table:   message.GetTable(),
		Rule:    message.GetRule(),
		Cell:    message.GetCell(),
		Status:  RuleStatus(word(message.GetStatus(), "RULE_STATUS_")),
		Default: message.GetDefault(),
		Dissent: message.GetDissent(),
	}
	for _, each := range message.GetCitations() {
		match.Citations = append(match.Citations, Citation{each.GetSource(), each.GetLocator(), each.GetTitle()})
	}
	return match
}

func releaseOf(message *v1.ReleaseReference) *Release {
	if message.GetDigest() == "" {
		return nil
	}
	return &Release{
		Digest:      message.GetDigest(),
		Number:      int(message.GetNumber()),
		Unconfirmed: message.GetUnconfirmed(),
		Withdrawn:   message.GetWithdrawn(),
	}
}

func statusOf(value fmt.Stringer, prefix string) Status { return Status(word(value, prefix)) }

func word(value fmt.Stringer, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(value.String(), prefix))
}
