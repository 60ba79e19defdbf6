/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* invite.c: what people type and paste, and lines of a server: what is read is written again, and slips are named where they are */
#include <sodium.h>

#include "fuzz.h"
#include "record/invite.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return sodium_init() < 0 ? -1 : 0;
}

static void try_code(struct und_bytes text)
{
	struct und_invite_code code, again;
	struct und_invite_slip slip = { .groups = 0xdead };
	char written[UND_INVITE_CODE_SIZE];
	enum und_err e = und_invite_code_decode(&code, &slip, text);

	if (e != UND_OK) {
		FUZZ_ASSERT(e == UND_ERR_CARD_FORM || e == UND_ERR_CARD_CHECK);
		FUZZ_ASSERT(slip.groups < 1U << UND_INVITE_GROUPS && (e != UND_ERR_CARD_CHECK || (slip.groups != 0 && slip.digits == UND_INVITE_TYPED && !slip.letter)));
		FUZZ_ASSERT((slip.first == 0) == (slip.second == 0) && slip.second <= UND_INVITE_GROUPS);
		return;
	}
	FUZZ_ASSERT(und_invite_digits_are_valid(code.digits));
	und_invite_code_encode(written, &code);
	FUZZ_ASSERT(strlen(written) == UND_INVITE_CODE_SIZE - 1);
	FUZZ_ASSERT(und_invite_code_decode(&again, NULL, und_cstr(written)) == UND_OK && memcmp(&code, &again, sizeof code) == 0);
}

static void try_text(struct und_bytes text)
{
	struct und_invite card;
	struct und_buf out;
	enum und_err e = und_invite_decode(&card, text);

	if (e != UND_OK) {
		FUZZ_ASSERT(e == UND_ERR_CARD_TEXT || e == UND_ERR_CARD_FORM || e == UND_ERR_CARD_CHECK || e == UND_ERR_LIMIT);
		return;
	}
	und_buf_init_secret(&out, UND_INVITE_TEXT_MAX);
	FUZZ_ASSERT(und_invite_encode(&out, &card) == UND_OK);
	FUZZ_ASSERT(und_bytes_equal_var(und_buf_bytes(&out), text));
	und_buf_clear(&out);
}

static void try_line(struct und_bytes line)
{
	struct und_bytes enrolment;
	struct und_record r;
	struct und_diag diag = { 0 };
	struct und_buf out;
	uint8_t code[32];

	if (und_enrolled_decode(code, &enrolment, line) != UND_OK)
		return;
	FUZZ_ASSERT(enrolment.p >= line.p && enrolment.p + enrolment.n < line.p + line.n);
	und_buf_init(&out, UND_ENROLLED_LINE_MAX);
	FUZZ_ASSERT(und_enrolled_encode(&out, code, enrolment) == UND_OK);
	FUZZ_ASSERT(und_bytes_equal_var(und_buf_bytes(&out), line));
	und_buf_clear(&out);
	if (und_record_decode(&r, enrolment, &diag) != UND_OK)
		return;
	if (r.type == UND_TYPE_ENROLMENT && r.u.enrolment.key_count < 4)
		(void)!und_enrolment_check_var(&r.u.enrolment, &diag);
	und_record_clear(&r);
}

/* The first byte says which reader is tried. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_bytes text;

	if (size == 0)
		return 0;
	text = und_bytes(data + 1, size - 1);
	if (data[0] == 'c')
		try_code(text);
	else if (data[0] == 't')
		try_text(text);
	else
		try_line(text);
	return 0;
}
