//go:build !race && !jeton_gc

package jeton_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The programs of README.md print what it says.
func TestREADME(t *testing.T) {
	readme := must[[]byte](t)(os.ReadFile("README.md"))
	programs := regexp.MustCompile("(?s)```go\n(.*?)```\n\n```output\n(.*?)```").FindAllSubmatch(readme, -1)
	if all := regexp.MustCompile("(?m)^```go$").FindAll(readme, -1); len(programs) == 0 || len(programs) != len(all) {
		t.Fatalf("%d of %d programs have an output", len(programs), len(all))
	}
	here := must[string](t)(filepath.Abs("."))
	module := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(module, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const path = "github.com/jeton-sdk/jeton/bindings/go"
	write("go.mod", fmt.Sprintf("module readme\n\ngo 1.24\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", path, path, here))
	for i, program := range programs {
		write(fmt.Sprintf("program%d/main.go", i), string(program[1]))
	}
	goCommand := func(arguments ...string) {
		t.Helper()
		command := exec.Command("go", arguments...)
		command.Dir = module
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	goCommand("vet", "./...")
	goCommand("build", "-o", "bin/", "./...")
	for i, program := range programs {
		output, err := exec.Command(filepath.Join(module, "bin", fmt.Sprintf("program%d", i))).CombinedOutput()
		if err != nil || string(output) != string(program[2]) {
			t.Errorf("program %d: %v\n%s", i+1, err, output)
		}
	}
}

// Where the package cannot be built, the compiler names what is missing before anything else.
func TestWithoutCgoTheCompilerSaysWhatIsMissing(t *testing.T) {
	command := exec.Command("go", "build", ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := command.CombinedOutput()
	if lines := strings.Split(string(output), "\n"); err == nil || len(lines) < 2 || !strings.Contains(lines[1], "jeton_needs_linux_with_CGO_ENABLED_1") {
		t.Errorf("%v\n%s", err, output)
	}
	command = exec.Command("go", "list", "-f", "{{.GoFiles}}", ".")
	command.Env = append(os.Environ(), "GOOS=darwin")
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "cgo.go") {
		t.Errorf("%v\n%s", err, output)
	}
}
