/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client.c: what a server's answers say: problem details and counts, from anybody */
#include "cli/client.h"
#include "fuzz.h"

static void try_problem(struct und_bytes text)
{
	struct cli_problem p;

	cli_problem_read(&p, text);
	FUZZ_ASSERT(p.e >= UND_OK && p.e < UND_ERR_COUNT);
	FUZZ_ASSERT(memchr(p.diag.member, '\0', sizeof p.diag.member) != NULL);
	FUZZ_ASSERT(p.e == UND_ERR_THRESHOLDS || (p.missing_signers == 0 && p.missing_bodies == 0));
	for (const char *c = p.diag.member; *c != '\0'; c++) /* it goes to a terminal */
		FUZZ_ASSERT(*c >= ' ' && *c <= 'z');
}

/* What is believed is what a server writes, byte for byte but the line's end and zeros in front of numbers. */
static void try_counts(struct und_bytes text, bool cards)
{
	struct cli_counts c;
	char again[160];
	int n;

	if (!cli_counts_read(&c, text, cards))
		return;
	n = snprintf(again, sizeof again, cards ? "{\"added\":%llu,\"known\":%llu,\"refused\":%llu}" : "{\"added\":%llu,\"known\":%llu}", (unsigned long long)c.added,
	             (unsigned long long)c.known, (unsigned long long)c.refused);
	FUZZ_ASSERT(n > 0 && (size_t)n <= text.n && memcmp(again, text.p, 9) == 0);
	FUZZ_ASSERT(cli_counts_read(&c, und_bytes(again, (size_t)n), cards));
	FUZZ_ASSERT(!cli_counts_read(&c, und_bytes(again, (size_t)n), !cards));
}

static void try_there(struct und_bytes text)
{
	struct cli_there t;

	if (cli_there_read(&t, text))
		FUZZ_ASSERT(t.signers <= 9999999999999999u && memmem(text.p, text.n, "\"letter\":\"", 10) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct und_bytes text = und_bytes(data, size);

	try_problem(text);
	try_there(text);
	try_counts(text, false);
	try_counts(text, true);
	return 0;
}
