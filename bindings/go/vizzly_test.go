package jeton_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func TestVizzlyTokensHaveTheVendorsMembers(t *testing.T) {
	key := newKey(t, "ES256")
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(key))
	verifier := must[*jeton.Verifier](t)(jeton.NewVizzlyVerifier(key))
	at := jeton.At(time.Unix(1893553445, 0)) // 2030-01-02T03:04:05Z
	for _, c := range []struct {
		make func() (string, error)
		want string
	}{
		{func() (string, error) {
			return vizzly.Dashboard(jeton.VizzlyDashboard{ExpiryTTLInMinutes: 20, ProjectID: "p", UserReference: "u"}, at)
		}, `{"projectId":"p","userReference":"u","scope":"read_write","accessType":"standard","expires":"2030-01-02T03:24:05+00:00"}`},
		{func() (string, error) {
			return vizzly.Dashboard(jeton.VizzlyDashboard{
				ExpiryTTLInMinutes: 20, ProjectID: "p", UserReference: "u", Scope: jeton.Given("read"), AccessType: "admin",
				ParentDashboardIDs: []string{}, Timezone: "UTC",
			}, at)
		}, `{"projectId":"p","userReference":"u","scope":"read","accessType":"admin","parentDashboardIds":[],"expires":"2030-01-02T03:24:05+00:00"}`},
		{func() (string, error) {
			return vizzly.Data(jeton.VizzlyData{ExpiryTTLInMinutes: 0.5, AllDataSets: true, SecureFilters: map[string]any{}}, at)
		}, `{"dataSetIds":"*","secureFilters":{},"parameters":{},"expires":"2030-01-02T03:04:35+00:00"}`},
		{func() (string, error) {
			return vizzly.QueryEngine(jeton.VizzlyQueryEngine{ExpiryTTLInMinutes: 20, AllowDataPreviewAccess: true, Timezone: "+01:00"}, at)
		}, `{"allowDataPreviewAccess":true,"allowDatabaseSchemaAccess":false,"expires":"2030-01-02T04:24:05+01:00"}`},
	} {
		var claims, want map[string]any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if err := verifier.Verify(must[string](t)(c.make()), &claims, at); err != nil || !reflect.DeepEqual(claims, want) {
			t.Errorf("%v\n%v\n%v", err, claims, want)
		}
	}
}

func TestAnIdentityAnswerHoldsItsTokens(t *testing.T) {
	key := newKey(t, "ES256")
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(key))
	dashboard := jeton.VizzlyDashboard{ExpiryTTLInMinutes: 20, ProjectID: "p", UserReference: "u", ParentDashboardIDs: []string{"d"}}
	tokens := must[*jeton.VizzlyTokens](t)(vizzly.Identity(jeton.VizzlyIdentity{
		Dashboard: dashboard,
		Data:      &jeton.VizzlyData{ExpiryTTLInMinutes: 20, DataSetIDs: []string{"a"}, SecureFilters: map[string]any{}},
	}))
	var answer map[string]string
	if err := json.Unmarshal(tokens.JSON, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer) != 2 || answer["dashboardAccessToken"] != tokens.DashboardAccessToken || answer["dataAccessToken"] != tokens.DataAccessToken ||
		tokens.QueryEngineAccessToken != "" {
		t.Errorf("%s", tokens.JSON)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("answered", "tokens", tokens)
	if printed := fmt.Sprintf("%v %+v %#v %s", tokens, tokens, tokens, logged.String()); strings.Contains(printed, "eyJ") {
		t.Error("a token is in the text")
	}
	for _, answer := range []any{tokens, *tokens} {
		if sent := must[[]byte](t)(json.Marshal(map[string]any{"n": answer})); string(sent) != `{"n":`+string(tokens.JSON)+`}` {
			t.Errorf("not the answer: %d bytes for %d", len(sent), len(tokens.JSON))
		}
	}
	verifier := must[*jeton.Verifier](t)(jeton.NewVizzlyVerifier(key))
	for _, token := range []string{tokens.DashboardAccessToken, tokens.DataAccessToken} {
		if err := verifier.Verify(token, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestWrongVizzlyArgumentsAreRefused(t *testing.T) {
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(newKey(t, "ES256")))
	for name, call := range map[string]func() (string, error){
		"nothing": func() (string, error) { return vizzly.Dashboard(jeton.VizzlyDashboard{}) },
		"no user": func() (string, error) {
			return vizzly.Dashboard(jeton.VizzlyDashboard{ExpiryTTLInMinutes: 1, ProjectID: "p"})
		},
		"no data sets": func() (string, error) {
			return vizzly.Data(jeton.VizzlyData{ExpiryTTLInMinutes: 1, SecureFilters: map[string]any{}})
		},
		"some and all data sets": func() (string, error) {
			return vizzly.Data(jeton.VizzlyData{
				ExpiryTTLInMinutes: 1, DataSetIDs: []string{"a"}, AllDataSets: true, SecureFilters: map[string]any{},
			})
		},
		"no filters":     func() (string, error) { return vizzly.Data(jeton.VizzlyData{ExpiryTTLInMinutes: 1, AllDataSets: true}) },
		"an unknown one": func() (string, error) { return vizzly.QueryEngineJSON(json.RawMessage(`{"days":1}`)) },
	} {
		if _, err := call(); !errors.Is(err, jeton.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := jeton.NewVizzly(newKey(t, "ES384")); !errors.Is(err, jeton.ErrKey) {
		t.Errorf("%v", err)
	}
}
