// Package customtype holds the attribute types whose values can be written in
// several ways that mean the same: the API may answer in another spelling
// than the configuration's, and that must not show as a change.
//
// The types know equality only. What a configuration may hold is checked by
// the validators in package validate, which see the configuration alone: the
// framework would run a type's own validation on state and on the API's
// answers too, and a value that only the service knows could then no longer
// be refreshed or destroyed.
package customtype
