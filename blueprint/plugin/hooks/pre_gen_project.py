"""Stops the baking of a plugin whose answers cannot be used, and says why.

The checks themselves are in plugin_extension.py, where they can be tested; here they arrive as JSON.
"""

import json
import sys

if __name__ == "__main__":
    found = json.loads(r"""[[ cookiecutter.__problems ]]""")
    if found:
        sys.stderr.write("\nThis cannot be made:\n" + "".join(f"  - {problem}\n" for problem in found))
        sys.stderr.write("Nothing was made. Start again with other answers.\n\n")
    sys.exit(1 if found else 0)
