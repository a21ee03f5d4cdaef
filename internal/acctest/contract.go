package acctest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed testdata/openapi.yaml
var openAPI []byte

// loadContract reads the OpenAPI description.
var loadContract = sync.OnceValues(func() (*openapi3.T, error) {
	contract, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, err
	}
	return contract, contract.Validate(context.Background())
})

var strict = &openapi3filter.Options{
	MultiError:                        true,
	IncludeResponseStatus:             true,
	RejectWhenRequestBodyNotSpecified: true,
	SkipSettingDefaults:               true,
	AuthenticationFunc: func(_ context.Context, input *openapi3filter.AuthenticationInput) error {
		if _, _, ok := input.RequestValidationInput.Request.BasicAuth(); !ok {
			return errors.New("no Basic authentication")
		}
		return nil
	},
}

// requestNumber names a request to the journal, so that it can be found there.
const requestNumber = "X-Acctest-Request"

// A validator passes requests on, and reports every request and every answer
// that the contract does not allow.
type validator struct {
	next   http.Handler
	router routers.Router
	report func(violation string)
	// faulty tells of a request, by its number, whether it met an injected
	// fault: its answer is meant to be wrong then.
	faulty func(number string) bool

	requests atomic.Int64
}

func newValidator(next http.Handler, report func(string), faulty func(string) bool) (*validator, error) {
	contract, err := loadContract()
	if err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(contract)
	return &validator{next: next, router: router, report: report, faulty: faulty}, err
}

func (v *validator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil { // the client has gone
		panic(http.ErrAbortHandler)
	}
	number := strconv.FormatInt(v.requests.Add(1), 10)
	r.Header.Set(requestNumber, number)
	name := r.Method + " " + r.URL.Path

	route, parameters, err := v.router.FindRoute(r)
	if err != nil {
		v.report(fmt.Sprintf("request %s: %v", name, err))
	}
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: strict}
	if route != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := validateRequest(input); err != nil {
			v.report(fmt.Sprintf("request %s: %v", name, err))
		}
	}

	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := &recorder{ResponseWriter: w}
	v.next.ServeHTTP(answer, r) // a dropped connection ends here, in a panic
	if route == nil {
		return
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Options: strict,
		Status: answer.status, Header: w.Header(), Body: io.NopCloser(&answer.body),
	})
	if err != nil && !v.faulty(number) {
		v.report(fmt.Sprintf("answer %d to %s: %v", answer.status, name, err))
	}
}

// validateRequest also refuses what openapi3filter lets pass: query parameters
// that the operation does not have.
func validateRequest(input *openapi3filter.RequestValidationInput) error {
	documented := slices.Concat(input.Route.PathItem.Parameters, input.Route.Operation.Parameters)
	for name := range input.Request.URL.Query() {
		if documented.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("undocumented query parameter %q", name)
		}
	}
	return openapi3filter.ValidateRequest(input.Request.Context(), input)
}

// A recorder passes an answer on and keeps a copy of it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	r.body.Write(data)
	return r.ResponseWriter.Write(data)
}

// Unwrap lets a handler flush the answer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
