/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONFIG_HOME_H
#define BASE_CONFIG_HOME_H

/* For config_find.c alone. */

#include "base/config.h"

/* The home folder as the system has it, or NULL. */
const char	*config_home(void);

#endif
