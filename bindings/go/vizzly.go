package jeton

// #include "jeton.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"unsafe"
)

// Vizzly signs the access tokens of Vizzly dashboards with one ES256 key. Any number of goroutines may use one at once.
type Vizzly struct {
	handle *handle
}

// NewVizzly makes a Vizzly signer from a private P-256 key. The key may be closed after it.
func NewVizzly(key *Key) (*Vizzly, error) {
	var out *C.jeton_vizzly
	err := key.with(func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_new(key, &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &Vizzly{newHandle(unsafe.Pointer(out), func(vizzly unsafe.Pointer) {
		C.jeton_vizzly_free((*C.jeton_vizzly)(vizzly))
	})}, nil
}

// NewVizzlyVerifier makes a verifier for Vizzly access tokens from the public (or private) P-256 key: ES256, ended by the claim
// expires, any issuer and audience, since these tokens name none.
func NewVizzlyVerifier(key *Key) (*Verifier, error) {
	return newVerifier(key, func(key *C.jeton_key, out **C.jeton_verifier, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_verifier(key, out, failure)
	})
}

// Close wipes and frees the signer. It may be called at any time and more than once.
func (v *Vizzly) Close() {
	v.handle.close()
}

// VizzlyDashboard is the arguments of a dashboard access token.
type VizzlyDashboard struct {
	// ExpiryTTLInMinutes is how long the token lives, in minutes; whole seconds count. Required.
	ExpiryTTLInMinutes float64
	// ProjectID is required.
	ProjectID string
	// UserReference is required.
	UserReference string
	// Scope is "read_write" if it is nil. See [Given].
	Scope *string
	// AccessType is "standard" by default.
	AccessType string
	// ParentDashboardIDs is left out if it is nil, and an empty list if it is empty.
	ParentDashboardIDs []string
	// Timezone is how the claim expires is written: "UTC", which is the default, or "+HH:MM" or "-HH:MM".
	Timezone string
	// RegisteredClaims adds iat and exp, which every verifier understands.
	RegisteredClaims bool
}

// MarshalJSON gives the arguments as [Vizzly.DashboardJSON] takes them.
func (d VizzlyDashboard) MarshalJSON() ([]byte, error) {
	var o object
	o.set("expiry_ttl_in_minutes", d.ExpiryTTLInMinutes)
	o.add("project_id", d.ProjectID)
	o.add("user_reference", d.UserReference)
	o.add("scope", d.Scope)
	o.add("access_type", d.AccessType)
	o.add("parent_dashboard_ids", d.ParentDashboardIDs)
	o.add("timezone", d.Timezone)
	o.add("registered_claims", d.RegisteredClaims)
	return o.json()
}

// UnmarshalJSON always fails, as it does for a [Policy]: give the text to [Vizzly.DashboardJSON].
func (*VizzlyDashboard) UnmarshalJSON([]byte) error {
	return notRead("VizzlyDashboard", "DashboardJSON")
}

// VizzlyData is the arguments of a data access token.
type VizzlyData struct {
	// ExpiryTTLInMinutes is how long the token lives, in minutes; whole seconds count. Required.
	ExpiryTTLInMinutes float64
	// DataSetIDs lists data sets. Exactly one of DataSetIDs and AllDataSets is required.
	DataSetIDs []string
	// AllDataSets gives access to every data set.
	AllDataSets bool
	// SecureFilters is required; an empty map filters nothing.
	SecureFilters map[string]any
	// Parameters is empty by default.
	Parameters map[string]any
	// Timezone is as in VizzlyDashboard.
	Timezone string
	// RegisteredClaims is as in VizzlyDashboard.
	RegisteredClaims bool
}

// MarshalJSON gives the arguments as [Vizzly.DataJSON] takes them.
func (d VizzlyData) MarshalJSON() ([]byte, error) {
	var o object
	o.set("expiry_ttl_in_minutes", d.ExpiryTTLInMinutes)
	o.notBoth("DataSetIDs", d.DataSetIDs != nil, "AllDataSets", d.AllDataSets)
	o.add("data_set_ids", d.DataSetIDs)
	if d.AllDataSets {
		o.set("data_set_ids", "*")
	}
	o.add("secure_filters", d.SecureFilters)
	o.add("parameters", d.Parameters)
	o.add("timezone", d.Timezone)
	o.add("registered_claims", d.RegisteredClaims)
	return o.json()
}

// UnmarshalJSON always fails, as it does for a [Policy]: give the text to [Vizzly.DataJSON].
func (*VizzlyData) UnmarshalJSON([]byte) error {
	return notRead("VizzlyData", "DataJSON")
}

// VizzlyQueryEngine is the arguments of a query-engine access token.
type VizzlyQueryEngine struct {
	// ExpiryTTLInMinutes is how long the token lives, in minutes; whole seconds count. Required.
	ExpiryTTLInMinutes float64 `json:"expiry_ttl_in_minutes"`
	// AllowDataPreviewAccess lets the holder preview data.
	AllowDataPreviewAccess bool `json:"allow_data_preview_access"`
	// AllowDatabaseSchemaAccess lets the holder read the schemas of databases.
	AllowDatabaseSchemaAccess bool `json:"allow_database_schema_access"`
	// Timezone is as in VizzlyDashboard.
	Timezone string `json:"timezone,omitempty"`
	// RegisteredClaims is as in VizzlyDashboard.
	RegisteredClaims bool `json:"registered_claims,omitempty"`
}

// VizzlyIdentity is the arguments of the tokens of an identity answer.
type VizzlyIdentity struct {
	Dashboard VizzlyDashboard `json:"dashboard"`
	// Data is optional.
	Data *VizzlyData `json:"data,omitempty"`
	// QueryEngine is optional.
	QueryEngine *VizzlyQueryEngine `json:"query_engine,omitempty"`
}

// VizzlyTokens is the answer of an identity endpoint. A token that was not asked for is empty. It prints and logs without them, but
// encoding/json writes the answer with its tokens, for that is how a handler sends it. So does slog's JSON handler when the answer
// is inside another value: log nothing that holds one.
type VizzlyTokens struct {
	// JSON is the whole answer, ready to be sent.
	JSON                   json.RawMessage
	DashboardAccessToken   string
	DataAccessToken        string
	QueryEngineAccessToken string
}

// Format keeps the tokens out of what fmt prints, whatever the verb.
func (VizzlyTokens) Format(state fmt.State, _ rune) { printRedacted(state, "VizzlyTokens") }

// LogValue keeps the tokens out of logs.
func (VizzlyTokens) LogValue() slog.Value { return redacted("VizzlyTokens") }

// MarshalJSON gives the documented answer, which is the field JSON.
func (t VizzlyTokens) MarshalJSON() ([]byte, error) { return t.JSON.MarshalJSON() }

// Dashboard signs a dashboard access token.
func (v *Vizzly) Dashboard(args VizzlyDashboard, options ...CallOption) (string, error) {
	return withText(args, options, v.DashboardJSON)
}

// DashboardJSON is Dashboard with the arguments as JSON text, by the names of jeton_vizzly_dashboard in jeton.h.
func (v *Vizzly) DashboardJSON(args json.RawMessage, options ...CallOption) (string, error) {
	return v.token(options, func(vizzly *C.jeton_vizzly, nowS C.int64_t, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_dashboard(vizzly, chars(args), C.size_t(len(args)), nowS, out, failure)
	})
}

// Data signs a data access token.
func (v *Vizzly) Data(args VizzlyData, options ...CallOption) (string, error) {
	return withText(args, options, v.DataJSON)
}

// DataJSON is Data with the arguments as JSON text, by the names of jeton_vizzly_data in jeton.h.
func (v *Vizzly) DataJSON(args json.RawMessage, options ...CallOption) (string, error) {
	return v.token(options, func(vizzly *C.jeton_vizzly, nowS C.int64_t, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_data(vizzly, chars(args), C.size_t(len(args)), nowS, out, failure)
	})
}

// QueryEngine signs a query-engine access token.
func (v *Vizzly) QueryEngine(args VizzlyQueryEngine, options ...CallOption) (string, error) {
	return withText(args, options, v.QueryEngineJSON)
}

// QueryEngineJSON is QueryEngine with the arguments as JSON text, by the names of jeton_vizzly_query_engine in jeton.h.
func (v *Vizzly) QueryEngineJSON(args json.RawMessage, options ...CallOption) (string, error) {
	return v.token(options, func(vizzly *C.jeton_vizzly, nowS C.int64_t, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_query_engine(vizzly, chars(args), C.size_t(len(args)), nowS, out, failure)
	})
}

// Identity signs the tokens of an identity answer.
func (v *Vizzly) Identity(args VizzlyIdentity, options ...CallOption) (*VizzlyTokens, error) {
	return withText(args, options, v.IdentityJSON)
}

// IdentityJSON is Identity with the arguments as JSON text, by the names of jeton_vizzly_identity in jeton.h.
func (v *Vizzly) IdentityJSON(args json.RawMessage, options ...CallOption) (*VizzlyTokens, error) {
	parts, err := v.parts(options, func(vizzly *C.jeton_vizzly, nowS C.int64_t, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_vizzly_identity(vizzly, chars(args), C.size_t(len(args)), nowS, out, failure)
	}, "identity", "dashboardAccessToken", "dataAccessToken", "queryEngineAccessToken")
	if err != nil {
		return nil, err
	}
	return &VizzlyTokens{
		JSON:                 parts[0],
		DashboardAccessToken: string(parts[1]), DataAccessToken: string(parts[2]), QueryEngineAccessToken: string(parts[3]),
	}, nil
}

// withText runs a call that takes JSON text on arguments that are a Go value.
func withText[T any](args any, options []CallOption, call func(json.RawMessage, ...CallOption) (T, error)) (T, error) {
	text, err := marshal(args)
	if err != nil {
		var none T
		return none, err
	}
	return call(text, options...)
}

type vizzlyFunction func(vizzly *C.jeton_vizzly, nowS C.int64_t, out **C.jeton_result, failure *C.jeton_error) C.jeton_status

func (v *Vizzly) token(options []CallOption, call vizzlyFunction) (string, error) {
	parts, err := v.parts(options, call, "token")
	if err != nil {
		return "", err
	}
	return string(parts[0]), nil
}

func (v *Vizzly) parts(options []CallOption, call vizzlyFunction, names ...string) ([][]byte, error) {
	nowS, err := clock(options)
	if err != nil {
		return nil, err
	}
	pointer, err := v.handle.enter()
	if err != nil {
		return nil, err
	}
	defer v.handle.leave()
	return partsOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return call((*C.jeton_vizzly)(pointer), C.int64_t(nowS), out, failure)
	}, names...)
}
