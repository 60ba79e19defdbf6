/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.c: QR codes as PNG: whole chunks, right sums, the finder patterns and the quiet zone where they belong */
#include "tap.h"

#include "page/html.h"
#include "page/qr.h"

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* By a table, unlike the one under test. */
static uint32_t crc(const uint8_t *p, size_t n)
{
	uint32_t table[256], c = 0xffffffff;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (unsigned bit = 0; bit < 8; bit++)
			table[i] = table[i] & 1 ? 0xedb88320 ^ table[i] >> 1 : table[i] >> 1;
	}
	for (size_t i = 0; i < n; i++)
		c = table[(c ^ p[i]) & 255] ^ c >> 8;
	return ~c;
}

/* The data of the next chunk; *at moves behind it. */
static struct und_bytes chunk(const struct und_buf *b, size_t *at, const char *type)
{
	uint32_t n = load32(b->p + *at);
	struct und_bytes data = und_bytes(b->p + *at + 8, n);

	CHECK(memcmp(b->p + *at + 4, type, 4) == 0);
	EQ(load32(b->p + *at + 8 + n), crc(b->p + *at + 4, n + 4));
	*at += 12 + n;
	return data;
}

TEST(a_picture_is_a_whole_png_of_the_right_modules)
{
	struct und_bytes head, data;
	struct und_buf out;
	size_t at = 8, row;
	uint32_t size;

	und_buf_init(&out, 1 << 16);
	OK(und_qr_png(&out, und_cstr("hello")));
	MEM("\x89PNG\r\n\x1a\n", out.p, 8);
	head = chunk(&out, &at, "IHDR");
	data = chunk(&out, &at, "IDAT");
	chunk(&out, &at, "IEND");
	EQ(out.n, at);
	size = load32(head.p);
	EQ(21 + 8, size); /* version 1 and the quiet zone */
	EQ(size, load32(head.p + 4));
	row = 1 + (size + 7) / 8;
	EQ(2 + 5 + size * row + 4, data.n);
	data.p += 7;
	for (unsigned y = 0; y < size; y++)
		EQ(0, data.p[y * row]);
	for (unsigned x = 0; x < 4; x++)
		EQ(0xff, data.p[x * row + 1]); /* the quiet zone is white */
	/* the upper left finder: black, then white, then black; its first row is black all along */
	EQ(0xf0, data.p[4 * row + 1] & 0xff);
	EQ(0x01, data.p[4 * row + 2] & 0x01);
	EQ(0xf0 | 0x07, data.p[5 * row + 1]);
	und_buf_clear(&out);
}

TEST(too_much_and_nothing_are_refused)
{
	static uint8_t much[2332];
	struct und_buf out;

	und_buf_init(&out, 1 << 16);
	memset(much, 'a', sizeof much);
	IS(UND_ERR_LIMIT, und_qr_png(&out, und_bytes(much, sizeof much)));
	IS(UND_ERR_LIMIT, und_qr_png(&out, und_bytes(much, 0)));
	EQ(0, out.n);
	OK(und_qr_png(&out, und_bytes(much, sizeof much - 1)));
	und_buf_clear(&out);
	und_buf_init(&out, 50);
	IS(UND_ERR_LIMIT, und_qr_png(&out, und_cstr("hello")));
	und_buf_clear(&out);
}

TEST(a_picture_stands_within_its_page)
{
	static const char *const ends[] = { "src=\"data:image/png;base64,\">", "src=\"data:image/png;base64,+w==\">", "src=\"data:image/png;base64,+/8=\">", "src=\"data:image/png;base64,+/++\">" };
	struct und_buf out;
	struct und_html h;

	for (size_t n = 0; n < 4; n++) {
		und_buf_init(&out, 1000);
		und_html_init_fragment(&h, &out);
		und_html_png(&h, "qr", "<&\"", und_bytes("\xfb\xff\xbe", n));
		und_html_end(&h);
		OK(out.err);
		CHECK(memmem(out.p, out.n, "class=\"qr\"", 10) != NULL);
		CHECK(memmem(out.p, out.n, "<&\"", 3) == NULL);
		CHECK(memmem(out.p, out.n, ends[n], strlen(ends[n])) != NULL);
		und_buf_clear(&out);
	}
}
