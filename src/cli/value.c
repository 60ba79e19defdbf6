/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* value.c: numbers, days, ids and pins given as arguments */
#include "cli/cli.h"

int cli_parse_number(uint64_t *out, const char *what, const char *text, uint64_t min, uint64_t max)
{
	char from[32], to[32];
	uint64_t v = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9' && p - text < 16; p++)
		v = 10 * v + (uint64_t)(*p - '0');
	if (p == text || *p != '\0' || v < min || v > max)
		return cli_fail(CLI_TRIED, NULL, "%s: \"%s\" is not a whole number from %s to %s.", what, text, cli_number(from, min), cli_number(to, max));
	*out = v;
	return -1;
}

int cli_parse_day(und_day *out, const char *what, const char *text)
{
	if (und_date_decode(out, und_cstr(text)) != UND_OK)
		return cli_fail(CLI_TRIED, "Days are written like 2027-01-31.", "%s: \"%s\" is not a day of the years 2000 to 2999.", what, text);
	return -1;
}

int cli_parse_id32(uint8_t out[32], const char *what, const char *text)
{
	if (und_base64_decode(out, 32, und_cstr(text)) != UND_OK)
		return cli_fail(CLI_TRIED, NULL, "%s: \"%s\" is not 32 bytes in base64url (43 characters).", what, text);
	return -1;
}

int cli_parse_pin(uint8_t out[32], const char *text)
{
	return cli_parse_id32(out, "--pin", text);
}
