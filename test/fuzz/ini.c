/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ini.c: LETTER.ini and TRANSLATION.ini: whatever the readers take makes records that the strict decoder takes */
#include <sodium.h>

#include "base/base.h"
#include "cli/letter_ini.h"
#include "cli/translation_ini.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return sodium_init() < 0;
}

/* Encoded and decoded: equal names or keys are the one thing that the ini reader leaves to the decoder. */
static void must_decode(struct und_record *r)
{
	struct und_record back;
	struct und_buf line;
	enum und_err e;

	und_buf_init(&line, 1 << 20);
	FUZZ_ASSERT(und_record_encode(&line, r) == UND_OK);
	e = und_record_decode(&back, und_buf_bytes(&line), NULL);
	FUZZ_ASSERT(e == UND_OK || e == UND_ERR_DOUBLED);
	if (e == UND_OK)
		und_record_clear(&back);
	und_buf_clear(&line);
}

static void must_make_records(const struct cli_letter_ini *ini)
{
	static const uint8_t body[] = "x\n";
	struct und_record words, letter;

	und_record_init(&words);
	words.type = UND_TYPE_WORDS;
	words.u.words = ini->words;
	words.u.words.body = und_bytes(body, 2);
	must_decode(&words);
	und_record_init(&letter);
	letter.type = UND_TYPE_LETTER;
	letter.u.letter.registrars = ini->registrars;
	letter.u.letter.organisers = ini->organisers;
	letter.u.letter.rules = ini->rules;
	must_decode(&letter);
}

/* Of a letter with two demands: both are there, in its order. */
static void must_translate(struct und_bytes text)
{
	struct und_demand demands[] = { { und_cstr("d1"), und_cstr("x") }, { und_cstr("d2"), und_cstr("x") } };
	const struct und_words words = { .demands = demands, .demand_count = 2 };
	struct cli_translation_ini ini = { 0 };
	struct cli_fault fault = { 0 };
	struct und_record r;
	enum und_err e = cli_translation_ini_read(&ini, text, &words, &fault);

	FUZZ_ASSERT(e == UND_OK || (e == UND_ERR_TEXT && fault.why[0] != '\0'));
	if (e == UND_OK) {
		FUZZ_ASSERT(ini.translation.demand_count == 2 && und_bytes_is(ini.translation.demands[0].id, "d1"));
		und_record_init(&r);
		r.type = UND_TYPE_TRANSLATION;
		r.u.translation = ini.translation;
		r.u.translation.body = und_cstr("x\n");
		must_decode(&r);
	}
	cli_translation_ini_clear(&ini);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cli_letter_ini ini = { 0 };
	struct cli_fault fault = { 0 };
	struct cli_ini plain = { 0 };
	enum und_err e;

	e = cli_ini_read(&plain, und_bytes(data, size), NULL, &fault);
	FUZZ_ASSERT(e == UND_OK || (e == UND_ERR_TEXT && fault.why[0] != '\0'));
	cli_ini_clear(&plain);
	fault = (struct cli_fault){ 0 };
	e = cli_letter_ini_read(&ini, und_bytes(data, size), &fault);
	FUZZ_ASSERT(e == UND_OK || (e == UND_ERR_TEXT && fault.why[0] != '\0'));
	if (e == UND_OK)
		must_make_records(&ini);
	cli_letter_ini_clear(&ini);
	must_translate(und_bytes(data, size));
	return 0;
}
