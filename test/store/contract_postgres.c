/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_postgres.c: the contract, held by the store in a database; cluster.py lends one */
#include <libpq-fe.h>
#include <time.h>

#include "contract.h"

static const char *where(void)
{
	const char *url = getenv("UND_POSTGRES");

	if (url == NULL)
		abort();
	return url;
}

static void forget_all(void)
{
	PGconn *c = PQconnectdb(where());
	PGresult *r = PQexec(c, "SET client_min_messages = warning; DROP SCHEMA IF EXISTS undersigned CASCADE");

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		tap_fail("%s", PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

static struct und_store *store_open(void)
{
	char said[UND_STORE_SAID] = "";
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;

	options.said = said;
	IS(UND_OK, und_store_open(&s, where(), &options));
	if (s == NULL) {
		printf("# %s\n", said);
		fflush(stdout);
		abort();
	}
	return s;
}

static struct und_store *store_begin(void)
{
	forget_all();
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
	forget_all();
}
