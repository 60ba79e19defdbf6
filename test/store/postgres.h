/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres.h: a store in a database that cluster.py lends, and the database asked from outside */
#ifndef UND_TEST_STORE_POSTGRES_H
#define UND_TEST_STORE_POSTGRES_H

#include <libpq-fe.h>
#include <time.h>

#include "fixture.h"

static PGconn *admin;

static const char *where(void)
{
	const char *url = getenv("UND_POSTGRES");

	if (url == NULL)
		abort();
	return url;
}

/* The first column of the first row, or "". */
static const char *sql(const char *text)
{
	static char out[256];
	PGresult *r = PQexec(admin, text);

	out[0] = '\0';
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		tap_fail("%s: %s", text, PQerrorMessage(admin));
	else if (PQntuples(r) > 0)
		snprintf(out, sizeof out, "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
	return out;
}

static void pass_a_moment(void)
{
	const struct timespec moment = { .tv_nsec = 5000000 };

	nanosleep(&moment, NULL);
}

/* Until the query says t; what it waits for must come, and else what follows would wait for ever. */
__attribute__((unused)) static void until(const char *query)
{
	time_t end = time(NULL) + 120;

	while (strcmp(sql(query), "t") != 0) {
		if (time(NULL) > end) {
			printf("Bail out! never: %s\n", query);
			exit(1);
		}
		pass_a_moment();
	}
}

static struct und_store *open_store(void)
{
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;

	OK(und_store_open(&s, where(), &options));
	if (s == NULL)
		abort();
	return s;
}

static void connect_admin(void)
{
	if (admin == NULL)
		admin = PQconnectdb(where());
	else if (PQstatus(admin) != CONNECTION_OK)
		PQreset(admin);
	(void)sql("SET client_min_messages = warning; SET synchronous_commit = local");
}

__attribute__((unused)) static struct und_store *begin(void)
{
	connect_admin();
	(void)sql("DROP SCHEMA IF EXISTS undersigned CASCADE");
	return open_store();
}

__attribute__((unused)) static enum und_err try_open(void)
{
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;
	enum und_err e = und_store_open(&s, where(), &options);

	if (e == UND_OK)
		und_store_close(s);
	return e;
}

#endif
