/* SPDX-License-Identifier: ISC */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

/* What the commands on the audit trail share. */

#include "cli/cli.h"

/* Seal what waits for it. */
enum cli_exit	 cli_seal_all(struct cli *);

/* The account that is named; zero for the operator's trail. */
enum cli_exit	 cli_trail(struct cli *, const char *named, struct uuid *);

#endif
