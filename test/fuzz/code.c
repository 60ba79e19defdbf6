/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* code.c: written codes: what is read is written again, slips are found where they were made */
#include "base/base.h"
#include "fuzz.h"
#include "proof/edition.h"

/* Lower case, without white space and dashes, in groups: the only spelling that is written. */
static size_t canonical(char *out, size_t max, const uint8_t *data, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		uint8_t c = data[i];

		if (c == '-' || c == ' ' || (c >= '\t' && c <= '\r'))
			continue;
		if (n + 2 >= max)
			return 0;
		if (n % 5 == 4)
			out[n++] = '-';
		out[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	out[n] = '\0';
	return n;
}

/* The first 22 bytes are a chain, the next two say where the slip is made. */
static void slip(const uint8_t *data)
{
	struct und_code_slip found;
	struct und_chain c, read;
	char code[UND_CODE_SIZE], bad[UND_CODE_SIZE];
	size_t at = data[22] % (UND_CODE_SIZE - 1);
	unsigned n;

	c.edition = und_load_u16be(data);
	memcpy(c.state, data + 2, sizeof c.state);
	und_code_encode(code, &c);
	FUZZ_ASSERT(strlen(code) == UND_CODE_SIZE - 1);
	FUZZ_ASSERT(und_code_decode(&read, und_cstr(code)) == UND_OK);
	FUZZ_ASSERT(read.edition == c.edition && memcmp(read.state, c.state, sizeof c.state) == 0);
	memcpy(bad, code, sizeof bad);
	if (code[at] == '-')
		at++;
	bad[at] = "abcdefghijklmnopqrstuvwxyz234567"[data[23] % 32];
	if (bad[at] == code[at])
		return;
	n = und_code_find_slip(&found, und_cstr(bad));
	FUZZ_ASSERT(n >= 1); /* by chance, once in ten thousand, another one too */
	FUZZ_ASSERT(n > 1 || strcmp(found.corrected, code) == 0);
	FUZZ_ASSERT(und_code_decode(&read, und_cstr(found.corrected)) == UND_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char spelled[UND_CODE_SIZE + 8], code[UND_CODE_SIZE];
	struct und_code_slip found;
	struct und_chain c;
	struct und_bytes text = { size > 0 ? data : NULL, size };
	enum und_err e;

	e = und_code_decode(&c, text);
	if (e == UND_OK) {
		und_code_encode(code, &c);
		FUZZ_ASSERT(canonical(spelled, sizeof spelled, data, size) == UND_CODE_SIZE - 1 && strcmp(spelled, code) == 0);
		FUZZ_ASSERT(und_code_find_slip(&found, text) == 0);
	} else {
		FUZZ_ASSERT(e == UND_ERR_CODE_FORM || e == UND_ERR_CODE_CHECK);
		if (und_code_find_slip(&found, text) > 0) {
			FUZZ_ASSERT(und_code_decode(&c, und_cstr(found.corrected)) == UND_OK);
			FUZZ_ASSERT(found.position >= 1 && found.position <= UND_CODE_CHARS && found.written != found.meant);
		}
	}
	if (size >= 24)
		slip(data);
	return 0;
}
