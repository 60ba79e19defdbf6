/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* key_words.c: what the commands about members' keys print alike */
#include "base/hash.h"
#include "base/secret.h"
#include "cli/key_words.h"
#include "proof/edition.h"

int cli_print_code(const struct und_key_plain *plain)
{
	struct und_chain chain = { .edition = plain->edition };
	char code[UND_CODE_SIZE];

	memcpy(chain.state, plain->secret, sizeof chain.state);
	und_code_encode(code, &chain);
	printf("%s\n", code);
	und_wipe(code, sizeof code);
	und_chain_wipe(&chain);
	return -1;
}

int cli_key_short(char out[UND_SHORT_ID_SIZE], const struct und_key_plain *plain)
{
	uint8_t key[UND_POINT_SIZE];
	struct und_scalar x;
	int code;

	code = cli_key_secret(&x, key, plain);
	und_scalar_wipe(&x);
	if (code == -1)
		und_short_id(out, key);
	return code;
}

int cli_print_key(const struct und_key_plain *plain)
{
	char brief[UND_SHORT_ID_SIZE];
	int code;

	code = cli_key_short(brief, plain);
	if (code == -1)
		printf("edition %u, public key %s\n", plain->edition, brief);
	return code;
}

int cli_key_describe(struct und_key_plain *plain, const char *series, const char *pin)
{
	int code;

	if (!und_id_text_is_valid(und_cstr(series)))
		return cli_fail(CLI_TRIED, "The series is the roll's short name, from whoever keeps it, such as: staff", "--series: %s.",
				und_err_text(UND_ERR_ID_FORM));
	snprintf(plain->series, sizeof plain->series, "%s", series);
	if (pin == NULL)
		return -1;
	code = cli_parse_pin(plain->pin, pin);
	plain->has_pin = code == -1;
	return code;
}

int cli_key_needs_editions(const char *path, const struct und_key_plain *plain, const char *advice)
{
	if (plain->kind == UND_KEY_CHAIN)
		return -1;
	if (plain->kind == UND_KEY_AUTHORITY)
		return cli_fail(CLI_TRIED, "Members' keys are made by `undersigned key new`.", "%s is an organiser's, registrar's or party's key, not a member's.", path);
	return cli_fail(CLI_FALSE, advice, "%s is not a key with editions.", path);
}
