// Package jetonhttp is Jeton for net/http: a [Transport] that sends requests with a token that is always fresh, and middlewares that
// say who sent a request and let in who may.
//
//	client := &http.Client{Transport: &jetonhttp.Transport{Source: source}}
//
//	handler := jetonhttp.Authenticate(access)(jetonhttp.RequireActor(mux))
package jetonhttp
