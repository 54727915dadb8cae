import sys

from toy_service import run

run(sys.argv[1])
