package core

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
)

// A Session is a plugin that is configured, asked for what only newer CLIs ask for:
// lists, ephemeral resources and actions.
type Session struct {
	*Plugin
	T testing.TB
}

// Connect starts a plugin that leads to a server and repeats nothing.
func Connect(t testing.TB, server *acctest.Server) Session {
	t.Helper()
	return Session{Start(t, server.Transport, noRetries), t}
}

var noRetries = Values{"max_retries": 0}

// A Listed is a result of a list resource.
type Listed struct {
	ID, DisplayName string
	Application     string                   // Client ID
	Resource        map[string]tftypes.Value // nil where it is not included
}

// List lists, and returns what failed as well. A negative limit is none. It
// stops after so many results where stop is set, as a CLI does that has enough.
func (s Session) List(typeName string, config Values, limit int64, includeResource bool, stop int) (results []Listed, failures []string) {
	s.T.Helper()
	stream, err := s.Server.(tfprotov6.ListResourceServer).ListResource(s.T.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: listConfig(typeName, config), Limit: limit, IncludeResource: includeResource,
	})
	s.must(err)
	for result := range stream.Results {
		if len(result.Diagnostics) > 0 {
			failures = append(failures, texts(result.Diagnostics)...)
			continue
		}
		identity := identityOf(typeName, result.Identity)
		one := Listed{ID: identity["id"], DisplayName: result.DisplayName, Application: identity["application_client_id"]}
		if includeResource {
			one.Resource = attributes(decode(Schema(typeName).ValueType(), result.Resource))
		}
		results = append(results, one)
		if len(results) == stop {
			break
		}
	}
	return results, failures
}

func listConfig(typeName string, config Values) *tfprotov6.DynamicValue {
	return Encode(Value(schemas().ListResourceSchemas[typeName].ValueType(), config))
}

// ValidateList checks the configuration of a list resource.
func (s Session) ValidateList(typeName string, config Values) []string {
	s.T.Helper()
	answer, err := s.Server.(tfprotov6.ListResourceServer).ValidateListResourceConfig(s.T.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName, Config: listConfig(typeName, config),
	})
	s.must(err)
	return texts(answer.Diagnostics)
}

// Import imports a resource by its identity and reads it, and returns its
// attributes.
func (s Session) Import(typeName, id string) map[string]tftypes.Value {
	s.T.Helper()
	w, r := &Workspace{T: s.T, Plugin: s.Plugin, Settings: noRetries}, &Resource{Name: id, TypeName: typeName}
	w.Must(w.ImportIdentity(r, Identity(typeName, Values{"id": id})))
	return attributes(r.State)
}

// Open checks the configuration of an ephemeral resource and opens it.
func (s Session) Open(typeName string, config Values) (result map[string]tftypes.Value, failures []string) {
	s.T.Helper()
	of := schemas().EphemeralResourceSchemas[typeName].ValueType()
	encoded := Encode(Value(of, config))
	valid, err := s.Server.ValidateEphemeralResourceConfig(s.T.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: encoded})
	s.must(err)
	if len(valid.Diagnostics) > 0 {
		return nil, texts(valid.Diagnostics)
	}
	opened, err := s.Server.OpenEphemeralResource(s.T.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: encoded})
	s.must(err)
	if len(opened.Private) > 0 {
		s.T.Errorf("opening %s keeps %q in private state", typeName, opened.Private)
	}
	return attributes(decode(of, opened.Result)), texts(opened.Diagnostics)
}

// Invoke checks the configuration of an action, plans and invokes it. It
// returns the progress messages.
func (s Session) Invoke(actionType string, config Values) (progress, failures []string) {
	s.T.Helper()
	server, encoded := s.Server.(tfprotov6.ActionServer), Encode(Value(schemas().ActionSchemas[actionType].Schema.ValueType(), config))
	valid, err := server.ValidateActionConfig(s.T.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: encoded})
	s.must(err)
	if len(valid.Diagnostics) > 0 {
		return nil, texts(valid.Diagnostics)
	}
	planned, err := server.PlanAction(s.T.Context(), &tfprotov6.PlanActionRequest{ActionType: actionType, Config: encoded})
	s.must(err)
	if found := problems(planned.Diagnostics, nil); len(found) > 0 {
		s.T.Fatal(found)
	}
	stream, err := server.InvokeAction(s.T.Context(), &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: encoded})
	s.must(err)
	completed := false
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			completed = true
			failures = texts(event.Diagnostics)
		}
	}
	if !completed {
		s.T.Errorf("%s does not complete", actionType)
	}
	return progress, failures
}

func (s Session) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// texts are diagnostics as a person reads them.
func texts(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, problem := range problems(diagnostics, nil) {
		text := problem.Summary + ": " + problem.Detail
		if problem.Severity == tfprotov6.DiagnosticSeverityWarning {
			text = "Warning: " + text
		}
		all = append(all, text)
	}
	return all
}

func attributes(object tftypes.Value) (all map[string]tftypes.Value) {
	_ = object.As(&all) // an object, which cannot fail
	return all
}
