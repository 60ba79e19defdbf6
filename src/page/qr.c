/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.c: QR codes (libqrencode) as PNG pictures; the picture is so small that it is stored, not compressed (PNG, ISO/IEC 15948; RFC 1950, RFC 1951 §3.2.4) */
#include "page/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4, TEXT_MAX = 2331, PRINT_SCALE = 12, PRINT_TEXT_MAX = 152 };

/* ---- PNG ---- */

/* CRC-32 of a chunk's type and data, bit by bit: there are some hundred bytes. */
static uint32_t crc(struct und_bytes s)
{
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < s.n; i++) {
		c ^= s.p[i];
		for (unsigned bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (0xedb88320 & -(c & 1));
	}
	return ~c;
}

static void add_chunk(struct und_buf *out, const char *type, struct und_bytes data)
{
	size_t at;

	und_buf_add_u32be(out, (uint32_t)data.n);
	at = out->n;
	und_buf_add(out, type, 4);
	und_buf_add_bytes(out, data);
	if (out->err == UND_OK)
		und_buf_add_u32be(out, crc(und_bytes(out->p + at, out->n - at)));
}

static uint32_t adler32(struct und_bytes s)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < s.n; i++) {
		a = (a + s.p[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

/* One stored block: at most 65,535 bytes, and 185 rows of 25 are fewer. */
static void add_zlib(struct und_buf *out, struct und_bytes raw)
{
	und_bug_if(raw.n > UINT16_MAX);
	und_buf_add(out, "\x78\x01\x01", 3);
	und_buf_add_u8(out, (uint8_t)raw.n);
	und_buf_add_u8(out, (uint8_t)(raw.n >> 8));
	und_buf_add_u8(out, (uint8_t)~raw.n);
	und_buf_add_u8(out, (uint8_t)(~raw.n >> 8));
	und_buf_add_bytes(out, raw);
	und_buf_add_u32be(out, adler32(raw));
}

/* ---- rows ---- */

static bool is_black(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < code->width && y < code->width && (code->data[y * code->width + x] & 1) != 0;
}

/* Each row: its filter (none), then a bit a pixel, 1 is white. scale: pixels a module. */
static void add_rows(struct und_buf *out, const QRcode *code, int scale)
{
	const int size = (code->width + 2 * QUIET) * scale;

	for (int y = 0; y < size; y++) {
		und_buf_add_u8(out, 0);
		for (int x = 0; x < size; x += 8) {
			unsigned byte = 0;

			for (int bit = 0; bit < 8; bit++)
				byte |= (unsigned)(x + bit < size && !is_black(code, (x + bit) / scale, y / scale)) << (7 - bit);
			und_buf_add_u8(out, (uint8_t)byte);
		}
	}
}

static void add_picture(struct und_buf *out, struct und_buf *raw, struct und_buf *packed, const QRcode *code, int scale)
{
	const uint32_t size = (uint32_t)((code->width + 2 * QUIET) * scale);
	uint8_t head[13] = { [8] = 1 }; /* one bit a pixel, grey */

	und_store_u32be(head, size);
	und_store_u32be(head + 4, size);
	add_rows(raw, code, scale);
	if (raw->err == UND_OK)
		add_zlib(packed, und_buf_bytes(raw));
	und_buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	add_chunk(out, "IHDR", und_bytes(head, sizeof head));
	add_chunk(out, "IDAT", und_buf_bytes(packed));
	add_chunk(out, "IEND", und_bytes(NULL, 0));
}

static enum und_err make(struct und_buf *out, struct und_bytes text, int scale)
{
	struct und_buf raw, packed;
	QRcode *code;
	enum und_err e;

	errno = 0;
	code = QRcode_encodeData((int)text.n, text.p, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return errno == ERANGE ? UND_ERR_LIMIT : UND_ERR_MEMORY;
	und_buf_init_secret(&raw, UINT16_MAX);
	und_buf_init_secret(&packed, UINT16_MAX + 64);
	add_picture(out, &raw, &packed, code, scale);
	e = raw.err != UND_OK ? raw.err : packed.err != UND_OK ? packed.err : out->err;
	und_buf_clear(&raw);
	und_buf_clear(&packed);
	QRcode_free(code);
	return e;
}

enum und_err und_qr_png(struct und_buf *out, struct und_bytes text)
{
	return text.n == 0 || text.n > TEXT_MAX ? UND_ERR_LIMIT : make(out, text, 1);
}

enum und_err und_qr_print(struct und_buf *out, struct und_bytes text)
{
	return text.n == 0 || text.n > PRINT_TEXT_MAX ? UND_ERR_LIMIT : make(out, text, PRINT_SCALE);
}
