module github.com/jeton-sdk/jeton/tests/canary/show/go

go 1.24

require github.com/jeton-sdk/jeton/bindings/go v0.0.0

replace github.com/jeton-sdk/jeton/bindings/go => ../../../../bindings/go
