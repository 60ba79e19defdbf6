/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client_ask.c: one question to a server and its answer, over libcurl: no redirect; a cap on everything that comes */
#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

#include "cli/client.h"

enum { HEADERS_MAX = 64 << 10 };

enum fault { FAULT_NONE, FAULT_TYPE, FAULT_SIZE, FAULT_HEADERS, FAULT_RANGE, FAULT_LENGTH, FAULT_MEMORY, FAULT_TAKEN };

struct talk {
	const struct cli_client *client;
	const struct cli_ask *ask;
	struct und_buf *out, word; /* the answer; a problem */
	size_t headers;
	char range[64];            /* Content-Range */
	enum fault fault;
	enum und_err taken;
	bool judged;
	struct cli_bar bar;
};

static long status_of(const struct talk *t)
{
	long status = 0;

	return curl_easy_getinfo(t->client->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

/* The media type, without what comes behind ';'. */
static bool has_type(const struct talk *t, const char *wanted)
{
	char *type = NULL;
	size_t n = strlen(wanted);

	if (curl_easy_getinfo(t->client->curl, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK || type == NULL)
		return false;
	return strncasecmp(type, wanted, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static bool has_length(const struct talk *t)
{
	curl_off_t n = -1;

	return curl_easy_getinfo(t->client->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n) == CURLE_OK && n >= 0;
}

static bool is_good(const struct talk *t, long status)
{
	return status == 200 || (t->ask->from != 0 && status == 206) || (t->ask->type != NULL && (status == 201 || status == 202));
}

/* "bytes FROM-LAST/ALL" with LAST + 1 = ALL: from there to the end. */
static bool starts_there(const struct talk *t)
{
	unsigned long long last, all;
	char wanted[40];
	char *end;
	int n = snprintf(wanted, sizeof wanted, "bytes %llu-", (unsigned long long)t->ask->from);

	if (strncmp(t->range, wanted, (size_t)n) != 0)
		return false;
	last = strtoull(t->range + n, &end, 10);
	if (end == t->range + n || *end != '/')
		return false;
	all = strtoull(end + 1, &end, 10);
	return last + 1 == all && all > t->ask->from;
}

/* Once, when the headers are there: whether the body is worth having. */
static enum fault judge(const struct talk *t)
{
	long status = status_of(t);

	if (!is_good(t, status))
		return FAULT_NONE;
	if (!has_type(t, t->ask->wanted))
		return FAULT_TYPE;
	if (t->ask->sized && !has_length(t))
		return FAULT_LENGTH;
	return status == 206 && !starts_there(t) ? FAULT_RANGE : FAULT_NONE;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;
	static const char name[] = "content-range:";
	size_t at = sizeof name - 1, k;

	(void)size;
	t->headers += n;
	if (t->headers > HEADERS_MAX) {
		t->fault = FAULT_HEADERS;
		return 0;
	}
	if (n <= at || strncasecmp(p, name, at) != 0)
		return n;
	while (at < n && p[at] == ' ')
		at++;
	k = n - at < sizeof t->range - 1 ? n - at : sizeof t->range - 1;
	memcpy(t->range, p + at, k);
	t->range[k] = '\0';
	return n;
}

static enum fault keep(struct talk *t, long status, struct und_bytes piece)
{
	struct und_buf *to = is_good(t, status) ? t->out : &t->word;

	if (is_good(t, status) && t->ask->take != NULL) {
		t->taken = t->ask->take(t->ask->take_ctx, piece, status == 206);
		return t->taken == UND_OK ? FAULT_NONE : FAULT_TAKEN;
	}
	if (status == t->ask->also)
		return FAULT_NONE;
	und_buf_add_bytes(to, piece);
	return to->err == UND_OK ? FAULT_NONE : to->err == UND_ERR_LIMIT ? FAULT_SIZE : FAULT_MEMORY;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct talk *t = ctx;

	(void)size;
	if (!t->judged)
		t->fault = judge(t);
	t->judged = true;
	if (t->fault == FAULT_NONE)
		t->fault = keep(t, status_of(t), und_bytes(p, n));
	return t->fault == FAULT_NONE ? n : 0;
}

static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct talk *t = ctx;
	bool up_first = down == 0 && up_total > 0;

	t->bar.total = (uint64_t)(up_first ? up_total : down_total);
	cli_bar_set(&t->bar, (uint64_t)(up_first ? up : down));
	return cli_interrupted();
}

static CURLcode perform(struct talk *t, const char *url, struct curl_slist *headers)
{
	const struct cli_ask *ask = t->ask;
	CURL *h = t->client->curl;
	char range[32];
	CURLcode e = CURLE_OK;

	snprintf(range, sizeof range, "%llu-", (unsigned long long)ask->from);
#define SET(option, value)                                     \
	do {                                                   \
		if (e == CURLE_OK)                             \
			e = curl_easy_setopt(h, option, value); \
	} while (0)
	SET(CURLOPT_URL, url);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_RANGE, ask->from == 0 ? NULL : range);
	if (ask->type == NULL) {
		SET(CURLOPT_HTTPGET, 1L);
	} else {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDS, (const char *)ask->body.p);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n);
	}
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(CURLOPT_XFERINFODATA, t);
	SET(CURLOPT_NOPROGRESS, 0L);
#undef SET
	return e == CURLE_OK ? curl_easy_perform(h) : e;
}

static struct curl_slist *make_headers(const struct cli_ask *ask)
{
	char type[128];
	struct curl_slist *first = curl_slist_append(NULL, "Expect:"), *both;

	if (first == NULL || ask->type == NULL)
		return first;
	snprintf(type, sizeof type, "Content-Type: %s", ask->type);
	both = curl_slist_append(first, type);
	if (both == NULL)
		curl_slist_free_all(first);
	return both;
}

static int tell_line(const struct cli_client *c, CURLcode e)
{
	switch (e) {
	case CURLE_ABORTED_BY_CALLBACK:
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted.");
	case CURLE_OUT_OF_MEMORY:
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	case CURLE_COULDNT_RESOLVE_HOST:
		return cli_fail(CLI_TRIED, "Compare the address letter by letter; is this machine online?", "no machine has the name in %s.", c->base);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return cli_fail(CLI_TRIED, "Tor's is --proxy socks5h://127.0.0.1:9050.", "no machine has the proxy's name.");
	case CURLE_PROXY:
		return cli_fail(CLI_TRIED, "The proxy itself answers. Compare the address letter by letter; try again later.", "%s cannot be reached through the proxy.", c->base);
	case CURLE_COULDNT_CONNECT:
		if (c->has_proxy)
			return cli_fail(CLI_TRIED, "Does Tor run? It listens at 127.0.0.1:9050, Tor Browser's at 127.0.0.1:9150.", "the proxy takes no connection.");
		return cli_fail(CLI_TRIED, "Is it running there? Try again later.", "%s takes no connection.", c->base);
	case CURLE_OPERATION_TIMEDOUT:
		return cli_fail(CLI_TRIED, "Try again later; --timeout SECONDS waits longer. Sending the same again is harmless.", "%s does not answer.", c->base);
	case CURLE_SSL_CACERT_BADFILE:
		return cli_fail(CLI_TRIED, "It is a file of certificates in PEM form.", "cannot read the certificates that --ca names, or the system's.");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
		return cli_fail(CLI_TRIED, "Somebody may stand in between: nothing was sent. Is this machine's clock right? For a server with a certificate of its own: --ca FILE.",
		                "%s does not prove that it is who it says (%s).", c->base, curl_easy_strerror(e));
	default:
		return cli_fail(CLI_TRIED, "Try again: sending the same again is harmless.", "the line to %s broke (%s).", c->base, curl_easy_strerror(e));
	}
}

static int tell_fault(const struct talk *t)
{
	switch (t->fault) {
	case FAULT_TAKEN:
		return CLI_TRIED; /* the caller knows what it took */
	case FAULT_TYPE:
		return cli_client_tell_nonsense(t->client, "its answer is of another type");
	case FAULT_SIZE:
		return cli_client_tell_nonsense(t->client, "its answer is larger than any should be");
	case FAULT_RANGE:
		return cli_client_tell_nonsense(t->client, "it sent another part than was asked for");
	case FAULT_LENGTH:
		return cli_client_tell_nonsense(t->client, "it does not say how long its answer is");
	case FAULT_HEADERS:
		return cli_client_tell_nonsense(t->client, "its answer begins without end");
	default:
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	}
}

static bool is_no_http(CURLcode e)
{
	return e == CURLE_UNSUPPORTED_PROTOCOL || e == CURLE_WEIRD_SERVER_REPLY || e == CURLE_HTTP2 || e == CURLE_BAD_CONTENT_ENCODING || e == CURLE_RANGE_ERROR;
}

static int conclude(struct talk *t, CURLcode e, long status)
{
	if (t->fault != FAULT_NONE)
		return tell_fault(t);
	if (is_no_http(e))
		return cli_client_tell_nonsense(t->client, "it does not speak HTTP");
	if (e != CURLE_OK)
		return tell_line(t->client, e);
	if ((t->ask->from != 0 && status == 416) || (t->ask->also != 0 && status == t->ask->also))
		return -1;
	if (status >= 300 && status < 400)
		return cli_fail(CLI_TRIED, "Nothing is sent elsewhere by itself. If you trust where it points, give that address.", "%s sends elsewhere (%ld).", t->client->base, status);
	if (!is_good(t, status) && (status < 400 || status >= 600))
		return cli_client_tell_nonsense(t->client, "its answer is none of those that exist");
	if (!is_good(t, status))
		return cli_client_tell_problem(t->client, status, has_type(t, "application/problem+json") ? und_buf_bytes(&t->word) : und_bytes(NULL, 0), t->ask->sent);
	if (!t->judged && (t->fault = judge(t)) != FAULT_NONE)
		return tell_fault(t);
	return -1;
}

/* The line broke after the answer had begun well: going on may help. */
static bool has_broken(const struct talk *t, CURLcode e)
{
	return t->fault == FAULT_NONE && t->judged && (e == CURLE_PARTIAL_FILE || e == CURLE_RECV_ERROR || e == CURLE_OPERATION_TIMEDOUT || e == CURLE_ABORTED_BY_CALLBACK);
}

int cli_client_ask(struct cli_client *c, const struct cli_ask *ask, struct und_buf *out, long *status, enum und_err *taken, bool *broke)
{
	struct talk t = { .client = c, .ask = ask, .out = out };
	char url[CLI_CLIENT_URL_MAX + 512];
	struct curl_slist *headers = make_headers(ask);
	CURLcode e = CURLE_OUT_OF_MEMORY;
	int code;

	snprintf(url, sizeof url, "%s%s", c->base, ask->path);
	und_buf_init(&t.word, CLI_CLIENT_WORD_MAX);
	cli_bar_begin(&t.bar, ask->what, 0);
	if (headers != NULL)
		e = perform(&t, url, headers);
	cli_bar_end(&t.bar);
	curl_slist_free_all(headers);
	*status = status_of(&t);
	if (taken != NULL)
		*taken = t.taken;
	if (broke != NULL)
		*broke = has_broken(&t, e);
	code = conclude(&t, e, *status);
	und_buf_clear(&t.word);
	return code;
}
