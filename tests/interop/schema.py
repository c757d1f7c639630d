"""Reads schema.json and files.json and says which of the files the schema takes, by Python's jsonschema."""
import json
import sys
from pathlib import Path

import jsonschema


def main(folder):
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = json.loads((folder / "files.json").read_text("utf-8"))
    (folder / "accepted.json").write_text(json.dumps([validator.is_valid(it) for it in files]), "utf-8")


main(Path(sys.argv[1]))
