module bench

go 1.24

require github.com/jeton-sdk/jeton/bindings/go v0.0.0

require github.com/golang-jwt/jwt/v5 v5.3.1

replace github.com/jeton-sdk/jeton/bindings/go => ../../bindings/go
