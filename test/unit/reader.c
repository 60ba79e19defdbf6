/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reader.c: a stream cut anywhere gives the same lines */
#include "record/reader.h"
#include "tap.h"

/* What the reader said, written down: number, offset and bytes of each line. */
struct seen {
	struct und_buf log;
	uint64_t stop_at; /* refuse this line; 0: none */
};

static enum und_err note(void *ctx, const struct und_line *line)
{
	struct seen *s = ctx;

	if (line->number == s->stop_at)
		return UND_ERR_TYPE;
	und_buf_add_decimal(&s->log, line->number);
	und_buf_add_str(&s->log, "@");
	und_buf_add_decimal(&s->log, line->offset);
	und_buf_add_str(&s->log, ":");
	und_buf_add_bytes(&s->log, line->bytes);
	und_buf_add_str(&s->log, ";");
	return s->log.err;
}

struct fixture {
	struct seen seen;
	struct und_reader reader;
	struct und_diag diag;
};

static void open_fixture(struct fixture *f, size_t max)
{
	memset(f, 0, sizeof *f);
	und_buf_init(&f->seen.log, 1 << 16);
	und_reader_init(&f->reader, max, note, &f->seen);
}

static void close_fixture(struct fixture *f)
{
	und_reader_clear(&f->reader);
	und_buf_clear(&f->seen.log);
}

static enum und_err feed(struct fixture *f, const char *s, size_t n)
{
	/* in a block of its own, which is gone afterwards: nothing may be kept from it */
	char *own = malloc(n == 0 ? 1 : n);
	enum und_err e;

	if (own == NULL)
		abort();
	memcpy(own, s, n);
	e = und_reader_feed(&f->reader, und_bytes(own, n), &f->diag);
	free(own);
	return e;
}

static void is_seen(const struct fixture *f, const char *expected)
{
	tap_checks++;
	if (!und_bytes_is(und_buf_bytes(&f->seen.log), expected))
		tap_fail("%.*s, expected %s", (int)f->seen.log.n, (const char *)f->seen.log.p, expected);
}

static const char text[] = "one\n\ntwo three\nx\n\n";
static const char lines[] = "1@0:one;2@4:;3@5:two three;4@15:x;5@17:;";

TEST(two_cuts_anywhere_change_nothing)
{
	struct fixture f;
	size_t n = sizeof text - 1;

	for (size_t a = 0; a <= n; a++) {
		for (size_t b = a; b <= n; b++) {
			open_fixture(&f, 100);
			OK(feed(&f, text, a));
			OK(feed(&f, text + a, b - a));
			OK(feed(&f, text + b, n - b));
			OK(und_reader_finish(&f.reader, &f.diag));
			is_seen(&f, lines);
			EQ(f.reader.lines, 5);
			close_fixture(&f);
		}
	}
}

TEST(byte_by_byte_too)
{
	struct fixture f;

	open_fixture(&f, 100);
	for (size_t i = 0; i < sizeof text - 1; i++)
		OK(feed(&f, text + i, 1));
	OK(und_reader_finish(&f.reader, &f.diag));
	is_seen(&f, lines);
	close_fixture(&f);
}

TEST(a_last_line_without_lf_is_truncated)
{
	struct fixture f;

	open_fixture(&f, 100);
	OK(feed(&f, "a\nb\nc", 5));
	IS(UND_ERR_TRUNCATED, und_reader_finish(&f.reader, &f.diag));
	EQ(f.diag.line, 3);
	is_seen(&f, "1@0:a;2@2:b;");
	IS(UND_ERR_TRUNCATED, feed(&f, "\n", 1)); /* the stream had ended */
	close_fixture(&f);

	open_fixture(&f, 100);
	OK(feed(&f, "", 0));
	OK(und_reader_finish(&f.reader, &f.diag));
	EQ(f.reader.lines, 0);
	close_fixture(&f);
}

TEST(a_line_of_the_longest_length_is_taken_and_a_longer_one_is_not)
{
	struct fixture f;

	for (size_t cut = 0; cut <= 5; cut++) {
		open_fixture(&f, 4);
		OK(feed(&f, "abcd\n", cut));
		OK(feed(&f, &"abcd\n"[cut], 5 - cut));
		is_seen(&f, "1@0:abcd;");
		close_fixture(&f);
	}
	for (size_t cut = 0; cut <= 8; cut++) {
		enum und_err e;

		open_fixture(&f, 4);
		e = feed(&f, "a\nabcde\n", cut);
		if (e == UND_OK)
			e = feed(&f, &"a\nabcde\n"[cut], 8 - cut);
		IS(UND_ERR_LIMIT, e);
		EQ(f.diag.line, 2);
		is_seen(&f, "1@0:a;");
		IS(UND_ERR_LIMIT, feed(&f, "\n", 1));
		IS(UND_ERR_LIMIT, und_reader_finish(&f.reader, &f.diag));
		close_fixture(&f);
	}
	open_fixture(&f, 4);
	IS(UND_ERR_LIMIT, feed(&f, "abcde", 5)); /* before its end is seen */
	close_fixture(&f);
}

TEST(what_the_caller_says_of_a_line_stops_the_reader_there)
{
	struct fixture f;

	open_fixture(&f, 100);
	f.seen.stop_at = 2;
	IS(UND_ERR_TYPE, feed(&f, "a\nb\nc\n", 6));
	EQ(f.diag.line, 2);
	is_seen(&f, "1@0:a;");
	IS(UND_ERR_TYPE, feed(&f, "d\n", 2));
	EQ(f.diag.line, 2);
	close_fixture(&f);
}

/* A long line's memory is given back, a stream of short ones needs little. */
TEST(memory_is_that_of_the_line_being_read)
{
	struct fixture f;
	static char chunk[1 << 16];

	open_fixture(&f, 64 << 20);
	f.seen.log.max = 64 << 20;
	memset(chunk, 'x', sizeof chunk);
	for (int i = 0; i < 40; i++)
		OK(feed(&f, chunk, sizeof chunk));
	CHECK(f.reader.held.cap >= 40 * sizeof chunk && f.reader.held.cap <= 80 * sizeof chunk);
	OK(feed(&f, "\n", 1));
	EQ(f.reader.held.cap, 0);
	for (int i = 0; i < 1000; i++)
		OK(feed(&f, "abc\nd", 5));
	CHECK(f.reader.held.cap <= 64);
	EQ(f.reader.lines, 1001);
	EQ(f.reader.offset, 40 * (long long)sizeof chunk + 1 + 4 + 999 * 5);
	close_fixture(&f);
}
