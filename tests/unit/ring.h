/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_RING_H
#define TESTS_UNIT_RING_H

/* Keyrings with known keys. */

#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/keyring.h"

#include "rfc7515.h"

#define RING_HEX(digits_)	digits_ digits_ digits_ digits_

#define RING_ONE	"1 live " RING_HEX("0123456789abcdef") "\n"
#define RING_RSA	"1 rsa " RFC7515_DER "\n"
#define RING_TWO	"2 live " RING_HEX("fedcba9876543210") "\n"
#define RING_NINE	"9 retired " RING_HEX("0011223344556677") "\n"

static inline struct keyring *
load_ring(const char *text)
{
	char name[] = "/tmp/latchkey-test-XXXXXX";
	struct keyring *ring = NULL;
	int fd = mkstemp(name);
	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_null(keyring_load(name, &ring));
	unlink(name);
	return ring;
}

#endif
