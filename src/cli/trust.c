/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* trust.c: the reader's own list of keys */
#include "cli/trust.h"

#include "base/encode.h"
#include "cli/cli.h"

static bool is_text(struct und_bytes section, struct und_bytes key)
{
	(void)section;
	(void)key;
	return true;
}

static bool key_of(uint8_t key[UND_ED25519_KEY_SIZE], const struct cli_ini_entry *entry)
{
	return und_base64_decode(key, UND_ED25519_KEY_SIZE, entry->key) == UND_OK;
}

static enum und_err check(const struct cli_trust *t, struct cli_fault *fault)
{
	uint8_t key[UND_ED25519_KEY_SIZE];

	for (size_t i = 0; i < t->list.count; i++) {
		if (t->list.entries[i].section.n > 0)
			return cli_fault_set(fault, t->list.entries[i].line, "a list of keys has no sections");
		if (!key_of(key, &t->list.entries[i]))
			return cli_fault_set(fault, t->list.entries[i].line,
			                     "not a public key of 43 characters before the =");
	}
	return UND_OK;
}

int cli_trust_open(struct cli_trust *t, const char *path)
{
	struct cli_fault fault = { 0 };
	enum und_err e;

	*t = (struct cli_trust){ 0 };
	und_buf_init(&t->text, CLI_INI_SIZE_MAX);
	if (path == NULL)
		return -1;
	e = und_file_read(&t->text, path, CLI_INI_SIZE_MAX);
	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	e = cli_ini_read(&t->list, und_buf_bytes(&t->text), is_text, &fault);
	if (e == UND_OK)
		e = check(t, &fault);
	if (e == UND_OK)
		return -1;
	if (e != UND_ERR_TEXT)
		return cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	return cli_fail(CLI_TRIED, "Each line is KEY = name.", "%s: line %u: %s.", path, fault.line, fault.why);
}

void cli_trust_close(struct cli_trust *t)
{
	cli_ini_clear(&t->list);
	und_buf_clear(&t->text);
}

const struct und_bytes *cli_trust_name(const struct cli_trust *t, const uint8_t key[UND_ED25519_KEY_SIZE])
{
	uint8_t other[UND_ED25519_KEY_SIZE];

	for (size_t i = 0; i < t->list.count; i++)
		if (key_of(other, &t->list.entries[i]) && memcmp(other, key, sizeof other) == 0)
			return &t->list.entries[i].value;
	return NULL;
}

bool cli_trust_name_is_anothers(const struct cli_trust *t, struct und_bytes name,
                                const uint8_t key[UND_ED25519_KEY_SIZE])
{
	uint8_t other[UND_ED25519_KEY_SIZE];

	for (size_t i = 0; i < t->list.count; i++)
		if (und_bytes_equal_var(t->list.entries[i].value, name) && key_of(other, &t->list.entries[i]) &&
		    memcmp(other, key, sizeof other) != 0)
			return true;
	return false;
}
