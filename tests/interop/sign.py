"""Makes fresh keys, signs the payload of template.json with joserfc, and exchanges key files with Shenbao."""
import base64
import json
import os
import sys
import unicodedata
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

PASSPHRASE = "café-7-battery 马"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def write_bundle(folder, name, alg, key):
    payload = json.loads((folder / "template.json").read_text("utf-8"))
    payload["signer"]["kids"] = [key.thumbprint()]
    public = {it: value for it, value in key.as_dict(private=False).items() if it in ("crv", "kty", "x", "y")}
    header = {"alg": alg, "cty": "vnd.sab-statement+json", "jwk": public, "kid": key.thumbprint(), "typ": "vnd.sab-statement+jws"}
    registry = JWSRegistry(algorithms=[alg])
    registry.max_payload_length = 6 * 2**20
    signed = jws.serialize_json([{"protected": json.loads(rfc8785.dumps(header))}], rfc8785.dumps(payload), key, registry=registry)
    statement = {
        "payload": signed["payload"],
        "signatures": [{"protected": it["protected"], "signature": it["signature"]} for it in signed["signatures"]],
    }
    attachments = json.loads((folder / "attachments.json").read_text("utf-8"))
    bundle = {"sab": "1.0", "statements": [statement], "attachments": attachments}
    (folder / name).write_text(json.dumps(bundle, ensure_ascii=False), "utf-8")


def derive(kdf, passphrase):
    argon = Argon2id(salt=raw(kdf["salt"]), length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"])
    return argon.derive(unicodedata.normalize("NFC", passphrase).encode())


def open_key_file(path):
    file = json.loads(path.read_text("utf-8"))
    ciphertext = raw(file.pop("ct"))
    plain = AESGCM(derive(file["kdf"], PASSPHRASE)).decrypt(raw(file["enc"]["iv"]), ciphertext, rfc8785.dumps(file))
    return json.loads(plain)


def write_key_file(path, key):
    private = {it: value for it, value in key.as_dict(private=True).items() if it in ("crv", "kty", "x", "y", "d")}
    public = {it: value for it, value in private.items() if it != "d"}
    file = {
        "sabkey": "1.0",
        "kid": key.thumbprint(),
        "jwk": public,
        "label": "made by Python",
        "created": "2026-11-22T08:00:00Z",
        "kdf": {"alg": "argon2id", "v": 19, "m": 65536, "t": 3, "p": 1, "salt": b64(os.urandom(16))},
        "enc": {"alg": "A256GCM", "iv": b64(os.urandom(12))},
    }
    key_bytes = derive(file["kdf"], PASSPHRASE)
    file["ct"] = b64(AESGCM(key_bytes).encrypt(raw(file["enc"]["iv"]), rfc8785.dumps(private), rfc8785.dumps(file)))
    path.write_text(json.dumps(file, indent=1), "utf-8")


def main(folder):
    p256, ed25519 = ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")
    write_bundle(folder, "joserfc-es256.sab.json", "ES256", p256)
    write_bundle(folder, "joserfc-eddsa.sab.json", "EdDSA", ed25519)
    write_key_file(folder / "python-p256.sabkey.json", p256)
    write_key_file(folder / "python-ed25519.sabkey.json", ed25519)
    opened = {path.name: open_key_file(path) for path in folder.glob("ours-*.sabkey.json")}
    (folder / "opened.json").write_text(json.dumps(opened), "utf-8")


main(Path(sys.argv[1]))
