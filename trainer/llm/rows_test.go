package llm

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"breakroom/trainer/llm/fake"
)

// The outcomes of a row.
const (
	model = "the model says it"
	cut   = "cut at its last sentence"
	trail = "trails away"
	other = "the built-in actor says it"
)

const words = "Long. We had two trucks at once and nobody on the second door."

// row is one way of servers, and what becomes of the turn.
type row struct {
	name    string
	script  []fake.Behaviour
	outcome string
	mended  string
	text    string // of the model's words; "" means words
	asked   int    // how many requests; 0 means one
	config  func(*Config)
}

func apiError(message, param string) string {
	p := "null"
	if param != "" {
		p = `"` + param + `"`
	}
	return fmt.Sprintf(`{"error":{"message":%q,"type":"invalid_request_error","param":%s,"code":"unsupported"}}`, message, p)
}

func warm(c *Config)     { t := 0.7; c.Temperature = &t }
func oldField(c *Config) { c.MaxTokensField = MaxTokensOld }
func newField(c *Config) { c.MaxTokensField = MaxTokensCompletion }

func events(text string) string {
	var b strings.Builder
	for _, p := range fake.Pieces(text) {
		b.WriteString(fake.Content(p))
	}
	return b.String()
}

const (
	half     = "Long. We had two trucks at once and"
	halfText = "Long."
	stop     = "stop"
)

var finish = fake.Delta("{}", stop) + fake.Done

// rows are the endings that servers have, the library's table and the field's spellings.
func rows() []row {
	say := fake.Say(words)
	json := "application/json"
	return []row{
		{name: "as it should be", script: list(say), outcome: model},
		{name: "no [DONE], the connection closes after the finish", script: list(fake.Raw(events(words), fake.Delta("{}", stop))), outcome: model},
		{name: "last line without a newline", script: list(fake.Raw(events(words), strings.TrimRight(fake.Delta("{}", stop), "\n"))), outcome: model},
		{name: "last words without a newline", script: list(fake.Raw(events("Long day"), strings.TrimRight(fake.Delta(`{"content":" today."}`, stop), "\n"))), outcome: model, text: "Long day today."},
		{name: "lines end in CR LF", script: list(fake.Raw(strings.ReplaceAll(events(words)+finish, "\n", "\r\n"))), outcome: model},
		{name: "no space after data:", script: list(fake.Raw(strings.ReplaceAll(events(words)+finish, "data: ", "data:"))), outcome: model},
		{name: "finish in the chunk of the last words", script: list(fake.Raw(events("Long day"), fake.Delta(`{"content":" today."}`, stop), fake.Done)), outcome: model, text: "Long day today."},

		{name: "a byte order mark before the first words", script: list(fake.Raw("\uFEFF", events(words), finish)), outcome: model},
		{name: "a byte order mark before JSON", script: list(fake.Status(200, json, "\uFEFF"+`{"choices":[{"message":{"content":"Long day."},"finish_reason":"stop"}]}`)), outcome: model, text: "Long day."},
		{name: "JSON that does not say why it ended", script: list(fake.Status(200, json, `{"choices":[{"message":{"content":"Long day"},"finish_reason":null}]}`)), outcome: model, text: "Long day"},
		{name: "an event without data between", script: list(fake.Raw(events("Long day"), "data:\n\n", fake.Content(" today."), finish)), outcome: model, text: "Long day today."},
		{name: "a character cut between two chunks", script: list(fake.Raw(`data: {"choices":[{"delta":{"content":"The caf`+"\xc3"+`"}}]}`+"\n\n", `data: {"choices":[{"delta":{"content":"`+"\xa9"+` is shut."}}]}`+"\n\n", finish)), outcome: model, text: "The café is shut."},
		{name: "usage that is no whole number", script: list(fake.Raw(events(words), `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":12.0,"completion_tokens":"4"}}`+"\n\n", fake.Done)), outcome: model},
		{name: "an empty error in each chunk", script: list(fake.Raw(strings.ReplaceAll(events(words), `"choices"`, `"error":"","choices"`), finish)), outcome: model},
		{name: "no error in each chunk", script: list(fake.Raw(strings.ReplaceAll(events(words), `"choices"`, `"error":false,"choices"`), finish)), outcome: model},

		{name: "dropped in mid-stream", script: list(fake.Drop(half)), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "dropped in mid-stream, before a whole sentence", script: list(fake.Drop("We had two trucks at once and nobody")), outcome: trail, mended: MendedBroken, text: "We had two trucks at once and nobody…"},
		{name: "dropped before the first words", script: list(fake.Drop(""), say), outcome: model, asked: 2},
		{name: "dropped inside the hold", script: list(fake.Drop("We had two"), say), outcome: model, asked: 2},
		{name: "closes without [DONE] and without a finish", script: list(fake.Raw(events(half))), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "[DONE] without a finish", script: list(fake.Raw(events(half), fake.Done)), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "empty 200", script: list(fake.Status(200, "text/event-stream", ""), say), outcome: model, asked: 2},
		{name: "empty 200, always", script: list(fake.Status(200, "text/event-stream", "")), outcome: other, mended: MendedEmpty, asked: 3},
		{name: "a finish and no words", script: list(fake.Finish("", stop), say), outcome: model, asked: 2},
		{name: "JSON instead of a stream", script: list(fake.Plain(words, stop)), outcome: model},
		{name: "JSON instead of a stream, called an event stream", script: list(fake.Status(200, "text/event-stream", ` {"choices":[{"message":{"role":"assistant","content":"Long day."},"finish_reason":"stop"}]}`)), outcome: model, text: "Long day."},
		{name: "JSON instead of a stream, an error with status 200", script: list(fake.Status(200, json, `{"error":{"message":"out of memory","type":"server_error"}}`), say), outcome: model, asked: 2},
		{name: "JSON that is no completion", script: list(fake.Status(200, json, `{"hello":"world"}`), say), outcome: model, asked: 2},
		{name: "HTML with status 200", script: list(fake.Status(200, "text/html", "<html><body>Log in to the Wi-Fi</body></html>"), say), outcome: model, asked: 2},
		{name: "a chunk that is no JSON", script: list(fake.Raw("data: {oops\n\n")), outcome: other, mended: MendedDown},

		{name: "error in mid-stream", script: list(fake.Raw(events(half), `data: {"error":{"message":"the model failed","type":"server_error"}}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error in mid-stream, one space more", script: list(fake.Raw(events(half), `data: { "error": {"message":"the model failed"}}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error in mid-stream, an event of its own (LM Studio, Groq)", script: list(fake.Raw(events(half), "event: error\n", `data: {"error":{"message":"the model failed"}}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error event without the word (LM Studio)", script: list(fake.Raw(events(half), "event: error\n", `data: {"message":"the model failed"}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error in mid-stream after keep-alives", script: list(fake.Raw(events(half), ": ping\n\n: ping\n\n", `data: {"error":{"message":"the model failed"}}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error as a field of the protocol (llama.cpp before 2025)", script: list(fake.Raw(events(half), `error: {"code":500,"message":"failed","type":"server_error"}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error object without the key (vLLM)", script: list(fake.Raw(events(half), `data: {"object":"error","message":"engine died","type":"InternalServerError","code":500}`+"\n\n", fake.Done)), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error as text (TGI, Ollama)", script: list(fake.Raw(events(half), `data: {"error":"model runner has stopped","error_type":"overloaded"}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error with a choice beside it (OpenRouter)", script: list(fake.Raw(events(half), `data: {"id":"x","error":{"code":502,"message":"provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}`+"\n\n")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "finish reason error (OpenRouter)", script: list(fake.Finish(half, "error")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "finish reason abort (vLLM)", script: list(fake.Finish(half, "abort")), outcome: cut, mended: MendedBroken, text: halfText},
		{name: "error before the first words", script: list(fake.Raw(`data: { "error": {"message":"overloaded","code":"503"}}`+"\n\n"), say), outcome: model, asked: 2},
		{name: "busy, said in the stream (LiteLLM)", script: list(fake.Raw(`data: {"error": {"message":"rate limited","code":"429"}}`+"\n\n"), say), outcome: model, asked: 2},

		{name: "429 with Retry-After", script: list(fake.Status(429, json, apiError("slow down", ""), "Retry-After", "0.02"), say), outcome: model, asked: 2},
		{name: "429 with Retry-After in milliseconds (Azure)", script: list(fake.Status(429, json, apiError("slow down", ""), "Retry-After-Ms", "20"), say), outcome: model, asked: 2},
		{name: "429 with a Retry-After beyond the patience", script: list(fake.Status(429, json, apiError("slow down", ""), "Retry-After", "30"), say), outcome: other, mended: MendedDown},
		{name: "429 with a Retry-After that is a date far away", script: list(fake.Status(429, json, apiError("slow down", ""), "Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"), say), outcome: other, mended: MendedDown},
		{name: "429 without Retry-After", script: list(fake.Status(429, "text/plain", "slow down"), say), outcome: model, asked: 2},
		{name: "429, always", script: list(fake.Status(429, json, apiError("insufficient_quota", ""))), outcome: other, mended: MendedDown, asked: 3},
		{name: "502 with HTML", script: list(fake.Status(502, "text/html", "<h1>502 Bad Gateway</h1>"), say), outcome: model, asked: 2},
		{name: "502 with HTML, always", script: list(fake.Status(502, "text/html", "<h1>502 Bad Gateway</h1>")), outcome: other, mended: MendedDown, asked: 3},
		{name: "500 with a body without an end", script: list(fake.Status(500, "text/plain", strings.Repeat("x", 1<<20)), say), outcome: model, asked: 2},
		{name: "503 while the model loads (llama.cpp)", script: list(fake.Status(503, json, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`), say), outcome: model, asked: 2},
		{name: "529 overloaded", script: list(fake.Status(529, json, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`), say), outcome: model, asked: 2},
		{name: "401", script: list(fake.Status(401, json, apiError("Incorrect API key provided: sk-canary", ""))), outcome: other, mended: MendedDown},
		{name: "404 as text (Ollama)", script: list(fake.Status(404, json, `{"error":"model 'fake' not found"}`)), outcome: other, mended: MendedDown},
		{name: "404 with HTML, /v1 was left out", script: list(fake.Status(404, "text/html", "not found")), outcome: other, mended: MendedDown},
		{name: "400 in a list (Gemini)", script: list(fake.Status(400, json, `[{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT"}}]`)), outcome: other, mended: MendedDown, asked: 2},
		{name: "400, the context is too small (llama.cpp)", script: list(fake.Status(400, json, `{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":3000,"n_ctx":2048}}`)), outcome: other, mended: MendedDown, asked: 2},
		{name: "400, the prompt was filtered (Azure)", script: list(fake.Status(400, json, `{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"violence":{"filtered":true,"severity":"medium"}}}}}`)), outcome: other, mended: MendedFiltered},
		{name: "a redirect", script: list(fake.Status(307, "text/plain", "", "Location", "http://127.0.0.1:1/v1/chat/completions")), outcome: other, mended: MendedDown},

		{name: "silence before the header", script: list(fake.Mute()), outcome: other, mended: MendedSlow},
		{name: "stall before the first words", script: list(fake.Stall("")), outcome: other, mended: MendedSlow},
		{name: "stall inside the hold", script: list(fake.Stall("We had two")), outcome: other, mended: MendedSlow},
		{name: "stall after words", script: list(fake.Stall(half)), outcome: cut, mended: MendedStalled, text: halfText},
		{name: "stall after words, before a whole sentence", script: list(fake.Stall("We had two trucks at once and nobody")), outcome: trail, mended: MendedStalled, text: "We had two trucks at once and nobody…"},
		{name: "keep-alives only", script: list(fake.KeepAlive(": OPENROUTER PROCESSING\n\n", time.Millisecond)), outcome: other, mended: MendedSlow},
		{name: "empty chunks only", script: list(fake.KeepAlive(fake.Content(""), time.Millisecond)), outcome: other, mended: MendedSlow},
		{name: "keep-alives after words", script: list(both(fake.Raw(events(half)), fake.KeepAlive(": ping\n\n", time.Millisecond))), outcome: cut, mended: MendedStalled, text: halfText},
		{name: "nothing but white space after words", script: list(both(fake.Raw(events(half)), fake.KeepAlive(fake.Content("\n"), 5*time.Millisecond))), outcome: cut, mended: MendedStalled, text: halfText},
		{name: "nothing but reasoning after words", script: list(both(fake.Raw(events(half)), fake.KeepAlive(fake.Delta(`{"reasoning_content":"Hmm."}`, ""), 5*time.Millisecond))), outcome: cut, mended: MendedStalled, text: halfText},
		{name: "a thought without an end after words", script: list(both(fake.Raw(events(half)), fake.KeepAlive(fake.Content("<think>hmm"), 5*time.Millisecond))), outcome: cut, mended: MendedStalled, text: halfText},
		{name: "400 keep-alives, then words", script: list(fake.Raw(strings.Repeat(": ping\n\n", 400), events(words), finish)), outcome: model},
		{name: "400 blank lines, then words", script: list(fake.Raw(strings.Repeat("\n", 400), events(words), finish)), outcome: model},
		{name: "stall after the finish", script: list(both(fake.Raw(events(words), fake.Delta("{}", stop)), fake.Mute())), outcome: model},

		{name: "the organizer's own sentence", script: list(fake.Say("How was the shift?")), outcome: other, mended: MendedRepeats},
		{name: "the same short answer as before", script: list(fake.Say("If you say so, then.")), outcome: model, text: "If you say so, then."},
		{name: "the same whole answer as before", script: list(fake.Say("If you say so.")), outcome: other, mended: MendedRepeats},

		{name: "length", script: list(fake.Finish(half, "length")), outcome: cut, mended: MendedLength, text: halfText},
		{name: "length, used up by thoughts", script: list(fake.Raw(fake.Delta(`{"reasoning_content":"Hmm, Dana would"}`, ""), fake.Delta("{}", "length"), fake.Done)), outcome: other, mended: MendedLength},
		{name: "content_filter after words", script: list(fake.Finish(half, "content_filter")), outcome: cut, mended: MendedFiltered, text: halfText},
		{name: "content_filter before words", script: list(fake.Finish("", "content_filter")), outcome: other, mended: MendedFiltered},
		{name: "a refusal in its own field (OpenAI)", script: list(fake.Raw(fake.Delta(`{"refusal":"I'm sorry, I can't"}`, ""), fake.Delta("{}", stop), fake.Done)), outcome: other, mended: MendedDeclined},
		{name: "a refusal in words", script: list(fake.Say("I'm sorry, but I cannot assist with that request.")), outcome: other, mended: MendedOutOfRole},
		{name: "a tool's call", script: list(fake.Raw(fake.Delta(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}`, ""), fake.Delta("{}", "tool_calls"), fake.Done)), outcome: other, mended: MendedDown},
		{name: "no tool's call, though the field is there", script: list(fake.Raw(fake.Delta(`{"content":"Long day today.","tool_calls":[],"function_call":null,"refusal":null}`, ""), finish)), outcome: model, text: "Long day today."},

		{name: "<think> before the words", script: list(fake.Say("<think>She asks about the shift.\n\nDana is dry.</think>\n\n" + words)), outcome: model},
		{name: "<think> cut by the chunks", script: list(fake.Raw(fake.Content("<th"), fake.Content("ink>She as"), fake.Content("ks</thi"), fake.Content("nk"), fake.Content(">"), events(words), finish)), outcome: model},
		{name: "<think> never closed", script: list(fake.Say("<think>She asks about the shift."), say), outcome: model, asked: 2},
		{name: "</think> never opened, inside the hold", script: list(fake.Say("She asks</think>" + words)), outcome: model},
		{name: "</think> never opened, after words", script: list(fake.Say("She asks about the shift and I should be dry.</think>" + words)), outcome: other, mended: MendedThought},
		{name: "<think> in Chinese", script: list(fake.Raw(fake.Content("<think>"+strings.Repeat("她问我这一班怎么样，我只简短地回答。", 3)+"嗯x"), fake.Content("</think>Long day"), fake.Content(" today."), finish)), outcome: model, text: "Long day today."},
		{name: "thoughts in brackets (Mistral)", script: list(fake.Say("[THINK]dry[/THINK]" + words)), outcome: model},
		{name: "thoughts as parts (Mistral)", script: list(fake.Raw(fake.Delta(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"dry"}]}]}`, ""), fake.Delta(`{"content":[{"type":"text","text":"Long day today."}]}`, stop), fake.Done)), outcome: model, text: "Long day today."},
		{name: "reasoning_content (DeepSeek, llama.cpp)", script: list(fake.Raw(strings.Repeat(fake.Delta(`{"reasoning_content":"Hmm."}`, ""), 20), events(words), finish)), outcome: model},
		{name: "reasoning (OpenRouter, vLLM, Ollama)", script: list(fake.Raw(strings.Repeat(fake.Delta(`{"content":"","reasoning":"Hmm."}`, ""), 20), events(words), finish)), outcome: model},
		{name: "channels left in the text (gpt-oss)", script: list(fake.Say("<|channel|>analysis<|message|>dry<|end|><|start|>assistant<|channel|>final<|message|>" + words)), outcome: model},
		{name: "thoughts until the patience ends", script: list(fake.KeepAlive(fake.Delta(`{"reasoning_content":"Hmm."}`, ""), time.Millisecond)), outcome: other, mended: MendedSlow},

		{name: "max_tokens refused by name (OpenAI)", config: oldField, script: list(fake.Unless("max_tokens", apiError("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens"), say)), outcome: model, asked: 2},
		{name: "max_completion_tokens refused in words", config: newField, script: list(fake.Unless("max_completion_tokens", apiError("unknown field max_completion_tokens, use max_tokens", ""), say)), outcome: model, asked: 2},
		{name: "temperature refused (OpenAI)", config: warm, script: list(fake.Unless("temperature", apiError("Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.", "temperature"), say)), outcome: model, asked: 2},
		{name: "stream_options refused", script: list(fake.Unless("stream_options", apiError("Unrecognized request argument supplied: stream_options", ""), say)), outcome: model, asked: 2},
		{name: "stream_options refused with 422 as a list (FastAPI)", script: list(status422("stream_options", `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}`, say)), outcome: model, asked: 2},
		{name: "some field refused, unnamed", config: warm, script: list(fake.Unless("stream_options", `{"error":"bad request"}`, say)), outcome: model, asked: 2},
		{name: "two fields refused", config: func(c *Config) { warm(c); oldField(c) }, script: list(fake.Unless("max_tokens", apiError("no max_tokens", "max_tokens"), fake.Unless("temperature", apiError("no temperature", "temperature"), say))), outcome: model, asked: 3},
		{name: "a model whose name the library takes for another", config: func(c *Config) { c.Model = "o1-like-local"; warm(c); oldField(c) }, script: list(say), outcome: model},

		{name: "usage in a chunk without choices", script: list(fake.Raw(events(words), fake.Delta("{}", stop), fake.Usage(100, 12), fake.Done)), outcome: model},
		{name: "usage null in each chunk", script: list(fake.Raw(strings.ReplaceAll(events(words), `,"choices"`, `,"usage":null,"choices"`), finish)), outcome: model},
		{name: "the prompt's filter first (Azure)", script: list(fake.Raw(`data: {"id":"","object":"","created":0,"model":"","choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}`+"\n\n", events(words), finish)), outcome: model},
		{name: "the filter's offsets after the words (Azure)", script: list(fake.Raw(events(words), fake.Delta("{}", stop), `data: {"id":"","choices":[{"index":0,"finish_reason":null,"content_filter_results":{},"content_filter_offsets":{"check_offset":10}}]}`+"\n\n", fake.Done)), outcome: model},
		{name: "a second choice", script: list(fake.Raw(`data: {"choices":[{"index":1,"delta":{"content":"Not this one."}}]}`+"\n\n", events(words), finish)), outcome: model},
		{name: "numbers where others have text", script: list(fake.Raw(strings.ReplaceAll(events(words)+finish, `"id":"chatcmpl-fake"`, `"id":7`))), outcome: model},
		{name: "timings beside the finish (llama.cpp)", script: list(fake.Raw(events(words), `data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1,"id":"x","timings":{"prompt_n":1,"predicted_n":9}}`+"\n\n", fake.Done)), outcome: model},
		{name: "usage with timings and details (llama.cpp)", script: list(fake.Raw(events(words), fake.Delta("{}", stop), `data: {"choices":[],"created":1,"id":"x","usage":{"completion_tokens":4,"prompt_tokens":31,"total_tokens":35,"prompt_tokens_details":{"cached_tokens":0}},"timings":{"prompt_ms":39.4}}`+"\n\n", fake.Done)), outcome: model},
		{name: "400, the context is too small (llama.cpp of late 2026)", script: list(fake.Status(400, json, `{"error":{"code":400,"message":"request (15030 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":15030,"n_ctx":4096}}`)), outcome: other, mended: MendedDown, asked: 2},
		{name: "finish reason eos", script: list(fake.Finish(words, "eos")), outcome: model},
		{name: "more bytes than any answer has", config: func(c *Config) { c.Tries, c.FirstWord = 1, 20*time.Second }, script: list(fake.Raw(strings.Repeat(": "+strings.Repeat("x", 1<<16)+"\n", 140))), outcome: other, mended: MendedDown},
		{name: "the same words without an end", script: list(fake.Endless(" and so on", nil)), outcome: other, mended: MendedRepeats},
		{name: "words without an end", script: list(fake.Say(number(60))), outcome: trail, mended: MendedLong, text: number(41) + "…"},
		{name: "marks without an end", script: list(fake.Endless(".", nil)), outcome: other, mended: MendedLong},
		{name: "marks without an end after words", script: list(both(fake.Raw(events("Long day. And")), fake.Endless(".", nil))), outcome: cut, mended: MendedLong, text: "Long day. And........"},
		{name: "a word without an end", script: list(both(fake.Raw(events("Long day. La")), fake.Endless("la", nil))), outcome: cut, mended: MendedLong, text: "Long day."},
		{name: "the same sentence without an end", script: list(fake.Endless(" It was a long day.", nil)), outcome: other, mended: MendedRepeats},
		{name: "sentences without an end", script: list(fake.Say(sentences(20))), outcome: cut, mended: MendedLong, text: sentences(5)},
	}
}

// number gives n words, none like another, and sentences n sentences of five.
func number(n int) string {
	var out []string
	for i := range n {
		out = append(out, "w"+strings.Repeat("o", 1+i%7)+string(rune('a'+i/7)))
	}
	return strings.Join(out, " ")
}

func sentences(n int) string {
	words := strings.Fields(number(5 * n))
	for i := range words {
		if i%5 == 4 {
			words[i] += "."
		}
	}
	return strings.Join(words, " ")
}

func list(script ...fake.Behaviour) []fake.Behaviour { return script }

// TestRows holds every way of servers to its outcome: somebody speaks, in time, and says why it was not the model.
func TestRows(t *testing.T) {
	for _, r := range rows() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, r.script...)
			c := quick(f)
			if r.config != nil {
				r.config(&c)
			}
			s := scene(answering(25))
			begun := time.Now()
			got := speak(t, actor(t, c), s)
			took := time.Since(begun)
			text := r.text
			if text == "" {
				text = words
			}
			by, pieces := c.Model, text
			switch r.outcome {
			case other:
				by, text = "actor", builtIn(t, s)
				pieces = text
				if got.shown() != text { // thoughts were shown and then replaced
					pieces = got.shown()
				}
			case cut:
				pieces = got.shown()
				if !strings.HasPrefix(pieces, text) {
					t.Errorf("the kept text %q is not how the shown %q begins", text, pieces)
				}
			}
			if got.By != by || got.Mended != r.mended || got.Text != text {
				t.Errorf("%s:\n got by %s, mended %q, text %q\nwant by %s, mended %q, text %q", r.outcome, got.By, got.Mended, got.Text, by, r.mended, text)
			}
			if got.shown() != pieces {
				t.Errorf("shown were %q, want %q", got.shown(), pieces)
			}
			if r.outcome == other && r.mended != MendedThought && r.mended != MendedRepeats && got.shown() != got.Text {
				t.Errorf("the built-in actor's words were not shown: %q", got.shown())
			}
			asked := max(r.asked, 1)
			if n := len(f.Requests()); n != asked {
				t.Errorf("%d requests, want %d", n, asked)
			}
			if limit := c.FirstWord + c.Pause + 2*time.Second; took > limit {
				t.Errorf("it took %v, over %v", took, limit)
			}
		})
	}
}
