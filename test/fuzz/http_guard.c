/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_guard.c: a head says the same whole or cut, holds no byte that it must not, and chunks give the same body in any pieces. Byte 0: where it is cut */
#include "fuzz.h"
#include "http/guard.h"

static void check_slice(struct und_bytes s, const uint8_t *p, size_t n)
{
	FUZZ_ASSERT(s.n == 0 || (s.p >= p && s.p + s.n <= p + n));
	for (size_t i = 0; i < s.n; i++)
		FUZZ_ASSERT((s.p[i] >= ' ' || s.p[i] == '\t') && s.p[i] < 0x7f);
}

static void check_head(const struct und_head *h, const uint8_t *p, size_t used)
{
	FUZZ_ASSERT(used >= 4 && used <= UND_HTTP_HEAD_MAX && memcmp(p + used - 4, "\r\n\r\n", 4) == 0);
	check_slice(h->path, p, used);
	check_slice(h->query, p, used);
	FUZZ_ASSERT(h->path.n >= 1 && h->path.p[0] == '/' && h->path.n + h->query.n <= UND_HTTP_TARGET_MAX);
	FUZZ_ASSERT(!(h->chunked && h->has_length) && !(h->chunked && h->minor_0));
	for (size_t i = 0; i < UND_HTTP_HEADERS; i++) {
		check_slice(h->headers[i], p, used);
		FUZZ_ASSERT(h->headers[i].n <= UND_HTTP_VALUE_MAX);
	}
	for (size_t i = 0; i < used; i++) { /* each line ends as it should, and none is folded */
		FUZZ_ASSERT(p[i] != 0 && (p[i] != '\n' || (i > 0 && p[i - 1] == '\r')) && (p[i] != '\r' || (i + 1 < used && p[i + 1] == '\n')));
		FUZZ_ASSERT(p[i] != '\n' || i + 1 == used || (p[i + 1] != ' ' && p[i + 1] != '\t'));
	}
}

static void chunks(const uint8_t *p, size_t n, size_t cut)
{
	struct und_chunks a = { 0 }, b = { 0 };
	struct und_buf whole, pieces;
	size_t used = 0, first = 0, second = 0;
	unsigned status, again;

	und_buf_init(&whole, 1000);
	und_buf_init(&pieces, 1000);
	status = und_chunks_feed(&a, &used, und_bytes(p, n), &whole);
	again = und_chunks_feed(&b, &first, und_bytes(p, cut), &pieces);
	if (again == 0)
		again = und_chunks_feed(&b, &second, und_bytes(p + cut, n - cut), &pieces);
	FUZZ_ASSERT(again == status);
	if (status == 0 || status == 200)
		FUZZ_ASSERT(first + second == used && und_bytes_equal_var(und_buf_bytes(&whole), und_buf_bytes(&pieces)));
	und_buf_clear(&whole);
	und_buf_clear(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_head h, cut_head;
	size_t used = 0, ignored = 0, cut;
	unsigned status, cut_status;

	if (size < 1)
		return 0;
	cut = (size - 1) * data[0] / 256;
	data++;
	size--;
	status = und_head_parse(&h, &used, und_bytes(data, size));
	cut_status = und_head_parse(&cut_head, &ignored, und_bytes(data, cut));
	if (status == 200)
		check_head(&h, data, used);
	if (cut_status != 0) /* what was said of a part holds for the whole */
		FUZZ_ASSERT(cut_status == status || (cut_status != 200 && status != 200 && status != 0));
	if (status == 200 && cut < used)
		FUZZ_ASSERT(cut_status == 0);
	if (status == 200 && h.chunked)
		chunks(data + used, size - used, (size - used) * cut / (size + 1));
	else
		chunks(data, size, cut);
	return 0;
}
