package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/inconshreveable/mousetrap"
	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/llm"
	"breakroom/trainer/store"
	"breakroom/web"
	"breakroom/web/pages"
)

// storeSettings say where conversations are kept.
type storeSettings struct {
	Database string `help:"The file that conversations are kept in." default:"${database}" placeholder:"FILE" type:"path"`
}

// shelfSettings say which scenarios there are.
type shelfSettings struct {
	ScenarioFolder string `help:"A folder of your own scenarios, beside those that come with the program." placeholder:"FOLDER" type:"path"`
}

// shelf opens the library and the folder of one's own.
func (s *shelfSettings) shelf(log zerolog.Logger) (*scenarios.Shelf, error) {
	return scenarios.OpenShelf(s.ScenarioFolder, log)
}

type serveCommand struct {
	storeSettings
	shelfSettings
	Llm modelSettings `embed:"" prefix:"llm-"`

	Listen        string   `help:"Where to listen. A loopback port that is taken is exchanged for a free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	OpenToNetwork bool     `help:"Allow an address that other machines can reach."`
	PublicURL     []string `help:"An address by which browsers reach this server from elsewhere, such as https://practice.example.org. May be repeated." placeholder:"URL"`
	AllowedHost   []string `help:"A further name by which this server may be called. May be repeated." placeholder:"NAME"`
	TrustedProxy  []string `help:"A network whose X-Forwarded-For and X-Forwarded-Proto are believed, such as 10.0.0.0/8. May be repeated." placeholder:"NETWORK"`
	TLSCert       string   `help:"Certificate file, for an encrypted connection." placeholder:"FILE" type:"path"`
	TLSKey        string   `help:"Key file of the certificate." placeholder:"FILE" type:"path"`
	Owner         string   `help:"Whose computer this is, as the first page shows it." placeholder:"NAME"`
	Contact       []string `help:"Somebody to turn to, shown where people step out, as \"NAME: HOW\". May be repeated." sep:"none" placeholder:"CONTACT"`
	Open          bool     `help:"Open the page in this computer's browser."`
	LogLevel      string   `help:"What to log: ${enum}." default:"info" enum:"debug,info,warn,error"`
	LogJSON       bool     `help:"Log JSON lines also when standard error is a terminal."`
}

// closeWithin is how long a stopping server waits for answers and sockets.
const closeWithin = 10 * time.Second

// heapGrowth is by how many percent the heap may grow until garbage is collected, where GOGC does not say. At half of
// the usual 100 it cost about a tenth more time under full load, and a hundred conversations took 6 MB less.
const heapGrowth = 50

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context, s streams) (err error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	log, err := c.logger(s.err)
	if err != nil {
		return err
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("--tls-cert and --tls-key go together: one is missing")
	}
	proxies, err := networks(c.TrustedProxy)
	if err != nil {
		return err
	}
	contacts, err := contactsOf(c.Contact)
	if err != nil {
		return err
	}
	l, err := listen(c.Listen, c.OpenToNetwork)
	if err != nil {
		return err
	}
	defer l.Close()
	shelf, err := c.shelf(log)
	if err != nil {
		return err
	}
	defer shelf.Close()
	kept, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer closing(&err, kept.Close)
	ledger, err := c.Llm.ledger(ctx, kept)
	if err != nil {
		return err
	}
	model, err := c.Llm.open(ledger, log)
	if err != nil {
		return err
	}
	var coach web.Coach
	modelHost, modelHere, modelPlain := "", false, false
	if model != nil {
		defer model.Close()
		modelHost, modelHere, modelPlain = model.Host(), model.IsLocal(), model.IsPlain()
		coach = llm.NewCoach(model, llm.NewGate(model, agreed), log)
	}
	// When nobody talks any more, the memory goes back to the computer at once; the runtime itself takes minutes.
	t, err := trainer.New(trainer.Options{Store: kept, Library: shelf, Actor: actor(model, log), Idle: giveBack, Log: log})
	if err != nil {
		return err
	}
	defer closing(&err, func() error {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		return t.Close(within)
	})
	p, err := pages.New("en")
	if err != nil {
		return err
	}
	server, err := web.New(web.Options{
		Trainer: t, Library: shelf, Pages: p, Log: log,
		PublicURLs: c.PublicURL, AllowedHosts: c.AllowedHost, TrustedProxies: proxies, Loopback: !l.open,
		Owner: c.Owner, ModelHost: modelHost, ModelHere: modelHere, ModelPlain: modelPlain, Coach: coach, Contacts: contacts,
	})
	if err != nil {
		return err
	}
	shelf.OnBroken(func(problems scenarios.Problems) { tellBroken(s.out, problems) })
	go settle()
	c.announce(s, l, c.Database, shelf)
	if model != nil {
		go look(ctx, model, s.out)
	}
	served := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			served <- server.ServeTLS(l, c.TLSCert, c.TLSKey)
			return
		}
		served <- server.Serve(l)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
	defer cancel()
	if err := server.Shutdown(within); err != nil {
		log.Warn().Err(err).Msg("some connections were still open at the end")
	}
	return <-served
}

// closing runs a closer and keeps its error where there is no other.
func closing(err *error, closer func() error) {
	if e := closer(); e != nil && *err == nil {
		*err = e
	}
}

// announce prints where the page and the file are, and what an open address means.
func (c *serveCommand) announce(s streams, l listening, file string, shelf *scenarios.Shelf) {
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	if l.moved != "" {
		fmt.Fprintf(s.out, "Port %s is taken by another program, so this is another one.\n", l.moved)
	}
	addresses := pageAddresses(l, scheme)
	for i, a := range addresses {
		if i == 0 {
			fmt.Fprintf(s.out, "Breakroom is at %s\n", a)
			continue
		}
		fmt.Fprintf(s.out, "  and at %s\n", a)
	}
	fmt.Fprintf(s.out, "Conversations are kept in %s\n", file)
	if l.open {
		fmt.Fprintln(s.out, "Other machines can reach this address. Whoever runs this computer can read what people type here.")
		if scheme == "http" {
			fmt.Fprintln(s.out, "The connection is not encrypted: others in the same network could read along. --tls-cert and --tls-key change that.")
		}
	}
	tellBroken(s.err, shelf.Problems())
	fmt.Fprintln(s.out, "Stop with Ctrl-C.")
	if c.Open || mousetrap.StartedByExplorer() {
		if err := openBrowser(addresses[0]); err != nil {
			fmt.Fprintf(s.err, "The browser could not be opened (%v): open %s yourself.\n", err, addresses[0])
		}
	}
}

// tellBroken tells a writer what is wrong with scenarios. It may quote what is hidden: where nobody sits before the
// stream, as in a log, only the place is told.
func tellBroken(w io.Writer, problems scenarios.Problems) {
	f, ok := w.(*os.File)
	open := ok && isTerminal(f)
	for _, p := range problems {
		if open {
			fmt.Fprintln(w, p)
		} else {
			fmt.Fprintf(w, "%s: this does not load; \"breakroom scenarios check\" says what is wrong\n", p.Where())
		}
	}
}

// openBrowser opens an address in the desktop's own browser.
func openBrowser(address string) error {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return exec.Command("open", address).Start()
	}
	return exec.Command("xdg-open", address).Start()
}

// logger logs to w, for people where it is a terminal, else as JSON lines.
func (c *serveCommand) logger(w io.Writer) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil {
		return zerolog.Logger{}, fmt.Errorf("--log-level: %w", err)
	}
	if f, ok := w.(*os.File); ok && !c.LogJSON && isTerminal(f) {
		w = zerolog.ConsoleWriter{Out: f, TimeFormat: time.TimeOnly, NoColor: os.Getenv("NO_COLOR") != ""}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
}

// isTerminal says whether somebody sits before the file.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// networks reads the networks of trusted proxies; a bare address is a network of one.
func networks(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxy %s: expected an address or a network such as 10.0.0.0/8", text)
		}
		out = append(out, p)
	}
	return out, nil
}

// contactsOf reads contacts, each "NAME: HOW".
func contactsOf(list []string) ([]pages.Contact, error) {
	var out []pages.Contact
	for _, text := range list {
		name, how, ok := strings.Cut(text, ":")
		if !ok || strings.TrimSpace(name) == "" || strings.TrimSpace(how) == "" {
			return nil, fmt.Errorf("--contact %q: expected \"NAME: HOW\", for example \"Sam from the committee: 555 0100, evenings\"", text)
		}
		out = append(out, pages.Contact{Name: strings.TrimSpace(name), How: strings.TrimSpace(how)})
	}
	return out, nil
}

var _ net.Listener = listening{}
