# SPDX-License-Identifier: ISC
"""The guides are read as the tests of the API read them."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))
