"""Reads cases.json and says for each case what joserfc, jwcrypto and gmssl think of it."""
import base64
import json
import sys
from pathlib import Path

import rfc8785
from gmssl import sm2
from joserfc import jws as rfc_jws
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry
from jwcrypto import jwk, jws

ALGORITHMS = ["ES256", "EdDSA"]


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_sm2(key):
    return key["crv"].startswith("urn:")


def by_thumbprint(keys):
    pinned = [(ECKey if it["kty"] == "EC" else OKPKey).import_key(it) for it in keys]
    named = {it.thumbprint(): it for it in pinned}
    return lambda signature: named[signature.headers()["kid"]]


def with_joserfc(statement, keys):
    registry = JWSRegistry(algorithms=ALGORITHMS)
    registry.max_payload_length = 6 * 2**20
    rfc_jws.deserialize_json(statement, by_thumbprint(keys), registry=registry)


def with_jwcrypto(statement, keys):
    for key in keys:
        token = jws.JWS()
        token.allowed_algs = ALGORITHMS
        token.deserialize(json.dumps(statement), jwk.JWK(**key))


def with_gmssl(statement, keys):
    for key, signature in zip(keys, statement["signatures_ext"], strict=True):
        verifier = sm2.CryptSM2(private_key="", public_key="")
        # The constructor strips leading digits of the key.
        verifier.public_key = raw(key["x"]).hex() + raw(key["y"]).hex()
        message = (signature["protected"] + "." + statement["payload"]).encode()
        if not verifier.verify_with_sm3(raw(signature["signature"]).hex(), message):
            raise ValueError("gmssl refuses it")


def main(folder):
    results = []
    for case in json.loads((folder / "cases.json").read_text("utf-8")):
        registered = [it for it in case["keys"] if not is_sm2(it)]
        extension = [it for it in case["keys"] if is_sm2(it)]
        attempts = [("joserfc", with_joserfc, registered), ("jwcrypto", with_jwcrypto, registered)]
        if extension:
            attempts.append(("gmssl", with_gmssl, extension))
        for program, attempt, keys in attempts:
            try:
                attempt(case["statement"], keys)
                accepts = True
            except Exception:  # noqa: BLE001  every library has errors of its own
                accepts = False
            results.append({"name": case["name"], "program": program, "accepts": accepts})
    lines = [it for it in (folder / "values.jsonl").read_bytes().split(b"\n") if it]
    differing = sum(rfc8785.dumps(json.loads(it)) != it for it in lines)
    report = {"results": results, "n_values": len(lines), "differing": differing}
    (folder / "python.json").write_text(json.dumps(report), "utf-8")


main(Path(sys.argv[1]))
