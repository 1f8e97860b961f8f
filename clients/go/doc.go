// Package decisiontables asks a decision tables server for decisions.
//
// Connect gives a Client. Every call has a deadline; a call that is refused gives a *Refused, whose reason errors.Is
// recognises. Amounts are decimals and days are calendar dates, never binary floats or moments.
package decisiontables
