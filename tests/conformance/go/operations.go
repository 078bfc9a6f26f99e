package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func version(request) answer {
	return ok(member{"version", quote(jeton.Version())}, member{"abi", strconv.Itoa(jeton.ABIVersion)})
}

func verify(r request) answer {
	policy, text, at, key := r.raw("policy"), r.text("token"), r.time(), r.key()
	verifier, err := newVerifier(key, policy)
	if err != nil {
		return failed(err)
	}
	defer verifier.Close()
	var payload json.RawMessage
	opened, err := verifier.Open(text, at...)
	if hot := verifier.Verify(text, &payload, at...); fmt.Sprint(hot) != fmt.Sprint(err) {
		refuse("DRIVER", "Open and Verify have two verdicts")
	}
	if err != nil {
		return failed(err)
	}
	if string(payload) != string(opened.Claims)+string(opened.Payload) { // one of which is nil
		refuse("DRIVER", "Open and Verify have two payloads")
	}
	return okText(token(opened.Header, opened.Claims, opened.Payload))
}

func verifyBatch(r request) answer {
	policy, at, key := r.raw("policy"), r.time(), r.key()
	list, isList := items(r.raw("tokens"))
	if !isList {
		refuse("BAD_REQUEST", "tokens is not a list")
	}
	tokens := make([]string, len(list))
	for i, raw := range list {
		var isText bool
		if tokens[i], isText = textOf(raw); !isText {
			refuse("BAD_REQUEST", "tokens is not a list of texts")
		}
	}
	verifier, err := newVerifier(key, policy)
	if err != nil {
		return failed(err)
	}
	defer verifier.Close()
	outcomes, err := verifier.VerifyBatch(tokens, at...)
	if err != nil {
		return failed(err)
	}
	results := make([]string, len(outcomes))
	for i, outcome := range outcomes {
		if outcome.Err != nil {
			results[i] = string(failed(outcome.Err))
		} else {
			results[i] = string(okText(token(outcome.Verified.Header, outcome.Verified.Claims, outcome.Verified.Payload)))
		}
	}
	return ok(member{"results", "[" + strings.Join(results, ",") + "]"})
}

func newVerifier(source keySource, policy json.RawMessage) (*jeton.Verifier, error) {
	key, err := source()
	if err != nil {
		return nil, err
	}
	defer key.Close()
	return jeton.NewVerifierJSON(key, policy)
}

// A signing is what `sign` and `sign_begin` read of a request.
type signing struct {
	key        keySource
	options    json.RawMessage
	claims     json.RawMessage
	hasPayload bool
	payload    []byte
	at         []jeton.CallOption
}

func (r request) signing() signing {
	s := signing{at: r.time(), key: r.key(), claims: r["claims"], hasPayload: r.has("payload_b64u")}
	if s.hasPayload {
		s.payload = r.bytes("payload_b64u")
	}
	options, isObject := members(r["options"])
	if isObject || !r.has("options") {
		s.options = r.join(r["options"], "algorithm", "header")
	} else {
		s.options = r["options"]
	}
	if options.has("algorithm") || options.has("header") {
		s.key = s.key.but("CONFIG", "options: algorithm and header stand beside the options")
	}
	return s
}

// check refuses what no option can say, once the signer is there.
func (s signing) check() {
	if (s.claims != nil) == s.hasPayload {
		refuse("CONFIG", "exactly one of claims and payload_b64u is needed")
	}
}

func sign(r request) answer {
	s := r.signing()
	key, err := s.key()
	if err != nil {
		return failed(err)
	}
	defer key.Close()
	signer, err := jeton.NewSignerJSON(key, s.options)
	if err != nil {
		return failed(err)
	}
	defer signer.Close()
	s.check()
	var signed string
	if s.hasPayload {
		signed, err = signer.SignBytes(s.payload)
	} else {
		signed, err = signer.Sign(s.claims, s.at...)
	}
	return text("token", signed, err)
}

func signBegin(r request) answer {
	s := r.signing()
	signer, err := newExternalSigner(s.key, s.options)
	if err != nil {
		return failed(err)
	}
	defer signer.Close()
	s.check()
	var input []byte
	if s.hasPayload {
		input, err = signer.BeginBytes(s.payload)
	} else {
		input, err = signer.Begin(s.claims, s.at...)
	}
	return text("signing_input", string(input), err)
}

func signFinish(r request) answer {
	input, signature, key := r.text("signing_input"), r.bytes("signature_b64u"), r.key()
	signer, err := newExternalSigner(key, r.join(nil, "algorithm"))
	if err != nil {
		return failed(err)
	}
	defer signer.Close()
	signed, err := signer.Finish([]byte(input), signature)
	return text("token", signed, err)
}

func newExternalSigner(source keySource, options json.RawMessage) (*jeton.ExternalSigner, error) {
	key, err := source()
	if err != nil {
		return nil, err
	}
	defer key.Close()
	return jeton.NewExternalSignerJSON(key, options)
}

// text answers with one text.
func text(name, value string, err error) answer {
	if err != nil {
		return failed(err)
	}
	return ok(member{name, quote(value)})
}

func inspect(r request) answer {
	said, err := jeton.InspectUnverified(r.text("token"))
	if err != nil {
		return failed(err)
	}
	return okText(token(said.Header, said.Claims, said.Payload))
}

func describeKey(r request) answer {
	key, err := r.key()()
	if err != nil {
		return failed(err)
	}
	defer key.Close()
	info, err := key.Describe()
	if err != nil {
		return failed(err)
	}
	kid := "null"
	if info.KeyID != nil {
		kid = quote(*info.KeyID)
	}
	return ok(member{"kty", quote(info.KeyType)}, member{"algorithm", orNull(info.Algorithm)}, member{"kid", kid},
		member{"private", strconv.FormatBool(info.Private)}, member{"thumbprint", quote(info.Thumbprint)})
}

func generate(r request) answer {
	key, err := jeton.GenerateKey(r.text("algorithm"))
	if err != nil {
		return failed(err)
	}
	return ok(member{"private_jwk", verbatim(key.PrivateJWK)}, member{"public_jwk", verbatim(key.PublicJWK)},
		member{"private_pem", orNull(key.PrivatePEM)}, member{"public_pem", orNull(key.PublicPEM)})
}

func vizzly(r request) answer {
	kind, args, at, key := r.text("token"), r.raw("args"), r.time(), r.key()
	sign, known := map[string]func(*jeton.Vizzly, json.RawMessage, ...jeton.CallOption) (string, error){
		"dashboard":    (*jeton.Vizzly).DashboardJSON,
		"data":         (*jeton.Vizzly).DataJSON,
		"query_engine": (*jeton.Vizzly).QueryEngineJSON,
	}[kind]
	if !known {
		refuse("BAD_REQUEST", "token is none of dashboard, data, query_engine")
	}
	signer, err := newVizzly(key)
	if err != nil {
		return failed(err)
	}
	defer signer.Close()
	signed, err := sign(signer, args, at...)
	return text("token", signed, err)
}

func vizzlyIdentity(r request) answer {
	r.raw("dashboard")
	at, key := r.time(), r.key()
	signer, err := newVizzly(key)
	if err != nil {
		return failed(err)
	}
	defer signer.Close()
	tokens, err := signer.IdentityJSON(r.join(nil, "dashboard", "data", "query_engine"), at...)
	if err != nil {
		return failed(err)
	}
	return okText(verbatim(tokens.JSON))
}

func newVizzly(source keySource) (*jeton.Vizzly, error) {
	key, err := source()
	if err != nil {
		return nil, err
	}
	defer key.Close()
	return jeton.NewVizzly(key)
}
