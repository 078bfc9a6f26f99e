package jeton

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Every JETON_E_… of the header is a Code by a name of its own, and no Code is anything else.
func TestEveryStatusOfTheHeaderIsACode(t *testing.T) {
	header, err := os.ReadFile("../../include/jeton.h")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]Code{}
	for _, define := range regexp.MustCompile(`(?m)^#define JETON_E_(\w+) (\d+)$`).FindAllStringSubmatch(string(header), -1) {
		number, _ := strconv.Atoi(define[2])
		missing[define[1]] = Code(number)
	}
	if len(missing) < 25 {
		t.Fatalf("only %d statuses in the header", len(missing))
	}
	for name, code := range missing {
		if code.Status() != name {
			t.Errorf("%d is %q, in the header %q", code, code.Status(), name)
		}
	}
	for goName, cName := range declaredCodes(t) {
		name := strings.TrimPrefix(cName, "JETON_E_")
		if _, found := missing[name]; !found {
			t.Errorf("%s is %s, which the header does not have (or another Code is)", goName, cName)
		}
		if want := "Err" + strings.ReplaceAll(name, "_", ""); !strings.EqualFold(goName, want) {
			t.Errorf("%s is %s", goName, cName)
		}
		delete(missing, name)
	}
	for name := range missing {
		t.Errorf("JETON_E_%s has no Code", name)
	}
}

// declaredCodes reads errors.go: the names of the Codes, and of the C constants that they are.
func declaredCodes(t *testing.T) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if constant, ok := spec.Values[0].(*ast.SelectorExpr); ok {
				codes[spec.Names[0].Name] = constant.Sel.Name
			}
		}
		return true
	})
	return codes
}

func TestAnErrorIsItsCodeAndNoOther(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", &Error{Status: "EXPIRED", Code: ErrExpired, Claim: "exp", Message: "the token has ended"})
	if !errors.Is(err, ErrExpired) || errors.Is(err, ErrSignature) {
		t.Error("errors.Is does not tell the codes apart")
	}
	var failure *Error
	if !errors.As(err, &failure) || failure.Error() != "jeton: EXPIRED: the token has ended" {
		t.Errorf("%v", failure)
	}
	if text := ErrExpired.Error(); text != "jeton: EXPIRED (405)" {
		t.Error(text)
	}
	if unknown := Code(7); unknown.Status() != "" {
		t.Error(unknown.Status())
	}
}

func TestAPanicOfTheLibraryIsAnErrorAndTheProgramGoesOn(t *testing.T) {
	for range 2 {
		if err := testingPanic(); !errors.Is(err, ErrPanic) {
			t.Fatalf("%v", err)
		}
	}
	if _, err := GenerateKey("ES256"); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherABIIsRefused(t *testing.T) {
	if err := checkABI(ABIVersion); err != nil {
		t.Error(err)
	}
	if err := checkABI(ABIVersion + 1); err == nil || !strings.Contains(err.Error(), fmt.Sprint("ABI ", ABIVersion+1)) {
		t.Errorf("%v", err)
	}
}

// encoding/json puts values into its messages; ours name types.
func TestAJSONErrorHoldsNoValue(t *testing.T) {
	var narrow struct{ N int8 }
	err := decode([]byte(`{"N":4711}`), &narrow)
	var failure *JSONError
	if !errors.As(err, &failure) || strings.Contains(err.Error(), "4711") {
		t.Errorf("%v", err)
	}
	var cause *json.UnmarshalTypeError
	if !errors.As(err, &cause) || cause.Field != "N" {
		t.Errorf("%v", cause)
	}
	if _, err := marshal(map[string]any{"f": func() {}}); !errors.As(err, &failure) {
		t.Errorf("%v", err)
	}
}
