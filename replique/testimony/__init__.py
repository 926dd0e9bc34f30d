"""Private testimony, encrypted to the people who may read it, and to nobody else.

    keys         a person's key pair; boxes that only one of them opens (HPKE, RFC 9180)
    passphrases  the private key, locked under a passphrase (Argon2id, AES-GCM)
    texts        a text under a key of its own, sealed for each reader
    field        arithmetic of bytes, GF(2^8)
    shares       a secret in n parts of which any t give it back (Shamir 1979)
    spoken       a public key as digits that two people read to one another

Pure: bytes in, bytes out; no Django, no files.  docs/decisions/0007 says why each.
"""
