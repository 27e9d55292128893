package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"breakroom/trainer"
	"breakroom/web/pages"
)

// statusOf is the HTTP status of each error code.
var statusOf = map[string]int{
	"not-json": 400, "missing-field": 400, "wrong-type": 400, "unknown-field": 400, "invalid": 400,
	"unknown-token": 401, "forbidden": 403, "not-found": 404, "not-yours": 404, "method": 405,
	"busy": 409, "conflict": 409, "ended": 409, "not-ended": 409,
	"too-long": 413, "media-type": 415, "wrong-host": 421, "too-many": 429,
	"internal": 500, "unavailable": 503,
}

// refusalOf gives what may be told of an error. A conversation of somebody else's is told of like one that is not there.
func (s *Server) refusalOf(err error) *refusal {
	if r, ok := err.(*refusal); ok {
		return r
	}
	switch code := trainer.ErrorCode(err); code {
	case trainer.CodeNotYours, trainer.CodeNotFound:
		return errNotFound
	case trainer.CodeInternal:
		if errors.Is(err, context.Canceled) {
			// Whoever asked has gone: nobody waits for the answer, and nothing is wrong.
			s.opts.Log.Debug().Err(err).Msg("a request was given up")
		} else {
			s.opts.Log.Error().Err(err).Msg("a request failed")
		}
		return &refusal{string(code), trainer.ErrorMessage(err)}
	default:
		return &refusal{string(code), trainer.ErrorMessage(err)}
	}
}

var errNotFound = refuse("not-found", "There is nothing here, or it is not yours.")

// guarded puts around a handler what holds for every request: the recovery
// from a fault, the Host check, the headers, the check of the origin of what
// changes something, and the bound on bodies.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(raw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w := &recorder{ResponseWriter: raw}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.logPanic(p, r.Pattern)
				if w.status == 0 {
					s.problem(w, r, 0, s.refusalOf(errPanic))
				}
			}
			s.opts.Log.Debug().Str("method", methodName(r.Method)).Str("route", r.Pattern).Int("status", w.status).
				Dur("took", time.Since(began)).Msg("request")
		}()
		s.headers(w, r)
		if !s.hostAllowed(r) {
			s.problem(w, r, 0, refuse("wrong-host", "This server does not answer to that name. Open it under the address that it printed when it started; whoever runs it can allow a name with --public-url or --allowed-host."))
			return
		}
		if err := s.csrf.Check(r); err != nil {
			s.problem(w, r, 0, refuse("forbidden", "This request comes from another site and was not taken."))
			return
		}
		if r.Body != nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		handler, pattern := s.mux.Handler(r)
		if pattern != "" {
			next.ServeHTTP(w, r)
			return
		}
		// The mux knows no such page, or not by this method; which of the two it says is its own affair.
		probe := &probe{header: http.Header{}}
		handler.ServeHTTP(probe, r)
		if probe.status == http.StatusMethodNotAllowed {
			w.Header()["Allow"] = probe.header["Allow"]
			s.problem(w, r, 0, refuse("method", "This address takes %s.", strings.Join(probe.header["Allow"], ", ")))
			return
		}
		s.problem(w, r, 0, errNotFound)
	})
}

// methodName keeps made-up methods out of the log.
func methodName(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodOptions, http.MethodPatch:
		return m
	}
	return "other"
}

// recorder remembers the status. It is a Hijacker, for the WebSocket's handshake asks for one by name.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &cork{Conn: conn}, rw, nil
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// probe takes what a handler would have answered and forgets the body.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) WriteHeader(status int)      { p.status = status }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// headers sets what every answer carries.
func (s *Server) headers(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range pages.Headers {
		if name != "Content-Type" {
			h.Set(name, value)
		}
	}
	// Older browsers do not count the WebSocket of the same address as 'self'.
	h.Set("Content-Security-Policy", strings.Replace(pages.Headers["Content-Security-Policy"], "connect-src 'self'", "connect-src 'self'"+s.socketOrigin(r), 1))
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	encrypted := s.encrypted(r)
	if encrypted {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if encrypted || isLoopbackName(hostname(r.Host)) {
		// Elsewhere browsers ignore it and say so on the console.
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
}

// socketOrigin is this server's address as a WebSocket names it, for a policy; "" for a host that could say more than that.
func (s *Server) socketOrigin(r *http.Request) string {
	for _, c := range r.Host {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]", c) {
			return ""
		}
	}
	if s.encrypted(r) {
		return " wss://" + r.Host
	}
	return " ws://" + r.Host
}

// hostname is the name in a Host header without port, brackets and final dot, in lower case.
func hostname(host string) string {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

func isLoopbackName(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// hostAllowed says whether the Host header names this server: a page of
// somebody else's that points its own name at this address is then of no use to it.
func (s *Server) hostAllowed(r *http.Request) bool {
	name := hostname(r.Host)
	if name == "" {
		return false
	}
	if isLoopbackName(name) {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if ok {
			if ap, err := netip.ParseAddrPort(local.String()); err == nil && ap.Addr().Unmap().WithZone("") == ip.Unmap().WithZone("") {
				return true
			}
		}
	}
	for _, u := range s.public {
		if hostname(u.Host) == name {
			return true
		}
	}
	return slices.ContainsFunc(s.opts.AllowedHosts, func(allowed string) bool { return hostname(allowed) == name })
}

// encrypted says whether the browser's connection is encrypted as far as this server, or as far as the proxy before it.
func (s *Server) encrypted(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if s.trusted(peer(r)) {
		if proto := r.Header.Values("X-Forwarded-Proto"); len(proto) > 0 {
			return strings.EqualFold(strings.TrimSpace(proto[len(proto)-1]), "https")
		}
	}
	return slices.ContainsFunc(s.public, func(u *url.URL) bool {
		return u.Scheme == "https" && sameHost("https", u.Host, r.Host)
	})
}

// parsePublic reads a public address: scheme, host, perhaps a port, and nothing else.
func parsePublic(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, refuse("invalid", "The public address %q should be like https://practice.example.org: http or https, a name, perhaps a port.", text)
	}
	u.Path = ""
	return u, nil
}

// sameHost compares two hosts with ports, where a missing port is the scheme's own.
func sameHost(scheme, a, b string) bool {
	return hostname(a) == hostname(b) && portOf(scheme, a) == portOf(scheme, b)
}

func portOf(scheme, host string) string {
	if _, port, err := net.SplitHostPort(host); err == nil && port != "" {
		return port
	}
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// originIsOurs compares the Origin header with this server's addresses, parsed: scheme, host and port.
func (s *Server) originIsOurs(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) != 1 {
		return false
	}
	o, err := url.Parse(values[0])
	if err != nil || o.Host == "" || o.User != nil || o.Path != "" || o.RawQuery != "" || o.Fragment != "" {
		return false
	}
	scheme := "http"
	if s.encrypted(r) {
		scheme = "https"
	}
	if o.Scheme == scheme && sameHost(scheme, o.Host, r.Host) {
		return true
	}
	return slices.ContainsFunc(s.public, func(u *url.URL) bool { return o.Scheme == u.Scheme && sameHost(u.Scheme, o.Host, u.Host) })
}

// originAllowed is the gate of the WebSocket's handshake: browsers send their
// origin and no other site's page may connect; what sends none is no browser and needs a bearer token.
func (s *Server) originAllowed(r *http.Request) bool {
	if len(r.Header.Values("Origin")) == 0 {
		_, ok := bearer(r)
		return ok
	}
	return s.originIsOurs(r)
}

// problem answers with an error: as JSON where a program asked, as a page otherwise. A status of 0 is that of the code.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, status int, why *refusal) {
	if status == 0 {
		status = statusOf[why.code]
	}
	if status == 0 {
		status = http.StatusInternalServerError
	}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/") {
		type body struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		}
		s.json(w, status, map[string]body{"error": {why.code, why.message}})
		return
	}
	kind, detail := failureKind(why.code), why.message
	if kind == "not-found" {
		detail = "" // the page says it already; the message is for programs
	}
	s.page(w, r, status, pages.Failure{Site: s.site(r), Kind: kind, Detail: detail})
}

// retryAfter is how many seconds a client that was turned away should wait.
const retryAfter = 5

// failureKind is the page's key for an error code.
func failureKind(code string) string {
	switch code {
	case "not-found", "too-many", "forbidden", "unavailable", "wrong-host":
		return code
	case "not-yours", "method":
		return "not-found"
	case "internal", "ended":
		return code
	case "not-ended", "busy", "conflict":
		return "ended"
	}
	return "invalid"
}

// json answers with a JSON value.
func (s *Server) json(w http.ResponseWriter, status int, v any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		s.opts.Log.Error().Err(err).Msg("an answer could not be encoded")
		http.Error(w, `{"error":{"code":"internal","message":"The answer could not be written."}}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
}
