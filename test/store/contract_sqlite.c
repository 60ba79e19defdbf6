/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_sqlite.c: the contract, held by the store in a folder */
#include <time.h>

#include "contract.h"

static struct und_store *store_open(void)
{
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;

	IS(UND_OK, und_store_open_sqlite(&s, fixture_folder, &options));
	if (s == NULL)
		abort();
	return s;
}

static struct und_store *store_begin(void)
{
	fixture_begin();
	return store_open();
}

static struct und_store *store_again(struct und_store *s)
{
	und_store_close(s);
	return store_open();
}

static void store_end(struct und_store *s)
{
	und_store_close(s);
	fixture_end();
}
