/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_trace.c: when a request has been answered, nothing of it is left in the server's memory, and the peer's address never was there */
#include <fcntl.h>
#include <sys/wait.h>

#include "http_fixture.h"

enum {
	MASK = 0x55, /* so that what is looked for does not find itself */
	PIECE = 64 << 10,
	MARK = 40
};

#define H "Host: a\r\n"

/* ---- looking through one's own memory ---- */

static uint8_t piece[2 * PIECE];

static unsigned hits_in(int mem, uint64_t from, uint64_t to, const uint8_t *masked, size_t n)
{
	unsigned hits = 0;

	for (uint64_t at = from; at < to; at += PIECE) {
		size_t want = to - at < PIECE + n ? (size_t)(to - at) : PIECE + n;
		ssize_t got;

		if (at < (uint64_t)(uintptr_t)(piece + sizeof piece) && at + PIECE + n > (uint64_t)(uintptr_t)piece)
			continue;
		got = pread(mem, piece, want, (off_t)at);
		for (ssize_t i = 0; i + (ssize_t)n <= got; i++) {
			size_t k = 0;

			while (k < n && (piece[i + (ssize_t)k] ^ MASK) == masked[k])
				k++;
			hits += k == n;
		}
		memset(piece, 0, sizeof piece);
	}
	return hits;
}

/* How often the bytes (each xor MASK) stand in what this process may write to. */
static unsigned hits(const uint8_t *masked, size_t n)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	static char line[4096];
	unsigned found = 0;

	if (maps == NULL || mem < 0)
		abort();
	while (fgets(line, sizeof line, maps) != NULL) {
		char *end;
		uint64_t from = strtoull(line, &end, 16), to = strtoull(end + 1, &end, 16);

		if (end[1] == 'r' && end[2] == 'w' && to - from < (256u << 20)) /* what sanitizers map is larger, and mostly nothing */
			found += hits_in(mem, from, to, masked, n);
	}
	fclose(maps);
	close(mem);
	return found;
}

/* Letters that depend on what they mark, the same in both processes, in the server's only masked. */
static void mark(uint8_t masked[MARK], unsigned what)
{
	for (unsigned i = 0; i < MARK; i++)
		masked[i] = (uint8_t)('a' + (i * i * 7 + i * (what + 3) + what * 11) % 26) ^ MASK;
}

/* ---- the client, another process ---- */

static const char *const requests[] = {
	"GET / HTTP/1.1\r\n" H "User-Agent: @\r\n\r\n",
	"GET /?q=@ HTTP/1.1\r\n" H "\r\n",
	"GET / HTTP/1.1\r\n" H "Accept-Language: @\r\n\r\n",
	"GET / HTTP/1.1\r\n" H "X-Forwarded-For: @\r\nCookie: @\r\n\r\n",
	"GET /letters/@/x HTTP/1.1\r\n" H "Referer: @\r\n\r\n",
	"POST /big HTTP/1.1\r\n" H "Content-Length: 40\r\n\r\n@",
	"POST /big HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n28\r\n@\r\n28\r\n@\r\n0\r\n\r\n",
	"POST /big HTTP/1.1\r\n" H "Content-Length: 41\r\n\r\n@", /* and never the rest */
	"GET / HTTP/1.1\r\n" H "X: @",                          /* nor here */
	"GET / HTTP/1.1\r\n" H "X : @\r\n\r\n",
	"GET /@ HTTP/1.1\r\n\r\n",
	"POST /later HTTP/1.1\r\n" H "Content-Length: 0\r\nAccept: @\r\n\r\n",
	"POST /go HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "X: @\r\n\r\n",
	"GET /letters/@ HTTP/1.1\r\n" H "\r\n", /* which the answer says again */
};

/* In pieces, so that whatever keeps pieces is tried; '@' is the mark. */
static bool send_marked(int fd, const char *s, unsigned what)
{
	uint8_t masked[MARK];

	mark(masked, what);
	for (; *s != '\0'; s++) {
		if (*s != '@') {
			if (!say_bytes(fd, s, 1))
				return false;
			continue;
		}
		for (unsigned half = 0; half < 2; half++) {
			uint8_t plain[MARK / 2];

			for (unsigned i = 0; i < MARK / 2; i++)
				plain[i] = masked[half * (MARK / 2) + i] ^ MASK;
			if (!say_bytes(fd, plain, sizeof plain))
				return false;
		}
	}
	return true;
}

static int client(const struct site *s)
{
	for (unsigned i = 0; i < UND_COUNT_OF(requests); i++) {
		struct answer a;
		int fd = site_dial(s);

		if (fd < 0 || !send_marked(fd, requests[i], i))
			return 1;
		a = hear(fd, false, false);
		if (a.status == 0)
			return 2;
		answer_free(&a);
		close(fd);
	}
	return 0;
}

TEST(what_is_looked_for_would_be_found)
{
	uint8_t masked[MARK], *plain = malloc(MARK);

	REQUIRE(plain != NULL);
	mark(masked, 1000);
	EQ(hits(masked, MARK), 0);
	for (unsigned i = 0; i < MARK; i++)
		plain[i] = masked[i] ^ MASK;
	CHECK(hits(masked, MARK) >= 1);
	memset(plain, 0, MARK);
	free(plain);
}

TEST(nothing_of_a_request_is_left_in_memory)
{
	struct site s = { .options = { .head_ms = 300, .body_ms = 300, .loops = 1 } };
	struct und_http_counters n;
	uint8_t masked[MARK];
	int status = -1;
	pid_t child;

	OK(und_work_new(&site_work, 1, 4));
	OK(site_start(&s));
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0)
		_exit(client(&s));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	do
		und_http_count(&n, s.http);
	while (n.open > 0);
	und_work_free(site_work);
	for (unsigned i = 0; i < UND_COUNT_OF(requests); i++) {
		unsigned found;

		mark(masked, i);
		found = hits(masked, MARK);
		if (found != 0)
			tap_fail("%u times: %s", found, requests[i]);
	}
	site_stop(&s);
}
