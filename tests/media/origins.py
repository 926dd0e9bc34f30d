"""Files that say something of their own origin, made on the spot; who signs them is invented."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from replique.media import Source
from replique.media.origin import OriginCheck, check

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = IPTC + "trainedAlgorithmicMedia"
CAPTURED = IPTC + "digitalCapture"

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def source_of(data: bytes, name: str = "x.wav") -> Source:
    """Return bytes as a source that needs no disk."""
    return Source(name, Path(name), (), (0, 0, 0), opener=lambda: io.BytesIO(data))


def credentials_of(data: bytes) -> OriginCheck:
    """Return what is said of the Content Credentials in bytes."""
    return check(source_of(data))[0]


def source_type_of(data: bytes) -> OriginCheck:
    """Return what is said of the IPTC digital source type in bytes."""
    return check(source_of(data))[1]


# --- credentials ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Signer:
    """A key, and the chain of certificates that an invented authority gave it."""

    key: ec.EllipticCurvePrivateKey
    chain: str

    def sign(self, data: bytes) -> bytes:
        """Return a signature as COSE wants it: r and s, 32 bytes each."""
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Studio Inventé"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def new_signer(*, revocation: str = "") -> Signer:
    """Return a signer. revocation : where its certificate says to ask whether it is revoked."""
    now = dt.datetime.now(dt.UTC)
    authority = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    pem = ""
    for common, public, is_authority in (
        ("Voix de test", key.public_key(), False),
        ("Autorité de test", authority.public_key(), True),
    ):
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(_name("Autorité de test"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=2))
            .not_valid_after(now + dt.timedelta(days=300))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        if not is_authority:
            purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purposes, critical=False)
            if revocation:
                builder = builder.add_extension(_asked_at(revocation), critical=False)
        certificate = builder.sign(authority, hashes.SHA256())
        pem += certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Signer(key, pem)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _asked_at(address: str) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(address)
            )
        ]
    )


@cache
def usual_signer() -> Signer:
    """Return the one signer of most tests."""
    return new_signer()


def manifest(*source_types: str, **more: Any) -> dict[str, Any]:
    """Return a manifest whose actions state these source types; one "created" without."""
    actions = [{"action": "c2pa.created", "digitalSourceType": each} for each in source_types]
    label = {
        "label": "c2pa.actions.v2",
        "data": {"actions": actions or [{"action": "c2pa.opened"}]},
    }
    return {
        "claim_generator_info": [{"name": "Forge de voix", "version": "1.2"}],
        "assertions": [label, *more.pop("assertions", [])],
        **more,
    }


def signed(
    data: bytes,
    media_type: str,
    account: Mapping[str, Any],
    *,
    signer: Signer | None = None,
    ingredient: bytes = b"",
    remote: str = "",
) -> bytes:
    """Return a file with credentials in it; with `remote`, they are only named there."""
    c2pa: Any = import_module("c2pa")
    signer = signer or usual_signer()
    pen = c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain, None)
    offline = {"verify": {"remote_manifest_fetch": False, "verify_after_sign": False}}
    context = c2pa.Context.from_dict(offline)
    builder = c2pa.Builder(dict(account), context)
    if ingredient:
        kind = {"title": "source.wav", "relationship": "parentOf"}
        builder.add_ingredient(kind, media_type, io.BytesIO(ingredient))
    if remote:
        builder.set_remote_url(remote)
        builder.set_no_embed()
    out = io.BytesIO()
    builder.sign(pen, media_type, io.BytesIO(data), out)
    return out.getvalue()


# --- XMP, and the places it is kept in -----------------------------------------------------

_RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">{inside}</rdf:RDF></x:xmpmeta>'
)


def xmp_around(inside: str) -> bytes:
    """Return a packet with something inside rdf:RDF."""
    wrapped = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{rdf}<?xpacket end="w"?>'
    return wrapped.format(rdf=_RDF.format(inside=inside)).encode()


def xmp(source_type: str) -> bytes:
    """Return a packet that states a source type as an element."""
    return xmp_around(
        '<rdf:Description rdf:about=""><Iptc4xmpExt:DigitalSourceType>'
        f"{source_type}</Iptc4xmpExt:DigitalSourceType></rdf:Description>"
    )


def chunk(name: bytes, data: bytes, order: str = "<") -> bytes:
    """Return a chunk of RIFF, or with order ">" of AIFF."""
    return name + struct.pack(order + "I", len(data)) + data + bytes(len(data) & 1)


def riff(form: bytes, *chunks: bytes, name: bytes = b"RIFF", order: str = "<") -> bytes:
    """Return a RIFF file, or with name FORM and order ">" an AIFF file."""
    body = form + b"".join(chunks)
    return name + struct.pack(order + "I", len(body)) + body


def box(name: bytes, *inside: bytes) -> bytes:
    """Return a box of MP4 or MOV."""
    data = b"".join(inside)
    return struct.pack(">I4s", 8 + len(data), name) + data


FTYP = box(b"ftyp", b"isom\0\0\0\0")


def id3(*frames: tuple[bytes, bytes]) -> bytes:
    """Return an ID3v2.3 tag."""
    body = b"".join(name + struct.pack(">I", len(data)) + b"\0\0" + data for name, data in frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + body


def flac(*blocks: tuple[int, bytes]) -> bytes:
    """Return a FLAC file of metadata blocks and no sound."""
    blocks = ((0, bytes(34)), *blocks)
    last = len(blocks) - 1
    return b"fLaC" + b"".join(
        bytes([kind | (0x80 if index == last else 0)]) + len(data).to_bytes(3, "big") + data
        for index, (kind, data) in enumerate(blocks)
    )


FMT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16))
SOUND = chunk(b"data", bytes(64))
