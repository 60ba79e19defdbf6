/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base64.c: base64url without padding, one spelling per value */
#include "base/encode.h"
#include "base/secret.h"

static const char alphabet[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* no character of the alphabet; it has its two high bits set, values have not */
#define BAD 0xff

/* the value of each character, inverted: what is not listed is BAD */
#define V(v) ((v) ^ BAD)
static const uint8_t inverted[256] = {
	['A'] = V(0), ['B'] = V(1), ['C'] = V(2), ['D'] = V(3), ['E'] = V(4), ['F'] = V(5), ['G'] = V(6), ['H'] = V(7),
	['I'] = V(8), ['J'] = V(9), ['K'] = V(10), ['L'] = V(11), ['M'] = V(12), ['N'] = V(13), ['O'] = V(14), ['P'] = V(15),
	['Q'] = V(16), ['R'] = V(17), ['S'] = V(18), ['T'] = V(19), ['U'] = V(20), ['V'] = V(21), ['W'] = V(22), ['X'] = V(23),
	['Y'] = V(24), ['Z'] = V(25), ['a'] = V(26), ['b'] = V(27), ['c'] = V(28), ['d'] = V(29), ['e'] = V(30), ['f'] = V(31),
	['g'] = V(32), ['h'] = V(33), ['i'] = V(34), ['j'] = V(35), ['k'] = V(36), ['l'] = V(37), ['m'] = V(38), ['n'] = V(39),
	['o'] = V(40), ['p'] = V(41), ['q'] = V(42), ['r'] = V(43), ['s'] = V(44), ['t'] = V(45), ['u'] = V(46), ['v'] = V(47),
	['w'] = V(48), ['x'] = V(49), ['y'] = V(50), ['z'] = V(51), ['0'] = V(52), ['1'] = V(53), ['2'] = V(54), ['3'] = V(55),
	['4'] = V(56), ['5'] = V(57), ['6'] = V(58), ['7'] = V(59), ['8'] = V(60), ['9'] = V(61), ['-'] = V(62), ['_'] = V(63),
};

static uint32_t value_of(uint8_t c)
{
	return inverted[c] ^ BAD;
}

size_t und_base64_length(size_t n)
{
	return n / 3 * 4 + (n % 3 == 0 ? 0 : n % 3 + 1);
}

void und_base64_add(struct und_buf *out, struct und_bytes in)
{
	const uint8_t *p = in.p;
	size_t n = in.n;
	char chunk[256];
	size_t used = 0;

	for (; n >= 3; p += 3, n -= 3) {
		chunk[used++] = alphabet[p[0] >> 2];
		chunk[used++] = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
		chunk[used++] = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
		chunk[used++] = alphabet[p[2] & 63];
		if (used == sizeof chunk) {
			und_buf_add(out, chunk, used);
			used = 0;
		}
	}
	if (n > 0) {
		chunk[used++] = alphabet[p[0] >> 2];
		chunk[used++] = alphabet[(p[0] & 3) << 4 | (n > 1 ? p[1] >> 4 : 0)];
		if (n > 1)
			chunk[used++] = alphabet[(p[1] & 15) << 2];
	}
	und_buf_add(out, chunk, used);
}

enum und_err und_base64_size(size_t *n, struct und_bytes text)
{
	if (text.n % 4 == 1)
		return UND_ERR_BASE64;
	*n = text.n / 4 * 3 + (text.n % 4 == 0 ? 0 : text.n % 4 - 1);
	return UND_OK;
}

/* Every character in the alphabet, and no bits beyond the last byte: 4 of the last character for one byte, 2 for two. */
static bool is_canonical(struct und_bytes text)
{
	uint32_t seen = 0, last;

	for (size_t i = 0; i < text.n; i++)
		seen |= value_of(text.p[i]);
	if ((seen & 0xc0) != 0)
		return false;
	if (text.n % 4 == 0)
		return true;
	last = value_of(text.p[text.n - 1]);
	return (last & (text.n % 4 == 2 ? 15 : 3)) == 0;
}

enum und_err und_base64_decode(uint8_t *out, size_t n, struct und_bytes text)
{
	const uint8_t *p = text.p;
	enum und_err e;
	size_t size;

	e = und_base64_size(&size, text);
	if (e != UND_OK)
		return e;
	if (!is_canonical(text))
		return UND_ERR_BASE64;
	if (size != n)
		return UND_ERR_SIZE;
	for (; n >= 3; p += 4, n -= 3) {
		uint32_t v = value_of(p[0]) << 18 | value_of(p[1]) << 12 | value_of(p[2]) << 6 | value_of(p[3]);

		*out++ = (uint8_t)(v >> 16);
		*out++ = (uint8_t)(v >> 8);
		*out++ = (uint8_t)v;
	}
	if (n > 0)
		*out++ = (uint8_t)(value_of(p[0]) << 2 | value_of(p[1]) >> 4);
	if (n > 1)
		*out++ = (uint8_t)(value_of(p[1]) << 4 | value_of(p[2]) >> 2);
	return UND_OK;
}

/* ---- for keys: no table and no branch that depends on the value ---- */

/* all-ones where lo <= c <= hi, for values below 2^31 */
static uint32_t within(uint32_t c, uint32_t lo, uint32_t hi)
{
	return ~(uint32_t)((int32_t)((c - lo) | (hi - c)) >> 31);
}

static uint32_t secret_character(uint32_t v)
{
	return (within(v, 0, 25) & (v + 'A')) | (within(v, 26, 51) & (v - 26 + 'a')) | (within(v, 52, 61) & (v - 52 + '0')) |
	       (within(v, 62, 62) & '-') | (within(v, 63, 63) & '_');
}

/* the value, or BAD */
static uint32_t secret_value(uint32_t c)
{
	uint32_t upper = within(c, 'A', 'Z'), lower = within(c, 'a', 'z'), digit = within(c, '0', '9');
	uint32_t dash = within(c, '-', '-'), line = within(c, '_', '_');
	uint32_t any = upper | lower | digit | dash | line;

	return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (dash & 62) | (line & 63) | (~any & BAD);
}

void und_base64_encode_secret(char out[44], const uint8_t in[32])
{
	uint32_t bits = 0;
	unsigned held = 0, n = 0;

	for (unsigned i = 0; i < 32; i++) {
		bits = bits << 8 | in[i];
		for (held += 8; held >= 6; held -= 6)
			out[n++] = (char)secret_character(bits >> (held - 6) & 63);
		bits &= 0x3f;
	}
	out[n++] = (char)secret_character(bits << (6 - held) & 63);
	out[n] = '\0';
	und_wipe(&bits, sizeof bits);
}

enum und_err und_base64_decode_secret(uint8_t out[32], struct und_bytes text)
{
	uint8_t bytes[32];
	uint32_t bits = 0, bad = 0;
	unsigned held = 0, n = 0;
	enum und_err e = UND_ERR_BASE64;

	if (text.n != 43)
		return UND_ERR_SIZE;
	for (size_t i = 0; i < text.n; i++) {
		uint32_t v = secret_value(text.p[i]);

		bad |= v & 0xc0;
		bits = bits << 6 | (v & 63);
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[n++] = (uint8_t)(bits >> held);
		}
		bits &= 0xff;
	}
	bad |= bits & 3; /* 258 bits for 256: the last two are 0 */
	und_declassify(&bad, sizeof bad); /* whether it was a key at all is what the caller is told */
	if (bad == 0) {
		memcpy(out, bytes, sizeof bytes);
		e = UND_OK;
	}
	und_wipe(bytes, sizeof bytes);
	und_wipe(&bits, sizeof bits);
	return e;
}
