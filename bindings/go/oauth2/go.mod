module github.com/jeton-sdk/jeton/bindings/go/oauth2

go 1.24

require (
	github.com/jeton-sdk/jeton/bindings/go v0.0.0
	golang.org/x/oauth2 v0.30.0
)

replace github.com/jeton-sdk/jeton/bindings/go => ../
