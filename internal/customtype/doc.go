// Package customtype holds the attribute types of account IDs and scopes.
//
// The types do not validate: the framework would also validate states and the
// API's answers, and an account that only the API can describe could no longer
// be refreshed or destroyed. Package validate checks configurations.
package customtype
