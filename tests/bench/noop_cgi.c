/* SPDX-License-Identifier: ISC */
/* A CGI program that does nothing: what no check by CGI can be faster than. */

#include <stdio.h>

int
main(void)
{
	return puts("Content-Type: application/json\r\n"
	    "Content-Length: 15\r\n\r\n{\"active\":true}") == EOF;
}
