module github.com/jeton-sdk/jeton/bindings/go

go 1.24
