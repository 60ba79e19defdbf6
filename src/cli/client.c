/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client.c: the way to a server, over libcurl: which addresses are asked at all, and how; no cookie, no name of ours, no proxy of the environment's */
#include <curl/curl.h>
#include <sodium.h>
#include <stdlib.h>
#include <strings.h>

#include "cli/client.h"

enum {
	TIMEOUT_USUAL = 120,
	TIMEOUT_MAX = 86400,
	CONNECT_MAX = 60,
	SLOW = 32,       /* bytes a second: less, for as long as the timeout, is nothing */
	HOST_MAX = 253,  /* RFC 1035 §2.3.4 */
	MEMORY_HEAD = 16
};

/* ---- libcurl's memory: wiped when it is given back ---- */

static void *take_memory(size_t n)
{
	uint8_t *p = n > SIZE_MAX - MEMORY_HEAD ? NULL : malloc(n + MEMORY_HEAD);

	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof n);
	return p + MEMORY_HEAD;
}

static size_t memory_size(const void *p)
{
	size_t n;

	memcpy(&n, (const uint8_t *)p - MEMORY_HEAD, sizeof n);
	return n;
}

static void give_memory(void *p)
{
	if (p == NULL)
		return;
	sodium_memzero(p, memory_size(p));
	free((uint8_t *)p - MEMORY_HEAD);
}

static void *change_memory(void *p, size_t n)
{
	void *q = take_memory(n);
	size_t had = p == NULL ? 0 : memory_size(p);

	if (q == NULL)
		return NULL;
	if (had != 0)
		memcpy(q, p, had < n ? had : n);
	give_memory(p);
	return q;
}

static void *take_zeroed(size_t count, size_t size)
{
	void *p = size != 0 && count > SIZE_MAX / size ? NULL : take_memory(count * size);

	if (p != NULL)
		memset(p, 0, count * size);
	return p;
}

static char *copy_text(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = take_memory(n);

	if (p != NULL)
		memcpy(p, s, n);
	return p;
}

/* Before anything of libcurl is called. What the environment says about keys and proxies counts for nothing here. */
static bool begin(struct cli_client *c)
{
	(void)unsetenv("SSLKEYLOGFILE");
	c->began = curl_global_init_mem(CURL_GLOBAL_DEFAULT, take_memory, give_memory, change_memory, copy_text, take_zeroed) == CURLE_OK;
	return c->began;
}

/* ---- the URL ---- */

/* Names of Tor's, however they are spelt: nobody else is ever asked for them (RFC 7686). */
static bool is_onion(const char *host)
{
	size_t n = strlen(host), m = strlen(".onion");

	n -= n != 0 && host[n - 1] == '.';
	return n >= m && strncasecmp(host + n - m, ".onion", m) == 0;
}

/* libcurl has brought numbers into the form 127.0.0.1 by now, and takes localhost for this machine without asking anybody. */
static bool is_here(const char *host)
{
	if (strncmp(host, "127.", 4) == 0)
		return strspn(host, "0123456789.") == strlen(host);
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* socks5h://HOST:PORT, perhaps with a name and password before HOST: Tor keeps those apart that differ in them. */
static bool is_proxy(const char *text)
{
	char *scheme = NULL, *port = NULL, *path = NULL, *query = NULL;
	CURLU *u = curl_url();
	bool good = u != NULL && curl_url_set(u, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	            curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && strcmp(scheme, "socks5h") == 0 &&
	            curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_PATH, &path, 0) == CURLUE_OK && strcmp(path, "/") == 0 &&
	            curl_url_get(u, CURLUPART_QUERY, &query, 0) == CURLUE_NO_QUERY;

	curl_free(scheme);
	curl_free(port);
	curl_free(path);
	curl_free(query);
	curl_url_cleanup(u);
	return good;
}

/* Cuts the name of a letter off the path and gives it to slug. */
static bool cut_slug(char slug[CLI_CLIENT_SLUG_MAX + 1], char *path)
{
	char *at = strstr(path, "/api/v1/letters/"), *name;
	size_t n;

	if (at == NULL)
		at = strstr(path, "/letters/");
	slug[0] = '\0';
	if (at == NULL) {
		n = strlen(path);
		while (n > 0 && path[n - 1] == '/')
			path[--n] = '\0';
		return true;
	}
	name = strstr(at, "/letters/") + strlen("/letters/");
	n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (n == 0 || n > CLI_CLIENT_SLUG_MAX || (name[n] != '\0' && strcmp(name + n, "/") != 0 && strcmp(name + n, ".letter") != 0))
		return false;
	memcpy(slug, name, n);
	slug[n] = '\0';
	*at = '\0';
	return true;
}

struct parts {
	char *scheme, *host, *port, *path;
};

static int check_way(const struct parts *p, const struct cli_client_options *o)
{
	bool onion = is_onion(p->host);

	if (o->proxy != NULL && !is_proxy(o->proxy))
		return cli_fail(CLI_TRIED, "Tor's is --proxy socks5h://127.0.0.1:9050. With others this machine would ask for the name itself, and be seen.", "--proxy: not socks5h://HOST:PORT.");
	if (o->proxy != NULL && o->unix_path != NULL)
		return cli_fail(CLI_TRIED, NULL, "--proxy goes without --unix.");
	if (onion && o->proxy == NULL && o->unix_path == NULL)
		return cli_fail(CLI_TRIED, "Start Tor and give --proxy socks5h://127.0.0.1:9050.", "%s is reached through Tor only.", p->host);
	if (strcmp(p->scheme, "http") == 0 && !onion && !is_here(p->host) && o->unix_path == NULL && !o->insecure_http)
		return cli_fail(CLI_TRIED, "Give the https:// address. If there is none and you know who reads along: --insecure-http.", "http to %s: everybody on the way can read and change it.", p->host);
	return -1;
}

static int take_apart(struct cli_client *c, CURLU *u, struct parts *p, const char *url, const struct cli_client_options *o)
{
	static const char advice[] = "As in https://letters.example.org/letters/our, with nothing behind it.";
	char *extra = NULL;
	CURLUcode e = curl_url_set(u, CURLUPART_URL, url, 0);
	const CURLUPart refused[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT };
	int n;

	for (size_t i = 0; e == CURLUE_OK && extra == NULL && i < UND_COUNT_OF(refused); i++)
		if (curl_url_get(u, refused[i], &extra, 0) == CURLUE_OUT_OF_MEMORY)
			e = CURLUE_OUT_OF_MEMORY;
	if (extra != NULL) {
		curl_free(extra);
		return cli_fail(CLI_TRIED, advice, "not the address of a letter or server: something stands before or behind it.");
	}
	if (e == CURLUE_OK)
		e = curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0);
	if (e == CURLUE_OK)
		e = curl_url_get(u, CURLUPART_HOST, &p->host, 0);
	if (e == CURLUE_OK)
		e = curl_url_get(u, CURLUPART_PATH, &p->path, 0);
	if (e == CURLUE_OK && (e = curl_url_get(u, CURLUPART_PORT, &p->port, 0)) == CURLUE_NO_PORT)
		e = CURLUE_OK;
	if (e == CURLUE_OUT_OF_MEMORY)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	if (e != CURLUE_OK || (strcmp(p->scheme, "http") != 0 && strcmp(p->scheme, "https") != 0) || !cut_slug(c->slug, p->path))
		return cli_fail(CLI_TRIED, advice, "%s: not the address of a letter or server.", url);
	if (strlen(p->host) > HOST_MAX)
		return cli_fail(CLI_TRIED, advice, "the address is too long.");
	n = snprintf(c->base, sizeof c->base, "%s://%s%s%s%s", p->scheme, p->host, p->port == NULL ? "" : ":", p->port == NULL ? "" : p->port, p->path);
	if (n < 0 || n >= (int)sizeof c->base)
		return cli_fail(CLI_TRIED, advice, "the address is too long.");
	c->is_seen = o->proxy == NULL && o->unix_path == NULL && !is_here(p->host);
	return check_way(p, o);
}

/* ---- the connection ---- */

/* What holds for every question. */
static CURLcode set_up(CURL *h, const struct cli_client_options *o, long timeout)
{
	CURLcode e = CURLE_OK;

#define SET(option, value)                                     \
	do {                                                   \
		if (e == CURLE_OK)                             \
			e = curl_easy_setopt(h, option, value); \
	} while (0)
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, timeout < CONNECT_MAX ? timeout : (long)CONNECT_MAX);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW);
	SET(CURLOPT_LOW_SPEED_TIME, timeout);
	SET(CURLOPT_PROXY, o->proxy == NULL ? "" : o->proxy); /* never what the environment says */
	SET(CURLOPT_NOPROXY, "");
	if (o->ca != NULL) {
		SET(CURLOPT_CAINFO, o->ca);
		SET(CURLOPT_CAPATH, NULL);
	}
	if (o->unix_path != NULL)
		SET(CURLOPT_UNIX_SOCKET_PATH, o->unix_path);
#undef SET
	return e;
}

int cli_client_open(struct cli_client *c, const char *url, const struct cli_client_options *options)
{
	struct parts p = { NULL, NULL, NULL, NULL };
	uint64_t timeout = TIMEOUT_USUAL;
	CURLU *u;
	int code;

	if (options->timeout != NULL && (code = cli_parse_number(&timeout, "--timeout", options->timeout, 1, TIMEOUT_MAX)) != -1)
		return code;
	if (!begin(c))
		return cli_fail(CLI_TRIED, NULL, "cannot set up a connection.");
	u = curl_url();
	code = u == NULL ? cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY)) : take_apart(c, u, &p, url, options);
	curl_free(p.scheme);
	curl_free(p.host);
	curl_free(p.port);
	curl_free(p.path);
	curl_url_cleanup(u);
	if (code != -1)
		return code;
	if ((c->curl = curl_easy_init()) == NULL || set_up(c->curl, options, (long)timeout) != CURLE_OK)
		return cli_fail(CLI_TRIED, NULL, "cannot set up a connection.");
	c->has_proxy = options->proxy != NULL;
	return -1;
}

void cli_client_close(struct cli_client *c)
{
	if (c->curl != NULL)
		curl_easy_cleanup(c->curl);
	if (c->began)
		curl_global_cleanup();
	*c = (struct cli_client){ .curl = NULL };
}

int cli_client_needs_letter(const struct cli_client *c, const char *url)
{
	return c->slug[0] != '\0' ? -1 : cli_fail(CLI_TRIED, "A letter's is like https://letters.example.org/letters/our.", "%s: the address of a server, not of a letter there.", url);
}
