package jetonhttp

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/jeton-sdk/jeton/bindings/go"
)

// Authenticate is a middleware that says who sent a request: handlers find it by [Actor] and [From]. A request without a token goes on
// as nobody's; one whose token is not accepted is answered 401, and one that cannot be judged, because a database cannot be
// read, 503. No answer says what was wrong: slog is told errors, and at its level Debug why a token was refused.
func Authenticate(access *jeton.Access) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
			who, err := access.Authenticate(request.Context(), request.Header, decode(request.URL.RawQuery))
			switch {
			case err != nil:
				slog.ErrorContext(request.Context(), "jetonhttp: a request could not be judged", "error", err)
				refuse(w, http.StatusServiceUnavailable)
			case who.Refused != "":
				slog.DebugContext(request.Context(), "jetonhttp: a token was refused", "refused", who.Refused)
				challenge(w, who, http.StatusUnauthorized)
			default:
				next.ServeHTTP(w, request.WithContext(context.WithValue(request.Context(), key{}, who)))
			}
		})
	}
}

// RequireActor is a middleware behind [Authenticate] that answers 401 to nobody.
func RequireActor(next http.Handler) http.Handler {
	return behindAuthenticate(func(w http.ResponseWriter, request *http.Request, who *jeton.Authentication) {
		if who.Actor == nil {
			challenge(w, who, http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, request)
	})
}

// RequireAllowed is a middleware behind [Authenticate] that lets in whom an allow block lets in (see [jeton.Allowed]). It answers 401 to
// nobody and 403 to an actor.
func RequireAllowed(allow any) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return behindAuthenticate(func(w http.ResponseWriter, request *http.Request, who *jeton.Authentication) {
			allowed, err := jeton.Allowed(who.Actor, allow)
			switch {
			case err != nil:
				slog.ErrorContext(request.Context(), "jetonhttp: an allow block cannot be read", "error", err)
				refuse(w, http.StatusInternalServerError)
			case allowed:
				next.ServeHTTP(w, request)
			case who.Actor == nil:
				challenge(w, who, http.StatusUnauthorized)
			default:
				challenge(w, who, http.StatusForbidden)
			}
		})
	}
}

type key struct{}

// From gives what [Authenticate] found out about a request; nil where it did not run.
func From(ctx context.Context) *jeton.Authentication {
	who, _ := ctx.Value(key{}).(*jeton.Authentication)
	return who
}

// Actor gives the actor of a request, a JSON object; nil for nobody.
func Actor(ctx context.Context) json.RawMessage {
	if who := From(ctx); who != nil {
		return who.Actor
	}
	return nil
}

// behindAuthenticate answers 500 where nobody asked who is calling.
func behindAuthenticate(serve func(http.ResponseWriter, *http.Request, *jeton.Authentication)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		who := From(request.Context())
		if who == nil {
			slog.ErrorContext(request.Context(), "jetonhttp: Authenticate is not in front of this handler")
			refuse(w, http.StatusInternalServerError)
			return
		}
		serve(w, request, who)
	})
}

func challenge(w http.ResponseWriter, who *jeton.Authentication, status int) {
	w.Header().Set("WWW-Authenticate", who.Challenge)
	refuse(w, status)
}

func refuse(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}
