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
	X(PQconsumeInput)                                                                                              \
	X(PQerrorMessage)                                                                                              \
	X(PQfinish)                                                                                                    \
	X(PQflush)                                                                                                     \
	X(PQgetResult)                                                                                                 \
	X(PQgetisnull)                                                                                                 \
	X(PQgetlength)                                                                                                 \
	X(PQgetvalue)                                                                                                  \
	X(PQisBusy)                                                                                                    \
	X(PQisthreadsafe)                                                                                              \
	X(PQlibVersion)                                                                                                \
	X(PQntuples)                                                                                                   \
	X(PQresultErrorField)                                                                                          \
	X(PQresultErrorMessage)                                                                                        \
	X(PQresultStatus)                                                                                              \
	X(PQsendQuery)                                                                                                 \
	X(PQsendQueryParams)                                                                                           \
	X(PQsetNoticeReceiver)                                                                                         \
	X(PQsetnonblocking)                                                                                            \
	X(PQsocket)                                                                                                    \
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
 * What it needs of the system after that, each time that a connection is made, so also long after the start (a database restarts, a standby takes its place):
 *
 *   files, read only: the password file (PGPASSFILE, ~/.pgpass), the service file (PGSERVICEFILE, ~/.pg_service.conf, pg_service.conf of the system), ~/.postgresql/{postgresql.crt,postgresql.key,root.crt,
 *   root.crl} or what sslcert, sslkey, sslrootcert, sslcrl name, OpenSSL's openssl.cnf; for a name of a host: /etc/{hosts,nsswitch.conf,resolv.conf,gai.conf,host.conf}, and the libraries that nsswitch.conf names,
 *   which are mapped as code then; over TCP Kerberos' /etc/krb5.conf, /etc/krb5.conf.d, /etc/gss, its caches and keytabs; for the user's name where none is given: /etc/passwd. The folder of a socket.
 *   calls: socket, connect (AF_UNIX, AF_INET, AF_INET6, for names AF_NETLINK too), getsockopt, setsockopt, getsockname, getpeername, fcntl, poll, sendto, sendmsg, sendmmsg, recvfrom, recvmsg, shutdown, close;
 *   openat, read, lseek, newfstatat, getdents64, access; mmap, mprotect; geteuid, getuid; rt_sigaction, rt_sigprocmask, rt_sigtimedwait, rt_sigpending (SIGPIPE). No file is written, no process made.
 *
 * Loads libpq.so.5, once; it stays until the process ends. Whoever calls und_pq has seen UND_OK here. said: why it cannot be loaded; n bytes, or NULL. Any thread. UND_ERR_IO: it is not there, or is
 * older than 13.
 */
UND_MUST_USE enum und_err und_pg_load(char *said, size_t n);

#endif
