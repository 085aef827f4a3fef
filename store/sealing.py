"""Small secrets in the database, sealed with a key derived from the secret file and bound to what they are about."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


def seal(key: bytes, data: bytes, about: str) -> str:
    """Return `data` encrypted and authenticated (AES-256-GCM) as text; `about` has to be the same to open it."""
    nonce = secrets.token_bytes(NONCE)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, data, about.encode())).decode()


def unseal(key: bytes, text: str, about: str) -> bytes:
    """Return what was sealed. ValueError where it was changed, is about something else or the key is another."""
    try:
        whole = base64.urlsafe_b64decode(text.encode())
        return AESGCM(key).decrypt(whole[:NONCE], whole[NONCE:], about.encode())
    except (InvalidTag, binascii.Error, ValueError):
        raise ValueError("密封的内容打不开：密钥文件换过，或内容被改动") from None
