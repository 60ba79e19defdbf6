/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/pg_lib.h: libpq, loaded when a database is asked for, and never by those who ask for none */
#ifndef UND_STORE_PG_LIB_H
#define UND_STORE_PG_LIB_H

#include <libpq-fe.h>

#include "base/base.h"

/* Every call of it that we make. */
#define UND_PG_CALLS(X)                                                                                                \
	X(PQclear)                                                                                                     \
	X(PQcmdStatus)                                                                                                 \
	X(PQcmdTuples)                                                                                                 \
	X(PQconnectdbParams)                                                                                           \
	X(PQconninfoFree)                                                                                              \
	X(PQconninfoParse)                                                                                             \
	X(PQerrorMessage)                                                                                              \
	X(PQexec)                                                                                                      \
	X(PQexecParams)                                                                                                \
	X(PQfinish)                                                                                                    \
	X(PQgetisnull)                                                                                                 \
	X(PQgetlength)                                                                                                 \
	X(PQgetvalue)                                                                                                  \
	X(PQisthreadsafe)                                                                                              \
	X(PQlibVersion)                                                                                                \
	X(PQntuples)                                                                                                   \
	X(PQresultErrorField)                                                                                          \
	X(PQresultErrorMessage)                                                                                        \
	X(PQresultStatus)                                                                                              \
	X(PQsetNoticeReceiver)                                                                                         \
	X(PQstatus)                                                                                                    \
	X(PQtransactionStatus)

struct und_pq {
#define UND_PG_CALL(name) __typeof__(name) *name;
	UND_PG_CALLS(UND_PG_CALL)
#undef UND_PG_CALL
};
/* Written by the first und_pg_load alone; tests put calls that fail into it. */
extern struct und_pq und_pq;

/*
 * Loads libpq.so.5, once; it stays until the process ends. Whoever calls und_pq has seen UND_OK here. said: why it cannot be loaded; n bytes, or NULL. Any thread. UND_ERR_IO: it is not there, or is
 * older than 13.
 */
UND_MUST_USE enum und_err und_pg_load(char *said, size_t n);

#endif
